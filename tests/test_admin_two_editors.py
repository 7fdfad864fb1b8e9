"""The desk: concurrent edits of a case, in every order of saves, deletions and publications."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from stories.models.case import Case
from stories.models.history import SavedForm
from stories.models.measures import Measure, Problem
from stories.models.pictures import Picture
from stories.models.sources import Passage
from stories.models.version import Version
from stories.models.vocabulary import Tag
from tests import builders
from tests.desk import (
    SAVE,
    Fields,
    a_member,
    a_new_row,
    address,
    as_rendered,
    errors_of,
    page_of,
    publish,
    send,
)
from tests.test_files import WORDS, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


@pytest.fixture
def li(db: None) -> Client:
    return a_client("li")


@pytest.fixture
def wang(db: None) -> Client:
    return a_client("wang")


def a_client(name: str) -> Client:
    client = Client()
    client.force_login(a_member("editors", name))
    return client


def save(client: Client, row: Any, shown: dict[str, Any], **changes: Any) -> HttpResponse:
    """Post the fields of a rendered page with these changes."""
    return client.post(page_of(row), shown | changes | SAVE)  # type: ignore[return-value]


def named(response: Any) -> list[str]:
    return [error.partition(":")[0] for error in errors_of(response)]


# ---------------------------------------------------------------- fields


def test_changes_of_different_fields_are_both_kept(case: Case, li: Client, wang: Client) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    assert save(li, case, first, title_zh="柳堤亮灯").status_code == 302
    assert save(wang, case, second, title_en="Liudi lit").status_code == 302
    assert (Case.objects.get().title_zh, Case.objects.get().title_en) == ("柳堤亮灯", "Liudi lit")


def test_a_conflict_names_the_other_editor_and_shows_both_texts(
    case: Case, li: Client, wang: Client
) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, title_zh="李的标题")
    response = save(wang, case, second, title_zh="王的标题")
    assert named(response) == ["title_zh"]
    (message,) = errors_of(response)
    assert "li (20" in message and "李的标题" in message
    assert 'value="王的标题"' in response.content.decode()
    assert Case.objects.get().title_zh == "李的标题"


def test_saved_again_ones_own_text_stays(case: Case, li: Client, wang: Client) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, title_zh="李的标题")
    response = save(wang, case, second, title_zh="王的标题")
    assert save(wang, case, fields_of(response), **{}).status_code == 302
    assert Case.objects.get().title_zh == "王的标题"


def test_the_other_text_is_taken_by_its_box(case: Case, li: Client, wang: Client) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, title_zh="李的标题")
    response = save(wang, case, second, title_zh="王的标题", title_en="Of Wang")
    again = fields_of(response) | {"theirs-title_zh": "on"}
    assert save(wang, case, again).status_code == 302
    assert (Case.objects.get().title_zh, Case.objects.get().title_en) == ("李的标题", "Of Wang")


def test_a_third_change_is_a_conflict_too(case: Case, li: Client, wang: Client) -> None:
    shown = as_rendered(wang, case)
    save(li, case, as_rendered(li, case), title_zh="李的标题")
    response = save(wang, case, shown, title_zh="王的标题")
    save(li, case, as_rendered(li, case), title_zh="李的又一标题")
    response = save(wang, case, fields_of(response))
    assert "李的又一标题" in errors_of(response)[0]


def test_the_same_change_twice_is_no_conflict(case: Case, li: Client, wang: Client) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, title_zh="柳堤亮灯")
    assert save(wang, case, second, title_zh="柳堤亮灯").status_code == 302


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("period_note_en", "Note of Li", "Note of Wang"),  # a text that may be empty
        ("telling", "length", "lamps"),  # keys of rows
        ("unit_cost_state", "stated", "computed"),  # a closed list
        ("problems-0-keywords_zh", "夜路", "小巷"),  # a list of words
        ("problems-0-gloss", "lamps of Li", "lamps of Wang"),  # of its citation
    ],
)
def test_every_kind_of_field_is_compared(
    case: Case, li: Client, wang: Client, field: str, one: str, other: str
) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    assert save(li, case, first, **{field: one}).status_code == 302
    assert field in named(save(wang, case, second, **{field: other}))


def test_a_term_that_both_chose_is_compared(case: Case, li: Client, wang: Client) -> None:
    one, other = builders.a_place(label_zh="李选的"), builders.a_place()
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, place=one.pk)
    response = save(wang, case, second, place=other.pk)
    assert "李选的" in errors_of(response)[0]


def test_boxes_are_compared(case: Case, li: Client, wang: Client) -> None:
    measure = case.measures.get(key="lamps")
    first, second = as_rendered(li, measure), as_rendered(wang, measure)
    save(li, measure, first, not_said=["cost"])
    assert "not_said" in named(save(wang, measure, second, not_said=["result", "reach"]))
    save(wang, measure, second, before_case="on")
    measure.refresh_from_db()
    assert (measure.not_said, measure.before_case) == (["cost"], True)


def test_a_row_of_an_inline_is_compared_field_by_field(
    case: Case, li: Client, wang: Client
) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, **{"problems-0-statement_zh": "李写的问题。"})
    save(wang, case, second, **{"problems-0-statement_en": "What Wang wrote."})
    problem = case.problems.get()
    assert (problem.statement_zh, problem.statement_en) == ("李写的问题。", "What Wang wrote.")


def test_a_citation_beside_its_statement_is_compared_too(
    case: Case, li: Client, wang: Client
) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    save(li, case, first, **{"problems-0-printed": "没有路灯"})
    response = save(wang, case, second, **{"problems-0-printed": "小巷"})
    assert named(response) == ["problems-0-printed"]


def test_the_page_of_a_part_is_compared_too(case: Case, li: Client, wang: Client) -> None:
    measure = case.measures.get(key="lamps")
    first, second = as_rendered(li, measure), as_rendered(wang, measure)
    save(li, measure, first, title_zh="李的措施")
    response = save(wang, measure, second, title_zh="王的措施")
    assert named(response) == ["title_zh"] and "李的措施" in errors_of(response)[0]


def test_page_of_the_case_and_page_of_a_part_are_compared_with_each_other(
    case: Case, li: Client, wang: Client
) -> None:
    measure = case.measures.get(key="lamps")
    first, second = as_rendered(li, measure), as_rendered(wang, case)
    save(li, measure, first, title_zh="李的措施")
    assert save(wang, case, second, title_en="Of Wang").status_code == 302
    assert Measure.objects.get(pk=measure.pk).title_zh == "李的措施"


def test_a_term_is_compared_too(li: Client, wang: Client) -> None:
    tag = builders.a_tag()
    first, second = as_rendered(li, tag), as_rendered(wang, tag)
    save(li, tag, first, label_en="Of Li")
    response = save(wang, tag, second, label_en="Of Wang")
    assert named(response) == ["label_en"] and "li (20" in errors_of(response)[0]
    save(wang, tag, second, label_zh="王的")
    assert (Tag.objects.get().label_zh, Tag.objects.get().label_en) == ("王的", "Of Li")


# ---------------------------------------------------------------- deletions


def test_a_row_that_another_deleted_blocks_nobody(case: Case, li: Client, wang: Client) -> None:
    shown = as_rendered(wang, case)
    save(li, case, as_rendered(li, case), **{"problems-0-DELETE": "on"})
    assert save(wang, case, shown, title_zh="王的标题").status_code == 302
    assert not Problem.objects.exists()


def test_a_changed_row_that_another_deleted_is_asked_about_and_saved_anew(
    case: Case, li: Client, wang: Client
) -> None:
    shown = as_rendered(wang, case)
    save(li, case, as_rendered(li, case), **{"problems-0-DELETE": "on"})
    response = save(wang, case, shown, **{"problems-0-statement_zh": "王改的问题。"})
    assert named(response) == ["problems-0-__all__"]
    assert "li (20" in errors_of(response)[0] and "王改的问题。" in response.content.decode()
    assert save(wang, case, fields_of(response)).status_code == 302
    assert Problem.objects.get().statement_zh == "王改的问题。"


def test_a_row_that_another_changed_is_deleted_only_when_asked_twice(
    case: Case, li: Client, wang: Client
) -> None:
    shown = as_rendered(wang, case)
    save(li, case, as_rendered(li, case), **{"problems-0-statement_zh": "李改的问题。"})
    response = save(wang, case, shown, **{"problems-0-DELETE": "on"})
    assert named(response) == ["problems"] and "li (20" in errors_of(response)[0]
    assert Problem.objects.exists()
    assert save(wang, case, fields_of(response)).status_code == 302
    assert not Problem.objects.exists()


def test_both_delete_the_same_row(case: Case, li: Client, wang: Client) -> None:
    shown = as_rendered(wang, case)
    gone = {"problems-0-DELETE": "on"}
    assert save(li, case, as_rendered(li, case), **gone).status_code == 302
    assert save(wang, case, shown, **gone).status_code == 302
    assert not Problem.objects.exists()


def test_texts_typed_into_a_deleted_measure_are_shown(case: Case, li: Client, wang: Client) -> None:
    shown = as_rendered(wang, case)
    gone = case.measures.get(key="paving")
    n = next(n for n in range(3) if shown[f"measures-{n}-id"] == str(gone.pk))
    li.post(page_of(gone, "delete"), {"post": "yes"})
    response = wang.post(
        page_of(case), shown | {f"measures-{n}-title_zh": "王的措施"} | SAVE, follow=True
    )
    assert "王的措施" in response.text and "Li (20" in response.text


def test_texts_typed_on_a_page_of_a_deleted_row_are_shown(
    case: Case, li: Client, wang: Client
) -> None:
    measure = case.measures.get(key="paving")
    shown = as_rendered(wang, measure)
    li.post(page_of(measure, "delete"), {"post": "yes"})
    response = save(wang, measure, shown, title_zh="王的措施")
    assert response.status_code == 409 and "王的措施" in response.content.decode()


def test_a_passage_that_is_gone_is_an_error_of_its_field(
    case: Case, li: Client, wang: Client
) -> None:
    passage = builders.a_passage(source=case.sources.get(), locator="9")
    shown = as_rendered(wang, case)
    Passage.objects.filter(pk=passage.pk).delete()
    response = save(wang, case, shown, **{"problems-0-passage": passage.pk})
    assert named(response) == ["problems-0-passage"]


def test_sources_added_by_both_are_both_there(case: Case, li: Client, wang: Client) -> None:
    first, second = as_rendered(li, case), as_rendered(wang, case)
    tag, other = builders.a_tag(), builders.a_tag()
    save(li, case, first, **a_new_row(first, "case_tags", tag=tag.pk))
    save(wang, case, second, **a_new_row(second, "case_tags", tag=other.pk))
    tags = {row.tag_id for row in case.case_tags.all()}
    assert {tag.pk, other.pk} <= tags


# ---------------------------------------------------------------- publications


def test_a_publication_between_showing_and_saving_changes_nothing_of_the_save(
    case: Case, li: Client, wang: Client, reviewer: Client
) -> None:
    shown = as_rendered(wang, case)
    save(li, case, as_rendered(li, case), title_zh="李的标题")
    publish(reviewer, case)
    assert save(wang, case, shown, title_en="Of Wang").status_code == 302
    case.refresh_from_db()
    assert (case.title_zh, case.title_en) == ("李的标题", "Of Wang")
    assert '"Of Wang"' not in Version.objects.latest("number").document


def test_a_save_between_looking_and_publishing_is_looked_at_first(
    case: Case, li: Client, reviewer: Client
) -> None:
    send(li, case, {"title_zh": "李的标题"})
    seen = reviewer.get(page_of(case, "publish")).context["review"].hash
    send(li, case, {"title_zh": "李的又一标题"})
    publish(reviewer, case, seen=seen)
    assert Version.objects.count() == 1


# ---------------------------------------------------------------- sent twice


def test_a_form_that_is_sent_twice_adds_one_row(case: Case, li: Client) -> None:
    shown = as_rendered(li, case.sources.get())
    row = a_new_row(shown, "people", name_zh="林小舟", role="author")
    source = case.sources.get()
    before = source.people.count()
    first, second = (save(li, source, shown, **row) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert source.people.count() == before + 1


def test_a_form_that_is_sent_twice_stores_one_picture(case: Case, li: Client) -> None:
    shown = as_rendered(li, case)
    for _ in range(2):
        row = a_new_row(shown, "pictures", **(WORDS | {"file": uploaded(builders.a_photo())}))
        assert save(li, case, shown, **row).status_code == 302
    assert Picture.objects.count() == 1


def test_a_term_that_is_sent_twice_is_there_once(li: Client) -> None:
    typed = {"slug": "lamps", "label_zh": "灯", "label_en": "Lamps", "status": "active"}
    for _ in range(2):
        sent = li.post(address("tag_add"), typed | {"_token": "a-page"} | SAVE)
        assert sent.status_code == 302
    assert Tag.objects.count() == 1


def test_a_form_with_an_error_can_be_sent_again(case: Case, li: Client) -> None:
    shown = as_rendered(li, case)
    for _ in range(2):
        assert save(li, case, shown, title_zh="").status_code == 200
    assert not SavedForm.objects.exists()


def test_two_pages_with_the_same_content_are_two_saves(case: Case, li: Client) -> None:
    source = case.sources.get()
    before = source.people.count()
    for _ in range(2):
        shown = as_rendered(li, source)
        save(li, source, shown, **a_new_row(shown, "people", name_zh="林小舟", role="author"))
    assert source.people.count() == before + 2


def test_no_name_of_a_private_person_is_repeated_in_a_page(case: Case, li: Client) -> None:
    shown = as_rendered(li, case.sources.get())
    assert "initial-withhold" not in shown and "initial-title_zh" in shown


def test_who_changed_it_is_known_after_the_account_is_deleted(
    case: Case, li: Client, wang: Client
) -> None:
    shown = as_rendered(wang, case)
    save(li, case, as_rendered(li, case), title_zh="李的标题")
    User.objects.get(username="li").delete()
    assert "li (20" in errors_of(save(wang, case, shown, title_zh="王的标题"))[0]


def fields_of(response: Any) -> dict[str, Any]:
    """The form fields of a response, as a browser would submit them."""
    fields = Fields("case_form")
    fields.feed(response.content.decode())
    return fields.values
