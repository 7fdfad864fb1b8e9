"""How Chinese characters are read, in pinyin without tones. Pure.

For what is typed as it sounds: pinyin with and without tones, initials, and characters that sound
like others.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, pairwise, product

from pypinyin import Style, pinyin

SPOKEN_LENGTH = 12  # characters of a word that is looked for by its sound
SPOKEN_LIMIT = 256  # readings of it
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_TONE_DIGITS = re.compile(r"(?<=[a-z])[1-5]")
READINGS_LIMIT = 3  # of one character; more are rare ones
SYLLABLE_LIMIT = 6  # letters: zhuang


@lru_cache(maxsize=30_000)
def readings(character: str) -> tuple[str, ...]:
    """灯 → deng; 行 → xing, hang. Empty for what is no Chinese character."""
    if not _HAN.fullmatch(character):
        return ()
    found: list[str] = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return tuple(dict.fromkeys(map(_plain, found)))[:READINGS_LIMIT]


def pairs(text: str) -> set[str]:
    """太阳能 → tai yang, yang neng: of neighbouring characters, in every reading."""
    return {sound for run in _HAN.findall(text) for a, b in pairwise(run) for sound in _pair(a, b)}


@lru_cache(maxsize=100_000)
def _pair(first: str, second: str) -> tuple[str, ...]:
    return tuple(f"{a} {b}" for a, b in product(readings(first), readings(second)))


def initials(text: str) -> set[str]:
    """太阳能灯 → tyn, ynd: of three neighbouring characters."""
    found: set[str] = set()
    for run in _HAN.findall(text):
        letters = [_first_letters(c) for c in run]
        for at in range(len(letters) - 2):
            found.update(map("".join, product(*letters[at : at + 3])))
    return found


@lru_cache(maxsize=30_000)
def _first_letters(character: str) -> tuple[str, ...]:
    return tuple({reading[0]: None for reading in readings(character)})


def spoken(text: str) -> set[tuple[str, ...]]:
    """Readings of a short text, as syllables; empty where it is not Chinese throughout, or long.

    Each character with two readings doubles them: of a long text they would fill the memory.
    """
    if len(text) > SPOKEN_LENGTH or not _HAN.fullmatch(text):
        return set()
    return set(islice(product(*map(readings, text)), SPOKEN_LIMIT))


def transcribed(text: str) -> str:
    """老旧小区 → lao jiu xiao qu, each character as it is mostly read; "" without Chinese."""
    return " ".join(readings(c)[0] for run in _HAN.findall(text) for c in run if readings(c))


def toneless(text: str) -> str:
    """lùdēng, lu4deng1 → ludeng; lü → lv."""
    return _TONE_DIGITS.sub("", _plain(text.casefold()))


def syllables(letters: str) -> list[tuple[str, ...]]:
    """Every way to read letters as syllables: xian → xian, xi an. Longest syllables first."""
    return list(_split(letters)) if letters.isascii() and letters.isalpha() else []


def _split(letters: str) -> Iterator[tuple[str, ...]]:
    if not letters:
        yield ()
        return
    for length in range(min(SYLLABLE_LIMIT, len(letters)), 0, -1):
        if letters[:length] in _known():
            for rest in _split(letters[length:]):
                yield (letters[:length], *rest)


@cache
def _known() -> frozenset[str]:
    """The syllables of the characters of GB 2312."""
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    characters = (bytes((row, cell)).decode("gb2312", "ignore") for row in rows for cell in cells)
    found: set[str] = {reading for c in characters if c for reading in readings(c)}
    return frozenset(reading for reading in found if re.search("[aeiouv]", reading))


def _plain(syllable: str) -> str:
    """Without tone marks; ü is v, as it is typed."""
    decomposed = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(c for c in decomposed if not unicodedata.combining(c))
