"""How long connecting takes, against the number of datoms held."""

import math

from plot import style
from plot.disk_space import datoms_held

NAME = "connect_time"
TITLE = "Connect time"
CAPTION = (
    "From the start of connecting until the database can take a transaction, against N, the datoms "
    "that EAVT holds; medians over all connects, whiskers from the fastest to the slowest. Lines "
    "join sizes of the same workload. Cold: a new process, the store's files out of the page cache; "
    "warm: in it."
)
METRIC = "connect_to_usable_seconds"
PANELS = (("connect_cold", "Cold"), ("connect_warm", "Warm"))


def workload_of(comparison):
    """What the points of one line share: everything but N; traces stand alone."""
    fixed = tuple(pair for pair in comparison.parameters if pair[0] != "datoms")
    return (comparison.index, comparison.workload, fixed)


def backend_of(results):
    """The one backend that the figure shows: LevelDB where there is any, else the first."""
    measured = [
        cell.backend for cell in results.cells()
        if any(results.median(cell, phase, METRIC) is not None for phase, _ in PANELS)
    ]  # fmt: skip
    return "leveldb" if "leveldb" in measured else measured[0] if measured else None


def points_of(results, backend, phase):
    """(strategy, workload) -> [(N, median, fastest, slowest)], ascending."""
    found = {}
    for cell in results.cells():
        values, datoms = results.values(cell, phase, METRIC), datoms_held(results, cell)
        if cell.backend == backend and values and datoms:
            key = (cell.strategy, workload_of(cell.comparison))
            median = results.median(cell, phase, METRIC)
            found.setdefault(key, []).append((datoms, median, min(values), max(values)))
    return {key: sorted(points) for key, points in found.items()}


def draw_panel(axes, points):
    for (strategy, _), series in sorted(points.items(), key=lambda item: item[0]):
        look = style.look_of(strategy)
        sizes, medians, fastest, slowest = zip(*series)
        whiskers = [
            [median - low for median, low in zip(medians, fastest)],
            [high - median for median, high in zip(medians, slowest)],
        ]
        axes.errorbar(
            sizes, medians, yerr=whiskers, color=look.color, marker=look.marker, markersize=6,
            linewidth=1.2, elinewidth=0.9, markeredgecolor="white", markeredgewidth=0.6,
        )  # fmt: skip


def names_by_size(results, backend):
    """N -> what has that many datoms, for the labels along the top."""
    names = {}
    for comparison, cells in results.comparisons().items():
        sizes = [datoms_held(results, cell) for cell in cells.values()]
        if comparison.backend == backend and any(sizes):
            name = comparison.title.split(",")[0]
            names.setdefault(round(max(size for size in sizes if size)), set()).add(name)
    return {size: ", ".join(sorted(names[size])) for size in sorted(names)}


def label_sizes(axes, names):
    """Writes what the sizes are above the axes, slanted, moved apart where they would touch."""
    low, high = (math.log(limit) for limit in axes.get_xlim())
    apart, last = 0.06, -1.0
    for size, name in names.items():
        at = (math.log(size) - low) / (high - low)
        last = max(at, last + apart)
        frame = {"transform": axes.transAxes, "clip_on": False}
        axes.plot([at, last], [1, 1.06], color="#AAAAAA", linewidth=0.7, **frame)
        axes.text(
            last, 1.07, name, rotation=32, rotation_mode="anchor", fontsize=8, color=style.GREY, **frame
        )


def set_scales(panels, series):
    everything = [point for points in series for line in points.values() for point in line]
    sizes = [point[0] for point in everything]
    times = [time for point in everything for time in point[1:]]
    for axes in panels:
        axes.set_xscale("log")
        axes.set_yscale("log")
        style.scale_log(axes.xaxis, sizes, style.count_text)
        style.scale_log(axes.yaxis, times, style.seconds_text)


def draw(results):
    """The figure; None where nothing connected."""
    backend = backend_of(results)
    if backend is None:
        return None
    series = [points_of(results, backend, phase) for phase, _ in PANELS]
    if not any(series):
        return None
    figure, panels = style.new_figure(
        4.7, (0.85, 0.9, 1.45, 0.55, 0.3), ncols=2, sharex=True, sharey=True
    )
    set_scales(panels, series)
    for axes, points, (_, title) in zip(panels, series, PANELS):
        draw_panel(axes, points)
        if not points:
            axes.text(0.5, 0.5, "n/a", transform=axes.transAxes, ha="center", color=style.GREY)
        axes.set_xlabel("N: datoms in EAVT")
        axes.set_title(f"{title} connect, {backend}", pad=56)
        label_sizes(axes, names_by_size(results, backend))
    panels[0].set_ylabel("time until usable")
    strategies = style.in_order({strategy for points in series for strategy, _ in points})
    style.legend(figure, [style.strategy_line(strategy) for strategy in strategies])
    return figure
