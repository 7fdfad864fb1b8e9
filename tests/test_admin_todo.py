"""The desk's index page lists open work."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.models.case import Case
from stories.models.history import Edit
from stories.publishing import texts
from tests import builders
from tests.desk import page_of, publish, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


def lists(client: Client) -> dict[str, Any]:
    return {part.title: part for part in client.get("/en/admin/").context["waiting"]}


def test_what_waits_for_review_leads_to_where_it_is_decided(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    editor.post(page_of(case, "submit"), {})
    for client, page in ((reviewer, "publish"), (editor, "submit")):
        ((url, words, remark),) = lists(client)["To review"].rows
        assert url == page_of(case, page, "en")
        assert words == "Liudi, corrected" and "one-of-editors" in remark


def test_a_returned_case_is_listed_until_it_is_handed_in_again(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    editor.post(page_of(case, "submit"), {})
    reviewer.post(page_of(case, "publish"), {"answer": "Look again", "_return": "yes"})
    assert lists(editor)["Returned"].count == 1
    editor.post(page_of(case, "submit"), {})
    assert "Returned" not in lists(editor)


def test_drafts_are_listed_with_their_open_points(case: Case, editor: Client) -> None:
    assert "Drafts" not in lists(editor)
    send(editor, case, {"title_en": "Liudi, corrected"})
    draft = builders.a_draft(abstract_en="")
    remarks = {url: remark for url, _words, remark in lists(editor)["Drafts"].rows}
    assert remarks[page_of(case, language="en")] == "passes the check"
    assert "open points" in remarks[page_of(draft, language="en")]


def test_english_that_is_older_than_its_chinese_is_listed(case: Case, editor: Client) -> None:
    send(editor, case, {"title_zh": "柳堤亮灯"})
    part = lists(editor)["English older than the Chinese"]
    assert (part.count, part.rows[0][2]) == (1, "1 text")
    send(editor, case, {"title_en": "Liudi lit"})
    assert "English older than the Chinese" not in lists(editor)


def test_english_that_is_still_right_is_said_to_be(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    send(editor, measure, {"summary_zh": "社区装了四百多盏路灯。"})
    page = editor.get(page_of(case, "submit", "en")).text
    assert 'id="stale-english"' in page and "Put up street lamps" in page
    editor.post(page_of(case, "submit"), {"_english_is_right": "yes"})
    assert "English older than the Chinese" not in lists(editor)
    assert Edit.objects.latest("pk").stale == []


def test_both_languages_changed_at_once_are_not_stale(case: Case, editor: Client) -> None:
    send(editor, case, {"title_zh": "柳堤亮灯", "title_en": "Liudi lit"})
    assert "English older than the Chinese" not in lists(editor)


def test_sources_without_their_text_are_listed(case: Case, editor: Client) -> None:
    part = lists(editor)["Sources without their text"]
    assert part.rows[0][0] == page_of(case.sources.get(), language="en")
    assert editor.get(part.url).context["cl"].result_count == 1
    texts.attach(builders.texts_of())
    assert "Sources without their text" not in lists(editor)


def test_terms_without_use_are_counted(case: Case, editor: Client) -> None:
    part = lists(editor)["Terms without use"]
    assert sum(int(remark) for _url, _words, remark in part.rows) == part.count > 0
    for url, _words, remark in part.rows:
        assert editor.get(url).context["cl"].result_count >= int(remark)


def test_who_edits_no_cases_has_nothing_to_do(case: Case) -> None:
    client = Client()
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.get("/admin/").context["waiting"] == []


def test_the_first_page_asks_no_more_when_there_are_more_cases(case: Case, editor: Client) -> None:
    builders.a_measure(case=builders.a_draft(place=case.place))
    editor.get("/admin/")
    with CaptureQueriesContext(connection) as few:
        editor.get("/admin/")
    for _ in range(12):
        builders.a_measure(case=builders.a_draft(place=case.place))
    with CaptureQueriesContext(connection) as many:
        editor.get("/admin/")
    assert len(many) == len(few) <= 50


def test_a_published_case_waits_for_nobody(case: Case, editor: Client, reviewer: Client) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    publish(reviewer, case)
    assert not {"To review", "Drafts", "Returned"} & lists(editor).keys()
