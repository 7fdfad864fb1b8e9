"""Checks of a stored case against its texts on the desk; and warnings."""

import html
import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from stories.documents import checks, serialization, text_checks
from stories.documents.terms import Terms
from stories.documents.warnings import warnings
from stories.models.case import Case
from stories.models.metrics import Metric
from stories.models.sources import Citation, LeftOut, Source
from stories.models.version import Version
from stories.publishing import texts
from stories.publishing.check import check
from tests.builders import a_complete_case, a_document, text, texts_of, with_value
from tests.desk import act, page_of, publish, withdraw
from tests.fault_lines import lines

pytestmark = pytest.mark.usefixtures("vocabulary")


@pytest.fixture
def case() -> Case:
    """Complete and published, with its text attached."""
    found = a_complete_case()
    texts.attach(texts_of())
    return found


def cited_elsewhere(case: Case) -> None:
    """The number of lamps cites the paragraph after the one that prints it."""
    passage = case.sources.get().passages.get(locator="3")
    Citation.objects.filter(metric__key="lamps").update(passage=passage)


def test_a_case_that_agrees_with_its_text_has_no_fault(case: Case) -> None:
    assert lines(check(case).faults) == []


def test_a_fragment_in_the_wrong_paragraph_is_a_fault(case: Case) -> None:
    cited_elsewhere(case)
    assert lines(check(case).faults) == [
        "measures[0].metrics[0].cite.printed: '四百多盏' does not stand in passage 3",
        "(accounting): liudi-news 2: '四百' in …小巷装上路灯四百多盏,数百人… is no metric, "
        "no date, and not in left_out",
    ]


def test_a_number_left_unaccounted_is_a_fault(case: Case) -> None:
    LeftOut.objects.all().delete()
    (fault,) = check(case).faults
    assert (fault.code, fault.parameters["numeral"]) == ("unaccounted", "六十")


def test_a_number_cut_out_of_its_words_is_a_fault(case: Case) -> None:
    Citation.objects.filter(metric__key="length").update(printed="3公里")
    Metric.objects.filter(key="length").update(low=3000, high=3000, qualifier="exact")
    assert [fault.code for fault in check(case).faults] == ["cut-number"]


def test_a_date_that_the_passage_does_not_print_is_a_fault(case: Case) -> None:
    Case.objects.update(began="2021-03")
    Citation.objects.filter(event="began").update(printed="2021年3月")
    assert "began.printed: '2021年3月' does not stand in passage 2" in lines(
        check(Case.objects.get()).faults
    )


def test_without_its_text_a_case_has_a_warning_and_no_fault() -> None:
    case = a_complete_case()
    cited_elsewhere(case)
    result = check(case)
    assert lines(result.faults) == []
    assert result.warnings[0].code == "unproved-source"


def test_warnings_stand_apart_from_faults(terms: Terms) -> None:
    document = a_document(measures=a_document()["measures"][1:], derived=[], context=[])
    for n in range(2):
        document = with_value(document, f"measures[{n}].metrics", [])
    document = with_value(document, "abstract", text("社" * 281, "Long"))
    found = warnings(serialization.shaped(document), texts_of(), terms)
    assert [(fault.path, fault.code) for fault in found] == [
        ("abstract.zh", "long-abstract"),
        ("problems[0]", "problem-without-measure"),
        ("measures", "no-metric-at-all"),
        ("glance.check", "question-not-looked-at"),
    ]


def test_a_beginning_after_its_source_was_issued_is_a_warning(terms: Terms) -> None:
    document = with_value(a_document(), "sources[0].issued", "2022-02-28")
    found = warnings(serialization.shaped(document), texts_of(), terms)
    assert [fault.path for fault in found if fault.code == "date-after-issue"] == [
        "began.edtf",
        "measures[0].when.edtf",
    ]
    planned = with_value(document, "measures[0].status", "planned")
    found = warnings(serialization.shaped(planned), texts_of(), terms)
    assert [fault.path for fault in found if fault.code == "date-after-issue"] == ["began.edtf"]


def test_a_date_of_the_month_of_issue_is_no_warning(terms: Terms) -> None:
    document = with_value(a_document(), "sources[0].issued", "2022-03-01")
    found = warnings(serialization.shaped(document), texts_of(), terms)
    assert "date-after-issue" not in {fault.code for fault in found}


# ---------------------------------------------------------------- at the desk


def test_a_changed_case_is_not_published_against_its_text(case: Case, reviewer: Client) -> None:
    cited_elsewhere(case)
    publish(reviewer, case)
    assert Version.objects.count() == 1
    page = html.unescape(reviewer.get(page_of(case, "publish", "en")).text)
    metric = case.metrics.get(key="lamps")
    link = f'<a href="{page_of(metric, language="en")}#id_printed">'
    assert f"{link}measure “Put up street lamps” › metric “Lamps" in page
    source = page_of(case.sources.get(), language="en")
    assert (
        f'<a href="{source}">source “Liudi Community: nine lanes lit”</a>: liudi-news 2: ' in page
    )


def test_a_new_case_is_not_published_against_its_text(case: Case, reviewer: Client) -> None:
    withdraw(case)
    cited_elsewhere(case)
    assert "does not pass the check" in act(reviewer, "publish", case)
    assert not Case.objects.get().is_published


def test_the_desk_lists_warnings_below_the_open_points(case: Case, editor: Client) -> None:
    page = html.unescape(editor.get(page_of(case, language="en")).text)
    assert "None: the case passes the check.<br>To look at: <div><a href=" in page
    assert "</a>: nobody has looked yet whether the source says it" in page
    page = html.unescape(editor.get(page_of(case)).text)
    assert "请留意：" in page


def test_warnings_do_not_keep_a_case_from_being_published(case: Case, reviewer: Client) -> None:
    Case.objects.update(title_en="Liudi, corrected")
    page = reviewer.get(page_of(case, "publish", "en")).text
    assert "It may be published; to look at:" in page
    publish(reviewer, case)
    assert Version.objects.count() == 2


def test_a_text_of_another_source_proves_nothing(case: Case) -> None:
    Source.objects.update(sha256="1" * 64)
    assert next(fault.code for fault in check(case).warnings) == "unproved-source"


# ---------------------------------------------------------------- altered numbers


METRICS = [path for path, _metric in serialization.shaped(a_document()).metrics()]
ELSEWHERE = {"1": "2", "2": "3", "3": "4", "4": "1"}  # a passage that does not print the number


def value_at(document: Mapping[str, Any], path: str) -> Any:
    part: Any = document
    for step in re.findall(r"[^.\[\]]+", path):
        part = part[int(step) if step.isdecimal() else step]
    return part


def altered(path: str, how: str) -> dict[str, Any]:
    """The document with one number that contradicts its text."""
    document = a_document(derived=[])
    metric = value_at(document, path)
    bound = "low" if metric["low"] is not None else "high"
    if how == "digit":
        for name in ("low", "high"):
            if metric[name] is not None:
                document = with_value(document, f"{path}.{name}", metric[name] * 10 + 1)
    elif how == "qualifier":
        qualifier = "at_most" if metric["qualifier"] != "at_most" else "over"
        document = with_value(document, f"{path}.qualifier", qualifier)
    elif how == "unit":
        indicator = "paved-length" if metric["indicator"] != "paved-length" else "money-raised"
        document = with_value(document, f"{path}.indicator", indicator)
    elif how == "passage":
        document = with_value(document, f"{path}.cite.at", ELSEWHERE[metric["cite"]["at"]])
    else:  # a fragment that no text prints, for a correct number
        printed = f"{metric[bound]}{metric['cite']['printed'][-1]}又"
        document = with_value(document, f"{path}.cite.printed", printed)
    return document


@pytest.mark.parametrize("how", ["digit", "qualifier", "unit", "passage", "fragment"])
@pytest.mark.parametrize("path", METRICS)
def test_an_altered_number_is_refused(path: str, how: str, terms: Terms) -> None:
    document = serialization.shaped(altered(path, how))
    found = checks.faults(document, terms) + text_checks.disproved(document, texts_of())
    assert any(fault.path.startswith(path) for fault in found)
