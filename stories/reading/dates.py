"""EDTF dates (ISO 8601-2): parsing, precision, ordering, and display in words. Pure.

A part that the source does not print is never invented, only marked as inferred.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from edtf import EDTFParseException, parse_edtf

from stories.reading.faults import Finding, FindingError

_DATE = r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?(?P<about>[~?%])?"
_ONE = re.compile(rf"\A{_DATE}\Z", re.ASCII)
_DECADE = re.compile(r"\A(?P<tens>\d{3})X(?P<about>[~?%])?\Z", re.ASCII)
MONTHS = (
    "January February March April May June July August September October November December"
).split()
SEASONS = range(21, 42)  # EDTF's numbers for the seasons, quarters and halves of a year
OPEN, UNKNOWN = "..", ""  # an end of an interval without a date: open (..) or unknown ("")
FIRST_YEAR = 1800
YEARS_AHEAD = 50  # after next year, for plans
SPAN_LIMIT = 60  # years from the first to the last of one case
Tenths = tuple[str, str]  # 上旬, 中旬, 下旬 or "", of the two ends of a date
NO_TENTHS: Tenths = ("", "")
_TENTHS_EN = {"上旬": "early ", "中旬": "mid-", "下旬": "late "}


class DateError(FindingError):
    """Not an EDTF date of the supported kinds: date, interval, open interval."""


@dataclass(frozen=True)
class Moment:
    """One end of a date, with the parts that are known."""

    year: int
    month: int | None
    day: int | None
    is_about: bool  # ~ or %: near this date
    is_uncertain: bool = False  # ? or %: perhaps this date
    tenth: str = ""  # 上旬, 中旬 or 下旬: an unspecified day of it, so `day` is None
    is_decade: bool = False  # 199X; `year` is its first or, at a last end, its last

    @property
    def is_vague(self) -> bool:
        return self.is_about or self.is_uncertain


@dataclass(frozen=True)
class Span:
    """`first` and `last` are the same for a plain date. None is an open end (`is_open_…`: the
    source says that it goes on, or went on before) or an unknown one, which the source does not
    state."""

    first: Moment | None
    last: Moment | None
    is_open_start: bool = False
    is_open_end: bool = False

    @property
    def years(self) -> range:
        """The years it touches; with an unknown end, only the year of the other end."""
        known = [moment.year for moment in (self.first, self.last) if moment]
        return range(min(known), max(known) + 1)


@lru_cache(maxsize=4096)
def read(edtf: str) -> Span:
    """Parse EDTF. Raises DateError for invalid syntax or days, years out of range, and intervals
    that are reversed, longer than SPAN_LIMIT or without any year."""
    ends = edtf.split("/")
    is_interval = len(ends) == 2
    if len(ends) > 2:
        raise DateError("not-edtf", edtf=edtf)
    first, last = (
        None if is_interval and text in (OPEN, UNKNOWN) else _moment(text, edtf, end)
        for end, text in enumerate((ends[0], ends[-1]))
    )
    if not first and not last:
        raise DateError("no-year", edtf=edtf)
    if first and last:
        if earliest(first) > _latest(last):
            raise DateError("backwards", edtf=edtf)
        if last.year - first.year > SPAN_LIMIT:
            raise DateError("too-many-years", edtf=edtf, limit=SPAN_LIMIT)
    return Span(first, last, is_interval and ends[0] == OPEN, is_interval and ends[1] == OPEN)


def _moment(text: str, edtf: str, end: int) -> Moment:
    """Parse one end of `edtf`: 0 the first, 1 the last."""
    if decade := _DECADE.match(text):
        begun = int(decade["tens"]) * 10
        about = _about(decade["about"])
        return _in_reach(Moment(begun + 9 * end, None, None, *about, is_decade=True), text)
    match = _ONE.match(text)
    if not match:
        _refuse_by_the_grammar(edtf)
        raise DateError("not-a-date", edtf=text)
    year, month, day = (
        int(match[part]) if match[part] else None for part in ("year", "month", "day")
    )
    assert year is not None
    if month is not None and not 1 <= month <= len(MONTHS):
        raise DateError("season" if month in SEASONS and day is None else "not-edtf", edtf=text)
    if month is not None and day is not None and not _is_day(year, month, day):
        raise DateError("no-such-day", edtf=text)
    return _in_reach(Moment(year, month, day, *_about(match["about"])), text)


def _about(sign: str | None) -> tuple[bool, bool]:
    """(is_about, is_uncertain)."""
    return sign in ("~", "%"), sign in ("?", "%")


def _in_reach(moment: Moment, text: str) -> Moment:
    last_year = date.today().year + 1 + YEARS_AHEAD
    if not FIRST_YEAR <= moment.year <= last_year:
        raise DateError("far-year", edtf=text, first=FIRST_YEAR, last=last_year)
    return moment


def _refuse_by_the_grammar(edtf: str) -> None:
    """Raises DateError if it is no EDTF; unsupported kinds of EDTF are refused elsewhere."""
    try:
        if edtf.isascii():
            parse_edtf(edtf)
            return
    except EDTFParseException as error:
        raise DateError("not-edtf", edtf=edtf) from error
    raise DateError("not-edtf", edtf=edtf)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------- words


def in_words(edtf: str, language: str, tenths: Tenths = NO_TENTHS) -> str:
    """2021-09 → 2021年9月 or September 2021, never more precise than it is. "" for "".

    "since" is used only if the source says that it goes on (2021/..). `tenths`: see
    `date_fragments.tenths_of`.
    """
    return _in_words(edtf, language, _WHOLE, tenths)


def in_short(edtf: str, language: str) -> str:
    """The same for lists, which have no room to say that an end is not stated."""
    return _in_words(edtf, language, _SHORT, NO_TENTHS)


# (language, which end has no date) → words
_WHOLE = {
    ("zh", "open end"): "{}起",
    ("en", "open end"): "since {}",
    ("zh", "open start"): "截至{}",
    ("en", "open start"): "until {}",
    ("zh", "unknown end"): "{}开始，结束时间未说明",
    ("en", "unknown end"): "from {}; end not stated",
    ("zh", "unknown start"): "至{}，开始时间未说明",
    ("en", "unknown start"): "until {}; start not stated",
}
_SHORT = {
    **_WHOLE,
    ("zh", "unknown end"): "{}开始",
    ("en", "unknown end"): "began {}",
    ("zh", "unknown start"): "至{}",
    ("en", "unknown start"): "until {}",
}


def _in_words(
    edtf: str, language: str, patterns: dict[tuple[str, str], str], tenths: Tenths
) -> str:
    if not edtf:
        return ""
    span = read_with_tenths(edtf, tenths)
    write = _write_en if language == "en" else _write_zh
    if span.first and (span.first == span.last or "/" not in edtf):
        return write(span.first)
    if span.first and span.last:
        separator = " – " if language == "en" else "至"
        return f"{write(span.first)}{separator}{write(span.last)}"
    moment = span.first or span.last
    assert moment
    state = "open" if span.is_open_end or span.is_open_start else "unknown"
    which = f"{state} {'end' if span.first else 'start'}"
    return patterns["en" if language == "en" else "zh", which].format(write(moment))


def machine_readable(edtf: str, tenths: Tenths = NO_TENTHS) -> str:
    """The value for HTML's `datetime`: a plain year, month or day; "" for all others.

    Source: HTML Living Standard, 4.5.14 The time element, read 2026-11: it has no intervals. For a
    third of a month it is the month.
    """
    span = read_with_tenths(edtf, tenths) if any(tenths) else None
    if span and span.first and span.first == span.last and not span.first.is_vague:
        return f"{span.first.year:04}-{span.first.month:02}"
    match = _ONE.match(edtf)
    return edtf if match and not match["about"] else ""


def on_a_scale(edtf: str, has_year: bool, language: str) -> str:
    """Short label of a year or month on a time axis: May 2020, Jun; 2020年5月, 6月."""
    moment = read(edtf).first
    assert moment
    if not moment.month:
        return str(moment.year)
    if language == "en":
        month = MONTHS[moment.month - 1][:3]
        return f"{month} {moment.year}" if has_year else month
    return f"{moment.year}年{moment.month}月" if has_year else f"{moment.month}月"


# ---------------------------------------------------------------- combining and ordering


def joined(began: str, ended: str) -> str:
    """The EDTF interval from `began` to `ended`; "" if both are empty.

    A missing end is unknown; it is open only if the source says so. If an end is itself an
    interval, what its two ends have in common is used.
    """
    if not (began or ended):
        return ""
    first = _end_as_edtf(began) if began else (OPEN if ended.startswith(f"{OPEN}/") else UNKNOWN)
    last = _end_as_edtf(ended, -1) if ended else (OPEN if began.endswith(f"/{OPEN}") else UNKNOWN)
    return first if first == last not in (OPEN, UNKNOWN) else f"{first}/{last}"


def _end_as_edtf(edtf: str, end: int = 0) -> str:
    """2021-09-11/2021-09-20 → 2021-09; if no part is common to both, the end asked for."""
    first, last = edtf.split("/")[0], edtf.split("/")[-1]
    if first == last or not (_ONE.match(first) and _ONE.match(last)):
        return (first, last)[end]
    shared = [length for length in (7, 4) if first[:length] == last[:length]]
    return first[: shared[0]] if shared else (first, last)[end]


def fault(edtf: str) -> Finding | None:
    """Why a text is not a valid date; None if it is one."""
    try:
        read(edtf)
    except DateError as error:
        return error.finding
    return None


def pair_fault(began: str, ended: str) -> Finding | None:
    """Why two valid dates contradict each other; None if they do not."""
    return fault(joined(began, ended)) if began or ended else None


def sort_key(edtf: str) -> tuple[date, date]:
    """Orders by end date, then by start date. An open end sorts last; an unknown end counts as the
    last known day."""
    span = read(edtf)
    known = span.first or span.last
    assert known
    first, last = span.first or known, span.last or known
    return date.max if span.is_open_end else last_day(last), date(*earliest(first))


def last_day(moment: Moment) -> date:
    month = moment.month or len(MONTHS)
    return date(moment.year, month, moment.day or monthrange(moment.year, month)[1])


def read_with_tenths(edtf: str, tenths: Tenths) -> Span:
    """Like `read`, but an end in a third of a month has no day."""
    span = read(edtf)
    first, last = (
        replace(moment, day=None, tenth=tenth) if moment and tenth else moment
        for moment, tenth in zip((span.first, span.last), tenths, strict=True)
    )
    return replace(span, first=first, last=last)


def earliest(moment: Moment) -> tuple[int, int, int]:
    return (moment.year, moment.month or 1, moment.day or 1)


def _latest(moment: Moment) -> tuple[int, int, int]:
    return (moment.year, moment.month or 12, moment.day or 31)


def _write_zh(moment: Moment) -> str:
    text = f"{moment.year}年"
    if moment.is_decade:
        text = f"{moment.year // 10 * 10}年代"
    if moment.month:
        text += f"{moment.month}月"
    if moment.day:
        text += f"{moment.day}日"
    text += moment.tenth
    text = f"约{text}" if moment.is_about else text
    return f"{text}（存疑）" if moment.is_uncertain else text


def _write_en(moment: Moment) -> str:
    text = f"the {moment.year // 10 * 10}s" if moment.is_decade else str(moment.year)
    if moment.month:
        text = f"{MONTHS[moment.month - 1]} {text}"
    if moment.day:
        text = f"{moment.day} {text}"
    if moment.tenth:
        text = f"{_TENTHS_EN[moment.tenth]}{text}"
    text = f"about {text}" if moment.is_about else text
    return f"{text} (uncertain)" if moment.is_uncertain else text
