"""The sources keep the rules of the house, and a file that breaks one is found."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import check_sources


class TheHouse(unittest.TestCase):
    def test_keeps_its_rules(self):
        files, violations, _ = check_sources.check(ROOT)
        self.assertEqual(violations, [])
        self.assertGreater(files, 10)

    def test_has_all_the_folders_that_have_arrows(self):
        for folder in check_sources.ARROWS:
            self.assertTrue((ROOT / folder).is_dir(), folder)


    def test_runs_the_thread_sanitizer_on_the_names_that_are_asked_for(self):
        command = (ROOT / "scripts/test").read_text()
        self.assertIn(f"--tests-regex '{check_sources.SANITIZED_NAMES}'", command)


class MadeUpTree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def violations(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return check_sources.check(self.root)[1]

    def test_every_arrow_not_drawn_is_a_violation_and_every_drawn_one_is_none(self):
        may = {
            "index": ["index"],
            "backends": ["backends"],
            "workloads": ["workloads", "index"],
            "strategies": ["strategies", "index", "backends"],
            "harness": ["harness", "index", "backends", "workloads", "strategies"],
            "tests": ["tests", "harness", "index", "backends", "workloads", "strategies"],
        }
        for source in may:
            for target in may:
                found = self.violations(f"{source}/x.cc", f'#include "{target}/y.h"\n')
                self.assertEqual(found == [], target in may[source], f"{source} -> {target}")
            (self.root / source / "x.cc").unlink()

    def test_a_violation_names_file_line_and_rule(self):
        found = self.violations("index/deep/x.h", '// one\n#include <vector>\n#include "harness/y.h"\n')
        self.assertEqual(
            found,
            [
                'index/deep/x.h:3: #include of "harness/y.h" is against the arrows: '
                "index/ may include no other folder"
            ],
        )

    def test_no_way_around_by_dots_brackets_or_a_bare_name(self):
        for include in ['"../harness/y.h"', '"index/../harness/y.h"', "<harness/y.h>", '"y.h"']:
            self.assertEqual(len(self.violations("index/x.cc", f"#include {include}\n")), 1, include)

    def test_spaces_do_not_hide_an_include(self):
        self.assertEqual(len(self.violations("backends/x.cc", '  #  include"index/y.h"\n')), 1)

    def test_an_include_in_a_comment_is_none(self):
        text = '// #include "harness/y.h"\n/*\n#include "harness/z.h"\n*/\n#include <leveldb/db.h>\n'
        self.assertEqual(self.violations("index/x.cc", text), [])

    def test_threads_without_a_test_that_the_thread_sanitizer_runs_are_a_violation(self):
        text = "TEST(Cache, Evicts) { std::thread reader(Read); }\n"
        self.assertEqual(len(self.violations("tests/index/x.cc", text)), 1)
        text += "TEST_P(Cache, IsSafeOnTwoThreads) {}\n"
        self.assertEqual(self.violations("tests/index/x.cc", text), [])

    def test_a_long_file_is_warned_of_and_no_violation(self):
        self.assertEqual(self.violations("index/x.h", "\n" * 201), [])
        self.assertEqual(len(check_sources.check(self.root)[2]), 1)

    def test_exit_status(self):
        self.assertEqual(check_sources.main([str(self.root)]), 2)  # nothing there to check
        self.violations("index/x.h", "\n")
        self.assertEqual(check_sources.main([str(self.root)]), 0)
        self.violations("index/x.h", '#include "harness/y.h"\n')
        self.assertEqual(check_sources.main([str(self.root)]), 1)


if __name__ == "__main__":
    unittest.main()
