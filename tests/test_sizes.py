"""Numbers by size: matches of `min` and `max` for every qualifier, and the order."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import Library
from tests.builders import a_measure, a_metric, an_indicator, keep
from tests.questions import keys

pytestmark = pytest.mark.django_db

# qualifier, low, high; then queries as "min-max": those that match and those that do not.
EXACT = ("exact", 400, 400)
TABLE = [
    # An exact number counts as itself.
    (EXACT, "400- -400 400-400 399- -401 0-400 400-500", "401- -399 0-399 401-500 400.1-"),
    # About n counts as n.
    (("about", 400, 400), "400-400 -400 400-", "401- -399"),
    # Over n is just above n.
    (("over", 400, None), "400- 399- 400-401 0-401 -401 400-400.1", "401- -400 400-400 -399"),
    # Nearly n is just below n.
    (("nearly", None, 400), "-400 399- 399-400 399.9- -401", "400- 400-400 401- -399 400-500"),
    # At least and at most n count as n.
    (("at_least", 400, None), "400- -400 400-400 399-", "401- -399"),
    (("at_most", None, 400), "400- -400 400-400 -401", "401- -399"),
    # A range matches if it overlaps.
    (
        ("range", 300, 500),
        "300- 500- -300 -500 400-400 300-300 500-500 0-300 500-900 0-900 310-320",
        "501- -299 0-299 501-900",
    ),
    # 数百: as a range.
    (("several", 200, 999), "200- 999- -200 500-600 999-999 0-200", "1000- -199 0-199"),
    # Zero, and decimals.
    (("exact", 0, 0), "0- -0 0-0 -1", "1- 0.1-"),
    (("exact", Decimal("3.4"), Decimal("3.4")), "3.4-3.4 3- -4 3.39- -3.41", "3.5- -3.3"),
    # A minimum above the maximum matches nothing, not even a range between them.
    (EXACT, "", "401-399 500-300"),
    (("range", 300, 500), "", "450-350 500-300"),
    (("several", 200, 999), "", "600-500"),
    (("over", 400, None), "", "500-300"),
    (("nearly", None, 400), "", "399-398"),
]
ROWS = [
    (number, asked, is_found)
    for number, finding, not_finding in TABLE
    for sizes, is_found in ((finding, True), (not_finding, False))
    for asked in sizes.split()
]


def query_of(bounds: str = "", **others: str) -> MetricQuery:
    """A query of a library in which every case is indexed with its present rows."""
    keep()
    least, _to, most = bounds.partition("-")
    parameters = QueryDict(mutable=True)
    parameters.update({"min": least, "max": most, **others})
    return MetricQuery.parse(parameters, Library.now())


@pytest.fixture
def measure(db: None) -> Measure:
    return a_measure()


def a_number(measure: Measure, qualifier: str, low: Any, high: Any, **overrides: Any) -> Metric:
    return a_metric(measure=measure, qualifier=qualifier, low=low, high=high, **overrides)


@pytest.mark.parametrize(
    ("number", "sizes", "is_found"), ROWS, ids=[f"{n[0]}-{n[1]}-{n[2]}-{a}" for n, a, _f in ROWS]
)
def test_a_number_is_found_by_its_size(
    measure: Measure, number: tuple[Any, Any, Any], sizes: str, is_found: bool
) -> None:
    metric = a_number(measure, *number)
    assert keys(query_of(sizes)) == ([metric.key] if is_found else [])
    assert query_of(sizes).page().total == is_found


def test_the_table_has_every_qualifier() -> None:
    choices = Metric._meta.get_field("qualifier").choices or ()
    assert {number[0] for number, _asked, _found in ROWS} == {value for value, _label in choices}


def test_sizes_narrow_with_the_other_choices(measure: Measure) -> None:
    lamps, money = an_indicator(), an_indicator()
    a_number(measure, "exact", 5, 5, indicator=lamps, key="few")
    a_number(measure, "exact", 500, 500, indicator=lamps, key="many")
    a_number(measure, "exact", 500, 500, indicator=money, key="yuan")
    query = MetricQuery(query_of().library, (("indicator", lamps.slug),), least="100")
    assert keys(query) == ["many"]
    assert sorted(keys(query_of("100-"))) == ["many", "yuan"]


@pytest.mark.parametrize(
    ("least", "most"),
    [("", ""), ("abc", "x"), ("-5", "1e3"), ("４０", "١٢"), ("1,000", "1.23456"), ("1" * 15, " ")],
)
def test_what_is_no_size_is_dropped(measure: Measure, least: str, most: str) -> None:
    metric = a_number(measure, "exact", 400, 400)
    parameters = QueryDict(mutable=True)
    parameters.update({"min": least, "max": most})
    keep()
    query = MetricQuery.parse(parameters, Library.now())
    assert (query.least, query.most, keys(query)) == ("", "", [metric.key])


def test_one_size_has_one_address() -> None:
    assert (
        query_of("400.0-0500.50").url == query_of("400-500.5").url == "/metrics/?min=400&max=500.5"
    )


# ---------------------------------------------------------------- order


def test_the_largest_comes_first(measure: Measure) -> None:
    """Over n before n, n before nearly n; a range by its lower bound, the wider one first."""
    order = [
        ("exact", 1000, 1000),
        ("over", 400, None),
        ("range", 400, 600),
        ("range", 400, 500),
        ("exact", 400, 400),
        ("nearly", None, 400),
        ("range", 399, 900),
        ("exact", Decimal("3.4"), Decimal("3.4")),
        ("exact", 0, 0),
    ]
    expected = [a_number(measure, *number, key=f"n{n}") for n, number in enumerate(order)]
    assert keys(query_of(sort="size")) == [metric.key for metric in expected]
    for metric in expected:  # and written in reverse order
        metric.delete()
    for n, number in reversed(list(enumerate(order))):
        a_number(measure, *number, key=f"n{n}")
    assert keys(query_of(sort="size")) == [f"n{n}" for n in range(len(order))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["exact", "over", "nearly", "range"]),
            st.integers(0, 9),
            st.integers(0, 9),
        ),
        max_size=6,
    ),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_sizes_are_found_as_on_a_line_of_numbers(
    measure: Measure, numbers: list[tuple[str, int, int]], least: int, most: int
) -> None:
    """Just above and just below n are n ± 0.1 among integers."""
    Metric.objects.all().delete()
    expected = set()
    for n, (qualifier, one, other) in enumerate(numbers):
        low, high = min(one, other), max(one, other) + 1
        if qualifier == "exact":
            spans, stored = (low, low), (low, low)
        elif qualifier == "over":
            spans, stored = (low + 0.1, low + 0.1), (low, None)  # type: ignore[assignment]
        elif qualifier == "nearly":
            spans, stored = (high - 0.1, high - 0.1), (None, high)  # type: ignore[assignment]
        else:
            spans, stored = (low, high), (low, high)
        a_number(measure, qualifier, *stored, key=f"n{n}")
        if least <= most and spans[1] >= least and spans[0] <= most:
            expected.add(f"n{n}")
    assert set(keys(query_of(f"{least}-{most}"))) == expected


def test_numbers_of_drafts_are_found_by_no_size(measure: Measure) -> None:
    a_number(measure, "exact", 400, 400)
    Case.objects.update(state="draft", published_at=None)
    assert keys(query_of("0-")) == keys(query_of()) == []


@pytest.mark.usefixtures("library")
def test_the_order_changes_nothing_of_what_is_found() -> None:
    found = {key: sorted(keys(query_of("10-1000", sort=key))) for key in ("", "size", "case")}
    assert found[""] == found["size"] == found["case"] != []
