"""Metrics as a table lists them, read from the documents of their cases."""

from collections.abc import Iterator, Sequence
from typing import Any

from stories.presenters.metrics import MetricPresenter
from stories.queries.publications import current_cases
from stories.queries.snapshot import Library

MetricKey = tuple[int, str]  # primary key of the publication, key of the metric


class MetricRow(MetricPresenter):
    """A metric with what a row says of its case and measure."""

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
    """The metrics with these keys, in this order: 1 query. Those of a case that was withdrawn
    meanwhile are passed over."""
    found = metrics_by_key(library, keys)
    return [found[key] for key in keys if key in found]


def metrics_by_key(library: Library, keys: Sequence[MetricKey]) -> dict[MetricKey, MetricRow]:
    cases = {case.pk: case for case in library.cases_of(dict.fromkeys(pk for pk, _key in keys))}
    found = {}
    for pk, key in keys:
        metric = cases[pk].metrics_by_key.get(key) if pk in cases else None
        if metric:
            found[pk, key] = MetricRow(metric.case, metric.data, metric.measure)
    return found


def numbered_rows(
    library: Library, keys: Sequence[MetricKey]
) -> Iterator[tuple[MetricPresenter, int]]:
    """The metrics with these keys, each with the number of the version of its case: 1 query for as
    many cases as `publications.CHUNK`."""
    pks = dict.fromkeys(pk for pk, _key in keys)
    found = {one.case.pk: one for one in current_cases(library, pks)}
    for pk, key in keys:
        metric = found[pk].case.metrics_by_key.get(key) if pk in found else None
        if metric:
            yield metric, found[pk].number
