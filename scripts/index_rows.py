"""The rows of bench_index: `index/IMPLEMENTATION/OPERATION/datoms:N[/values:mixed]`."""

import dataclasses
import json
import math
import pathlib
import re
import statistics

import results

# What the program that made the rows adds to a name for itself.
NAME = re.compile(
    r"index/(\w+)/(\w+)/datoms:(\d+)(/values:mixed)?"
    r"(?:/(?:iterations:\d+|repeats:\d+|manual_time|real_time))*"
)


@dataclasses.dataclass(frozen=True)
class Place:
    """What was measured, but for who was measured."""

    operation: str
    datoms: int
    is_mixed: bool = False


@dataclasses.dataclass(frozen=True)
class Spread:
    """What the repetitions gave: their median, and the least and the greatest of them."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values):
        """None of no values."""
        values = list(values)
        return Spread(statistics.median(values), min(values), max(values)) if values else None


class Rows:
    """All rows of some runs: implementation, place, counter -> a value for each repetition."""

    def __init__(self, contexts, values):
        self.contexts = contexts
        self._values = values  # (implementation, Place) -> {repetition: {counter: value}}

    def implementations(self):
        return list(dict.fromkeys(implementation for implementation, _ in self._values))

    def places(self):
        return list(dict.fromkeys(place for _, place in self._values))

    def spread(self, implementation, place, counter):
        """None where it was not measured."""
        rows = self._values.get((implementation, place), {})
        return Spread.of(row[counter] for row in rows.values() if counter in row)

    def ratio(self, counter, over, under):
        """The counter's value at `over`, an (implementation, place), by that at `under`, repetition
        by repetition; None where one of them was not measured."""
        upper, lower = self._values.get(over, {}), self._values.get(under, {})
        return Spread.of(
            upper[repetition][counter] / lower[repetition][counter]
            for repetition in upper.keys() & lower.keys()
            if counter in upper[repetition] and lower[repetition].get(counter)
        )

    def repetitions(self):
        """The fewest and the most that any row has."""
        counts = [len(rows) for rows in self._values.values()]
        return (min(counts), max(counts)) if counts else (0, 0)


def parse(entry):
    """(implementation, Place, {counter: value}) of one entry. Raises ValueError."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise ValueError("expected an object with a name")
    name = entry.get("run_name", entry["name"])
    match = NAME.fullmatch(name)
    if not match:
        raise ValueError(f"{name}: expected index/IMPLEMENTATION/OPERATION/datoms:N[/values:mixed]")
    if entry.get("error_occurred"):
        raise ValueError(f"{name}: failed: {entry.get('error_message', 'no message')}")
    counters = {}
    for key, value in entry.items():
        if key in results.STANDARD_FIELDS or isinstance(value, str):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{name}: {key}: expected a finite number")
        counters[key] = value
    return match.group(1), Place(match.group(2), int(match.group(3)), bool(match.group(4))), counters


def load(paths):
    """The Rows in files of Google Benchmark's JSON. A row that failed is an error, not a gap.
    Raises results.ResultsError."""
    contexts, values = [], {}
    for number, path in enumerate(map(pathlib.Path, paths)):
        try:
            document = json.loads(results.read_text(path))
        except json.JSONDecodeError as error:
            raise results.ResultsError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
        if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
            raise results.ResultsError(f"{path}: expected an object with `context` and `benchmarks`")
        contexts.append(results.member(document, "context"))
        for place, entry in enumerate(document["benchmarks"]):
            if isinstance(entry, dict) and entry.get("run_type") == "aggregate":
                continue  # made here, from the repetitions
            try:
                implementation, where, counters = parse(entry)
            except ValueError as error:
                raise results.ResultsError(f"{path}: benchmarks[{place}]: {error}") from error
            rows = values.setdefault((implementation, where), {})
            repetition = (number, entry.get("repetition_index", 0))
            if repetition in rows:
                raise results.ResultsError(f"{path}: benchmarks[{place}]: {entry['name']}: there twice")
            rows[repetition] = counters
    return Rows(contexts, values)
