"""What is written, by class of object: by a commit, and over the whole life of the store."""

from matplotlib import lines

from plot import style
from plot.comparisons import Rows, not_applicable
from plot.disk_space import datoms_held

NAME = "bytes_by_class"
TITLE = "Bytes written"
CAPTION = (
    "Bytes of keys and values put into the backend, frames included, by class of stored object. "
    "Left: per commit of phase transact. Right: over load, transact and close together, per datom "
    "that EAVT holds at the end, without classes below 0.1 % of it. Medians over the repetitions. "
    "Exact: the same at every run with the same seed."
)

# Class -> (colour, mark): those of the strategy that it serves, grey where it serves several.
CLASSES = {
    "node": ("#0072B2", "o"),
    "snapshot": ("#D55E00", "s"),
    "log": ("#009E73", "^"),
    "checkpoint": ("#009E73", "v"),
    "record": (style.GREY, "d"),
}

# What is less than this of the whole is left out of the right panel.
LEAST_SHARE = 0.001


def bytes_by_class(results, cell, phases):
    """Class -> bytes put in the phases, without classes of which there are none."""
    found = {}
    for name in CLASSES:
        values = [results.median(cell, phase, f"{name}_put_bytes") for phase in phases]
        total = sum(value for value in values if value is not None)
        if total > 0:
            found[name] = total
    return found


def per_commit(results, cell):
    flushes = results.median(cell, "transact", "flushes")
    values = bytes_by_class(results, cell, ["transact"])
    return {name: value / flushes for name, value in values.items()} if flushes else {}


def per_datom(results, cell):
    datoms = datoms_held(results, cell)
    values = bytes_by_class(results, cell, ["load", "transact", "close"])
    least = sum(values.values()) * LEAST_SHARE
    return {name: value / datoms for name, value in values.items() if value >= least} if datoms else {}


def draw_panel(axes, results, rows, bytes_of):
    drawn = []
    for entry in rows.entries:
        values = bytes_of(results, entry.cell)
        if not values:
            not_applicable(axes, entry)
            continue
        span = [min(values.values()), max(values.values())]
        axes.plot(span, [entry.y] * 2, color=style.look_of(entry.strategy).color, linewidth=1.0)
        for name, value in values.items():
            color, marker = CLASSES[name]
            hollow = {"markerfacecolor": "white"} if name == "checkpoint" else {}
            axes.plot([value], [entry.y], color=color, marker=marker, markersize=6.5, **hollow)
        drawn += values.values()
    style.scale(axes.xaxis, drawn, style.bytes_text)


def draw(results):
    """The figure; None where no cell counted bytes."""
    rows = Rows(results, lambda cell: per_commit(results, cell) or per_datom(results, cell))
    if not rows:
        return None
    figure, (left, right) = rows.figure(below_inches=0.85)
    draw_panel(left, results, rows, per_commit)
    left.set_title("Per commit, by class of object")
    left.set_xlabel("bytes per commit (1 kB = 1000 B)")
    draw_panel(right, results, rows, per_datom)
    right.set_title("Whole run, per datom held")
    right.set_xlabel("bytes written per datom held")
    rows.legend(figure)
    figure.legend(
        handles=[
            lines.Line2D(
                [], [], color=color, marker=marker, linestyle="none", label=name,
                markerfacecolor="white" if name == "checkpoint" else color,
            )
            for name, (color, marker) in CLASSES.items()
        ],
        loc="lower right", bbox_to_anchor=(1, 0), ncols=len(CLASSES), columnspacing=1.2,
        handletextpad=0.2, borderaxespad=0.2,
    )  # fmt: skip
    return figure
