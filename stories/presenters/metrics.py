"""Presenters of metrics, derived numbers and the unit cost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from stories.choices import Kind, Operation, UnitCostState, WholeState
from stories.languages import in_language
from stories.presenters.parts import CitedPassage, PartPresenter
from stories.presenters.terms import TermPresenter
from stories.reading.numbers import decimal

if TYPE_CHECKING:
    from stories.presenters.case import CasePresenter
    from stories.presenters.measures import MeasurePresenter


class MetricPresenter(PartPresenter):
    def __init__(
        self, case: "CasePresenter", data: Mapping[str, Any], measure: "MeasurePresenter | None"
    ) -> None:
        super().__init__(case, data)
        self.measure = measure

    @cached_property
    def indicator(self) -> TermPresenter:
        return self.case.terms["indicator"][self.data["indicator"]]

    @property
    def kind(self) -> str:
        return str(self.data["kind"] or self.indicator.row.kind)

    @property
    def kind_label(self) -> str:
        return self.label_of(Kind, self.kind)

    @property
    def is_target(self) -> bool:
        return self.kind == Kind.TARGET

    @property
    def anchor(self) -> str:
        return f"metric-{self.data['key']}"

    @property
    def url(self) -> str:
        return f"{self.case.url}#{self.anchor}"

    @cached_property
    def low(self) -> Decimal | None:
        return decimal(self.data["low"])

    @cached_property
    def high(self) -> Decimal | None:
        return decimal(self.data["high"])

    @cached_property
    def reading_note(self) -> str:
        """Why an editor reads it otherwise than the program; "" if they agree."""
        note = self.data.get("reading_note")
        return in_language(note, self.case.language) if note else ""

    @cached_property
    def whole(self) -> "MetricPresenter | None":
        """The number of which this one is a part; None if the source does not state it."""
        return self.case.metrics_by_key.get(self.data["whole"]["metric"])

    @property
    def is_whole_missing(self) -> bool:
        return bool(self.data["whole"]["state"] == WholeState.NOT_STATED)

    @cached_property
    def cited(self) -> list[CitedPassage]:
        return self.case.passages_of([self.data["cite"]] if "cite" in self.data else [])


class DerivedPresenter(PartPresenter):
    @cached_property
    def operands(self) -> list[MetricPresenter]:
        return [self.case.metrics_by_key[key] for key in self.data["of"]]

    @property
    def value(self) -> Decimal | None:
        return decimal(self.data["value"])

    @property
    def unit_zh(self) -> str:
        return str(self.data["unit"]["zh"])

    @property
    def unit_en(self) -> str:
        return str(self.data["unit"]["en"])

    @property
    def operation(self) -> str:
        return str(self.data["op"])

    @property
    def operation_label(self) -> str:
        return self.label_of(Operation, self.operation)

    @property
    def anchor(self) -> str:
        return f"computed-{self.data['key']}"


class UnitCostPresenter(PartPresenter):
    @property
    def state_label(self) -> str:
        return self.label_of(UnitCostState, self.data["state"])

    @cached_property
    def metric(self) -> MetricPresenter | None:
        return self.case.metrics_by_key.get(self.data["of"])

    @cached_property
    def derived(self) -> DerivedPresenter | None:
        return next((d for d in self.case.derived if d.data["key"] == self.data["of"]), None)
