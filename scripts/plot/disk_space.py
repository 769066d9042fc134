"""What the store takes on disk, per datom held."""

from matplotlib import lines

from plot import style
from plot.comparisons import Rows, dot, not_applicable

NAME = "disk_space"
TITLE = "Disk space"
CAPTION = (
    "The store's directory per datom that EAVT holds at the end. Left: right after the last flush. "
    "Right: after the backend has finished its background work (compaction) and was closed. Filled "
    "marks are blocks allocated by the file system, ticks the lengths of the files; medians over the "
    "repetitions."
)
PANELS = (("transact", "After the last flush"), ("close", "After quiesce and close"))


def datoms_held(results, cell):
    """N: datoms in EAVT at the end, schema and transaction instants included."""
    for phase in ("verify", "transact", "load"):
        value = results.median(cell, phase, "eavt_datoms")
        if value:
            return value
    return None


def per_datom(results, cell, phase, metric):
    value, datoms = results.median(cell, phase, metric), datoms_held(results, cell)
    return value / datoms if value is not None and datoms else None


def draw_panel(axes, results, rows, phase, title):
    drawn = []
    for entry in rows.entries:
        allocated = per_datom(results, entry.cell, phase, "disk_allocated_bytes")
        apparent = per_datom(results, entry.cell, phase, "disk_apparent_bytes")
        if allocated is None:
            not_applicable(axes, entry)
            continue
        dot(axes, entry, allocated)
        drawn.append(allocated)
        if apparent is not None:
            dot(axes, entry, apparent, marker="|", markersize=11, markeredgewidth=1.6)
            drawn.append(apparent)
    axes.set_title(title)
    axes.set_xlabel("bytes per datom held")
    return drawn


def draw(results):
    """The figure; None where no cell has a directory."""
    rows = Rows(
        results,
        lambda cell: any(
            per_datom(results, cell, phase, "disk_allocated_bytes") is not None for phase, _ in PANELS
        ),
    )
    if not rows:
        return None
    figure, panels = rows.figure()
    drawn = []
    for axes, (phase, title) in zip(panels, PANELS):
        drawn += draw_panel(axes, results, rows, phase, title)
    for axes in panels:
        style.scale(axes.xaxis, drawn, style.bytes_text)
    grey = {"color": style.GREY, "linestyle": "none"}
    rows.legend(
        figure,
        [
            lines.Line2D([], [], marker="o", label="allocated", **grey),
            lines.Line2D([], [], marker="|", markersize=11, label="length of the files", **grey),
        ],
    )
    return figure
