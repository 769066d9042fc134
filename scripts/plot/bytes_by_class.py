"""What is written: bytes per commit, and the classes of objects that they go to."""

from matplotlib import patches

from plot import style
from plot.comparisons import Rows, dot, not_applicable

NAME = "bytes_by_class"
TITLE = "Bytes written"
CAPTION = (
    "Left: bytes of keys and values put into the backend per commit, frames included. Right: the "
    "classes of stored objects that they belong to, as shares of the same total. Phase transact; "
    "medians over the repetitions. Exact: the same at every run with the same seed."
)
PHASE = "transact"

# Each class in a tint of the strategy that it serves; what serves several is grey.
CLASSES = {
    "node": ("#0072B2", ""),
    "snapshot": ("#D55E00", "////"),
    "log": ("#009E73", "...."),
    "checkpoint": ("#8FD6C0", ""),
    "record": ("#9A9A9A", "\\\\\\\\"),
}


def bytes_per_commit(results, cell):
    """Class -> bytes per commit; None where nothing was counted."""
    flushes = results.median(cell, PHASE, "flushes")
    values = {name: results.median(cell, PHASE, f"{name}_put_bytes") for name in CLASSES}
    if not flushes or all(value is None for value in values.values()):
        return None
    return {name: (value or 0) / flushes for name, value in values.items()}


def draw_totals(axes, results, rows):
    drawn = []
    for entry in rows.entries:
        total = sum(bytes_per_commit(results, entry.cell).values())
        dot(axes, entry, total)
        drawn.append(total)
    style.scale(axes.xaxis, drawn, style.bytes_text)
    axes.set_title("Bytes written per commit")
    axes.set_xlabel("bytes per commit (1 kB = 1000 B)")


def draw_shares(axes, results, rows):
    for entry in rows.entries:
        values = bytes_per_commit(results, entry.cell)
        total = sum(values.values())
        if total == 0:
            not_applicable(axes, entry)
            continue
        left = 0.0
        for name, (color, hatch) in CLASSES.items():
            share = 100 * values[name] / total
            axes.barh(
                entry.y, share, left=left, height=0.86, color=color, hatch=hatch,
                edgecolor="white", linewidth=0.5,
            )  # fmt: skip
            left += share
    axes.set_xlim(0, 100)
    axes.set_title("… by class of object")
    axes.set_xlabel("share of the bytes (%)")


def draw(results):
    """The figure; None where no cell counted bytes."""
    rows = Rows(results, lambda cell: bytes_per_commit(results, cell) is not None)
    if not rows:
        return None
    figure, (left, right) = rows.figure(below_inches=0.85)
    draw_totals(left, results, rows)
    draw_shares(right, results, rows)
    rows.legend(figure)
    figure.legend(
        handles=[
            patches.Patch(facecolor=color, hatch=hatch, edgecolor="white", label=name)
            for name, (color, hatch) in CLASSES.items()
        ],
        loc="lower right", bbox_to_anchor=(1, 0), ncols=len(CLASSES), columnspacing=1.0,
        handlelength=1.2, handletextpad=0.4, borderaxespad=0.2,
    )  # fmt: skip
    return figure
