"""A snapshot of one revision of the library: facet values, orders of cases, and cards."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, cached_property
from threading import Lock
from typing import Any, ClassVar, TypeVar

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from pyroaring import BitMap

from stories.choices import Evidence
from stories.documents import damage
from stories.languages import reader_language
from stories.models.version import Publication, Version
from stories.models.vocabulary import (
    MeasureFamily,
    MeasureType,
    ProblemType,
)
from stories.presenters.case import CasePresenter
from stories.presenters.terms import Terms
from stories.queries.cards import Card, card_of
from stories.queries.names import Names
from stories.queries.nodes import Node
from stories.queries.orders import Order
from stories.queries.quotations import quoted_in
from stories.queries.vocabulary import Vocabulary
from stories.search import analyzer, reader, tokenizer

logger = logging.getLogger(__name__)

T = TypeVar("T")
_NONE = BitMap()
CARDS_SHOWN = 100  # cases on the page of a place
NEWEST_SHOWN = 12  # cases of the overview
LISTED_WHOLE = ("measure", "problem")  # facets

FACETS = {
    "measure": _("Measures"),
    "problem": _("Problems"),
    "place": _("Places"),
    "actor": _("Kinds of body"),
    "tag": _("Tags"),
    "evidence": _("Evidence"),
    "year": _("Years"),
}
# Not listed as a facet: the cells of the matrix link to it. "problem type:family or type".
ANSWERED = "answered"
PARAMETERS = (*FACETS, ANSWERED)


@dataclass(frozen=True)
class Counted:
    """A term with the number of its cases; 0 is a gap of the library."""

    term: Any
    case_count: int


@dataclass(frozen=True)
class Totals:
    cases: int
    measures: int
    metrics: int
    citations: int


def _whole(_pk: int, document: Any) -> Any:
    return document


class Library:
    """One revision of the library: the cases of each value, and the trees of the facets.

    A value includes the cases of its descendants. Building a snapshot costs 2 queries, once per
    revision and process, plus those of the vocabulary if that has changed.
    """

    _last: ClassVar["Library | None"] = None
    _building: ClassVar[Lock] = Lock()

    def __init__(self, revision: str) -> None:
        self.revision = revision
        stored = reader.values()
        self.cases = stored.get(analyzer.STATE, {}).get(analyzer.PUBLISHED, BitMap())
        self.vocabulary = Vocabulary.present()
        if _has_unknown_term(stored, self.vocabulary):
            self.vocabulary = Vocabulary.reread()
        self.terms = self.vocabulary.terms
        self.nodes = {
            **self.vocabulary.nodes,
            "year": _years(stored.get("year", {}), self.cases),
            "evidence": _evidence(),
        }
        self.below = {name: _below(nodes) for name, nodes in self.nodes.items()}
        self.cases_by_value = {
            name: self._by_value(stored.get(name, {}), name) for name in (*FACETS, "indicator")
        }
        # By stage of the measures: "problem type:family or type" → cases.
        self.answers = {space: self._answers(stored.get(space, {})) for space in analyzer.ANSWERS}
        self.stated_answers = self._answers(stored.get(analyzer.STATED, {}))
        self.unanswered = self._by_value(stored.get(analyzer.UNANSWERED, {}), "problem")
        self.cases_by_value[ANSWERED] = _united(self.answers.values())
        self.nodes[ANSWERED] = {
            pair: self.vocabulary.pair(pair) for pair in self.cases_by_value[ANSWERED]
        }
        self.with_metrics = {
            "measure": self._by_value(stored.get(analyzer.MEASURED, {}), "measure"),
            "place": self._by_value(stored.get(analyzer.COUNTED, {}), "place"),
            "indicator": self.cases_by_value["indicator"],
        }
        self.totals = Totals(
            len(self.cases), *(self._total(stored.get(space, {})) for space in analyzer.COUNTS)
        )
        self.suspects = self._damaged(stored)
        self._orders: dict[str, Order] = {}
        self._memo: dict[str, Any] = {}
        self._labels: dict[tuple[str, str], dict[str, str]] = {}

    def _damaged(self, stored: Mapping[str, Mapping[str, BitMap]]) -> BitMap:
        """Cases to prune before presenting them: with damaged parts, or with unknown terms."""
        lost = (
            cases
            for facet, rows in self.terms.items()
            for value, cases in stored.get(facet, {}).items()
            if value not in rows
        )
        return BitMap.union(stored.get(analyzer.STATE, {}).get(analyzer.DAMAGED, BitMap()), *lost)

    @classmethod
    def now(cls) -> "Library":
        """The pinned snapshot, or the present one."""
        return _pinned.get() or cls.present()

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """`Library.now()` is this snapshot during the block, in this thread alone."""
        token = _pinned.set(self)
        try:
            yield
        finally:
            _pinned.reset(token)

    @classmethod
    def present(cls) -> "Library":
        """1 query. One thread builds a revision while the others wait for it."""
        revision = reader.revision()
        with cls._building:
            if cls._last is None or cls._last.revision != revision:
                cls._last = cls(revision)
            return cls._last

    def is_present(self) -> bool:
        """1 query."""
        return self.revision == reader.revision()

    def knows(self, facet: str, value: str) -> bool:
        """Whether readers may filter by a value: values only in drafts are excluded. The lists of
        types are public as a whole, gaps included."""
        return value in (self.nodes if facet in LISTED_WHOLE else self.cases_by_value)[facet]

    def of(self, facet: str, value: str) -> BitMap:
        return self.cases_by_value[facet].get(value, _NONE)

    def chain(self, facet: str, value: str) -> list[Node]:
        """From the root of the facet's tree down to the value."""
        nodes, chain = self.nodes[facet], []
        while value in nodes:
            chain.append(nodes[value])
            value = nodes[value].parent
        return chain[::-1]

    def first(self, sort: str, number: int) -> Sequence[int]:
        """The first published cases in an order."""
        return self._order(sort).first(number)

    def in_order(self, found: BitMap, sort: str, start: int, end: int) -> list[int]:
        """start to end of the cases found, in an order of all."""
        if len(found) == len(self.cases):
            return list(self.first(sort, end)[start:])
        return self._order(sort).of(found, start, end)

    def _order(self, sort: str) -> Order:
        return self._orders.setdefault(sort, Order(sort))

    def memoized(self, question: str, answer: Callable[[], T]) -> T:
        """A result that depends on the revision alone, computed once. The number of keys is bounded
        by the vocabulary."""
        if question not in self._memo:
            self._memo[question] = answer()
        found: T = self._memo[question]
        return found

    def named(self, word: tokenizer.Word) -> tuple[BitMap, BitMap]:
        """(cases with a term whose label contains the word, cases with one whose synonym does)."""
        labels, synonyms = self._names
        return (
            BitMap.union(_NONE, *(self.of(*key) for key in labels.with_word(word))),
            BitMap.union(_NONE, *(self.of(*key) for key in synonyms.with_word(word))),
        )

    def terms_named(self, word: tokenizer.Word, pk: int) -> list[tuple[str, Node]]:
        """(facet, node) of the terms of a case whose label, or else a synonym, contains
        the word.
        """
        return [
            (facet, self.nodes[facet][value])
            for names in self._names
            for facet, value in names.with_word(word)
            if pk in self.of(facet, value)
        ]

    @cached_property
    def _names(self) -> tuple["Names", "Names"]:
        """Labels and synonyms of every value in use; examples are not evidence of a case."""
        used = {
            (facet, value): node
            for facet, nodes in self.nodes.items()
            if facet not in (ANSWERED, "evidence")
            for value, node in nodes.items()
            # A decade has the names of its first year, and none of its own.
            if self.of(facet, value) and not (facet == "year" and value in self.below[facet])
        }
        return (
            Names({key: f"{node.label_zh}\n{node.label_en}" for key, node in used.items()}),
            Names({key: "\n".join(node.synonyms) for key, node in used.items()}),
        )

    def labels(self, facet: str) -> Mapping[str, str]:
        """value → label in the reader's language, built once per revision and language."""
        language = reader_language()
        key = (facet, language)
        if key not in self._labels:
            self._labels[key] = {
                v: node.label_in(language) for v, node in self.nodes[facet].items()
            }
        return self._labels[key]

    def cards(self, pks: Sequence[int]) -> list[Card]:
        """The cards of these cases, in this order: 1 query for any number."""
        found = reader.cards(pk for pk in pks if pk in self.cases)
        terms, language = self.presented_terms(), reader_language()
        cards = ((pk, self._showable_card(pk, found[pk])) for pk in pks if pk in found)
        return [card_of(pk, card, terms, language) for pk, card in cards if card]

    def families(self) -> list[tuple[MeasureFamily, list[Counted]]]:
        """Every family with its types, gaps included: 2 queries."""
        grouped: dict[int, list[Counted]] = {}
        for row in MeasureType.objects.all():
            grouped.setdefault(row.family_id, []).append(self._counted("measure", row))
        return [(family, grouped.get(family.pk, [])) for family in MeasureFamily.objects.all()]

    def problem_types(self) -> list[Counted]:
        """Every problem type, gaps included: 1 query."""
        return [self._counted("problem", row) for row in ProblemType.objects.all()]

    def _counted(self, facet: str, row: Any) -> Counted:
        return Counted(row, len(self.of(facet, row.slug)))

    def case(self, slug: str) -> CasePresenter | None:
        """A published case: 1 query. None if there is no such case."""
        version = reader.current_version(slug)
        if version is None or version.publication_id not in self.cases:
            return None
        return self.presented(version)

    def presented(self, version: Version) -> CasePresenter | None:
        """A version of any case, current or not; None if no page can show it.

        No query; 1 if a source allows more than fragments.
        """
        pk, stored = version.publication_id, reader.StoredDocument.of_version(version)
        if pk not in self.cases or version.number != version.publication.number:
            stored = replace(stored, is_intact=False)  # the index has the current version only
        document = self._showable(pk, stored)
        if not document:
            return None
        case = CasePresenter(pk, document, self.presented_terms())
        if any(source.get("shows") for source in document["sources"]):
            case.quoted = quoted_in(version)
        return case

    def cases_of(
        self, pks: Iterable[int], part_of: Callable[[int, Any], Any] = _whole
    ) -> list[CasePresenter]:
        """Published cases in this order: 1 query. `part_of`: (primary key, document) → the needed
        part of it, if the documents of many cases would take too much memory."""
        wanted = [pk for pk in pks if pk in self.cases]
        found = {}
        for pk, stored in reader.documents(wanted):
            document = self._showable(pk, stored)
            if document is not None:
                part = part_of(pk, document)
                found[pk] = CasePresenter(pk, part, self.presented_terms())
        return [found[pk] for pk in wanted if pk in found]

    def _showable(self, pk: int, stored: reader.StoredDocument) -> Any:
        """The document without the parts that no page can show; None if nothing is left."""
        if stored.is_intact and pk not in self.suspects:
            return stored.document
        found = damage.showable(stored.document, self.terms)
        self._log_damage(pk, found)
        return found.document

    def _showable_card(self, pk: int, card: Any) -> Any:
        found = damage.showable_card(card, self.terms)
        self._log_damage(pk, found)
        return found.document

    def _log_damage(self, pk: int, found: damage.Showable) -> None:
        if found.faults:
            slug = Publication.objects.filter(pk=pk).values_list("slug", flat=True).first()
            logger.error("%s: left out of pages: %s", slug, "; ".join(map(str, found.faults)))

    def case_with_source(self, key: str) -> CasePresenter | None:
        """The published case with the source of this key: 2 queries."""
        wanted = (analyzer.SOURCE, key)
        cases = reader.cases_by_key([wanted]).get(wanted, _NONE)
        return next(iter(self.cases_of(cases)), None)

    def cases_in(self, place: str) -> list[Card]:
        """The published cases about a place or anything below it, or with a measure there."""
        found = self.of("place", place)
        return self.cards(self.in_order(found, "newest", 0, CARDS_SHOWN))

    def nodes_in_use(self) -> Iterator[tuple[str, Node]]:
        """(facet, node) of the values suggested to readers, if some case has them."""
        for facet in ("problem", "measure", "place", "tag"):
            for value, node in self.nodes[facet].items():
                if self.of(facet, value):
                    yield facet, node

    def newest(self) -> list[Card]:
        return self.cards(self.first("newest", NEWEST_SHOWN))

    @cached_property
    def last_published_on(self) -> str:
        """The day of the last publication as YYYY-MM-DD, "" before the first: 1 query, once a
        revision."""
        newest = Publication.objects.current().order_by("-published_at")
        last = newest.values_list("published_at", flat=True).first()
        return localtime(last).date().isoformat() if last else ""

    def presented_terms(self) -> Terms:
        """facet → value → term in the reader's language."""
        return self.vocabulary.presented()

    def _total(self, stored: Mapping[str, BitMap]) -> int:
        """The sum over published cases, from counts per case."""
        return sum(int(n) * len(cases & self.cases) for n, cases in stored.items())

    def _answers(self, stored: Mapping[str, BitMap]) -> dict[str, BitMap]:
        """Pair "problem type:measure type" → cases, and the same with the type's family."""
        found: dict[str, BitMap] = {}
        for pair, cases in stored.items():
            problem, _colon, measure_type = pair.partition(":")
            if problem not in self.nodes["problem"] or not (published := cases & self.cases):
                continue
            for node in self.chain("measure", measure_type):
                key = f"{problem}:{node.value}"
                found[key] = found.get(key, _NONE) | published
        return found

    def _by_value(self, stored: Mapping[str, BitMap], facet: str) -> dict[str, BitMap]:
        """Published cases by value, including those of descendants."""
        found: dict[str, BitMap] = {}
        for value, cases in stored.items():
            published = cases & self.cases
            while value in self.nodes[facet] and published:
                found[value] = found.get(value, _NONE) | published
                value = self.nodes[facet][value].parent
        return found


_pinned: ContextVar[Library | None] = ContextVar("pinned library", default=None)


def _has_unknown_term(stored: Mapping[str, Mapping[str, BitMap]], vocabulary: Vocabulary) -> bool:
    return any(
        value not in rows
        for facet, rows in vocabulary.terms.items()
        for value in stored.get(facet, ())
    )


def _united(parts: Iterable[Mapping[str, BitMap]]) -> dict[str, BitMap]:
    found: dict[str, BitMap] = {}
    for part in parts:
        for key, cases in part.items():
            found[key] = found.get(key, _NONE) | cases
    return found


@cache
def _evidence() -> dict[str, Node]:
    """value → node with its labels in Chinese and in English."""
    labels = []
    for code in ("zh-hans", "en"):
        with override(code):
            labels.append([str(choice.label) for choice in Evidence])
    return {
        value: Node(value, *both) for value, *both in zip(Evidence.values, *labels, strict=True)
    }


def _years(stored: Mapping[str, BitMap], published: BitMap) -> dict[str, Node]:
    """The years of published cases, each below its decade, latest first."""
    years = sorted((year for year, cases in stored.items() if cases & published), reverse=True)
    decades = {year: f"{year[:3]}0s" for year in years}
    return {
        **{d: Node(d, f"{d[:-1]}年代", d) for d in decades.values()},
        **{year: Node(year, year, year, decade) for year, decade in decades.items()},
    }


def _below(nodes: Mapping[str, Node]) -> dict[str, list[Node]]:
    below: dict[str, list[Node]] = {}
    for node in nodes.values():
        below.setdefault(node.parent, []).append(node)
    return below
