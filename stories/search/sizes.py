"""The size of a number as a place on one line: whole steps, so that every database agrees.

Just above n and just below n are places of their own, between n and its neighbours.
"""

from decimal import Decimal

from stories.choices import Qualifier

_PLACES = 10**4  # of what a number may have behind the point
_STEPS = 4  # between two neighbouring numbers
_NUDGES = {Qualifier.OVER.value: 1, Qualifier.NEARLY.value: -1}

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
