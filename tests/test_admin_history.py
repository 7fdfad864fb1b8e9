"""The desk: the history of a case in words, and restoring edits, versions and deleted cases."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from stories.choices import EditKind
from stories.models.case import Case
from stories.models.history import Edit
from stories.models.version import Publication, Version
from stories.publishing import exporter, history
from tests import builders
from tests.desk import (
    act,
    address,
    as_rendered,
    is_public,
    page_of,
    publish,
    send,
    withdraw,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


def history_of(client: Client, case: Case, language: str = "en") -> str:
    return str(client.get(page_of(case, "history", language)).text)


def restore(client: Client, **what: Any) -> Any:
    return client.post(address("case_restore"), what)


def test_the_history_names_change_editor_and_time(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    values = as_rendered(editor, measure)
    solved = {name: "verify" for name in values if name.endswith("-stage")}
    send(editor, measure, {"title_en": "Lamps anew", **solved})
    text = history_of(editor, case)
    assert "one-of-editors" in text and "<ins>" in text and "Measures" in text
    assert "object (" not in text and "Measure_" not in text


def test_both_languages_stand_side_by_side(case: Case, editor: Client) -> None:
    send(editor, case, {"title_zh": "柳堤亮灯", "title_en": "Liudi lit"})
    for language in ("zh-hans", "en"):
        text = history_of(editor, case, language)
        assert '<p lang="zh-Hans">' in text and '<p lang="en">' in text


def test_a_save_without_a_change_is_no_edit(case: Case, editor: Client) -> None:
    send(editor, case)
    send(editor, case)
    assert list(Edit.objects.values_list("kind", flat=True)) == ["found"]


def test_nobody_is_named_for_what_was_loaded(case: Case, editor: Client) -> None:
    Case.objects.update(title_zh="改了")  # not at the desk
    send(editor, case, {"title_en": "Liudi lit"})
    edits = Edit.objects.of_case(case.pk)
    assert [(edit.kind, edit.by_name) for edit in edits] == [
        ("saved", "one-of-editors"),
        ("found", ""),
    ]
    text = history_of(editor, case)
    assert "Liudi lit" in text.replace("<ins>", "").replace("</ins>", "")


def test_parts_have_the_history_of_their_case(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    assert editor.get(page_of(measure, "history"))["Location"] == page_of(case, "history")


def test_deleting_a_part_is_an_edit_and_a_change_of_the_case(case: Case, editor: Client) -> None:
    before = case.changed_at
    editor.post(page_of(case.measures.get(key="paving"), "delete"), {"post": "yes"})
    case.refresh_from_db()
    assert case.changed_at > before
    assert "removed" in history_of(editor, case)


def test_a_history_is_read_in_pages(case: Case, editor: Client) -> None:
    for n in range(13):
        Case.objects.update(title_en=f"Title {n}")
        history.record(Case.objects.get(), EditKind.SAVED)
    page = page_of(case, "history")
    assert len(editor.get(page).context["edits"]) == 10
    assert len(editor.get(page, {"p": "2"}).context["edits"]) == 3
    for odd in ("0", "x", "-1", "9" * 30):
        assert editor.get(page, {"p": odd}).status_code == 200


# ---------------------------------------------------------------- restoring


def test_an_earlier_state_comes_back_as_a_draft(case: Case, editor: Client) -> None:
    before = written(case)
    send(editor, case, {"title_en": "Liudi lit"})
    editor.post(page_of(case.measures.get(key="paving"), "delete"), {"post": "yes"})
    edit = Edit.objects.of_case(case.pk).last()
    assert edit
    restore(editor, edit=edit.pk)
    assert written(Case.objects.get()) == before
    assert Version.objects.count() == 1
    assert Edit.objects.latest("pk").kind == "restored"


def test_a_published_version_comes_back_as_a_draft(
    case: Case, editor: Client, reviewer: Client
) -> None:
    send(editor, case, {"title_en": "Liudi lit"})
    publish(reviewer, case)
    restore(editor, version=Version.objects.get(number=1).pk)
    assert Case.objects.get().title_en == case.title_en
    assert is_public(case, "Liudi lit")


def test_an_unfinished_draft_comes_back_as_it_was(editor: Client) -> None:
    measure = builders.a_measure(case=builders.a_draft(abstract_en=""), summary_zh="")
    builders.a_metric(case=measure.case, measure=measure)
    case = measure.case
    before = written(case)
    editor.post(page_of(case, "delete"), {"post": "yes"})
    restore(editor, edit=Edit.objects.get(kind="deleted").pk)
    assert written(Case.objects.get()) == before


def test_a_deleted_case_comes_back_with_its_parts_and_its_history(
    case: Case, editor: Client
) -> None:
    withdraw(case)
    before = written(case)
    send(editor, case, {"title_en": "Liudi lit"})
    editor.post(page_of(case, "delete"), {"post": "yes"})
    assert not Case.objects.exists()
    assert case.title_zh in editor.get(address("case_deleted")).text
    restore(editor, edit=Edit.objects.get(kind="deleted").pk)
    restored = Case.objects.get()
    assert restored.title_en == "Liudi lit"
    assert restored.published_at == Publication.objects.get().first_published_at
    restore(editor, edit=Edit.objects.of_case(restored.pk).last().pk)  # type: ignore[union-attr]
    assert written(Case.objects.get()) == before
    assert list(editor.get(address("case_deleted")).context["edits"]) == []


def test_a_case_that_was_deleted_before_this_was_recorded_comes_back_from_its_versions(
    case: Case, editor: Client
) -> None:
    before = written(case)
    withdraw(case)
    Case.objects.all().delete()
    assert "liudi" in editor.get(address("case_deleted")).text
    restore(editor, version=Version.objects.get().pk)
    assert written(Case.objects.get()) == before


def test_what_cannot_come_back_says_why(case: Case, editor: Client) -> None:
    withdraw(case)
    editor.post(page_of(case, "delete"), {"post": "yes"})
    builders.a_draft(slug="liudi")
    page = editor.post(
        address("case_restore", language="en"),
        {"edit": Edit.objects.get(kind="deleted").pk},
        follow=True,
    )
    assert "there is another case with the slug &#x27;liudi&#x27;" in page.text


def test_a_term_that_is_gone_is_named(editor: Client) -> None:
    tag = builders.a_tag(slug="lamps")
    case = builders.a_draft()
    case.tags.add(tag)
    editor.post(page_of(case, "delete"), {"post": "yes"})
    tag.delete()
    page = editor.post(
        address("case_restore", language="en"),
        {"edit": Edit.objects.get(kind="deleted").pk},
        follow=True,
    )
    assert "lamps" in page.text and not Case.objects.exists()


@pytest.mark.parametrize("what", [{}, {"edit": "x"}, {"edit": "\x00"}, {"version": "-1"}])
def test_what_is_no_number_is_refused(editor: Client, what: dict[str, str]) -> None:
    assert restore(editor, **what).status_code == 400


@pytest.mark.parametrize("name", ["edit", "version"])
def test_what_is_not_there_is_not_restored(editor: Client, name: str) -> None:
    assert restore(editor, **{name: "999"}).status_code == 404


def test_what_was_published_can_always_be_brought_back(
    case: Case, editor: Client, reviewer: Client
) -> None:
    act(reviewer, "withdraw", case, confirmed="yes")
    editor.post(page_of(case, "delete"), {"post": "yes"})
    assert Version.objects.count() == 1
    restore(editor, edit=Edit.objects.get(kind="deleted").pk)
    publish(reviewer, Case.objects.get(), kind="update")
    assert is_public(case, "Liudi Community")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("file", sorted(settings.CASES_DIR.glob("*.json")), ids=lambda f: f.stem)
def test_a_shipped_case_is_restored_byte_for_byte(file: Path) -> None:
    case = Case.objects.get(slug=file.stem)
    before = exporter.dump(case)
    history.restore(case.pk, before, None)
    assert written(Case.objects.get(pk=case.pk)) == written(case)
    assert exporter.dump(Case.objects.get(pk=case.pk)) == before


def test_a_redaction_blanks_edits_too(case: Case, editor: Client) -> None:
    send(editor, case, {"title_zh": "柳堤社区：张三亮灯"})
    assert history.redact(case.slug, ["张三"]) == 1
    edits = Edit.objects.of_case(case.pk)
    assert not any("张三" in str(edit.document) + edit.title_zh for edit in edits)
    assert edits[0].title_zh == "柳堤社区：██亮灯"
    assert history.redact(case.slug, ["张三"]) == 0
