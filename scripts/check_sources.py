"""Checks the sources against the rules of the house: scripts/check_sources.py [FOLDER].

Violations go to stdout, one a line, and make the exit status 1:
  - an #include against the arrows between the folders, through "..", or not by its path from the
    root of the project;
  - a test file that starts threads and names no test so that the thread sanitizer picks it.
Files beyond the sizes of the house style are warned of on stderr.
"""

import pathlib
import re
import sys

# What each folder may include, itself apart.
ARROWS = {
    "index": set(),
    "backends": set(),
    "workloads": {"index"},
    "strategies": {"index", "backends"},
    "harness": {"index", "backends", "workloads", "strategies"},
    "tests": {"index", "backends", "workloads", "strategies", "harness"},
}

LINES_MAX = {".cc": 400, ".h": 200}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# What a test gets threads of its own by.
THREADS = re.compile(r"\bstd::(j?thread|async)\b")
TEST_NAME = re.compile(r"^TEST(?:_[FP])?\(\s*(\w+)\s*,\s*(\w+)", re.MULTILINE)
# Which tests the thread sanitizer runs, as scripts/test passes it to ctest.
SANITIZED_NAMES = "Thread|Concurrent|Beside"


def without_comments(text):
    """`text` with comments blanked, line numbers kept. String literals with // in them may suffer."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group())
    return re.sub(r"/\*.*?\*/|^\s*//[^\n]*", blank, text, flags=re.DOTALL | re.MULTILINE)


def include_violation(folder, bracket, target):
    """Why a file of `folder` may not include `target`; None if it may."""
    first = target.split("/")[0]
    if ".." in target.split("/"):
        return 'goes through ".."'
    if first in ARROWS and "/" in target:
        if bracket == "<":
            return "is ours and wants quotes"
        if first != folder and first not in ARROWS[folder]:
            may = ", ".join(sorted(ARROWS[folder])) or "no other folder"
            return f"is against the arrows: {folder}/ may include {may}"
        return None
    if bracket == '"':
        return "is not a path from the root of the project"
    return None


def violations_of(path, folder, text):
    """The violations in one file, each `path:line: what`."""
    code = without_comments(text)
    found = []
    for match in INCLUDE.finditer(code):
        why = include_violation(folder, match.group(1), match.group(2))
        if why:
            line = code.count("\n", 0, match.start(2)) + 1
            found.append(f'{path}:{line}: #include of "{match.group(2)}" {why}')
    if folder == "tests" and THREADS.search(code):
        names = ["".join(match.groups()) for match in TEST_NAME.finditer(code)]
        if names and not any(re.search(SANITIZED_NAMES, name) for name in names):
            found.append(
                f"{path}:1: starts threads, but no test has {SANITIZED_NAMES} in its name, "
                "so the thread sanitizer never runs it"
            )
    return found


def check(root):
    """(files looked at, violations, warnings) of the tree at `root`."""
    files, violations, warnings = 0, [], []
    for folder in ARROWS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in LINES_MAX:
                continue
            files += 1
            text = path.read_text(encoding="utf-8")
            shown = path.relative_to(root)
            violations += violations_of(shown, folder, text)
            lines, limit = text.count("\n"), LINES_MAX[path.suffix]
            if lines > limit:
                warnings.append(f"{shown}: {lines} lines, the house style asks for {limit}")
    return files, violations, warnings


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    files, violations, warnings = check(root)
    if files == 0:
        print(f"error: no sources in {root}", file=sys.stderr)
        return 2
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    for violation in violations:
        print(violation)
    print(f"{files} files, {len(violations)} violations", file=sys.stderr)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
