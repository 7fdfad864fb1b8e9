"""A hundred correct numbers can be published, and a hundred altered ones cannot.

Each is in its own sentence; the whole document is checked against its text.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from stories.documents import checks, serialization, text_checks
from stories.documents.terms import Terms
from stories.documents.warnings import warnings
from stories.models.version import Version
from stories.publishing import texts
from stories.publishing.row_writer import RowWriter
from tests.builders import (
    a_cite,
    a_complete_case,
    a_document,
    a_metric_part,
    with_passage,
    with_value,
)
from tests.desk import publish

# (indicator, printed unit, factor to the indicator's unit, another indicator)
UNITS = [
    ("lamps-installed", "盏", 1, "paved-length"),
    ("money-raised", "元", 1, "lamps-installed"),
    ("money-invested", "万元", 10_000, "paved-area"),
    ("paved-length", "米", 1, "paved-area"),
    ("paved-length", "公里", 1000, "works-duration"),
    ("paved-area", "平方米", 1, "paved-length"),
    ("works-duration", "个月", 1, "money-raised"),
    ("households", "户", 1, "lamps-installed"),
    ("trees-pruned", "棵", 1, "survey-entry-rate"),
    ("survey-entry-rate", "%", 1, "households"),
]
# (printed form with n and m; low, high and qualifier; a fragment that states less)
FORMS = [
    ("{n}{u}", "n", "n", "exact", "0{u}"),
    ("{n}多{u}", "n", "", "over", "0多{u}"),
    ("超过{n}{u}", "n", "", "over", "{n}{u}"),
    ("近{n}{u}", "", "n", "nearly", "{n}{u}"),
    ("约{n}{u}", "n", "n", "about", "{n}{u}"),
    ("至少{n}{u}", "n", "", "at_least", "{n}{u}"),
    ("不超过{n}{u}", "", "n", "at_most", "超过{n}{u}"),
    ("{n}至{m}{u}", "n", "m", "range", "{m}{u}"),
    ("{n}余{u}", "n", "", "over", "0余{u}"),
    ("{n}{u}以上", "n", "", "at_least", "{n}{u}"),
]
TABLE = [(unit, form, 20 + 10 * n) for n, unit in enumerate(UNITS) for form in FORMS]
ALTERATIONS = ["digit", "qualifier", "unit", "passage", "fragment"]
PATH = "measures[0].metrics[0]"


def number(bound: str, n: int, factor: int) -> int | None:
    return {"n": n * factor, "m": (n + 5) * factor, "": None}[bound]


def a_number(unit: Any, form: Any, n: int) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    """A document with this number as its first metric, and the text that prints it."""
    indicator, printed_unit, factor, _other = unit
    printed = form[0].format(n=n, m=n + 5, u=printed_unit)
    document, raws = with_passage(a_document(), f"社区说，这里有{printed}，大家都记得。", "5")
    low, high = number(form[1], n, factor), number(form[2], n, factor)
    metric = a_metric_part(
        key="lamps",
        indicator=indicator,
        low=low,
        high=high,
        qualifier=form[3],
        cite=a_cite("5", printed),
    )
    others = document["measures"][0]["metrics"][1:]
    lamps = [{**document["measures"][0]["metrics"][0], "key": "lamps-too"}]
    document = with_value(document, "derived", [])
    return with_value(document, "measures[0].metrics", [metric, *lamps, *others]), raws


def altered(document: dict[str, Any], unit: Any, form: Any, n: int, how: str) -> dict[str, Any]:
    metric = document["measures"][0]["metrics"][0]
    name = "low" if metric["low"] is not None else "high"
    if how == "digit":
        changed = {name: metric[name] + 1}
        if metric["low"] == metric["high"]:
            changed = {"low": metric["low"] + 1, "high": metric["high"] + 1}
    elif how == "qualifier":
        other = {"exact": "about", "about": "exact", "over": "at_least", "at_least": "over"}
        other |= {"nearly": "at_most", "at_most": "nearly", "range": "about"}
        changed = {"qualifier": other[metric["qualifier"]]}
    elif how == "unit":
        changed = {"indicator": unit[3]}
    elif how == "passage":
        changed = {"cite": metric["cite"] | {"at": "4"}}
    else:  # a part of the words, with the number that this part states by itself
        printed = form[4].format(n=n, m=n + 5, u=unit[1])
        said = 0 if printed.startswith("0") else n + 5 if form[4].startswith("{m}") else n
        bounds = {"low": said * unit[2], "high": said * unit[2], "qualifier": "exact"}
        if "超过" in printed or printed.startswith(("0多", "0余")):
            bounds |= {"high": None, "qualifier": "over"}
        changed = {"cite": metric["cite"] | {"printed": printed}, **bounds}
    return with_value(document, PATH, metric | changed)


def found(document: dict[str, Any], raws: Mapping[str, bytes], terms: Terms) -> list[str]:
    """Faults, and warnings about the number."""
    shaped = serialization.shaped(document)
    faults = [*checks.faults(shaped, terms), *text_checks.disproved(shaped, raws)]
    marks = (mark for mark in warnings(shaped, raws, terms) if mark.path.startswith(PATH))
    faults.extend(marks)
    return [f"{fault.path}: {fault.code}" for fault in faults]


@pytest.mark.parametrize("row", TABLE, ids=range(len(TABLE)))
def test_a_right_number_is_accepted(row: Any, terms: Terms) -> None:
    document, raws = a_number(*row)
    assert found(document, raws, terms) == []


@pytest.mark.parametrize("n", range(len(TABLE)))
def test_an_altered_number_is_refused_or_marked(n: int, terms: Terms) -> None:
    row, how = TABLE[n], ALTERATIONS[(n + n // 10) % len(ALTERATIONS)]
    document, raws = a_number(*row)
    assert found(altered(document, *row, how), raws, terms) != [], how


def test_every_form_meets_every_alteration() -> None:
    met = {(n % 10, ALTERATIONS[(n + n // 10) % len(ALTERATIONS)]) for n in range(len(TABLE))}
    assert len(TABLE) == 100 and len(met) == 50


@pytest.mark.parametrize("file", sorted(settings.CASES_DIR.glob("*.json")), ids=lambda f: f.stem)
def test_no_number_of_the_shipped_cases_is_marked(file: Path, terms: Terms) -> None:
    document = serialization.read_file(file)
    codes = {mark.code for mark in warnings(document, {}, terms)}
    assert "counts-another-thing" not in codes


@pytest.mark.django_db
@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize("how", ["", *ALTERATIONS])
def test_the_desk_publishes_the_right_number_alone(how: str, reviewer: Client) -> None:
    row = TABLE[2]
    document, raws = a_number(*row)
    case = a_complete_case(a_document(derived=[]))
    wanted = altered(document, *row, how) if how else document
    RowWriter(case, serialization.shaped(wanted)).write()
    texts.attach(raws)
    publish(reviewer, case)
    assert Version.objects.count() == (1 if how else 2)
