"""The desk: how terms are found, added, deprecated and removed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models.fields import PositiveIntegerRelDbTypeMixin
from django.http import HttpResponse
from django.test import Client

from stories.models.case import Case, CaseTag
from stories.models.version import Publication, Quotation, Version
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    ProblemType,
    Tag,
)
from tests import builders
from tests.desk import address, as_rendered, errors_of, is_public, offered, page_of, send, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


def test_terms_are_found_by_label_synonym_example_and_slug(editor: Client) -> None:
    builders.a_measure_type(
        label_en="Lamps", synonyms_zh=["照明"], examples_zh=["路灯"], slug="lighting"
    )
    builders.a_measure_type(label_en="Paving", slug="paving")
    for word in ("照明", "LAMP", "lighting", "安装 路灯"):
        assert offered(editor, "typelink", "type", word) == (
            ["Lamps"] if word != "安装 路灯" else ["Lamps", "Paving"]
        )


def test_the_desk_has_one_kind_of_tag() -> None:
    tags = [model for model in apps.get_models() if model._meta.model_name == "tag"]
    assert [model for model in tags if admin.site.is_registered(model)] == [Tag]


def test_a_deprecated_term_stays_where_it_is_and_cannot_be_chosen(
    case: Case, editor: Client
) -> None:
    kept = case.case_tags.order_by("pk")[0].tag
    other = Tag.objects.exclude(case_tags__content_object=case)[0]
    Tag.objects.filter(pk__in=[kept.pk, other.pk]).update(status="deprecated")
    assert kept.label_en not in offered(editor, "casetag", "tag", kept.label_zh)
    assert send(editor, case).status_code == 302
    response = send(editor, case, {"case_tags-1-tag": other.pk})
    assert [error.split(":")[0] for error in errors_of(response)] == ["case_tags-1-tag"]
    assert CaseTag.objects.filter(tag=kept).exists()


TERMS = [MeasureFamily, MeasureType, ProblemType, BodyKind, Indicator]


def a_new_term(model: Any, **fields: Any) -> dict[str, Any]:
    """Form values for a new term, including those that indicators and measure types require."""
    typed = {"slug": "a-new-term", "label_zh": "新词", "label_en": "New term", "status": "active"}
    if model is MeasureType:
        typed["family"] = str(MeasureFamily.objects.all()[0].pk)
    if model is Indicator:
        typed |= {"kind": "output", "unit_zh": "个", "dimension": "count"}
    return {**typed, **fields}


def add_term(client: Client, model: Any, **fields: Any) -> HttpResponse:
    page = address(f"{model._meta.model_name}_add")
    return client.post(page, a_new_term(model, **fields))  # type: ignore[return-value]


@pytest.mark.parametrize("model", TERMS)
def test_a_term_without_a_position_goes_to_the_end(
    vocabulary: None, editor: Client, model: Any
) -> None:
    last = max(model.objects.values_list("position", flat=True))
    assert add_term(editor, model, position="").status_code == 302
    term = model.objects.get(slug="a-new-term")
    assert term.position == last + 1
    send(editor, term, {"position": ""})
    assert model.objects.get(pk=term.pk).position == last + 1
    model.objects.filter(pk=term.pk).update(position=32_767)
    words = {"label_zh": "又一词", "label_en": "Another term"}
    assert add_term(editor, model, slug="another", position="", **words).status_code == 302
    assert model.objects.get(slug="another").position == 32_767


@pytest.mark.parametrize("model", TERMS)
@pytest.mark.parametrize("position", ["-1", "32768", "9" * 30, "x", "1.5", "１２", "\x00"])
def test_a_position_that_is_none_is_refused_and_what_was_typed_stays(
    vocabulary: None, editor: Client, model: Any, position: str
) -> None:
    response = add_term(editor, model, position=position, label_zh="还在")
    if response.status_code == 302:
        assert model.objects.get(slug="a-new-term").position == 12  # digits of another width
        return
    assert response.status_code == 200
    assert [error.partition(":")[0] for error in errors_of(response)] == ["position"]
    assert 'value="还在"' in response.content.decode()


def test_the_only_positive_numbers_on_the_desk_are_positions() -> None:
    """They may be left empty; a field of another name would need its own rule."""
    found = {
        field.name
        for model in apps.get_app_config("stories").get_models()
        for field in model._meta.fields
        if isinstance(field, PositiveIntegerRelDbTypeMixin) and field.editable
        if model not in (Publication, Quotation, Version)  # these are not entered in a form
    }
    assert found == {"position"}


def test_a_term_in_use_is_not_removed_but_deprecated(case: Case, editor: Client) -> None:
    term = case.measures.get(key="lamps").type
    text = editor.get(page_of(term, "delete", "en")).text
    assert "cannot be removed" in text
    assert "measures: 1, in 1 case" in text
    assert f'href="{page_of(case, language="en")}"' in text
    editor.post(page_of(term, "delete"), {"post": "yes"})
    editor.post(page_of(term, "delete"), {"_deprecate": "Deprecate"})
    term.refresh_from_db()
    assert term.status == "deprecated"


@pytest.mark.parametrize("is_current", [True, False])
def test_a_term_that_only_a_version_uses_stays(
    case: Case, editor: Client, is_current: bool
) -> None:
    tag = case.case_tags.order_by("pk")[0].tag
    case.case_tags.all().delete()
    if not is_current:
        withdraw(case)
    assert "published versions of cases: 1" in editor.get(page_of(tag, "delete", "en")).text
    editor.post(page_of(tag, "delete"), {"post": "yes"})
    assert send(editor, tag, {"slug": "other"}).status_code == 302
    assert Tag.objects.get(pk=tag.pk).slug == tag.slug


def test_a_saved_term_shows_on_pages_at_once(case: Case, editor: Client) -> None:
    term = case.measures.get(key="lamps").type
    send(editor, term, {"label_en": "Lamps anew"})
    assert is_public(case, "Lamps anew")


def test_a_term_that_nothing_uses_is_removed(editor: Client) -> None:
    tag = builders.a_tag()
    editor.post(page_of(tag, "delete"), {"post": "yes"})
    assert not Tag.objects.exists()


def test_the_slug_of_a_term_in_use_is_fixed(case: Case, editor: Client) -> None:
    used = case.measures.get(key="lamps").type
    unused = builders.a_tag()
    assert send(editor, used, {"slug": "other"}).status_code == 302
    assert send(editor, unused, {"slug": "other"}).status_code == 302
    used.refresh_from_db()
    unused.refresh_from_db()
    assert (used.slug, unused.slug) == ("street-lighting", "other")


@pytest.mark.parametrize("column", ["synonyms_zh", "examples_en"])
def test_synonyms_and_examples_are_written_one_a_line(editor: Client, column: str) -> None:
    tag = builders.a_tag(**{column: ["夜灯"]})
    assert as_rendered(editor, tag)[column] == "夜灯"
    assert send(editor, tag, {column: " 夜灯\r\n\r\n亮灯 "}).status_code == 302
    assert getattr(Tag.objects.get(), column) == ["夜灯", "亮灯"]


@pytest.mark.parametrize(
    "a_term", [builders.a_measure_type, builders.a_problem_type, builders.a_tag]
)
def test_terms_are_related_both_ways(editor: Client, a_term: Callable[..., Any]) -> None:
    term, other = a_term(), a_term()
    assert send(editor, term, {"related": [other.pk]}).status_code == 302
    assert [list(row.related.all()) for row in (term, other)] == [[other], [term]]


def test_a_term_is_not_related_to_itself(editor: Client) -> None:
    tag = builders.a_tag()
    response = send(editor, tag, {"related": [tag.pk]})
    assert [error.split(":")[0] for error in errors_of(response)] == ["related"]


def test_a_place_has_synonyms_and_no_examples(editor: Client) -> None:
    rendered = as_rendered(editor, builders.a_place())
    assert [name for name in rendered if name.startswith(("synonyms", "examples"))] == [
        "synonyms_zh",
        "synonyms_en",
    ]


def test_two_tags_do_not_share_a_label(editor: Client) -> None:
    first, second = builders.a_tag(label_zh="夜灯"), builders.a_tag()
    response = send(editor, second, {"label_zh": first.label_zh})
    assert [error.split(":")[0] for error in errors_of(response)] == ["label_zh"]


def test_a_place_does_not_lie_in_what_lies_in_it(editor: Client) -> None:
    above = builders.a_place()
    below = builders.a_place(parent=above)
    response = send(editor, above, {"parent": below.pk})
    assert [error.split(":")[0] for error in errors_of(response)] == ["parent"]
