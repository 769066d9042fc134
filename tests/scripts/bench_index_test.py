"""bench_index on its smallest size: its rows, what they count, and that the tables can be made."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
OURS = ("sorted_set_32", "sorted_set_64", "sorted_set_128", "sorted_set_512", "hitchhiker_tree")
MUTABLE = ("absl_btree_set", "std_set")
DATOM_BYTES = 32


def rows_of(document):
    return {row["name"]: row for row in document["benchmarks"]}


class BenchIndexTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        output = subprocess.run(
            [os.environ["BENCH_INDEX"], "--benchmark_format=json", "--benchmark_filter=datoms:10000/"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        cls.document = json.loads(output)
        cls.rows = rows_of(cls.document)

    def test_every_operation_has_a_row_for_whoever_can_do_it(self):
        for values in ("", "/values:mixed"):
            for name in (*OURS, *MUTABLE):
                for operation in ("bulk_build", "insert_tx10", "insert_tx10000", "lookup", "scan"):
                    self.assertIn(f"index/{name}/{operation}/datoms:10000{values}", self.rows)
            for name in OURS:
                for operation in ("insert_tx10_beside_reader", "insert_tx10_keep_all"):
                    self.assertIn(f"index/{name}/{operation}/datoms:10000{values}", self.rows)
            self.assertIn(f"index/sorted_vector/scan/datoms:10000{values}", self.rows)
            self.assertNotIn(f"index/sorted_vector/insert_tx10/datoms:10000{values}", self.rows)

    def test_a_built_contender_holds_its_datoms_and_not_many_times_their_bytes(self):
        for name, row in self.rows.items():
            if "/bulk_build/" in name:
                self.assertGreaterEqual(row["bytes_per_datom"], DATOM_BYTES, name)
                self.assertLess(row["bytes_per_datom"], 4 * DATOM_BYTES, name)

    def test_a_lookup_compares_about_as_often_as_halving_does(self):
        # log2(10000) is 13.3. Not the peers: with assertions on they check themselves by comparing.
        for name in (*OURS, "sorted_vector"):
            row = self.rows[f"index/{name}/lookup/datoms:10000"]
            self.assertGreater(row["comparisons_per_datom"], 7, name)
            self.assertLess(row["comparisons_per_datom"], 30, name)

    def test_a_kept_version_costs_bytes_and_less_than_a_copy(self):
        for name in OURS:
            row = self.rows[f"index/{name}/insert_tx10_keep_all/datoms:10000"]
            self.assertGreater(row["bytes_per_version"], 10 * DATOM_BYTES, name)
            self.assertLess(row["bytes_per_version"], 10_000 * DATOM_BYTES, name)

    def test_the_tables_can_be_made(self):
        with tempfile.TemporaryDirectory() as folder:
            rows = pathlib.Path(folder, "rows.json")
            rows.write_text(json.dumps(self.document))
            docs = pathlib.Path(folder, "index.md")
            docs.write_text("<!-- index:begin -->\n<!-- index:end -->\n")
            subprocess.run(
                [sys.executable, ROOT / "scripts" / "index_table.py", rows, "--docs", docs], check=True
            )
            self.assertIn("sorted_set_64", docs.read_text())


if __name__ == "__main__":
    unittest.main()
