"""Hits: where the words of a query were found in a case, with the surrounding text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stories.languages import reader_language
from stories.search import tokenizer

EXCERPT = 24  # characters before the first match, and twice as many after its start
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True)
class Hit:
    """A place where words of the query were found, with the surrounding text in pieces."""

    anchor: str  # on the case's page; "" for the case itself
    pieces: list[tuple[str, bool]]  # True for a match
    is_computed: bool = False  # a derived number, which no source prints
    is_keyword: bool = False  # a search keyword, which no text of the case contains

    @property
    def language(self) -> str:
        """The language of the text, for its `lang` attribute."""
        return _language("".join(text for text, _is_found in self.pieces))


def is_in_readers_language(text: str) -> bool:
    return _language(text)[:2] == reader_language()


def _language(text: str) -> str:
    return "zh-Hans" if len(_HAN.findall(text)) * 4 > len(text) else "en"


def excerpt(text: str, words: Sequence[tokenizer.Findable]) -> list[tuple[str, bool]]:
    """The marked text, cut to EXCERPT characters before the first match and twice as many after its
    start."""
    pieces = tokenizer.marked(text, words)
    first = len(pieces[0][0]) if pieces and not pieces[0][1] else 0
    first = 0 if first == len(text) else first
    begin, end = max(0, first - EXCERPT), first + 2 * EXCERPT
    return _between(pieces, begin, end, len(text))


def _between(
    pieces: Iterable[tuple[str, bool]], begin: int, end: int, length: int
) -> list[tuple[str, bool]]:
    """The pieces within [begin, end), with an ellipsis on each side that is cut."""
    cut, at = [], 0
    for text, is_found in pieces:
        part = text[max(0, begin - at) : max(0, end - at)]
        at += len(text)
        if part:
            cut.append((part, is_found))
    before, after = [("…", False)] if begin else [], [("…", False)] if end < length else []
    return [*before, *cut, *after]
