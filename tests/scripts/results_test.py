"""The reader of results: what it makes of good files, and what it says of bad ones."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))

import results
import synthetic


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def load(self, content):
        return results.load(synthetic.write(self.folder, content))


class GoodResults(WithFolder):
    def test_all_cells_phases_and_repetitions_are_there(self):
        run = self.load(synthetic.document(repetitions=3))
        self.assertEqual(len(run.cells()), 15)
        self.assertEqual(len(run.comparisons()), 5)
        self.assertEqual(run.strategies(), list(synthetic.STRATEGIES))
        for cell in run.cells():
            self.assertEqual(run.count(cell, "transact"), 3)
            self.assertEqual(run.count(cell, "scan_warm"), 3)

    def test_the_median_is_over_the_repetitions(self):
        run = self.load(synthetic.document(repetitions=3))
        values = run.values(run.cells()[0], "transact", "commit_p50_ms")
        self.assertEqual(len(set(values)), 3)
        self.assertEqual(run.median(run.cells()[0], "transact", "commit_p50_ms"), sorted(values)[1])

    def test_what_was_not_measured_is_none_and_not_0(self):
        run = self.load(synthetic.document())
        self.assertIsNone(run.median(run.cells()[0], "load", "commit_p50_ms"))
        self.assertEqual(run.values(run.cells()[0], "close", "commit_p50_ms"), [])

    def test_units_and_directions_come_from_the_context(self):
        content = synthetic.document()
        content["context"]["metrics"] = [
            {"name": "stall", "unit": "ms", "better": "lower", "exact": True, "definition": "d"}
        ]
        metric = self.load(content).metric("stall")
        self.assertEqual((metric.unit, metric.better, metric.is_exact), ("ms", "lower", True))

    def test_without_a_table_the_unit_is_what_the_name_ends_with(self):
        run = self.load({"context": {}, "benchmarks": []})
        self.assertEqual(run.metric("heap_peak_bytes").unit, "bytes")
        self.assertEqual(run.metric("flush_seconds").unit, "s")
        self.assertEqual(run.metric("puts").unit, "")

    def test_standard_fields_of_google_benchmark_are_no_metrics(self):
        run = self.load(synthetic.document())
        for row in run.rows:
            self.assertTrue(results.STANDARD_FIELDS.isdisjoint(row.values))

    def test_a_cell_that_failed_is_an_error(self):
        content = synthetic.document()
        content["context"]["failed_cells"] = {"a/b/c/d": "the oracle disagrees"}
        self.assertIn(("a/b/c/d", "the oracle disagrees"), self.load(content).errors)

    def test_a_row_that_failed_is_an_error_and_no_value(self):
        content = synthetic.document(repetitions=2)
        content["benchmarks"][0] |= {"error_occurred": True, "error_message": "the oracle disagrees"}
        run = self.load(content)
        self.assertEqual(run.errors, [(content["benchmarks"][0]["name"], "the oracle disagrees")])
        self.assertEqual(run.count(run.cells()[0], "transact"), 1)

    def test_aggregates_are_left_out(self):
        content = synthetic.document(repetitions=1)
        rows = len(content["benchmarks"])
        content["benchmarks"].append(content["benchmarks"][0] | {"run_type": "aggregate"})
        self.assertEqual(len(self.load(content).rows), rows)


class SeveralRuns(WithFolder):
    def paths(self, **other_machine):
        contents = [synthetic.document(repetitions=2), synthetic.document(repetitions=1)]
        contents[1]["context"]["machine"] |= other_machine
        contents[1]["context"]["storage"]["sync_ms"] = 0.5
        return [synthetic.write(self.folder / str(number), content)
                for number, content in enumerate(contents)]  # fmt: skip

    def test_add_repetitions(self):
        run = results.load_all(self.paths())
        self.assertEqual(run.count(run.cells()[0], "transact"), 3)

    def test_of_unlike_machines_are_not_joined(self):
        with self.assertRaisesRegex(results.ResultsError, "machine is another"):
            results.load_all(self.paths(cpu="another"))


    def twice(self, **changes):
        content = synthetic.document(repetitions=1)
        paths = [synthetic.write(self.folder / "one", content)]
        content["context"] |= changes
        return [*paths, synthetic.write(self.folder / "two", content)]

    def test_one_given_twice_is_refused(self):
        first, copy = self.twice()
        link = self.folder / "link"
        link.symlink_to(first)
        for again in (first, first / "results.json", link, copy):
            with self.assertRaisesRegex(results.ResultsError, "given twice"):
                results.load_all([first, again])

    def test_made_one_after_the_other_are_two(self):
        run = results.load_all(self.twice(date="2026-01-02T04:04:05+00:00"))
        self.assertEqual(run.count(run.cells()[0], "transact"), 2)

    def test_of_unlike_traces_are_not_joined(self):
        content = synthetic.document(repetitions=1)
        paths = []
        for date, traces in (("1", {"a": "11"}), ("2", {"b": "22"}), ("3", {"a": "11", "b": "33"})):
            content["context"] |= {"date": date, "traces": traces}
            paths.append(synthetic.write(self.folder / date, content))
        joined = results.load_all(paths[:2])
        self.assertEqual(joined.context["traces"], {"a": "11", "b": "22"})
        with self.assertRaisesRegex(results.ResultsError, "3/results.json: trace b has another"):
            results.load_all(paths)

    def test_plan_what_each_planned(self):
        paths = self.twice(date="later", planned_cells=["a/b/c/d"])
        run = results.load_all(paths)
        self.assertEqual(run.planned.pop("a/b/c/d"), 1)
        self.assertEqual(set(run.planned.values()), {1})
        self.assertEqual(set(run.planned), {cell.name for cell in run.cells()})


class Cells(unittest.TestCase):
    def test_a_name_comes_apart(self):
        cell = results.parse_cell("s/i/b/small_tx/datoms:1000/history:off")
        self.assertEqual((cell.strategy, cell.index, cell.backend), ("s", "i", "b"))
        self.assertEqual(cell.comparison.title, "small_tx, N = 1 k")
        self.assertEqual(cell.comparison.details, "i history:off")
        self.assertFalse(cell.comparison.is_real)

    def test_a_trace_may_take_the_place_of_the_workload(self):
        for name in ("s/i/b/trace:git-git/flush:10", "s/i/b/trace/flush:10/trace:git-git"):
            comparison = results.parse_cell(name).comparison
            self.assertEqual((comparison.workload, comparison.title), ("trace", "git-git"))
            self.assertTrue(comparison.is_real)

    def test_only_the_strategy_may_differ_in_a_comparison(self):
        first = results.parse_cell("A/i/b/w/datoms:10/flush:2").comparison
        self.assertEqual(first, results.parse_cell("B/i/b/w/flush:2/datoms:10").comparison)
        self.assertNotEqual(first, results.parse_cell("B/i/b/w/datoms:10").comparison)

    def test_short_counts(self):
        for number, text in ((0, "0"), (950, "950"), (12_500, "12.5 k"), (1e6, "1 M"), (3e9, "3 G")):
            self.assertEqual(results.short_count(number), text)


class BadResults(WithFolder):
    def message(self, text):
        (self.folder / "results.json").write_text(text)
        with self.assertRaises(results.ResultsError) as caught:
            results.load(self.folder)
        self.assertNotIn("\n", str(caught.exception))
        self.assertIn("results.json", str(caught.exception))
        return str(caught.exception)

    def row_message(self, **changes):
        content = synthetic.document(repetitions=1)
        content["benchmarks"][7] |= changes
        return self.message(json.dumps(content))

    def test_a_file_that_is_not_there(self):
        with self.assertRaisesRegex(results.ResultsError, "No such file"):
            results.load(self.folder)

    def test_torn_json_names_the_place(self):
        self.assertRegex(self.message(json.dumps(synthetic.document())[:500]), r":1:\d+: not JSON")

    def test_json_of_another_form(self):
        self.assertIn("expected an object", self.message("[]"))
        self.assertIn("context: expected an object", self.message('{"benchmarks": []}'))
        self.assertIn("benchmarks: expected a list", self.message('{"context": {}}'))

    def test_a_row_without_a_phase_that_exists(self):
        self.assertIn("benchmarks[7]", self.row_message(name="a/b/c/d/phase:lunch"))
        self.assertIn("CELL/phase:PHASE", self.row_message(name="BM_memcpy/8"))
        self.assertIn("strategy/index/backend", self.row_message(name="a/b/phase:load"))

    def test_a_counter_that_is_no_finite_number(self):
        self.assertIn("puts: expected a finite number", self.row_message(puts=None))
        self.assertIn("puts: expected a finite number", self.row_message(puts=float("nan")))

    def test_malformed_names_of_planned_cells(self):
        content = synthetic.document(repetitions=1)
        content["context"]["planned_cells"] = {"a/b/c/d": 1}
        self.assertIn("context.planned_cells", self.message(json.dumps(content)))

    def test_a_malformed_table_of_metrics(self):
        content = synthetic.document()
        content["context"]["metrics"] = [{"unit": "ms"}]
        self.assertIn("context.metrics[0]", self.message(json.dumps(content)))


if __name__ == "__main__":
    unittest.main()
