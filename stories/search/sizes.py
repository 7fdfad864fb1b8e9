"""Sizes of numbers as integers, so that all databases order them equally.

"Just above n" and "just below n" are positions between n and its neighbours.
"""

from decimal import Decimal

from stories.choices import Qualifier

_PLACES = 10**4  # four decimal places
_STEPS = 4  # between two neighbouring numbers
_NUDGES = {Qualifier.OVER.value: 1, Qualifier.NEARLY.value: -1}

Span = tuple[int, int]  # the bounds of a number, in steps


def place(number: Decimal | float) -> int:
    exact = number if isinstance(number, int) else Decimal(str(number))
    return int(exact * _PLACES) * _STEPS


def span(low: Decimal | float | None, high: Decimal | float | None, qualifier: str) -> Span:
    """Over n is just above n, nearly n just below n; any other half-open span is the
    number itself.
    """
    if low is not None and high is not None:
        begin = place(low)
        return begin, begin if high == low else place(high)
    known = low if low is not None else high
    at = place(known or 0) + _NUDGES.get(qualifier, 0)
    return at, at
