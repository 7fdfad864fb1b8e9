"""Metrics as a table lists them, by the numbers that the index has for them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from stories.library import Library
from stories.presenters.case import CasePresenter, MetricPresenter
from stories.vocabulary import METRIC_LIMIT


class ListedMetric(MetricPresenter):
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


class _ListedCase:
    """The metrics of one case in the order of their keys, which is that of the index."""

    def __init__(self, case: CasePresenter) -> None:
        self.case = case

    @cached_property
    def metrics(self) -> list[ListedMetric | None]:
        """None for one that no page can show."""
        by_key = self.case.metrics_by_key
        keys = self.case.data.get("metric_keys") or sorted(str(key) for key in by_key)
        return [self._listed(by_key[key]) if key in by_key else None for key in keys]

    def _listed(self, metric: MetricPresenter) -> ListedMetric:
        return ListedMetric(self.case, metric.data, metric.measure)


def listed(library: Library, numbers: Sequence[int]) -> list[ListedMetric]:
    """The metrics that the index has these numbers for, in this order: 1 query. Those of a case
    that was withdrawn meanwhile are passed over."""
    found = metrics_by_number(library, numbers)
    return [found[number] for number in numbers if number in found]


def metrics_by_number(library: Library, numbers: Sequence[int]) -> dict[int, ListedMetric]:
    """The same by number."""
    wanted = dict.fromkeys(number // METRIC_LIMIT for number in numbers)
    cases = {case.pk: _ListedCase(case).metrics for case in library.cases_of(wanted)}
    places = ((number, *divmod(number, METRIC_LIMIT)) for number in numbers)
    found = (
        (number, cases[pk][n]) for number, pk, n in places if pk in cases and n < len(cases[pk])
    )
    return {number: metric for number, metric in found if metric}
