"""The desk: its pages open, saving as rendered changes nothing, and access is restricted."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.models.case import Case, CaseTag
from stories.models.measures import Measure
from stories.publishing import exporter
from tests import builders
from tests.desk import (
    SAVE,
    address,
    as_rendered,
    errors_of,
    page_of,
    parts_of,
    send,
    withdraw,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_desk_opens_in_both_languages(
    case: Case, admin_client: Client, language: str
) -> None:
    addresses = []
    for model in apps.get_app_config("stories").get_models():
        if admin.site.is_registered(model):
            row, name = model._default_manager.earliest("pk"), model._meta.model_name
            addresses.append(address(f"{name}_changelist", language=language))
            addresses += [page_of(row, page, language) for page in ("change", "history")]
    names = ("case", "indicator", "measuretype", "place", "tag")
    addresses += [address(f"{name}_add", language=language) for name in names]
    addresses += [page_of(row, "delete", language) for row in parts_of(case)[1:-1]]
    for place in addresses:
        response = admin_client.get(place, follow=True)  # a part has the history of its case
        assert response.status_code == 200, place
        assert "style=" not in response.text


def test_each_page_links_to_itself_in_the_other_language(case: Case, editor: Client) -> None:
    assert f'href="{page_of(case, language="en")}"' in editor.get(page_of(case)).text
    assert f'href="{page_of(case)}"' in editor.get(page_of(case, language="en")).text


def test_the_list_of_cases_asks_no_more_of_the_database_when_there_are_more(
    case: Case, editor: Client
) -> None:
    cases = address("case_changelist")
    editor.get(cases)
    with CaptureQueriesContext(connection) as few:
        editor.get(cases)
    for _ in range(6):
        builders.a_metric(case=builders.a_draft(place=case.place))
    with CaptureQueriesContext(connection) as many:
        assert editor.get(cases).context["cl"].result_count == 7
    assert len(many) == len(few) <= 16


def test_the_list_of_cases_counts_their_parts(case: Case, editor: Client) -> None:
    (row,) = editor.get(address("case_changelist")).context["cl"].result_list
    counts = (row.problem_count, row.measure_count, row.metric_count, row.citation_count)
    assert counts == (1, 3, 7, 17)


def test_a_page_posted_back_as_rendered_changes_nothing(case: Case, editor: Client) -> None:
    before = written(case)
    for row in parts_of(case):
        response = send(editor, row)
        assert response.status_code == 302, errors_of(response)
        assert written(case) == before
    assert Case.objects.get().changed_at == case.changed_at


def test_a_case_of_many_measures_is_saved_too(case: Case, editor: Client) -> None:
    withdraw(case)
    for _ in range(110):
        builders.a_measure(case=case, type=case.measures.all()[0].type)
    values = as_rendered(editor, case)
    assert len(values) > 1000  # Django's own limit
    assert editor.post(page_of(case), values | SAVE).status_code == 302


def test_a_change_of_a_measure_is_a_change_of_its_case(case: Case, editor: Client) -> None:
    send(editor, case.measures.get(key="paving"), {"title_en": "Pave the lanes anew"})
    changed = Case.objects.get()
    assert changed.changed_at > case.changed_at
    assert exporter.dump(changed)["measures"][1]["title"]["en"] == "Pave the lanes anew"


def test_staff_see_a_draft_as_readers_will(case: Case, editor: Client) -> None:
    withdraw(case)
    preview = page_of(case, "preview", "en")
    response = editor.get(preview)
    assert response.status_code == 200
    assert "A preview: readers do not see this case." in response.text
    assert "Liudi Community" in response.text
    assert Client().get(preview).status_code == 302
    assert editor.post(preview).status_code == 405


def test_only_a_published_case_is_viewed_on_the_site(case: Case, editor: Client) -> None:
    link = f'href="/cases/{case.slug}/" class="viewsitelink"'
    assert link in editor.get(page_of(case)).text
    withdraw(case)
    assert link not in editor.get(page_of(case)).text


def test_a_measure_leads_back_to_its_case(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    assert f'<a href="{page_of(case)}">' in editor.get(page_of(measure)).text
    assert page_of(measure) in editor.get(page_of(case)).text
    assert send(editor, measure)["Location"] == page_of(case)
    metric = case.metrics.get(key="lamps")
    assert send(editor, metric)["Location"] == page_of(measure)


def found_at_the_desk(client: Client, words: str) -> list[str]:
    """Slugs in the desk's list of cases for a search."""
    response = client.get(address("case_changelist"), {"q": words})
    return sorted(case.slug for case in response.context["cl"].result_list)


def test_the_desk_searches_what_readers_search_and_drafts_too(editor: Client) -> None:
    draft = builders.a_draft(slug="draft", title_zh="九条小巷")
    measure = builders.a_measure(case=draft, summary_zh="装了太阳能灯。")
    builders.an_actor(measure=measure, name_zh="柳堤小学")
    other = builders.a_case(slug="other", title_zh="太阳广场")
    builders.keep(draft, other)
    counts = {"太": 2, "太陽能": 1, "太阳能 九条": 1, "太阳能 广场": 0, "柳堤小学": 1, "灯太": 0}
    assert {q: len(found_at_the_desk(editor, q)) for q in counts} == counts
    assert found_at_the_desk(editor, "太阳能") == ["draft"]


def test_the_desk_finds_cases_by_slug_and_place_too(editor: Client) -> None:
    place = builders.a_place(label_zh="杨柳苑", label_en="Willow Court")
    builders.keep(builders.a_case(slug="willows", place=place), builders.a_case(slug="other"))
    for words in ("willows", "杨柳苑", "WILLOW court", "杨柳苑 willows"):
        assert found_at_the_desk(editor, words) == ["willows"]
    assert found_at_the_desk(editor, "") == ["other", "willows"]


def test_a_case_is_found_at_the_desk_as_it_was_last_saved(case: Case, editor: Client) -> None:
    assert found_at_the_desk(editor, "万家灯火") == []
    assert send(editor, case, {"title_zh": "万家灯火"}).status_code == 302
    assert found_at_the_desk(editor, "万家灯火") == [case.slug]


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_sixth_attempt_to_log_in_is_turned_away(client: Client, language: str) -> None:
    User.objects.create_superuser("li", password="a lamp in every lane")
    login = f"{language}/admin/login/"
    for _ in range(5):
        client.post(login, {"username": "li", "password": "wrong"})
    response = client.post(login, {"username": "li", "password": "a lamp in every lane"})
    assert response.status_code == 429
    assert "admin/locked_out.html" in [template.name for template in response.templates]
    assert client.get("/admin/").status_code == 302


def test_a_reader_does_not_see_the_desk(client: Client) -> None:
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/admin/stories/case/").status_code == 302


def cost(editor: Client, row: Any) -> int:
    """Number of queries of a page, after a first request."""
    editor.get(page_of(row))
    with CaptureQueriesContext(connection) as asked:
        assert editor.get(page_of(row)).status_code == 200
    return len(asked)


def more_rows(measure: Measure) -> None:
    case = measure.case
    problem = builders.a_problem(case=case)
    builders.a_measure(case=case)
    builders.a_solve(measure=measure, problem=problem)
    builders.a_where(measure=measure)
    builders.a_type_link(measure=measure)
    change = builders.a_change(case=case)
    change.measures.add(measure)
    passage = case.sources.get().passages.all()[0]
    builders.a_citation(change=change, event="before", passage=passage)
    builders.a_citation(follow_up=builders.a_follow_up(case=case, measure=measure), passage=passage)
    builders.a_metric(measure=measure)
    builders.a_metric(case=case, measure=None)
    builders.an_actor(measure=measure)
    CaseTag.objects.create(content_object=case, tag=builders.a_tag())


def test_a_page_costs_the_same_however_many_rows_it_has(case: Case, editor: Client) -> None:
    measure = case.measures.order_by("pk")[0]
    more_rows(measure)
    before = [cost(editor, case), cost(editor, measure)]
    for _time in range(9):
        more_rows(measure)
    assert [cost(editor, case), cost(editor, measure)] == before
