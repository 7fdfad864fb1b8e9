"""One revision of the library: who holds which value, the orders, and what lists show of a case."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby, islice
from typing import Any, ClassVar, TypeVar

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from stories import dates, entries, lookups, search
from stories.illustrations import Picture
from stories.models import Case, Measure
from stories.postings import Posting
from stories.shown import ShownCase, ShownTerm, ShownTerms, Terms
from stories.terms import (
    BodyKind,
    Indicator,
    InReadersLanguage,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
    Words,
    in_language,
    reader_language,
)
from stories.vocabulary import PICTURES_LIMIT

T = TypeVar("T")
_NONE = BitMap()
ANSWERS_KEPT = 1000  # to questions
RELATED_LOOKED_AT = 1500  # cases that are weighed as related
TITLES_SUGGESTED = 200  # of the newest cases
CARDS_SHOWN = 100  # cases on the page of a place
NEWEST_SHOWN = 12  # cases of the overview
LISTED_WHOLE = ("measure", "problem")  # facets

FACETS = {
    "measure": _("Measures"),
    "problem": _("Problems"),
    "place": _("Places"),
    "actor": _("Kinds of body"),
    "tag": _("Tags"),
    "year": _("Years"),
}


@dataclass(frozen=True)
class Node:
    """A value of a facet as the tree of its facet has it."""

    value: str
    label_zh: str
    label_en: str
    parent: str = ""
    aliases: tuple[str, ...] = ()

    label = InReadersLanguage("label")


@dataclass(frozen=True)
class Card:
    """A case as lists show it, in the reader's language."""

    pk: int
    slug: str
    title: Words
    key_message: Words
    place_words: str
    period: str  # EDTF
    problem_types: list[ShownTerm]
    measure_count: int
    tags: list[ShownTerm]


@dataclass(frozen=True)
class Counted:
    """A term with how many cases hold it; none is a gap of the library."""

    term: Any
    case_count: int


@dataclass(frozen=True)
class Totals:
    cases: int
    measures: int
    metrics: int
    citations: int


@dataclass(frozen=True)
class Related:
    """A case that resembles another, and in what."""

    card: Card
    measure_types: list[ShownTerm]
    problem_types: list[ShownTerm]


class Library:
    """One revision of the library: who holds which value, and the trees of the facets.

    A value holds all that the values below it hold. Reading a revision costs 9 queries, once a
    revision and process; asking for it again costs 1, and then nothing until a new revision.
    """

    _last: ClassVar["Library | None"] = None

    def __init__(self, revision: str) -> None:
        self.revision = revision
        held = lookups.values()
        self.cases = held.get(entries.STATE, {}).get(Posting.PUBLISHED, BitMap())
        self.terms = _terms()
        self.nodes = _nodes(self.terms)
        self.nodes["year"] = _years(held.get("year", {}), self.cases)
        self.below = {name: _below(nodes) for name, nodes in self.nodes.items()}
        self.holding = {
            name: self._holding(held.get(name, {}), name) for name in (*FACETS, "indicator")
        }
        self.answered = self._holding(held.get(entries.ANSWERED, {}), "measure")
        self.with_metrics = {
            "measure": self._holding(held.get(entries.MEASURED, {}), "measure"),
            "place": self._holding(held.get(entries.COUNTED, {}), "place"),
            "indicator": self.holding["indicator"],
        }
        self.totals = Totals(
            len(self.cases), *(self._total(held.get(space, {})) for space in entries.COUNTS)
        )
        self._orders: dict[str, Sequence[int]] = {}
        self._kept: dict[str, Any] = {}
        self._shown: dict[str, Terms] = {}
        self._labels: dict[tuple[str, str], dict[str, str]] = {}

    @classmethod
    def now(cls) -> "Library":
        revision = lookups.revision()
        if cls._last is None or cls._last.revision != revision:
            cls._last = cls(revision)
        return cls._last

    def knows(self, facet: str, value: str) -> bool:
        """Whether readers may ask for a value: what only drafts have is not told. The lists of
        types are public as a whole, with their gaps."""
        return value in (self.nodes if facet in LISTED_WHOLE else self.holding)[facet]

    def of(self, facet: str, value: str) -> BitMap:
        return self.holding[facet].get(value, _NONE)

    def chain(self, facet: str, value: str) -> list[Node]:
        """From the root of the facet's tree down to the value."""
        nodes, chain = self.nodes[facet], []
        while value in nodes:
            chain.append(nodes[value])
            value = nodes[value].parent
        return chain[::-1]

    def ordered(self, sort: str) -> Sequence[int]:
        """The published cases in an order: 1 query, once a revision."""
        if sort not in self._orders:
            rows = Case.objects.published().order_by(*_orders(sort))
            self._orders[sort] = array("q", rows.values_list("pk", flat=True))
        return self._orders[sort]

    def in_order(self, found: BitMap, sort: str, start: int, end: int) -> list[int]:
        """start to end of the cases found, in an order of all."""
        order = self.ordered(sort)
        if len(found) == len(order):
            return list(order[start:end])
        return list(islice((pk for pk in order if pk in found), start, end))

    def kept(self, question: str, answer: Callable[[], T]) -> T:
        """An answer that is the same for all of a revision, made once."""
        if question not in self._kept:
            if len(self._kept) >= ANSWERS_KEPT:
                self._kept.clear()
            self._kept[question] = answer()
        found: T = self._kept[question]
        return found

    @cached_property
    def metric_counts(self) -> dict[str, dict[str, int]]:
        """space → key → how many metrics of published cases: 1 query, once a revision."""
        return lookups.metric_counts()

    @cached_property
    def all_metrics(self) -> BitMap:
        """Of published cases, by the index's numbers; they follow each other, so this is small."""
        held = lookups.metrics_holding(
            entries.INDICATOR, self.metric_counts.get(entries.INDICATOR, ())
        )
        found = BitMap.union(_NONE, *held.values())
        found.run_optimize()
        return found

    def named(self, word: search.Word) -> tuple[BitMap, BitMap]:
        """The cases that hold a term whose label has the word, and one whose alias has it."""
        labels, aliases = self._names
        return (
            BitMap.union(_NONE, *(self.of(*key) for key in labels.with_word(word))),
            BitMap.union(_NONE, *(self.of(*key) for key in aliases.with_word(word))),
        )

    def terms_named(self, word: search.Word, pk: int) -> list[tuple[str, Node]]:
        """(facet, node) of what a case holds and whose label, or else an alias, has the word."""
        return [
            (facet, self.nodes[facet][value])
            for names in self._names
            for facet, value in names.with_word(word)
            if pk in self.of(facet, value)
        ]

    @cached_property
    def _names(self) -> tuple["_Names", "_Names"]:
        """Labels and aliases of every value in use."""
        used = {
            (facet, value): node
            for facet, nodes in self.nodes.items()
            for value, node in nodes.items()
            # A decade has the words of its first year, and none of its own.
            if self.of(facet, value) and not (facet == "year" and value in self.below[facet])
        }
        return (
            _Names({key: f"{node.label_zh}\n{node.label_en}" for key, node in used.items()}),
            _Names({key: "\n".join(node.aliases) for key, node in used.items()}),
        )

    def labels(self, facet: str) -> Mapping[str, str]:
        """value → label in the reader's language, made once a revision and language."""
        key = (facet, reader_language())
        if key not in self._labels:
            self._labels[key] = {v: str(node.label) for v, node in self.nodes[facet].items()}
        return self._labels[key]

    def cards(self, pks: Sequence[int]) -> list[Card]:
        """The cards of these cases, in this order: 1 query, whatever they hold."""
        found = lookups.cards(pk for pk in pks if pk in self.cases)
        terms, language = self.shown_terms(), reader_language()
        return [_card(pk, found[pk], terms, language) for pk in pks if pk in found]

    def families(self) -> list[tuple[MeasureFamily, list[Counted]]]:
        """Every family with its types, the gaps too: 2 queries."""
        grouped: dict[int, list[Counted]] = {}
        for row in MeasureType.objects.all():
            grouped.setdefault(row.family_id, []).append(self._counted("measure", row))
        return [(family, grouped.get(family.pk, [])) for family in MeasureFamily.objects.all()]

    def problem_types(self) -> list[Counted]:
        """Every problem type, the gaps too: 1 query."""
        return [self._counted("problem", row) for row in ProblemType.objects.all()]

    def _counted(self, facet: str, row: Any) -> Counted:
        return Counted(row, len(self.of(facet, row.slug)))

    def related(self, case: ShownCase, count: int = 3) -> list[Related]:
        """The published cases that share most problem types and measure types: 1 query."""
        shared = [
            (facet, value, self.of(facet, value))
            for facet, parts in (("measure", case.measures), ("problem", case.problems))
            for value in dict.fromkeys(part.data["type"] for part in parts)
        ]
        best: list[int] = []
        seen = BitMap([case.pk])
        for level in reversed(_by_points(shared)):
            best += (level - seen)[: count - len(best)]
            seen |= level
        return [self._related(card, shared) for card in self.cards(best)]

    def _related(self, card: Card, shared: Sequence[tuple[str, str, BitMap]]) -> Related:
        terms = self.shown_terms()
        both = [(facet, terms[facet][value]) for facet, value, cases in shared if card.pk in cases]
        return Related(
            card,
            [term for facet, term in both if facet == "measure"],
            [term for facet, term in both if facet == "problem"],
        )

    def shown(self, slug: str) -> ShownCase | None:
        """A published case as its page shows it: 1 query. None where there is no such case."""
        found = lookups.document(slug)
        return ShownCase(*found, self.shown_terms()) if found and found[0] in self.cases else None

    def cases_in(self, place: Place) -> list[Card]:
        """The published cases about a place or anything below it, or with a measure there."""
        found = self.of("place", place.code)
        return self.cards(self.in_order(found, "newest", 0, CARDS_SHOWN))

    def pictures(self, pk: int) -> list[Picture]:
        """Those of a case, in their order: 1 query, and none where it has none."""
        if pk not in self._pictured:
            return []
        return list(Picture.objects.filter(case=pk)[:PICTURES_LIMIT])

    @cached_property
    def _pictured(self) -> BitMap:
        """The cases that have pictures: 1 query, once a revision."""
        return BitMap(Picture.objects.order_by().values_list("case", flat=True))

    def suggestions(self) -> list[str]:
        """What a search box offers: the labels of terms in use, and the newest cases; 1 query."""
        labels = [
            str(node.label)
            for facet in ("problem", "measure", "place", "tag")
            for value, node in self.nodes[facet].items()
            if self.of(facet, value)
        ]
        titles = [str(c.title) for c in self.cards(self.ordered("newest")[:TITLES_SUGGESTED])]
        return list(dict.fromkeys([*labels, *titles]))

    def newest(self) -> list[Card]:
        return self.cards(self.ordered("newest")[:NEWEST_SHOWN])

    def shown_terms(self) -> Terms:
        """facet → value → term in the reader's language, made once a revision and language."""
        language = reader_language()
        if language not in self._shown:
            self._shown[language] = {name: ShownTerms(rows) for name, rows in self.terms.items()}
        return self._shown[language]

    def _total(self, stored: Mapping[str, BitMap]) -> int:
        """Of what published cases have, by how many of it each has."""
        return sum(int(n) * len(cases & self.cases) for n, cases in stored.items())

    def _holding(self, stored: Mapping[str, BitMap], facet: str) -> dict[str, BitMap]:
        """Published cases by value, those of the values below included."""
        found: dict[str, BitMap] = {}
        for value, cases in stored.items():
            published = cases & self.cases
            while value in self.nodes[facet] and published:
                found[value] = found.get(value, _NONE) | published
                value = self.nodes[facet][value].parent
        return found


def _card(pk: int, card: Mapping[str, Any], terms: Terms, language: str) -> Card:
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
    )


class _Names:
    """Names of many values as one folded text, so that one look finds all that have a word."""

    def __init__(self, names: Mapping[entries.Key, str]) -> None:
        self.keys = list(names)
        self.starts = list(accumulate((len(name) + 1 for name in names.values()), initial=0))
        self.text = search.fold("\n".join(names.values()))

    def with_word(self, word: search.Word) -> list[entries.Key]:
        """(facet, value) of each, once."""
        found = (bisect_right(self.starts, place) - 1 for place, _end in word.places(self.text))
        return [self.keys[n] for n in dict.fromkeys(found)]


def _terms() -> dict[str, dict[str, Any]]:
    """facet → value → row: 7 queries."""
    places = {row.pk: row for row in Place.objects.all()}
    for row in places.values():
        if row.parent_id:
            row.parent = places[row.parent_id]
    plain: dict[str, type[Any]] = {
        "problem": ProblemType,
        "actor": BodyKind,
        "tag": Tag,
        "indicator": Indicator,
    }
    families = {row.pk: row for row in MeasureFamily.objects.all()}
    types = list(MeasureType.objects.all())
    for measure_type in types:
        measure_type.family = families[measure_type.family_id]
    return {
        "measure": {row.slug: row for row in (*families.values(), *types)},
        "place": {row.code: row for row in places.values()},
        **{
            name: {row.slug: row for row in model._default_manager.all()}
            for name, model in plain.items()
        },
    }


def _nodes(terms: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Node]]:
    parents: dict[str, Callable[[Any], str]] = {
        "measure": lambda row: row.family.slug if isinstance(row, MeasureType) else "",
        "place": lambda row: row.parent.code if row.parent else "",
    }
    return {
        facet: {
            value: Node(
                value,
                row.label_zh,
                row.label_en,
                parents[facet](row) if facet in parents else "",
                (*row.aliases_zh, *row.aliases_en),
            )
            for value, row in rows.items()
        }
        for facet, rows in terms.items()
    }


def _years(held: Mapping[str, BitMap], published: BitMap) -> dict[str, Node]:
    """The years of published cases, each below its decade; the latest first."""
    years = sorted((year for year, cases in held.items() if cases & published), reverse=True)
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


def by_case(measures: Iterable[Measure]) -> list[tuple[Case, list[Measure]]]:
    """Measures that stand case by case, with the case of each group."""
    grouped = groupby(measures, key=lambda measure: measure.case)
    return [(case, list(rows)) for case, rows in grouped]


def _by_points(shared: list[tuple[str, str, BitMap]]) -> list[BitMap]:
    """At n the cases with more than n points; a problem in common says more than a measure."""
    levels: list[BitMap] = []
    for facet, _value, cases in _telling(shared):
        points = 3 if facet == "problem" else 1
        for n, raised in enumerate([cases] * points + [level & cases for level in levels]):
            if n < len(levels):
                levels[n] |= raised
            elif raised:
                levels.append(raised.copy())
    return levels


def _telling(shared: list[tuple[str, str, BitMap]]) -> Iterator[tuple[str, str, BitMap]]:
    """The values that tell most: the rarest, as many as together hold RELATED_LOOKED_AT cases."""
    looked_at = 0
    for facet, value, cases in sorted(shared, key=lambda item: len(item[2])):
        if looked_at and looked_at + len(cases) > RELATED_LOOKED_AT:
            return
        looked_at += len(cases)
        yield facet, value, cases


def _orders(sort: str) -> list[Any]:
    if sort == "slug":
        return ["slug"]
    if sort == "title":
        return ["title_zh", "slug"]
    return [F("last_year").desc(nulls_last=True), F("first_year").desc(nulls_last=True), "slug"]
