"""A time axis of whole months or years, and the marks of dates of any precision on it.

A day is solid; a year, a month or a third of one is striped, as the day is somewhere in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from stories.presenters.charts.marks import FULL, TAIL, Mark, Stretch, stretch
from stories.reading import dates
from stories.reading.dates import NO_TENTHS, Moment, Span, Tenths


@dataclass(frozen=True)
class Tick:
    """`is_labelled`: its label fits beside the labels before it, on the narrowest phone."""

    edtf: str
    place: float  # % of the scale
    has_year: bool  # of its label
    is_labelled: bool = True


TICKS = 3  # at most; their labels must fit side by side on a phone
STEPS = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)))
FIRST_YEAR, LAST_YEAR = 1, 9998  # of the calendar's days
# Pixels: the scale in a window of 320, and its labels, as components.css sets them.
NARROWEST, LABEL_SIZE, LABEL_INDENT, LABEL_GAP, LABEL_OVERHANG = 160, 13.0, 4.6, 6, 16


@dataclass(frozen=True)
class TimeScale:
    """Whole months or years around every known day, with room on both sides for open ends: only
    those reach an edge."""

    first: int  # ordinal of its first day
    last: int  # ordinal of the day after its last
    room: float
    ticks: list[Tick]

    def at(self, day: int) -> float:
        width = FULL - 2 * self.room
        return round(self.room + (day - self.first) / (self.last - self.first) * width, 1)

    def mark(self, edtf: str, tenths: Tenths = NO_TENTHS) -> Mark:
        """Days are solid; a year, a month or a third of one is striped: the day is
        somewhere in it."""
        span = dates.read_with_tenths(edtf, tenths)
        first, last = _days(edtf)
        start = 0.0 if first is None else self.at(first)
        end = FULL if last is None else self.at(last)
        if _is_day(span.first) and _is_day(span.last):
            return Mark(stretch(start, end))
        about = any(moment and moment.is_vague for moment in (span.first, span.last))
        tail = TAIL / 2 if about else 0
        return Mark(self._known_end(edtf, span), stretch(start - tail, end + tail))

    def _known_end(self, edtf: str, span: Span) -> Stretch | None:
        """The one end of a span that is known to the day."""
        first, last = _days(edtf)
        if first is not None and _is_day(span.first):
            return stretch(self.at(first), self.at(first + 1))
        if last is not None and _is_day(span.last):
            return stretch(self.at(last - 1), self.at(last))
        return None


def scale_of(edtfs: Iterable[str]) -> TimeScale:
    """The scale of one or more dates."""
    spans = [_days(edtf) for edtf in edtfs]
    days = [day for span in spans for day in span if day is not None]
    first, behind = _months(date.fromordinal(min(days))), _months(date.fromordinal(max(days) - 1))
    step = next((step for step in STEPS if behind // step - first // step < TICKS), STEPS[-1])
    start, end = first // step * step, (behind // step + 1) * step
    scale = TimeScale(
        _first_day(start),
        _first_day(end),
        TAIL if any(None in span for span in spans) else 0.0,
        [],
    )
    free = 0.0  # pixels from the left occupied by labels
    for month in range(start, end, step):
        edtf, has_year = _tick_edtf(month, step), month == start or month % 12 == 0
        place = scale.at(_first_day(month))
        left = place / FULL * NARROWEST + LABEL_INDENT
        width = max(_width(dates.on_a_scale(edtf, has_year, language)) for language in ("zh", "en"))
        is_labelled = left >= free and left + width <= NARROWEST + LABEL_OVERHANG
        if is_labelled:
            free = left + width + LABEL_GAP
        scale.ticks.append(Tick(edtf, place, has_year, is_labelled))
    return scale


def _width(words: str) -> float:
    """The approximate width of an axis label, in pixels."""
    return sum(LABEL_SIZE * (1.0 if letter > "\u2e80" else 0.58) for letter in words)


def _is_day(moment: Moment | None) -> bool:
    return bool(moment and moment.day and not moment.is_vague)


@lru_cache(maxsize=4096)
def _days(edtf: str) -> tuple[int | None, int | None]:
    """The ordinals of the first day and of the day after the last; None for an open end."""
    span = dates.read(edtf)
    first = _earliest(span.first).toordinal() if span.first else None
    return first, _behind(span.last) if span.last else None


def _earliest(moment: Moment) -> date:
    year = min(max(moment.year, FIRST_YEAR), LAST_YEAR)
    return date(year, moment.month or 1, moment.day or 1)


def _behind(moment: Moment) -> int:
    start = _earliest(moment)
    if moment.day:
        return start.toordinal() + 1
    return _first_day(_months(start) + (1 if moment.month else 12))


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int) -> int:
    """The ordinal of the first day of a month, counted from year 0."""
    year = min(max(month // 12, FIRST_YEAR), LAST_YEAR + 1)
    return date(year, month % 12 + 1, 1).toordinal()


def _tick_edtf(month: int, step: int) -> str:
    year = f"{max(month // 12, FIRST_YEAR):04}"
    return year if step % 12 == 0 else f"{year}-{month % 12 + 1:02}"
