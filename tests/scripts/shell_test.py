"""The two commands against a made-up system: what they install, refuse and say."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]


class MadeUpSystem(unittest.TestCase):
    """A copy of scripts/, and a PATH of stand-ins that log how they were called."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.clone = self.root / "clone"
        self.log = self.root / "calls"
        self.bin = self.root / "bin"
        self.bin.mkdir()
        shutil.copytree(ROOT / "scripts", self.clone / "scripts")
        for tool in "bash env dirname sed grep mkdir date nproc tr head rm cat sort realpath xargs cp find".split():
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stand_in("git", "echo 1a2b3c4")
        self.stand_in("sudo", 'while [[ $1 == -* ]]; do shift; done; exec "$@"')
        self.packages({})

    def stand_in(self, name, body):
        file = self.bin / name
        file.write_text(f'#!/bin/bash\necho "{name} $*" >>{self.log}\n{body}\n')
        file.chmod(0o755)

    def fuzzer(self, body):
        """A corpus of one input, and in the place where it is built a fuzzer that does `body`."""
        corpus = self.clone / "tests/data/fuzz/index"
        corpus.mkdir(parents=True)
        (corpus / "seed").write_text("seed")
        program = self.clone / "build/fuzz/tests/index_fuzz"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/bash\necho "index_fuzz $*" >>{self.log}\n{body}\n')
        program.chmod(0o755)

    def packages(self, missing):
        """dpkg-query and apt-get; `missing`: package -> whether apt-get can provide it."""
        cases = " ".join(f"{name}) exit 1 ;;" for name in missing)
        self.stand_in("dpkg-query", f'case ${{@: -1}} in {cases} *) echo -n installed ;; esac')
        refused = " ".join(f"*\\ {name}*) exit 100 ;;" for name, can in missing.items() if not can)
        self.stand_in("apt-get", f'case " $*" in {refused} *) : ;; esac')

    def run_script(self, *arguments, **environment):
        return subprocess.run(
            [str(argument) for argument in arguments], cwd=self.root, text=True,
            capture_output=True, check=False, stdin=subprocess.DEVNULL,
            env={"PATH": str(self.bin), "LANG": "C.UTF-8"} | environment,
        )  # fmt: skip

    def calls(self, name):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.split()[0] == name]

    def install(self, *sections):
        return self.run_script(
            "bash", "-c", f". {self.clone}/scripts/lib.sh; install_packages {' '.join(sections)}"
        )

    def assert_one_line_and_2(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stderr)
        errors = [line for line in done.stderr.splitlines() if not line.startswith("== ")]
        self.assertEqual(len(errors), 1, done.stderr)
        for word in words:
            self.assertIn(word, errors[0])


class Installing(MadeUpSystem):
    def test_touches_nothing_where_nothing_is_missing(self):
        self.assertEqual(self.install("build", "plots").returncode, 0)
        self.assertEqual(self.calls("apt-get"), [])
        self.assertGreater(len(self.calls("dpkg-query")), 10)

    def test_installs_exactly_what_is_missing_after_an_update(self):
        self.packages({"cmake": True, "libfmt-dev": True})
        self.assertEqual(self.install("build", "plots").returncode, 0)
        update, install = self.calls("apt-get")
        self.assertTrue(update.endswith(" update"))
        self.assertTrue(install.endswith(" cmake libfmt-dev"), install)

    def test_a_package_that_cannot_be_had_is_named_in_one_line(self):
        self.packages({"cmake": True, "libfmt-dev": False})
        done = self.install("build")
        self.assert_one_line_and_2(done, "libfmt-dev")
        self.assertNotIn("cmake", done.stderr.splitlines()[-1])

    def test_without_apt_the_packages_are_named_in_one_line(self):
        (self.bin / "apt-get").unlink()
        self.assert_one_line_and_2(self.install("build"), "apt-get", "cmake", "libleveldb-dev")

    @unittest.skipIf(os.geteuid() == 0, "root needs no sudo")
    def test_without_root_or_sudo_the_packages_are_named_in_one_line(self):
        (self.bin / "sudo").unlink()
        self.packages({"cmake": True})
        self.assert_one_line_and_2(self.install("build"), "apt-get install cmake")

    def test_every_section_that_the_commands_ask_for_has_packages(self):
        for section in ("build", "plots", "compare", "ci"):
            done = self.run_script(
                "bash", "-c", f". {self.clone}/scripts/lib.sh; packages_of {section}"
            )
            self.assertEqual(done.returncode, 0)
            for package in done.stdout.split("\n")[:-1]:
                self.assertRegex(package, r"^[a-z0-9][a-z0-9+.-]+$")


class Bench(MadeUpSystem):
    def setUp(self):
        super().setUp()
        self.stand_in("cmake", "")
        self.program(0)
        python = self.clone / "scripts/python"
        python.write_text(f'#!/bin/bash\necho "python $*" >>{self.log}\n')

    def program(self, status, writes=True):
        """A datombench that writes results into the folder after --out."""
        program = self.clone / "build/release/harness/datombench"
        program.parent.mkdir(parents=True, exist_ok=True)
        body = 'while [[ $1 != --out ]]; do shift; done; mkdir -p "$2"; '
        body += 'echo {} >"$2/results.json"; ' if writes else ""
        program.write_text(f'#!/bin/bash\necho "datombench $*" >>{self.log}\n{body}\nexit {status}\n')
        program.chmod(0o755)

    def bench(self, *arguments):
        return self.run_script(self.clone / "scripts/bench", *arguments)

    def test_the_last_word_is_the_path_of_the_report(self):
        done = self.bench()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"\Aout/\d{4}-\d\d-\d\d-1a2b3c4/adr\.md\n\Z")
        self.assertIn("run --suite quick --out out/", self.calls("datombench")[0])

    def test_a_second_run_of_the_day_gets_a_folder_of_its_own(self):
        first, second = self.bench().stdout, self.bench().stdout
        self.assertNotEqual(first, second)

    def test_options_are_passed_through(self):
        done = self.bench("--suite", "standard", "--out", "there", "--repetitions", "5", "--filter=a b")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            self.calls("datombench"),
            [f"datombench run --suite standard --out {self.root}/there --repetitions 5 --filter=a b"],
        )
        self.assertEqual(done.stdout, f"{self.root}/there/adr.md\n")

    def test_a_failed_cell_is_reported_and_kept_in_the_exit_status(self):
        self.program(2)
        done = self.bench()
        self.assertEqual(done.returncode, 2)
        self.assertIn("adr.md", done.stdout)

    def test_without_results_there_is_no_report(self):
        self.program(64, writes=False)
        done = self.bench("--suite", "quik")
        self.assertEqual((done.returncode, done.stdout), (64, ""))

    def test_a_build_that_fails_is_status_2(self):
        self.stand_in("cmake", "exit 1")
        self.assert_one_line_and_2(self.bench(), "build failed")
        self.assertEqual(self.calls("datombench"), [])

    def test_an_option_without_its_value_is_wrong_usage(self):
        self.assertEqual(self.bench("--out").returncode, 64)

    def test_no_install_leaves_the_system_alone(self):
        self.packages({"cmake": True})
        self.assertEqual(self.bench("--no-install").returncode, 0)
        self.assertEqual(self.calls("apt-get"), [])

    def test_help_does_nothing_else(self):
        done = self.bench("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("usage: scripts/bench", done.stdout)
        self.assertEqual(self.calls("cmake"), [])


class Test(MadeUpSystem):
    def setUp(self):
        super().setUp()
        self.stand_in("cmake", "")
        self.ctest(tests=5)

    def ctest(self, tests, failures=0, skipped=0, status=0):
        """A ctest that writes the report asked for."""
        report = (
            f'<testsuite name="x" tests="{tests}" failures="{failures}" disabled="0" '
            f'skipped="{skipped}"/>'
        )
        self.stand_in(
            "ctest",
            'while [[ $1 != --output-junit ]]; do shift; done; mkdir -p "${2%/*}"; '
            f"echo '{report}' >\"$2\"; exit {status}",
        )

    def run_tests(self, *arguments):
        return self.run_script(self.clone / "scripts/test", *arguments)

    def test_counts_the_tests_and_the_build(self):
        done = self.run_tests()
        self.assertEqual((done.returncode, done.stdout), (0, "6 passed, 0 failed\n"))

    def test_failed_tests_are_counted_and_fail_it(self):
        self.ctest(tests=5, failures=2, status=8)
        done = self.run_tests()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.splitlines()[-1], "4 passed, 2 failed")
        self.assertIn("2 of 5", done.stdout)

    def test_skipped_tests_have_not_passed(self):
        self.ctest(tests=5, skipped=2)
        self.assertEqual(self.run_tests().stdout, "2 skipped\n4 passed, 0 failed\n")

    def test_a_build_that_fails_is_a_failure_and_nothing_of_it_is_run(self):
        self.stand_in("cmake", "exit 1")
        done = self.run_tests()
        self.assertEqual(done.stdout.splitlines()[-1], "0 passed, 1 failed")
        self.assertEqual((done.returncode, self.calls("ctest")), (1, []))

    def test_no_tests_at_all_are_a_failure(self):
        self.ctest(tests=0, status=8)
        done = self.run_tests()
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (1, "1 passed, 1 failed"))

    def test_ctest_that_dies_without_a_report_is_a_failure(self):
        self.stand_in("ctest", "exit 139")
        done = self.run_tests()
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (1, "1 passed, 1 failed"))

    def test_ci_runs_every_build_every_linter_and_the_fuzzer(self):
        self.fuzzer("")
        for linter in ("clang-format", "run-clang-tidy", "shellcheck"):
            self.stand_in(linter, "")
        self.stand_in("git", "echo scripts/bench")
        done = self.run_tests("--ci")
        # Four builds with five tests each, three linters and the fuzzer.
        self.assertEqual((done.returncode, done.stdout), (0, "28 passed, 0 failed\n"), done.stderr)
        for linter in ("clang-format", "run-clang-tidy", "shellcheck"):
            self.assertEqual(len(self.calls(linter)), 1, linter)

    def test_ci_counts_a_linter_or_fuzzer_that_finds_something(self):
        self.fuzzer("exit 77")
        for linter in ("clang-format", "run-clang-tidy", "shellcheck"):
            self.stand_in(linter, "exit 1")
        self.stand_in("git", "echo scripts/bench")
        done = self.run_tests("--ci")
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (1, "24 passed, 4 failed"))

    def test_an_unknown_option_is_wrong_usage(self):
        self.assertEqual(self.run_tests("--cii").returncode, 64)


class Fuzz(MadeUpSystem):
    def setUp(self):
        super().setUp()
        self.stand_in("cmake", "")

    def fuzz(self, *arguments):
        return self.run_script(self.clone / "scripts/fuzz", *arguments)

    def test_runs_as_long_as_it_is_told_on_a_copy_of_the_corpus(self):
        self.fuzzer('echo found >"$1/new"')
        done = self.fuzz("600", "-seed=1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing found", done.stdout)
        call, = self.calls("index_fuzz")
        self.assertIn("-max_total_time=600 ", call)
        self.assertTrue(call.endswith(" -seed=1"))
        committed = self.clone / "tests/data/fuzz/index"
        self.assertEqual([path.name for path in committed.iterdir()], ["seed"])
        self.assertEqual(len(list((self.clone / "build/fuzz/corpus").iterdir())), 2)

    def test_names_the_input_that_reproduces_what_it_found(self):
        self.fuzzer("echo x >build/fuzz/found-crash-1; exit 77")
        done = self.fuzz()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(
            done.stdout, "reproduce with: build/fuzz/tests/index_fuzz build/fuzz/found-crash-1\n"
        )

    def test_a_former_find_is_not_named_again(self):
        self.fuzzer("exit 1")
        (self.clone / "build/fuzz/found-crash-1").write_text("x")
        self.assertEqual(self.fuzz().stdout, "the fuzzer exited with 1 and left no input\n")

    def test_a_build_that_fails_is_one_line_and_2(self):
        self.stand_in("cmake", "exit 1")
        self.assert_one_line_and_2(self.fuzz(), "preset fuzz")

    def test_what_is_no_number_of_seconds_is_wrong_usage(self):
        self.assertEqual(self.fuzz("10m").returncode, 64)


if __name__ == "__main__":
    unittest.main()
