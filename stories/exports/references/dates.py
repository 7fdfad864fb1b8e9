"""Formats EDTF dates for references: never more precise than they are, never as raw EDTF."""

from stories.reading import dates
from stories.reading.dates import MONTHS, Moment, Span

# Source: MLA Handbook, 9th edition, appendix 1: months of more than four letters are cut.
MONTHS_SHORT = "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()


def span_of(edtf: str) -> Span | None:
    return dates.read(edtf) if edtf else None


def exact(edtf: str) -> Moment | None:
    """The single date for date fields; None for intervals and for approximate or
    uncertain dates."""
    span = span_of(edtf)
    if span is None or span.first is None or span.first != span.last or span.first.is_vague:
        return None
    return span.first


def numeric(edtf: str) -> str:
    """2022-02-23; an estimated date is in square brackets; 2022- is open-ended.

    Source: GB/T 7714—2015, 8.8.3 and 8.8.4 (an estimated year in square brackets; a continuing
    serial ends in a hyphen), read 2026-11.
    """
    span = span_of(edtf)
    if span is None:
        return ""
    if span.first == span.last and span.first:
        return _estimated(span.first)
    if span.first and span.last and span.first.is_decade and "/" not in edtf:
        return f"[{span.first.year}-{span.last.year}]"
    first, last = (_estimated(moment) if moment else "" for moment in (span.first, span.last))
    return f"{first}-{last}" if not (first + last).count("-") else f"{first}–{last}"


def _estimated(moment: Moment) -> str:
    return f"[{iso(moment)}]" if moment.is_vague else iso(moment)


def iso(moment: Moment) -> str:
    parts = [f"{moment.year:04}", *(f"{n:02}" for n in (moment.month, moment.day) if n)]
    return "-".join(parts)


def years(edtf: str, unknown: str) -> str:
    """2022, ca. 2022, 2022?, 2022–2023, 2022–present; `unknown` if there is no date."""
    span = span_of(edtf)
    if span is None:
        return unknown
    first, last = (_year(moment) if moment else "" for moment in (span.first, span.last))
    if first == last or "/" not in edtf:
        return first
    return f"{first}–{'present' if span.is_open_end else last}"


def _year(moment: Moment) -> str:
    text = f"{moment.year // 10 * 10}s" if moment.is_decade else str(moment.year)
    text = f"{text}?" if moment.is_uncertain else text
    return f"ca. {text}" if moment.is_about else text


def month_and_day(edtf: str) -> str:
    """June 16, June, or "": the date without its year."""
    moment = exact(edtf)
    if moment is None or not moment.month:
        return ""
    month = MONTHS[moment.month - 1]
    return f"{month} {moment.day}" if moment.day else month


def day_month_year(edtf: str) -> str:
    """16 June 2020, June 2020; only years if it is no plain date."""
    moment = exact(edtf)
    if moment is None or not moment.month:
        return years(edtf, "")
    month = MONTHS_SHORT[moment.month - 1]
    return f"{moment.day} {month} {moment.year}" if moment.day else f"{month} {moment.year}"


def in_chinese(edtf: str) -> str:
    return dates.in_words(edtf, "zh")
