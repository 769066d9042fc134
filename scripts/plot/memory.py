"""What stays in memory: of the process that writes, and of one that connects and reads."""

from matplotlib import lines

from plot import style
from plot.comparisons import Rows, dot, not_applicable

NAME = "memory"
TITLE = "Memory"
CAPTION = (
    "Left: the most memory resident in the writing process (open mark) and what of it the indexes "
    "hold at the end (filled mark). Right: C++ heap of a reading process after connecting to the "
    "store cold (filled mark) and after having read every datom of every index (open mark); the "
    "node cache is unlimited unless the cell says otherwise. Medians over the repetitions."
)
READER_PHASES = ("connect_cold", "first_read_cold", "scan_cold")


def writer_bytes(results, cell):
    """(indexes, peak resident); None where unknown."""
    phase = "transact" if results.count(cell, "transact") else "load"
    return (
        results.median(cell, phase, "index_bytes"),
        results.median(cell, phase, "rss_peak_bytes"),
    )


def reader_bytes(results, cell):
    """(after connect, after all is read): the phases of one process, so their growth adds up."""
    growth = [results.median(cell, phase, "heap_live_bytes") for phase in READER_PHASES]
    after_connect = growth[0]
    after_scan = None if None in growth else sum(growth)
    return after_connect, after_scan


def draw_panel(axes, results, rows, bytes_of, title):
    drawn = []
    for entry in rows.entries:
        filled, hollow = (value if value and value > 0 else None for value in bytes_of(results, entry.cell))
        if filled is None and hollow is None:
            not_applicable(axes, entry)
            continue
        if filled and hollow:
            color = style.look_of(entry.strategy).color
            axes.plot([filled, hollow], [entry.y] * 2, color=color, linewidth=1.4)
        if hollow:
            dot(axes, entry, hollow, markerfacecolor="white", markersize=7.5, markeredgewidth=1.4)
        if filled:
            dot(axes, entry, filled, markersize=5)
        drawn += [value for value in (filled, hollow) if value]
    style.scale(axes.xaxis, drawn, style.bytes_text)
    axes.set_title(title)
    axes.set_xlabel("memory (1 MB = 10⁶ bytes)")


def draw(results):
    """The figure; None where no memory was measured."""
    rows = Rows(
        results,
        lambda cell: any(writer_bytes(results, cell)) or any(reader_bytes(results, cell)),
    )
    if not rows:
        return None
    figure, (left, right) = rows.figure()
    draw_panel(left, results, rows, writer_bytes, "Writer: indexes to peak resident")
    draw_panel(right, results, rows, reader_bytes, "Reader: connected to all read")
    grey = {"color": style.GREY, "linestyle": "none", "marker": "o"}
    rows.legend(
        figure,
        [
            lines.Line2D([], [], label="indexes / connected", markersize=5, **grey),
            lines.Line2D([], [], label="peak / all read", markerfacecolor="white", **grey),
        ],
    )
    return figure
