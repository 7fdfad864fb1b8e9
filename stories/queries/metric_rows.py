"""Rows of the table of metrics, read from the documents of their cases."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from stories.documents.rows import metric_rows
from stories.presenters.metrics import MetricPresenter
from stories.queries.publications import current_cases
from stories.queries.snapshot import Library
from stories.search import reader
from stories.search.reader import MetricKey, Row


class MetricRow(MetricPresenter):
    """A metric with the columns for its case and measure."""

    @property
    def indicator_label(self) -> str:
        return str(self.indicator.label)

    @property
    def case_url(self) -> str:
        return self.case.url

    @property
    def case_title(self) -> Any:
        return self.case.title

    @property
    def place_label(self) -> str:
        return str(self.case.place.label)

    @property
    def measure_title(self) -> Any:
        return self.measure.title if self.measure else ""

    @property
    def is_planned(self) -> bool:
        return self.is_target or bool(self.measure and self.measure.is_planned)


def rows_of(library: Library, keys: Sequence[MetricKey]) -> list[MetricRow]:
    """The metrics with these keys, in this order: 1 query. Those of a case withdrawn meanwhile are
    skipped."""
    found = metrics_by_key(library, keys)
    return [found[key] for key in keys if key in found]


def metrics_by_key(library: Library, keys: Sequence[MetricKey]) -> dict[MetricKey, MetricRow]:
    wanted: dict[int, set[str]] = {}
    for pk, key in keys:
        wanted.setdefault(pk, set()).add(key)
    found_cases = library.cases_of(wanted, lambda pk, document: _part(document, wanted[pk]))
    cases = {case.pk: case for case in found_cases}
    found = {}
    for pk, key in keys:
        metric = cases[pk].metrics_by_key.get(key) if pk in cases else None
        if metric:
            found[pk, key] = MetricRow(metric.case, metric.data, metric.measure)
    return found


def _part(document: Mapping[str, Any], keys: Set[str]) -> dict[str, Any]:
    """The part of a document that rows need: these metrics, their measures and cited passages. The
    fifty complete documents of a page would take 15 MB."""
    measures = [
        {**measure, "metrics": chosen}
        for measure in document["measures"]
        if (chosen := _chosen(measure["metrics"], keys))
    ]
    context = _chosen(document["context"], keys)
    metrics = [*context, *(metric for measure in measures for metric in measure["metrics"])]
    cited = {(m["cite"]["source"], m["cite"]["at"]) for m in metrics if "cite" in m}
    sources = [
        {**s, "passages": [p for p in s["passages"] if (s["key"], p["locator"]) in cited]}
        for s in document["sources"]
    ]
    unused: dict[str, Any] = {"problems": [], "glance": {}, "left_out": [], "changes": []}
    return {**document, **unused, "measures": measures, "context": context, "sources": sources}


def _chosen(metrics: Sequence[Mapping[str, Any]], keys: Set[str]) -> list[Mapping[str, Any]]:
    return [metric for metric in metrics if metric["key"] in keys]


def numbered_rows(library: Library, keys: Sequence[MetricKey]) -> Iterator[tuple[Row, int]]:
    """The metrics with these keys as `documents.rows` has them, each with the number of the version
    of its case: 1 query, and 1 for as many damaged cases as `publications.CHUNK`. Those of a case
    that was withdrawn meanwhile are passed over."""
    found = reader.metric_rows([key for key in keys if key[0] not in library.suspects])
    damaged = dict.fromkeys(pk for pk, _key in keys if pk in library.suspects)
    for one in current_cases(library, damaged):
        rows = metric_rows(one.case.data)
        found |= {(one.case.pk, row["key"]): (one.number, row) for row in rows}
    for key in keys:
        if key in found and key[0] in library.cases:
            number, row = found[key]
            yield row, number
