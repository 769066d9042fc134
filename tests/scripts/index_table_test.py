"""The tables of docs/index.md, from made-up rows of bench_index."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import index_bars
import index_rows
import index_table
import results
from index_rows import Place

MARKED = f"# The index\n\n{index_table.BEGIN}\nold\n{index_table.END}\n\nafterwards\n"


def entry(name, repetition=0, **counters):
    run_name = f"{name}/iterations:1/manual_time"
    standard = {"run_name": run_name, "run_type": "iteration", "repetition_index": repetition}
    return {"name": run_name, **standard, "real_time": 1.0, "time_unit": "ms", **counters}


def aggregate(name, **counters):
    return {**entry(name, **counters), "run_type": "aggregate", "aggregate_name": "cv"}


def timed(implementation, operation, *values, datoms=1_000_000, suffix=""):
    """One row a repetition."""
    name = f"index/{implementation}/{operation}/datoms:{datoms}{suffix}"
    return [entry(name, i, ns_per_datom=value) for i, value in enumerate(values)]


def comparison(ratio_of):
    """Rows in which the hitchhiker tree takes ratio_of(operation, size) times as long."""
    rows = []
    for operation in index_bars.OPERATIONS:
        for size in index_bars.SIZES:
            rows += timed("sorted_set_512", operation, 100, 200, datoms=size)
            ratio = ratio_of(operation, size)
            rows += timed("hitchhiker_tree", operation, 100 * ratio, 200 * ratio, datoms=size)
    return rows


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, entries, name="index.json", **context):
        path = self.folder / name
        path.write_text(json.dumps({"context": context, "benchmarks": entries}))
        return path

    def rows(self, entries, **context):
        return index_rows.load([self.write(entries, **context)])

    def script(self, *arguments):
        return subprocess.run(
            [ROOT / "scripts/python", ROOT / "scripts/index_table.py", *map(str, arguments)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def assert_refused(self, entries, *words):
        with self.assertRaises(results.ResultsError) as caught:
            self.rows(entries)
        for word in words:
            self.assertIn(word, str(caught.exception))


class Rows(WithFolder):
    def test_repetitions_give_the_median_and_the_range(self):
        rows = self.rows(timed("sorted_set_64", "scan", 3, 1, 2))
        spread = rows.spread("sorted_set_64", Place("scan", 1_000_000), "ns_per_datom")
        self.assertEqual((spread.median, spread.low, spread.high), (2, 1, 3))

    def test_what_was_not_measured_is_nothing_and_not_zero(self):
        rows = self.rows(timed("sorted_set_64", "scan", 3))
        self.assertIsNone(rows.spread("sorted_set_64", Place("lookup", 1_000_000), "ns_per_datom"))
        self.assertIsNone(rows.spread("sorted_set_64", Place("scan", 1_000_000), "bytes_per_datom"))

    def test_mixed_values_are_another_place(self):
        rows = self.rows(
            timed("std_set", "scan", 1) + timed("std_set", "scan", 5, suffix="/values:mixed")
        )
        mixed = rows.spread("std_set", Place("scan", 1_000_000, True), "ns_per_datom")
        self.assertEqual(mixed.median, 5)

    def test_a_ratio_is_made_within_each_repetition(self):
        # The machine was twice as slow in the second one: the ratio did not change.
        rows = self.rows(timed("std_set", "scan", 30, 60) + timed("sorted_set_64", "scan", 10, 20))
        where = Place("scan", 1_000_000)
        ratio = rows.ratio("ns_per_datom", ("std_set", where), ("sorted_set_64", where))
        self.assertEqual((ratio.low, ratio.median, ratio.high), (3, 3, 3))

    def test_rows_of_several_files_are_repetitions_of_their_own(self):
        paths = [self.write(timed("std_set", "scan", value), f"{value}.json") for value in (1, 3)]
        spread = index_rows.load(paths).spread("std_set", Place("scan", 1_000_000), "ns_per_datom")
        self.assertEqual(spread.median, 2)

    def test_aggregates_are_left_out(self):
        name = "index/std_set/scan/datoms:1000000"
        rows = self.rows([*timed("std_set", "scan", 4), aggregate(name, ns_per_datom=float("nan"))])
        spread = rows.spread("std_set", Place("scan", 1_000_000), "ns_per_datom")
        self.assertEqual((spread.low, spread.high), (4, 4))

    def test_a_failed_row_is_refused_and_named(self):
        failed = {**entry("index/std_set/scan/datoms:10"), "error_occurred": True, "error_message": "broke"}
        self.assert_refused([failed], "benchmarks[0]", "index/std_set/scan/datoms:10", "broke")

    def test_a_foreign_name_is_refused_and_named(self):
        self.assert_refused([entry("BM_scan/10")], "benchmarks[0]", "BM_scan/10", "expected index/")

    def test_the_same_row_twice_in_a_file_is_refused(self):
        self.assert_refused(timed("std_set", "scan", 1) * 2, "benchmarks[1]", "there twice")


class Bars(WithFolder):
    def bar(self, text):
        return next(bar for bar in index_bars.all_bars() if text in bar.text)

    def verdict(self, entries):
        bar = self.bar("`insert_tx10`, sorted_set_64 against absl")
        spread, _ = bar.worst(self.rows(entries))
        return bar.verdict(spread)

    def test_a_bar_is_met_where_every_repetition_meets_it(self):
        ours = timed("sorted_set_64", "insert_tx10", 10, 10)
        met = ours + timed("absl_btree_set", "insert_tx10", 20, 25)
        missed = ours + timed("absl_btree_set", "insert_tx10", 19, 15)
        between = ours + timed("absl_btree_set", "insert_tx10", 19, 25)
        self.assertEqual(self.verdict(met), index_bars.MET)
        self.assertEqual(self.verdict(missed), index_bars.NOT_MET)
        self.assertEqual(self.verdict(between), index_bars.WITHIN_NOISE)

    def test_an_upper_bar_is_met_from_below(self):
        bar = self.bar("`scan`, time of sorted_set_512")
        for ours, verdict in ((2, index_bars.MET), (2.1, index_bars.NOT_MET)):
            entries = timed("sorted_set_512", "scan", ours) + timed("sorted_vector", "scan", 1)
            spread, _ = bar.worst(self.rows(entries))
            self.assertEqual(bar.verdict(spread), verdict)

    def test_of_several_sizes_the_worst_counts_and_all_must_be_there(self):
        bar = self.bar("`lookup`, time of hitchhiker_tree")
        slow = lambda _, size: 25 if size == 100_000 else 2
        spread, place = bar.worst(self.rows(comparison(slow)))
        self.assertEqual((spread.median, place.datoms), (25, 100_000))
        partial = [row for row in comparison(slow) if "datoms:10000/" not in row["name"]]
        self.assertIsNone(bar.worst(self.rows(partial)))

    def test_every_bar_speaks_of_what_bench_index_can_measure(self):
        for bar in index_bars.all_bars():
            self.assertIn(bar.over, index_table.IMPLEMENTATIONS)
            self.assertIn(bar.under, index_table.IMPLEMENTATIONS)


class ClaimX0(WithFolder):
    def verdict(self, ratio_of):
        return index_bars.x0_verdict(index_bars.x0_ratios(self.rows(comparison(ratio_of))))

    def test_is_supported_only_where_every_cell_is_beyond(self):
        self.assertEqual(self.verdict(lambda *_: 1.5), "supported")

    def test_is_refuted_only_where_every_cell_falls_short(self):
        self.assertEqual(self.verdict(lambda *_: 1.4), "refuted")

    def test_depends_where_the_operation_alone_decides(self):
        verdict = self.verdict(lambda operation, _: 1 if operation == "scan" else 9)
        self.assertTrue(verdict.startswith("depends on the operation"), verdict)
        self.assertNotIn("scan", verdict)

    def test_depends_where_the_size_alone_decides(self):
        verdict = self.verdict(lambda _, size: 9 if size > 100_000 else 1)
        self.assertEqual(verdict, "depends on N: holds for 1000000, 10000000")

    def test_is_inconclusive_where_no_one_factor_decides(self):
        one = lambda operation, size: 1 if (operation, size) == ("scan", 10_000) else 9
        self.assertEqual(self.verdict(one), "inconclusive: holds in 19 of 20 cells, fails in 1")

    def test_is_open_where_a_cell_was_not_measured(self):
        rows = self.rows(timed("sorted_set_512", "scan", 1) + timed("hitchhiker_tree", "scan", 9))
        self.assertEqual(
            index_bars.x0_verdict(index_bars.x0_ratios(rows)), "open: 1 of 20 cells measured"
        )


class Text(WithFolder):
    def test_an_operation_has_a_line_each_implementation_with_ratios_to_its_peers(self):
        entries = timed("sorted_vector", "lookup", 120) + timed("absl_btree_set", "lookup", 200)
        text = index_table.text_of(self.rows(entries + timed("sorted_set_512", "lookup", 100, 100)))
        self.assertIn("| `sorted_set_512` | 100, 2× / 1.2× |", text)
        # Ours come first, whatever the order of the rows.
        self.assertLess(text.index("| `sorted_set_512` | 100"), text.index("| `absl_btree_set` | 200"))

    def test_dirty_nodes_have_a_table_each_for_scattered_and_local_datoms(self):
        counts = {"nodes_per_tx": 3, "packed_bytes_per_tx": 3291}
        entries = [
            entry(f"index/sorted_set_512/dirty_tx{size}_{kind}/datoms:1000000", **counts)
            for size in index_table.DIRTY_SIZES
            for kind in ("scattered", "local")
        ]
        text = index_table.text_of(self.rows(entries))
        self.assertEqual(text.count("| `sorted_set_512` |" + " 3 / 3,291 |" * 5), 2)

    def test_the_context_names_cpu_flags_and_libraries_and_no_path(self):
        rows = self.rows(
            timed("std_set", "scan", 1),
            executable="/home/somebody/bench_index",
            machine={"cpu": "made up"},
            build={"flags": "-O3", "libraries": {"absl": "20220623"}},
            allocator="glibc",
        )
        line = index_table.context_lines(rows)
        for fact in ("CPU: made up", "flags: -O3", "absl 20220623", "allocator: glibc"):
            self.assertIn(fact, line)
        self.assertNotIn("somebody", line)

    def test_only_what_stands_between_the_markers_changes_and_always_alike(self):
        run = self.write(comparison(lambda *_: 2))
        docs = self.folder / "index.md"
        docs.write_text(MARKED)
        texts = []
        for _ in range(2):
            self.assertEqual(self.script(run, "--docs", docs).returncode, 0)
            texts.append(docs.read_bytes())
        self.assertEqual(texts[0], texts[1])
        text = texts[0].decode()
        self.assertTrue(text.startswith("# The index\n\n" + index_table.BEGIN))
        self.assertTrue(text.endswith(index_table.END + "\n\nafterwards\n"))
        self.assertNotIn("old", text)
        self.assertIn("Verdict: **supported**", text)

    def test_a_page_without_markers_is_refused_in_one_line_and_left_alone(self):
        docs = self.folder / "index.md"
        docs.write_text("# The index\n")
        done = self.script(self.write(timed("std_set", "scan", 1)), "--docs", docs)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn("index:begin", done.stderr)
        self.assertEqual(docs.read_text(), "# The index\n")


if __name__ == "__main__":
    unittest.main()
