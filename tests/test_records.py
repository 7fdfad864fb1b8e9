"""The rows of a case → its document, and its faults."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.documents.faults import DocumentError
from stories.models.case import Case
from stories.models.metrics import Metric
from stories.models.sources import Citation
from stories.models.vocabulary import MeasureType
from stories.publishing import exporter
from stories.publishing.check import check
from tests.builders import a_case, a_complete_case, a_document, a_draft, a_metric

pytestmark = pytest.mark.usefixtures("vocabulary")


def faults(case: Case) -> list[str]:
    return [str(fault) for fault in check(case).faults]


def test_documents_come_in_the_order_asked_for() -> None:
    case = a_complete_case()
    assert [document.slug for _case, document in exporter.documents_of([case.pk])] == ["liudi"]


def test_a_damaged_case_is_named() -> None:
    bare = a_case(slug="bare")
    with pytest.raises(DocumentError) as caught:
        list(exporter.documents_of([bare.pk]))
    assert [str(fault) for fault in caught.value.faults] == [
        "bare: cites: is empty; at least one is needed",
        "bare: sources: is empty; at least one is needed",
        "bare: measures: is empty; at least one is needed",
    ]


def test_a_complete_case_has_no_fault() -> None:
    assert check(a_complete_case()).faults == []


def test_an_unfinished_draft_is_told_what_it_lacks() -> None:
    assert faults(a_draft()) == [
        "cites: is empty; at least one is needed",
        "sources: is empty; at least one is needed",
        "measures: is empty; at least one is needed",
    ]


def test_a_metric_without_citation_and_a_date_without_fragment_are_faults() -> None:
    case = a_complete_case()
    Citation.objects.filter(metric__key="lamps").delete()
    Citation.objects.filter(event="began").delete()
    assert faults(case) == [
        "began.printed: is blank",
        "began.source: is not of the form expected here, got ''",
        "began.at: is not of the form expected here, got ''",
        "measures[0].metrics[0].cite: is missing",
    ]


def test_a_stored_case_is_checked_like_a_document() -> None:
    case = a_complete_case()
    Metric.objects.filter(key="raised").update(low=3, high=3)
    MeasureType.objects.filter(slug="lane-paving").update(status="deprecated")
    assert faults(case) == [
        "measures[1].types[0]: measure type 'lane-paving' is deprecated",
        "measures[0].metrics[1].low: '25万元' says exact 250000, the metric says exact 3",
        "derived[0].value: computes to 0.0075, not 625",
    ]


def test_dumping_costs_the_same_however_much_there_is() -> None:
    case = a_complete_case(a_document(measures=a_document()["measures"][:1]))
    with CaptureQueriesContext(connection) as few:
        exporter.dump(case)
    a_complete_case()
    with CaptureQueriesContext(connection) as more:
        exporter.dump(case)
    assert len(few) == len(more)


def test_a_number_keeps_its_four_places() -> None:
    metric = a_metric(low="0.1250", high="0.1250", qualifier="exact")
    metric.refresh_from_db()
    (part,) = exporter.dump(metric.case)["measures"][0]["metrics"]
    assert (part["low"], part["high"]) == (0.125, 0.125)
