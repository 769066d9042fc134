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
            "- `long/name/of/it/tier:power`",
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

    def test_an_unknown_figure(self):
        synthetic.write(self.folder, synthetic.document())
        self.one_line(self.script("draw.py", self.folder, "pie"), "pie", "commit_cost")


if __name__ == "__main__":
    unittest.main()
