"""The only reader of results: Google Benchmark's JSON with datombench's rows in it.

A result has a row for each phase of each repetition of a cell. What was not measured is absent,
never 0: every accessor gives None or an empty list for it.
"""

import dataclasses
import json
import math
import os
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

# Those of the process that writes; all others are a reader's.
WRITER_PHASES = ("load", "transact", "close")

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
    # Rows of one cell and phase with the same draw did the same work; None: nobody knows.
    draw: tuple | None = None


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
    """One run: its context, the metrics it declares, its rows, and the rows that failed.

    Of several runs that were joined: the first one's context, the rows of all."""

    def __init__(self, path, context, metrics, rows, errors, planned=None):
        self.path = path
        self.context = context
        self.contexts = [context]  # of every run that was joined
        self.planned = planned or {}  # cell's name -> how many repetitions of it were asked for
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

    @property
    def is_interrupted(self):
        return any(context.get("interrupted") for context in self.contexts)

    def repetitions(self, name):
        """How many repetitions of the cell of this name there are."""
        return max(len(self._by_phase.get((name, phase), [])) for phase in WRITER_PHASES)

    def values(self, cell, phase, metric):
        """What the repetitions measured, in order."""
        rows = self._by_phase.get((cell.name, phase), [])
        return [row.values[metric] for row in rows if metric in row.values]

    def median(self, cell, phase, metric):
        """The median over the repetitions, or None."""
        values = self.values(cell, phase, metric)
        return statistics.median(values) if values else None

    def values_beyond_engine(self, cell, phase):
        """What of connecting the repetitions spent on anything but opening the backend's engine."""
        rows = [row.values for row in self._by_phase.get((cell.name, phase), [])]
        parts = ("connect_to_usable_seconds", "engine_open_seconds")
        return [row[parts[0]] - row[parts[1]] for row in rows if all(part in row for part in parts)]

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


def member(context, key):
    """The context's object `key`; an empty one where there is none."""
    value = context.get(key)
    return value if isinstance(value, dict) else {}


def draw_of(phase, repetition, run):
    """What decides a row's work beside its cell's name, which holds the seed of the transactions:
    for a reader also what the harness drew in this repetition of this run."""
    if phase in WRITER_PHASES:
        return ()
    if repetition is None:
        return None
    return (run.get("seed"), run.get("connects"), repetition)


def read_row(entry, run):
    """The Row of one entry of `benchmarks`; `run` is the context's member. Raises ValueError."""
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
    phase = match.group(2)
    return Row(cell, phase, values, draw_of(phase, entry.get("repetition_index"), run))


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
            row = read_row(entry, member(document["context"], "run"))
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
        planned_cells(document["context"], file),
    )


def failed_cells(context, file):
    """(cell, message) of the cells of which the run has no rows, because they failed."""
    failed = context.get("failed_cells", {})
    if not isinstance(failed, dict):
        raise ResultsError(f"{file}: context.failed_cells: expected an object")
    return [(name, str(message)) for name, message in failed.items()]


def planned_cells(context, file):
    """name -> repetitions, of the cells that the run was to have."""
    run = member(context, "run")
    short_names = {full: name for name, full in member(run, "cells").items()}
    names = context.get("planned_cells", list(member(run, "cells")))
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ResultsError(f"{file}: context.planned_cells: expected a list of names")
    repetitions = run.get("repetitions")
    repetitions = repetitions if isinstance(repetitions, int) else 1
    return {short_names.get(name, name): repetitions for name in names}


def load_all(paths):
    """One Results of several runs, whose rows become more repetitions. Raises ResultsError where
    they were not made by the same program on the same machine of the same traces, or where a run
    is given twice."""
    runs = []
    for path in paths:
        run = load(path)
        for other in runs:
            check_joinable(other, run)
        runs.append(run)
    return joined(runs) if len(runs) > 1 else runs[0]


def check_joinable(first, run):
    """Raises ResultsError where the rows of the two can't be repetitions of one another."""
    if os.path.realpath(run.path) == os.path.realpath(first.path):
        raise ResultsError(f"{run.path}: given twice")
    is_copy = all(run.context.get(key) == first.context.get(key) for key in ("date", "run"))
    if is_copy and run.rows == first.rows:
        raise ResultsError(f"{run.path}: given twice: the same run as {first.path}")
    for key in ("machine", "storage", "build"):
        if fixed(run.context.get(key)) != fixed(first.context.get(key)):
            raise ResultsError(f"{run.path}: {key} is another than in {first.path}: can't be joined")
    traces = member(first.context, "traces")
    for name, digest in member(run.context, "traces").items():
        if traces.get(name, digest) != digest:
            raise ResultsError(
                f"{run.path}: trace {name} has another content (SHA-256) than in {first.path}: "
                "can't be joined"
            )


def joined(runs):
    """One Results of runs that can be joined."""
    first = runs[0]
    planned, traces, cells = {}, {}, {}
    for run in runs:
        traces |= member(run.context, "traces")
        cells |= member(member(run.context, "run"), "cells")
        for name, repetitions in run.planned.items():
            planned[name] = planned.get(name, 0) + repetitions
    context = dict(first.context)
    if traces:
        context["traces"] = traces
    if cells:
        context["run"] = member(context, "run") | {"cells": cells}
    rows = [row for run in runs for row in run.rows]
    errors = [error for run in runs for error in run.errors]
    whole = Results(first.path, context, first.metrics, rows, errors, planned)
    whole.contexts = [run.context for run in runs]
    return whole


def fixed(part):
    """What of a context's member stays the same from run to run: all but measured numbers."""
    if not isinstance(part, dict):
        return part
    return {key: value for key, value in part.items() if not isinstance(value, float)}


def message_of(error):
    """An error of the input or of the system in one line: `FILE: what`."""
    if not isinstance(error, OSError):
        return str(error)
    what = error.strerror or str(error)
    return what if error.filename is None else f"{error.filename}: {what}"
