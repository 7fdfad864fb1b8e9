"""What one indicator spreads over among the measures of one type. Never an average."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from stories import entries, lookups, sizes
from stories.library import Library
from stories.listed import ListedMetric, metrics_by_number
from stories.terms import Indicator
from stories.vocabulary import METRIC_LIMIT, Kind

METRICS_LISTED = 40  # of one indicator
AT_ONCE = 16  # groups of sizes


@dataclass(frozen=True)
class Spread:
    """What the sources say of one indicator under one measure type."""

    indicator: Indicator
    case_count: int
    metric_count: int
    least: ListedMetric
    median: ListedMetric | None  # None for an even number of metrics: nobody printed the middle
    most: ListedMetric
    metrics: list[ListedMetric]  # by size; of more than METRICS_LISTED only those above

    @property
    def is_single(self) -> bool:
        """Least, median and most are one."""
        return self.metric_count == 1

    @property
    def is_whole(self) -> bool:
        return len(self.metrics) == self.metric_count


@dataclass(frozen=True)
class _Places:
    """Where a spread stands, by the numbers that the index has for metrics."""

    case_count: int
    metric_count: int
    least: int
    median: int | None
    most: int
    metrics: tuple[int, ...]  # by size


def spreads(measure_type: str, library: Library) -> list[Spread]:
    """Per indicator, by indicator. Where each stands is found once a revision, by 2 queries and 1
    for every AT_ONCE groups of sizes; the rows are 2 queries."""
    places = library.kept(f"spreads: {measure_type}", lambda: _places(library, measure_type))
    order = sorted({n for at in places.values() for n in at.metrics})
    rows = metrics_by_number(library, order)
    places = {
        slug: at
        for slug, at in places.items()
        if rows.keys() >= set(at.metrics) and slug in library.terms["indicator"]
    }
    return [
        Spread(
            library.terms["indicator"][slug],
            at.case_count,
            at.metric_count,
            rows[at.least],
            None if at.median is None else rows[at.median],
            rows[at.most],
            [rows[n] for n in at.metrics],
        )
        for slug, at in sorted(places.items())
    ]


def _places(library: Library, measure_type: str) -> dict[str, _Places]:
    """indicator → where its spread stands."""
    of_type = lookups.metrics_holding(entries.TYPE, [measure_type]).get(measure_type, BitMap())
    targets = lookups.metrics_holding(entries.KIND, [Kind.TARGET])
    of_type = of_type - targets.get(Kind.TARGET, BitMap())
    held = lookups.metrics_holding(
        entries.INDICATOR, library.metric_counts.get(entries.INDICATOR, ())
    )
    of_both = {slug: metrics & of_type for slug, metrics in held.items()}
    found = {slug: metrics for slug, metrics in of_both.items() if metrics}
    at = _by_size(library, of_type, found)
    places = {}
    for slug, metrics in found.items():
        ranked = {rank: at[slug, rank] for rank in _ranks(len(metrics))}
        cases = len({number // METRIC_LIMIT for number in metrics})
        median = ranked[len(metrics) // 2] if len(metrics) % 2 else None
        most = ranked[len(metrics) - 1]
        listed_ones = tuple(dict.fromkeys(ranked.values()))
        places[slug] = _Places(cases, len(metrics), ranked[0], median, most, listed_ones)
    return places


def _ranks(count: int) -> list[int]:
    """Of all; of more than METRICS_LISTED the least, the middle where there is one, the most."""
    if count <= METRICS_LISTED:
        return list(range(count))
    return [0, *([count // 2] if count % 2 else []), count - 1]


def _by_size(
    library: Library, of_type: BitMap, found: Mapping[str, BitMap]
) -> dict[tuple[str, int], int]:
    """(indicator, rank) → the metric that has it, the smallest being the first."""
    passed = dict.fromkeys(found, 0)
    within: dict[str, list[tuple[str, int, int]]] = {}  # group → indicator, rank; rank in the group
    for key, metrics in _in_parts(sorted(library.metric_counts.get(entries.SIZES, ()))):
        here = metrics & of_type
        for slug, of_both in found.items() if here else ():
            before, count = passed[slug], of_both.intersection_cardinality(here)
            passed[slug] = before + count
            for rank in {n for n in _ranks(len(of_both)) if before <= n < before + count}:
                within.setdefault(key, []).append((slug, rank, rank - before))
    return {
        (slug, rank): _nth((metrics & found[slug] for metrics in exact), n)
        for key, exact in _of_groups(list(within))
        for slug, rank, n in within[key]
    }


def _in_parts(keys: list[str]) -> Iterator[tuple[str, BitMap]]:
    """The groups of sizes; AT_ONCE are in memory."""
    for n in range(0, len(keys), AT_ONCE):
        held = lookups.metrics_holding(entries.SIZES, keys[n : n + AT_ONCE])
        yield from ((key, held[key]) for key in keys[n : n + AT_ONCE])


def _of_groups(keys: list[str]) -> Iterator[tuple[str, list[BitMap]]]:
    """The metrics of each size of a group, by size; AT_ONCE groups are in memory."""
    for n in range(0, len(keys), AT_ONCE):
        spans = [sizes.group(sizes.read(key)) for key in keys[n : n + AT_ONCE]]
        exact: dict[str, list[BitMap]] = {}
        ranges = [sizes.keys_between(*span) for span in spans]
        for key, metrics in lookups.metrics_between(entries.SIZE, *ranges).items():
            exact.setdefault(sizes.written(sizes.group(sizes.read(key))[0]), []).append(metrics)
        yield from exact.items()


def _nth(groups: Iterable[BitMap], n: int) -> int:
    for metrics in groups:
        if n < len(metrics):
            return int(metrics[n])
        n -= len(metrics)
    raise IndexError(n)
