"""Writes the report of runs, adr.md, and its figures: scripts/python scripts/report.py RUN… [--out DIR].

The text below is the whole report but for the numbers; adr_table.py makes the tables.
"""

import argparse
import pathlib
import shlex
import sys

import adr_table
import cautions
import draw
import results

FILE_NAME = "adr.md"

CONTEXT = """\
An immutable datom database (Datahike, DataScript) answers queries from persistent sorted sets of
datoms `[e a v tx added]`, held in memory: EAVT, AEVT and AVET (which has only indexed, unique and
reference attributes), and with history kept the same three again for what was. Datahike's decision
record *Changing the persistence layer* (2022) asks how these sets should outlive the process. It
names three options with pros and contras, was never measured, and stands open.
"""

OPTIONS = """\
**A, keep the structure** (`dirty_node_tree`). A flush writes the tree nodes that a transaction
changed, then a small record that points to the roots. Connecting reads the record; nodes follow
when they are touched. *For it:* the database stays as it is, only what is read is loaded, a flush
costs what changed and not what is held. *Against it:* the tree's node level must be open to the
persistence layer, so index and store are hard to exchange; every changed datom rewrites its
neighbours in the node, in several orders; nodes that nobody points to any more take space.

**B, store the record** (`record_snapshot`). A flush writes the whole database value with its
indexes in it. Connecting reads it whole. *For it:* the simplest to write and to maintain, works
with any index. *Against it:* each flush costs the size of the database, however small the change,
and every datom is stored once an order.

**C, store sequences and replay** (`op_log_replay`). A flush appends the operations since the last
one to a log; now and then a checkpoint takes the log's place. Connecting reads the sequences and
builds the indexes anew. *For it:* independent of the index, small on disk, smallest flushes.
*Against it:* connecting costs the size of the database, indexes can't be loaded piece by piece, and
operations have to be recorded.
"""

DOES_NOT_SAY = """\
- **One run on one machine.** Times on a small shared machine vary by 2× within an hour. Bold marks
  the lowest value, and only where it was measured more than once and no repetition of it reaches
  any of another's; that is a hint, no test.
- **Service times, one transaction in flight**: no queue builds up as it would at a fixed rate of
  arrival.
- **C++ and this project's codecs.** The original runs on the JVM with a general serialiser: there,
  what costs CPU (connecting under B and C above all) weighs otherwise against what costs I/O. Counts
  and bytes carry over, times don't.
- **Cold means** a new process with the store's files out of the guest's page cache. What lies below
  a virtual disk stays warm.
- **Disk space right after a flush** depends on how far LevelDB's compaction has come; the figure
  after quiesce is the comparable one.
- **Only what was run**: other sizes, transaction sizes, backends, durability tiers and codecs may
  turn an order round.
"""

DECISION = """\
**Open: this run decides nothing yet.** It puts the three options side by side under one promise
(same transactions, same flush points, same durability, and the same six sequences of datoms read
back afterwards, or the run fails). A decision needs each pro and contra tested against a threshold
that was fixed beforehand, over sizes and workloads, with intervals.
"""


def heading_facts(run):
    """One line on what was run where."""
    comparisons = run.comparisons()
    real = [one.title for one in comparisons if one.is_real]
    parts = [
        f"{len(run.cells())} cells",
        f"backends: {', '.join(dict.fromkeys(one.backend for one in comparisons))}",
        f"real traces: {', '.join(dict.fromkeys(real)) or 'none'}",
    ]
    return "; ".join(parts)


# Members of the context that say nothing about the conditions, or are shown elsewhere.
NO_CONDITIONS = frozenset(
    "metrics caches cells failed_cells planned_cells interrupted traces executable date".split()
)


def plain_entries(member, prefix=""):
    """(what, value) of all that is a plain value in the context, however deep."""
    for key, value in member.items():
        name = f"{prefix}{key.replace('_', ' ')}"
        if key in NO_CONDITIONS or value in ("", None):
            continue
        if isinstance(value, dict):
            yield from plain_entries(value, f"{name}: ")
        elif isinstance(value, list):
            yield name, ", ".join(map(str, value))
        else:
            yield name, f"{value:.3g}" if isinstance(value, float) else str(value)


def conditions(run):
    """What the run was made with and where, as a table."""
    lines = ["| | |", "|---|---|"]
    lines += [f"| {name} | {cautions.escaped(value)} |" for name, value in plain_entries(run.context)]
    lines += [
        f"| trace {cautions.escaped(name)}: SHA-256 | {digest} |"
        for name, digest in results.member(run.context, "traces").items()
    ]
    return "\n".join(lines + cautions.noise_lines(run))


def full_names(run):
    """The cells with every parameter, folded; "" where the context doesn't have them."""
    members = run.context.get("run")
    names = members.get("cells") if isinstance(members, dict) else None
    if not isinstance(names, dict):
        return ""
    listed = "\n".join(f"- `{name}`" for name in names.values())
    return f"<details><summary>The cells with every parameter</summary>\n\n{listed}\n\n</details>\n\n"


def figures_text(drawn):
    return "\n\n".join(
        f"### {figure.TITLE}\n\n![{figure.TITLE}](figures/{figure.NAME}.svg)\n\n{figure.CAPTION}"
        for figure in drawn
    )


def repeat_command(context):
    """The command line that made a run; as far as its context tells."""
    run = results.member(context, "run")
    command = run.get("command")
    if isinstance(command, list):
        return shlex.join(map(str, command))
    if isinstance(command, str) and command:
        return command
    words = [f"--suite {shlex.quote(str(run['suite']))}"] if run.get("suite") else []
    words = words or [shlex.quote(name) for name in results.member(run, "cells")]
    numbers = [f"--{key} {run[key]}" for key in ("repetitions", "connects", "seed") if key in run]
    return " \\\n  ".join([" ".join(["datombench run", *numbers]), *words])


def repeat_text(run):
    """How to get these rows again; a run's own folder `--out` aside."""
    commands = dict.fromkeys(repeat_command(context) for context in run.contexts)
    text = "\n\n".join(f"```\n{command}\n```" for command in commands)
    if any("--suite" in command for command in commands):
        text += "\n\nThe run had the cells listed above; a suite of one's own is named by its file."
    return text


def report_text(run, drawn):
    """The whole of adr.md."""
    return f"""\
# How a datom database should be persisted: three options, measured

Run of {run.context.get("date", "unknown date")}. {heading_facts(run)}.

## Status

Open.

## Context

{CONTEXT}
## Options

{OPTIONS}
## Evidence

{cautions.missing_text(run)}{cautions.failures_text(run)}{cautions.cautions(run)}{adr_table.summary(run)}
Medians over the repetitions; in brackets the ratio to the first column. `n` is the number of repetitions (of
connects and reads: all of them). `=` marks counts that are the same at every run with the same
seed. `n/a`: not applicable, or not measured. 1 kB is 1000 bytes.

{adr_table.tables(run)}

{figures_text(drawn)}

## What the numbers don't say

{DOES_NOT_SAY}
## Decision

{DECISION}
## Conditions

{conditions(run)}

{full_names(run)}All rows, with every counter and repetition: `{run.path.name}` beside this file, in Google
Benchmark's JSON. To repeat:

{repeat_text(run)}
"""


def write_report(run, folder):
    """Draws the figures and writes adr.md into the folder; returns its path."""
    drawn = draw.draw_all(run, folder / "figures")
    path = folder / FILE_NAME
    path.write_text(report_text(run, drawn), encoding="utf-8")
    return path


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/report.py", description="Writes the report of runs and its figures."
    )
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a run's folder or its results.json; "
                        "further ones add repetitions")  # fmt: skip
    parser.add_argument("--out", type=pathlib.Path, help="default: the folder of the first run")
    options = parser.parse_args(arguments)
    try:
        run = results.load_all(options.runs)
        if not run.rows:
            raise results.ResultsError(f"{run.path}: no row that succeeded, so nothing to report")
        print(write_report(run, options.out or run.path.parent))
    except (results.ResultsError, OSError) as error:
        print(f"error: {results.message_of(error)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
