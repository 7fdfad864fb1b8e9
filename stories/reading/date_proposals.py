"""Proposes the likeliest EDTF for a printed date, with the part that had to be inferred. Pure.

Never proposes a date that `date_fragments.disagreement` would refuse.
"""

import re
from calendar import monthrange
from dataclasses import dataclass

from stories.choices import Inferred
from stories.reading import date_fragments, dates
from stories.reading.date_fragments import RELATIVE_YEAR, TENTHS, YEARS_AWAY

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?:19|20)\d\d|[一二三四五六七八九〇零]{4})年"
_NAMED_YEAR = "大前年|前年|去年|上年|今年|本年|明年|当年|同年|次年|翌年"
_PART = (
    "上半年|下半年|年初|年中|年底|年末|岁末|[第一二三四1-4]+季度|春季|春天|夏季|夏天|秋季|秋天|暑假|"
    "暑期"
)
_SEASON = "(?:今[春夏秋])"
_OF_MONTH = "[上中下]旬|初(?![一二三四五六七八九十])|底|末|中(?=$|[旬,。])"
_ONE = (
    rf"(?:(?:{_YEAR}|{_NAMED_YEAR})(?:{_PART}|{_NUMBER}月份?(?:{_NUMBER}[日号]|{_OF_MONTH})?|初|底|末)?"
    rf"|(?<![\d个])(?<![一二三四五六七八九十]){_NUMBER}月份?(?:{_NUMBER}[日号]|{_OF_MONTH})?"
    rf"|{_SEASON}|(?:19|20)\d\d[./-]\d{{1,2}}(?:[./-]\d{{1,2}})?)"
)
_phrase = re.compile(rf"{_ONE}(?:[至到—~-]{_ONE})?(?:以来|至今|起)?")
_GOES_ON = re.compile("(?:以来|至今|起)$")
_YEARS = re.compile(r"(?<!\d)(?:1[89]|2[01])\d\d(?=年|[-—~至到、和]|$)")
_PRINTED_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_SAME_YEAR = ("当年", "同年", "次年", "翌年")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2})(?=月|[-—~至到、和]\d{1,2}月)")
_DAYS = re.compile(r"(?<!\d)(\d{1,2})(?=[日号])")
# The same width as in the check.
_PARTS = {
    **{"上半年": (1, 6), "下半年": (7, 12), "年初": (1, 3), "年中": (5, 8)},
    **dict.fromkeys(("年底", "年末", "岁末", "年尾"), (11, 12)),
    **{"一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12)},
    **dict.fromkeys(("春季", "春天", "今春"), (2, 5)),
    **dict.fromkeys(("夏季", "夏天", "今夏"), (5, 8)),
    **dict.fromkeys(("秋季", "秋天", "今秋"), (8, 11)),
    **dict.fromkeys(("暑假", "暑期"), (7, 9)),
}


@dataclass(frozen=True)
class DateReading:
    """`inferred`: the largest part that the fragment does not print; "" if it prints all."""

    edtf: str
    inferred: str


def find(passage: str) -> list[tuple[int, int]]:
    """Spans of the dates in a folded passage, each with all of its words."""
    return [match.span() for match in _phrase.finditer(passage)]


def read(printed: str, issued: str = "", above: str = "") -> DateReading | None:
    """The date that a fragment prints. A missing year is the last one printed `above` in its
    source, else follows from `issued`, the date of the source.
    """
    text = date_fragments.solar(printed)
    years = [int(year) for year in _YEARS.findall(text)]
    inferred = ""
    if not years:
        year = _year_of(printed, text, issued, above)
        if year is None:
            return None
        years, inferred = [year], Inferred.YEAR.value
    ends = [_edtf(years[0], text, 0), _edtf(years[-1], text, -1)]
    edtf = ends[0] if ends[0] == ends[1] else "/".join(ends)
    if _GOES_ON.search(printed) and "/" not in edtf:
        edtf = f"{edtf}/{dates.OPEN}"
    return _checked(printed, edtf, inferred, issued)


def _checked(printed: str, edtf: str, inferred: str, issued: str) -> DateReading | None:
    try:
        finding = date_fragments.disagreement(printed, edtf, inferred or None, issued or None)
    except dates.DateError:
        return None
    return None if finding else DateReading(edtf, inferred)


def _year_of(printed: str, text: str, issued: str, above: str) -> int | None:
    """去年 is relative to the date of the source; a month without a year takes it from the text
    above, else it is the last such month before that date."""
    is_dated = bool(issued) and not dates.fault(issued)
    span = dates.read(issued) if is_dated else None
    written = (span.last or span.first) if span else None
    named = RELATIVE_YEAR.search(printed)
    if named and written:
        return written.year + YEARS_AWAY[named[0]]
    months = [int(month) for month in _MONTHS.findall(text)]
    is_part_of_a_year = months or any(word in printed for word in (*_PARTS, *_SAME_YEAR))
    if named or not is_part_of_a_year:
        return None
    if years := _PRINTED_YEARS.findall(date_fragments.solar(above)):
        return int(years[-1]) + ("次年" in printed or "翌年" in printed)
    if written is None:
        return None
    is_past = not months or not written.month or months[-1] <= written.month
    return written.year if is_past else written.year - 1


def _edtf(year: int, text: str, end: int) -> str:
    """EDTF of the first (0) or the last (-1) end of a fragment."""
    months = [int(month) for month in _MONTHS.findall(text)]
    if not months:
        parts = [_PARTS[word] for word in _PARTS if word in text]
        return f"{year}-{parts[0][end]:02}" if parts else str(year)
    month = months[end]
    if tenths := [TENTHS[word] for word in TENTHS if word in text]:
        last = monthrange(year, month)[1] if 1 <= month <= 12 else 31
        return f"{year}-{month:02}-{min(tenths[end][end], last):02}"
    days = [int(day) for day in _DAYS.findall(text)]
    return f"{year}-{month:02}-{days[end]:02}" if days else f"{year}-{month:02}"
