"""The timeline of a case: its dates on one scale, ordered by their end."""

from dataclasses import dataclass
from typing import Any

from stories.presenters.charts.marks import Mark
from stories.presenters.charts.time_scale import Tick, TimeScale, scale_of
from stories.reading import dates
from stories.reading.dates import NO_TENTHS, Tenths


@dataclass(frozen=True)
class Dated:
    """Everything in a case with the same date, basis of the date and status: planned or done."""

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
    inferred: str  # if the same for every date of the case; then "" in the rows
    undated_count: int  # measures
    has_stripes: bool
    has_open_ends: bool
    has_plans: bool


Key = tuple[str, Tenths, str, bool]  # EDTF, its tenths, inferred, planned
Grouped = dict[Key, dict[str, list[Any]]]  # … → kind → rows


def timeline(case: Any) -> Timeline | None:
    """The dates of a case, ordered by their end; None for fewer than two, not counting sources."""
    measures = list(case.measures)
    grouped: Grouped = {}
    for kind, moment in (("began", case.began), ("ended", case.ended)):
        if moment:
            _group(grouped, (moment.edtf, moment.tenths, moment.inferred_label, False), kind, case)
    dated = [measure for measure in measures if measure.when]
    for measure in dated:
        when = measure.when
        key = (when.edtf, when.tenths, when.inferred_label, measure.is_planned)
        _group(grouped, key, "measures", measure)
    if len({edtf for edtf, *_others in grouped}) < 2:
        return None
    inferred_of_all = _only({inferred for _edtf, _tenths, inferred, _is_planned in grouped})
    for source in case.sources:
        _group(grouped, (source.issued, NO_TENTHS, "", False), "sources", source)
    scale = scale_of([edtf for edtf, *_others in grouped])
    rows = [_dated(key, kinds, scale, inferred_of_all) for key, kinds in grouped.items()]
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


def _group(grouped: Grouped, key: Key, kind: str, row: Any) -> None:
    if key[0]:
        grouped.setdefault(key, {}).setdefault(kind, []).append(row)


def _dated(key: Key, kinds: dict[str, list[Any]], scale: TimeScale, inferred_of_all: str) -> Dated:
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
