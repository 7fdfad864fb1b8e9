"""One revision of the library: who holds which value, the orders, and what lists show of a case."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from typing import Any, ClassVar

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from stories import dates, index, search
from stories.models import Case, CaseText, Citation, Measure, Metric, Picture, Posting
from stories.shown import ShownCase
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
    in_readers_language,
    reader_language,
)
from stories.vocabulary import PICTURES_LIMIT

_NONE = BitMap()
COUNTS_KEPT = 1000  # questions
RELATED_LOOKED_AT = 4000  # cases that are weighed as related
TITLES_SUGGESTED = 200  # of the newest cases
CARDS_SHOWN = 100  # cases on the page of a place
NEWEST_SHOWN = 12  # cases of the overview

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


class Library:
    """One revision of the library: who holds which value, and the trees of the facets.

    A value holds all that the values below it hold. Reading a revision costs 9 queries, once a
    revision and process; asking for it again costs 1, and then nothing until a new revision.
    """

    _last: ClassVar["Library | None"] = None

    def __init__(self, revision: str) -> None:
        self.revision = revision
        stored = index.values()
        self.cases = stored.get(index.STATE, {}).get(Posting.PUBLISHED, BitMap())
        self.terms = _terms()
        self.nodes = _nodes(self.terms)
        self.nodes["year"] = {
            year: Node(year, year, year) for year in sorted(stored.get("year", {}), reverse=True)
        }
        self.below = {name: _below(nodes) for name, nodes in self.nodes.items()}
        self.holding = {
            name: self._holding(stored.get(name, {}), name) for name in (*FACETS, "indicator")
        }
        self.answered = self._holding(stored.get(index.ANSWERED, {}), "measure")
        self.with_metrics = {
            "measure": self._holding(stored.get(index.MEASURED, {}), "measure"),
            "place": self._holding(stored.get(index.COUNTED, {}), "place"),
            "indicator": self.holding["indicator"],
        }
        self._orders: dict[str, Sequence[int]] = {}
        self._counts: dict[str, int] = {}
        self._labels: dict[tuple[str, str], dict[str, str]] = {}

    @classmethod
    def now(cls) -> "Library":
        revision = index.revision()
        if cls._last is None or cls._last.revision != revision:
            cls._last = cls(revision)
        return cls._last

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

    def counted(self, question: str, count: Callable[[], int]) -> int:
        """A count that is the same for all of a revision, made once."""
        if question not in self._counts:
            if len(self._counts) >= COUNTS_KEPT:
                self._counts.clear()
            self._counts[question] = count()
        return self._counts[question]

    def named(self, word: search.Word) -> tuple[BitMap, BitMap]:
        """The cases that hold a term whose label has the word, and one whose alias has it."""
        by_label, by_alias = BitMap(), BitMap()
        for labels, aliases, cases in self._names:
            if word.is_in(labels):
                by_label |= cases
            if word.is_in(aliases):
                by_alias |= cases
        return by_label, by_alias

    @cached_property
    def _names(self) -> list[tuple[str, str, BitMap]]:
        """Folded labels, folded aliases and cases of every value in use."""
        return [
            (
                search.fold(f"{node.label_zh}\n{node.label_en}"),
                search.fold("\n".join(node.aliases)),
                self.of(facet, value),
            )
            for facet, nodes in self.nodes.items()
            for value, node in nodes.items()
            if self.of(facet, value)
        ]

    def labels(self, facet: str) -> Mapping[str, str]:
        """value → label in the reader's language, made once a revision and language."""
        key = (facet, reader_language())
        if key not in self._labels:
            self._labels[key] = {v: str(node.label) for v, node in self.nodes[facet].items()}
        return self._labels[key]

    def _holding(self, stored: Mapping[str, BitMap], facet: str) -> dict[str, BitMap]:
        """Published cases by value, those of the values below included."""
        found: dict[str, BitMap] = {}
        for value, cases in stored.items():
            published = cases & self.cases
            while value in self.nodes[facet] and published:
                found[value] = found.get(value, _NONE) | published
                value = self.nodes[facet][value].parent
        return found


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


def _below(nodes: Mapping[str, Node]) -> dict[str, list[Node]]:
    below: dict[str, list[Node]] = {}
    for node in nodes.values():
        below.setdefault(node.parent, []).append(node)
    return below


@dataclass(frozen=True)
class Card:
    """A case as lists show it, in the reader's language."""

    pk: int
    slug: str
    title: Words
    key_message: Words
    place_words: str
    period: str  # EDTF
    problem_types: list[Node]
    measure_count: int
    tags: list[Node]


def cards(pks: Sequence[int]) -> list[Card]:
    """The cards of these cases, in this order: 1 query, whatever they hold."""
    library = Library.now()
    rows = CaseText.objects.filter(pk__in=[pk for pk in pks if pk in library.cases])
    found = dict(rows.values_list("pk", "card"))
    return [_card(library, pk, found[pk]) for pk in pks if pk in found]


def _card(library: Library, pk: int, card: Mapping[str, Any]) -> Card:
    chain = [str(node.label) for node in library.chain("place", card["place"])]
    return Card(
        pk,
        card["slug"],
        in_readers_language(card["title"]),
        in_readers_language(card["message"]),
        ", ".join(reversed(chain)) if reader_language() == "en" else " ".join(chain),
        dates.joined(card["began"], card["ended"]),
        [library.nodes["problem"][slug] for slug in card["problems"]],
        card["measures"],
        [library.nodes["tag"][slug] for slug in card["tags"]],
    )


@dataclass(frozen=True)
class Counted:
    """A term with how many cases hold it; none is a gap of the library."""

    term: Any
    case_count: int


def families() -> list[tuple[MeasureFamily, list[Counted]]]:
    """Every family with its types, the gaps too: 2 queries."""
    library = Library.now()
    grouped: dict[int, list[Counted]] = {}
    for row in MeasureType.objects.all():
        grouped.setdefault(row.family_id, []).append(_counted(library, "measure", row))
    return [(family, grouped.get(family.pk, [])) for family in MeasureFamily.objects.all()]


def problem_types() -> list[Counted]:
    """Every problem type, the gaps too: 1 query."""
    library = Library.now()
    return [_counted(library, "problem", row) for row in ProblemType.objects.all()]


def _counted(library: Library, facet: str, row: Any) -> Counted:
    return Counted(row, len(library.of(facet, row.slug)))


@dataclass(frozen=True)
class Totals:
    cases: int
    measures: int
    metrics: int
    citations: int


def totals() -> Totals:
    """What the library holds: 3 queries, once a revision."""
    library = Library.now()
    return Totals(
        len(library.cases),
        library.counted("measures", Measure.objects.of_published_cases().count),
        library.counted("metrics", Metric.objects.of_published_cases().count),
        library.counted("citations", Citation.objects.with_targets().count),
    )


def by_case(measures: Iterable[Measure]) -> list[tuple[Case, list[Measure]]]:
    """Measures that stand case by case, with the case of each group."""
    grouped = groupby(measures, key=lambda measure: measure.case)
    return [(case, list(rows)) for case, rows in grouped]


@dataclass(frozen=True)
class Related:
    """A case that resembles another, and in what."""

    card: Card
    measure_types: list[Node]
    problem_types: list[Node]


def related(pk: int, count: int = 3) -> list[Related]:
    """The published cases that share most problem types and measure types: 2 queries."""
    library = Library.now()
    values = CaseText.objects.filter(pk=pk).values_list("values", flat=True).first() or []
    # A problem in common says more than a measure in common.
    weights = {"problem": 3, "measure": 1}
    shared = [
        (facet, value, library.of(facet, value)) for facet, value in values if facet in weights
    ]
    points: dict[int, int] = {}
    for facet, _value, cases in _telling(shared):
        for other in cases:
            points[other] = points.get(other, 0) + weights[facet]
    points.pop(pk, None)
    best = sorted(points, key=lambda other: (-points[other], other))[:count]
    return [
        Related(
            card,
            [library.nodes[f][v] for f, v, cases in shared if f == "measure" and card.pk in cases],
            [library.nodes[f][v] for f, v, cases in shared if f == "problem" and card.pk in cases],
        )
        for card in cards(best)
    ]


def _telling(shared: list[tuple[str, str, BitMap]]) -> Iterator[tuple[str, str, BitMap]]:
    """The values that tell most: the rarest, as many as together hold RELATED_LOOKED_AT cases."""
    looked_at = 0
    for facet, value, cases in sorted(shared, key=lambda item: len(item[2])):
        if looked_at and looked_at + len(cases) > RELATED_LOOKED_AT:
            return
        looked_at += len(cases)
        yield facet, value, cases


def shown(slug: str) -> ShownCase | None:
    """A published case as its page shows it: 1 query. None where there is no such case."""
    library = Library.now()
    rows = CaseText.objects.filter(case__slug=slug).values_list("pk", "document")
    found = rows.first()
    return ShownCase(*found, library.terms) if found and found[0] in library.cases else None


def pictures(pk: int) -> list[Picture]:
    """Those of a case, in their order: 1 query."""
    return list(Picture.objects.filter(case=pk)[:PICTURES_LIMIT])


def cases_in(place: Place) -> list[Card]:
    """The published cases that are about a place or anything below it, or did something there."""
    library = Library.now()
    found = library.of("place", place.code)
    return cards(library.in_order(found, "newest", 0, CARDS_SHOWN))


def suggestions() -> list[str]:
    """What a search box offers: the labels of terms in use, and the newest cases; 1 query."""
    library = Library.now()
    labels = [
        str(node.label)
        for facet in ("problem", "measure", "place", "tag")
        for value, node in library.nodes[facet].items()
        if library.of(facet, value)
    ]
    titles = [str(card.title) for card in cards(list(library.ordered("newest")[:TITLES_SUGGESTED]))]
    return list(dict.fromkeys([*labels, *titles]))


def newest() -> list[Card]:
    return cards(list(Library.now().ordered("newest")[:NEWEST_SHOWN]))


def _orders(sort: str) -> list[Any]:
    if sort == "title":
        return ["title_zh", "slug"]
    return [F("last_year").desc(nulls_last=True), F("first_year").desc(nulls_last=True), "slug"]
