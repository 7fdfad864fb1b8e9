"""Database constraints by name; publication; labels for readers."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.timezone import now
from django.utils.translation import override

from stories.models.case import Case, CaseTag
from stories.models.history import Edit
from stories.models.metrics import Metric, Operand
from stories.models.review import Submission
from stories.models.search_index import IndexedMetric, Posting, Revision
from stories.models.sources import Citation
from stories.models.version import OpenRedaction, PublishedPicture, Quotation, Version
from stories.models.vocabulary import FormerAddress, Place, Tag
from tests import builders
from tests.builders import (
    a_body_kind,
    a_case,
    a_change,
    a_citation,
    a_derived,
    a_draft,
    a_follow_up,
    a_glance,
    a_left_out,
    a_measure,
    a_measure_family,
    a_measure_type,
    a_metric,
    a_passage,
    a_person,
    a_picture,
    a_place,
    a_problem,
    a_problem_type,
    a_solve,
    a_source,
    a_tag,
    a_type_link,
    a_where,
    an_actor,
    an_indicator,
    an_inferred_place,
    keep,
)

pytestmark = pytest.mark.django_db


def a_case_tag() -> CaseTag:
    return CaseTag.objects.create(content_object=a_case(), tag=a_tag())


def an_edit() -> Edit:
    return Edit.objects.create(case_pk=1, kind="saved", packed=b"")


def a_submission(**overrides: Any) -> Submission:
    return Submission.objects.create(**{"case": a_case()} | overrides)


def a_quotation(**overrides: Any) -> Quotation:
    values = {"source": "a", "locator": "1", "printed": "灯", "shows": "sentence"}
    version = overrides.pop("version", None) or a_version()
    return Quotation.objects.create(
        **values | {"version": version, "words": "灯", "start": 0, "end": 1} | overrides
    )


def a_former_address(**overrides: Any) -> FormerAddress:
    values = {"facet": "tag", "value": "old", "successor": "new"}
    return FormerAddress.objects.create(**values | overrides)


def a_version(is_open: bool = False) -> Version:
    """During an open redaction the database allows changing it."""
    case = a_case()
    keep(case)
    if is_open:
        OpenRedaction.objects.create()
    return Version.objects.get(publication__slug=case.slug)


def a_second_version(**columns: Any) -> Version:
    first = a_version()
    values = {
        "number": 2,
        "kind": "update",
        "note_zh": "变了。",
        "note_en": "It changed.",
    } | columns
    return Version.objects.create(
        publication=first.publication, published_at=now(), sha256="0" * 64, document="{}", **values
    )


ROWS: dict[str, Callable[..., models.Model]] = {
    "actor": an_actor,
    "bodykind": a_body_kind,
    "case": a_case,
    "casetag": a_case_tag,
    "citation": a_citation,
    "change": a_change,
    "derived": a_derived,
    "followup": a_follow_up,
    "glance": a_glance,
    "indicator": an_indicator,
    "leftout": a_left_out,
    "measure": a_measure,
    "measurefamily": a_measure_family,
    "measuretype": a_measure_type,
    "metric": a_metric,
    "passage": a_passage,
    "edit": an_edit,
    "person": a_person,
    "picture": a_picture,
    "place": lambda: a_place(parent=a_place()),
    "problem": a_problem,
    "problemtype": a_problem_type,
    "publication": lambda: a_version().publication,
    "quotation": a_quotation,
    "solve": a_solve,
    "submission": a_submission,
    "source": a_source,
    "tag": a_tag,
    "version": lambda: a_version(is_open=True),
    "where": a_where,
}


def refusal_of(change: Callable[[], object]) -> str:
    """The error message of the database."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
    return str(caught.value)


def constraints(kind: type[models.BaseConstraint]) -> dict[str, type[models.Model]]:
    """name → model of the app's constraints of a kind."""
    return {
        constraint.name: model
        for model in apps.get_app_config("stories").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, kind)
    }


# ---------------------------------------------------------------- CHECK constraints

CLOSED_LISTS = sorted(n for n in constraints(models.CheckConstraint) if n.endswith("_known"))


@pytest.mark.parametrize("name", CLOSED_LISTS)
def test_a_value_outside_a_closed_list_is_refused(name: str) -> None:
    table, field = name.removesuffix("_known").split("_", 1)
    row = ROWS[table]()
    changed = type(row)._default_manager.filter(pk=row.pk)
    assert name in refusal_of(lambda: changed.update(**{field: "x"}))


def _reprint_of_itself() -> None:
    source = a_source()
    source.same_report_as = source
    source.save()


def _whole_of_itself() -> None:
    metric = a_metric(whole_state="stated")
    metric.whole_metric = metric
    metric.save()


def _in_itself() -> None:
    place = a_place()
    place.parent = place
    place.save()


def _replaced(table: str) -> None:
    ROWS[table](replaced_by=ROWS[table]())


def _slugged(table: str, slug: str) -> None:
    ROWS[table](slug=slug)


REFUSED: dict[str, list[Callable[[], object]]] = {
    "case_unit_cost_is_of_its_state": [
        lambda: a_case(unit_cost_metric=a_metric()),
        lambda: a_case(unit_cost_metric=a_metric(), unit_cost_state="computed"),
        lambda: a_case(unit_cost_derived=a_derived(), unit_cost_state="stated"),
    ],
    "citation_event_fits_its_target": [
        lambda: a_citation(event="when"),
        lambda: a_citation(event="began", measure=a_measure()),
        lambda: a_citation(event="began", problem=a_problem()),
        lambda: a_citation(event="sometime"),
        lambda: a_citation(event="before"),
        lambda: a_citation(change=a_change()),
        lambda: a_citation(event="when", change=a_change()),
    ],
    "citation_is_printed": [lambda: a_citation(printed="")],
    "citation_one_target": [
        lambda: a_citation(case=None),
        lambda: a_citation(case=a_case(), problem=a_problem()),
        lambda: a_citation(problem=a_problem(), measure=a_measure()),
        lambda: a_citation(measure=a_measure(), metric=a_metric()),
        lambda: a_citation(metric=a_metric(), glance=a_glance()),
        lambda: a_citation(glance=a_glance(), case=a_case()),
        lambda: a_citation(change=a_change(), follow_up=a_follow_up(), event="after"),
        lambda: a_citation(follow_up=a_follow_up(), measure=a_measure()),
    ],
    "derived_is_exact_or_about": [
        lambda: a_derived(qualifier="over"),
        lambda: a_derived(qualifier="range"),
    ],
    "followup_not_looked_has_no_day": [lambda: a_follow_up(looked_on="2026-11-20")],
    "glance_text_exactly_when_stated": [
        lambda: a_glance(state="silent", text_zh="有", text_en="Yes"),
        lambda: a_glance(state="not_coded", text_en="Yes"),
        lambda: a_glance(state="stated"),
        lambda: a_glance(state="partly"),
        lambda: a_glance(state="stated", text_zh="有"),
    ],
    "metric_few_are_telling": [lambda: a_metric(telling_position=5)],
    "metric_whole_only_where_stated": [
        lambda: a_metric(whole_metric=a_metric()),
        lambda: a_metric(whole_metric=a_metric(), whole_state="not_stated"),
        _whole_of_itself,
    ],
    "source_is_no_reprint_of_itself": [_reprint_of_itself],
    "metric_has_a_bound": [lambda: a_metric(low=None, high=None)],
    "metric_low_not_above_high": [lambda: a_metric(low=5, high=4, qualifier="range")],
    "picture_is_described_and_credited": [
        lambda: a_picture(alt_zh=""),
        lambda: a_picture(alt_en=""),
        lambda: a_picture(credit_zh=""),
    ],
    "revision_is_one_row": [lambda: Revision.objects.create(pk=2, token="second")],
    "version_says_what_changed": [
        lambda: a_second_version(note_zh=""),
        lambda: a_second_version(note_en=""),
        lambda: a_second_version(kind="first"),
        lambda: a_second_version(number=0),
    ],
    "formeraddress_leads_on": [lambda: a_former_address(successor="old")],
    "place_code_is_key": [lambda: a_place(code="加梯"), lambda: a_place(code="UPPER")],
    **{
        f"{table}_slug_is_key": [partial(_slugged, table, slug) for slug in ("加梯", "UPPER")]
        for table in ("bodykind", "indicator", "measurefamily", "measuretype", "problemtype", "tag")
    },
    "place_below_a_province_lies_in_one": [lambda: a_place(level="city")],
    "place_does_not_lie_in_itself": [_in_itself],
    **{
        f"{table}_replacement_only_when_deprecated": [partial(_replaced, table)]
        for table in ("bodykind", "indicator", "measurefamily", "measuretype", "problemtype", "tag")
    },
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_database_refuses_by_name(name: str) -> None:
    for change in REFUSED[name]:
        assert name in refusal_of(change)


def test_every_check_of_the_database_is_tried() -> None:
    assert sorted([*CLOSED_LISTS, *REFUSED]) == sorted(constraints(models.CheckConstraint))


@pytest.mark.parametrize(
    "build",
    [
        lambda: a_citation(event="began", case=a_case()),
        lambda: a_citation(event="ended", case=a_case()),
        lambda: a_citation(event="when", measure=a_measure()),
        lambda: a_citation(glance=a_glance()),
        lambda: a_citation(event="before", change=a_change()),
        lambda: a_citation(event="after", change=a_change()),
        lambda: a_citation(follow_up=a_follow_up()),
        lambda: a_case(unit_cost_metric=a_metric(), unit_cost_state="stated"),
        lambda: a_case(unit_cost_derived=a_derived(), unit_cost_state="computed"),
        lambda: a_follow_up(state="nothing_found", looked_on="2026-11-20"),
        lambda: a_glance(state="partly", text_zh="有", text_en="Yes"),
        lambda: a_metric(kind=""),
        lambda: a_metric(whole_metric=a_metric(), whole_state="stated"),
        lambda: a_source(same_report_as=a_source()),
        lambda: a_glance(state="stated", text_zh="有", text_en="Yes"),
        lambda: a_measure_type(status="deprecated", replaced_by=a_measure_type()),
        lambda: a_measure_type(status="deprecated"),
        lambda: a_metric(low=5, high=5, qualifier="exact"),
        lambda: a_metric(low=None, high=4, qualifier="nearly"),
        lambda: a_metric(measure=None),
    ],
)
def test_the_database_takes_what_is_right(build: Callable[[], models.Model]) -> None:
    assert build().pk


# ---------------------------------------------------------------- unique constraints


def _twice(build: Callable[..., models.Model], **same: Any) -> Callable[[], object]:
    return lambda: (build(**same), build(**same))


def _tagged_twice() -> None:
    case, tag = a_case(), a_tag()
    for _time in range(2):
        CaseTag.objects.create(content_object=case, tag=tag)


DOUBLED: dict[str, Callable[[], object]] = {
    "formeraddress_once": _twice(a_former_address),
    "quotation_once": lambda: _twice(a_quotation, version=a_version())(),
    "submission_waits_once": lambda: _twice(a_submission, case=a_case())(),
    "casetag_once": _tagged_twice,
    "citation_one_for_a_metric": lambda: _twice(a_citation, metric=a_metric())(),
    "change_key_once_in_a_case": lambda: _twice(a_change, case=a_case(), key="light")(),
    "followup_key_once_in_a_case": lambda: _twice(a_follow_up, case=a_case(), key="lit")(),
    "inferredplace_once_in_a_case": lambda: _twice(an_inferred_place, case=a_case())(),
    "metric_telling_position_once_in_a_case": lambda: _twice(
        a_metric, case=a_case(), telling_position=0
    )(),
    "solve_once_for_a_measure": lambda: _twice(a_solve, measure=a_measure(), problem=a_problem())(),
    "typelink_once_for_a_measure": lambda: _twice(
        a_type_link, measure=a_measure(), type=a_measure_type()
    )(),
    "where_once_for_a_measure": lambda: _twice(a_where, measure=a_measure(), place=a_place())(),
    "derived_key_once_in_a_case": lambda: _twice(a_derived, case=a_case(), key="total")(),
    "glance_question_once": lambda: _twice(a_glance, case=a_case(), question="cost")(),
    "measure_key_once_in_a_case": lambda: _twice(a_measure, case=a_case(), key="lamps")(),
    "metric_key_once_in_a_case": lambda: _twice(a_metric, case=a_case(), key="lamps")(),
    "indexedmetric_once": lambda: _twice(
        IndexedMetric.objects.create,
        **{"publication": a_version().publication, "key": "lamps", "indicator": "lamps"},
        **{"kind": "output", "begin": 0, "end": 0},
    )(),
    "passage_locator_once": lambda: _twice(a_passage, source=a_source(), locator="T")(),
    "posting_once": lambda: _twice(Posting.objects.create, space="tag", key="lamps", cases=b"")(),
    "publishedpicture_once": lambda: _twice(
        PublishedPicture.objects.create, publication=a_version().publication, name="a" * 32
    )(),
    "version_number_once": lambda: a_second_version(number=1, kind="first", note_zh="", note_en=""),
    "problem_key_once_in_a_case": lambda: _twice(a_problem, case=a_case(), key="dark")(),
}


@pytest.mark.parametrize("name", sorted(DOUBLED))
def test_what_is_unique_does_not_stand_twice(name: str) -> None:
    model = constraints(models.UniqueConstraint)[name]
    (fields,) = (c.fields for c in model._meta.constraints if c.name == name)
    columns = (f"{model._meta.db_table}.{model._meta.get_field(f).column}" for f in fields)
    assert refusal_of(DOUBLED[name]) == f"UNIQUE constraint failed: {', '.join(columns)}"


def test_every_unique_constraint_is_tried() -> None:
    assert sorted(DOUBLED) == sorted(constraints(models.UniqueConstraint))


def test_every_foreign_key_is_looked_up_in_an_index() -> None:
    """Some have no index of their own, as that of a constraint or a partial one serves."""
    if connection.vendor != "sqlite":
        pytest.skip("other databases read small tables whole")
    plans = {
        f"{model.__name__}.{field.name}": model._base_manager.filter(
            **{f"{field.name}__in": [1, 2]}
        ).explain()
        for model in apps.get_app_config("stories").get_models()
        for field in model._meta.concrete_fields
        if field.is_relation
    }
    assert [name for name, plan in plans.items() if "SEARCH" not in plan] == []


def test_the_same_key_may_stand_in_two_cases() -> None:
    assert a_measure(key="lamps").case != a_measure(key="lamps").case


@pytest.mark.parametrize(
    ("build", "field"), [(a_case, "slug"), (a_source, "key"), (a_place, "code"), (a_tag, "slug")]
)
def test_a_public_key_is_unique_in_the_library(
    build: Callable[..., models.Model], field: str
) -> None:
    assert refusal_of(_twice(build, **{field: "same"})).endswith(f".{field}")


# ---------------------------------------------------------------- cascading deletes


def test_a_term_in_use_is_not_deleted() -> None:
    measure = a_measure()
    with pytest.raises(ProtectedError):
        measure.type.delete()


def test_the_first_type_of_a_measure_is_its_main_one() -> None:
    measure = a_measure(type=(main := a_measure_type()))
    a_type_link(measure=measure)
    a_type_link(measure=measure, position=1)
    assert measure.type == main and measure.types.count() == 3


def test_a_number_that_goes_leaves_the_unit_cost_without_one() -> None:
    metric = a_metric()
    case = a_case(unit_cost_metric=metric, unit_cost_state="stated")
    metric.delete()
    case.refresh_from_db()
    assert (case.unit_cost_state, case.unit_cost_of) == ("stated", None)


def test_a_passage_that_carries_a_statement_is_not_deleted_alone() -> None:
    passage = a_passage()
    a_citation(passage=passage)
    with pytest.raises(RestrictedError):
        passage.delete()


def test_a_metric_that_something_is_computed_from_is_not_deleted_alone() -> None:
    metric = a_metric()
    Operand.objects.create(derived=a_derived(case=metric.case), metric=metric)
    with pytest.raises(RestrictedError):
        metric.delete()


@pytest.mark.usefixtures("vocabulary")
def test_a_case_goes_with_all_that_belongs_to_it() -> None:
    builders.a_complete_case().delete()
    assert not Citation.objects.exists() and not Metric.objects.exists()


# ---------------------------------------------------------------- published and withdrawn


def test_only_published_cases_are_published() -> None:
    case, _draft = a_case(), a_draft()
    assert list(Case.objects.published()) == [case]


def test_the_day_of_the_first_publication_is_kept() -> None:
    case, first = a_draft(), now()
    case.mark_published(first)
    assert case.is_published
    case.mark_withdrawn()
    assert not case.is_published
    case.mark_published(now())
    assert case.published_at == first


def test_what_is_published_is_proved_or_not() -> None:
    case = a_draft()
    case.mark_published(now(), "2026-11-28", "0" * 64)
    case.refresh_from_db()
    assert (case.checked_on, case.checked_sha256) == ("2026-11-28", "0" * 64)
    case.mark_published(now())
    assert case.checked_on == ""


# ---------------------------------------------------------------- words, places


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "小巷亮灯"), ("en", "Lamps for the lanes")]
)
def test_a_text_is_in_the_readers_language(language: str, title: str) -> None:
    case = a_case(title_zh="小巷亮灯", title_en="Lamps for the lanes")
    with override(language):
        assert (case.title, case.title.is_foreign) == (title, False)


def test_the_other_language_stands_in_and_says_so() -> None:
    case = a_case(title_zh="小巷亮灯", title_en="")
    with override("en"):
        shown = case.title
    assert (shown, shown.language, shown.is_foreign) == ("小巷亮灯", "zh-Hans", True)


def test_a_text_that_nobody_wrote_is_foreign_to_nobody() -> None:
    shown = a_source(section_zh="", section_en="").section
    assert (shown, shown.is_foreign) == ("", False)


def test_a_place_has_its_chain() -> None:
    province = a_place(level="province")
    city = a_place(level="city", parent=province)
    assert a_place(parent=city, code="test-0").chain[:2] == [province, city]


def test_a_place_does_not_lie_in_what_lies_in_it() -> None:
    upper = a_place()
    upper.parent = a_place(parent=upper)
    with pytest.raises(ValidationError):
        upper.clean()


@pytest.mark.parametrize("level", ["city", "county", "community", "site"])
def test_a_place_below_the_province_lies_in_another(level: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Place(code="610902", level=level, label_zh="汉滨区", label_en="Hanbin").full_clean()
    assert list(caught.value.message_dict) == ["parent"]


def test_a_tag_is_named_by_its_chinese_label() -> None:
    tag = a_tag(label_zh="夜灯")
    assert (tag.name, Tag.objects.get_by_natural_key(tag.slug)) == ("夜灯", tag)


@pytest.mark.parametrize("key", ["Lamps", "lamps_1", "-lamps", "lamps--1", "灯", "lamps\n"])
def test_a_key_is_lower_case_letters_digits_and_hyphens(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        a_measure(key=key).full_clean()
    assert list(caught.value.message_dict) == ["key"]
