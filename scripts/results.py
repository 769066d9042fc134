"""The only reader of results: Google Benchmark's JSON with datombench's rows in it.

A result has a row for each phase of each repetition of a cell. What was not measured is absent,
never 0: every accessor gives None or an empty list for it.
"""

import dataclasses
import json
import math
import pathlib
import re
import statistics

FILE_NAME = "results.json"

# The phases that a cell can have, in the order in which they come.
PHASES = (
    "load",
    "transact",
    "close",
    "connect_cold",
    "first_read_cold",
    "scan_cold",
    "connect_warm",
    "first_read_warm",
    "scan_warm",
    "verify",
)

# What Google Benchmark itself puts into a row; every other number there is a metric of ours.
STANDARD_FIELDS = frozenset(
    "name run_name run_type family_index per_family_instance_index repetitions repetition_index "
    "threads iterations real_time cpu_time time_unit aggregate_name aggregate_unit label "
    "error_occurred error_message".split()
)


class ResultsError(Exception):
    """The input is no result: file, place and what was expected, in one line."""


@dataclasses.dataclass(frozen=True)
class Metric:
    """One entry of the harness's table of metrics, as the result's context carries it."""

    name: str
    unit: str = ""  # "s", "ms", "bytes", "1/s", "ratio", "" for a count
    better: str = "neither"  # "lower", "higher", "neither"
    is_exact: bool = False
    definition: str = ""


@dataclasses.dataclass(frozen=True)
class Cell:
    """A cell's name taken apart: `strategy/index/backend/workload[/key:value…]`."""

    name: str
    strategy: str
    index: str
    backend: str
    workload: str
    parameters: tuple  # of (key, value), in the name's order

    @property
    def comparison(self):
        """What cells must share to be compared: everything but the strategy."""
        return Comparison(self.index, self.backend, self.workload, tuple(sorted(self.parameters)))


@dataclasses.dataclass(frozen=True, order=True)
class Comparison:
    """Cells that differ in nothing but the strategy."""

    index: str
    backend: str
    workload: str
    parameters: tuple

    def parameter(self, key):
        return dict(self.parameters).get(key)

    @property
    def is_real(self):
        """Whether its transactions come from a trace of real data."""
        return self.parameter("trace") is not None

    @property
    def title(self):
        """`git-datahike` or `small_tx, N = 100 k`."""
        trace, datoms = self.parameter("trace"), self.parameter("datoms")
        if trace:
            return trace
        return f"{self.workload}, N = {short_count(int(datoms))}" if datoms else self.workload

    @property
    def details(self):
        """What else it fixes: `flush:100 history:off`; "" where all is default."""
        shown = [] if self.index == "sorted_set" else [self.index]
        shown += [f"{key}:{value}" for key, value in self.parameters if key not in ("trace", "datoms")]
        return " ".join(shown)


@dataclasses.dataclass(frozen=True)
class Row:
    """One phase of one repetition of a cell."""

    cell: Cell
    phase: str
    values: dict  # metric's name -> number


def short_count(number):
    """`950`, `12.5 k`, `1 M`: three digits at most."""
    for limit, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= limit:
            return f"{number / limit:.3g}{unit}"
    return f"{number:.3g}"


def parse_cell(name):
    """The Cell of a name. Raises ValueError."""
    parts = name.split("/")
    if len(parts) < 4 or not all(parts):
        raise ValueError("expected strategy/index/backend/workload[/key:value…]")
    strategy, index, backend, workload = parts[:4]
    parameters = parts[4:]
    if ":" in workload:  # trace:NAME in the workload's place
        parameters.insert(0, workload)
        workload = workload.split(":")[0]
    pairs = [tuple(part.split(":", 1)) for part in parameters]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("expected key:value in every place after the workload")
    return Cell(name, strategy, index, backend, workload, tuple(pairs))


class Results:
    """One run: its context, the metrics it declares, its rows, and the rows that failed."""

    def __init__(self, path, context, metrics, rows, errors):
        self.path = path
        self.context = context
        self.metrics = metrics  # name -> Metric
        self.rows = rows
        self.errors = errors  # (row's name, message)
        self._by_phase = {}  # (cell's name, phase) -> its rows
        for row in rows:
            self._by_phase.setdefault((row.cell.name, row.phase), []).append(row)

    def metric(self, name):
        """The metric's entry; where the run declares none, what its name says."""
        return self.metrics.get(name) or Metric(name, unit=unit_of_name(name))

    def cells(self):
        """All cells, in the order of their first rows."""
        return list(dict.fromkeys(row.cell for row in self.rows))

    def strategies(self):
        return list(dict.fromkeys(row.cell.strategy for row in self.rows))

    def comparisons(self):
        """comparison -> {strategy: cell}, in the order of their first rows."""
        found = {}
        for cell in self.cells():
            found.setdefault(cell.comparison, {})[cell.strategy] = cell
        return found

    def values(self, cell, phase, metric):
        """What the repetitions measured, in order."""
        rows = self._by_phase.get((cell.name, phase), [])
        return [row.values[metric] for row in rows if metric in row.values]

    def median(self, cell, phase, metric):
        """The median over the repetitions, or None."""
        values = self.values(cell, phase, metric)
        return statistics.median(values) if values else None

    def count(self, cell, phase):
        """How many repetitions of the phase there are."""
        return len(self._by_phase.get((cell.name, phase), []))


def unit_of_name(name):
    """The unit that a metric's name ends with."""
    for ending, unit in (
        ("_per_second", "1/s"),
        ("_seconds", "s"),
        ("_ms", "ms"),
        ("_us", "µs"),
        ("_bytes", "bytes"),
    ):
        if name.endswith(ending):
            return unit
    return ""


def read_text(path):
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ResultsError(f"{path}: can't be read: {reason}") from error


def read_metrics(context, path):
    """name -> Metric, from the table that the harness writes into the context."""
    table = context.get("metrics", [])
    if not isinstance(table, list):
        raise ResultsError(f"{path}: context.metrics: expected a list")
    metrics = {}
    for number, entry in enumerate(table):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise ResultsError(f"{path}: context.metrics[{number}]: expected an object with a name")
        metrics[entry["name"]] = Metric(
            entry["name"],
            str(entry.get("unit", "")),
            str(entry.get("better", "neither")),
            bool(entry.get("exact", False)),
            str(entry.get("definition", "")),
        )
    return metrics


def read_row(entry):
    """The Row of one entry of `benchmarks`. Raises ValueError."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise ValueError("expected an object with a name")
    match = re.fullmatch(r"(.+)/phase:(\w+)", entry["name"])
    if not match or match.group(2) not in PHASES:
        raise ValueError(f"{entry['name']}: expected CELL/phase:PHASE, PHASE one of {', '.join(PHASES)}")
    try:
        cell = parse_cell(match.group(1))
    except ValueError as error:
        raise ValueError(f"{entry['name']}: {error}") from error
    values = {}
    for key, value in entry.items():
        if key in STANDARD_FIELDS or isinstance(value, str):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{entry['name']}: {key}: expected a finite number")
        values[key] = value
    return Row(cell, match.group(2), values)


def load(path):
    """The Results in a file or a run's folder. Raises ResultsError."""
    path = pathlib.Path(path)
    file = path / FILE_NAME if path.is_dir() else path
    try:
        document = json.loads(read_text(file))
    except json.JSONDecodeError as error:
        raise ResultsError(f"{file}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    if not isinstance(document, dict):
        raise ResultsError(f"{file}: expected an object with `context` and `benchmarks`")
    for key, kind in (("context", dict), ("benchmarks", list)):
        if not isinstance(document.get(key), kind):
            raise ResultsError(f"{file}: {key}: expected {'an object' if kind is dict else 'a list'}")
    rows, errors = [], []
    for number, entry in enumerate(document["benchmarks"]):
        try:
            row = read_row(entry)
        except ValueError as error:
            raise ResultsError(f"{file}: benchmarks[{number}]: {error}") from error
        if entry.get("run_type", "iteration") != "iteration":
            continue  # aggregates are made here, from the repetitions
        if entry.get("error_occurred"):
            errors.append((entry["name"], str(entry.get("error_message", "failed"))))
        else:
            rows.append(row)
    return Results(
        file,
        document["context"],
        read_metrics(document["context"], file),
        rows,
        errors + failed_cells(document["context"], file),
    )


def failed_cells(context, file):
    """(cell, message) of the cells of which the run has no rows, because they failed."""
    failed = context.get("failed_cells", {})
    if not isinstance(failed, dict):
        raise ResultsError(f"{file}: context.failed_cells: expected an object")
    return [(name, str(message)) for name, message in failed.items()]


def load_all(paths):
    """One Results of several runs, whose rows become more repetitions. Raises ResultsError where
    they were not made by the same program on the same machine."""
    runs = [load(path) for path in paths]
    first = runs[0]
    for run in runs[1:]:
        for key in ("machine", "storage", "build"):
            if fixed(run.context.get(key)) != fixed(first.context.get(key)):
                raise ResultsError(f"{run.path}: {key} is another than in {first.path}: can't be joined")
    rows = [row for run in runs for row in run.rows]
    errors = [error for run in runs for error in run.errors]
    return Results(first.path, first.context, first.metrics, rows, errors)


def fixed(member):
    """What of a context's member stays the same from run to run: all but measured numbers."""
    if not isinstance(member, dict):
        return member
    return {key: value for key, value in member.items() if not isinstance(value, float)}
