"""The desk: writing, reviewing, publishing and withdrawing a case."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from stories.choices import CaseState, GlanceQuestion
from stories.models.case import Case
from stories.models.version import Publication, Version
from stories.models.vocabulary import MeasureType, Place
from stories.publishing.check import check
from tests import builders
from tests.desk import (
    SAVE,
    a_new_row,
    act,
    address,
    as_rendered,
    errors_of,
    is_public,
    page_of,
    publish,
    send,
    withdraw,
    without_rows,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


def a_first_page(place: Place, **fields: Any) -> dict[str, Any]:
    inlines = {
        f"{prefix}-{count}": "0"
        for prefix in ("case_tags", "sources")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "slug": "liudi",
        "title_zh": "柳堤社区：小巷亮灯",
        "place": place.pk,
        "name_as_reported_zh": "柳堤社区",
        **inlines,
        **fields,
        **SAVE,
    }


def test_a_case_begins_as_a_draft_with_every_question_of_the_glance(editor: Client) -> None:
    response = editor.post(address("case_add"), a_first_page(builders.a_place()))
    case = Case.objects.get(slug="liudi")
    assert response["Location"] == page_of(case)
    assert case.state == CaseState.DRAFT
    assert [row.question for row in case.glances.all()] == GlanceQuestion.values


SOURCE = {
    "key": "liudi-post",
    "type": "post",
    "title_zh": "柳堤亮灯",
    "title_en": "Liudi lit",
    "url": "https://example.org/liudi",
    "issued": "2022-09-01",
    "reported_by": "own",
    "independence": "not_independent",
    "independence_note_zh": "社区自己的帖子。",
    "independence_note_en": "A post of the community itself.",
    "condition": "complete",
    "sha256": "0" * 64,
}
PASSAGE = {
    "locator": "1",
    "lines": "3, 4",
    "gist_zh": "社区说巷子亮了。",
    "gist_en": "The lanes are lit, says the community.",
}
TEXTS = {
    "title_en": "Liudi Community: lamps for the lanes",
    "name_as_reported_en": "Liudi Community",
    "unit_cost_note_zh": "未说明费用。",
    "unit_cost_note_en": "The cost is not stated.",
    "key_message_zh": "小巷有了路灯。",
    "key_message_en": "The lanes are lit.",
    "abstract_zh": "社区给小巷装了路灯。",
    "abstract_en": "The community put up lamps in the lanes.",
}
MEASURE = {
    "key": "lamps",
    "status": "done",
    "title_zh": "装灯",
    "title_en": "Put up lamps",
    "summary_zh": "装了路灯。",
    "summary_en": "Lamps were put up.",
}


def test_a_case_is_written_by_an_editor_and_published_by_a_reviewer(
    vocabulary: None, editor: Client, reviewer: Client
) -> None:
    place = Place.objects.get(code="340000")
    editor.post(address("case_add"), a_first_page(place))
    case = Case.objects.get(slug="liudi")

    source = a_new_row(as_rendered(editor, case), "sources", **SOURCE)
    assert send(editor, case, source).status_code == 302
    row = case.sources.get()
    passage = a_new_row(as_rendered(editor, row), "passages", **PASSAGE)
    assert send(editor, row, passage).status_code == 302

    values = as_rendered(editor, case)
    cite = {"passage": row.passages.get().pk, "gloss": "put up lamps", "printed": "装上路灯"}
    measure = MEASURE | {"type": MeasureType.objects.get(slug="street-lighting").pk} | cite
    filled = TEXTS | a_new_row(values, "citations", **cite)
    response = send(editor, case, filled | a_new_row(values, "measures-2", **measure))
    assert response.status_code == 302, errors_of(response)
    assert check(case).faults == []

    action = {"action": "publish", "_selected_action": [case.pk], "index": 0}
    cases = address("case_changelist")
    editor.post(cases, action)
    assert not Case.objects.get().is_published
    reviewer.post(cases, action)
    assert Case.objects.get().is_published
    assert Client().get(case.get_absolute_url()).status_code == 200


def test_a_case_with_faults_is_not_published_and_each_fault_is_named(reviewer: Client) -> None:
    case = builders.a_draft(abstract_en="")
    text = act(reviewer, "publish", case)
    assert not Case.objects.get(pk=case.pk).is_published
    for name in ("abstract, English", "citations", "sources", "measures"):
        assert f">{name}</a>: is " in text


def test_a_withdrawn_case_is_a_draft_again_and_keeps_its_first_day(
    case: Case, reviewer: Client
) -> None:
    act(reviewer, "withdraw", case, confirmed="yes")
    withdrawn = Case.objects.get()
    assert (withdrawn.state, withdrawn.published_at) == (CaseState.DRAFT, case.published_at)


def test_editors_have_no_button_to_publish(case: Case, editor: Client, reviewer: Client) -> None:
    cases = address("case_changelist")
    assert 'value="publish"' not in editor.get(cases).text
    assert 'value="publish"' in reviewer.get(cases).text


def test_the_groups_differ_by_the_permission_to_publish() -> None:
    editors, reviewers = (
        set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("editors", "reviewers")
    )
    assert reviewers - editors == {"publish_case"}
    assert {"add_case", "delete_measure", "change_indicator"} < editors


def test_the_page_of_a_draft_says_what_is_open_and_links_there(editor: Client) -> None:
    measure = builders.a_measure(case=builders.a_draft())
    text = editor.get(page_of(measure.case, language="en")).text
    link = f'<a href="{page_of(measure, language="en")}">measure “Put up lamps” › citations</a>'
    assert f"{link}: is empty" in text


def test_a_save_changes_nothing_public_until_it_is_published(
    case: Case, editor: Client, reviewer: Client
) -> None:
    assert send(editor, case, {"title_en": "Liudi, corrected"}).status_code == 302
    assert not is_public(case, "Liudi, corrected")
    publish(reviewer, case)
    assert is_public(case, "Liudi, corrected")
    assert [row.kind for row in Version.objects.order_by("number")] == ["first", "correction"]


def test_a_published_case_may_be_saved_unfinished_and_is_not_published_so(
    case: Case, editor: Client, reviewer: Client
) -> None:
    values = as_rendered(editor, case)
    changes = values | without_rows(values, "citations") | SAVE
    assert editor.post(page_of(case), changes).status_code == 302
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "</a>: is empty; at least one is needed" in text
    assert 'name="note_zh"' not in text
    publish(reviewer, case)
    assert Version.objects.count() == 1


def test_a_review_says_what_changed_word_by_word(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"key_message_en": "The lanes are lit at night."})
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "changed since version 1" in text and "<ins>" in text and 'name="kind"' in text


def test_an_unchanged_case_has_no_form_to_publish(case: Case, reviewer: Client) -> None:
    text = reviewer.get(page_of(case, "publish", "en")).text
    assert "Nothing has changed since version 1" in text
    assert 'id="publish_form"' not in text
    publish(reviewer, case)
    assert Version.objects.count() == 1


@pytest.mark.parametrize("missing", ["kind", "note_zh", "note_en"])
def test_a_later_version_says_its_kind_and_what_changed(
    case: Case, editor: Client, reviewer: Client, missing: str
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    response = publish(reviewer, case, **{missing: " "})
    assert list(response.context["form"].errors) == [missing]
    assert Version.objects.count() == 1


def test_what_was_changed_after_it_was_reviewed_is_reviewed_again(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    response = publish(reviewer, case, seen="0" * 64)
    assert list(response.context["form"].errors) == ["__all__"]
    assert Version.objects.count() == 1


def test_editors_neither_see_nor_open_the_page_for_publishing(
    case: Case, editor: Client, reviewer: Client
) -> None:
    page = page_of(case, "publish")
    assert editor.get(page).status_code == 403
    assert f'href="{page}"' not in editor.get(page_of(case)).text
    assert f'href="{page}"' in reviewer.get(page_of(case)).text


def test_a_second_version_is_not_published_from_the_list(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    text = act(reviewer, "publish", case)
    assert f'href="{page_of(case, "publish", "en")}"' in text
    assert Version.objects.count() == 1


def test_list_and_page_say_which_version_is_current_and_what_changed_since(
    case: Case, editor: Client
) -> None:
    cases = address("case_changelist", language="en")
    page = page_of(case, language="en")
    for place in (cases, page):
        text = editor.get(place).text
        assert "version 1 of " in text and "changed since" not in text
    send(editor, case, {"title_en": "Liudi, corrected"})
    for place in (cases, page):
        assert "changed since version 1" in editor.get(place).text
    send(editor, case, {"title_en": case.title_en})
    assert "changed since" not in editor.get(cases).text


def test_a_case_with_a_term_deprecated_since_can_be_corrected(
    case: Case, editor: Client, reviewer: Client
) -> None:
    MeasureType.objects.filter(slug="lane-paving").update(status="deprecated")
    send(editor, case, {"title_en": "Liudi, corrected"})
    publish(reviewer, case)
    assert Version.objects.count() == 2


def test_a_withdrawal_takes_a_reason_in_both_languages_or_none(
    case: Case, reviewer: Client
) -> None:
    text = act(reviewer, "withdraw", case)
    assert 'name="note_zh"' in text and Publication.objects.current().exists()
    text = act(reviewer, "withdraw", case, confirmed="yes", note_zh="来源已撤回。")
    assert "in both languages, or in neither" in text
    reason = {"note_zh": "来源已撤回。", "note_en": "The source was retracted."}
    act(reviewer, "withdraw", case, confirmed="yes", **reason)
    page = Client().get("/en/cases/liudi/")
    assert page.status_code == 410 and "The source was retracted." in page.text
    assert "withdrawn on" in reviewer.get(page_of(case, language="en")).text


def test_a_withdrawn_case_is_published_again_with_a_note(case: Case, reviewer: Client) -> None:
    withdraw(case)
    publish(reviewer, case, kind="update")
    assert Client().get("/cases/liudi/").status_code == 200
    assert Publication.objects.get().number == 2


def test_a_published_case_is_withdrawn_before_it_is_deleted_and_its_versions_stay(
    case: Case, editor: Client
) -> None:
    assert editor.post(page_of(case, "delete"), {"post": "yes"}).status_code == 403
    withdraw(case)
    assert editor.post(page_of(case, "delete"), {"post": "yes"}).status_code == 302
    assert not Case.objects.exists() and Version.objects.count() == 1
