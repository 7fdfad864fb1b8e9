"""Folds and tokenizes texts and queries; finds and marks words in a text. Pure.

Chinese has no spaces, so adjacent characters are indexed in pairs: words of one and two Han
characters are exact look-ups, longer ones are pairs verified in the text itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import add
from typing import Protocol

from opencc import OpenCC

from stories.reading import characters

WORD_LIMIT = 12  # words of one query; more are ignored
PREFIX_LENGTH = 3  # least letters of a Latin word that matches as a prefix: lamp, lamps
GRAM_LENGTH = 40  # letters of a Latin word that are indexed; longer ones are verified in the text

_ACCENTED = "\u00df-\u00f6\u00f8-\u024f"
_LATIN = f"a-z0-9{_ACCENTED}"
_LATIN_WORD = re.compile(f"[{_LATIN}]+")
_LATIN_CHARACTER = re.compile(f"[{_LATIN}]")
_ACCENTED_CHARACTER = re.compile(f"[{_ACCENTED}]")
_OTHER_CHARACTER = re.compile(f"[^\0-\x7f{_ACCENTED}]")  # Han, mostly
_MARKS = "\u0300-\u036f"  # combining, after their letter
# Separators of words in a query; ASCII signs separate only at the ends of words.
_BETWEEN_WORDS = re.compile(r"[。！？；：、…（）《》〈〉【】「」『』]|，(?!\d)|(?<!\d)，")
_ASTRAL = "\U00010000"  # the first character beyond the Basic Multilingual Plane
_SIGNS_AT_ENDS = "%‰+"  # part of a word even at its end: 50%, 100+
# Characters that OpenCC's hk2s simplifies within words only. If the character alone is hardly ever
# another word, it folds everywhere, so that a fragment of a word is found too; else by its words.
# Source: the phrases of OpenCC 1.4 that end otherwise than their characters, read 2026-11.
_ONLY_IN_WORDS = {"瞭": "了", "著": "着", "甦": "苏", "藉": "借"}
_WORDS = {
    "計畫": "计划",
    "籌畫": "筹划",
    "規畫": "规划",
    "策畫": "策划",
    "企畫": "企划",
    "答覆": "答复",
    "回覆": "回复",
}


def _table() -> dict[str, str]:
    """Character → its folded form, if that differs: Unicode's compatibility forms and case folding,
    simplified script for any region, straight quotation marks.

    Source: Unicode 15.0, UAX #15 (NFKC) and chapter 5.18; OpenCC 1.4 (hk2s), read 2026-11.
    """
    codes = (*range(0x80, 0xD800), *range(0xF900, 0x10000), *range(0x2F800, 0x2FA1E))
    every = [*map(chr, range(0x80)), *map(chr, codes)]
    table = {c: _compatible(c) for c in every}
    han = [c for c in every if "\u3400" <= c < "\ua000"]
    simplified = dict(zip(han, OpenCC("hk2s").convert("\n".join(han)).split("\n"), strict=True))
    simplified |= _ONLY_IN_WORDS
    # Labels have ’ and “ ”, queries are typed with ' and ".
    same = simplified | dict.fromkeys("‘’ʼ′", "'") | dict.fromkeys("“”„″", '"')
    table = {c: "".join(same.get(part, part) for part in to) for c, to in table.items()}
    table |= dict.fromkeys(characters.harmless(), "")
    table["\0"] = " "  # PostgreSQL rejects NUL
    return {c: to for c, to in table.items() if c != to} | _WORDS


def _compatible(character: str) -> str:
    """㎡ → m2, Ａ → a; unchanged if that would insert a space into a word (´) or remove the
    character."""
    folded = unicodedata.normalize("NFKC", character).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    return folded if folded and (character.isspace() or folded.split() == [folded]) else character


_FOLDED = _table()
_CHARACTERS = "".join(c for c in _FOLDED if len(c) == 1)
# A character class below U+10000 is one look-up; with others in it, a linear scan.
_CHARACTER = re.compile(f"[{re.escape(''.join(c for c in _CHARACTERS if c < _ASTRAL))}]")
_FOLDABLE = re.compile(
    f"[^{_MARKS}][{_MARKS}]+|{'|'.join(_WORDS)}|[{re.escape(_CHARACTERS)}]", re.DOTALL
)
# What needs the slower pattern: combining marks, an end of each of _WORDS, and the rest.
_RARE = re.compile(f"[{_MARKS}畫覆{_ASTRAL}-\U0010ffff]")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def folding() -> Mapping[str, str]:
    """Character, or pair of them, → its folded form, if that differs."""
    return _FOLDED


def fold(text: str) -> str:
    """The normalized form in which texts and words are compared; `align` maps it to the
    original.
    """
    # Few characters of a text fold: searching for them is four times as fast as translating all.
    folded = _foldable(text).sub(_folded, text)
    return _THOUSANDS.sub("", folded) if "," in folded else folded


def align(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and for each character of it its [start, end) in the original."""
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _foldable(text).finditer(text):
        pieces.append(text[at : match.start()])
        spans += [(n, n + 1) for n in range(at, match.start())]
        pieces.append(_folded(match))
        spans += [match.span()] * len(pieces[-1])
        at = match.end()
    pieces.append(text[at:])
    spans += [(n, n + 1) for n in range(at, len(text))]
    folded = "".join(pieces)
    dropped = {match.start() for match in _THOUSANDS.finditer(folded)}
    return _THOUSANDS.sub("", folded), [s for n, s in enumerate(spans) if n not in dropped]


def _foldable(text: str) -> re.Pattern[str]:
    return _FOLDABLE if _RARE.search(text) else _CHARACTER


def _folded(match: re.Match[str]) -> str:
    """The folded form of one character, or of one with combining marks."""
    found = match[0]
    if (to := _FOLDED.get(found)) is not None:
        return to
    composed = unicodedata.normalize("NFKC", found).casefold()
    composed = unicodedata.normalize("NFKC", composed)
    return "".join(_FOLDED.get(c, c) for c in composed)


def grams(folded: str) -> set[str]:
    """The index terms of a folded text: Han characters and pairs, Latin words and prefixes."""
    found: set[str] = set()
    for piece in set(folded.split()):
        if not piece.isascii():
            found.update(piece)
            found.update(map(add, piece, piece[1:]))
    found.difference_update([gram for gram in found if gram.isascii()])
    if _ACCENTED_CHARACTER.search(folded):
        found = set(filter(_OTHER_CHARACTER.search, found))
    for word in {word[:GRAM_LENGTH] for word in _LATIN_WORD.findall(folded)}:
        found.update(_word_grams(word))
    return found


@lru_cache(maxsize=20_000)  # the same words stand in every case
def _word_grams(word: str) -> tuple[str, ...]:
    """lamps → lamps, lam*, lamp*, lamps*"""
    return (word, *[f"{word[:n]}*" for n in range(PREFIX_LENGTH, len(word) + 1)])


class Findable(Protocol):
    """Something with places in a folded text."""

    def places(self, folded: str) -> Iterator[tuple[int, int]]: ...


@dataclass(frozen=True)
class Word:
    """One word of a query, folded.

    A text contains it if the index has all of `grams` for that text and, unless the word
    `is_exact`, `places` finds it there too.
    """

    text: str
    grams: tuple[str, ...]
    is_exact: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Latin words match whole, or as prefixes if they consist of letters only."""
        before = f"(?<![{_LATIN}])" if _LATIN_CHARACTER.match(self.text[0]) else ""
        ends_whole = _LATIN_CHARACTER.match(self.text[-1]) and not _is_beginning(self.text)
        return re.compile(before + re.escape(self.text) + (f"(?![{_LATIN}])" if ends_whole else ""))

    def places(self, folded: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each place in a folded text."""
        return (match.span() for match in self.pattern.finditer(folded))

    def is_in(self, folded: str) -> bool:
        return self.pattern.search(folded) is not None


def words(question: str) -> list[Word]:
    """The words of a query, without duplicates; a text must contain all of them. Empty if the query
    has only signs."""
    pieces = fold(_BETWEEN_WORDS.sub(" ", question)).split()
    texts = [text for text in dict.fromkeys(map(_without_signs, pieces)) if _has_content(text)]
    return [_word(text) for text in texts[:WORD_LIMIT]]


def marked(text: str, asked: Iterable[Findable]) -> list[tuple[str, bool]]:
    """The text in pieces; True for those that match a word of the query."""
    folded, spans = align(text)
    pieces, at = [], 0
    for first, behind in sorted(span for word in asked for span in word.places(folded)):
        start, end = max(spans[first][0], at), spans[behind - 1][1]
        if end > at:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def _without_signs(text: str) -> str:
    """Strip signs at the ends: "路灯", → 路灯; but 党建+群建 and 50% stay."""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not (text[end - 1].isalnum() or text[end - 1] in _SIGNS_AT_ENDS):
        end -= 1
    return text[start:end]


def _has_content(text: str) -> bool:
    """False for signs alone."""
    return any(character.isalnum() for character in text)


def _is_beginning(text: str) -> bool:
    return text.isalpha() and len(text) >= PREFIX_LENGTH and bool(_LATIN_WORD.fullmatch(text))


def _word(text: str) -> Word:
    if _LATIN_WORD.fullmatch(text):
        gram = text[:GRAM_LENGTH]
        is_whole = len(text) < GRAM_LENGTH
        return Word(text, (f"{gram}*" if _is_beginning(text) else gram,), is_whole)
    if len(text) == 1:
        return Word(text, (text,), True)
    pairs = [pair for pair in map(add, text, text[1:]) if _OTHER_CHARACTER.search(pair)]
    latin = [] if pairs else [word[:GRAM_LENGTH] for word in _LATIN_WORD.findall(text)]
    # A pair with a Latin character in it may be cut from a longer Latin word.
    is_exact = len(text) == 2 and all(map(_OTHER_CHARACTER.match, text))
    return Word(text, tuple(pairs or latin), is_exact)
