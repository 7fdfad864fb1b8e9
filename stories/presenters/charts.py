"""Numbers and dates as places on a scale, in percent of its width. Pure: rows in, geometry out.

Its law: solid is what a source says, striped is where the true value may lie.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil, floor, log10
from typing import Any, NamedTuple

from stories.choices import Dimension, Operation, Qualifier
from stories.reading import dates
from stories.reading.dates import NO_TENTHS, Moment, Span, Tenths

FULL = 100.0  # %
TAIL = 8.0  # % of the scale: what an open end takes, for nobody says how far it goes

At = Callable[[Decimal], float]


class Stretch(NamedTuple):
    """A part of a scale, in percent of its width."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return round(self.end - self.start, 1)


class Mark(NamedTuple):
    """How one number or date stands on its scale."""

    solid: Stretch | None
    striped: Stretch | None = None
    limits: tuple[float, ...] = ()  # printed bounds that the true value may reach


def number(low: Decimal | None, high: Decimal | None, qualifier: str, at: At) -> Mark:
    """A number as the end of a bar that begins at zero."""
    if low is None or high is None:
        return _open_number(low, high, qualifier, at)
    if qualifier == Qualifier.ABOUT:
        begin, end = at(low) - TAIL / 2, at(high) + TAIL / 2
        return Mark(_solid(0, begin), _part(begin, end))
    first = at(low)
    if low == high:
        return Mark(_solid(0, first))
    last = at(high)
    return Mark(_solid(0, first), _part(first, last), (first, last))


def _open_number(low: Decimal | None, high: Decimal | None, qualifier: str, at: At) -> Mark:
    if low is not None:
        limits = (at(low),) if qualifier == Qualifier.AT_LEAST else ()
        return Mark(_solid(0, at(low)), _part(at(low), at(low) + TAIL), limits)
    assert high is not None
    if qualifier == Qualifier.AT_MOST:
        return Mark(None, _part(0, at(high)), (at(high),))
    return Mark(_solid(0, at(high) - TAIL), _part(at(high) - TAIL, at(high)))


def _part(start: float, end: float) -> Stretch:
    return Stretch(_within(start), _within(end))


def _solid(start: float, end: float) -> Stretch | None:
    part = _part(start, end)
    return part if part.start != part.end else None


def _within(place: float) -> float:
    return round(min(max(place, 0.0), FULL), 1)


def _goes_beyond(qualifier: str) -> bool:
    return qualifier in (Qualifier.OVER, Qualifier.AT_LEAST, Qualifier.ABOUT)


def _linear(most: Decimal, has_open_end: bool) -> At:
    """From zero to `most`; an open end keeps the room that it takes."""
    room = FULL - TAIL if has_open_end else FULL
    percent = room / float(most) if most else 0.0
    return lambda value: round(float(value) * percent, 1)


# ---------------------------------------------------------------- the metrics of a case


class Bar(NamedTuple):
    metric: Any
    measure: Any
    mark: Mark
    is_planned: bool


@dataclass(frozen=True)
class Bars:
    """What a case says of one indicator in one period, on one scale from zero."""

    indicator: Any
    period: Any
    bars: list[Bar]


@dataclass(frozen=True)
class SideBySide:
    plots: list[Bars]
    has_stripes: bool
    has_plans: bool


def side_by_side(case: Any) -> SideBySide | None:
    """The metrics of a case that can be seen beside each other; None where none can.

    They are of measures: what describes the place tells wholes and their parts, which no bar
    tells apart. They are of one indicator, in one unit and period, two or more, and not all the
    same. A longer bar would be a smaller discount: discounts are left to their words.
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
    at = _linear(_most(metrics), any(_goes_beyond(metric.qualifier) for metric in metrics))
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


# ---------------------------------------------------------------- a part of its whole


@dataclass(frozen=True)
class Share:
    """A computed share with the metrics that it is of."""

    part: Any
    whole: Any
    mark: Mark


def share(derived: Any) -> Share | None:
    """None for what is computed but is no part of a whole."""
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


# ---------------------------------------------------------------- the dates of a case


@dataclass(frozen=True)
class Tick:
    """`is_labelled`: its words have room beside those before them, on the narrowest telephone."""

    edtf: str
    place: float  # % of the scale
    has_year: bool  # of its words
    is_labelled: bool = True


@dataclass(frozen=True)
class Dated:
    """What a case dates alike: as printed or as inferred, as plans or as done."""

    edtf: str
    tenths: Tenths  # see date_fragments.tenths_of
    mark: Mark
    inferred: str
    is_planned: bool
    began: list[Any]
    ended: list[Any]
    measures: list[Any]
    sources: list[Any]

    @property
    def is_source_only(self) -> bool:
        return not (self.began or self.ended or self.measures)


@dataclass(frozen=True)
class Timeline:
    ticks: list[Tick]
    rows: list[Dated]
    inferred: str  # of every date of the case; then its rows do not say so
    undated_count: int  # measures
    has_stripes: bool
    has_open_ends: bool
    has_plans: bool


TICKS = 3  # at most; their words have to stand beside each other on a telephone
STEPS = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)))
FIRST_YEAR, LAST_YEAR = 1, 9998  # of the calendar's days
# Pixels: the scale in a window of 320, and the words along it, as components.css sets them.
NARROWEST, LABEL_SIZE, LABEL_INDENT, LABEL_GAP, LABEL_OVERHANG = 160, 13.0, 4.6, 6, 16

Key = tuple[str, Tenths, str, bool]  # EDTF, its tenths, inferred, planned
Held = dict[Key, dict[str, list[Any]]]  # … → kind → rows


def timeline(case: Any) -> Timeline | None:
    """The dates of a case, by where they end; None for fewer than two, sources aside."""
    measures = list(case.measures)
    held: Held = {}
    for kind, moment in (("began", case.began), ("ended", case.ended)):
        if moment:
            _hold(held, (moment.edtf, moment.tenths, moment.inferred_label, False), kind, case)
    dated = [measure for measure in measures if measure.when]
    for measure in dated:
        when = measure.when
        key = (when.edtf, when.tenths, when.inferred_label, measure.is_planned)
        _hold(held, key, "measures", measure)
    if len({edtf for edtf, *_others in held}) < 2:
        return None
    inferred_of_all = _only({inferred for _edtf, _tenths, inferred, _is_planned in held})
    for source in case.sources:
        _hold(held, (source.issued, NO_TENTHS, "", False), "sources", source)
    scale = scale_of([edtf for edtf, *_others in held])
    rows = [_dated(key, kinds, scale, inferred_of_all) for key, kinds in held.items()]
    rows.sort(key=lambda row: (dates.sort_key(row.edtf), row.is_planned, row.inferred))
    return Timeline(
        scale.ticks,
        rows,
        inferred_of_all,
        len(measures) - len(dated),
        any(row.mark.striped for row in rows),
        scale.room > 0,
        any(row.is_planned for row in rows),
    )


def _hold(held: Held, key: Key, kind: str, row: Any) -> None:
    if key[0]:
        held.setdefault(key, {}).setdefault(kind, []).append(row)


def _dated(
    key: Key, kinds: dict[str, list[Any]], scale: "TimeScale", inferred_of_all: str
) -> Dated:
    edtf, tenths, inferred, is_planned = key
    return Dated(
        edtf,
        tenths,
        scale.mark(edtf, tenths),
        "" if inferred == inferred_of_all else inferred,
        is_planned,
        began=kinds.get("began", []),
        ended=kinds.get("ended", []),
        measures=kinds.get("measures", []),
        sources=kinds.get("sources", []),
    )


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


@dataclass(frozen=True)
class TimeScale:
    """Whole months or years that hold every known day, and room on both sides for open ends, so
    that nothing else reaches an edge."""

    first: int  # ordinal of its first day
    last: int  # ordinal of the day behind its last
    room: float
    ticks: list[Tick]

    def at(self, day: int) -> float:
        width = FULL - 2 * self.room
        return round(self.room + (day - self.first) / (self.last - self.first) * width, 1)

    def mark(self, edtf: str, tenths: Tenths = NO_TENTHS) -> Mark:
        """Days are solid; a year, a month or a tenth of one is striped: the day is somewhere in
        it."""
        span = dates.read_with_tenths(edtf, tenths)
        first, last = _days(edtf)
        start = 0.0 if first is None else self.at(first)
        end = FULL if last is None else self.at(last)
        if _is_day(span.first) and _is_day(span.last):
            return Mark(_part(start, end))
        about = any(moment and moment.is_about for moment in (span.first, span.last))
        tail = TAIL / 2 if about else 0
        return Mark(self._known_end(edtf, span), _part(start - tail, end + tail))

    def _known_end(self, edtf: str, span: Span) -> Stretch | None:
        """The one end of a span that is known to the day."""
        first, last = _days(edtf)
        if first is not None and _is_day(span.first):
            return _part(self.at(first), self.at(first + 1))
        if last is not None and _is_day(span.last):
            return _part(self.at(last - 1), self.at(last))
        return None


def scale_of(edtfs: Iterable[str]) -> TimeScale:
    """Of one date or more."""
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
    free = 0.0  # pixels from the left up to which words stand
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
    """About how wide words along a scale are, in pixels."""
    return sum(LABEL_SIZE * (1.0 if letter > "\u2e80" else 0.58) for letter in words)


def _is_day(moment: Moment | None) -> bool:
    return bool(moment and moment.day and not moment.is_about)


@lru_cache(maxsize=4096)
def _days(edtf: str) -> tuple[int | None, int | None]:
    """The ordinals of the first day and of the day behind the last; None for an open end."""
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


# ---------------------------------------------------------------- one indicator over cases

STRIP_LEAST = 3  # metrics: the least and the most say all of two
LANES = 8  # at most, one above the other
GAP = 4.0  # % of the scale between two marks of a lane: a dot on a telephone
LOG_FROM = 100  # times the least: from here on a linear scale would show the most alone


@dataclass(frozen=True)
class Level:
    """A number of the scale, to be printed as a metric is."""

    indicator: Any
    low: Decimal
    high: Decimal
    qualifier: str
    place: float  # % of the scale
    anchor: str  # which end of its words stands there, in the words of SVG


@dataclass(frozen=True)
class Dot:
    metric: Any
    points: tuple[float, ...]  # where its printed numbers stand
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
    summary: list[float]  # where least, median and most stand
    is_log: bool
    metrics: list[Any]  # of its table
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
    """Of the spreads that have enough metrics to be drawn."""
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
        min(values), max(values), any(_goes_beyond(metric.qualifier) for metric in metrics)
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
    """A scale for these numbers, those printed along it, and whether it is logarithmic."""
    if least <= 0 or most < LOG_FROM * least:
        top = _round_up(most)
        return _linear(top, has_open_end), [Decimal(0), top / 2, top], False
    low, high = floor(log10(least)), ceil(log10(most))
    room = FULL - TAIL if has_open_end else FULL

    def at(value: Decimal) -> float:
        return round((log10(value) - low) / (high - low) * room, 1) if value > 0 else 0.0

    step = -(-(high - low) // 3)
    return at, [Decimal(10) ** power for power in range(low, high + 1, step)], True


def _round_up(number: Decimal) -> Decimal:
    """To 1, 2, 4 or 6 and noughts: halves of these are round too."""
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
    """In each, no two marks touch; what finds no place in the last lane overlaps there."""
    lanes: list[list[Dot]] = []
    for dot in sorted(dots, key=lambda dot: (dot.extent.start, dot.extent.end)):
        free = (lane for lane in lanes if lane[-1].extent.end + GAP <= dot.extent.start)
        lane = next(free, None)
        if lane is None and len(lanes) < LANES:
            lanes.append([dot])
        else:
            (lane or lanes[-1]).append(dot)
    return lanes[::-1]
