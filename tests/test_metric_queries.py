"""The query of the table of metrics: results, options and labels."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from stories.models.metrics import Metric
from stories.models.version import Publication
from stories.queries import metrics
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import Library
from tests.builders import (
    a_case,
    a_draft,
    a_measure,
    a_measure_family,
    a_measure_type,
    a_metric,
    a_place,
    an_indicator,
    keep,
)
from tests.questions import keys


def metrics_asked(parameters: str) -> MetricQuery:
    keep()
    return MetricQuery.parse(QueryDict(parameters), Library.now())


@pytest.mark.django_db
def test_a_question_to_the_metrics_drops_what_it_does_not_understand() -> None:
    a_metric()
    query = metrics_asked("indicator=no-such&kind=%00&min=x&sort=cheapest&page=0&place=nowhere")
    assert query.url == "/metrics/"


@pytest.mark.django_db
def test_an_address_of_metrics_has_one_order_and_no_defaults() -> None:
    a_metric(indicator=an_indicator(slug="lamps", kind="output"))
    a_metric(indicator=an_indicator(slug="money", kind="input"))
    query = metrics_asked("page=1&kind=output&sort=indicator&indicator=money&indicator=lamps")
    assert query.url == "/metrics/?indicator=lamps&indicator=money&kind=output"
    assert metrics_asked("sort=size&page=2").url == "/metrics/?sort=size&page=2"


@pytest.mark.django_db
def test_metrics_widen_within_a_facet_and_narrow_across() -> None:
    lamps, money = an_indicator(slug="lamps"), an_indicator(slug="money")
    for key, indicator, kind in (("a", lamps, "output"), ("b", money, "input")):
        a_metric(key=key, indicator=indicator, kind=kind)
    a_metric(key="c", kind="input")
    assert keys(metrics_asked("indicator=lamps&indicator=money")) == ["a", "b"]
    assert keys(metrics_asked("indicator=lamps&indicator=money&kind=input")) == ["b"]


@pytest.mark.django_db
def test_metrics_are_found_by_family_and_by_the_province_above() -> None:
    county = a_place(code="610902", parent=a_place(code="610000"))
    case = a_case(place=a_place(code="610902-yucai", parent=county))
    kind = a_measure_type(family=a_measure_family(slug="works"))
    a_metric(key="a", measure=a_measure(case=case, type=kind))
    a_metric(key="b")
    assert keys(metrics_asked("measure=works")) == keys(metrics_asked("place=610000")) == ["a"]


@pytest.mark.django_db
def test_only_values_that_some_metric_has_are_offered() -> None:
    measure = a_measure(
        case=a_case(place=a_place(code="610902", parent=a_place(code="610000"))),
        type=a_measure_type(slug="lighting", family=a_measure_family(slug="works")),
    )
    a_metric(measure=measure, indicator=an_indicator(slug="lamps", kind="output"))
    a_measure()
    an_indicator(kind="input")
    offered = {f.name: {v.value for v in f.values} for f in metrics_asked("").choices()}
    assert offered["indicator"] == {"lamps"}
    assert offered["kind"] == {"output"}
    assert offered["measure"] == {"lighting", "works"}
    assert offered["place"] == {"610902", "610000"}


@pytest.mark.django_db
def test_a_drafts_metric_is_neither_found_nor_offered() -> None:
    a_metric(case=a_draft(place=a_place(code="secret")), indicator=an_indicator(slug="secret"))
    query = metrics_asked("indicator=secret&place=secret")
    assert (query.url, keys(query)) == ("/metrics/", [])
    assert [facet.values for facet in query.choices()] == [()] * 4


@pytest.mark.django_db
def test_metrics_are_ordered_by_size_whatever_their_qualifier() -> None:
    indicator = an_indicator()
    bounds = {
        "exactly-400": (400, 400, "exact"),
        "over-400": (400, None, "over"),
        "exactly-9000": (9000, 9000, "exact"),
        "nearly-400": (None, 400, "nearly"),
        "at-most-7": (None, 7, "at_most"),
        "some-hundred": (200, 999, "several"),
    }
    for key, (low, high, qualifier) in bounds.items():
        a_metric(key=key, indicator=indicator, low=low, high=high, qualifier=qualifier)
    assert keys(metrics_asked("sort=size")) == [
        "exactly-9000",
        "over-400",
        "exactly-400",
        "nearly-400",
        "some-hundred",
        "at-most-7",
    ]


@pytest.mark.django_db
def test_what_was_asked_of_the_metrics_is_told_in_words() -> None:
    a_metric(indicator=an_indicator(slug="lamps", label_zh="路灯", kind="output"))
    chips = [
        (chip.facet, chip.url) for chip in metrics_asked("kind=output&indicator=lamps").words()
    ]
    assert chips == [
        ("indicator", "/metrics/?kind=output"),
        ("kind", "/metrics/?indicator=lamps"),
    ]


@pytest.mark.django_db
def test_past_the_last_page_of_metrics_is_the_last() -> None:
    measure, indicator = a_measure(), an_indicator()
    for _ in range(metrics.PAGE_SIZE + 1):
        a_metric(measure=measure, indicator=indicator)
    page = metrics_asked("page=9").page()
    assert (page.url, page.previous, len(page.items)) == ("/metrics/?page=2", "/metrics/", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("narrowed", ["", "indicator=lamps&indicator=money", "min=1", "place=here"])
@pytest.mark.parametrize("sort", ["indicator", "case", "size"])
def test_the_pages_of_metrics_hold_each_once_in_order(sort: str, narrowed: str) -> None:
    indicators = [an_indicator(slug="lamps"), an_indicator(slug="money")]
    cases = [a_case(slug=slug, place=place) for place in [a_place(code="here")] for slug in "ba"]
    rows = [
        a_metric(
            key=f"n{n:03}",
            measure=measure,
            indicator=indicators[n % 2],
            **dict.fromkeys(("low", "high"), 1 + n * 7 % 40),
        )
        for measure in [a_measure(case=case) for case in cases]
        for n in range(60)
    ]
    orders: dict[str, Callable[[Metric], Any]] = {
        "indicator": lambda row: (row.indicator.slug, published[row.case.slug], row.key),
        "case": lambda row: (row.case.slug, row.key),
        "size": lambda row: (-row.low, published[row.case.slug], row.key),
    }
    pages = [metrics_asked(f"{narrowed}&sort={sort}&page={n}").page() for n in (1, 2, 3)]
    published = dict(Publication.objects.values_list("slug", "pk"))
    assert [page.total for page in pages] == [len(rows)] * 3
    assert [(metric.case_url, metric.key) for page in pages for metric in page.items] == [
        (row.case.get_absolute_url(), row.key) for row in sorted(rows, key=orders[sort])
    ]
