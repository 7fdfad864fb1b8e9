"""Terms by their words, and search boxes that filter a list by them: one box, however many terms.

Synonyms are JSON, which SQLite keeps with Chinese escaped: so terms are read, not asked for.
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

# Terms → the rows that use them, their column of it, and the way from them to their case.
USES: dict[Any, tuple[tuple[Any, str, str], ...]] = {
    MeasureType: ((TypeLink, "type", "measure__case"),),
    MeasureFamily: ((TypeLink, "type__family", "measure__case"),),
    ProblemType: ((Problem, "type", "case"),),
    Tag: ((CaseTag, "tag", "content_object"),),
    BodyKind: ((Actor, "kind", "measure__case"),),
    Indicator: ((Metric, "indicator", "case"),),
}
NAMED = 8  # of the terms that a filter found, those that it names
WORDS_LIMIT = 80  # characters of what is typed into a filter


@dataclass(frozen=True)
class Found:
    pk: int
    label: str


def matching(model: Any, typed: str) -> list[Found]:
    """The terms with every word in labels, synonyms, examples, slug or code, and a place’s former
    names; of a measure type in those of its family too: 1 query."""
    rows = model._default_manager.all()
    if model is MeasureType:
        rows = rows.select_related("family")
    return [Found(row.pk, str(row.label)) for row in rows if has_every_word(typed, names_of(row))]


def names_of(term: Any) -> Iterator[str]:
    """All that finds a term."""
    yield from (term.label_zh, term.label_en, *term.synonyms_zh, *term.synonyms_en)
    yield term.code if isinstance(term, Place) else term.slug
    if isinstance(term, Term):
        yield from (*term.examples_zh, *term.examples_en)
    if isinstance(term, MeasureType):
        yield from (term.family.label_zh, term.family.label_en, term.family.slug)
    if isinstance(term, Place) and (history := history_of(term)):
        yield from history.other_names


def has_every_word(typed: str, texts: Iterable[str]) -> bool:
    """Whether each word that was typed stands in one of the texts, whatever its case or width."""
    text = folded("\n".join(texts))
    return all(word in text for word in folded(typed).split())


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def cases_with(words: Sequence[tokenizer.Word]) -> list[Q]:
    """Of each word, the cases that have a term with it in a label or synonym, drafts too, and those
    in a place so named or below one: 8 queries, whatever is asked."""
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
    """(primary key, names as search has them) of all terms; examples say nothing of a case."""
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
    """A search box: what is typed finds terms, and these the rows that have one of them."""

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
        return [("", "")]  # a filter without any is left out

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.typed:
            return queryset
        return queryset.filter(pk__in=self.rows([term.pk for term in self.found]))

    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        """The keys of the rows that have one of the terms."""
        raise NotImplementedError

    def choices(self, changelist: Any) -> Iterator[Any]:
        """One: what the box shows, and the other parameters of the list, which stay."""
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


# ---------------------------------------------------------------- of the lists of parts


class TypeOfProblemFilter(ProblemFilter):
    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        return Problem.objects.filter(type__in=terms).order_by().values("pk")


class TypeOfMeasureFilter(MeasureFilter):
    def rows(self, terms: Iterable[int]) -> QuerySet[Any]:
        return TypeLink.objects.filter(type__in=terms).order_by().values("measure")
