"""The program and the scripts together: cells are run, reported, drawn, and read by compare.py."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import adr_table
import draw
import results
from plot import style

PROGRAM = os.environ.get("DATOMBENCH")
COMPARE = pathlib.Path("/usr/share/benchmark/compare.py")
STRATEGIES = ("dirty_node_tree", "record_snapshot", "op_log_replay")


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


@unittest.skipUnless(PROGRAM, "DATOMBENCH names no program")
class EndToEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name) / "run"
        cells = [f"{one}/sorted_set/leveldb/small_tx/datoms:1000/tx:20" for one in STRATEGIES]
        cls.done = run(PROGRAM, "run", *cells, "--out", cls.folder)

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.measured = results.load(self.folder)

    def test_every_number_is_in_the_table_of_metrics(self):
        self.assertGreater(len(self.measured.metrics), 50)
        for row in self.measured.rows:
            self.assertEqual(set(row.values) - set(self.measured.metrics), set(), row.phase)

    def test_every_metric_that_the_scripts_show_is_measured(self):
        for cell in self.measured.cells():
            for measure in adr_table.MEASURES:
                with self.subTest(cell=cell.strategy, measure=measure.label):
                    self.assertTrue(adr_table.values_of(self.measured, cell, measure))

    def test_every_figure_can_be_drawn(self):
        self.addCleanup(style.plt.close, "all")
        for figure in draw.FIGURES:
            self.assertIsNotNone(figure.draw(self.measured), figure.NAME)

    def test_the_program_writes_the_report_with_all_three_strategies(self):
        done = run(PROGRAM, "report", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.folder / "adr.md").read_text(encoding="utf-8")
        self.assertIn("| | A dirty_node_tree | B record_snapshot | C op_log_replay | n |", text)

    @unittest.skipUnless(COMPARE.exists(), "no compare.py (Debian: libbenchmark-tools)")
    def test_compare_py_reads_it(self):
        file = self.folder / "results.json"
        done = run("/usr/bin/python3", COMPARE, "--no-color", "benchmarks", file, file)
        self.assertEqual(done.returncode, 0, done.stderr)
        for strategy in STRATEGIES:
            self.assertIn(f"{strategy}/sorted_set/leveldb/small_tx", done.stdout)


if __name__ == "__main__":
    unittest.main()
