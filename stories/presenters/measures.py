"""Presenters of problems, the measures that address them, and changes."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from stories.choices import (
    ANSWERING_STAGES,
    BEYOND_PLANS,
    ActorRole,
    Basis,
    MeasureStatus,
    NotSaid,
    Stage,
)
from stories.presenters.metrics import MetricPresenter
from stories.presenters.parts import CitedPassage, DatePresenter, PartPresenter
from stories.presenters.terms import TermPresenter

if TYPE_CHECKING:
    from stories.presenters.case import CasePresenter


# The end of the first sentence of a summary; in English an initial or abbreviation does not end
# one.
_FIRST_SENTENCE = {
    "zh": re.compile(r"[^。！？]*[。！？][”’]?"),
    "en": re.compile(r".*?[a-z0-9)%”’][.!?][”’]?(?=\s)"),
}


class ProblemPresenter(PartPresenter):
    @cached_property
    def type(self) -> TermPresenter:
        return self.case.terms["problem"][self.data["type"]]

    @cached_property
    def heading(self) -> Any:
        """The label of the problem's type if a draft has no heading yet."""
        return self.__getattr__("heading") or self.type.label

    @property
    def anchor(self) -> str:
        return f"problem-{self.data['key']}"

    @property
    def url(self) -> str:
        return f"{self.case.url}#{self.anchor}"

    @cached_property
    def answers(self) -> list["AnswerPresenter"]:
        """The measures of the case that answer it, those furthest along first."""
        found = [
            AnswerPresenter(self.case, solve, self, measure)
            for measure in self.case.measures
            for solve in measure.data["solves"]
            if solve["problem"] == self.data["key"]
        ]
        return sorted(found, key=lambda answer: _STATUS_ORDER[answer.measure.data["status"]])


_STATUS_ORDER = {status: n for n, status in enumerate(MeasureStatus.values)}


class AnswerPresenter(PartPresenter):
    """The link of a measure to a problem: its stage, and whether a source states it."""

    def __init__(
        self,
        case: "CasePresenter",
        data: Mapping[str, Any],
        problem: ProblemPresenter,
        measure: "MeasurePresenter",
    ) -> None:
        super().__init__(case, data)
        self.problem = problem
        self.measure = measure

    @property
    def stage_label(self) -> str:
        return self.label_of(Stage, self.data["stage"])

    @property
    def is_delivery(self) -> bool:
        return bool(self.data["stage"] == Stage.DELIVER)

    @property
    def is_preparation(self) -> bool:
        """A survey, a plan or funding: even a finished one does not solve the problem yet."""
        return self.data["stage"] not in ANSWERING_STAGES

    @property
    def is_inferred(self) -> bool:
        return bool(self.data["basis"] == Basis.INFERRED)


class ActorPresenter(PartPresenter):
    @cached_property
    def kind(self) -> TermPresenter:
        return self.case.terms["actor"][self.data["kind"]]

    @property
    def role_label(self) -> str:
        return self.label_of(ActorRole, self.data["role"])

    @property
    def is_inferred(self) -> bool:
        return bool(self.data["basis"] == Basis.INFERRED)


class WherePresenter(PartPresenter):
    @cached_property
    def place(self) -> TermPresenter:
        return self.case.terms["place"][self.data["place"]]

    @property
    def is_inferred(self) -> bool:
        return bool(self.data["basis"] == Basis.INFERRED)


class MeasurePresenter(PartPresenter):
    @cached_property
    def types(self) -> list[TermPresenter]:
        return [self.case.terms["measure"][slug] for slug in self.data["types"]]

    @cached_property
    def type(self) -> TermPresenter:
        """The main one."""
        return self.types[0]

    @property
    def anchor(self) -> str:
        return f"measure-{self.data['key']}"

    @property
    def url(self) -> str:
        return f"{self.case.url}#{self.anchor}"

    @property
    def status_label(self) -> str:
        return self.label_of(MeasureStatus, self.data["status"])

    @property
    def is_planned(self) -> bool:
        return self.data["status"] not in BEYOND_PLANS

    @cached_property
    def first_sentence(self) -> Any:
        """The summary's first sentence; with `further`, the rest, it is the whole summary."""
        return type(self.summary)(self._sentences[0], *self._language)

    @cached_property
    def further(self) -> Any:
        return type(self.summary)(self._sentences[1], *self._language)

    @cached_property
    def _sentences(self) -> tuple[str, str]:
        text = str(self.summary)
        match = _FIRST_SENTENCE[self._language[0]].match(text)
        end = match.end() if match else len(text)
        return text[:end].strip(), text[end:].strip()

    @cached_property
    def _language(self) -> tuple[str, str]:
        """(language of the summary, language of the reader)."""
        return ("en" if self.summary.language == "en" else "zh", self.case.language)

    @cached_property
    def not_said_labels(self) -> list[str]:
        return [self.label_of(NotSaid, value) for value in self.data["not_said"]]

    @cached_property
    def when(self) -> DatePresenter | None:
        return self.presented_date(self.data["when"])

    @cached_property
    def where(self) -> list[WherePresenter]:
        return [WherePresenter(self.case, where) for where in self.data["where"]]

    @property
    def has_usual_place(self) -> bool:
        return bool(self.case.usual_place) and places_of(self.data) == self.case.usual_place

    @cached_property
    def actors(self) -> list[ActorPresenter]:
        return [ActorPresenter(self.case, actor) for actor in self.data["actors"]]

    @cached_property
    def unusual_actors(self) -> list[ActorPresenter]:
        """Without the lead actor that most measures of the case share."""
        return [actor for actor in self.actors if lead_of(actor.data) != self.case.usual_lead]

    @cached_property
    def solves(self) -> list[AnswerPresenter]:
        return [
            AnswerPresenter(self.case, solve, problem, self)
            for solve in self.data["solves"]
            if (problem := self.case.problems_by_key.get(solve["problem"]))
        ]

    @cached_property
    def metrics(self) -> list[MetricPresenter]:
        return [MetricPresenter(self.case, metric, self) for metric in self.data["metrics"]]

    @cached_property
    def counted(self) -> list[tuple[str, list[MetricPresenter]]]:
        """The metrics by indicator; the label is "" if the unit implies it."""
        found = groupby(self.metrics, lambda metric: metric.indicator)
        return [(indicator.label_beside_unit, list(metrics)) for indicator, metrics in found]

    @cached_property
    def results(self) -> list[MetricPresenter]:
        return [metric for metric in self.metrics if not metric.is_target]

    @cached_property
    def targets(self) -> list[MetricPresenter]:
        return [metric for metric in self.metrics if metric.is_target]


class ChangePresenter(PartPresenter):
    @property
    def anchor(self) -> str:
        return f"change-{self.data['key']}"

    @property
    def url(self) -> str:
        return f"{self.case.url}#{self.anchor}"

    @cached_property
    def before_cited(self) -> list[CitedPassage]:
        return self.case.passages_of(self.data["before_cites"])

    @cached_property
    def after_cited(self) -> list[CitedPassage]:
        return self.case.passages_of(self.data["after_cites"])

    @cached_property
    def measures(self) -> list[MeasurePresenter]:
        return self.case.measures_of(self.data["measures"])


def places_of(measure: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(where["place"] for where in measure["where"])


def lead_of(actor: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The identity of a lead body; None for an actor that does not lead."""
    if actor["role"] != ActorRole.LEAD:
        return None
    return actor["name"]["zh"], actor["kind"], actor["basis"]
