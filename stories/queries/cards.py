"""Cards: cases as lists show them, in the reader's language, from the cards in the index."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stories.choices import Evidence
from stories.languages import Words, in_language
from stories.models.vocabulary import Place
from stories.presenters.parts import label
from stories.presenters.terms import TermPresenter, Terms
from stories.reading import dates
from stories.reading.numbers import decimal
from stories.search import analyzer


@dataclass(frozen=True)
class Card:
    """A case as lists show it, in the reader's language."""

    pk: int
    slug: str
    title: Words
    key_message: Words
    place_words: str
    period: str  # EDTF
    problem_types: list[TermPresenter]
    measure_count: int
    tags: list[TermPresenter]
    place: TermPresenter
    residents: float | None
    telling: "TellingNumber | None"
    evidence: list[str]  # labels


@dataclass(frozen=True)
class TellingNumber:
    """The headline number of a case: what formatting needs, its scope, and its anchor on the page
    of the case."""

    anchor: str
    indicator: TermPresenter
    low: Decimal | None
    high: Decimal | None
    qualifier: str
    scope: str


def card_of(pk: int, card: Mapping[str, Any], terms: Terms, language: str) -> Card:
    return Card(
        pk,
        card["slug"],
        in_language(card["title"], language),
        in_language(card["message"], language),
        terms["place"][card["place"]].place_words,
        dates.joined(card["began"], card["ended"]),
        [terms["problem"][slug] for slug in card["problems"]],
        card["measures"],
        [terms["tag"][slug] for slug in card["tags"]],
        terms["place"][card["place"]],
        _residents(card, terms["place"][card["place"]].row),
        _telling(card["telling"], terms, language),
        [label(Evidence, value, language) for value in card["evidence"]],
    )


def _residents(card: Mapping[str, Any], place: Place) -> float | None:
    """The number of residents of the case's place as a whole; None if no source states it."""
    names = (place.label_zh, *place.synonyms_zh)
    found = (part for part in card["residents"] if analyzer.covers_place(part["scope"], names))
    return next((part["number"] for part in found), None)


def _telling(metric: Mapping[str, Any] | None, terms: Terms, language: str) -> TellingNumber | None:
    if not metric:
        return None
    return TellingNumber(
        f"metric-{metric['key']}",
        terms["indicator"][metric["indicator"]],
        decimal(metric["low"]),
        decimal(metric["high"]),
        metric["qualifier"],
        in_language(metric["scope"], language) if metric["scope"] else "",
    )
