"""The tables of a report: A, B and C side by side, comparison by comparison."""

import dataclasses
from statistics import median

from plot import style


@dataclasses.dataclass(frozen=True)
class Measure:
    """One line of a table: a metric of a phase, or what it is per commit."""

    label: str
    phase: str
    metric: str
    per_commit: bool = False


MEASURES = (
    Measure("Commit, median", "transact", "commit_p50_ms"),
    Measure("Commit, p99", "transact", "commit_p99_ms"),
    Measure("Commit, longest", "transact", "commit_max_ms"),
    Measure("Written per commit", "transact", "put_bytes", per_commit=True),
    Measure("I/O units per commit", "transact", "io_units", per_commit=True),
    Measure("Write amplification", "transact", "write_amplification"),
    Measure("Disk, after quiesce", "close", "disk_allocated_bytes"),
    Measure("Peak resident memory, writer", "transact", "rss_peak_bytes"),
    Measure("Heap after a cold connect", "connect_cold", "heap_live_bytes"),
    Measure("Connect, cold", "connect_cold", "connect_to_usable_seconds"),
    Measure("… of which opening the engine", "connect_cold", "engine_open_seconds"),
    Measure("Connect, warm", "connect_warm", "connect_to_usable_seconds"),
    Measure("… of which opening the engine", "connect_warm", "engine_open_seconds"),
    Measure("Connect to the first read, cold", "first_read_cold", "connect_to_first_read_seconds"),
    Measure("Connect to all read, cold", "scan_cold", "connect_to_all_read_seconds"),
)

COLD_CONNECT = Measure("Connect, cold", "connect_cold", "connect_to_usable_seconds")

# What the sentences of the summary are about.
SUMMARIZED = (
    ("A median commit takes least time", MEASURES[0]),
    ("A commit writes fewest bytes", MEASURES[3]),
    ("The store is smallest", MEASURES[6]),
    ("A cold connect is quickest", COLD_CONNECT),
)


def values_of(run, cell, measure):
    """What the repetitions gave for a measure."""
    values = run.values(cell, measure.phase, measure.metric)
    if not measure.per_commit:
        return values
    flushes = run.median(cell, measure.phase, "flushes")
    return [value / flushes for value in values] if flushes else []


def clear_winner(values_by_strategy, is_exact):
    """The strategy whose every value is below every other's; None where ranges overlap, or where
    something that varies was measured only once."""
    measured = {name: values for name, values in values_by_strategy.items() if values}
    if len(measured) < 2 or (not is_exact and min(map(len, measured.values())) < 2):
        return None
    best = min(measured, key=lambda name: median(measured[name]))
    others = [min(values) for name, values in measured.items() if name != best]
    return best if max(measured[best]) < min(others) else None


def ratio_text(value, base):
    """` (0.28×)`; "" where there is nothing to relate to."""
    return f" ({style.ratio_text(value / base)})" if base and base > 0 and value >= 0 else ""


def line(run, cells, strategies, measure):
    """One line of a comparison's table."""
    metric = run.metric(measure.metric)
    by_strategy = {
        name: values_of(run, cells[name], measure) if name in cells else [] for name in strategies
    }
    if not any(by_strategy.values()):
        return None
    winner = clear_winner(by_strategy, metric.is_exact)
    base = median(by_strategy[strategies[0]]) if by_strategy[strategies[0]] else None
    shown = []
    for number, name in enumerate(strategies):
        if not by_strategy[name]:
            shown.append("n/a")
            continue
        value = median(by_strategy[name])
        text = style.value_text(value, metric.unit)
        text = f"**{text}**" if name == winner else text
        shown.append(text + (ratio_text(value, base) if number else ""))
    counts = sorted({len(values) for values in by_strategy.values() if values})
    n = str(counts[0]) if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
    label = measure.label + (" `=`" if metric.is_exact else "")
    return f"| {label} | {' | '.join(shown)} | {n} |"


def table(run, comparison, cells):
    """A comparison's heading and table."""
    strategies = style.in_order(cells)
    where = ", ".join(filter(None, (comparison.backend, comparison.index, comparison.details)))
    heads = " | ".join(style.label_of(name) for name in strategies)
    lines = [line(run, cells, strategies, measure) for measure in MEASURES]
    return "\n".join(
        [
            f"### {comparison.title} ({where})",
            "",
            f"| | {heads} | n |",
            "|---|" + "---:|" * (len(strategies) + 1),
            *filter(None, lines),
        ]
    )


def ordered_comparisons(run):
    """Real data on LevelDB first."""
    return sorted(
        run.comparisons().items(), key=lambda item: (item[0].backend != "leveldb", not item[0].is_real)
    )


def tables(run):
    return "\n\n".join(table(run, comparison, cells) for comparison, cells in ordered_comparisons(run))


def letter_of(strategy):
    return style.label_of(strategy).split()[0]


def engine_clause(run, cells, best):
    """How much of a cold connect is the engine's own opening; "" where that wasn't measured."""
    opening = run.median(cells[best], COLD_CONNECT.phase, "engine_open_seconds")
    whole = run.median(cells[best], COLD_CONNECT.phase, COLD_CONNECT.metric)
    if opening is None or not whole:
        return ""
    rests = []
    for name in style.in_order(cells):
        rest = run.values_beyond_engine(cells[name], COLD_CONNECT.phase)
        if rest:
            rests.append(f"{letter_of(name)} {style.seconds_text(median(rest))}")
    share = f"{style.seconds_text(opening)} ({opening / whole:.0%}) of it opening the engine"
    return f", {share}; without that {', '.join(rests)}"


def summary_sentence(run, cells, claim, measure):
    """`A median commit takes least time under C: 0.25 ms (A 4×, B 40×).`"""
    medians = {}
    for name, cell in cells.items():
        values = values_of(run, cell, measure)
        if values:
            medians[name] = median(values)
    if len(medians) < 2 or min(medians.values()) <= 0:
        return None
    best = min(medians, key=medians.get)
    others = ", ".join(
        f"{letter_of(name)} {style.ratio_text(medians[name] / medians[best])}"
        for name in style.in_order(medians)
        if name != best
    )
    metric = run.metric(measure.metric)
    value = style.value_text(medians[best], metric.unit)
    by_strategy = {name: values_of(run, cells[name], measure) for name in medians}
    doubt = ""
    if clear_winner(by_strategy, metric.is_exact) is None:
        once = min(map(len, by_strategy.values())) < 2 and not metric.is_exact
        doubt = "; measured once" if once else "; the repetitions overlap"
    engine = engine_clause(run, cells, best) if measure == COLD_CONNECT else ""
    return f"- {claim} under {letter_of(best)}: {value} ({others}){engine}{doubt}."


def summary(run):
    """What the first comparison of several strategies shows, in a few sentences; "" without one."""
    for comparison, cells in ordered_comparisons(run):
        if len(cells) < 2:
            continue
        sentences = [summary_sentence(run, cells, *item) for item in SUMMARIZED]
        lines = "\n".join(filter(None, sentences))
        if lines:
            return f"On {comparison.title} ({comparison.backend}):\n\n{lines}\n"
    return ""
