"""Bars that compare metrics of one case, and a derived share within its whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from stories.choices import Dimension, Operation, Qualifier
from stories.presenters.charts.marks import FULL, Mark, goes_beyond, linear, number


class Bar(NamedTuple):
    metric: Any
    measure: Any
    mark: Mark
    is_planned: bool


@dataclass(frozen=True)
class Bars:
    """The metrics of one indicator in one period of a case, on one scale from zero."""

    indicator: Any
    period: Any
    bars: list[Bar]


@dataclass(frozen=True)
class SideBySide:
    plots: list[Bars]
    has_stripes: bool
    has_plans: bool


def side_by_side(case: Any) -> SideBySide | None:
    """The comparable metrics of a case; None if there are none.

    Two or more metrics of measures, of one indicator and period, not all equal. Context is left
    out, because bars do not distinguish wholes from parts; so are discounts, because a longer bar
    would be a smaller discount.
    """
    grouped: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for measure in case.measures:
        for metric in measure.metrics:
            key = (metric.indicator.value, str(metric.period or ""))
            grouped.setdefault(key, []).append((measure, metric))
    plots = [_bars(rows) for rows in grouped.values() if _can_be_compared(rows)]
    if not plots:
        return None
    drawn = [bar for plot in plots for bar in plot.bars]
    return SideBySide(
        plots, any(bar.mark.striped for bar in drawn), any(bar.is_planned for bar in drawn)
    )


def _can_be_compared(rows: Sequence[tuple[Any, Any]]) -> bool:
    if len(rows) == 1 or rows[0][1].indicator.dimension == Dimension.DISCOUNT:
        return False
    return len({(metric.low, metric.high, metric.qualifier) for _measure, metric in rows}) > 1


def _bars(rows: Sequence[tuple[Any, Any]]) -> Bars:
    metrics = [metric for _measure, metric in rows]
    at = linear(_most(metrics), any(goes_beyond(metric.qualifier) for metric in metrics))
    return Bars(
        metrics[0].indicator,
        metrics[0].period,
        [
            Bar(
                metric,
                measure,
                number(metric.low, metric.high, metric.qualifier, at),
                measure.is_planned or metric.is_target,
            )
            for measure, metric in rows
        ],
    )


def _most(metrics: Iterable[Any]) -> Decimal:
    bounds = (bound for metric in metrics for bound in (metric.low, metric.high))
    return max(Decimal(bound) for bound in bounds if bound is not None)


@dataclass(frozen=True)
class Share:
    """A derived share with the metrics it is computed from."""

    part: Any
    whole: Any
    mark: Mark


def share(derived: Any) -> Share | None:
    """None if the derived number is not a part of a whole."""
    metrics = list(derived.operands)
    if derived.operation != Operation.RATIO or derived.unit_en != "%" or len(metrics) != 2:
        return None
    part, whole = metrics
    if _counts(part) != _counts(whole) or not 0 <= derived.value <= FULL:
        return None
    low, high = _bounds(derived.value, derived.qualifier)
    return Share(part, whole, number(low, high, derived.qualifier, float))


def _counts(metric: Any) -> tuple[str, str]:
    return metric.indicator.dimension, metric.indicator.unit_zh


def _bounds(value: Decimal, qualifier: str) -> tuple[Decimal | None, Decimal | None]:
    low = None if qualifier in (Qualifier.NEARLY, Qualifier.AT_MOST) else value
    high = None if qualifier in (Qualifier.OVER, Qualifier.AT_LEAST) else value
    return low, high
