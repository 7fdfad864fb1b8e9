"""A date as precise as its source is: EDTF (ISO 8601-2) ⇄ years, words, a printed fragment.

Pure. A part that the source does not print is never made up, only marked as inferred.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from edtf import EDTFParseException, parse_edtf

from stories.vocabulary import Inferred

_DATE = r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?(?P<about>[~?%])?"
_ONE = re.compile(rf"\A{_DATE}\Z")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
OPEN = ".."
_PRINTED = {
    "year": r"(?<!\d)(\d{4})(?!\d)",
    "month": r"(?<!\d)(\d{1,2})月",
    "day": r"(?<!\d)(\d{1,2})[日号]",
}
_ZH = "零一二三四五六七八九"


class DateError(ValueError):
    """A text that is no EDTF date of the kinds used here: date, interval, open interval."""


@dataclass(frozen=True)
class Moment:
    """One end of a date: the parts that are known."""

    year: int
    month: int | None
    day: int | None
    is_about: bool


@dataclass(frozen=True)
class Span:
    """`first` or `last` is None where that end is open; both are the same for a plain date."""

    first: Moment | None
    last: Moment | None

    @property
    def years(self) -> range:
        """The years it touches; an open end counts only the year at the other end."""
        known = [moment.year for moment in (self.first, self.last) if moment]
        return range(min(known), max(known) + 1)


@lru_cache(maxsize=4096)
def read(edtf: str) -> Span:
    """Raises DateError for what is not EDTF, or is backwards, or has no year at all."""
    ends = edtf.split("/")
    plain = [_is_plain(end) or (len(ends) == 2 and end == OPEN) for end in ends]
    if len(ends) > 2 or not all(plain):
        _parsed_by_the_grammar(edtf)
    moments = [None if end == OPEN else _moment(end) for end in ends]
    if not any(moments):
        raise DateError(f"{edtf!r} has no year")
    span = Span(moments[0], moments[-1])
    if span.first and span.last and _earliest(span.first) > _latest(span.last):
        raise DateError(f"{edtf!r} ends before it begins")
    return span


def _is_plain(end: str) -> bool:
    """A day, month or year of the calendar: the grammar need not be asked, which takes
    milliseconds."""
    match = _ONE.match(end)
    try:
        return bool(match and date(*(int(match[p] or 1) for p in ("year", "month", "day"))))
    except ValueError:
        return False


def _parsed_by_the_grammar(edtf: str) -> None:
    try:
        parse_edtf(edtf)
    except EDTFParseException as error:
        raise DateError(f"{edtf!r} is not an EDTF date (2021-09, 2021/2022, 2021/..)") from error


def in_words(edtf: str, language: str) -> str:
    """2021-09 → 2021年9月 or September 2021, never more precise than it is. "" for ""."""
    if not edtf:
        return ""
    span = read(edtf)
    write = _write_en if language == "en" else _write_zh
    if span.first == span.last and span.first:
        return write(span.first)
    if span.first and span.last:
        separator = " – " if language == "en" else "至"
        return f"{write(span.first)}{separator}{write(span.last)}"
    if span.first:
        return f"since {write(span.first)}" if language == "en" else f"{write(span.first)}起"
    assert span.last
    return f"until {write(span.last)}" if language == "en" else f"截至{write(span.last)}"


def on_a_scale(edtf: str, has_year: bool, language: str) -> str:
    """A year or month in few letters, as it stands along a scale: May 2020, Jun; 2020年5月, 6月."""
    moment = read(edtf).first
    assert moment
    if not moment.month:
        return str(moment.year)
    if language == "en":
        month = _MONTHS[moment.month - 1][:3]
        return f"{month} {moment.year}" if has_year else month
    return f"{moment.year}年{moment.month}月" if has_year else f"{moment.month}月"


def joined(began: str, ended: str) -> str:
    """The EDTF of a whole from those of its ends; an end that is not known stays open."""
    first, last = began.split("/")[0], ended.split("/")[-1]
    return first if first == last else f"{first or OPEN}/{last or OPEN}"


def disagreement(printed: str, edtf: str, inferred: str | None) -> str:
    """What a date says that its printed fragment does not; "" when they agree."""
    span = read(edtf)
    moments = [moment for moment in (span.first, span.last) if moment]
    shown = _in_digits(printed)
    has_year = bool(re.search(_PRINTED["year"], shown))
    if has_year and inferred == Inferred.YEAR:
        return f"{printed!r} prints its year, so the year is not inferred"
    if not has_year and inferred != Inferred.YEAR:
        return f"{printed!r} prints no year: inferred has to be 'year'"
    for part, pattern in _PRINTED.items():
        prints = {int(number) for number in re.findall(pattern, shown)}
        values = {getattr(moment, part) for moment in moments} - {None}
        if values and prints - values:
            return f"{printed!r} prints the {part} {min(prints - values)}, {edtf!r} does not"
        # A day or month that the source does not print would be precision of our own making.
        if not prints and part != "year" and values and not inferred:
            return f"{printed!r} prints no {part}, {edtf!r} has one"
    return ""


def _in_digits(printed: str) -> str:
    """九月十五日 → 9月15日, 二〇二一年 → 2021年."""
    digits = f"[{_ZH}]?十[{_ZH}]?|[〇{_ZH}]+"
    return re.sub(f"(?:{digits})(?=[年月日号])", lambda match: _digits(match.group()), printed)


def _digits(chinese: str) -> str:
    tens, ten, ones = chinese.partition("十")
    if ten:
        return str(_ZH.index(tens or "一") * 10 + _ZH.index(ones or "零"))
    return "".join(str(_ZH.index(digit)) for digit in chinese.replace("〇", "零"))


def _moment(text: str) -> Moment:
    match = _ONE.match(text)
    if not match:
        raise DateError(f"{text!r}: write a year, year-month or year-month-day, with ~ for about")
    year, month, day = (
        int(match[part]) if match[part] else None for part in ("year", "month", "day")
    )
    assert year is not None
    if month and month > len(_MONTHS):  # EDTF counts on from 21 for the seasons
        raise DateError(f"{text!r}: write the months of a season, as in 2021-03/2021-05")
    return Moment(year, month, day, bool(match["about"]))


def _earliest(moment: Moment) -> tuple[int, int, int]:
    return (moment.year, moment.month or 1, moment.day or 1)


def _latest(moment: Moment) -> tuple[int, int, int]:
    return (moment.year, moment.month or 12, moment.day or 31)


def _write_zh(moment: Moment) -> str:
    text = f"{moment.year}年"
    if moment.month:
        text += f"{moment.month}月"
    if moment.day:
        text += f"{moment.day}日"
    return f"约{text}" if moment.is_about else text


def _write_en(moment: Moment) -> str:
    text = str(moment.year)
    if moment.month:
        text = f"{_MONTHS[moment.month - 1]} {text}"
    if moment.day:
        text = f"{moment.day} {text}"
    return f"about {text}" if moment.is_about else text
