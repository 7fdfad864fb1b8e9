"""Marks: the position of a number of any precision on a scale, in percent of its width."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from stories.choices import Qualifier

FULL = 100.0  # %
TAIL = 8.0  # % of the scale, the length of an open end, which is unknown

At = Callable[[Decimal], float]


class Stretch(NamedTuple):
    """A part of a scale, in percent of its width."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return round(self.end - self.start, 1)


class Mark(NamedTuple):
    """The position of one number or date on its scale."""

    solid: Stretch | None
    striped: Stretch | None = None
    limits: tuple[float, ...] = ()  # the printed bounds of the true value


def number(low: Decimal | None, high: Decimal | None, qualifier: str, at: At) -> Mark:
    """A number as the end of a bar that starts at zero."""
    if low is None or high is None:
        return _open_number(low, high, qualifier, at)
    if qualifier == Qualifier.ABOUT:
        begin, end = at(low) - TAIL / 2, at(high) + TAIL / 2
        return Mark(_solid(0, begin), stretch(begin, end))
    first = at(low)
    if low == high:
        return Mark(_solid(0, first))
    last = at(high)
    return Mark(_solid(0, first), stretch(first, last), (first, last))


def _open_number(low: Decimal | None, high: Decimal | None, qualifier: str, at: At) -> Mark:
    if low is not None:
        limits = (at(low),) if qualifier == Qualifier.AT_LEAST else ()
        return Mark(_solid(0, at(low)), stretch(at(low), at(low) + TAIL), limits)
    assert high is not None
    if qualifier == Qualifier.AT_MOST:
        return Mark(None, stretch(0, at(high)), (at(high),))
    return Mark(_solid(0, at(high) - TAIL), stretch(at(high) - TAIL, at(high)))


def stretch(start: float, end: float) -> Stretch:
    return Stretch(_within(start), _within(end))


def _solid(start: float, end: float) -> Stretch | None:
    part = stretch(start, end)
    return part if part.start != part.end else None


def _within(place: float) -> float:
    return round(min(max(place, 0.0), FULL), 1)


def goes_beyond(qualifier: str) -> bool:
    return qualifier in (Qualifier.OVER, Qualifier.AT_LEAST, Qualifier.ABOUT)


def linear(most: Decimal, has_open_end: bool) -> At:
    """A scale from zero to `most`, with room for an open end after it."""
    room = FULL - TAIL if has_open_end else FULL
    percent = room / float(most) if most else 0.0
    return lambda value: round(float(value) * percent, 1)
