"""Each figure is drawn from what it is given: labelled axes, units, data, the same bytes again."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))

import draw
import results
import synthetic
from plot import style

# What an axis label or its ticks must have, by the figure: a unit for every number.
UNITS = {
    "commit_cost": ("ms", "I/O units"),
    "bytes_by_class": ("kB", "bytes written per datom"),
    "disk_space": ("bytes per datom", "bytes per datom"),
    "memory": ("MB", "MB"),
    "connect_time": ("ms", "ms"),
}


def drawn_values(axes):
    """How many numbers an axes shows."""
    return sum(len(line.get_xdata()) for line in axes.lines)


def tick_texts(axes):
    axes.figure.canvas.draw()
    return " ".join(tick.get_text() for tick in axes.get_xticklabels() + axes.get_yticklabels())


def drawn_of(run):
    """The figures for which the run has data, drawn but not saved."""
    return [figure for figure in draw.FIGURES if figure.draw(run) is not None]


class Figures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(style.plt.close, "all")
        self.folder = pathlib.Path(folder.name)

    def run_of(self, content):
        return results.load(synthetic.write(self.folder, content))

    def test_every_figure_has_labelled_axes_with_units_and_data(self):
        run = self.run_of(synthetic.document())
        self.assertEqual(sorted(UNITS), sorted(figure.NAME for figure in draw.FIGURES))
        for figure in draw.FIGURES:
            panels = figure.draw(run).axes
            self.assertEqual(len(panels), 2, figure.NAME)
            for axes, unit in zip(panels, UNITS[figure.NAME]):
                with self.subTest(figure.NAME, panel=axes.get_title(loc="left")):
                    self.assertTrue(axes.get_title(loc="left"))
                    self.assertTrue(axes.get_xlabel())
                    labels = f"{axes.get_xlabel()} {axes.get_ylabel()} {tick_texts(axes)}"
                    self.assertIn(unit, labels)
                    self.assertGreaterEqual(drawn_values(axes), 15)

    def test_a_value_is_drawn_where_it_belongs(self):
        run = self.run_of(synthetic.document(workloads=[("trace:git-datahike", 48_000)]))
        medians = {1000 * x for line in draw.commit_cost.draw(run).axes[0].lines
                   for x in line.get_xdata()}  # fmt: skip
        for cell in run.cells():
            expected = run.median(cell, "transact", "commit_p50_ms")
            self.assertTrue(any(abs(value - expected) < 1e-9 for value in medians), cell.name)

    def test_connecting_is_drawn_with_and_without_opening_the_engine(self):
        run = self.run_of(synthetic.document(workloads=[("trace:git-datahike", 48_000)]))
        drawn = draw.connect_time.draw(run).axes[0].lines
        hollow = {line.get_color(): list(line.get_ydata()) for line in drawn
                  if line.get_markerfacecolor() == "white"}  # fmt: skip
        self.assertEqual(len(hollow), 3)
        for cell in run.cells():
            rest = 0.25 * run.median(cell, "connect_cold", "connect_to_usable_seconds")
            self.assertAlmostEqual(hollow[style.look_of(cell.strategy).color][0], rest)

    def test_workloads_of_one_size_stand_beside_each_other_under_their_names(self):
        kinds = ("churn/datoms:50000", "update/datoms:50000/flush:1", "update/datoms:50000/flush:9")
        workloads = [(kind, 50_237) for kind in kinds]
        axes = draw.connect_time.draw(self.run_of(synthetic.document(workloads=workloads))).axes[0]
        names = [text.get_text() for text in axes.texts]
        self.assertEqual(names, ["churn 50 k", "update 50 k flush:1", "update 50 k flush:9"])
        places = {x for line in axes.lines for x in line.get_xdata() if x > 1000}
        self.assertEqual(len(places), 3)
        for place in places:
            self.assertLess(abs(place / 50_237 - 1), 0.2)
        self.assertIn("schema", axes.get_xlabel())

    def test_every_class_of_object_has_its_mark(self):
        run = self.run_of(synthetic.document(workloads=[("trace:git-datahike", 48_000)]))
        drawn = {x for line in draw.bytes_by_class.draw(run).axes[0].lines for x in line.get_xdata()}
        # The record of each strategy; node, snapshot and log make up the rest of what is written.
        expected = {80} | {
            synthetic.written_per_commit(strategy, 48_000) - 80 for strategy in synthetic.STRATEGIES
        }
        self.assertEqual(drawn, expected)

    def test_strategies_differ_in_colour_and_in_mark(self):
        looks = list(style.LOOKS.values()) + style.OTHERS
        for attribute in ("color", "marker"):
            self.assertEqual(len({getattr(look, attribute) for look in looks}), len(looks))

    def test_a_single_strategy_is_drawn(self):
        run = self.run_of(synthetic.document(strategies=["record_snapshot"]))
        self.assertEqual(len(drawn_of(run)), len(draw.FIGURES))

    def test_an_unknown_strategy_is_drawn(self):
        content = synthetic.document(strategies=["record_snapshot"])
        for row in content["benchmarks"]:
            row["name"] = row["name"].replace("record_snapshot", "newcomer")
        self.assertEqual(len(drawn_of(self.run_of(content))), len(draw.FIGURES))

    def test_a_missing_phase_is_not_applicable_and_breaks_nothing(self):
        for phase in results.PHASES:
            content = synthetic.document(workloads=synthetic.WORKLOADS[:1])
            content["benchmarks"] = [
                row for row in content["benchmarks"]
                if not (row["name"].endswith(f":{phase}") and row["name"].startswith("op_log_replay"))
            ]  # fmt: skip
            run = self.run_of(content)
            with self.subTest(phase):
                self.assertEqual(len(drawn_of(run)), len(draw.FIGURES))
            style.plt.close("all")

    def test_a_figure_without_any_data_is_not_drawn(self):
        content = synthetic.document()
        content["benchmarks"] = [row for row in content["benchmarks"] if "connect" not in row["name"]]
        drawn = draw.draw_all(self.run_of(content), self.folder / "figures")
        self.assertNotIn(draw.connect_time, drawn)
        self.assertFalse((self.folder / "figures/connect_time.svg").exists())

    def test_many_comparisons_do_not_make_a_figure_endless(self):
        workloads = [(f"small_tx/datoms:{n}000", n * 1000) for n in range(1, 30)]
        figure = draw.commit_cost.draw(self.run_of(synthetic.document(workloads=workloads, repetitions=1)))
        self.assertLess(figure.get_figheight(), 9)

    def test_the_same_input_gives_the_same_bytes(self):
        run = self.run_of(synthetic.document())
        for name in ("one", "two"):
            draw.draw_all(run, self.folder / name)
        files = sorted(path.name for path in (self.folder / "one").iterdir())
        self.assertEqual(len(files), 2 * len(draw.FIGURES))
        for file in files:
            first, second = ((self.folder / name / file).read_bytes() for name in ("one", "two"))
            self.assertEqual(first, second, file)


class Texts(unittest.TestCase):
    def test_units_are_decimal_and_carry_three_digits(self):
        self.assertEqual(style.bytes_text(1_500_000), "1.5 MB")
        self.assertEqual(style.bytes_text(999), "999 B")
        self.assertEqual(style.seconds_text(0.00025), "250 µs")
        self.assertEqual(style.value_text(0.25, "ms"), "250 µs")
        self.assertEqual(style.value_text(None, "ms"), "n/a")
        self.assertEqual(style.ratio_text(0.284), "0.28×")
        self.assertEqual(style.ratio_text(412.4), "412×")

    def test_a_narrow_range_starts_at_0_and_a_wide_one_is_logarithmic(self):
        axes = style.plt.subplots()[1]
        self.addCleanup(style.plt.close, "all")
        style.scale(axes.xaxis, [2, 3], style.count_text)
        self.assertEqual((axes.get_xscale(), axes.get_xlim()[0]), ("linear", 0))
        style.scale(axes.yaxis, [2, 300], style.count_text)
        self.assertEqual(axes.get_yscale(), "log")


if __name__ == "__main__":
    unittest.main()
