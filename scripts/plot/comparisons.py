"""A figure's rows: comparisons from top to bottom, in each the strategies A, B, C."""

import dataclasses

from matplotlib import ticker

from plot import style

COMPARISONS_MAX = 8
ROW_INCHES = 0.21
GAP_ROWS = 0.9  # between comparisons
LABEL_INCHES = 2.0
LABEL_LETTERS = 26
TOP_INCHES = 0.7


@dataclasses.dataclass(frozen=True)
class Entry:
    """One strategy's row of the figure."""

    strategy: str
    cell: object
    y: float


class Rows:
    """The comparisons of which a cell has what the figure needs, real data and LevelDB first."""

    def __init__(self, results, has_data):
        found = {}
        for comparison, cells in results.comparisons().items():
            kept = {strategy: cell for strategy, cell in cells.items() if has_data(cell)}
            if kept:
                found[comparison] = kept
        order = sorted(found, key=lambda one: (one.backend != "leveldb", not one.is_real))
        self.left_out = len(order[COMPARISONS_MAX:])
        self.groups = []  # (comparison, entries)
        y = 0.0
        for comparison in order[:COMPARISONS_MAX]:
            entries = []
            for strategy in style.in_order(found[comparison]):
                entries.append(Entry(strategy, found[comparison][strategy], y))
                y += 1
            self.groups.append((comparison, entries))
            y += GAP_ROWS
        self.bottom = y - GAP_ROWS

    def __bool__(self):
        return bool(self.groups)

    @property
    def entries(self):
        return [entry for _, entries in self.groups for entry in entries]

    @property
    def strategies(self):
        return style.in_order({entry.strategy for entry in self.entries})

    def figure(self, below_inches=0.55, width_ratios=None):
        """A figure of two panels beside each other over these rows, which it names."""
        rows = max(self.bottom + GAP_ROWS, 6)
        figure, panels = style.new_figure(
            ROW_INCHES * rows + TOP_INCHES + below_inches,
            (LABEL_INCHES, 0.25, TOP_INCHES, below_inches, 0.3),
            ncols=2, sharey=True, width_ratios=width_ratios,
        )  # fmt: skip
        for axes in panels:
            self.label(axes)
        panels[1].tick_params(labelleft=False)
        return figure, panels

    def label(self, axes):
        """Names the comparisons on the y axis, top to bottom, and bands every other one."""
        centers = [(entries[0].y + entries[-1].y) / 2 for _, entries in self.groups]
        axes.yaxis.set_major_locator(ticker.FixedLocator(centers))
        axes.yaxis.set_major_formatter(ticker.FixedFormatter([text(one) for one, _ in self.groups]))
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
        margin = 0.5 + GAP_ROWS / 2
        axes.set_ylim(self.bottom - 1 + margin, -margin)
        for number, (_, entries) in enumerate(self.groups):
            if number % 2 == 0:
                axes.axhspan(entries[0].y - margin, entries[-1].y + margin, color="#F4F4F4", zorder=0)

    def legend(self, figure, extra=()):
        """One legend above the axes: the strategies there are, then `extra` handles."""
        style.legend(figure, [style.strategy_mark(strategy) for strategy in self.strategies] + list(extra))


def text(comparison):
    """A comparison in two lines: what is done; where, and what is not default."""
    below = " ".join(filter(None, (comparison.backend, comparison.details)))
    return "\n".join(
        line if len(line) <= LABEL_LETTERS else line[: LABEL_LETTERS - 1] + "…"
        for line in (comparison.title, below)
    )


def dot(axes, entry, x, **changes):
    """A strategy's mark in its row."""
    look = style.look_of(entry.strategy)
    options = {"color": look.color, "marker": look.marker, "markersize": 6.5, "linestyle": "none"}
    axes.plot([x], [entry.y], **(options | changes))


def not_applicable(axes, entry):
    """Says in its row that a strategy has no such number."""
    axes.annotate(
        "n/a", (0, entry.y), xycoords=axes.get_yaxis_transform(), xytext=(4, 0),
        textcoords="offset points", va="center", fontsize=8, color=style.GREY,
    )  # fmt: skip
