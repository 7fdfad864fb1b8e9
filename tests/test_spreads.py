"""Minimum, median and maximum of the indicators of a measure type."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.models.vocabulary import MeasureType
from stories.queries.snapshot import Library
from stories.queries.spreads import spreads
from tests.builders import (
    a_case,
    a_draft,
    a_measure,
    a_measure_type,
    a_metric,
    an_indicator,
    keep,
)

LAMPS = "lamps"  # a measure type


def sized(*bounds: tuple[int | None, int | None, str], **overrides: Any) -> list[str]:
    """Keys of metrics of measures of one type, each in its own case."""
    overrides.setdefault("indicator", an_indicator())
    kind = MeasureType.objects.filter(slug=LAMPS).first() or a_measure_type(slug=LAMPS)
    return [
        a_metric(
            **{"measure": a_measure(type=kind)} | overrides, low=low, high=high, qualifier=qualifier
        ).key
        for low, high, qualifier in bounds
    ]


def three_keys() -> list[tuple[str, str, str]]:
    """Keys of minimum, median and maximum."""
    keep()
    return [
        (s.least.key, s.median.key if s.median else "", s.most.key)
        for s in spreads(LAMPS, Library.now())
    ]


@pytest.mark.django_db
def test_a_spread_tells_the_least_the_middle_and_the_most() -> None:
    most, least, median = sized((1000, 1000, "exact"), (None, 300, "nearly"), (400, None, "over"))
    assert three_keys() == [(least, median, most)]
    (spread,) = spreads(LAMPS, Library.now())
    assert (spread.case_count, spread.metric_count) == (3, 3)


@pytest.mark.django_db
def test_an_even_number_of_metrics_has_no_middle() -> None:
    least, most = sized((1, 1, "exact"), (2, 2, "exact"))
    assert three_keys() == [(least, "", most)]


@pytest.mark.django_db
def test_one_metric_is_the_least_the_middle_and_the_most() -> None:
    (alone,) = sized((7, None, "at_least"))
    assert three_keys() == [(alone, alone, alone)]


@pytest.mark.django_db
def test_nearly_comes_just_before_a_number_and_over_just_behind_it() -> None:
    over, exact, nearly = sized((400, None, "over"), (400, 400, "exact"), (None, 400, "nearly"))
    assert three_keys() == [(nearly, exact, over)]


@pytest.mark.django_db
def test_indicators_are_told_apart_and_one_case_counts_once() -> None:
    measure = a_measure(type=a_measure_type(slug=LAMPS))
    sized((1, 1, "exact"), (2, 2, "exact"), indicator=an_indicator(slug="lamps"), measure=measure)
    sized((1, 1, "exact"), indicator=an_indicator(slug="benches"))
    keep()
    found = [(s.indicator.slug, s.case_count) for s in spreads(LAMPS, Library.now())]
    assert found == [("benches", 1), ("lamps", 1)]


@pytest.mark.django_db
def test_neither_another_type_nor_a_draft_nor_the_place_itself_is_in_a_spread() -> None:
    (alone,) = sized((5, 5, "exact"), indicator=(indicator := an_indicator()))
    kind = MeasureType.objects.get(slug=LAMPS)
    a_metric(indicator=indicator, low=1, high=1)
    a_metric(indicator=indicator, low=1, high=1, measure=a_measure(case=a_draft(), type=kind))
    a_metric(indicator=indicator, low=1, high=1, measure=None, case=a_case())
    assert three_keys() == [(alone, alone, alone)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3000)), min_size=1, max_size=12))
@pytest.mark.django_db
def test_a_spread_is_what_sorting_all_metrics_gives(numbers: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        rows = {f"n{n}": (kind, number) for n, (kind, number) in enumerate(dict.fromkeys(numbers))}
        indicators = [an_indicator(slug=f"i{kind}") for kind in range(4)]
        for key, (kind, number) in rows.items():
            sized((number, number, "exact"), key=key, indicator=indicators[kind])
        expected = []
        for kind in range(4):
            keys = [key for key in rows if rows[key][0] == kind]
            keys.sort(key=lambda key: rows[key][1])
            if keys:
                middle = keys[len(keys) // 2] if len(keys) % 2 else ""
                expected.append((keys[0], middle, keys[-1]))
        assert three_keys() == expected
        transaction.set_rollback(True)
