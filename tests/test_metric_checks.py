"""Checks of numbers: metrics against their fragments, derived numbers against their operands."""

from typing import Any

import pytest

from stories.documents import serialization
from stories.documents.terms import Terms
from tests.builders import a_cite, a_document, a_metric_part, text, with_value
from tests.fault_lines import LAMPS, faults, metric_faults, with_metric


@pytest.mark.parametrize(
    ("printed", "bounds"),
    [
        ("四百多盏", {"low": 400, "high": None, "qualifier": "over"}),
        ("４００盏", {"low": 400, "high": 400, "qualifier": "exact"}),
        ("近万盏", {"low": None, "high": 10_000, "qualifier": "nearly"}),
        ("三四百盏", {"low": 300, "high": 400, "qualifier": "range"}),
        ("数百盏", {"low": 200, "high": 999, "qualifier": "several"}),
    ],
)
def test_a_number_that_agrees_is_no_fault(
    printed: str, bounds: dict[str, Any], terms: Terms
) -> None:
    assert metric_faults(terms, printed, **bounds) == []


@pytest.mark.parametrize(
    ("printed", "bounds", "wrong", "says", "stated"),
    [
        ("四百多盏", (300, None, "over"), "low", "over 400", "over 300"),
        ("4万盏", (4, 4, "exact"), "low", "exact 40000", "exact 4"),
        ("４００盏", (40, 40, "exact"), "low", "exact 400", "exact 40"),
        ("近400盏", (400, 400, "exact"), "low", "nearly 400", "exact 400"),
        ("约400盏", (400, 400, "exact"), "qualifier", "about 400", "exact 400"),
        ("不足400盏", (None, 400, "at_most"), "qualifier", "nearly 400", "at_most 400"),
        ("两三盏", (2, 9, "several"), "high", "range 2 to 3", "several 2 to 9"),
        ("约两三盏", (2, 3, "range"), "qualifier", "about 2 to 3", "range 2 to 3"),
    ],
)
def test_a_number_that_disagrees_is_a_fault(
    printed: str, bounds: tuple[Any, ...], wrong: str, says: str, stated: str, terms: Terms
) -> None:
    low, high, qualifier = bounds
    assert metric_faults(terms, printed, low=low, high=high, qualifier=qualifier) == [
        f"{LAMPS}.{wrong}: {printed!r} says {says}, the metric says {stated}"
    ]


@pytest.mark.parametrize(
    ("indicator", "printed", "number"),
    [
        ("paved-length", "400公里", 400_000),
        ("paved-area", "0.4平方公里", 400_000),
        ("paved-area", "400平方米", 400),
        ("land-area", "400平方米", 0.0004),
        ("land-area", "400公顷", 4),
        ("works-duration", "三个半月", 3.5),
        ("survey-awareness-rate", "百分之八十", 80),
        ("survey-awareness-rate", "八成", 80),
    ],
)
def test_a_unit_is_converted(indicator: str, printed: str, number: float, terms: Terms) -> None:
    bounds = {"low": number, "high": number, "qualifier": "exact"}
    assert metric_faults(terms, printed, indicator=indicator, **bounds) == []
    assert metric_faults(terms, printed, indicator=indicator, **bounds | {"low": 7, "high": 7})


@pytest.mark.parametrize(
    ("indicator", "printed", "message"),
    [
        ("lamps-installed", "400元", "prints 元 (money), the indicator counts 盏 (count)"),
        ("paved-area", "400公里", "prints 公里 (length), the indicator counts 平方米 (area)"),
        ("money-raised", "400盏", "prints 盏 (count), the indicator counts 元 (money)"),
        ("money-raised", "400", "prints no unit, the indicator counts 元 (money)"),
        ("works-duration", "400年", "prints 年 (time), the indicator counts 个月 (time)"),
        ("discount-offered", "400%", "prints % (share), the indicator counts 折 (discount)"),
    ],
)
def test_a_unit_of_another_dimension_is_a_fault(
    indicator: str, printed: str, message: str, terms: Terms
) -> None:
    found = metric_faults(terms, printed, indicator=indicator, low=400, high=400, qualifier="exact")
    assert found == [f"{LAMPS}.indicator: {printed!r} {message}"]


@pytest.mark.parametrize(("printed", "count"), [("400盏和20户", 2), ("装上路灯", 0)])
def test_a_fragment_of_a_metric_holds_one_number(printed: str, count: int, terms: Terms) -> None:
    assert metric_faults(terms, printed) == [
        f"{LAMPS}.cite.printed: {printed!r} holds {count} numbers; "
        "a metric’s fragment holds exactly one"
    ]


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("超过3至5盏", "the number of '超过3至5盏' is not understood"),
        (
            "由3盏增至12盏",
            "'由3盏增至12盏' prints a change from one number to another; cite each by itself",
        ),
    ],
)
def test_what_is_no_amount_is_no_metric(printed: str, message: str, terms: Terms) -> None:
    assert metric_faults(terms, printed) == [f"{LAMPS}.cite.printed: {message}"]


@pytest.mark.parametrize(("low", "high", "qualifier"), [(3, 3, "exact"), (None, 3, "nearly")])
def test_an_editor_says_whether_they_are_the_last_three_months_or_nearly_three(
    low: int | None, high: int, qualifier: str, terms: Terms
) -> None:
    bounds = {"low": low, "high": high, "qualifier": qualifier}
    assert metric_faults(terms, "近三个月", indicator="works-duration", **bounds) == []


def test_a_number_that_may_be_read_two_ways_disagrees_with_both(terms: Terms) -> None:
    bounds = {"low": None, "high": 4, "qualifier": "nearly"}
    assert metric_faults(terms, "近三个月", indicator="works-duration", **bounds) == [
        f"{LAMPS}.high: '近三个月' says nearly 3 or exact 3, the metric says nearly 4"
    ]


BOTH_WAYS = text("原文有歧义。", "It reads both ways.")


@pytest.mark.parametrize("printed", ["四百多盏", "超过3至5盏", "400元", "400盏和20户", "装上路灯"])
def test_an_editor_may_read_a_number_otherwise_with_a_reason(printed: str, terms: Terms) -> None:
    bounds = {"low": 7, "high": 7, "qualifier": "exact"}
    assert metric_faults(terms, printed, **bounds)
    assert metric_faults(terms, printed, reading_note=BOTH_WAYS, **bounds) == []


def test_a_number_that_is_overruled_agrees_with_its_own_qualifier(terms: Terms) -> None:
    bounds = {"low": 7, "high": None, "qualifier": "exact"}
    assert metric_faults(terms, "四百多盏", reading_note=BOTH_WAYS, **bounds) == [
        f"{LAMPS}.qualifier: exact wants low and high the same number, got low 7 and high null"
    ]


def test_a_reason_is_left_out_where_none_is_given() -> None:
    document = serialization.shaped(with_metric(cite=a_cite("2", "四百多盏")))
    assert b"reading_note" not in serialization.write(document)


def test_bounds_against_their_qualifier_are_a_fault(terms: Terms) -> None:
    assert metric_faults(terms, "四百多盏", high=400) == [
        f"{LAMPS}.qualifier: over wants low only (high null), got low 400 and high 400"
    ]


def derived_faults(terms: Terms, **overrides: Any) -> list[str]:
    derived = a_document()["derived"][0] | overrides
    return faults(a_document(derived=[derived]), terms)


def test_nothing_is_computed_from_a_metric_without_a_number(terms: Terms) -> None:
    (fault,) = faults(with_value(a_document(), f"{LAMPS}.low", None), terms)
    assert fault.startswith(f"{LAMPS}.qualifier: ")


def test_a_computed_number_that_is_wrong_is_a_fault(terms: Terms) -> None:
    assert derived_faults(terms, value=600) == ["derived[0].value: computes to 625, not 600"]


def test_a_computed_number_may_be_rounded(terms: Terms) -> None:
    third = {"of": ["raised", "households"], "value": 208.3}
    assert derived_faults(terms, **third) == []
    assert derived_faults(terms, **third | {"value": 208}) == []
    assert derived_faults(terms, **third | {"value": 208.4}) == [
        "derived[0].value: computes to 208.3333, not 208.4"
    ]


def test_a_share_is_computed_in_percent(terms: Terms) -> None:
    share = {"of": ["lamps", "households"], "value": 33.3, "unit": text("%", "%")}
    assert derived_faults(terms, **share) == []


@pytest.mark.parametrize(("op", "value"), [("sum", 1600), ("difference", 800)])
def test_sums_and_differences_are_computed(op: str, value: int, terms: Terms) -> None:
    other = a_metric_part(key="flats", low=400, indicator="households", cite=a_cite("1", "400多户"))
    other["kind"] = "context"
    document = with_value(a_document(), "context[1]", other)
    derived = a_document()["derived"][0] | {"op": op, "of": ["households", "flats"]}
    assert faults(document | {"derived": [derived | {"value": value}]}, terms) == []
    assert faults(document | {"derived": [derived | {"value": 7}]}, terms) == [
        f"derived[0].value: computes to {value}, not 7"
    ]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"of": ["raised", "moon"]}, "of: there is no metric 'moon' in this document"),
        ({"of": ["raised", "lamps", "people"]}, "of: a ratio is of exactly two metrics"),
        ({"qualifier": "exact"}, "qualifier: has to be about"),
        (
            {"op": "sum", "value": 250_400},
            "of: a sum is of metrics of one indicator",
        ),
        ({"of": ["lamps", "lamps"], "value": 1}, "of[1]: 'lamps' stands twice"),
    ],
)
def test_a_computed_number_fits_its_metrics(
    overrides: dict[str, Any], message: str, terms: Terms
) -> None:
    assert derived_faults(terms, **overrides) == [f"derived[0].{message}"]


def test_a_number_computed_from_exact_ones_is_exact(terms: Terms) -> None:
    exact = {"of": ["raised", "months"], "value": 50_000}
    assert derived_faults(terms, **exact) == ["derived[0].qualifier: has to be exact"]
    assert derived_faults(terms, **exact, qualifier="exact") == []


def test_nothing_is_divided_by_nothing(terms: Terms) -> None:
    document = with_value(a_document(), LAMPS, a_metric_part(low=0, cite=a_cite("2", "0多盏")))
    assert faults(document, terms) == ["derived[0].of: cannot divide by nothing"]
