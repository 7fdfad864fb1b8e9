"""The desk: terms are merged, renamed and exchanged; cases follow, and old URLs redirect."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.models.case import Case
from stories.models.history import Edit
from stories.models.measures import Measure, TypeLink, Where
from stories.models.review import Submission
from stories.models.version import Version
from stories.models.vocabulary import FormerAddress, MeasureType, Place, Tag
from stories.publishing import exporter
from tests import builders
from tests.desk import act, address, errors_of, page_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(vocabulary: None) -> Case:
    """Published and complete."""
    return builders.a_complete_case()


def merge(client: Client, term: Any, into: Any) -> Any:
    return client.post(page_of(term, "become"), {"into": into.pk})


def rename(client: Client, term: Any, key: str) -> Any:
    return client.post(page_of(term, "become"), {"key": key, "_rename": "Rename"})


def type_of(case: Case, measure: str = "lamps") -> Any:
    return case.measures.get(key=measure).type


# ---------------------------------------------------------------- merged


def test_all_cases_follow_a_merged_term_through_review(case: Case, editor: Client) -> None:
    old, new = type_of(case), builders.a_measure_type(label_zh="亮灯", label_en="Lighting")
    assert merge(editor, old, new)["Location"] == page_of(new)
    assert type_of(case) == new
    sent = Submission.objects.get()
    assert (sent.case, sent.state) == (case, "waiting")
    assert "亮灯" in sent.note_zh and "Lighting" in sent.note_en
    assert Edit.objects.of_case(case.pk).filter(kind="terms").exists()
    assert Version.objects.count() == 1
    old.refresh_from_db()
    assert (old.status, old.replaced_by) == ("deprecated", new)
    assert old.label_zh in MeasureType.objects.get(pk=new.pk).synonyms_zh


def test_quotation_marks_within_those_of_the_note_are_single(case: Case, editor: Client) -> None:
    labels = {"label_zh": "“第一书记”驻点", "label_en": "A “First Secretary” in place"}
    old, new = type_of(case), builders.a_measure_type(**labels)
    merge(editor, old, new)
    sent = Submission.objects.get()
    assert sent.note_zh == f"词条“{old.label_zh}”改为“‘第一书记’驻点”。"
    assert sent.note_en.endswith("became “A ‘First Secretary’ in place”.")


def test_cases_that_were_submitted_for_a_term_are_published_together(
    case: Case, editor: Client, reviewer: Client
) -> None:
    merge(editor, type_of(case), builders.a_measure_type(label_zh="亮灯"))
    act(reviewer, "publish_submitted", case)
    version = Version.objects.latest("number")
    assert (version.number, "亮灯" in version.note_zh) == (2, True)
    assert Submission.objects.get().state == "published"


@pytest.mark.parametrize("why", ["nothing waits", "changed since", "no note"])
def test_what_needs_a_look_is_not_published_from_the_list(
    case: Case, editor: Client, reviewer: Client, why: str
) -> None:
    send(editor, case, {"title_en": "Liudi, corrected"})
    note = {"kind": "update", "note_zh": "改了。", "note_en": "Changed."}
    if why != "nothing waits":
        editor.post(page_of(case, "submit"), note if why == "changed since" else {})
    if why == "changed since":
        send(editor, case, {"title_en": "Liudi, once more"})
    act(reviewer, "publish_submitted", case)
    assert Version.objects.count() == 1


def test_a_measure_that_has_both_terms_has_one_of_them(case: Case, editor: Client) -> None:
    old, new = type_of(case), builders.a_measure_type()
    measure = case.measures.get(key="lamps")
    TypeLink.objects.create(measure=measure, type=new, position=2)
    merge(editor, old, new)
    types = [link.type.slug for link in measure.type_links.all()]
    assert types == [new.slug, "fund-raising"]


def test_the_main_type_of_a_measure_stays_the_main_one(case: Case, editor: Client) -> None:
    measure = case.measures.get(key="lamps")
    main, second = (link.type for link in measure.type_links.all())
    merge(editor, second, main)
    assert [link.type for link in measure.type_links.all()] == [main]


def test_the_old_address_leads_on_once_no_published_case_has_the_term(
    case: Case, editor: Client, reviewer: Client
) -> None:
    old, new = type_of(case), builders.a_measure_type(slug="lit")
    merge(editor, old, new)
    for path in (f"/measures/{old.slug}/", f"/en/cases/?measure={old.slug}"):
        assert Client().get(path).status_code == 200
    act(reviewer, "publish_submitted", case)
    for prefix in ("", "/en"):
        page = Client().get(f"{prefix}/measures/{old.slug}/")
        assert (page.status_code, page["Location"]) == (301, f"{prefix}/measures/lit/")
    found = Client().get(f"/cases/?measure={old.slug}&sort=title")
    assert (found.status_code, found["Location"]) == (301, "/cases/?measure=lit&sort=title")
    assert Client().get(found["Location"]).status_code == 200
    assert Client().get("/cases/liudi/v/1/").status_code == 200


@pytest.mark.parametrize(
    ("facet", "a_term", "page"),
    [
        ("measure", builders.a_measure_type, "/measures/{}/"),
        ("problem", builders.a_problem_type, "/problems/{}/"),
        ("place", builders.a_place, "/places/{}/"),
        ("tag", builders.a_tag, "/cases/?tag={}"),
        ("measure", builders.a_measure_type, "/cases/?measure={}"),
        ("place", builders.a_place, "/cases.csv?place={}"),
        ("tag", builders.a_tag, "/cases.atom?tag={}"),
        ("measure", builders.a_measure_type, "/metrics/?measure={}"),
    ],
)
def test_every_public_address_of_a_term_leads_on(
    editor: Client, facet: str, a_term: Callable[..., Any], page: str
) -> None:
    old, new = a_term(), a_term()
    keys = [getattr(term, "code", None) or term.slug for term in (old, new)]
    merge(editor, old, new)
    found = Client().get(page.format(keys[0]))
    assert (found.status_code, found["Location"]) == (301, page.format(keys[1]))


def test_an_old_address_outlives_its_term(editor: Client) -> None:
    old, new = builders.a_measure_type(), builders.a_measure_type()
    merge(editor, old, new)
    MeasureType.objects.filter(pk=old.pk).delete()
    assert Client().get(f"/measures/{old.slug}/")["Location"] == f"/measures/{new.slug}/"


def test_old_addresses_lead_to_the_last_of_several_terms_in_one_step(editor: Client) -> None:
    first, second, third = (builders.a_measure_type() for _ in range(3))
    merge(editor, first, second)
    merge(editor, second, third)
    for old in (first, second):
        assert Client().get(f"/measures/{old.slug}/")["Location"] == f"/measures/{third.slug}/"
    first.refresh_from_db()
    assert first.replaced_by == third


def test_indicators_of_different_units_are_not_merged(vocabulary: None, editor: Client) -> None:
    one, other = builders.an_indicator(unit_zh="盏"), builders.an_indicator(unit_zh="米")
    assert "into" in merge(editor, one, other).context["merge"].errors


def test_places_of_different_levels_are_not_merged(editor: Client) -> None:
    place = builders.a_place()
    assert "into" in merge(editor, place, place.chain[0]).context["merge"].errors


def test_a_merged_place_takes_what_lies_in_it_along(editor: Client) -> None:
    old, new = builders.a_place(), builders.a_place()
    below = builders.a_place(parent=old)
    case = builders.a_draft(place=old)
    merge(editor, old, new)
    assert Place.objects.get(pk=below.pk).parent == new
    assert Case.objects.get(pk=case.pk).place == new


# ---------------------------------------------------------------- renamed


def test_a_renamed_term_has_its_words_and_its_cases_and_the_old_address(
    case: Case, editor: Client, reviewer: Client
) -> None:
    old = type_of(case)
    rename(editor, old, "lamps-of-streets")
    new = MeasureType.objects.get(slug="lamps-of-streets")
    assert (type_of(case), new.label_zh) == (new, old.label_zh)
    act(reviewer, "publish_submitted", case)
    page = Client().get(f"/measures/{old.slug}/")
    assert (page.status_code, page["Location"]) == (301, "/measures/lamps-of-streets/")
    assert Client().get("/cases/liudi/v/1/").status_code == 200


@pytest.mark.parametrize("a_term", [builders.a_tag, builders.a_place, builders.a_problem_type])
def test_every_kind_of_term_is_renamed(editor: Client, a_term: Callable[..., Any]) -> None:
    old = a_term()
    assert rename(editor, old, "a-new-name").status_code == 302
    assert FormerAddress.objects.get().successor == "a-new-name"


def test_a_term_that_is_renamed_and_back_has_its_first_address(editor: Client) -> None:
    first = builders.a_measure_type(slug="first")
    rename(editor, first, "second")
    merge(editor, MeasureType.objects.get(slug="second"), first)
    assert Client().get("/measures/second/")["Location"] == "/measures/first/"
    assert Client().get("/measures/first/").status_code == 200


@pytest.mark.parametrize("key", ["", "UPPER", "加梯", "two words", "-", "taken", "a" * 51])
def test_a_name_that_is_none_is_refused(editor: Client, key: str) -> None:
    builders.a_tag(slug="taken")
    response = rename(editor, builders.a_tag(), key)
    assert "key" in response.context["rename"].errors


def test_the_slug_of_an_unused_type_leaves_its_page_findable(editor: Client) -> None:
    term = builders.a_measure_type(slug="first")
    assert send(editor, term, {"slug": "second"}).status_code == 302
    assert Client().get("/measures/first/")["Location"] == "/measures/second/"


def test_only_who_edits_cases_merges_terms(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert merge(client, builders.a_tag(), builders.a_tag()).status_code == 403


# ---------------------------------------------------------------- exchanged


def exchange(client: Client, action: str, rows: list[Any], **terms: Any) -> Any:
    values = {"action": action, "_selected_action": [row.pk for row in rows], "index": 0}
    page = address(f"{rows[0]._meta.model_name}_changelist", language="en")
    return client.post(page, values | {"confirmed": "yes"} | terms)


def test_a_type_is_exchanged_on_many_measures(case: Case, editor: Client) -> None:
    old, new = type_of(case), builders.a_measure_type()
    other = builders.a_measure(type=old)
    rows = [*case.measures.all(), other]
    exchange(editor, "change_types", rows, old=old.pk, new=new.pk)
    assert {type_of(case), Measure.objects.get(pk=other.pk).type} == {new}
    assert not TypeLink.objects.filter(type=old).exists()
    changed = Edit.objects.filter(kind="terms").values_list("case_pk", flat=True)
    assert set(changed) == {case.pk, other.case_id}


def test_a_place_is_added_and_removed(editor: Client) -> None:
    measure, place = builders.a_measure(), builders.a_place()
    exchange(editor, "change_places", [measure], new=place.pk)
    exchange(editor, "change_places", [measure], new=place.pk)
    assert Where.objects.filter(measure=measure, place=place).count() == 1
    exchange(editor, "change_places", [measure], old=place.pk)
    assert not Where.objects.filter(measure=measure).exists()


def test_a_tag_is_exchanged_on_many_cases(case: Case, editor: Client) -> None:
    old, new = case.case_tags.all()[0].tag, builders.a_tag()
    exchange(editor, "change_tags", [case], old=old.pk, new=new.pk)
    assert new.slug in exporter.dump(case)["tags"] and old.slug not in exporter.dump(case)["tags"]


def test_the_last_type_of_a_measure_stays(case: Case, editor: Client) -> None:
    old = type_of(case, "paving")
    response = exchange(editor, "change_types", list(case.measures.all()), old=old.pk)
    assert "Without a type would be" in response.text
    assert type_of(case, "paving") == old


@pytest.mark.parametrize("a_term", [builders.a_measure_type, builders.a_place, builders.a_tag])
def test_a_term_is_not_merged_into_itself(editor: Client, a_term: Callable[..., Any]) -> None:
    term = a_term()
    refused = merge(editor, term, term)
    assert refused.context["merge"].errors["into"] == ["词条不能并入自己，请另选一个。"]


@pytest.mark.parametrize("a_term", [builders.a_measure_type, builders.a_place, builders.a_tag])
def test_the_terms_to_merge_into_do_not_offer_the_term_itself(
    editor: Client, a_term: Callable[..., Any]
) -> None:
    term, other = a_term(), a_term()
    widget = editor.get(page_of(term, "become")).context["merge"]["into"].field.widget
    names = ("app-label", "model-name", "field-name")
    box = widget.build_attrs({})
    asked = {name.replace("-", "_"): box[f"data-{name}"] for name in names}
    found = editor.get(f"{box['data-ajax--url']}&{urlencode(asked)}").json()["results"]
    keys = {row["id"] for row in found}
    assert str(other.pk) in keys and str(term.pk) not in keys


def test_a_term_is_not_exchanged_for_itself(case: Case, editor: Client) -> None:
    old = type_of(case)
    response = exchange(editor, "change_types", [old.measures.all()[0]], old=old.pk, new=old.pk)
    assert "two different ones" in response.text


def test_the_form_comes_first(case: Case, editor: Client) -> None:
    values = {"action": "change_types", "_selected_action": [case.measures.all()[0].pk]}
    page = editor.post(address("measure_changelist", language="en"), values | {"index": 0})
    assert 'id="exchange_form"' in page.text


# ---------------------------------------------------------------- one form


@pytest.mark.parametrize("slug", ["加梯", "UPPER", "two words", "a_b", "-a", "Ａ"])
def test_a_slug_has_one_form(editor: Client, slug: str) -> None:
    typed = {"slug": slug, "label_zh": "词", "label_en": "Word", "status": "active"}
    response = editor.post(address("tag_add"), typed)
    assert [error.partition(":")[0] for error in errors_of(response)] == ["slug"]


@pytest.mark.parametrize("slug", ["加梯", "UPPER"])
def test_the_database_refuses_another_form(slug: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        builders.a_tag(slug=slug)


def test_code_adds_no_tag_that_no_document_can_have(case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        case.tags.add("加梯")


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("路灯", "路 灯"),
        ("路灯", "路燈"),
        ("LED灯", "led灯"),
        ("LED灯", "ＬＥＤ灯"),
        ("路灯", "路\u200b灯"),
        ("路灯", "路灯\u00ad"),
    ],
)
def test_labels_that_look_alike_are_one_term(editor: Client, label: str, other: str) -> None:
    builders.a_tag(slug="first", label_zh=label)
    typed = {"slug": "second", "label_zh": other, "label_en": "Word", "status": "active"}
    response = editor.post(address("tag_add"), typed)
    (error,) = errors_of(response)
    assert error.startswith("label_zh") and "first" in error


def test_places_of_one_name_lie_in_different_ones(editor: Client) -> None:
    one, other = builders.a_place(), builders.a_place()
    builders.a_place(parent=one, label_zh="东村")
    elsewhere = builders.a_place(parent=other, label_zh="西村")
    assert send(editor, elsewhere, {"label_zh": "东村"}).status_code == 302
    beside = builders.a_place(parent=one, label_zh="北村")
    assert errors_of(send(editor, beside, {"label_zh": "东村"}))


def test_a_term_is_not_replaced_by_itself_nor_in_a_circle(editor: Client) -> None:
    first, second, third = (builders.a_tag() for _ in range(3))
    deprecated = {"status": "deprecated"}
    assert errors_of(send(editor, first, deprecated | {"replaced_by": first.pk}))
    assert send(editor, first, deprecated | {"replaced_by": second.pk}).status_code == 302
    assert send(editor, second, deprecated | {"replaced_by": third.pk}).status_code == 302
    assert errors_of(send(editor, third, deprecated | {"replaced_by": first.pk}))
    assert Tag.objects.get(pk=third.pk).replaced_by is None


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "%00", "1;2", "%0A", "", "１"])
@pytest.mark.parametrize(
    "name",
    ["replaced_by", "family", "id", "status", "p", "o", "used", "q", "replaced_by__id__exact"],
)
def test_no_query_string_of_the_desk_is_a_500(editor: Client, name: str, value: str) -> None:
    builders.a_measure_type()
    for page in (address("measuretype_changelist"), address("measuretype_add")):
        response = editor.get(f"{page}?{name}={value}")
        assert response.status_code in (200, 302, 400), (page, name, value)


@pytest.mark.parametrize("model", ["measuretype", "place", "tag", "indicator"])
def test_a_list_of_terms_asks_no_more_when_there_are_more(
    vocabulary: None, editor: Client, model: str
) -> None:
    page = address(f"{model}_changelist")
    editor.get(page)
    with CaptureQueriesContext(connection) as few:
        editor.get(page)
    a_term = {
        "measuretype": builders.a_measure_type,
        "place": builders.a_place,
        "tag": builders.a_tag,
        "indicator": builders.an_indicator,
    }[model]
    for _ in range(30):
        a_term()
    with CaptureQueriesContext(connection) as many:
        assert editor.get(page).status_code == 200
    assert len(many) == len(few) <= 12


def test_uses_are_counted_once_each(editor: Client) -> None:
    place = builders.a_place()
    for _ in range(2):
        builders.a_draft(place=place)
        builders.a_where(place=place)
        builders.a_place(parent=place)
    rows = editor.get(address("place_changelist")).context["cl"].result_list
    row = next(row for row in rows if row.pk == place.pk)
    counts = (row.cases_uses, row.measures_uses, row.children_uses, row.inferred_in_uses)
    assert counts == (2, 2, 2, 0)


@pytest.mark.parametrize(("used", "count"), [("yes", 1), ("no", 1), ("x", 2)])
def test_terms_are_listed_by_their_use(editor: Client, used: str, count: int) -> None:
    builders.a_tag()
    builders.a_draft().tags.add(builders.a_tag())
    page = editor.get(address("tag_changelist"), {"used": used})
    assert page.context["cl"].result_count == count


def test_parts_are_found_by_their_case_and_the_label_of_their_type(
    case: Case, editor: Client
) -> None:
    other = builders.a_draft(slug="other", title_zh="别处", title_en="Elsewhere")
    builders.a_measure(case=other)
    for words, count in (("liudi", 3), ("other", 1), (type_of(case).label_zh, 1)):
        page = editor.get(address("measure_changelist"), {"q": words})
        assert page.context["cl"].result_count == count


@pytest.mark.parametrize("model", ["measure", "problem", "metric", "change", "followup", "glance"])
def test_no_list_of_parts_has_a_link_for_each_case(case: Case, editor: Client, model: str) -> None:
    text = editor.get(address(f"{model}_changelist")).text
    assert "case__id__exact" not in text
