"""The size of a number as a place on one line: whole steps, so that every database agrees.

Just above n and just below n are places of their own, between n and its neighbours.
"""

from decimal import Decimal

from stories.vocabulary import Qualifier

_PLACES = 10**4  # of what a number may have behind the point
_STEPS = 4  # between two neighbouring numbers
OCTAVE, GROUP = 1, 5  # leading binary digits that the sizes of one group have in common
_OFFSET = 10**19  # more than any size: sizes below nothing are written without a sign
LAST = "9" * 20  # behind every size written
_NUDGES = {Qualifier.OVER.value: 1, Qualifier.NEARLY.value: -1}

ALL = (-_OFFSET, _OFFSET)
Span = tuple[int, int]  # where a number begins and ends


def place(number: Decimal | float) -> int:
    exact = number if isinstance(number, int) else Decimal(str(number))
    return int(exact * _PLACES) * _STEPS


def span(low: Decimal | float | None, high: Decimal | float | None, qualifier: str) -> Span:
    """Over n is just above n, nearly n just below n; of any other half a span the number itself."""
    if low is not None and high is not None:
        begin = place(low)
        return begin, begin if high == low else place(high)
    known = low if low is not None else high
    at = place(known or 0) + _NUDGES.get(qualifier, 0)
    return at, at


def group(at: int, leading: int = GROUP) -> tuple[int, int]:
    """The first and the last place of the group that a place is in: one an octave, or 16."""
    if at < 0:
        first, last = group(-at, leading)
        return -last, -first
    width = 1 << max(0, at.bit_length() - leading)
    first = at // width * width
    return first, first + width - 1


def written(at: int) -> str:
    """As text of one length that sorts as places do."""
    return f"{at + _OFFSET:020d}"


def read(text: str) -> int:
    return int(text[:20]) - _OFFSET


def keys_between(begin: int, end: int) -> tuple[str, str]:
    """The first and the last of the texts that begin with a place from one to another."""
    return written(begin), written(end) + LAST
