"""Splits a query into pieces, each with weighted alternatives (ways) by which a case may match.

The piece as typed has the highest weight; every other way weighs less and has a label.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import accumulate, groupby, islice, pairwise

import rjieba
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from stories.queries.lexicon import Lexicon, Name
from stories.reading import quantities
from stories.search import analyzer, english, everyday, sounds, tokenizer
from stories.search.analyzer import Key

Stems = Callable[[], frozenset[str]]
PIECE_LIMIT = 10  # pieces of one query; more are ignored
SLIP_LENGTH = 3  # least characters for matching homophones; typing errors need one more
# Confidence that a case matching a piece in this way is meant.
TYPED = 1.0  # the word itself
FORM = 0.95  # a term with this name
SOUND = 0.8  # a homophone
ALIKE = SLIP = 0.75  # an everyday synonym; a word with a typing error
INITIALS = 0.7
LACKED = 0.65  # a thing, if the query is for its lack
HALF = 0.45  # two characters of a longer word that is no name
PART = 0.3  # one word of a name with several
SINGLE_CHARACTER = 0.5  # weight of a piece of one character
GENERIC = 0.25  # weight of a word that applies to every case
SEGMENTATIONS_TRIED = 3
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9\u00c0-\u024f][a-z0-9\u00c0-\u024f'’.-]*")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_NUMBER = re.compile(
    r"(?:\d+(?:\.\d+)?[多余几]?[十百千万亿]*[多余]?)+|[〇零一二两三四五六七八九十百千万亿几多余]{2,}"
)
UNIT_LENGTH = 6  # characters after a number that are searched for its unit
_LACKING = re.compile("(?:没有|没|无)(..+)")
_NEGATIONS = frozenset(["没", "没有", "无", "未", "不", "非"])


@dataclass(frozen=True)
class Way:
    """One way to match a piece: postings that must all be present, or a term; and the pattern on
    folded text that shows the match in a statement."""

    label: str  # the match, as readers see it
    weight: float
    keys: tuple[Key, ...] = ()  # of one space, or of every tier if `word` is given
    word: tokenizer.Word | None = None
    term: Key | None = None
    stem: str = ""

    @property
    def is_number(self) -> bool:
        return bool(self.keys) and self.keys[0][0] == analyzer.NUMBER

    def is_printed(self, fragment: str) -> bool:
        """Whether a printed fragment states the number."""
        return self.is_number and self.label in {
            key.split()[0] for key in analyzer.sized_keys(fragment)
        }

    def places(self, folded: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each match in a folded text, as for a word of a query."""
        if self.word:
            return (match.span() for match in self.word.pattern.finditer(folded))
        return english.places(self.stem, folded) if self.stem else iter(())

    @property
    def has_places(self) -> bool:
        """Whether a match can be marked in a text, unlike that of a term or a number."""
        return bool(self.word or self.stem)


@dataclass
class Piece:
    """One part of a query, with the ways to match it."""

    text: str
    ways: list[Way] = field(default_factory=list)
    weight: float = 1.0

    def add(self, *ways: Way) -> None:
        known = {(way.label, way.term, way.stem) for way in self.ways}
        self.ways += [w for w in ways if (w.label, w.term, w.stem) not in known]


def pieces_of(question: str, lexicon: Lexicon, indexed_stems: Stems = frozenset) -> list[Piece]:
    """The pieces of a query; empty if nothing is understood. `indexed_stems`: stems of all texts,
    read only if the query has Latin letters."""
    folded = tokenizer.fold(question)
    found: list[Piece] = []
    latin: list[str] = []
    for run in _RUN.findall(_without_numbers(folded, found)):
        if _HAN.fullmatch(run):
            found += islice(_chinese(run, lexicon), PIECE_LIMIT)
        else:
            latin.append(run.strip("'’.-"))
    if latin:
        found += _latin(latin, lexicon, indexed_stems())
    return found[:PIECE_LIMIT]


# ---------------------------------------------------------------- numbers


def _without_numbers(folded: str, found: list[Piece]) -> str:
    """The query with its numbers and units blanked out; they are appended to `found`."""
    for match in _NUMBER.finditer(folded):
        behind = folded[match.end() : match.end() + UNIT_LENGTH]
        quantity = next(iter(quantities.read(match[0] + behind)), None)
        if quantity is None:
            continue
        unit = quantity.unit if behind.startswith(quantity.unit) else ""
        bounds = {n for n in (quantity.low, quantity.high) if n is not None}
        # A number with a unit matches numbers of its dimension, one without matches any.
        keys = set(analyzer.keys_of(quantity)) if unit else set(map(analyzer.number_key, bounds))
        if keys:
            ways = [Way(key.split()[0], TYPED, ((analyzer.NUMBER, key),)) for key in sorted(keys)]
            found.append(Piece(match[0] + unit, ways, weight=1.5))
            end = match.end() + len(unit)
            folded = folded[: match.start()] + " " * (end - match.start()) + folded[end:]
    return folded


# ---------------------------------------------------------------- Chinese


def _chinese(run: str, lexicon: Lexicon) -> Iterator[Piece]:
    if lexicon.has(run):  # 怎么办 within a name is no phrase of asking
        yield _chinese_piece(run, lexicon)
        return
    texts = [text for part in everyday.without_asking(run).split() for text in _cut(part, lexicon)]
    texts = [text for text in _negated(texts) if text not in everyday.PARTICLES]
    words = [text for text in texts if len(text) > 1]
    # Single characters between words match too much: 收 of 物业费收不上来 is also in 验收.
    for text in words or texts:
        yield _chinese_piece(text, lexicon)


def _negated(texts: Iterable[str]) -> Iterator[str]:
    """不, 满意 → 不满意: a negated word is one piece, which its opposite does not match."""
    negation = ""
    for text in texts:
        if text in _NEGATIONS:
            negation = text
        elif negation and len(text) > 1:
            yield negation + text
            negation = ""
        else:
            yield text
            negation = ""


def _cut(run: str, lexicon: Lexicon) -> Iterator[str]:
    """Segments by names of the vocabulary, longest first; the rest by a dictionary."""
    ends = frozenset(accumulate(map(len, rjieba.cut(run, False))))
    at = gap = 0
    while at < len(run):
        length = _name_length(run, at, ends, lexicon)
        if length:
            yield from _between_names(run[gap:at], lexicon)
            yield run[at : at + length]
            at = gap = at + length
        else:
            at += 1
    yield from _between_names(run[gap:], lexicon)


def _between_names(run: str, lexicon: Lexicon) -> Iterator[str]:
    """Segments by a dictionary; joins single characters that sound like a name."""
    for is_single, words in groupby(rjieba.cut(run, False), lambda word: len(word) == 1):
        texts = list(words)
        together = "".join(texts)
        if is_single and len(texts) > 1 and lexicon.sounding(together):
            yield together
        else:
            yield from texts


def _name_length(run: str, at: int, ends: Set[int], lexicon: Lexicon) -> int:
    """Length of the longest name at this position, or of a name with a typing error. `ends`: word
    boundaries of a dictionary segmentation, which a typing error must not cross."""
    longest = min(lexicon.longest, len(run) - at)
    if run[at] == "有" and run[:at].endswith("没"):
        return 0  # 没有物业的小区 does not mean 有物业的小区
    exact = next((n for n in range(longest, 1, -1) if lexicon.has(run[at : at + n])), 0)
    for n in range(longest, max(exact, SLIP_LENGTH - 1), -1):
        text = run[at : at + n]
        if at + n in ends and (lexicon.sounding(text) or (not exact and _is_slip(text, lexicon))):
            return n
    return exact


def _is_slip(text: str, lexicon: Lexicon) -> bool:
    """One character off a name, and not composed of other names."""
    if len(text) <= SLIP_LENGTH or not lexicon.one_character_off(text):
        return False
    return not any(lexicon.has(text[n : n + 2]) for n in range(len(text) - 1))


def _chinese_piece(text: str, lexicon: Lexicon) -> Piece:
    weight = GENERIC if text in everyday.GENERIC else SINGLE_CHARACTER if len(text) == 1 else 1.0
    piece = Piece(text, weight=weight)
    piece.add(_word_way(text, TYPED), *_term_ways(text, lexicon))
    if lacking := _LACKING.fullmatch(text):
        piece.add(*_lack_ways(lacking[1], lexicon))
    for other in everyday.ALIKE.get(text, ()):
        piece.add(_word_way(other, ALIKE), *_term_ways(other, lexicon, ALIKE))
    if len(text) > 1:
        piece.add(*_names_ways(lexicon.names_with(text)))
    if len(text) > 2 and text[0] not in _NEGATIONS and not lexicon.has(text):
        halves = dict.fromkeys((text[:2], text[-2:]))
        piece.add(*(_word_way(half, HALF) for half in halves))
        for half in halves:
            piece.add(*_term_ways(half, lexicon, HALF))
    if not lexicon.has(text) and len(text) > 1:
        piece.add(*_slips(text, lexicon))
    return piece


def _lack_ways(thing: str, lexicon: Lexicon) -> Iterator[Way]:
    """For 没有路灯: 无路灯, and with less weight the thing, which was installed where it was
    lacking.
    """
    yield from (_word_way(f"{word}{thing}", ALIKE) for word in ("没有", "没", "无"))
    yield _word_way(thing, LACKED)
    yield from _term_ways(thing, lexicon, LACKED)


def _slips(text: str, lexicon: Lexicon) -> Iterator[Way]:
    """Homophones and words with one other character."""
    for name in lexicon.sounding(text):
        yield from _meant(name, lexicon, SOUND)
    for spoken in islice(sounds.spoken(text), SEGMENTATIONS_TRIED):
        keys = tuple((analyzer.SOUND, " ".join(pair)) for pair in pairwise(spoken))
        yield Way(text, SOUND * SLIP, keys)
    for name in lexicon.one_character_off(text):
        yield from _meant(name, lexicon, SLIP)


def _meant(name: str, lexicon: Lexicon, weight: float) -> Iterator[Way]:
    """The ways to match a name that was meant, though mistyped."""
    yield _word_way(name, weight)
    yield from _term_ways(name, lexicon, weight)
    yield from _names_ways(lexicon.names_with(name), weight)
    for other in everyday.ALIKE.get(name, ()):
        yield _word_way(other, weight * ALIKE * ALIKE)


# ---------------------------------------------------------------- Latin letters


def _latin(runs: list[str], lexicon: Lexicon, indexed_stems: frozenset[str]) -> list[Piece]:
    """English, then pinyin, then misspelt English, then initials: the first that matches."""
    plain = " ".join(run for run in runs if run.isascii())  # English has no tone marks
    words = [(stem, plain[start:end]) for stem, start, end in english.stems(plain)]
    known = indexed_stems | lexicon.stems | _ALIKE_STEMS.keys()
    if any(stem in known for stem, _word in words):
        return list(_english(words, lexicon, known))
    letters = "".join(re.sub("[^a-z]", "", sounds.toneless(run)) for run in runs)
    for spoken in islice(sounds.syllables(letters), SEGMENTATIONS_TRIED):
        if pieces := list(_spoken_pieces(spoken, lexicon)):
            return pieces
    pieces = list(_english(words, lexicon, known))
    if any(len(piece.ways) > 1 for piece in pieces):
        return pieces
    return _initials(letters, lexicon) or pieces


def _english(words: list[tuple[str, str]], lexicon: Lexicon, known: Set[str]) -> Iterator[Piece]:
    """By names of the vocabulary, longest first, and by single words. `words`: (stem, word)."""
    at = 0
    while at < len(words):
        stems = tuple(stem for stem, _word in words[at : at + lexicon.most_stems])
        length = next((n for n in range(len(stems), 1, -1) if stems[:n] in lexicon.by_stems), 1)
        text = " ".join(word for _stem, word in words[at : at + length])
        yield _english_piece(text, stems[:length], lexicon, known)
        at += length


def _english_piece(text: str, stems: tuple[str, ...], lexicon: Lexicon, known: Set[str]) -> Piece:
    weight = GENERIC if stems[0] in _GENERIC_STEMS else 1.0 if len(stems) == 1 else 1.3
    piece = Piece(text, weight=weight)
    if len(stems) == 1:
        piece.add(_stem_way(stems[0], TYPED))
    else:
        piece.add(Way(text, TYPED, tuple((analyzer.STEM, stem) for stem in stems), stem=stems[0]))
        piece.add(*(_stem_way(stem, PART) for stem in stems))
    piece.add(*(_term_way(name) for name in lexicon.by_stems.get(stems, ())))
    if len(stems) == 1:
        for other in _ALIKE_STEMS.get(stems[0], ()):
            piece.add(_stem_way(other, ALIKE))
            for name in lexicon.by_stems.get((other,), ()):
                piece.add(_term_way(name, ALIKE))
        piece.add(*_names_of_stem(stems[0], lexicon))
        if stems[0] not in known:
            piece.add(*_misspelt(stems[0], lexicon, known))
    return piece


def _names_of_stem(stem: str, lexicon: Lexicon) -> Iterator[Way]:
    for stems, names in lexicon.by_stems.items():
        if stem in stems and len(stems) > 1:
            for name in names:
                yield _term_way(name, 1 / len(stems))


def _misspelt(stem: str, lexicon: Lexicon, known: Set[str]) -> Iterator[Way]:
    """One letter more, less or other, or two swapped; two errors in a long word."""
    if len(stem) < 4:
        return
    most = 1 if len(stem) < 8 else 2
    found = process.extract(
        stem, list(known), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=3
    )
    for other, _distance, _n in found:
        yield _stem_way(other, SLIP)
        yield from (_term_way(name, SLIP) for name in lexicon.by_stems.get((other,), ()))
        for alike in _ALIKE_STEMS.get(other, ()):
            yield _stem_way(alike, SLIP * ALIKE)


def _stemmed() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, others in everyday.ALIKE.items():
        if word.isascii():
            for stem, _start, _end in english.stems(word):
                found.setdefault(stem, []).extend(
                    other for o in others for other, _s, _e in english.stems(o) if other != stem
                )
    return {stem: tuple(dict.fromkeys(others)) for stem, others in found.items()}


_ALIKE_STEMS = _stemmed()
_GENERIC_STEMS = {english.stem(word) for word in everyday.GENERIC if word.isascii()}


def _spoken_pieces(spoken: tuple[str, ...], lexicon: Lexicon) -> Iterator[Piece]:
    at = gap = 0
    while at < len(spoken):
        longest = min(lexicon.most_syllables, len(spoken) - at)
        length = next(
            (n for n in range(longest, 1, -1) if " ".join(spoken[at : at + n]) in lexicon.by_sound),
            0,
        )
        if length:
            yield from _sound_piece(spoken[gap:at], lexicon)
            yield from _sound_piece(spoken[at : at + length], lexicon)
            at = gap = at + length
        else:
            at += 1
    yield from _sound_piece(spoken[gap:], lexicon)


def _sound_piece(spoken: tuple[str, ...], lexicon: Lexicon) -> Iterator[Piece]:
    if len(spoken) < 2:
        return
    piece = Piece(" ".join(spoken))
    for name in sorted(lexicon.by_sound.get(piece.text, ())):
        piece.add(*_meant(name, lexicon, FORM))
    keys = tuple((analyzer.SOUND, " ".join(pair)) for pair in pairwise(spoken))
    piece.add(Way(piece.text, SOUND, keys))
    yield piece


def _initials(letters: str, lexicon: Lexicon) -> list[Piece]:
    if not 2 <= len(letters) <= 8:
        return []
    piece = Piece(letters)
    for name in sorted(lexicon.by_initials.get(letters, ())):
        piece.add(*_meant(name, lexicon, INITIALS))
    if len(letters) > 2:
        windows = [letters[n : n + 3] for n in range(len(letters) - 2)]
        piece.add(Way(letters, INITIALS, tuple((analyzer.INITIALS, w) for w in windows)))
    return [piece] if piece.ways else []


# ---------------------------------------------------------------- ways


def _word_way(text: str, weight: float) -> Way:
    word = tokenizer.words(text)[0]
    return Way(text, weight, word=word)


def _stem_way(stem: str, weight: float) -> Way:
    return Way(stem, weight, ((analyzer.STEM, stem),), stem=stem)


def _term_way(name: Name, weight: float = 1.0) -> Way:
    return Way(name.text, FORM * name.weight * weight, term=(name.facet, name.value))


def _term_ways(text: str, lexicon: Lexicon, weight: float = 1.0) -> Iterator[Way]:
    return (_term_way(name, weight) for name in lexicon.names.get(text, ()))


def _names_ways(names: Iterable[Name], weight: float = 1.0) -> Iterator[Way]:
    return (_term_way(name, weight) for name in names)
