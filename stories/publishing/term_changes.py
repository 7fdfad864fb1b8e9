"""Merges, renames and exchanges terms in the rows of all cases that use them.

Readers see it as each case is published; former URLs redirect to the new ones.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet, UniqueConstraint
from django.utils.timezone import now

from stories.choices import EditKind, TermStatus
from stories.models.case import Case, CaseTag, InferredPlace
from stories.models.measures import Actor, Problem, TypeLink, Where
from stories.models.metrics import Metric
from stories.models.vocabulary import (
    BodyKind,
    FormerAddress,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)
from stories.publishing import history

# Model that uses terms → path to its case.
PATH_TO_CASE: dict[type[Model], str] = {
    Actor: "measure__case",
    Case: "pk",
    CaseTag: "content_object",
    InferredPlace: "case",
    Metric: "case",
    Problem: "case",
    TypeLink: "measure__case",
    Where: "measure__case",
}
# Model → facet in the index and in URLs.
FACETS: dict[type[Model], str] = {
    BodyKind: "actor",
    Indicator: "indicator",
    MeasureFamily: "measure",
    MeasureType: "measure",
    Place: "place",
    ProblemType: "problem",
    Tag: "tag",
}


def key_of(term: Any) -> str:
    """The slug or code of a term, as in URLs and documents."""
    return str(term.code if isinstance(term, Place) else term.slug)


def cases_with(term: Any) -> QuerySet[Case]:
    """The cases on the desk that use a term, drafts included."""
    found = Case.objects.none()
    for model, column in _columns(term):
        if path := PATH_TO_CASE.get(model):
            rows = model._default_manager.filter(**{column: term}).order_by()
            found = found | Case.objects.filter(pk__in=rows.values(path))
    return found


def merge(term: Any, into: Any, by: Any, note: str) -> list[Case]:
    """Replace a term with another in every case that uses it; return these cases.

    The term remains deprecated for the versions that use it, and its URL redirects. Its labels
    become synonyms of the other, so that searches still match.
    """
    with transaction.atomic():
        cases = _begin(cases_with(term))
        for model, column in _columns(term):
            if model in PATH_TO_CASE or model in (MeasureType, Place):
                replace_in(model._default_manager.filter(**{column: term}), column, into)
        _take_over_words(term, into)
        if hasattr(term, "status"):
            if into.replaced_by_id == term.pk:  # reverts an earlier merge
                into.status, into.replaced_by = TermStatus.ACTIVE, None
                into.save()
            type(term)._default_manager.filter(replaced_by=term).update(replaced_by=into)
            term.status, term.replaced_by = TermStatus.DEPRECATED, into
            term.save()
        note_former_address(type(term), key_of(term), key_of(into))
        _end(cases, by, note)
    return cases


def rename(term: Any, key: str, by: Any, note: str) -> tuple[Any, list[Case]]:
    """Give a term another slug or code; return the new term and the cases that use it.

    The old row remains for the versions that use it.
    """
    with transaction.atomic():
        renamed = type(term)._default_manager.get(pk=term.pk)
        related = list(term.related.all()) if hasattr(term, "related") else []
        renamed.pk = None
        renamed._state.adding = True
        setattr(renamed, "code" if isinstance(term, Place) else "slug", key)
        if isinstance(term, Tag):
            Tag.objects.filter(pk=term.pk).update(name=f"{term.label_zh} [{term.slug}]")
        renamed.save()
        if related:
            renamed.related.set(related)
        return renamed, merge(term, renamed, by, note)


def exchange(
    rows: Iterable[Model], model: type[Model], columns: Mapping[str, str], old: Any, new: Any
) -> int:
    """Exchange a term on rows of parts, or add or remove it if the other is None; count the rows.

    `model`: of the rows that link a term to a part; `columns`: its foreign keys to part and term.
    """
    part, term = columns["part"], columns["term"]
    pks = [row.pk for row in rows]
    ties = model._default_manager.filter(**{f"{part}__in": pks})
    if old is None:
        known = set(ties.filter(**{term: new}).values_list(part, flat=True))
        added = [pk for pk in pks if pk not in known]
        for pk in added:
            position = {"position": ties.filter(**{part: pk}).count()}
            extra = position if hasattr(model, "position") else {}
            model._default_manager.create(**{f"{part}_id": pk, term: new}, **extra)
        return len(added)
    found = ties.filter(**{term: old})
    if new is None:
        return found.delete()[0]
    return replace_in(found, term, new)


def replace_in(rows: QuerySet[Any], column: str, new: Any) -> int:
    """Set a column of rows; of rows that become duplicates within a part, the first remains. Number
    of rows that had the old value."""
    model, found = rows.model, list(rows.values_list("pk", flat=True))
    place = "position" if hasattr(model, "position") else "pk"
    old = model._default_manager.filter(pk__in=found)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and column in constraint.fields:
            others = {name: OuterRef(name) for name in constraint.fields if name != column}
            same = model._default_manager.filter(**{column: new})
            before = {f"{place}__lt": OuterRef(place)}
            later = same.filter(Exists(old.filter(**others, **before))).values_list("pk", flat=True)
            same.filter(pk__in=list(later)).delete()
            old.filter(Exists(same.filter(**others))).delete()
    old.update(**{column: new})
    return len(found)


def note_former_address(model: type[Model], old: str, new: str) -> None:
    """Redirect the public URLs of the old value to the new one, permanently."""
    facet = FACETS[model]
    rows = FormerAddress.objects.filter(facet=facet)
    rows.filter(value=new).delete()
    rows.filter(successor=old).update(successor=new)
    rows.update_or_create(facet=facet, value=old, defaults={"successor": new})


def change_cases(cases: QuerySet[Case], by: Any, note: str, change: Any) -> list[Case]:
    """Call `change` on cases, and record each before and after."""
    with transaction.atomic():
        found = _begin(cases)
        change()
        _end(found, by, note)
    return found


def _begin(cases: QuerySet[Case]) -> list[Case]:
    pks = list(cases.values_list("pk", flat=True).distinct())
    found = list(Case.objects.select_for_update().filter(pk__in=pks).order_by("slug"))
    for case in found:
        history.record_found(case)
    return found


def _end(cases: Iterable[Case], by: Any, note: str) -> None:
    for case in cases:
        case.refresh_from_db()
        history.record(case, EditKind.TERMS, by, note)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(changed_at=now())


def _columns(term: Any) -> list[tuple[type[Any], str]]:
    """(model, foreign key) of all references to a term, except from terms that it replaces."""
    return [
        (relation.related_model, relation.field.name)
        for relation in term._meta.get_fields(include_hidden=True)
        if relation.one_to_many and relation.auto_created and relation.field.name != "replaced_by"
        if not relation.related_model._meta.auto_created
    ]


def _take_over_words(term: Any, into: Any) -> None:
    for language in ("zh", "en"):
        name = f"synonyms_{language}"
        label = getattr(into, f"label_{language}")
        words = [*getattr(into, name), getattr(term, f"label_{language}"), *getattr(term, name)]
        setattr(into, name, [word for word in dict.fromkeys(words) if word and word != label])
    into.save()
