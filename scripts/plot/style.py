"""What all figures share: colours, marks, scales, and pictures that depend on the input alone."""

import dataclasses

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib import lines, ticker

from results import short_count

WIDTH_INCHES = 9.2
PNG_DOTS_PER_INCH = 160

GREY = "#5F5F5F"


@dataclasses.dataclass(frozen=True)
class Look:
    """How a strategy is drawn everywhere: colour and mark each tell it apart alone."""

    letter: str
    color: str
    marker: str


# Colours that the colour-blind tell apart (Okabe and Ito, 2008).
LOOKS = {
    "dirty_node_tree": Look("A", "#0072B2", "o"),
    "record_snapshot": Look("B", "#D55E00", "s"),
    "op_log_replay": Look("C", "#009E73", "^"),
    "tree_with_tail": Look("T", "#CC79A7", "D"),
}
OTHERS = [
    Look("", "#E69F00", "v"),
    Look("", "#56B4E9", "P"),
    Look("", "#000000", "X"),
]


def look_of(strategy):
    """The fixed look of a strategy; one that has none yet gets one by its name."""
    return LOOKS.get(strategy) or OTHERS[sum(strategy.encode()) % len(OTHERS)]


def label_of(strategy):
    """`A dirty_node_tree`."""
    return f"{look_of(strategy).letter} {strategy}".strip()


def in_order(strategies):
    """A, B, C first, then the others by name."""
    known = list(LOOKS)
    return sorted(strategies, key=lambda name: (known.index(name) if name in known else 99, name))


SETTINGS = {
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "svg.hashsalt": "datombench",
    "svg.fonttype": "path",
}


def new_figure(height_inches, margins, **subplots):
    """A figure of README width and its axes, `margins` (left, right, top, bottom, between) inches."""
    matplotlib.rcdefaults()
    matplotlib.use("Agg")
    plt.rcParams.update(SETTINGS)
    figure, axes = plt.subplots(figsize=(WIDTH_INCHES, height_inches), **subplots)
    left, right, top, bottom, between = margins
    columns = subplots.get("ncols", 1)
    panel_inches = (WIDTH_INCHES - left - right - between * (columns - 1)) / columns
    figure.subplots_adjust(
        left=left / WIDTH_INCHES,
        right=1 - right / WIDTH_INCHES,
        top=1 - top / height_inches,
        bottom=bottom / height_inches,
        wspace=between / panel_inches,
    )
    return figure, axes


def legend(figure, handles, columns=None):
    """One legend along the figure's upper edge."""
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 1), ncols=columns or len(handles),
        columnspacing=1.6, handlelength=1.6, handletextpad=0.5, borderaxespad=0.3,
    )  # fmt: skip


def save(figure, folder, name):
    """Writes NAME.svg and NAME.png: the same figure gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
    figure.savefig(folder / f"{name}.png", dpi=PNG_DOTS_PER_INCH, metadata={"Software": None})
    plt.close(figure)


def scaled(value, steps):
    for size, unit in steps:
        if abs(value) >= size:
            return f"{value / size:.3g} {unit}"
    size, unit = steps[-1]
    return f"{value / size:.3g} {unit}"


def bytes_text(value, _position=None):
    """Decimal units throughout: `1.5 MB` is 1,500,000 bytes."""
    if value == 0:
        return "0"
    return scaled(value, ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")))


def seconds_text(value, _position=None):
    if value == 0:
        return "0"
    return scaled(value, ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")))


def count_text(value, _position=None):
    return short_count(value).replace(" ", "\N{NARROW NO-BREAK SPACE}")


def ratio_text(ratio):
    """`0.28×`, `4.1×`, `310×`: two digits, none after the point from 10 on."""
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.2g}×"


def value_text(value, unit):
    """A number with its unit as a reader wants it; `n/a` for None."""
    if value is None:
        return "n/a"
    if unit in ("s", "ms", "µs"):
        return seconds_text(value * {"s": 1, "ms": 1e-3, "µs": 1e-6}[unit])
    if unit == "bytes":
        return bytes_text(value)
    if unit == "ratio":
        return ratio_text(value)
    return short_count(value) + (f" {unit}" if unit else "")


def scale(axis, values, text):
    """A log scale where the values span more than a factor of 20, else one from 0; ticks by `text`."""
    positive = [value for value in values if value > 0]
    if positive and len(positive) == len(values) and max(positive) > 20 * min(positive):
        scale_log(axis, values, text)
        return
    set_limits(axis, 0, max(values, default=1) * 1.1 or 1)
    axis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(ticker.FuncFormatter(text))


def scale_log(axis, values, text):
    """A log scale around the values, with as many labelled ticks as one can read."""
    low, high = min(values), max(values)
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    set_limits(axis, low / 1.8, high * 2)
    span = high / low
    subs = (1.0,) if span > 300 else (1.0, 3.0) if span > 20 else (1.0, 2.0, 5.0)
    # Beyond five decades every other one is labelled.
    base = 10.0 if span < 1e5 else 100.0
    axis.set_major_locator(ticker.LogLocator(base=base, subs=subs, numticks=12))
    axis.set_minor_locator(ticker.LogLocator(base=10, subs=range(1, 10), numticks=99))
    axis.set_minor_formatter(ticker.NullFormatter())
    axis.set_major_formatter(ticker.FuncFormatter(text))


def set_limits(axis, low, high):
    getattr(axis.axes, f"set_{axis.axis_name}lim")(low, high)


def strategy_mark(strategy):
    """A legend's entry for the mark of this strategy."""
    look = look_of(strategy)
    return lines.Line2D(
        [], [], color=look.color, marker=look.marker, markersize=7, linestyle="none",
        label=label_of(strategy),
    )  # fmt: skip


def strategy_line(strategy):
    """A legend's entry for a line of this strategy."""
    look = look_of(strategy)
    return lines.Line2D([], [], color=look.color, marker=look.marker, label=label_of(strategy))
