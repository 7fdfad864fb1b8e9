"""Text → what the index stores; a reader's words → what to look up and what to find. Pure.

Chinese has no spaces, so neighbouring characters are indexed in pairs: words of one and two Han
characters are exact look-ups, longer ones are pairs and then a look at the text itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import add

from opencc import OpenCC

WORD_LIMIT = 12  # words of one question; more narrow nothing that a reader could mean
PREFIX_LENGTH = 3  # letters from which on a Latin word finds longer ones too: lamp, lamps
GRAM_LENGTH = 40  # letters of a Latin word that are indexed; what is longer is looked at itself

_ACCENTED = "\u00df-\u00f6\u00f8-\u024f"
_LATIN = f"a-z0-9{_ACCENTED}"
_LATIN_WORD = re.compile(f"[{_LATIN}]+")
_LATIN_CHARACTER = re.compile(f"[{_LATIN}]")
_ACCENTED_CHARACTER = re.compile(f"[{_ACCENTED}]")
_OTHER_CHARACTER = re.compile(f"[^\0-\x7f{_ACCENTED}]")  # Han, mostly


def _table() -> dict[int, str]:
    """Character → its folded form, one for one, so that a place in the folded text is one in the
    text itself: simplified script, half width, lower case, straight quotation marks."""
    han = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simplified = OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {ord(a): b for a, b in zip(han, simplified, strict=True) if a != b and len(b) == 1}
    table[ord("著")] = "着"
    # Radicals and doubles of Han characters, as text copied out of a PDF has them.
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table[code] = table.get(ord(plain), plain)
    table |= {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    # Labels are written with ’ and “ ”, questions are typed with ' and ".
    table |= {ord(mark): "'" for mark in "‘’ʼ′＇"} | {ord(mark): '"' for mark in "“”„″＂"}
    table |= {0x3000: " ", 0: " "}  # PostgreSQL takes no NUL
    letters = (*range(ord("A"), ord("Z") + 1), *range(0xC0, 0x590))
    table |= {code: chr(code).lower() for code in letters if len(chr(code).lower()) == 1}
    return table


_FOLDED = _table()
_FOLDABLE = re.compile(f"[{re.escape(''.join(map(chr, _FOLDED)))}]")


def fold(text: str) -> str:
    """The form in which texts and words are compared; exactly as long as the text."""
    # Few characters of a text fold: looking for them is four times as fast as translating all.
    return _FOLDABLE.sub(lambda found: _FOLDED[ord(found[0])], text)


def grams(folded: str) -> set[str]:
    """What a folded text is indexed by: Han characters and pairs, Latin words and beginnings."""
    found: set[str] = set()
    for piece in set(folded.split()):
        if not piece.isascii():
            found.update(piece)
            found.update(map(add, piece, piece[1:]))
    found.difference_update([gram for gram in found if gram.isascii()])
    if _ACCENTED_CHARACTER.search(folded):
        found = set(filter(_OTHER_CHARACTER.search, found))
    for word in {word[:GRAM_LENGTH] for word in _LATIN_WORD.findall(folded)}:
        found.add(word)
        found.update([f"{word[:n]}*" for n in range(PREFIX_LENGTH, len(word) + 1)])
    return found


@dataclass(frozen=True)
class Word:
    """One word of a question, folded.

    A text holds it when the index has all of `grams` for that text and, where the word is not
    `is_exact`, `places` finds it there too.
    """

    text: str
    grams: tuple[str, ...]
    is_exact: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Latin words are found whole, or from their beginning on where they are letters only."""
        before = f"(?<![{_LATIN}])" if _LATIN_CHARACTER.match(self.text[0]) else ""
        ends_whole = _LATIN_CHARACTER.match(self.text[-1]) and not _is_beginning(self.text)
        return re.compile(before + re.escape(self.text) + (f"(?![{_LATIN}])" if ends_whole else ""))

    def places(self, folded: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each place in a folded text."""
        return (match.span() for match in self.pattern.finditer(folded))

    def is_in(self, folded: str) -> bool:
        return self.pattern.search(folded) is not None


def words(question: str) -> list[Word]:
    """The words of a reader's question, each once; a text has to hold all of them."""
    texts = [text for text in dict.fromkeys(fold(question).split()) if _asks(text)]
    return [_word(text) for text in texts[:WORD_LIMIT]]


def marked(text: str, asked: Iterable[Word], folded: str = "") -> list[tuple[str, bool]]:
    """The text in pieces, True for those that a word of the question found; `folded` if known."""
    folded = folded or fold(text)
    pieces, at = [], 0
    for start, end in sorted(span for word in asked for span in word.places(folded)):
        if end > at:
            start = max(start, at)
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


def _asks(text: str) -> bool:
    """Punctuation alone asks for nothing."""
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
    # A pair with a Latin character in it may be an end of a longer Latin word.
    is_exact = len(text) == 2 and all(map(_OTHER_CHARACTER.match, text))
    return Word(text, tuple(pairs or latin), is_exact)
