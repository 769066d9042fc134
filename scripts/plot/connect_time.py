"""How long connecting takes, against the number of datoms held."""

import dataclasses
import math
import statistics

from matplotlib import lines

from plot import style
from plot.disk_space import datoms_held

NAME = "connect_time"
TITLE = "Connect time"
CAPTION = (
    "From the start of connecting until the database can take a transaction (filled marks: medians "
    "over all connects, whiskers from the fastest to the slowest), and what of it is left without "
    "the time in which the backend opens its engine (hollow marks, dashed: the same connects less "
    "`engine_open_seconds`). The axis counts what EAVT holds at the end: datoms of the schema and "
    "each transaction's instant included, so that it is more than the N asked for, which stands "
    "above with the workload. Lines join sizes of the same workload; workloads of the same size are "
    "moved apart a little. Cold: a new process, the store's files out of the page cache; warm: in it."
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


@dataclasses.dataclass(frozen=True, order=True)
class Point:
    """A cell's connects; seconds."""

    place: float  # on the axis of datoms
    median: float
    fastest: float
    slowest: float
    beyond_engine: float | None  # the median without opening the engine


def points_of(results, backend, phase, places):
    """(strategy, workload) -> its Points, ascending."""
    found = {}
    for cell in results.cells():
        values, place = results.values(cell, phase, METRIC), places.get(cell.comparison)
        if cell.backend == backend and values and place:
            beyond = results.values_beyond_engine(cell, phase)
            beyond = statistics.median(beyond) if beyond else None
            key = (cell.strategy, workload_of(cell.comparison))
            found.setdefault(key, []).append(
                Point(place, statistics.median(values), min(values), max(values), beyond)
            )
    return {key: sorted(points, key=lambda point: point.place) for key, points in found.items()}


def draw_panel(axes, points):
    for (strategy, _), series in sorted(points.items(), key=lambda item: item[0]):
        look = style.look_of(strategy)
        sizes = [point.place for point in series]
        medians = [point.median for point in series]
        fastest, slowest = [point.fastest for point in series], [point.slowest for point in series]
        whiskers = [
            [median - low for median, low in zip(medians, fastest)],
            [high - median for median, high in zip(medians, slowest)],
        ]
        axes.errorbar(
            sizes, medians, yerr=whiskers, color=look.color, marker=look.marker, markersize=6,
            linewidth=1.2, elinewidth=0.9, markeredgecolor="white", markeredgewidth=0.6,
        )  # fmt: skip
        rests = [(point.place, point.beyond_engine) for point in series if (point.beyond_engine or 0) > 0]
        if rests:
            axes.plot(
                *zip(*rests), color=look.color, marker=look.marker, markersize=5, linewidth=0.8,
                linestyle=(0, (4, 3)), markerfacecolor="white", markeredgewidth=1,
            )  # fmt: skip


# Sizes that differ by less are drawn this factor apart, or one would hide the other: many of them
# less far, so that they take no more of the axis than GROUP_SPAN.
SAME_SIZE = 1.12
GROUP_SPAN = 1.35


def places_of(results, backend):
    """comparison -> where it stands on the axis: at its N, or beside it where several share one."""
    sizes = {}
    for comparison, cells in results.comparisons().items():
        held = [size for cell in cells.values() if (size := datoms_held(results, cell))]
        if comparison.backend == backend and held:
            sizes[comparison] = max(held)
    groups = []
    for comparison in sorted(sizes, key=lambda one: (sizes[one], one)):
        if groups and sizes[comparison] < SAME_SIZE * sizes[groups[-1][0]]:
            groups[-1].append(comparison)
        else:
            groups.append([comparison])
    places = {}
    for group in groups:
        if len(group) == 1:
            places[group[0]] = sizes[group[0]]
            continue
        middle = math.exp(sum(math.log(sizes[one]) for one in group) / len(group))
        step = min(SAME_SIZE, GROUP_SPAN ** (1 / (len(group) - 1)))
        for number, comparison in enumerate(group):
            places[comparison] = middle * step ** (number - (len(group) - 1) / 2)
    return places


def names_of(places):
    """Place -> what is there, for the labels along the top: with the N that was asked for, and
    with what tells it from others of that name."""
    names = {}
    for comparison in sorted(places, key=lambda one: (places[one], one)):
        alike = [one for one in places if one.title == comparison.title]
        shared = set.intersection(*(set(one.parameters) for one in alike))
        own = [f"{key}:{value}" for key, value in comparison.parameters if (key, value) not in shared]
        own += [comparison.index] if len({one.index for one in alike}) > 1 else []
        names[places[comparison]] = " ".join([comparison.title.replace(", N =", ""), *own])
    return names


def label_sizes(axes, names):
    """Writes what the sizes are above the axes, slanted, moved apart where they would touch."""
    low, high = (math.log(limit) for limit in axes.get_xlim())
    apart, last = 0.07, -1.0
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
    sizes = [point.place for point in everything]
    times = [time for point in everything
             for time in (point.fastest, point.slowest, point.beyond_engine) if (time or 0) > 0]  # fmt: skip
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
    places = places_of(results, backend)
    series = [points_of(results, backend, phase, places) for phase, _ in PANELS]
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
        axes.set_xlabel("datoms in EAVT, with schema and instants")
        axes.set_title(f"{title} connect, {backend}", pad=56)
        label_sizes(axes, names_of(places))
    panels[0].set_ylabel("time until usable")
    strategies = style.in_order({strategy for points in series for strategy, _ in points})
    rest = lines.Line2D(
        [], [], color=style.GREY, marker="o", markersize=5, markerfacecolor="white", linewidth=0.8,
        linestyle=(0, (4, 3)), label="without opening the engine",
    )  # fmt: skip
    has_rest = any(point.beyond_engine for points in series for line in points.values() for point in line)
    handles = [style.strategy_line(strategy) for strategy in strategies]
    style.legend(figure, handles + [rest] * has_rest)
    return figure
