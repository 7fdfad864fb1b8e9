"""Presenters of the answers to the standard questions, and of open questions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from stories.choices import FollowUpState, GlanceQuestion, GlanceState
from stories.presenters.measures import MeasurePresenter
from stories.presenters.parts import PartPresenter

if TYPE_CHECKING:
    from stories.presenters.case import CasePresenter


class GlancePresenter(PartPresenter):
    def __init__(self, case: "CasePresenter", question: str, data: Mapping[str, Any]) -> None:
        super().__init__(case, data)
        self.question = question

    @property
    def is_stated(self) -> bool:
        return self.data["state"] in (GlanceState.STATED, GlanceState.PARTLY)

    @property
    def is_partly_stated(self) -> bool:
        return bool(self.data["state"] == GlanceState.PARTLY)

    @property
    def question_label(self) -> str:
        return self.label_of(GlanceQuestion, self.question)

    @property
    def state_label(self) -> str:
        return self.label_of(GlanceState, self.data["state"])

    @property
    def anchor(self) -> str:
        return f"glance-{self.question}"

    @property
    def url(self) -> str:
        return f"{self.case.url}#{self.anchor}"


class FollowUpPresenter(PartPresenter):
    @property
    def state_label(self) -> str:
        return self.label_of(FollowUpState, self.data["state"])

    @cached_property
    def measure(self) -> MeasurePresenter | None:
        return next(iter(self.case.measures_of([self.data["measure"]])), None)

    @property
    def url(self) -> str:
        return f"{self.case.url}#follow-up"
