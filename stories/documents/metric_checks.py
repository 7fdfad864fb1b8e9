"""Validates the numbers of a document: metrics and derived numbers.

A metric must agree with its printed fragment, a derived number with its operands.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from stories.choices import Dimension, Operation, Qualifier
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, Derived, Metric, numbered
from stories.documents.terms import Terms
from stories.reading import quantities
from stories.reading.faults import Bare, Finding
from stories.reading.numbers import decimal

Bounds = tuple[Decimal | None, Decimal | None, str]  # low, high, qualifier


def metric_faults(document: CaseDocument, terms: Terms) -> Iterator[Fault]:
    for path, metric in document.metrics():
        bounds = (decimal(metric.low), decimal(metric.high), metric.qualifier.value)
        unit = terms.units.get(metric.indicator, ("", ""))
        is_overruled = metric.reading_note is not None
        if fault := number_fault(bounds, metric.cite.printed, unit, is_overruled):
            yield replace(fault, path=f"{path}.{fault.path}")


def number_fault(
    bounds: Bounds, printed: str, unit: tuple[str, str], is_overruled: bool
) -> Fault | None:
    """How a metric contradicts its fragment, with a path in the metric; None if they agree.

    `unit`: the indicator's dimension and Chinese unit. `is_overruled`: an editor explains why the
    fragment is read otherwise, so only low, high and qualifier have to be consistent.
    """
    if finding := quantities.bounds_fault(*bounds):
        return Fault.of("qualifier", finding)
    if is_overruled:
        return None
    found = quantities.read(printed)
    if len(found) != 1:
        return Fault("cite.printed", "number-count", {"printed": printed, "count": len(found)})
    if code := _NO_AMOUNT.get(found[0].meaning):
        return Fault("cite.printed", code, {"printed": printed})
    return _disagreement(bounds, printed, found[0], unit)


_NO_AMOUNT = {
    quantities.Meaning.UNCLEAR: "number-unclear",
    quantities.Meaning.CHANGE: "number-change",
}


def _disagreement(
    stated: Bounds, printed: str, quantity: quantities.Quantity, unit: tuple[str, str]
) -> Fault | None:
    dimension = unit[0]
    if dimension and not quantities.fits(quantity, *unit):
        units = {
            "given": _unit(quantity.unit, quantity.dimension),
            "wanted": _unit(unit[1], dimension),
        }
        return Fault("indicator", "unit-disagrees", {"printed": printed, **units})
    readings: list[Bounds] = [
        (*quantities.in_unit(reading, unit[1]), reading.qualifier.value)
        for reading in quantity.readings
    ]
    if stated in readings:
        return None
    read = readings[0]
    names = ("low", "high", "qualifier")
    wrong = next(n for n, s, r in zip(names, stated, read, strict=True) if s != r)
    both = {"read": _either(readings), "stated": _in_words(stated)}
    return Fault(wrong, "number-disagrees", {"printed": printed, **both})


def _unit(unit: str, dimension: str | None) -> Finding:
    if not unit or not dimension:  # no dimension without a printed unit
        return Finding("no-unit")
    return Finding("unit", {"unit": Bare(unit), "dimension": Dimension(dimension)})


_BETWEEN = {Qualifier.RANGE: "range-of-numbers", Qualifier.SEVERAL: "several-of-numbers"}


def _either(readings: list[Bounds]) -> Finding:
    """近三年 is nearly three years, or the last three: the editor decides."""
    first, *others = (_in_words(reading) for reading in readings)
    return Finding("either-number", {"one": first, "other": others[0]}) if others else first


def _in_words(bounds: Bounds) -> Finding:
    low, high, qualifier = bounds[0], bounds[1], Qualifier(bounds[2])
    if qualifier == Qualifier.ABOUT and low != high:
        about = {"low": low, "high": high, "qualifier": qualifier}
        return Finding("qualified-range", about)
    if qualifier in _BETWEEN:
        return Finding(_BETWEEN[qualifier], {"low": low, "high": high})
    number = high if low is None else low
    if qualifier == Qualifier.EXACT:
        return Finding("exact-number", {"number": number})
    return Finding("qualified-number", {"qualifier": qualifier, "number": number})


def derived_faults(document: CaseDocument) -> Iterator[Fault]:
    metrics = {metric.key: metric for _path, metric in document.metrics()}
    for path, derived in numbered("derived", document.derived):
        missing = [key for key in derived.of if key not in metrics]
        if missing:
            yield Fault(f"{path}.of", "no-such-metric", {"key": missing[0]})
            continue
        if derived.op != Operation.SUM and len(derived.of) != 2:
            yield Fault(f"{path}.of", "operand-count", {"operation": derived.op})
            continue
        operands = [metrics[key] for key in derived.of]
        if derived.op != Operation.RATIO and len({o.indicator for o in operands}) > 1:
            yield Fault(f"{path}.of", "operand-indicators", {"operation": derived.op})
        is_exact = all(operand.qualifier == Qualifier.EXACT for operand in operands)
        if derived.qualifier != (Qualifier.EXACT if is_exact else Qualifier.ABOUT):
            yield Fault(f"{path}.qualifier", "not-exact" if is_exact else "not-about")
        if any(operand.low is None and operand.high is None for operand in operands):
            continue  # reported as a fault of that metric
        value = _computed(derived, [_middle(operand) for operand in operands])
        if value is None:
            yield Fault(f"{path}.of", "division-by-nothing")
        elif round(value, _places(derived.value)) != decimal(derived.value):
            parameters = {"computed": round(value, 4), "given": derived.value}
            yield Fault(f"{path}.value", "computed-disagrees", parameters)


def _computed(derived: Derived, values: list[Decimal]) -> Decimal | None:
    if derived.op == Operation.SUM:
        return sum(values, Decimal(0))
    if derived.op == Operation.DIFFERENCE:
        return values[0] - values[1]
    if not values[1]:
        return None
    return values[0] / values[1] * (100 if derived.unit.zh == "%" else 1)


def _middle(metric: Metric) -> Decimal:
    """The operand for a computation: the printed number, or the middle of a range."""
    bounds = [Decimal(str(n)) for n in (metric.low, metric.high) if n is not None]
    return sum(bounds, Decimal(0)) / len(bounds)


def _places(number: float) -> int:
    return max(0, -int(Decimal(str(number)).as_tuple().exponent))
