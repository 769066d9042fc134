"""The report, and the scripts as a user runs them."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import adr_table
import report
import results
import synthetic


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def script(self, name, *arguments):
        return subprocess.run(
            [ROOT / "scripts/python", ROOT / "scripts" / name, *map(str, arguments)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def text(self, content):
        """The report without its figures, which take long to draw."""
        return report.report_text(results.load(synthetic.write(self.folder, content)), [])


class Report(WithFolder):
    def test_has_the_three_options_and_decides_nothing(self):
        text = self.text(synthetic.document())
        for option in ("**A, keep", "**B, store", "**C, store"):
            self.assertIn(option, text)
        for heading in ("Status", "Context", "Options", "Evidence", "Decision", "Conditions"):
            self.assertIn(f"\n## {heading}\n", text)
        self.assertIn("Open: this run decides nothing yet", text)

    def test_the_script_says_where_the_report_is_and_every_figure_in_it_is_there(self):
        synthetic.write(self.folder, synthetic.document())
        done = self.script("report.py", self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"{self.folder}/adr.md\n")
        text = (self.folder / "adr.md").read_text(encoding="utf-8")
        shown = re.findall(r"\]\((figures/[^)]+)\)", text)
        self.assertEqual(len(shown), 5)
        for figure in shown:
            self.assertTrue((self.folder / figure).is_file(), figure)
            self.assertTrue((self.folder / figure).with_suffix(".png").is_file(), figure)

    def test_a_table_has_the_median_the_ratio_and_n(self):
        text = self.text(synthetic.document(workloads=[("trace:git-datahike", 48_000)]))
        line = next(line for line in text.splitlines() if line.startswith("| Commit, median"))
        # 0.9, 12 and 0.25 ms, each times 1.15, the wobble of the middle repetition.
        self.assertEqual(
            line, "| Commit, median | 1.03 ms | 13.8 ms (13×) | **288 µs** (0.28×) | 3 |"
        )

    def test_real_data_come_first(self):
        text = self.text(synthetic.document(workloads=synthetic.WORKLOADS[::-1]))
        headings = re.findall(r"^### (.+) \(leveldb", text, re.MULTILINE)
        self.assertEqual(headings[:2], ["git-leveldb", "git-datahike"])
        self.assertIn("On git-leveldb (leveldb):", text)

    def test_a_single_repetition_is_never_called_a_win_where_it_varies(self):
        text = self.text(synthetic.document(repetitions=1))
        line = next(line for line in text.splitlines() if line.startswith("| Commit, median"))
        self.assertNotIn("**", line)
        self.assertIn("measured once", text)

    def test_an_exact_count_needs_no_repetition(self):
        text = self.text(synthetic.document(repetitions=1))
        line = next(line for line in text.splitlines() if line.startswith("| Written per commit"))
        self.assertIn("**210 B**", line)

    def test_what_failed_is_named(self):
        content = synthetic.document()
        content["benchmarks"][0] |= {"error_occurred": True, "error_message": "the oracle disagrees"}
        self.assertIn("the oracle disagrees", self.text(content))

    def test_a_missing_strategy_and_a_missing_phase_are_no_zeros(self):
        content = synthetic.document(strategies=["op_log_replay"])
        content["benchmarks"] = [row for row in content["benchmarks"] if "close" not in row["name"]]
        text = self.text(content)
        self.assertIn("| | C op_log_replay | n |", text)
        self.assertNotIn("Disk, after quiesce", text)

    def test_the_conditions_are_those_of_the_context(self):
        text = self.text(synthetic.document())
        for line in (
            "| host name | testbed |",
            "| build: commit | 0123456789abcdef |",
            "| build: libraries: leveldb | 1.23 |",
            "| storage: sync ms | 0.25 |",
            "- `op_log_replay/sorted_set/leveldb/trace:git-leveldb/tier:power`",
        ):
            self.assertIn(line, text)

    def test_warns_of_a_build_or_a_machine_that_makes_times_worthless(self):
        content = synthetic.document()
        self.assertNotIn("Caution", self.text(content))
        content["context"]["build"]["build_type"] = "Debug"
        self.assertIn("built as Debug", self.text(content))
        for row in content["benchmarks"]:
            row |= {"wall_seconds": 2.0, "others_cpu_seconds": 1.0}
        self.assertIn("0.5 cores busy", self.text(content))

    def test_the_same_input_gives_the_same_text(self):
        first = self.text(synthetic.document())
        self.assertEqual(first, self.text(synthetic.document()))


    def test_shows_how_much_of_connecting_is_opening_the_engine(self):
        content = synthetic.document(workloads=[("trace:git-datahike", 48_000)])
        for row in content["benchmarks"]:
            if row["name"].startswith("record_snapshot"):
                row.pop("engine_open_seconds", None)
        text = self.text(content)
        lines = text.replace("**", "").splitlines()
        for state, of_a, of_c in (("cold", "10.3 ms", "23.8 ms"), ("warm", "3.45 ms", "7.93 ms")):
            following = lines[lines.index(next(x for x in lines if x.startswith(f"| Connect, {state}"))) + 1]
            self.assertTrue(following.startswith(f"| … of which opening the engine | {of_a} | n/a | "))
            self.assertIn(of_c, following)
        # 0.004 s times 3 (cold) times 1.15 (the middle repetition), three quarters of it the engine.
        self.assertIn("under A: 13.8 ms (", text)
        self.assertIn(
            ", 10.3 ms (75%) of it opening the engine; without that A 3.45 ms, C 7.94 ms.", text
        )

    def test_says_how_to_repeat_this_run_and_no_other(self):
        content = synthetic.document(workloads=[("trace:git-datahike", 48_000)])
        self.assertIn("datombench run --repetitions 3 --connects 1 --seed 1 \\\n  --suite quick\n",
                      self.text(content))  # fmt: skip
        content["context"]["run"]["suite"] = ""
        text = self.text(content)
        self.assertIn("--seed 1 \\\n  dirty_node_tree/sorted_set/leveldb/trace:git-datahike \\\n", text)
        self.assertNotIn("--suite", text)
        self.assertNotIn("scripts/bench", text)
        content["context"]["run"]["command"] = ["datombench", "run", "a b"]
        self.assertIn("```\ndatombench run 'a b'\n```", self.text(content))

    def test_the_traces_are_among_the_conditions(self):
        content = synthetic.document()
        content["context"]["traces"] = {"my_date": "abc123"}
        self.assertIn("| trace my_date: SHA-256 | abc123 |", self.text(content))


class Missing(WithFolder):
    def content(self, **context):
        content = synthetic.document(workloads=[("trace:git-datahike", 48_000)], repetitions=2)
        content["context"] |= context
        return content

    def evidence(self, content):
        return self.text(content).split("## Evidence\n\n")[1]

    def test_nothing_is_said_where_all_is_there(self):
        evidence = self.evidence(self.content())
        self.assertTrue(evidence.startswith("On git-datahike"), evidence[:80])

    def test_an_interrupted_run_names_the_cells_that_it_lacks_first(self):
        content = self.content(interrupted=True)
        done = list(content["context"]["run"]["cells"])
        content["context"]["planned_cells"] = [*done, "a/b/c/late"]
        content["benchmarks"] = [
            row for row in content["benchmarks"]
            if not (row["name"].startswith(done[1]) and row["repetition_index"] == 1)
        ]  # fmt: skip
        self.assertTrue(
            self.evidence(content).startswith(
                "**The run was interrupted.** Missing of its 4 planned cells:\n\n"
                f"- `{done[1]}`: 1 of 2 repetitions\n- `a/b/c/late`\n\n"
            )
        )

    def test_an_interrupted_run_that_lacks_nothing_says_so(self):
        evidence = self.evidence(self.content(interrupted=True))
        self.assertTrue(evidence.startswith("**The run was interrupted**; no planned cell"))

    def test_a_planned_cell_without_rows_is_named_where_nothing_was_interrupted(self):
        content = self.content()
        content["context"]["planned_cells"] = ["a/b/c/lost", *content["context"]["run"]["cells"]]
        evidence = self.evidence(content)
        self.assertTrue(evidence.startswith("**Planned, but without all rows** (1 of 4 cells):"))
        self.assertIn("\n- `a/b/c/lost`\n", evidence)

    def test_what_failed_is_not_named_twice(self):
        content = self.content(failed_cells={"a/b/c/bad": "no"}, planned_cells=["a/b/c/bad"])
        self.assertNotIn("Planned, but", self.evidence(content))


class Cautions(WithFolder):
    WORKLOADS = (("trace:git-datahike", 48_000), ("small_tx/datoms:1000", 1_400))

    def content(self):
        return synthetic.document(workloads=self.WORKLOADS, repetitions=2)

    def changed(self, content, phase, metric, strategy="op_log_replay", repetitions=(0, 1)):
        """The rows of a strategy's phase, with another value of a metric."""
        for row in content["benchmarks"]:
            of_phase = row["name"].startswith(strategy) and row["name"].endswith(f"phase:{phase}")
            if of_phase and row["repetition_index"] in repetitions:
                row[metric] = row.get(metric, 0) + 1
        return content

    def test_exact_metrics_that_differ_are_named(self):
        text = self.text(self.changed(self.content(), "transact", "put_bytes", repetitions=[1]))
        self.assertIn("Exact counters differ", text)
        self.assertIn(
            "`put_bytes` of `op_log_replay/sorted_set/leveldb/trace:git-datahike/phase:transact` "
            "(84000 and 84001); ",
            text,
        )

    def test_metrics_that_vary_may_differ(self):
        self.assertNotIn("Exact counters", self.text(self.content()))

    def test_at_most_five_are_named(self):
        content = self.content()
        for strategy in synthetic.STRATEGIES:
            for metric in ("put_bytes", "write_amplification"):
                self.changed(content, "transact", metric, strategy, repetitions=[1])
        text = self.text(content)
        caution = next(line for line in text.splitlines() if "Exact counters" in line)
        self.assertEqual(caution.count(" of `"), 5)
        self.assertTrue(caution.endswith("; and 7 more."), caution)

    def test_what_a_connect_draws_anew_may_differ_but_not_between_runs_of_one_seed(self):
        def written(name, values):
            content = self.content()
            content["context"]["date"] = name
            for row in content["benchmarks"]:
                if row["name"].endswith("first_read_cold"):
                    row["put_bytes"] = values[row["repetition_index"]]
            return synthetic.write(self.folder / name, content)

        first = written("first", [1, 2])
        for second, is_steady in ((written("same", [1, 2]), True), (written("other", [1, 3]), False)):
            text = report.report_text(results.load_all([first, second]), [])
            self.assertEqual("Exact counters" not in text, is_steady)

    def test_says_where_the_log_never_became_a_checkpoint(self):
        content = self.content()
        self.assertNotIn("no checkpoint", self.text(content))
        for row in content["benchmarks"]:
            if row["name"].startswith("op_log_replay") and "small_tx" in row["name"]:
                row["checkpoint_puts"] = 0
        self.assertIn("during the measured commits of small_tx, N = 1 k (leveldb): its", self.text(content))
        for row in content["benchmarks"]:
            row["checkpoint_puts"] = 0
        self.assertIn("during the measured commits of any comparison below: its", self.text(content))


class Winner(unittest.TestCase):
    def test_needs_every_value_below_every_other(self):
        self.assertEqual(adr_table.clear_winner({"A": [1, 2], "B": [3, 4]}, False), "A")
        self.assertIsNone(adr_table.clear_winner({"A": [1, 3], "B": [3, 4]}, False))

    def test_needs_a_rival_and_repetitions(self):
        self.assertIsNone(adr_table.clear_winner({"A": [1, 2], "B": []}, False))
        self.assertIsNone(adr_table.clear_winner({"A": [1], "B": [2]}, False))
        self.assertEqual(adr_table.clear_winner({"A": [1], "B": [2]}, True), "A")


class BadInput(WithFolder):
    def one_line(self, done, *words):
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Aerror: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_malformed_result_is_one_line_and_exit_status_2(self):
        (self.folder / "results.json").write_text('{"context": {}, "benchmarks": [')
        for script in ("report.py", "draw.py"):
            self.one_line(self.script(script, self.folder), "results.json:1:", "not JSON")

    def test_a_folder_without_results(self):
        for script in ("report.py", "draw.py"):
            self.one_line(self.script(script, self.folder), "results.json", "No such file")

    def test_a_result_without_rows(self):
        synthetic.write(self.folder, {"context": {}, "benchmarks": []})
        self.one_line(self.script("report.py", self.folder), "no row")

    def test_a_run_given_twice(self):
        synthetic.write(self.folder, synthetic.document())
        again = self.folder / "results.json"
        self.one_line(self.script("report.py", self.folder, again), "results.json", "given twice")

    def test_a_place_that_can_not_be_written_to(self):
        synthetic.write(self.folder, synthetic.document(workloads=synthetic.WORKLOADS[:1]))
        for script in ("report.py", "draw.py"):
            done = self.script(script, "--out", self.folder / "results.json/x", self.folder)
            self.one_line(done, "results.json", ": Not a directory")
            self.assertNotIn("Errno", done.stderr)

    def test_an_unknown_figure(self):
        synthetic.write(self.folder, synthetic.document())
        self.one_line(self.script("draw.py", self.folder, "pie"), "pie", "commit_cost")


if __name__ == "__main__":
    unittest.main()
