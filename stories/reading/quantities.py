"""Parses a printed number (近300, 百余, 25万元, 三分之二) to low, high, qualifier, unit. Pure.

A number never loses its qualifier, a bound that is not printed is None, and a number beside a word
that is not understood is not parsed at all. The words are in `phrases`.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from enum import Enum
from functools import lru_cache

from stories.choices import Dimension, Qualifier
from stories.reading import phrases, source_text, units
from stories.reading.faults import NULL, Finding
from stories.reading.phrases import Phrase

CONVERSION_DIGITS = 60  # a fragment of 20 characters may print 99亿亿亿公里
CHANGE_LENGTH = 8  # characters before a number in which 从 or 由 marks it as the start of a change


class Meaning(Enum):
    """What a quantity states; only amounts are metrics."""

    AMOUNT = "amount"
    CHANGE = "change"  # from one number to another: its two amounts are `parts`
    UNCLEAR = "unclear"  # not understood


@dataclass(frozen=True)
class Quantity:
    """A printed quantity. `unit` is the printed unit, "" if none follows.

    `other`: a second reading of the same words, if only an editor can decide: 近三年.
    """

    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    unit: str
    meaning: Meaning = Meaning.AMOUNT
    other: "Quantity | None" = None
    parts: "tuple[Quantity, ...]" = ()

    @property
    def dimension(self) -> Dimension | None:
        """None if no unit is printed."""
        return units.dimension(self.unit)

    @property
    def readings(self) -> "tuple[Quantity, ...]":
        return (self, self.other) if self.other else (self,)


@dataclass(frozen=True)
class Placed:
    """A quantity with its position: the span of all its words, and that of its numeral."""

    start: int
    end: int
    numeral: tuple[int, int]
    quantity: Quantity


def read(printed: str) -> list[Quantity]:
    """Every quantity of a fragment, in order; empty if it has no number."""
    return [placed.quantity for placed in find(source_text.fold(printed))]


def around(passage: str, start: int, end: int) -> list[Quantity]:
    """The quantities that [start, end) of a folded passage contains or cuts, each read whole.

    For a change also its two amounts, as a fragment may contain one of them.
    """
    found = [
        placed.quantity
        for placed in find(passage)
        if placed.numeral[0] < end and start < placed.numeral[1]
    ]
    return [part for quantity in found for part in (quantity, *quantity.parts)]


def fits(quantity: Quantity, dimension: str, unit: str) -> bool:
    """Whether a printed quantity can belong to an indicator with this dimension and unit."""
    found = quantity.dimension
    if quantity.meaning != Meaning.AMOUNT:
        return False
    if dimension == Dimension.RATE:
        return _is_rate(quantity.unit, unit)
    if dimension == Dimension.COUNT:
        return found in (None, Dimension.COUNT)
    if dimension == Dimension.TIME:
        return units.same_time(quantity.unit) == units.same_time(unit)
    return found == dimension and units.is_convertible(quantity.unit, unit)


def _is_rate(printed: str, wanted: str) -> bool:
    """元/月 is a rate of 元/月; so is 元, if 每月 appears elsewhere in the sentence."""
    counted, each = units.rate_parts(wanted)
    if units.dimension(printed) != Dimension.RATE:
        return not printed or not each or _is_counted(printed, counted)
    printed_counted, printed_each = units.rate_parts(printed)
    return printed_each == each and _is_counted(printed_counted, counted)


def _is_counted(printed: str, wanted: str) -> bool:
    is_count = units.dimension(printed) == units.dimension(wanted) == Dimension.COUNT
    return is_count or units.is_convertible(printed, wanted)


def in_unit(quantity: Quantity, unit: str) -> tuple[Decimal | None, Decimal | None]:
    """low and high of a printed quantity, converted to an indicator's `unit`."""
    printed, wanted = quantity.unit, unit
    if Dimension.RATE in (units.dimension(printed), units.dimension(wanted)):
        printed, wanted = units.rate_parts(printed)[0], units.rate_parts(wanted)[0]
    sizes = units.size(printed), units.size(wanted)
    is_same = units.dimension(printed) != units.dimension(wanted) or sizes[0] == sizes[1]
    if is_same or sizes[0] is None or sizes[1] is None:
        return quantity.low, quantity.high
    factor = sizes[0] / sizes[1]
    with localcontext(prec=CONVERSION_DIGITS):
        low, high = (
            None if n is None else round(n * factor, 4) for n in (quantity.low, quantity.high)
        )
    return low, high


def bounds_fault(low: Decimal | None, high: Decimal | None, qualifier: str) -> Finding | None:
    """Why these bounds contradict the qualifier; None if they do not."""
    if qualifier == Qualifier.EXACT:
        code = "" if low is not None and low == high else "bounds-differ"
    elif qualifier == Qualifier.ABOUT:  # approximately a number or a range: 约2至3万元
        is_ordered = low is not None and high is not None and low <= high
        code = "" if is_ordered else "bounds-differ"
    elif qualifier in (Qualifier.OVER, Qualifier.AT_LEAST):
        code = "" if low is not None and high is None else "bounds-not-low"
    elif qualifier in (Qualifier.NEARLY, Qualifier.AT_MOST):
        code = "" if low is None and high is not None else "bounds-not-high"
    else:
        is_ordered = low is not None and high is not None and low < high
        code = "" if is_ordered else "bounds-not-ordered"
    if not code:
        return None
    bounds = {name: NULL if n is None else n for name, n in (("low", low), ("high", high))}
    given = Finding("low-and-high", bounds)
    return Finding(code, {"qualifier": Qualifier(qualifier), "given": given})


# ---------------------------------------------------------------- from phrases to quantities


@lru_cache(maxsize=512)
def find(text: str) -> tuple[Placed, ...]:
    """Every quantity of a folded text with its position, in order."""
    plain = phrases.plain(text)
    found: list[Placed] = []
    for phrase in phrases.find(plain):
        placed = Placed(phrase.start, phrase.end, phrase.numeral, _quantity(phrase))
        if found and (joined := _joined(plain, found[-1], placed)):
            found[-1] = joined
        else:
            found.append(placed)
    return tuple(found)


def _quantity(phrase: Phrase) -> Quantity:
    low, high, qualifier, unit = phrase.low, phrase.high, phrase.qualifier, phrase.unit
    if qualifier is None:
        return Quantity(None, None, Qualifier.EXACT, unit, Meaning.UNCLEAR)
    if phrase.is_between:
        return Quantity(low, high, qualifier, unit)
    quantity = Quantity(*_bounds(low, qualifier), qualifier, unit)
    if not phrase.is_ambiguous:
        return quantity
    return replace(quantity, other=Quantity(low, low, Qualifier.EXACT, unit))


def _bounds(number: Decimal | None, qualifier: Qualifier) -> tuple[Decimal | None, Decimal | None]:
    if qualifier in (Qualifier.OVER, Qualifier.AT_LEAST):
        return number, None
    if qualifier in (Qualifier.NEARLY, Qualifier.AT_MOST):
        return None, number
    return number, number


def _joined(text: str, first: Placed, second: Placed) -> Placed | None:
    """Two adjacent quantities as one: a change from one to the other, 1小时30分钟, or an unclear
    one.
    """
    between = text[first.end : second.start]
    before = text[max(0, first.start - CHANGE_LENGTH) : first.start]
    if phrases.is_change(before, between) and _are_alike(first.quantity, second.quantity):
        quantity = _change(first.quantity, second.quantity)
    elif between == "" and (longer := _in_a_row(first.quantity, second.quantity)):
        quantity = longer
    elif phrases.is_stuck(text, first.end, second.start) and not first.quantity.unit:
        quantity = Quantity(None, None, Qualifier.EXACT, second.quantity.unit, Meaning.UNCLEAR)
    else:
        return None
    return Placed(first.start, second.end, (first.numeral[0], second.numeral[1]), quantity)


def _are_alike(first: Quantity, second: Quantity) -> bool:
    if {first.meaning, second.meaning} != {Meaning.AMOUNT}:
        return False
    counted = units.rate_parts(first.unit)[0]  # 从每月5起降至1起
    dimensions = (first.dimension, units.dimension(counted))
    return not first.unit or not second.unit or second.dimension in dimensions


def _change(first: Quantity, second: Quantity) -> Quantity:
    low, high = (n.low if n.low is not None else n.high for n in (first, second))
    parts = (first, second)
    return Quantity(low, high, Qualifier.RANGE, second.unit, Meaning.CHANGE, parts=parts)


def _in_a_row(first: Quantity, second: Quantity) -> Quantity | None:
    """1小时30分钟 → 90分钟, 3元5角 → 3.5元; None if they cannot be added."""
    number, more = first.low, second.low
    is_exact = first.qualifier == Qualifier.EXACT and first.meaning == Meaning.AMOUNT
    is_one_number = second.meaning == Meaning.AMOUNT and second.high in (None, more)
    if not is_exact or not is_one_number or number is None or more is None:
        return None
    names = units.same_time(first.unit), units.same_time(second.unit)
    if (first.unit, second.unit) in units.SMALL_CHANGE:
        total, unit = number + more * units.SMALL_CHANGE[first.unit, second.unit], first.unit
    elif names in units.IN_A_ROW:
        total, unit = number * units.IN_A_ROW[names] + more, second.unit
    else:
        return None
    return Quantity(*_bounds(total, second.qualifier), second.qualifier, unit)
