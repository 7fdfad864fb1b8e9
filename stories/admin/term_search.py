"""Search in the labels and synonyms of terms, and list filters with a search box for terms.

Terms are matched in Python: SQLite stores synonyms as JSON with escaped Chinese.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stories.models.case import CaseTag
from stories.models.measures import Actor, Problem, TypeLink, Where
from stories.models.metrics import Metric
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
    Term,
)
from stories.presenters.places import history_of
from stories.search import tokenizer

# Term model → (model that uses it, its foreign key, path to the case).
USES: dict[Any, tuple[tuple[Any, str, str], ...]] = {
    MeasureType: ((TypeLink, "type", "measure__case"),),
    MeasureFamily: ((TypeLink, "type__family", "measure__case"),),
    ProblemType: ((Problem, "type", "case"),),
    Tag: ((CaseTag, "tag", "content_object"),),
    BodyKind: ((Actor, "kind", "measure__case"),),
    Indicator: ((Metric, "indicator", "case"),),
}
NAMED = 8  # terms listed by name below a filter
WORDS_LIMIT = 80  # characters of a filter's search text


@dataclass(frozen=True)
class Found:
    pk: int
    label: str


def matching(model: Any, typed: str) -> list[Found]:
    """Terms with every word in their labels, synonyms, examples, slug, code or former names, or in
    the names of a measure type's family: 1 query."""
    rows = model._default_manager.all()
    if model is MeasureType:
        rows = rows.select_related("family")
    return [Found(row.pk, str(row.label)) for row in rows if has_every_word(typed, names_of(row))]


def names_of(term: Any) -> Iterator[str]:
    """All texts by which a term is found."""
    yield from (term.label_zh, term.label_en, *term.synonyms_zh, *term.synonyms_en)
    yield term.code if isinstance(term, Place) else term.slug
    if isinstance(term, Term):
        yield from (*term.examples_zh, *term.examples_en)
    if isinstance(term, MeasureType):
        yield from (term.family.label_zh, term.family.label_en, term.family.slug)
    if isinstance(term, Place) and (history := history_of(term)):
        yield from history.other_names


def has_every_word(typed: str, texts: Iterable[str]) -> bool:
    """Whether each typed word occurs in one of the texts, ignoring case and width."""
    text = folded("\n".join(texts))
    return all(word in text for word in folded(typed).split())


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def cases_with(words: Sequence[tokenizer.Word]) -> list[Q]:
    """A condition per word: cases, drafts included, with a term whose label or synonym contains it,
    or in a place of that name or below one. 8 queries in all."""
    names = {model: list(_searched_names(model)) for model in (*USES, Place)}
    below = _below(Place.objects.values_list("pk", "parent_id"))
    conditions = []
    for word in words:
        condition = Q()
        for model, uses in USES.items():
            terms = [pk for pk, text in names[model] if word.is_in(text)]
            for rows, column, to_case in uses if terms else ():
                found = rows._default_manager.filter(**{f"{column}__in": terms})
                condition |= Q(pk__in=found.order_by().values(to_case))
        named = [pk for pk, text in names[Place] if word.is_in(text)]
        if places := _all_below(named, below):
            there = Where.objects.filter(place__in=places).order_by().values("measure__case")
            condition |= Q(place__in=places) | Q(pk__in=there)
        conditions.append(condition)
    return conditions


def _searched_names(model: Any) -> Iterator[tuple[int, str]]:
    """(primary key, folded names) of all terms, without examples: a case need not have those."""
    for row in model._default_manager.all():
        names = [row.label_zh, row.label_en, *row.synonyms_zh, *row.synonyms_en]
        if isinstance(row, Place) and (history := history_of(row)):
            names += history.other_names
        yield row.pk, tokenizer.fold("\n".join(names))


def _below(parents: Iterable[tuple[int, int | None]]) -> dict[int | None, list[int]]:
    below: dict[int | None, list[int]] = {}
    for pk, parent in parents:
        below.setdefault(parent, []).append(pk)
    return below


def _all_below(places: Sequence[int], below: dict[int | None, list[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(places)
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += below.get(place, ())
    return found


class TermFilter(admin.SimpleListFilter):
    """A filter with a search box: filters the list by all terms that match the text."""

    template = "admin/stories/term_filter.html"
    model: Any

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        left_out = (self.parameter_name, PAGE_VAR)
        self.others = [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in left_out
        ]
        self.typed = (self.value() or "").strip()[:WORDS_LIMIT]
        self.found: list[Found] = matching(self.model, self.typed) if self.typed else []

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("", "")]  # Django hides a filter without lookups

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.typed:
            return queryset
        return queryset.filter(pk__in=self.rows([term.pk for term in self.found]))

    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        """Primary keys of the rows that use one of the terms."""
        raise NotImplementedError

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The single choice: state of the search box, and parameters of the list to be kept."""
        yield {
            "name": self.parameter_name,
            "typed": self.typed,
            "others": self.others,
            "terms": [term.label for term in self.found[:NAMED]],
            "further": max(len(self.found) - NAMED, 0),
            "all": changelist.get_query_string(remove=[self.parameter_name]),
        }


class ProblemFilter(TermFilter):
    title = _("problem type")
    parameter_name = "problem"
    model = ProblemType

    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        return Problem.objects.filter(type__in=terms).order_by().values("case")


class MeasureFilter(TermFilter):
    title = _("measure type or family")
    parameter_name = "measure"
    model = MeasureType

    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        return TypeLink.objects.filter(type__in=terms).order_by().values("measure__case")


class TagFilter(TermFilter):
    title = _("tag")
    parameter_name = "tag"
    model = Tag

    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        rows: QuerySet[Any] = CaseTag.objects.filter(tag__in=terms)
        return rows.order_by().values("content_object")


# ---------------------------------------------------------------- filters for lists of parts


class TypeOfProblemFilter(ProblemFilter):
    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        return Problem.objects.filter(type__in=terms).order_by().values("pk")


class TypeOfMeasureFilter(MeasureFilter):
    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        return TypeLink.objects.filter(type__in=terms).order_by().values("measure")
