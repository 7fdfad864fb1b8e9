"""Drafts are on no public page, and change no public number."""

import pytest
from django.test import Client

from stories.models.case import Case
from stories.models.metrics import Metric
from stories.models.vocabulary import MeasureType, ProblemType
from tests.builders import (
    a_citation,
    a_draft,
    a_measure,
    a_metric,
    a_passage,
    a_problem,
    a_source,
    a_tag,
    an_actor,
    keep,
)
from tests.desk import withdraw
from tests.pages import CHINESE_PAGES, MACHINE_FORMATS, PAGES, page_of, text_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

SECRET = "秘而不宣"


@pytest.fixture
def draft() -> Case:
    """Shares place, types and indicators with published cases, and contains a secret word."""
    yucai = Case.objects.get(slug="yucai")
    words = {"title_zh": SECRET, "title_en": SECRET, "key_message_zh": SECRET}
    case = a_draft(slug="unsaid", place=yucai.place, name_as_reported_zh=SECRET, **words)
    lighting = MeasureType.objects.get(slug="street-lighting")
    said = {"title_zh": SECRET, "title_en": SECRET}
    measure = a_measure(case=case, key="unsaid", type=lighting, places=[yucai.place], **said)
    dark = ProblemType.objects.get(slug="dark-streets")
    a_problem(case=case, type=dark, statement_zh=SECRET, statement_en=SECRET)
    an_actor(measure=measure, name_zh=SECRET, name_en=SECRET)
    metric = a_metric(measure=measure, key="unsaid", scope_zh=SECRET, scope_en=SECRET)
    source = a_source(case=case, key="unsaid-source", title_zh=SECRET, title_en=SECRET)
    a_citation(metric=metric, passage=a_passage(source=source), printed=SECRET)
    case.tags.add(a_tag(slug="unsaid-tag", label_zh=SECRET, label_en=SECRET))
    keep(case)
    return case


@pytest.mark.parametrize(
    "address",
    ["/cases/unsaid/", "/en/cases/unsaid/", "/cases/unsaid.json", "/sources/unsaid-source/"],
)
def test_a_draft_is_not_there(client: Client, draft: Case, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert SECRET not in response.text


@pytest.mark.parametrize(
    "address",
    [
        *PAGES,
        *MACHINE_FORMATS,
        "/places/610000/",
        "/metrics/?sort=size",
        "/cases/?year=2021",
        "/cases/?measure=street-lighting&problem=dark-streets",
    ],
)
def test_a_draft_is_left_out(client: Client, draft: Case, address: str) -> None:
    body = text_at(client, address)
    assert SECRET not in body
    assert "unsaid" not in body


def test_a_draft_is_not_found_by_its_words(client: Client, draft: Case) -> None:
    page = page_of(client, f"/cases/?q={SECRET}")
    assert page.all(class_="case-card") == []
    assert "unsaid" not in page.links()


def test_a_draft_changes_no_number_on_any_page(client: Client) -> None:
    addresses = [*CHINESE_PAGES, *MACHINE_FORMATS]
    before = {address: text_at(client, address) for address in addresses}
    yucai = Case.objects.get(slug="yucai")
    kind = yucai.measures.all()[0].types.all()[0]
    measure = a_measure(case=a_draft(place=yucai.place), type=kind)
    a_metric(measure=measure, indicator=Metric.objects.all()[0].indicator)
    keep(measure.case)
    changed = [address for address, body in before.items() if text_at(client, address) != body]
    assert changed == []


def test_a_withdrawn_case_is_gone_and_a_published_one_is_there(client: Client) -> None:
    yucai = Case.objects.get(slug="yucai")
    withdraw(yucai)
    assert client.get("/cases/yucai/").status_code == 410
    Case.objects.filter(pk=yucai.pk).update(state="published")
    keep(Case.objects.get(pk=yucai.pk))
    assert client.get("/cases/yucai/").status_code == 200
