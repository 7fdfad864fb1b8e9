"""The metrics of one indicator in all cases as dots on one scale, linear or logarithmic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10
from typing import Any

from stories.choices import Qualifier
from stories.presenters.charts.marks import FULL, TAIL, At, Stretch, goes_beyond, linear, number

STRIP_LEAST = 3  # metrics: two are described by their minimum and maximum
LANES = 8  # lanes at most
GAP = 4.0  # % of the scale between two marks of a lane: a dot on a phone
LOG_FROM = 100  # times the minimum; above, a linear scale would show little but the maximum


@dataclass(frozen=True)
class Level:
    """A labelled number of the scale, formatted like a metric."""

    indicator: Any
    low: Decimal
    high: Decimal
    qualifier: str
    place: float  # % of the scale
    anchor: str  # `text-anchor` of SVG


@dataclass(frozen=True)
class Dot:
    metric: Any
    points: tuple[float, ...]  # positions of its printed bounds
    striped: Stretch | None
    is_planned: bool

    @property
    def extent(self) -> Stretch:
        striped = [self.striped.start, self.striped.end] if self.striped else []
        return Stretch(min((*self.points, *striped)), max((*self.points, *striped)))


@dataclass(frozen=True)
class Strip:
    indicator: Any
    lanes: list[list[Dot]]  # from top to bottom
    levels: list[Level]
    summary: list[float]  # positions of minimum, median and maximum
    is_log: bool
    metrics: list[Any]  # address of its table
    is_whole: bool  # no metric is left out

    @property
    def dots(self) -> list[Dot]:
        return [dot for lane in self.lanes for dot in lane]


@dataclass(frozen=True)
class Strips:
    plots: list[Strip]
    has_left_out: bool  # some metrics of some plot
    has_stripes: bool
    has_plans: bool


def strips(spreads: Iterable[Any]) -> Strips:
    """Strips for the spreads with at least STRIP_LEAST metrics."""
    plots = [strip(spread) for spread in spreads if spread.metric_count >= STRIP_LEAST]
    dots = [dot for plot in plots for dot in plot.dots]
    return Strips(
        plots,
        not all(plot.is_whole for plot in plots),
        any(dot.striped for dot in dots),
        any(dot.is_planned for dot in dots),
    )


def strip(spread: Any) -> Strip:
    metrics = spread.metrics
    values = [Decimal(bound) for m in metrics for bound in (m.low, m.high) if bound is not None]
    at, numbers, is_log = _scale(
        min(values), max(values), any(goes_beyond(metric.qualifier) for metric in metrics)
    )
    dots = [_dot(metric, at) for metric in metrics]
    marked = [metric for metric in (spread.least, spread.median, spread.most) if metric]
    return Strip(
        spread.indicator,
        _lanes(dots),
        [_level(spread.indicator, value, at, numbers) for value in numbers],
        [_dot(metric, at).points[0] for metric in marked],
        is_log,
        metrics,
        spread.is_whole,
    )


def _scale(least: Decimal, most: Decimal, has_open_end: bool) -> tuple[At, list[Decimal], bool]:
    """A scale for these numbers, its labelled numbers, and whether it is logarithmic."""
    if least <= 0 or most < LOG_FROM * least:
        top = _round_up(most)
        return linear(top, has_open_end), [Decimal(0), top / 2, top], False
    low, high = floor(log10(least)), ceil(log10(most))
    room = FULL - TAIL if has_open_end else FULL

    def at(value: Decimal) -> float:
        return round((log10(value) - low) / (high - low) * room, 1) if value > 0 else 0.0

    step = -(-(high - low) // 3)
    return at, [Decimal(10) ** power for power in range(low, high + 1, step)], True


def _round_up(number: Decimal) -> Decimal:
    """Round up to 1, 2, 4 or 6 and zeros, whose halves are round too."""
    power = Decimal(10) ** floor(log10(number)) if number else Decimal(1)
    return next(n * power for n in (1, 2, 4, 6, 10) if n * power >= number)


def _level(indicator: Any, value: Decimal, at: At, numbers: Sequence[Decimal]) -> Level:
    anchor = {numbers[0]: "start", numbers[-1]: "end"}.get(value, "middle")
    return Level(indicator, value, value, Qualifier.EXACT, at(value), anchor)


def _dot(metric: Any, at: At) -> Dot:
    bounds = (bound for bound in (metric.low, metric.high) if bound is not None)
    points = tuple(dict.fromkeys(at(bound) for bound in bounds))
    striped = number(metric.low, metric.high, metric.qualifier, at).striped
    return Dot(metric, points, striped, metric.is_planned)


def _lanes(dots: Iterable[Dot]) -> list[list[Dot]]:
    """No two marks in a lane touch; if all lanes are full, marks overlap in the last one."""
    lanes: list[list[Dot]] = []
    for dot in sorted(dots, key=lambda dot: (dot.extent.start, dot.extent.end)):
        free = (lane for lane in lanes if lane[-1].extent.end + GAP <= dot.extent.start)
        lane = next(free, None)
        if lane is None and len(lanes) < LANES:
            lanes.append([dot])
        else:
            (lane or lanes[-1]).append(dot)
    return lanes[::-1]
