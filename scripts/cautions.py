"""Why the numbers of a report deserve distrust: what is missing, disturbed, or left out."""

import results


def escaped(value):
    """Text for Markdown, in a cell of a table too."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def others_cores(run):
    """How many cores all other processes kept busy during the timed phases, on average; or None."""
    timed = [row.values for row in run.rows if "others_cpu_seconds" in row.values]
    wall = sum(values.get("wall_seconds", 0) for values in timed)
    return sum(values["others_cpu_seconds"] for values in timed) / wall if wall > 0 else None


def noise_lines(run):
    """How far the times can be trusted: others' CPU, and how many cold connects were proven cold."""
    lines = []
    if others_cores(run) is not None:
        lines.append(f"| others' CPU during the phases | {others_cores(run):.2f} cores on average |")
    proven = [row.values["cold_proven"] for row in run.rows
              if row.phase == "connect_cold" and "cold_proven" in row.values]  # fmt: skip
    if proven:
        lines.append(f"| cold connects proven cold | {int(sum(proven))} of {len(proven)} |")
    return lines


def failed_cells(run):
    return {name.split("/phase:")[0] for name, _ in run.errors}


def failures_text(run):
    if not run.errors:
        return ""
    lines = [f"- `{name}`: {escaped(message)}" for name, message in run.errors]
    return "**What failed, and is in no table or figure:**\n\n" + "\n".join(lines) + "\n\n"


def missing_text(run):
    """What was planned but has no rows, or too few; "" where all is there. What failed is not
    listed again."""
    lines = []
    for name, planned in run.planned.items():
        done = run.repetitions(name)
        if done < planned and name not in failed_cells(run):
            lines.append(f"- `{name}`" + (f": {done} of {planned} repetitions" if done else ""))
    if run.is_interrupted:
        heading = f"**The run was interrupted.** Missing of its {len(run.planned)} planned cells:"
    else:
        heading = f"**Planned, but without all rows** ({len(lines)} of {len(run.planned)} cells):"
    if not lines:
        return "**The run was interrupted**; no planned cell is missing.\n\n" if run.is_interrupted else ""
    return f"{heading}\n\n" + "\n".join(lines) + "\n\n"


def build_caution(run):
    build_type = results.member(run.context, "build").get("build_type")
    if build_type and build_type != "Release":
        return f"The program was built as {build_type}, not Release: its times mean nothing."
    return None


OTHERS_CORES_MAX = 0.2


def noise_caution(run):
    others = others_cores(run)
    if others is None or others <= OTHERS_CORES_MAX:
        return None
    return (
        f"Other processes kept {others:.1f} cores busy meanwhile: times may be far off, "
        "counts and bytes are not."
    )


def unsteady(run):
    """(metric, row's name) -> its values, of exact metrics that differ where the work was the same."""
    failed = failed_cells(run)  # their readers' numbers don't tell what was drawn
    found = {}
    for row in run.rows:
        if row.draw is None or (row.draw and row.cell.name in failed):
            continue
        for name, value in row.values.items():
            if run.metric(name).is_exact:
                key = (name, f"{row.cell.name}/phase:{row.phase}")
                found.setdefault(key, {}).setdefault(row.draw, {})[value] = None
    return {
        key: next(list(values) for values in by_draw.values() if len(values) > 1)
        for key, by_draw in found.items()
        if any(len(values) > 1 for values in by_draw.values())
    }


UNSTEADY_SHOWN_MAX = 5


def exactness_caution(run):
    found = unsteady(run)
    if not found:
        return None
    shown = [
        f"`{metric}` of `{row}` ({' and '.join(f'{value:.12g}' for value in values[:2])})"
        for (metric, row), values in list(found.items())[:UNSTEADY_SHOWN_MAX]
    ]
    more = len(found) - len(shown)
    return (
        "Exact counters differ between repetitions of the same work, which must not be: "
        + "; ".join(shown) + (f"; and {more} more." if more else ".")
    )  # fmt: skip


def checkpoint_caution(run):
    """C's checkpoints cost what its commits don't show, where they came before or never."""
    measured, without = 0, []
    for comparison, cells in run.comparisons().items():
        cell = cells.get("op_log_replay")
        counts = run.values(cell, "transact", "checkpoint_puts") if cell else []
        measured += bool(counts)
        if counts and not any(counts):
            without.append(f"{comparison.title} ({comparison.backend})")
    if not without:
        return None
    where = "any comparison below" if len(without) == measured > 1 else "; ".join(dict.fromkeys(without))
    return (
        f"C wrote no checkpoint during the measured commits of {where}: its commit cost there leaves "
        "that out."
    )


def cautions(run):
    """Why this run deserves distrust, a sentence each; "" where nothing is known."""
    kinds = (build_caution, noise_caution, exactness_caution, checkpoint_caution)
    sentences = filter(None, (caution(run) for caution in kinds))
    return "".join(f"> **Caution.** {sentence}\n\n" for sentence in sentences)
