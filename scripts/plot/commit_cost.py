"""What a commit costs: latency percentiles, and I/O units per commit."""

from matplotlib import lines

from plot import style
from plot.comparisons import Rows, dot, not_applicable

NAME = "commit_cost"
TITLE = "Commit cost"
CAPTION = (
    "Left: service time of a commit, one in flight, from its median (filled mark) over p90, p99 and "
    "p99.9 (ticks) to the longest (open mark). Right: I/O units per commit, the sum of ⌈bytes / "
    "64 KiB⌉ over all puts and gets, plus syncs. Phase transact; medians over the repetitions."
)
PHASE = "transact"
PERCENTILES = ["commit_p50_ms", "commit_p90_ms", "commit_p99_ms", "commit_p999_ms", "commit_max_ms"]


def latencies_seconds(results, cell):
    """Median to longest; None where there is none."""
    values = [results.median(cell, PHASE, metric) for metric in PERCENTILES]
    return None if None in values else [value / 1000 for value in values]


def io_units_per_commit(results, cell):
    units = results.median(cell, PHASE, "io_units")
    flushes = results.median(cell, PHASE, "flushes")
    return units / flushes if units is not None and flushes else None


def draw_latencies(axes, results, rows):
    drawn = []
    for entry in rows.entries:
        values = latencies_seconds(results, entry.cell)
        if values is None:
            not_applicable(axes, entry)
            continue
        color = style.look_of(entry.strategy).color
        axes.plot([values[0], values[-1]], [entry.y] * 2, color=color, linewidth=1.4)
        for value in values[1:-1]:
            dot(axes, entry, value, marker="|", markersize=8, markeredgewidth=1.4)
        dot(axes, entry, values[-1], markerfacecolor="white", markersize=5)
        dot(axes, entry, values[0])
        drawn += values
    style.scale(axes.xaxis, drawn, style.seconds_text)
    axes.set_title("Latency of a commit")
    axes.set_xlabel("service time")


def draw_io_units(axes, results, rows):
    drawn = []
    for entry in rows.entries:
        value = io_units_per_commit(results, entry.cell)
        if value is None:
            not_applicable(axes, entry)
            continue
        dot(axes, entry, value)
        drawn.append(value)
    style.scale(axes.xaxis, drawn, style.count_text)
    axes.set_title("I/O units per commit")
    axes.set_xlabel("I/O units (64 KiB or a sync)")


def draw(results):
    """The figure; None where no cell has a latency."""
    rows = Rows(results, lambda cell: latencies_seconds(results, cell) is not None)
    if not rows:
        return None
    figure, (left, right) = rows.figure(width_ratios=[1.6, 1])
    draw_latencies(left, results, rows)
    draw_io_units(right, results, rows)
    grey = {"color": style.GREY, "linestyle": "none"}
    rows.legend(
        figure,
        [
            lines.Line2D([], [], marker="o", label="p50", **grey),
            lines.Line2D([], [], marker="|", markersize=8, label="p90, p99, p99.9", **grey),
            lines.Line2D([], [], marker="o", markerfacecolor="white", label="longest", **grey),
        ],
    )
    return figure
