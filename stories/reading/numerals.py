"""Finds the numerals in a passage that a case document must account for. Pure.

Each is found whole, so that no fragment cuts it; numerals in names, ordinals and dates count too.
"""

import re
from dataclasses import dataclass

from stories.reading import number_words, numbers, words
from stories.reading.numbers import ARABIC, BELOW_WAN, CHINESE


@dataclass(frozen=True)
class Numeral:
    """A numeral expression at [start, end) of a folded passage."""

    start: int
    end: int
    text: str


# Before these, 一 is a number; before any other word it is an article ("a", "one of").
_ONE_MEASURES = (
    "个月|个半|个平方|个季度|个学期|年|天|日|周|小时|分钟|秒|倍|半|成|折|元|块钱|角|米|公里|里路|平方|亩|吨|公斤|斤|"
    "岁|户|栋|盏|%|番|[至到][二三四五六七八九十两]"
)
_PLACES = "点[〇零一二三四五六七八九]+(?![十百千刻分点])"
_POWERS = "(?:[百万亿]|千(?![瓦克米]))+"
_numeral = re.compile(
    r"(?<![\d/]m)(?<![\d/]km)(?:"
    rf"(?:{CHINESE}+|\d+)分之(?:{ARABIC}|{CHINESE}+(?:{_PLACES})?)"
    r"|\d+⁄\d+"
    rf"|{ARABIC}(?:[余多来]?{_POWERS}(?:{ARABIC}{_POWERS})*|[%‰])?"
    r")"
    rf"|{number_words.SEVERAL}"
    rf"|{number_words.HALF}|{number_words.NUMERALS}"
    rf"|(?!零下|百分点|千[瓦克米])[〇零二两三四五六七八九十百千万亿廿卅][{BELOW_WAN}万亿几]*(?:{_PLACES}[万亿]*|[余多来][万亿]+)?"
    rf"|一[〇零一二两三四五六七八九十百千万亿]+(?:{_PLACES}[万亿]*)?|一{_PLACES}[万亿]*"
    rf"|一(?={_ONE_MEASURES}|、[二三四五六七八九])|(?<=第)一(?=[届批次期轮])"
    r"|(?<![\u4e00-\u9fff])一(?=是)"
)


def find(passage: str) -> list[Numeral]:
    """Every numeral expression of a folded passage that must be accounted for."""
    plain = words.without_words(numbers.without_formal(passage))
    return [
        Numeral(match.start(), match.end(), passage[match.start() : match.end()])
        for match in _numeral.finditer(plain)
    ]
