"""The list of cases: parameters ⇄ CaseQuery → cases, facets, labels, addresses.

Lenient: invalid parameters are dropped. Each result has one canonical address, `.url`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pyroaring import BitMap

from stories import links
from stories.languages import reader_language
from stories.queries.facets import Chip, Facet, FacetCounts, Value
from stories.queries.hits import Hit, excerpt
from stories.queries.near import (
    Met,
    NearCase,
    lexicon,
    near,
    understanding,
    understood,
    unmatched,
)
from stories.queries.nodes import Node
from stories.queries.paging import Page, address_of, encoded, page_number, page_of
from stories.queries.snapshot import FACETS, PARAMETERS, Library
from stories.reading import characters
from stories.search import analyzer, reader, tokenizer

PAGE_SIZE = 20  # cases
QUERY_LIMIT = 200  # characters of q
HITS_SHOWN = 3  # places of one case
FEW = 10  # cases; if the words find fewer, near results are shown below them
RANKED_LIMIT = 60  # cases of one tier that are ranked by their number of matching statements
TERMS_OFFERED = 6  # terms suggested if nothing was found
LEAST_LIKENESS = 0.15  # least share of common characters of two texts
CHOICE_LIMIT = 40  # selected values; readers do not select more

SORTS = {
    "relevance": _("Relevance"),
    "newest": _("Newest"),
    "title": pgettext_lazy("sort order", "Title"),
}


@dataclass(frozen=True)
class CaseQuery:
    """A reader's query of the list of cases."""

    library: Library = field(compare=False, repr=False)
    q: str = ""
    chosen: tuple[tuple[str, str], ...] = ()  # (facet, value), in canonical order
    sort: str = ""
    number: int = 1  # of the page
    whole: tuple[str, ...] = ()  # facets shown with all their values

    @classmethod
    def parse(cls, parameters: QueryDict, library: Library) -> "CaseQuery":
        q = clean(parameters.get("q", ""))
        chosen = [
            (name, value)
            for name in PARAMETERS
            for value in sorted(set(parameters.getlist(name)))
            if library.knows(name, value)
        ]
        sort = parameters.get("sort", "")
        return cls(
            library=library,
            q=q,
            chosen=tuple(chosen[:CHOICE_LIMIT]),
            sort=sort if sort in SORTS and sort != _default_sort(q) else "",
            number=page_number(parameters.get("page", "")),
            whole=tuple(name for name in FACETS if name in parameters.getlist("whole")),
        )

    @property
    def url(self) -> str:
        page = str(self.number) if self.number > 1 else ""
        return address_of("cases", [*self.parameters, ("page", page)])

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as parameters, without the page."""
        return [("q", self.q), *self.chosen, ("sort", self.sort)]

    @property
    def csv_url(self) -> str:
        """The address of the whole result as a table."""
        return address_of("cases-csv", self.parameters)

    @property
    def feed_url(self) -> str:
        """The feed of new cases that match the query, in the reader's language."""
        pairs = [("q", self.q), *self.chosen]
        english = [("language", "en")] if reader_language() == "en" else []
        return address_of("cases-feed", [*pairs, *english])

    @property
    def json_lines_url(self) -> str:
        return address_of("cases-jsonl", self.parameters)

    @property
    def order(self) -> str:
        return self.sort or _default_sort(self.q)

    @property
    def is_indexable(self) -> bool:
        """Combinations of more than two choices, and words typed by the reader, are not."""
        return len(self.chosen) <= 2 and not self.q

    def toggled(self, facet: str, value: str) -> "CaseQuery":
        """With the value selected if it was not, and the other way round; back on page 1."""
        pair = (facet, value)
        if pair in self.chosen:
            chosen = [other for other in self.chosen if other != pair]
        else:
            names = list(PARAMETERS)
            chosen = sorted([*self.chosen, pair], key=lambda p: (names.index(p[0]), p[1]))
        return replace(self, chosen=tuple(chosen), number=1)

    def addresses(self, facet: str) -> Callable[[str], str]:
        """value → address of the query with it toggled: the same as `.toggled(…).url`,
        but cheaper.
        """
        names = list(PARAMETERS)
        at = names.index(facet)
        chosen = {value for name, value in self.chosen if name == facet}
        before = [("q", self.q), *(p for p in self.chosen if names.index(p[0]) < at)]
        after = [*(p for p in self.chosen if names.index(p[0]) > at), ("sort", self.sort)]
        head, tail = encoded(before), encoded(after)
        path = links.of("cases")

        def address(value: str) -> str:
            toggled = [f"{facet}={v}" for v in sorted(chosen ^ {value})]
            query = "&".join([*head, *toggled, *tail])
            return f"{path}?{query}" if query else path

        return address

    def words(self) -> list[Chip]:
        """The parts of the query, for chips, heading and title."""
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
        """Counts come from bitmaps: no query, whatever the number of values."""
        return [
            FacetCounts(
                self.library,
                name,
                {value for facet, value in self.chosen if facet == name},
                self.narrowed(without=name),
                self.addresses(name),
                self.url,
                is_whole=name in self.whole,
            ).facet()
            for name in FACETS
        ]

    def page(self) -> Page:
        """The cases of the requested page; beyond the last page, those of the last."""
        found = self.found
        count = max(1, -(-len(found) // PAGE_SIZE))
        number = min(self.number, count)
        pks = self._slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
        return page_of(
            self.library.cards(pks),
            number,
            count,
            len(found),
            lambda n: replace(self, number=n).url,
        )

    @cached_property
    def found(self) -> BitMap:
        """Primary keys of the matching cases."""
        return self.narrowed(without="")

    def keys(self, start: int, end: int) -> list[int]:
        """Primary keys of the cases from start to end of the ordered result."""
        return self._slice(start, end)

    @cached_property
    def near(self) -> list[NearCase]:
        """Cases that nearly match, if the words themselves find few cases: about 6 queries. None of
        them is in `found` or in its count."""
        if not self._words or self.number > 1 or len(self.found) >= FEW:
            return []
        among = self._with_choices(self.library.cases, "") - self.found
        return near(self.library, self.q, among, FEW - len(self.found), bool(self.found))

    @cached_property
    def unmatched(self) -> list[str]:
        """Words of the query that no case has, not even approximately; 1 query."""
        return unmatched(self.library, self.q) if self.near else []

    @property
    def is_unanswered(self) -> bool:
        """Whether the words find nothing in the whole library, not even approximately."""
        return bool(self.q and not self.chosen and not self.found and not self.near)

    def hits(self, pks: Sequence[int]) -> dict[int, list["Hit"]]:
        """primary key → where the words were found in the case, the best places first."""
        if not self._words:
            return {}
        texts = reader.texts_of(pks)
        found = {pk: _hits(texts[pk], self._words) for pk in pks if pk in texts}
        # A word without a match in the text of the case matched the name of one of its terms.
        named = {
            pk: [word for word in self._words if not word.is_in(texts[pk].folded)] for pk in found
        }
        named = {pk: words for pk, words in named.items() if words}
        anchors = reader.anchors_of(named) if named else {}
        for pk, words in named.items():
            hits = (self._named(word, pk, anchors[pk]) for word in words)
            found[pk] = [*(hit for hit in hits if hit), *found[pk]][:HITS_SHOWN]
        return found

    def _named(
        self, word: tokenizer.Word, pk: int, anchors: Mapping[analyzer.Key, str]
    ) -> "Hit | None":
        for facet, node in self.library.terms_named(word, pk):
            of_node = [
                anchor
                for (name, value), anchor in anchors.items()
                if name == facet and node in self.library.chain(facet, value)
            ]
            if of_node:  # "" is the case itself, which sorts before its parts
                return Hit(min(of_node), tokenizer.marked(_name_with(word, node), [word]))
        return None

    def ways_out(self) -> "WaysOut":
        """For a query without a result: how its words were understood, and queries with a result; 1
        query a word."""
        alone = [CaseQuery(self.library, q=word.text) for word in self._words]
        counted = [(query, len(query.found)) for query in alone] if len(alone) > 1 else []
        return WaysOut(
            understanding(self.library, self.q),
            [Value(query.q, query.q, count, False, query.url) for query, count in counted if count],
            self._nearest_terms(),
            chips if len(chips := self.words()) > 1 else [],
        )

    def _nearest_terms(self) -> list[Value]:
        """Terms in use that have the words as an example, then those with the most
        similar labels."""
        wanted = {piece for word in self._words for piece in _likened(word.text)}
        near = self._related_terms()
        known = {(facet, node.value) for _likeness, facet, node, _label in near}
        for facet, node in self.library.nodes_in_use():
            if (facet, node.value) in known:
                continue
            if facet == "place" and not self._names_place(node):
                continue  # a place name with a character in common is no answer
            label = _likened(tokenizer.fold(str(node.label)))
            shared = len(wanted & label) / len(wanted | label) if wanted else 0
            if example := self._example(node):
                near.append((1 + shared, facet, node, node.with_name(example)))
            elif shared >= LEAST_LIKENESS:
                near.append((shared, facet, node, str(node.label)))
        near.sort(key=lambda item: -item[0])
        return [
            Value(
                node.value,
                label,
                len(self.library.of(facet, node.value)),
                False,
                CaseQuery(self.library).toggled(facet, node.value).url,
            )
            for _shared, facet, node, label in near[:TERMS_OFFERED]
        ]

    def _related_terms(self) -> list[tuple[float, str, Node, str]]:
        """Terms in use that are related to one named in the query."""
        named = {
            (name.facet, related)
            for piece in understood(self.library, self.q)
            for name in lexicon(self.library).names.get(piece.text, ())
            for related in self.library.nodes[name.facet][name.value].related
        }
        return [
            (1.0, facet, node, str(node.label))
            for facet, node in self.library.nodes_in_use()
            if (facet, node.value) in named
        ]

    def _names_place(self, node: Node) -> bool:
        names = [tokenizer.fold(name) for name in (node.label_zh, node.label_en, *node.synonyms)]
        return any(word.is_in(name) for word in self._words for name in names)

    def _example(self, node: Node) -> str:
        """The first example of a term with a word of the query; "" if there is none."""
        names = (*node.examples_zh, *node.examples_en)
        return next(
            (name for name in names if any(w.is_in(tokenizer.fold(name)) for w in self._words)), ""
        )

    @cached_property
    def _words(self) -> list[tokenizer.Word]:
        return tokenizer.words(self.q)

    @cached_property
    def _tiers(self) -> list[BitMap]:
        """The cases with all words, by the worst tier in which one was found: best first."""
        tiers = [self.library.cases] * (len(analyzer.TIERS) + 1)
        for word in self._words:
            found = reader.cases_with_word(word)
            by_label, by_synonym = self.library.named(word)
            reached = BitMap()
            found[analyzer.REST] |= by_label
            steps = (found[tier] for tier in analyzer.TIERS)
            for n, step in enumerate([*steps, by_synonym]):
                reached = reached | step
                tiers[n] = tiers[n] & reached
        return tiers

    def _slice(self, start: int, end: int) -> list[int]:
        """Primary keys from start to end of the ordered result."""
        if self.order != "relevance":
            return self.library.in_order(self.found, self.order, start, end)
        pks: list[int] = []
        seen = BitMap()
        for tier in self._tiers:
            fresh = (tier & self.found) - seen
            seen |= fresh
            if end > 0 and fresh:
                pks += self._ranked(fresh, max(start, 0), end)
            start, end = start - len(fresh), end - len(fresh)
        return pks

    def _ranked(self, tier: BitMap, start: int, end: int) -> list[int]:
        """One tier, the cases with most matching statements first, then the newest; ordered by date
        alone if there are more than RANKED_LIMIT, whose texts would take too long."""
        if not 1 < len(tier) <= RANKED_LIMIT:
            return self.library.in_order(tier, "newest", start, end)
        newest = self.library.in_order(tier, "newest", 0, len(tier))
        texts = reader.texts_of(newest)
        counts = {pk: _statement_count(texts[pk], self._words) for pk in newest if pk in texts}
        return sorted(newest, key=lambda pk: -counts.get(pk, 0))[start:end]

    def narrowed(self, without: str) -> BitMap:
        """The cases with the words and the selected values; the values of one facet may
        be ignored.
        """
        if self.q and not self._words:
            return BitMap()  # signs alone: nothing was understood, so nothing is found
        return self._with_choices(self._tiers[-1] if self.q else self.library.cases, without)

    def _with_choices(self, found: BitMap, without: str) -> BitMap:
        """Values within a facet are alternatives (OR); facets combine with AND."""
        for name in PARAMETERS:
            values = [value for facet, value in self.chosen if facet == name != without]
            if values:
                found = found & BitMap.union(*(self.library.of(name, value) for value in values))
        return found


def _likened(folded: str) -> set[str]:
    """Han characters, and Latin words with their prefixes: single letters are no evidence of
    similarity.
    """
    return {gram for gram in tokenizer.grams(folded) if gram.isascii() or len(gram) == 1}


@dataclass(frozen=True)
class WaysOut:
    """How a query without a result was understood, and similar queries with a result."""

    understood: list[Met]
    words: list[Value]  # words of the query that find something by themselves
    terms: list[Value]  # the nearest terms of the vocabulary
    chips: list[Chip]  # each part of the query, with the address of the query without it


def _statement_count(text: reader.Text, words: Iterable[tokenizer.Word]) -> int:
    return len({text.anchors[n] for word in words for n in text.parts_with(word)})


def _hits(text: reader.Text, words: Sequence[tokenizer.Word]) -> list[Hit]:
    """At most HITS_SHOWN, one for each part of the case, those with most words first."""
    parts = Counter(part for word in words for part in text.parts_with(word))
    best = sorted(parts, key=lambda part: (-parts[part], part))[:HITS_SHOWN]
    found = [text.part(n) for n in best]
    return [
        Hit(part.anchor, excerpt(part.raw, words), is_keyword=part.tier == analyzer.KEYWORD)
        for part in found
    ]


def _name_with(word: tokenizer.Word, node: Node) -> str:
    """The label, followed by the name that contains the word, if that is another."""
    label = str(node.label)
    names = (label, node.label_zh, node.label_en, *node.synonyms)
    matching = (name for name in names if word.is_in(tokenizer.fold(name)))
    return node.with_name(next(matching, label))


def _default_sort(q: str) -> str:
    return "relevance" if q else "newest"


def clean(text: str) -> str:
    """Normalize typed words: no control characters, single spaces, at most QUERY_LIMIT
    characters.
    """
    text = characters.without_harmless(text[: 2 * QUERY_LIMIT])
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return re.sub(r"\s+", " ", text).strip()[:QUERY_LIMIT].strip()
