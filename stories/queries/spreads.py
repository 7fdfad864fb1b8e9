"""The distribution of one indicator among measures of one type. Never an average."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from stories.choices import Kind
from stories.models.search_index import IndexedMetric, IndexedMetricType
from stories.models.vocabulary import Indicator
from stories.queries.metric_rows import MetricRow, metrics_by_key
from stories.queries.snapshot import Library
from stories.search.reader import MetricKey

METRICS_LISTED = 40  # of one indicator


@dataclass(frozen=True)
class Spread:
    """The reported values of one indicator under one measure type."""

    indicator: Indicator
    case_count: int
    metric_count: int
    least: MetricRow
    median: MetricRow | None  # None for an even number of metrics: no source prints the middle
    most: MetricRow
    metrics: list[MetricRow]  # by size; if there are more than METRICS_LISTED, only the three above

    @property
    def is_single(self) -> bool:
        """Minimum, median and maximum are the same."""
        return self.metric_count == 1

    @property
    def is_whole(self) -> bool:
        return len(self.metrics) == self.metric_count


@dataclass(frozen=True)
class _Ranked:
    """The ranks of one indicator's metrics by size."""

    metric_count: int
    case_count: int
    keys: dict[int, MetricKey]  # by rank from 1, as many as are listed


def spreads(measure_type: str, library: Library) -> list[Spread]:
    """By indicator; targets are left out. The ranks take 2 queries, once a revision; the documents
    of the metrics' cases 1."""
    ranked = library.memoized(f"spreads: {measure_type}", lambda: _ranked(measure_type))
    wanted = [key for found in ranked.values() for key in found.keys.values()]
    rows = metrics_by_key(library, wanted)
    return [
        _spread(library.terms["indicator"][slug], found, rows)
        for slug, found in sorted(ranked.items())
        if slug in library.terms["indicator"] and rows.keys() >= set(found.keys.values())
    ]


def _spread(indicator: Indicator, ranked: _Ranked, rows: dict[MetricKey, MetricRow]) -> Spread:
    count = ranked.metric_count
    by_rank = {rank: rows[key] for rank, key in sorted(ranked.keys.items())}
    return Spread(
        indicator,
        ranked.case_count,
        count,
        by_rank[1],
        by_rank[count // 2 + 1] if count % 2 else None,
        by_rank[count],
        list(by_rank.values()),
    )


def _ranked(measure_type: str) -> dict[str, _Ranked]:
    """indicator → its metrics by rank of size: all, or if there are many, minimum, median and
    maximum.
    """
    of_type = IndexedMetricType.objects.filter(type=measure_type).values("metric")
    metrics = IndexedMetric.objects.filter(pk__in=of_type).exclude(kind=Kind.TARGET)
    of_indicator = [F("indicator")]
    rows = metrics.annotate(
        rank=Window(
            RowNumber(),
            partition_by=of_indicator,
            order_by=["begin", "end", "publication", "key"],
        ),
        count=Window(Count("pk"), partition_by=of_indicator),
    ).filter(
        Q(count__lte=METRICS_LISTED) | Q(rank=1) | Q(rank=F("count")) | Q(rank=F("count") / 2 + 1)
    )
    ranked = rows.order_by("indicator", "rank").values_list(
        "indicator", "rank", "count", "publication_id", "key"
    )
    cases = dict(
        metrics.order_by()
        .values_list("indicator")
        .annotate(cases=Count("publication", distinct=True))
    )
    return {slug: _of(cases[slug], found) for slug, found in groupby(ranked, key=itemgetter(0))}


def _of(case_count: int, rows: Iterable[tuple[str, int, int, int, str]]) -> _Ranked:
    found = list(rows)
    count = found[0][2]
    keys = {rank: (pk, key) for _slug, rank, _count, pk, key in found}
    return _Ranked(count, case_count, keys)
