"""What a reader asked, as a value: parameters ⇄ CaseQuery → cases, facets, words, addresses.

Lenient: what is not understood is dropped. One answer has one address, `.url`.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby, islice
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pyroaring import BitMap

from stories import dates, index, search
from stories.models import Case, CaseText, Citation, Measure, Metric, Posting
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
from stories.vocabulary import GlanceQuestion, Kind, Qualifier

_NONE = BitMap()
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
PAGE_SIZE = 20  # cases
METRICS_PAGE_SIZE = 50  # metrics
QUERY_LIMIT = 200  # characters of q
COUNTS_KEPT = 1000  # questions
HITS_SHOWN = 3  # places of one case
EXCERPT = 24  # characters before the first word found, and twice as many behind it
VALUES_SHOWN = 12  # values of a facet, of the most frequent
RELATED_LOOKED_AT = 4000  # cases that are weighed as related
TERMS_OFFERED = 6  # of the vocabulary, where nothing was found
LEAST_LIKENESS = 0.15  # share of the characters of two texts that both have
TITLES_SUGGESTED = 200  # of the newest cases
CARDS_SHOWN = 100  # cases on the page of a place
NEWEST_SHOWN = 12  # cases of the overview
CHOICE_LIMIT = 40  # chosen values; more is no reader's question

FACETS = {
    "measure": _("Measures"),
    "problem": _("Problems"),
    "place": _("Places"),
    "actor": _("Kinds of body"),
    "tag": _("Tags"),
    "year": _("Years"),
}
SORTS = {
    "relevance": _("Relevance"),
    "newest": _("Newest"),
    "title": pgettext_lazy("sort order", "Title"),
}


@dataclass(frozen=True)
class Value:
    """One value of a facet, counted as if its own facet had not been asked."""

    value: str
    label: str
    count: int
    is_selected: bool
    url: str
    children: tuple["Value", ...] = ()

    @cached_property
    def is_open(self) -> bool:
        """Whether something below it is selected."""
        return any(child.is_selected or child.is_open for child in self.children)


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    values: tuple[Value, ...]
    count: int = 0  # of all values, where only the most frequent are among `values`
    whole: str = ""  # the address with all of them

    @property
    def is_selected(self) -> bool:
        return any(value.is_selected or value.is_open for value in self.values)


@dataclass(frozen=True)
class Chip:
    """One thing asked, in words, with the address of the question without it."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True)
class Page:
    """One page of a result. `previous` and `next` are addresses, "" where there is none."""

    items: Sequence[Any]
    number: int
    count: int  # pages
    total: int  # items on all pages
    url: str
    previous: str
    next: str


# ---------------------------------------------------------------- the library as it is now


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


# ---------------------------------------------------------------- cases


@dataclass(frozen=True)
class CaseQuery:
    """A reader's question to the list of cases."""

    library: Library = field(compare=False, repr=False)
    q: str = ""
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value), in canonical order
    sort: str = ""
    number: int = 1  # of the page
    whole: tuple[str, ...] = ()  # facets shown with all their values; no part of the question

    @classmethod
    def parse(cls, parameters: QueryDict) -> "CaseQuery":
        library = Library.now()
        q = clean(parameters.get("q", ""))
        chosen = [
            (name, value)
            for name in FACETS
            for value in sorted(set(parameters.getlist(name)))
            if value in library.nodes[name]
        ]
        sort = parameters.get("sort", "")
        return cls(
            library=library,
            q=q,
            chosen=tuple(chosen[:CHOICE_LIMIT]),
            sort=sort if sort in SORTS and sort != _default_sort(q) else "",
            number=_page_number(parameters.get("page", "")),
            whole=tuple(name for name in FACETS if name in parameters.getlist("whole")),
        )

    @property
    def url(self) -> str:
        return _address(
            "cases",
            [
                ("q", self.q),
                *self.chosen,
                ("sort", self.sort),
                ("page", str(self.number) if self.number > 1 else ""),
            ],
        )

    @property
    def order(self) -> str:
        return self.sort or _default_sort(self.q)

    @property
    def is_indexable(self) -> bool:
        """Combinations of more than two choices, and words of the reader's own, are not."""
        return len(self.chosen) <= 2 and not self.q

    def toggled(self, facet: str, value: str) -> "CaseQuery":
        """With the value chosen if it was not, and the other way round; back on page 1."""
        pair = (facet, value)
        if pair in self.chosen:
            chosen = [other for other in self.chosen if other != pair]
        else:
            names = list(FACETS)
            chosen = sorted([*self.chosen, pair], key=lambda p: (names.index(p[0]), p[1]))
        return replace(self, chosen=tuple(chosen), number=1)

    def words(self) -> list[Chip]:
        """What was asked, for chips, heading and title."""
        without_q = replace(self, q="", sort="", number=1)
        chips = [Chip("q", f"“{self.q}”", without_q.url)] if self.q else []
        for name, value in self.chosen:
            label = str(self.library.nodes[name][value].label)
            chips.append(Chip(name, label, self.toggled(name, value).url))
        return chips

    def sorts(self) -> list[Value]:
        offered = SORTS if self.q else {name: SORTS[name] for name in SORTS if name != "relevance"}
        return [
            Value(
                name,
                str(label),
                0,
                name == self.order,
                replace(self, sort="" if name == _default_sort(self.q) else name, number=1).url,
            )
            for name, label in offered.items()
        ]

    def facets(self) -> list[Facet]:
        """Counts come from bitmaps: no query, however many values there are."""
        return [self._facet(name) for name in FACETS]

    def page(self) -> Page:
        """The cases of the page asked for; past the last page it is the last."""
        found = self.found
        count = max(1, -(-len(found) // PAGE_SIZE))
        number = min(self.number, count)
        pks = self._slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
        return _page_of(
            cards(pks), number, count, len(found), lambda n: replace(self, number=n).url
        )

    @cached_property
    def found(self) -> BitMap:
        """The primary keys of the cases that answer the question."""
        return self._narrowed(without="")

    def hits(self, pks: Sequence[int]) -> dict[int, list["Hit"]]:
        """Per case where the words of the question were found, the best places first."""
        if not self._words:
            return {}
        texts = index.texts_of(pks)
        return {pk: _hits(texts[pk], self._words) for pk in pks if pk in texts}

    def ways_out(self) -> "WaysOut":
        """For a question that nothing answers: what else would; 1 query a word."""
        alone = [CaseQuery(self.library, q=word.text) for word in self._words]
        counted = [(query, len(query.found)) for query in alone] if len(alone) > 1 else []
        return WaysOut(
            [word.text for word in self._words],
            [Value(query.q, query.q, count, False, query.url) for query, count in counted if count],
            self._nearest_terms(),
        )

    def _nearest_terms(self) -> list[Value]:
        """Terms in use whose labels have most in common with the words asked."""
        asked = {piece for word in self._words for piece in _likened(word.text)}
        near: list[tuple[float, str, Node, int]] = []
        for facet in ("problem", "measure", "tag", "place"):
            for node in self.library.nodes[facet].values():
                cases = self.library.of(facet, node.value)
                label = _likened(search.fold(str(node.label)))
                shared = len(asked & label) / len(asked | label) if asked else 0
                if cases and shared >= LEAST_LIKENESS:
                    near.append((shared, facet, node, len(cases)))
        near.sort(key=lambda item: -item[0])
        return [
            Value(
                node.value,
                node.label,
                count,
                False,
                CaseQuery(self.library).toggled(facet, node.value).url,
            )
            for _shared, facet, node, count in near[:TERMS_OFFERED]
        ]

    @cached_property
    def _words(self) -> list[search.Word]:
        return search.words(self.q)

    @cached_property
    def _tiers(self) -> list[BitMap]:
        """The cases that hold all words, by the worst place that one was found in: best first."""
        tiers = [self.library.cases] * (len(index.TIERS) + 1)
        for word in self._words:
            found = index.holding_word(word)
            by_label, by_alias = self.library.named(word)
            reached = BitMap()
            steps = [*(found[tier] for tier in index.TIERS[:-1]), found[index.REST] | by_label]
            for n, step in enumerate([*steps, by_alias]):
                reached = reached | step
                tiers[n] = tiers[n] & reached
        return tiers

    def _slice(self, start: int, end: int) -> list[int]:
        """Primary keys from start to end of the result in its order."""
        if self.order != "relevance":
            return _ranked(self.found, self.library.ordered(self.order), start, end)
        pks: list[int] = []
        seen = BitMap()
        for tier in self._tiers:
            fresh = (tier & self.found) - seen
            seen |= fresh
            if end > 0 and fresh:
                pks += _ranked(fresh, self.library.ordered("newest"), max(start, 0), end)
            start, end = start - len(fresh), end - len(fresh)
        return pks

    def _narrowed(self, without: str) -> BitMap:
        """Values of one facet widen, facets narrow; one facet's choice may be left aside."""
        found = self._tiers[-1] if self.q else self.library.cases
        for name in FACETS:
            values = [value for facet, value in self.chosen if facet == name != without]
            if values:
                found = found & BitMap.union(*(self.library.of(name, value) for value in values))
        return found

    def _facet(self, name: str) -> Facet:
        among = self._narrowed(without=name)
        chosen = {value for facet, value in self.chosen if facet == name}
        address = self._addresses(name, chosen)
        holding, below = self.library.holding[name], self.library.below[name]
        labels = self.library.labels(name)

        def values(parent: str) -> list[Value]:
            found = []
            for node in below.get(parent, ()):
                cases = holding.get(node.value)
                count = cases.intersection_cardinality(among) if cases else 0
                children = values(node.value) if node.value in below else []
                is_selected = node.value in chosen
                # Only values in use are offered; a chosen one stays visible at 0.
                if count or is_selected or any(c.is_selected or c.is_open for c in children):
                    url = address(node.value)
                    found.append(
                        Value(
                            node.value, labels[node.value], count, is_selected, url, tuple(children)
                        )
                    )
            return found

        return self._shown(name, values(""))

    def _shown(self, name: str, values: list[Value]) -> Facet:
        """Long facets show their most frequent values, and all of them when asked."""
        label = str(FACETS[name])
        if name in self.whole:
            return Facet(name, label, tuple(values))
        if name == "place":
            values = [_folded(value) for value in values]
        if len(values) <= VALUES_SHOWN or name in ("measure", "year"):
            return Facet(name, label, tuple(values))
        best = sorted(values, key=lambda v: (not (v.is_selected or v.is_open), -v.count))
        whole = _joined(self.url, ("whole", name))
        return Facet(name, label, tuple(best[:VALUES_SHOWN]), len(values), whole)

    def _addresses(self, name: str, chosen: set[str]) -> Callable[[str], str]:
        """The address of the question with a value of the facet toggled, back on page 1."""
        names = list(FACETS)
        at = names.index(name)
        before = [("q", self.q), *(p for p in self.chosen if names.index(p[0]) < at)]
        after = [*(p for p in self.chosen if names.index(p[0]) > at), ("sort", self.sort)]
        head, tail = _encoded(before), _encoded(after)
        path = reverse("cases")

        def address(value: str) -> str:
            toggled = [f"{name}={v}" for v in sorted(chosen ^ {value})]
            query = "&".join([*head, *toggled, *tail])
            return f"{path}?{query}" if query else path

        return address


def _likened(folded: str) -> set[str]:
    """Han characters, and Latin words with their beginnings: single letters liken nothing."""
    return {gram for gram in search.grams(folded) if gram.isascii() or len(gram) == 1}


def _folded(value: Value) -> Value:
    """A branch of the tree is open only where something below it is chosen."""
    if value.is_selected or value.is_open:
        return replace(value, children=tuple(_folded(child) for child in value.children))
    return replace(value, children=())


@dataclass(frozen=True)
class WaysOut:
    """What a question without an answer was understood as, and what would be answered."""

    understood: list[str]
    words: list[Value]  # of the question's words, those that find something by themselves
    terms: list[Value]  # of the vocabulary, the nearest


@dataclass(frozen=True)
class Hit:
    """A place where words of the question were found, with the text round them in pieces."""

    anchor: str  # of the case's page, "" for the case itself
    pieces: list[tuple[str, bool]]  # True for what was found

    @property
    def language(self) -> str:
        """That the text is written in, as `lang` has it."""
        text = "".join(text for text, _is_found in self.pieces)
        return "zh-Hans" if len(_HAN.findall(text)) * 4 > len(text) else "en"


def _hits(entry: index.Entry, words: Sequence[search.Word]) -> list[Hit]:
    """At most HITS_SHOWN, each part of the case once, those with most words first."""
    by_part: dict[int, tuple[int, str, set[str]]] = {}
    for word in words:
        for start, _end in word.places(entry.folded):
            begin, end, anchor = entry.part_at(start)
            by_part.setdefault(begin, (end, anchor, set()))[2].add(word.text)
    best = sorted(by_part, key=lambda begin: (-len(by_part[begin][2]), begin))[:HITS_SHOWN]
    return [
        Hit(by_part[begin][1], _excerpt(entry.raw[begin : by_part[begin][0]], words))
        for begin in best
    ]


def _excerpt(text: str, words: Sequence[search.Word]) -> list[tuple[str, bool]]:
    """The marked text, cut to EXCERPT characters either side of the first word found."""
    folded = search.fold(text)
    first = min((start for word in words for start, _end in word.places(folded)), default=0)
    begin, end = max(0, first - EXCERPT), first + 2 * EXCERPT
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    return search.marked(f"{before}{text[begin:end]}{after}", words)


def _ranked(found: BitMap, order: Sequence[int], start: int, end: int) -> list[int]:
    """start to end of the cases found, in an order of all."""
    if len(found) == len(order):
        return list(order[start:end])
    return list(islice((pk for pk in order if pk in found), start, end))


def _default_sort(q: str) -> str:
    return "relevance" if q else "newest"


def _orders(sort: str) -> list[Any]:
    if sort == "title":
        return ["title_zh", "slug"]
    return [F("last_year").desc(nulls_last=True), F("first_year").desc(nulls_last=True), "slug"]


# ---------------------------------------------------------------- metrics


METRIC_SORTS = {
    "indicator": _("Indicator"),
    "case": _("Case"),
    "size": _("Size"),
}


@dataclass(frozen=True)
class MetricQuery:
    """A reader's question to the table of metrics; sizes are in the indicator's own unit."""

    library: Library = field(compare=False, repr=False)
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value)
    least: str = ""  # decimal, as asked
    most: str = ""
    sort: str = ""
    number: int = 1

    FACETS = {
        "indicator": _("Indicator"),
        "kind": _("Kind"),
        "measure": _("Measures"),
        "place": _("Places"),
    }

    @classmethod
    def parse(cls, parameters: QueryDict) -> "MetricQuery":
        library = Library.now()
        sort = parameters.get("sort", "")
        offered = {name: _offered_with_metrics(library, name) for name in cls.FACETS}
        chosen = [
            (name, value)
            for name in cls.FACETS
            for value in sorted(set(parameters.getlist(name)))
            if value in offered[name]
        ]
        return cls(
            library,
            tuple(chosen[:CHOICE_LIMIT]),
            _decimal(parameters.get("min", "")),
            _decimal(parameters.get("max", "")),
            sort if sort in METRIC_SORTS and sort != "indicator" else "",
            _page_number(parameters.get("page", "")),
        )

    @property
    def url(self) -> str:
        page = str(self.number) if self.number > 1 else ""
        sizes = [("min", self.least), ("max", self.most)]
        return _address("metrics", [*self.chosen, *sizes, ("sort", self.sort), ("page", page)])

    @property
    def order(self) -> str:
        return self.sort or "indicator"

    @property
    def is_indexable(self) -> bool:
        return len(self.chosen) <= 2 and not self.least and not self.most

    def words(self) -> list[Chip]:
        chips = [
            Chip(
                name,
                _offered_with_metrics(self.library, name)[value],
                self._without(name, value).url,
            )
            for name, value in self.chosen
        ]
        if self.least:
            chips.append(Chip("min", f"≥ {self.least}", replace(self, least="", number=1).url))
        if self.most:
            chips.append(Chip("max", f"≤ {self.most}", replace(self, most="", number=1).url))
        return chips

    def choices(self) -> list[Facet]:
        """What the form offers: every value that some case has."""
        return [
            Facet(
                name,
                str(label),
                tuple(
                    Value(value, words, 0, (name, value) in self.chosen, "")
                    for value, words in _offered_with_metrics(self.library, name).items()
                ),
            )
            for name, label in self.FACETS.items()
        ]

    def sorts(self) -> list[Value]:
        return [
            Value(
                name,
                str(label),
                0,
                name == self.order,
                replace(self, sort="" if name == "indicator" else name, number=1).url,
            )
            for name, label in METRIC_SORTS.items()
        ]

    def page(self) -> Page:
        rows = self.metrics()
        total = self.library.counted(replace(self, sort="", number=1).url, rows.count)
        count = max(1, -(-total // METRICS_PAGE_SIZE))
        number = min(self.number, count)
        items = list(rows[(number - 1) * METRICS_PAGE_SIZE : number * METRICS_PAGE_SIZE])
        return _page_of(items, number, count, total, lambda n: replace(self, number=n).url)

    def metrics(self) -> QuerySet[Metric]:
        rows = Metric.objects.of_published_cases()
        columns: dict[str, Callable[[list[str]], Q]] = {
            "indicator": lambda values: Q(indicator__slug__in=values),
            "kind": lambda values: Q(indicator__kind__in=values),
            "measure": lambda values: (
                Q(measure__type__slug__in=values) | Q(measure__type__family__slug__in=values)
            ),
            "place": lambda values: Q(case__place__code__in=self._with_all_below(values)),
        }
        for name, column in columns.items():
            values = [value for facet, value in self.chosen if facet == name]
            if values:
                rows = rows.filter(column(values))
        if self.least:
            rows = rows.filter(_not_below(Decimal(self.least)))
        if self.most:
            rows = rows.filter(_not_above(Decimal(self.most)))
        if self.least and self.most and Decimal(self.least) > Decimal(self.most):
            rows = rows.none()  # or wide ranges would overlap both
        orders: dict[str, list[Any]] = {
            "indicator": ["indicator"],
            "case": ["case"],
            # Over n comes before n, and n before nearly n.
            "size": [
                Coalesce("low", "high").desc(),
                F("high").desc(nulls_first=True),
                F("low").desc(nulls_last=True),
            ],
        }
        return rows.for_table().order_by(*orders[self.order], "pk")

    def _without(self, facet: str, value: str) -> "MetricQuery":
        chosen = tuple(pair for pair in self.chosen if pair != (facet, value))
        return replace(self, chosen=chosen, number=1)

    def _with_all_below(self, values: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            found.add(value)
            waiting += [node.value for node in self.library.below["place"].get(value, [])]
        return found


def _offered_with_metrics(library: Library, facet: str) -> dict[str, str]:
    """value → label, in the order of the vocabulary."""
    held = library.with_metrics
    if facet == "kind":
        kinds = {library.terms["indicator"][value].kind for value in held["indicator"]}
        return {kind.value: str(kind.label) for kind in Kind if kind in kinds}
    return {
        value: str(node.label)
        for value, node in library.nodes[facet].items()
        if value in held[facet]
    }


def _not_below(least: Decimal) -> Q:
    """Over n is just above n, nearly n just below n, a range all of itself."""
    over = Q(high__isnull=True, low__gte=least)
    nearly = Q(low__isnull=True, qualifier=Qualifier.NEARLY, high__gt=least)
    return over | nearly | (~Q(qualifier=Qualifier.NEARLY) & Q(high__gte=least))


def _not_above(most: Decimal) -> Q:
    over = Q(high__isnull=True, qualifier=Qualifier.OVER, low__lt=most)
    nearly = Q(low__isnull=True, high__lte=most)
    return over | nearly | (~Q(qualifier=Qualifier.OVER) & Q(low__lte=most))


def _decimal(text: str) -> str:
    """A size as asked, in one form; "" for what is no number."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,14}(\.\d{1,4})?", text, re.ASCII):
        return ""
    return f"{Decimal(text).normalize():f}"


# ---------------------------------------------------------------- the matrix


TONES = (1, 2, 5, 20, 100)  # cases from which a cell is a tone deeper


@dataclass(frozen=True)
class Cell:
    """The cases that met a problem and took a measure of a family; exactly those at `url`."""

    count: int
    tone: int  # 0 to len(TONES)
    answer: str  # "answered", "planned" (only planned or discussed), "unanswered" or "unmet"
    url: str
    label: str

    @property
    def is_planned(self) -> bool:
        return self.answer == "planned"

    @property
    def is_unanswered(self) -> bool:
        return self.answer == "unanswered"


@dataclass(frozen=True)
class Axis:
    """A row or column: its label, all its cases, and the list of them."""

    label: str
    count: int
    url: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Matrix:
    columns: tuple[Axis, ...]  # measure families
    rows: tuple[Axis, ...]  # problem types, with a cell for each column


def matrix() -> Matrix:
    """Problem types × measure families. No query beyond those of the library."""
    library = Library.now()
    every = CaseQuery(library)
    families = library.below["measure"].get("", [])
    problems = library.below["problem"].get("", [])
    return Matrix(
        tuple(_axis(library, every, "measure", family) for family in families),
        tuple(
            replace(
                _axis(library, every, "problem", problem),
                cells=tuple(_cell(library, every, problem, family) for family in families),
            )
            for problem in problems
        ),
    )


def _axis(library: Library, every: CaseQuery, facet: str, node: Node) -> Axis:
    url = every.toggled(facet, node.value).url
    return Axis(str(node.label), len(library.of(facet, node.value)), url)


def _cell(library: Library, every: CaseQuery, problem: Node, family: Node) -> Cell:
    met = library.of("problem", problem.value)
    count = met.intersection_cardinality(library.of("measure", family.value))
    if not met:
        answer = "unmet"
    elif not count:
        answer = "unanswered"
    elif met.intersection_cardinality(library.answered.get(family.value, _NONE)):
        answer = "answered"
    else:
        answer = "planned"
    return Cell(
        count,
        sum(count >= tone for tone in TONES),
        answer,
        every.toggled("problem", problem.value).toggled("measure", family.value).url,
        f"{problem.label} × {family.label}",
    )


# ---------------------------------------------------------------- comparison


COMPARED = 4  # cases at most


@dataclass(frozen=True)
class ComparedRow:
    """One line of a comparison: for each case what it has there, [] where nothing is stated."""

    label: str
    cells: tuple[tuple[Case, list[Any]], ...]


@dataclass(frozen=True)
class Comparison:
    cases: list[Case]
    offered: list[tuple[Card, bool]]  # to choose from while there are fewer than two; True: chosen
    answers: list[ComparedRow]  # glance answers, by question
    problems: list[ComparedRow]  # by problem type
    measures: list[ComparedRow]  # by measure family
    metrics: list[ComparedRow]  # by indicator, those of the measures and of the place

    @property
    def is_whole(self) -> bool:
        return len(self.cases) > 1

    @property
    def column_count(self) -> int:
        """With the one of the labels."""
        return 1 + len(self.cases)


def compared(parameters: QueryDict) -> Comparison:
    """The cases asked for, in the order asked, at most COMPARED; about 22 queries."""
    asked = [slug for slug in parameters.getlist("case") if "\0" not in slug]  # PostgreSQL's limit
    slugs = list(dict.fromkeys(asked))[: 10 * COMPARED]
    rows = Case.objects.published().filter(slug__in=slugs).for_page()
    found = {row.slug: row for row in rows}
    cases = [found[slug] for slug in slugs if slug in found][:COMPARED]
    return Comparison(
        cases,
        _offered(cases) if len(cases) < 2 else [],
        [
            ComparedRow(
                str(question.label),
                tuple(
                    (case, [g for g in case.glances.all() if g.question == question])
                    for case in cases
                ),
            )
            for question in GlanceQuestion
        ],
        _aligned(cases, lambda case: case.problems.all(), lambda row: row.type),
        _aligned(cases, lambda case: case.measures.all(), lambda row: row.type.family),
        _aligned(cases, _all_metrics, lambda row: row.indicator),
    )


def _offered(chosen: Sequence[Case]) -> list[tuple[Card, bool]]:
    """The newest cases, and before them the one already chosen."""
    pks = [case.pk for case in chosen]
    others = [card for card in newest() if card.pk not in pks]
    return [*((card, True) for card in cards(pks)), *((card, False) for card in others)]


def _all_metrics(case: Case) -> list[Metric]:
    of_measures = [metric for measure in case.measures.all() for metric in measure.metrics.all()]
    return [*of_measures, *case.context]  # type: ignore[attr-defined]


def _aligned(
    cases: Sequence[Case], rows: Callable[[Case], Iterable[Any]], term: Callable[[Any], Any]
) -> list[ComparedRow]:
    """One line for each term that any of the cases has: those of most cases first."""
    lines: dict[Any, list[list[Any]]] = {}
    for n, case in enumerate(cases):
        for row in rows(case):
            lines.setdefault(term(row), [[] for _case in cases])[n].append(row)
    shared = sorted(lines, key=lambda t: (-sum(map(bool, lines[t])), t.position, t.slug))
    return [ComparedRow(str(t.label), tuple(zip(cases, lines[t], strict=True))) for t in shared]


# ---------------------------------------------------------------- what other pages ask


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
class Spread:
    """What the sources say of one indicator under one measure type. Never an average."""

    indicator: Indicator
    case_count: int
    metrics: list[Metric]  # by size
    least: Metric
    median: Metric | None  # None for an even number of metrics: nobody printed the middle
    most: Metric


def spreads(metrics: Iterable[Metric]) -> list[Spread]:
    """Per indicator the least, median and most of the metrics given, by indicator."""
    grouped: dict[Indicator, list[Metric]] = {}
    for metric in metrics:
        grouped.setdefault(metric.indicator, []).append(metric)
    found = []
    for indicator, rows in grouped.items():
        by_size = sorted(rows, key=_size)
        middle = by_size[len(by_size) // 2] if len(by_size) % 2 else None
        cases = {row.case_id for row in rows}
        found.append(Spread(indicator, len(cases), by_size, by_size[0], middle, by_size[-1]))
    return sorted(found, key=lambda spread: spread.indicator.slug)


def _size(metric: Metric) -> tuple[Decimal, int]:
    """Nearly n comes just before n, over n just behind it."""
    if metric.low is None:
        return (metric.high or Decimal(0), -1)
    return (metric.low, 0 if metric.low == metric.high else 1)


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


def cases_in(place: Place) -> list[Card]:
    """The published cases that are about a place or anything below it, or did something there."""
    library = Library.now()
    found = library.of("place", place.code)
    return cards(_ranked(found, library.ordered("newest"), 0, CARDS_SHOWN))


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


# ---------------------------------------------------------------- parameters and addresses


def clean(text: str) -> str:
    """A reader's words: no control characters, single spaces, at most QUERY_LIMIT characters."""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[: 2 * QUERY_LIMIT])
    return re.sub(r"\s+", " ", text).strip()[:QUERY_LIMIT].strip()


def _page_number(text: str) -> int:
    return int(text) if re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII) else 1


def _address(name: str, parameters: Iterable[tuple[str, str]]) -> str:
    query = "&".join(_encoded(parameters))
    return reverse(name) + (f"?{query}" if query else "")


def _encoded(parameters: Iterable[tuple[str, str]]) -> list[str]:
    return [urlencode([(key, value)]) for key, value in parameters if value]


def _joined(url: str, parameter: tuple[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode([parameter])}"


def _page(rows: QuerySet[Any], number: int, size: int, url: Callable[[int], str]) -> Page:
    total = rows.count()
    count = max(1, -(-total // size))
    number = min(number, count)
    return _page_of(list(rows[(number - 1) * size : number * size]), number, count, total, url)


def _page_of(
    items: Sequence[Any], number: int, count: int, total: int, url: Callable[[int], str]
) -> Page:
    return Page(
        items=items,
        number=number,
        count=count,
        total=total,
        url=url(number),
        previous=url(number - 1) if number > 1 else "",
        next=url(number + 1) if number < count else "",
    )
