"""Pinyin of Chinese characters, without tones. Pure.

For queries typed by sound: pinyin with and without tones, initials, and homophones.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product

from pypinyin import Style, pinyin

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_TONE_DIGITS = re.compile(r"(?<=[a-z])[1-5]")
READINGS_LIMIT = 3  # of one character; more are rare ones
SYLLABLE_LIMIT = 6  # letters: zhuang
LETTERS_LIMIT = 60  # letters that are parsed as pinyin


@lru_cache(maxsize=30_000)
def readings(character: str) -> tuple[str, ...]:
    """灯 → deng; 行 → xing, hang. Empty if it is no Chinese character."""
    if not _HAN.fullmatch(character):
        return ()
    found: list[str] = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return tuple(dict.fromkeys(map(_plain, found)))[:READINGS_LIMIT]


def pairs(text: str) -> set[str]:
    """太阳能 → tai yang, yang neng: adjacent characters, in every reading."""
    return {sound for run in _HAN.findall(text) for a, b in pairwise(run) for sound in _pair(a, b)}


@lru_cache(maxsize=100_000)
def _pair(first: str, second: str) -> tuple[str, ...]:
    return tuple(f"{a} {b}" for a, b in product(readings(first), readings(second)))


def initials(text: str) -> set[str]:
    """太阳能灯 → tyn, ynd: three adjacent characters."""
    found: set[str] = set()
    for run in _HAN.findall(text):
        letters = [_first_letters(c) for c in run]
        for at in range(len(letters) - 2):
            found.update(map("".join, product(*letters[at : at + 3])))
    return found


@lru_cache(maxsize=30_000)
def _first_letters(character: str) -> tuple[str, ...]:
    return tuple({reading[0]: None for reading in readings(character)})


def spoken(text: str) -> Iterator[tuple[str, ...]]:
    """Every reading of a text, as syllables; none unless it is all Chinese. Lazy, as the readings
    of 40 characters may not fit into memory."""
    return product(*map(readings, text)) if _HAN.fullmatch(text) else iter(())


def transcribed(text: str) -> str:
    """老旧小区 → lao jiu xiao qu, each character in its commonest reading; "" without Chinese."""
    return " ".join(readings(c)[0] for run in _HAN.findall(text) for c in run if readings(c))


def toneless(text: str) -> str:
    """lùdēng, lu4deng1 → ludeng; lü → lv."""
    return _TONE_DIGITS.sub("", _plain(text.casefold()))


def syllables(letters: str) -> Iterator[tuple[str, ...]]:
    """Every segmentation of letters into syllables, longest first: xian → xian, xi an. Lazy, as
    there may be very many; none for more than LETTERS_LIMIT letters."""
    if 0 < len(letters) <= LETTERS_LIMIT and letters.isascii() and letters.isalpha():
        yield from _split(letters, 0, _ends(letters))


def _split(letters: str, at: int, ends: Sequence[Sequence[int]]) -> Iterator[tuple[str, ...]]:
    if at == len(letters):
        yield ()
    else:
        for end in ends[at]:
            for rest in _split(letters, end, ends):
                yield (letters[at:end], *rest)


def _ends(letters: str) -> list[list[int]]:
    """For each start, the ends of syllables after which the rest can be segmented too."""
    ends: list[list[int]] = [[] for _letter in letters]
    for at in reversed(range(len(letters))):
        longest = min(at + SYLLABLE_LIMIT, len(letters))
        ends[at] = [
            end
            for end in range(longest, at, -1)
            if letters[at:end] in _known() and (end == len(letters) or ends[end])
        ]
    return ends


@cache
def _known() -> frozenset[str]:
    """The syllables of all characters of GB 2312."""
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    characters = (bytes((row, cell)).decode("gb2312", "ignore") for row in rows for cell in cells)
    found: set[str] = {reading for c in characters if c for reading in readings(c)}
    return frozenset(reading for reading in found if re.search("[aeiouv]", reading))


def _plain(syllable: str) -> str:
    """Without tone marks; ü is v, as it is typed."""
    decomposed = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(c for c in decomposed if not unicodedata.combining(c))
