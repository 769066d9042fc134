"""What the figures of bench_index are held to: the bars that the index was built against, and the
claim X0. Both were fixed before the first full run."""

import dataclasses

from index_rows import Place

TIME = "ns_per_datom"
BYTES = "bytes_per_datom"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
OPERATIONS = ("bulk_build", "insert_tx10", "insert_tx10000", "lookup", "scan")

MET = "met"
NOT_MET = "**not met**"
WITHIN_NOISE = "**within the noise**"
NOT_MEASURED = "not measured"


@dataclasses.dataclass(frozen=True)
class Bar:
    """A ratio of two rows' counters, and what it must not be below, or above. Of several places,
    each a pair of Places, the worst counts."""

    text: str
    limit: float
    is_least: bool
    over: str  # implementation
    under: str
    places: tuple
    counter: str = TIME

    def worst(self, rows):
        """(Spread, Place of it) where the ratio is worst; None unless all of it was measured."""
        found = []
        for over, under in self.places:
            ratio = rows.ratio(self.counter, (self.over, over), (self.under, under))
            if ratio is None:
                return None
            found.append((ratio, over))
        sign = 1 if self.is_least else -1
        return min(found, key=lambda one: sign * one[0].median)

    def is_met_by(self, ratio):
        return ratio >= self.limit if self.is_least else ratio <= self.limit

    def verdict(self, spread):
        """Of the repetitions: all of them, none of them, or some."""
        ends = {self.is_met_by(spread.low), self.is_met_by(spread.high)}
        return WITHIN_NOISE if len(ends) > 1 else MET if ends.pop() else NOT_MET


def same(operation, sizes):
    return tuple((Place(operation, size), Place(operation, size)) for size in sizes)


def faster(ours, peer, operation, size, limit):
    """`ours` at least `limit` times as fast as `peer`."""
    text = f"`{operation}`, {ours} against {peer}"
    return Bar(text, limit, True, peer, ours, same(operation, (size,)))


def mixed(ours, operation):
    places = tuple((Place(operation, size, True), Place(operation, size)) for size in SIZES[:2])
    text = f"`{operation}`, {ours}: mixed values against integers"
    return Bar(text, 1.6, False, ours, ours, places)


def all_bars():
    small, large, btree, vector = "sorted_set_64", "sorted_set_512", "absl_btree_set", "sorted_vector"
    million, ten_millions = SIZES[2:]
    bars = [
        faster(small, btree, "insert_tx10", million, 2),
        faster(large, btree, "insert_tx10", million, 1.2),
        faster(small, btree, "insert_tx10000", million, 4),
        faster(large, btree, "insert_tx10000", million, 2.5),
        faster(large, btree, "lookup", million, 1.5),
    ]
    for ours in (small, large):
        text = f"`scan`, time of {ours} against {vector}"
        bars.append(Bar(text, 2, False, ours, vector, same("scan", (million,))))
    bars += [faster(ours, btree, "bulk_build", million, 2.5) for ours in (small, large)]
    bars += [
        faster(small, btree, "insert_tx10", ten_millions, 2.5),
        faster(large, btree, "insert_tx10", ten_millions, 1.15),
        faster(large, vector, "lookup", ten_millions, 1),
    ]
    for ours in (small, large):
        text = f"bytes per datom after `bulk_build`, {ours} against {vector}"
        bars.append(Bar(text, 1.15, False, ours, vector, same("bulk_build", SIZES), BYTES))
    bars += [mixed(ours, operation) for ours in (small, large) for operation in OPERATIONS]
    hitchhiker = "hitchhiker_tree"
    text = f"`lookup`, time of {hitchhiker} against {large}"
    bars.append(Bar(text, 20, False, hitchhiker, large, same("lookup", SIZES)))
    for size in (1, 10, 100):
        text = f"node bytes of a commit of {size} scattered datoms, {hitchhiker} against {large}"
        places = same(f"dirty_tx{size}_scattered", (million,))
        bars.append(Bar(text, 0.2, False, hitchhiker, large, places, "packed_bytes_per_tx"))
    return bars


X0_LIMIT = 1.5
X0_OVER, X0_UNDER = "hitchhiker_tree", "sorted_set_512"


def x0_ratios(rows, counter=TIME):
    """(operation, size) -> Spread, or None where it was not measured."""
    return {
        (operation, size): rows.ratio(
            counter, (X0_OVER, Place(operation, size)), (X0_UNDER, Place(operation, size))
        )
        for operation in OPERATIONS
        for size in SIZES
    }


def x0_verdict(ratios):
    """The registered rule, with the range of the repetitions for the interval."""
    missing = [place for place, ratio in ratios.items() if ratio is None]
    if missing:
        return f"open: {len(ratios) - len(missing)} of {len(ratios)} cells measured"
    beyond = [place for place, ratio in ratios.items() if ratio.low >= X0_LIMIT]
    short = [place for place, ratio in ratios.items() if ratio.high < X0_LIMIT]
    if len(beyond) == len(ratios):
        return "supported"
    if len(short) == len(ratios):
        return "refuted"
    # One factor must put all on the right side: here, which operation or which size it is.
    for factor in (0, 1):
        sides = {}
        for place in ratios:
            side = "beyond" if place in beyond else "short" if place in short else "between"
            sides.setdefault(place[factor], set()).add(side)
        if all(found in ({"beyond"}, {"short"}) for found in sides.values()):
            kept = [str(value) for value, found in sides.items() if found == {"beyond"}]
            return f"depends on {('the operation', 'N')[factor]}: holds for {', '.join(kept)}"
    return f"inconclusive: holds in {len(beyond)} of {len(ratios)} cells, fails in {len(short)}"
