"""What one indicator spreads over among the measures of one type. Never an average."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from stories import index, sizes
from stories.library import Library
from stories.listed import ListedMetric, listed
from stories.terms import Indicator
from stories.vocabulary import METRIC_LIMIT

METRICS_LISTED = 40  # of one indicator


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
    """Per indicator, by indicator. What is where is found once a revision, with 1 query for every
    index.CHUNK sizes in use; the rows are 2 queries."""
    places = library.kept(f"spreads: {measure_type}", lambda: _places(library, measure_type))
    order = sorted({n for at in places.values() for n in at.metrics})
    rows = dict(zip(order, listed(library, order), strict=True))
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
    of_type = index.metrics_holding(index.TYPE, [measure_type]).get(measure_type, BitMap())
    held = index.metrics_holding(index.INDICATOR, library.metric_counts.get(index.INDICATOR, ()))
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
    groups = index.metrics_holding(index.SIZES, library.metric_counts.get(index.SIZES, ()))
    passed = dict.fromkeys(found, 0)
    within: list[tuple[str, int, str, int]] = []  # indicator, rank; group, rank within it
    for key in sorted(groups):
        here = groups[key] & of_type
        for slug, metrics in found.items() if here else ():
            before, count = passed[slug], metrics.intersection_cardinality(here)
            ranks = {n for n in _ranks(len(metrics)) if before <= n < before + count}
            within += [(slug, rank, key, rank - before) for rank in ranks]
            passed[slug] = before + count
    exact = _of_groups({key for _slug, _rank, key, _within in within})
    return {
        (slug, rank): _nth((metrics & found[slug] for metrics in exact[key]), n)
        for slug, rank, key, n in within
    }


def _of_groups(keys: Iterable[str]) -> dict[str, list[BitMap]]:
    """group → the metrics of each size in it, by size."""
    ranges = [sizes.keys_between(*sizes.group(sizes.read(key))) for key in keys]
    found: dict[str, list[BitMap]] = {}
    for key, metrics in index.metrics_between(index.SIZE, *ranges).items() if ranges else ():
        found.setdefault(sizes.written(sizes.group(sizes.read(key))[0]), []).append(metrics)
    return found


def _nth(groups: Iterable[BitMap], n: int) -> int:
    for metrics in groups:
        if n < len(metrics):
            return int(metrics[n])
        n -= len(metrics)
    raise IndexError(n)
