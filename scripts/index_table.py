"""Writes the tables of docs/index.md: scripts/python scripts/index_table.py RESULT.json… [--docs FILE].

RESULT.json are what bench_index wrote with --benchmark_out; rows of the same name are repetitions.
Everything between the two markers in FILE (docs/index.md) is replaced, nothing else touched.
"""

import argparse
import pathlib
import sys

import index_bars
import index_rows
import results
from index_bars import BYTES, SIZES, TIME
from index_rows import Place

BEGIN = "<!-- index:begin -->"
END = "<!-- index:end -->"
DOCS = pathlib.Path(__file__).parents[1] / "docs" / "index.md"

# Ours first; what is not listed comes behind.
IMPLEMENTATIONS = (
    "sorted_set_32 sorted_set_64 sorted_set_128 sorted_set_512 hitchhiker_tree flat_index "
    "absl_btree_set std_set sorted_vector"
).split()

# Operation, what it is, and the peers that its bars speak of.
OPERATIONS = (
    ("bulk_build", "Build in bulk from sorted datoms", ("absl_btree_set",)),
    ("insert_tx10", "Insert in transactions of 10", ("absl_btree_set",)),
    ("insert_tx10000", "Insert in transactions of 10,000", ("absl_btree_set",)),
    ("lookup", "Look up every datom", ("absl_btree_set", "sorted_vector")),
    ("scan", "Scan", ("sorted_vector",)),
)
DIRTY_SIZES = (1, 10, 100, 1_000, 10_000)
ABSENT = "–"


def number(value):
    """Three significant digits, thousands separated."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def spread_text(spread):
    """`152 (148–160)`; the median alone where all say the same."""
    if spread is None:
        return ABSENT
    low, middle, high = map(number, (spread.low, spread.median, spread.high))
    return middle if low == high else f"{middle} ({low}–{high})"


def table(head, lines):
    """A Markdown table: the first column is text, all others are numbers."""
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *lines))


def ordered(names):
    known = [name for name in IMPLEMENTATIONS if name in names]
    return known + sorted(set(names) - set(known))


def columns_of(rows, operation):
    """The places of an operation: integers by size, then mixed values by size."""
    places = [place for place in rows.places() if place.operation == operation]
    return sorted(places, key=lambda place: (place.is_mixed, place.datoms))


def size_text(place):
    return results.short_count(place.datoms) + (" mixed" if place.is_mixed else "")


def counter_table(rows, operation, counter, peers=()):
    """Implementations by sizes; with each value how many times as fast it is as each peer."""
    places = columns_of(rows, operation)
    lines = []
    for name in ordered(rows.implementations()):
        cells = []
        for place in places:
            text = spread_text(rows.spread(name, place, counter))
            ratios = [rows.ratio(counter, (peer, place), (name, place)) for peer in peers]
            shown = [ABSENT if ratio is None else f"{number(ratio.median)}×" for ratio in ratios]
            is_compared = any(ratio is not None for ratio in ratios) and list(peers) != [name]
            cells.append(f"{text}, {' / '.join(shown)}" if is_compared else text)
        if any(cell != ABSENT for cell in cells):
            lines.append([f"`{name}`", *cells])
    return table([""] + [size_text(place) for place in places], lines) if lines else ""


def operation_sections(rows):
    for operation, title, peers in OPERATIONS:
        body = counter_table(rows, operation, TIME, peers)
        if body:
            names = " / ".join(f"`{peer}`" for peer in peers)
            yield f"### {title} (`{operation}`)\n\nns per datom; ×: times as fast as {names}.\n\n{body}"


def other_sections(rows):
    for operation, counter, title in (
        ("bulk_build", BYTES, "Bytes per datom after a bulk build"),
        ("insert_tx10", BYTES, "Bytes per datom, built by insertions in random order"),
        ("insert_tx10_beside_reader", TIME, "ns per datom where the former version is read meanwhile"),
        ("insert_tx10_keep_all", "bytes_per_version", "Bytes that each kept version of 10 more datoms costs"),
        ("insert_tx10_keep_all", TIME, "ns per datom where every version is kept"),
        ("lookup", "comparisons_per_datom", "Comparisons per lookup"),
        ("insert_tx10", "comparisons_per_datom", "Comparisons per inserted datom, transactions of 10"),
    ):
        body = counter_table(rows, operation, counter)
        if body:
            yield f"### {title}\n\n{body}"


def bar_section(rows):
    lines = []
    for bar in index_bars.all_bars():
        wanted = f"{'≥' if bar.is_least else '≤'} {bar.limit:g}"
        sizes = [place.datoms for place, _ in bar.places]
        where = " and ".join(map(results.short_count, sizes)) if len(sizes) < 3 else "every N"
        worst = bar.worst(rows)
        if worst is None:
            cells = [ABSENT, index_bars.NOT_MEASURED]
        else:
            spread, place = worst
            at = f" at {results.short_count(place.datoms)}" if len(sizes) > 1 else ""
            cells = [spread_text(spread) + at, bar.verdict(spread)]
        lines.append([bar.text, where, wanted, *cells])
    note = (
        "Ratios are made repetition by repetition: median, and in brackets the range. Met: in every "
        "repetition. Of several N the worst counts."
    )
    head = ["bar", "N", "wanted", "measured", ""]
    return f"### The bars\n\n{note}\n\n{table(head, lines)}"


def x0_section(rows):
    times = index_bars.x0_ratios(rows)
    comparisons = index_bars.x0_ratios(rows, "comparisons_per_datom")
    parts = [
        "### Claim X0: the persistent set is a faster index than the hitchhiker tree",
        f"Verdict: **{index_bars.x0_verdict(times)}** (one machine). The rule: "
        f"`{index_bars.X0_UNDER}` at least {index_bars.X0_LIMIT}× as fast in each cell.",
    ]
    for what, ratios in (("time", times), ("comparisons", comparisons)):
        lines = [
            [f"`{operation}`"] + [spread_text(ratios[operation, size]) for size in SIZES]
            for operation in index_bars.OPERATIONS
        ]
        head = [f"{what}, hitchhiker_tree by sorted_set_512"] + list(map(results.short_count, SIZES))
        parts.append(table(head, lines))
    return "\n\n".join(parts)


def dirty_section(rows):
    """Nodes and bytes that a commit writes; a table for scattered datoms and one for local ones."""
    parts = []
    for kind in ("scattered", "local"):
        wanted = {f"dirty_tx{size}_{kind}" for size in DIRTY_SIZES}
        for datoms in sorted({place.datoms for place in rows.places() if place.operation in wanted}):
            lines = []
            for name in ordered(rows.implementations()):
                cells = []
                for size in DIRTY_SIZES:
                    place = Place(f"dirty_tx{size}_{kind}", datoms)
                    counts = [
                        spread_text(rows.spread(name, place, counter))
                        for counter in ("nodes_per_tx", "packed_bytes_per_tx")
                    ]
                    cells.append(ABSENT if counts == [ABSENT] * 2 else " / ".join(counts))
                if any(cell != ABSENT for cell in cells):
                    lines.append([f"`{name}`", *cells])
            head = [f"{kind}, N = {results.short_count(datoms)}"] + [f"{size:,}" for size in DIRTY_SIZES]
            parts.append(table(head, lines))
    if not parts:
        return ""
    title = "### Nodes and bytes that a commit dirties\n\nNodes / bytes in codec `packed`, by datoms a commit."
    return "\n\n".join([title, *parts])


def context_lines(rows):
    """What the runs say of the machine and the build: each fact once, in the order of the runs."""
    facts = []
    for context in rows.contexts:
        machine, build = results.member(context, "machine"), results.member(context, "build")
        cpu = machine.get("cpu") or context.get("cpu")
        facts.append(f"CPU: {cpu}" if cpu else None)
        facts.append(f"{context['num_cpus']} CPUs at {context['mhz_per_cpu']} MHz"
                     if {"num_cpus", "mhz_per_cpu"} <= context.keys() else None)  # fmt: skip
        caches = context.get("caches", [])
        facts.append(", ".join(
            f"L{cache['level']} {cache['type'].lower()} {cache['size'] // 1024:,} KiB" for cache in caches
        ))  # fmt: skip
        for key in ("compiler", "flags", "build_type", "commit"):
            facts.append(f"{key.replace('_', ' ')}: {build[key]}" if build.get(key) else None)
        libraries = results.member(build, "libraries")
        facts.append(", ".join(f"{name} {libraries[name]}" for name in sorted(libraries)))
        # What the program itself adds to the context is text; a path on that machine is nobody's.
        known = {"date", "host_name", "executable", "library_build_type", "json_schema_version", "cpu"}
        facts += [
            f"{key.replace('_', ' ')}: {value}"
            for key, value in sorted(context.items())
            if isinstance(value, str) and key not in known
        ]
        facts.append(f"measured {context['date'][:10]}" if "date" in context else None)
    fewest, most = rows.repetitions()
    facts.append(f"repetitions: {fewest}" if fewest == most else f"repetitions: {fewest} to {most}")
    return "; ".join(dict.fromkeys(fact for fact in facts if fact)) + "."


def text_of(rows):
    """All that stands between the markers."""
    sections = [context_lines(rows), bar_section(rows), x0_section(rows)]
    sections += [*operation_sections(rows), *other_sections(rows), dirty_section(rows)]
    return "\n\n".join(section for section in sections if section)


def replaced(document, path, text):
    """The document with `text` between the markers. Raises results.ResultsError."""
    if document.count(BEGIN) != 1 or document.count(END) != 1:
        raise results.ResultsError(f"{path}: expected {BEGIN} and {END}, once each")
    before, rest = document.split(BEGIN)
    if END not in rest:
        raise results.ResultsError(f"{path}: {END} stands before {BEGIN}")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RESULT.json")
    parser.add_argument("--docs", type=pathlib.Path, default=DOCS, metavar="FILE")
    arguments = parser.parse_args()
    try:
        text = text_of(index_rows.load(arguments.runs))
        document = results.read_text(arguments.docs)
        arguments.docs.write_text(replaced(document, arguments.docs, text), encoding="utf-8")
    except (results.ResultsError, OSError) as error:
        print(f"error: {results.message_of(error)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
