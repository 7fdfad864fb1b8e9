"""Near results: cases that answer a query in other words.

Excludes cases that the words themselves find; each hit names the term or word that matched.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from pyroaring import BitMap

from stories.queries.cards import Card
from stories.queries.hits import Hit, excerpt, is_in_readers_language
from stories.queries.lexicon import FACETS, Lexicon, lexicon_of
from stories.queries.pieces import LACKED, TYPED, Piece, Way, pieces_of
from stories.queries.snapshot import Library
from stories.search import analyzer, reader
from stories.search.analyzer import Key

CANDIDATES = 1500  # cases that are scored
WEIGHED_CLOSELY = 20  # of them, scored by their statements
HITS_SHOWN = 3  # statements of one case
COMPUTED = "computed-"  # prefix of the anchor of a derived number
# Least score as a share of the query's weight; higher if the words themselves find something.
# Chosen on tests/judged_queries.py: docs/decisions/0004.
LEAST_SHARE, LEAST_BESIDE_EXACT = 0.3, 0.9
LEAST_OF_BEST = 0.7  # and as a share of the best case's score
# Implemented measures rank before planned ones, and both before problems.
TIER_WEIGHTS = {
    analyzer.TITLE: 1.1,
    analyzer.DONE_MEASURE: 1.1,
    analyzer.PLANNED_MEASURE: 1.0,
    analyzer.PROBLEM: 0.9,
    analyzer.REST: 0.85,
    analyzer.KEYWORD: 0.85,
}


@dataclass(frozen=True)
class Met:
    """A word of the query and its match in a case: 电瓶车 → 电动车."""

    asked: str
    found: str

    @property
    def is_another(self) -> bool:
        return self.asked != self.found


@dataclass(frozen=True)
class NearCase:
    card: Card
    hits: list[Hit]
    met: list[Met]


@dataclass(frozen=True)
class _ScoredCase:
    pk: int
    score: float
    text: reader.Text
    statements: list[tuple[float, str, list[tuple[Piece, Way]]]]  # (score, anchor, matches)


def lexicon(library: Library) -> Lexicon:
    nodes = tuple((facet, node) for facet in FACETS for node in library.nodes[facet].values())
    return lexicon_of(nodes)


def understood(library: Library, question: str) -> list[Piece]:
    """The pieces of a query with at least one known match."""
    return pieces_of(question, lexicon(library), lambda: library.memoized("stems", reader.stems))


def understanding(library: Library, question: str) -> list[Met]:
    """For each known word of a query: the word as typed, or the name it matches; 1 query. Words
    without a case are left out."""
    pieces = understood(library, question)
    found = []
    for piece, ways in zip(pieces, _Matches(library, pieces).by_piece, strict=True):
        if ways:
            way = max((way for way, _cases in ways), key=lambda way: way.weight)
            is_typed = way.weight == TYPED and not way.label.isdecimal()
            found.append(Met(piece.text, piece.text if is_typed else way.label))
    return found


def unmatched(library: Library, question: str) -> list[str]:
    """The pieces of a query that match no case, by whatever synonym; 1 query."""
    pieces = understood(library, question)
    matches = _Matches(library, pieces)
    surest = [max((way.weight for way, _cases in found), default=0) for found in matches.by_piece]
    return [piece.text for piece, weight in zip(pieces, surest, strict=True) if weight < LACKED]


def near(
    library: Library, question: str, among: BitMap, count: int, is_beside_exact: bool = False
) -> list[NearCase]:
    """The best of the cases, best first: about 6 queries for any query.

    `is_beside_exact`: the words themselves find other cases, so the threshold is higher.
    """
    pieces = understood(library, question)
    if not pieces or not among:
        return []
    weighed = _weighed(library, pieces, among)
    least = LEAST_BESIDE_EXACT if is_beside_exact else LEAST_SHARE
    best = weighed[0].score if weighed else 0
    chosen = [w for w in weighed if w.score >= max(least, LEAST_OF_BEST * best)]
    return _presented(library, chosen[:count])


def _weighed(library: Library, pieces: Sequence[Piece], among: BitMap) -> list[_ScoredCase]:
    matches = _Matches(library, pieces)
    total = sum(matches.rarities)
    if not total:
        return []
    shares = {pk: score / total for pk, score in matches.scores(among).items()}
    closest = sorted(shares, key=lambda pk: (-shares[pk], -pk))[:WEIGHED_CLOSELY]
    texts, anchors = reader.texts_of(closest), reader.anchors_of(closest)
    found = []
    for pk in closest:
        if pk in texts:
            statements = _statements(library, matches, texts[pk], anchors.get(pk, {}))
            together = statements[0][0] / total if statements else 0
            score = 0.5 * shares[pk] + 0.5 * min(together, 1.2)
            found.append(_ScoredCase(pk, score, texts[pk], statements))
    return sorted(found, key=lambda w: (-w.score, -w.pk))


class _Matches:
    """Matching cases and rarity of each piece of a query: 1 query. `by_piece`: for each piece in
    order, its ways, each with the cases it finds."""

    def __init__(self, library: Library, pieces: Sequence[Piece]) -> None:
        self.library, self.pieces = library, pieces
        self.stored = reader.cases_by_key({key for p in pieces for w in p.ways for key in _keys(w)})
        self.by_piece = [
            [(way, cases) for way in piece.ways if (cases := self._cases(way))] for piece in pieces
        ]
        self.rarities = [self._rarity(n) for n in range(len(pieces))]

    def _rarity(self, n: int) -> float:
        """From near 0 for a piece that every case has to 1 for one that a single case, or none,
        has; times the weight of the piece."""
        ways = self.by_piece[n]
        sure = [cases for way, cases in ways if way.weight >= 0.6] or [c for _way, c in ways]
        count = max(len(BitMap.union(*sure)) if sure else 1, 1)
        every = max(len(self.library.cases), 2)
        return self.pieces[n].weight * log(1 + every / count) / log(1 + every)

    def scores(self, among: BitMap) -> dict[int, float]:
        """Scores of at most CANDIDATES cases, those that match the rarest pieces."""
        found: dict[int, float] = defaultdict(float)
        candidates = self._candidates(among)
        for rarity, ways in zip(self.rarities, self.by_piece, strict=True):
            seen = BitMap()
            for way, cases in sorted(ways, key=lambda pair: -pair[0].weight):
                fresh = (cases & candidates) - seen
                seen |= fresh
                for pk in fresh:
                    found[pk] += rarity * way.weight
        return found

    def _candidates(self, among: BitMap) -> BitMap:
        found = BitMap()
        unions = [BitMap.union(*cs) for ways in self.by_piece if (cs := [c for _w, c in ways])]
        for cases in sorted((union & among for union in unions), key=len):
            if len(found) + len(cases) <= CANDIDATES:
                found |= cases
            elif not found:
                newest = self.library.in_order(cases, "newest", 0, CANDIDATES)
                return BitMap(newest)
        return found

    def _cases(self, way: Way) -> BitMap:
        if way.term:
            return self.library.of(*way.term)
        if way.word:
            return BitMap.union(
                *(
                    BitMap.intersection(*(self._posting((tier, gram)) for gram in way.word.grams))
                    for tier in analyzer.TIERS
                )
            )
        return BitMap.intersection(*(self._posting(key) for key in way.keys))

    def _posting(self, key: Key) -> BitMap:
        return self.stored.get(key, BitMap())


def _keys(way: Way) -> Iterable[Key]:
    if way.word:
        return [(tier, gram) for tier in analyzer.TIERS for gram in way.word.grams]
    return way.keys


def _statements(
    library: Library, matches: _Matches, text: reader.Text, anchors: Mapping[Key, str]
) -> list[tuple[float, str, list[tuple[Piece, Way]]]]:
    """The matching statements of a case, best first."""
    best: dict[str, dict[int, tuple[float, Piece, Way]]] = defaultdict(dict)
    for n, piece in enumerate(matches.pieces):
        rarity = matches.rarities[n]
        for way, _cases in matches.by_piece[n]:
            for anchor in _anchors_with(library, way, text, anchors):
                score = rarity * way.weight
                if score > best[anchor].get(n, (0.0,))[0]:
                    best[anchor][n] = (score, piece, way)
    # Parts are in order of the tiers: the first one of an anchor is its best.
    tiers = dict(reversed(list(zip(text.anchors, text.tiers, strict=True))))
    found = []
    for anchor, met in best.items():
        weight = TIER_WEIGHTS[tiers.get(anchor, analyzer.REST)]
        pairs = [(piece, way) for _score, piece, way in met.values()]
        found.append((weight * sum(score for score, *_rest in met.values()), anchor, pairs))
    return sorted(found, key=lambda statement: -statement[0])


def _anchors_with(
    library: Library, way: Way, text: reader.Text, anchors: Mapping[Key, str]
) -> set[str]:
    if way.term:
        facet, value = way.term
        return {
            anchor
            for (name, own), anchor in anchors.items()
            if name == facet and any(node.value == value for node in library.chain(facet, own))
        }
    if way.has_places:
        return {text.anchors[n] for n in text.parts_with(way)}
    return {anchors[key] for key in way.keys if key in anchors}


def _presented(library: Library, weighed: Sequence[_ScoredCase]) -> list[NearCase]:
    cards = {card.pk: card for card in library.cards([w.pk for w in weighed])}
    return [
        NearCase(cards[w.pk], _hits(library, w), _met(library, w)) for w in weighed if w.pk in cards
    ]


def _hits(library: Library, weighed: _ScoredCase) -> list[Hit]:
    """The best statements, plus others nearly as good with further matches."""
    least = LEAST_OF_BEST * weighed.statements[0][0] if weighed.statements else 0
    hits = [
        _hit(library, weighed.text, anchor, [way for _piece, way in met])
        for score, anchor, met in weighed.statements[:HITS_SHOWN]
        if score >= least
    ]
    return [*hits[:1], *(hit for hit in hits[1:] if any(found for _text, found in hit.pieces))]


def _hit(library: Library, text: reader.Text, anchor: str, ways: Sequence[Way]) -> Hit:
    """The part of the statement with most matches, preferably in the reader's language; the name of
    the term if no part has one."""
    parts = [text.part(n) for n, other in enumerate(text.anchors) if other == anchor]
    parts = [part for part in parts if part.folded]
    if printed := next((p.raw for p in parts if any(w.is_printed(p.raw) for w in ways)), ""):
        return Hit(anchor, [(printed, True)])
    matches = {
        part.number: sum(1 for way in ways if next(way.places(part.folded), None)) for part in parts
    }
    number = next((way.label for way in ways if way.is_number), "")
    if number and anchor.startswith(COMPUTED):
        label = next((p.raw for p in parts if is_in_readers_language(p.raw)), "")
        return Hit(anchor, [(number, True), (f" {label}", False)], is_computed=True)
    best = sorted(
        parts, key=lambda p: (-matches[p.number], not is_in_readers_language(p.raw), p.number)
    )
    if best and (matches[best[0].number] or anchor):
        is_keyword = best[0].tier == analyzer.KEYWORD
        return Hit(anchor, excerpt(best[0].raw, ways), is_keyword=is_keyword)
    return Hit(anchor, [(_found(library, ways[0]), True)])


def _met(library: Library, weighed: _ScoredCase) -> list[Met]:
    """The matches that differ from the typed words."""
    found: dict[str, str] = {}
    for _score, _anchor, met in weighed.statements[:HITS_SHOWN]:
        for piece, way in met:
            place = next(way.places(weighed.text.folded), None)
            words = weighed.text.folded[slice(*place)] if place else _found(library, way)
            found.setdefault(piece.text, piece.text if way.weight == TYPED else words)
    return [Met(asked, words) for asked, words in found.items() if asked != words]


def _found(library: Library, way: Way) -> str:
    return library.nodes[way.term[0]][way.term[1]].with_name(way.label) if way.term else way.label
