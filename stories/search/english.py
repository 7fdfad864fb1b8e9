"""Stemming and spelling normalization of English words. Pure.

Texts and queries are reduced in the same way, so that only the results are compared.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from snowballstemmer import stemmer  # type: ignore[import-untyped]  # has no stubs

_WORD = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?![a-z0-9])")
_SNOWBALL = stemmer("english")

# Source: Snowball's English stop word list, read 2026-11, with words of questions to a library.
STOP_WORDS = frozenset(
    "a about above after again against all also am an and any anyone are as at be because been "
    "before being below between both but by can could did do does doing done down during each "
    "few for from further get gets getting give go got had has have having he help her here hers "
    "him his how if in into is it its itself just know let like made make makes making me more "
    "most much must my need needs no nor not of off on once one only or other our ours out over "
    "own people place places please same see she should show so some somebody someone such tell "
    "than that the their theirs them then there these they thing things this those through to "
    "too under until up us use used using very was way ways we were what when where whether "
    "which while who whom whose why will with without would you your yours".split()
)
# Rules of our own for British and American spellings that the Oxford English Dictionary lists, read
# 2026-11. Other words that they change (exercise) change equally in texts and queries.
_AMERICAN = [
    (re.compile(pattern), to)
    for pattern, to in (
        (r"(?<=[a-z]{2}[bdlmnv])our(?=$|s$|ed$|ing$|er|ful|ite|hood|al|ly)", "or"),
        (r"(?<=[a-z]{3})is(?=e$|es$|ed$|ing$|er$|ers$|ation)", "iz"),
        (r"(?<=[a-z]{2}al)ys(?=e$|es$|ed$|ing$)", "yz"),
        (r"(?<=[a-z][nt])re(?=$|s$)", "er"),
        (r"(?<=[a-z]{2}l)l(?=ed$|ing$|er$|ers$)", ""),
        (r"gramme(?=s?$)", "gram"),
        (r"^storey", "story"),
        (r"^kerb", "curb"),
        (r"^tyre", "tire"),
        (r"(?<=[a-z]{2})ence(?=s?$)", "ense"),
        (r"^ageing$", "aging"),
        (r"^grey", "gray"),
    )
]


def stems(folded: str) -> Iterator[tuple[str, int, int]]:
    """(stem, start, end) of each word of a folded text that is no stop word."""
    for match in _WORD.finditer(folded):
        if match[0] not in STOP_WORDS:
            yield stem(match[0]), match.start(), match.end()


def places(stem_wanted: str, folded: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each word of a folded text with this stem, in either spelling."""
    # Only words with the same beginning are stemmed.
    for match in re.finditer(f"(?<![a-z0-9]){stem_wanted[:2]}[a-z]*(?![a-z0-9])", folded):
        if match[0] not in STOP_WORDS and stem(match[0]) == stem_wanted:
            yield match.span()


# Not stemmed: nouns with another meaning than their verb.
_NOUNS = {"parking": "parking", "building": "building", "buildings": "building"}


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """neighbours, neighbour, neighbor → neighbor; renovated, renovation → renov."""
    if word in _NOUNS:
        return _NOUNS[word]
    for pattern, to in _AMERICAN:
        word = pattern.sub(to, word)
    return str(_SNOWBALL.stemWord(word))
