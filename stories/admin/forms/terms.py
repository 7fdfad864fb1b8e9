"""A search box for terms, ranked by how well they match the selected text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Model, QuerySet

from stories.admin import code_table
from stories.admin.forms.fields import is_key
from stories.admin.term_search import has_every_word
from stories.choices import Dimension, TermStatus
from stories.models.vocabulary import Indicator, MeasureType, Place, ProblemType
from stories.reading import place_names, quantities
from stories.reading.divisions import Division
from stories.reading.quantities import Quantity

OFFERED = 60  # terms per list
# Name in the URL of the search box → (model, reverse relation to the rows that use it).
MODELS: dict[str, tuple[Any, str]] = {
    "indicator": (Indicator, "metrics"),
    "measure-type": (MeasureType, "measures"),
    "place": (Place, "cases"),
    "problem-type": (ProblemType, "problems"),
}
_SIGN = re.compile(r"[,。;:!?]")  # punctuation in folded text
# Weights, relative to 1 for a character pair that only one term has in its names.
NEARER, SAME_UNIT = 3, 3
SURE, AHEAD = 3, 1  # minimum score and minimum lead of a proposed term


@dataclass(frozen=True)
class Nearby:
    """The context of selected text: its passage, its clause (`near`) and the quantity in it."""

    passage: str = ""
    near: str = ""
    quantity: Quantity | None = None

    @classmethod
    def of(cls, passage: str, start: int, end: int) -> "Nearby":
        found = quantities.read(passage[start:end])
        before, behind = _SIGN.split(passage[:start])[-1], _SIGN.split(passage[end:])[0]
        near = f"{before}{passage[start:end]}{behind}"
        return cls(passage, near, found[0] if len(found) == 1 else None)


def all_of(name: str) -> QuerySet[Any]:
    """The active terms, each with its `use_count`."""
    model, users = MODELS[name]
    rows: QuerySet[Any] = model._default_manager.annotate(use_count=Count(users, distinct=True))
    if model is Place:
        return rows.select_related("parent").order_by("code")
    related = ("family",) if model is MeasureType else ()
    ordered = rows.filter(status=TermStatus.ACTIVE).select_related(*related)
    return ordered.order_by(*model._meta.ordering)


def offered(name: str, typed: str, nearby: Nearby) -> list[Any]:
    """The terms that match the typed text, ranked by their score for the selected text: 1 query."""
    rows = list(all_of(name))
    found = scores(rows, nearby)
    fitting = [row for row in rows if _is_meant(row, typed)]
    return sorted(fitting, key=lambda row: -found[row.pk])[:OFFERED]


def of_code_table(typed: str) -> list[Division]:
    """Places of the code table that match the typed text and have no row yet: 1 query."""
    rows = set(Place.objects.values_list("code", flat=True))
    return code_table.found(typed, rows, OFFERED)


def proposed(name: str, nearby: Nearby) -> Any:
    """The term with a high score and a clear lead, else None: 1 query."""
    rows = list(all_of(name))
    found = scores(rows, nearby)
    best = sorted(rows, key=lambda row: -found[row.pk])[:2]
    if len(best) < 2:
        return None
    first, second = (found[row.pk] for row in best)
    return best[0] if first >= SURE and first - second >= AHEAD else None


def scores(rows: Sequence[Any], nearby: Nearby) -> dict[int, float]:
    """Primary key → score: shared character pairs, weighted by how few terms have them.

    An indicator whose unit does not fit the quantity gets a penalty.
    """
    pairs = {row.pk: _pairs(_names(row)) for row in rows}
    shared = Counter(pair for found in pairs.values() for pair in found)
    near, passage = _pairs([nearby.near]), _pairs([nearby.passage])
    return {
        row.pk: _unit_score(row, nearby.quantity)
        + sum(NEARER / shared[pair] for pair in pairs[row.pk] & near)
        + sum(1 / shared[pair] for pair in pairs[row.pk] & passage)
        + sum(len(name) for name in _names(row) if len(name) > 1 and name in nearby.near)
        for row in rows
    }


def _unit_score(term: Any, quantity: Quantity | None) -> float:
    if not isinstance(term, Indicator) or quantity is None:
        return 0
    if not quantities.fits(quantity, term.dimension, term.unit_zh):
        return -100
    is_measured = term.dimension != Dimension.COUNT
    is_same = bool(quantity.unit) and (quantity.unit == term.unit_zh or is_measured)
    return SAME_UNIT if is_same else 0


def _names(term: Any) -> list[str]:
    return [term.label_zh, *term.synonyms_zh, *getattr(term, "examples_zh", ())]


def _pairs(texts: Iterable[str]) -> set[str]:
    """All pairs of adjacent characters."""
    return {text[n : n + 2] for text in texts for n in range(len(text) - 1)}


def _is_meant(term: Any, typed: str) -> bool:
    lists = ("synonyms_zh", "synonyms_en", "examples_zh", "examples_en")
    words = [word for name in lists for word in getattr(term, name, ())]
    key = term.code if isinstance(term, Place) else term.slug
    return has_every_word(typed, [term.label_zh, term.label_en, key, *words])


@dataclass(frozen=True)
class Choice:
    """A term as the list displays it; `notes`: unit and kind, family, or the place above."""

    pk: int | str
    label_zh: str
    label_en: str
    notes: Sequence[str]
    definition: str
    use_count: int

    @classmethod
    def of(cls, term: Any) -> "Choice":
        definition = getattr(term, "definition", "") or ""
        return cls(term.pk, term.label_zh, term.label_en, _notes(term), definition, term.use_count)

    @classmethod
    def of_division(cls, division: Division) -> "Choice":
        """A division of the code table; its English name may be a proposal."""
        english = place_names.english(division.code, division.name)
        pk = f"{code_table.PREFIX}{division.code}"
        notes = list(code_table.notes(division))
        return cls(pk, division.name, english.text, notes, "", 0)


def _notes(term: Any) -> list[str]:
    if isinstance(term, Indicator):
        return [note for note in (str(term.unit or ""), term.get_kind_display()) if note]
    if isinstance(term, MeasureType):
        return [str(term.family)]
    return [str(term.parent)] if isinstance(term, Place) and term.parent else []


class TermBox(forms.HiddenInput):
    """A search box with a list of terms; shows the selected term with its definition."""

    template_name = "admin/stories/workbench/_term_box.html"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.model_name = name
        self.url = ""
        self.nearby = Nearby()

    @property
    def is_hidden(self) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        key = str(value or "")
        rows = all_of(self.model_name)
        chosen = rows.filter(pk=int(key)).first() if is_key(key) else None
        context["url"] = self.url
        context["chosen"] = Choice.of(chosen) if chosen else None
        return context


class TermField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def __init__(self, name: str, **options: Any) -> None:
        model: type[Model] = MODELS[name][0]
        super().__init__(model._default_manager.all(), widget=TermBox(name), **options)
