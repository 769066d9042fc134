"""Draws the figures of a run: scripts/python scripts/draw.py RUN [--out DIR] [FIGURE…]."""

import argparse
import pathlib
import sys

import results
from plot import bytes_by_class, commit_cost, connect_time, disk_space, memory, style

# In a report's order. A new figure is one file in plot/ and one entry here.
FIGURES = (commit_cost, bytes_by_class, disk_space, memory, connect_time)


def draw_all(run, folder, figures=FIGURES):
    """Writes each figure that the run has data for as SVG and PNG; returns those figures."""
    drawn = []
    for figure in figures:
        picture = figure.draw(run)
        if picture is not None:
            style.save(picture, folder, figure.NAME)
            drawn.append(figure)
    return drawn


def main(arguments):
    by_name = {figure.NAME: figure for figure in FIGURES}
    parser = argparse.ArgumentParser(prog="scripts/draw.py", description="Draws the figures of a run.")
    parser.add_argument("run", help="a run's folder or its results.json")
    parser.add_argument("--out", type=pathlib.Path, help="default: figures/ beside the results")
    parser.add_argument("figures", nargs="*", help=f"of {', '.join(by_name)}; default: all")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.figures if name not in by_name]
    if unknown:
        print(f"error: no figure {unknown[0]}: there are {', '.join(by_name)}", file=sys.stderr)
        return 2
    try:
        run = results.load(options.run)
        folder = options.out or run.path.parent / "figures"
        chosen = [by_name[name] for name in options.figures] or FIGURES
        for figure in draw_all(run, folder, chosen):
            print(folder / f"{figure.NAME}.svg")
    except (results.ResultsError, OSError) as error:
        print(f"error: {results.message_of(error)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
