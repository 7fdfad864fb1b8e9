"""A case document as its page, its cards and its tables show it.

Values stand in the language of the reader it is made for; nothing here asks the database, so a page
costs one row, however much the case holds.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.functional import cached_property

from stories import links
from stories.choices import (
    ANSWERING_STAGES,
    BEYOND_PLANS,
    ActorRole,
    Basis,
    FollowUpState,
    GlanceQuestion,
    GlanceState,
    Kind,
    LeftOutReason,
    MeasureStatus,
    NotSaid,
    Operation,
    Stage,
    UnitCostState,
    WholeState,
)
from stories.documents import evidence
from stories.languages import in_language, reader_language
from stories.presenters.parts import (
    CitedPassage,
    DatePresenter,
    PartPresenter,
    cited_passages,
    decimal,
)
from stories.presenters.pictures import PicturePresenter, public_url
from stories.presenters.sources import PassagePresenter, SourcePresenter
from stories.presenters.terms import TermPresenter, Terms
from stories.reading import dates

# The end of the first sentence of a summary; in English no initial or abbreviation ends one.
_FIRST_SENTENCE = {
    "zh": re.compile(r"[^。！？]*[。！？][”’]?"),
    "en": re.compile(r".*?[a-z0-9)%”’][.!?][”’]?(?=\s)"),
}
_QUESTIONS = tuple(GlanceQuestion.values)


class ProblemPresenter(PartPresenter):
    @cached_property
    def type(self) -> TermPresenter:
        return self.case.terms["problem"][self.data["type"]]

    @cached_property
    def heading(self) -> Any:
        """Of a draft that has none yet, the label of its type."""
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
    """What ties a measure to a problem: its stage, and whether the source or an editor ties it."""

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
        """A survey, a plan or money: even a finished one answers nothing yet."""
        return self.data["stage"] not in ANSWERING_STAGES

    @property
    def is_inferred(self) -> bool:
        return bool(self.data["basis"] == Basis.INFERRED)


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
        """Why an editor reads it otherwise than the program; "" where they agree."""
        note = self.data.get("reading_note")
        return in_language(note, self.case.language) if note else ""

    @cached_property
    def whole(self) -> "MetricPresenter | None":
        """The number of which this one is a part, where the source states it."""
        return self.case.metrics_by_key.get(self.data["whole"]["metric"])

    @property
    def is_whole_missing(self) -> bool:
        return bool(self.data["whole"]["state"] == WholeState.NOT_STATED)

    @cached_property
    def cited(self) -> list[CitedPassage]:
        return self.case.passages_of([self.data["cite"]] if "cite" in self.data else [])


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
        """(the summary's, the reader's)."""
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
        return bool(self.case.usual_place) and _places(self.data) == self.case.usual_place

    @cached_property
    def actors(self) -> list[ActorPresenter]:
        return [ActorPresenter(self.case, actor) for actor in self.data["actors"]]

    @cached_property
    def unusual_actors(self) -> list[ActorPresenter]:
        """Without the lead that is the same for most measures of the case."""
        return [actor for actor in self.actors if _lead(actor.data) != self.case.usual_lead]

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
        """The metrics by what they count, the label "" where the unit says it."""
        found = groupby(self.metrics, lambda metric: metric.indicator)
        return [(indicator.label_beside_unit, list(metrics)) for indicator, metrics in found]

    @cached_property
    def results(self) -> list[MetricPresenter]:
        return [metric for metric in self.metrics if not metric.is_target]

    @cached_property
    def targets(self) -> list[MetricPresenter]:
        return [metric for metric in self.metrics if metric.is_target]


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


class LeftOutPresenter(PartPresenter):
    @cached_property
    def cited(self) -> list[CitedPassage]:
        return self.case.passages_of([self.data])

    @property
    def passage(self) -> PassagePresenter:
        return self.case.passage(self.data["source"], self.data["at"])

    @property
    def reason_label(self) -> str:
        return self.label_of(LeftOutReason, self.data["reason"])


class CasePresenter(PartPresenter):
    """A whole document, with the vocabulary's terms by facet and value, in the active language."""

    def __init__(
        self,
        pk: int,
        document: Mapping[str, Any],
        terms: Terms,
        picture_url: Callable[[str], str] = public_url,
    ) -> None:
        """`picture_url`: the address of a picture's file, by its name."""
        super().__init__(self, document)
        self.pk = pk
        self.picture_url = picture_url
        self.terms = terms
        self.language = reader_language()

    # ------------------------------------------------------------ passages

    @cached_property
    def sources(self) -> list[SourcePresenter]:
        return [SourcePresenter(self, n, data) for n, data in enumerate(self.data["sources"])]

    @cached_property
    def sources_by_key(self) -> dict[str, SourcePresenter]:
        return {source.data["key"]: source for source in self.sources}

    def passage(self, source: str, locator: str) -> PassagePresenter:
        return self.sources_by_key[source].passages_by_locator[locator]

    def passages_of(self, cites: Iterable[Mapping[str, Any]]) -> list[CitedPassage]:
        return cited_passages(self, cites)

    # ------------------------------------------------------------ what and where

    @cached_property
    def url(self) -> str:
        return links.of("case", self.data["slug"])

    def get_absolute_url(self) -> str:
        return self.url

    @cached_property
    def place(self) -> TermPresenter:
        return self.terms["place"][self.data["place"]]

    @cached_property
    def place_chain(self) -> list[tuple[TermPresenter, bool]]:
        """From the province down: (place, whether its source does not print it)."""
        inferred = self.data["place_inferred"]
        return [(place, place.value in inferred) for place in self.place.chain]

    @property
    def place_words(self) -> str:
        return self.place.place_words

    @property
    def reported_name(self) -> str:
        """As the source prints it."""
        return str(self.data["name_as_reported"]["zh"])

    @cached_property
    def began(self) -> DatePresenter | None:
        return self.presented_date(self.data["began"])

    @cached_property
    def ended(self) -> DatePresenter | None:
        return self.presented_date(self.data["ended"])

    @property
    def period(self) -> str:
        """EDTF of the whole, "" where the sources give no date."""
        began, ended = self.began, self.ended
        return dates.joined(began.edtf if began else "", ended.edtf if ended else "")

    @cached_property
    def tags(self) -> list[TermPresenter]:
        return [self.terms["tag"][slug] for slug in self.data["tags"]]

    @cached_property
    def evidence(self) -> evidence.Summary:
        return evidence.summary(self.data)

    # ------------------------------------------------------------ what was wrong, what was done

    @cached_property
    def problems(self) -> list[ProblemPresenter]:
        return [ProblemPresenter(self, problem) for problem in self.data["problems"]]

    @cached_property
    def problems_by_key(self) -> dict[str, ProblemPresenter]:
        return {problem.data["key"]: problem for problem in self.problems}

    @cached_property
    def measures(self) -> list[MeasurePresenter]:
        return [MeasurePresenter(self, measure) for measure in self.data["measures"]]

    def measures_of(self, keys: Iterable[str | None]) -> list[MeasurePresenter]:
        wanted = set(keys)
        return [measure for measure in self.measures if measure.data["key"] in wanted]

    @cached_property
    def measures_by_family(self) -> list[tuple[TermPresenter, list[MeasurePresenter]]]:
        """Families in the order of the vocabulary, each with the measures of its main type."""
        found: dict[str, list[MeasurePresenter]] = {}
        for measure in self.measures:
            found.setdefault(measure.type.family.value, []).append(measure)
        families = [self.terms["measure"][value] for value in found]
        families.sort(key=lambda family: family.row.position)
        return [(family, found[family.value]) for family in families]

    @cached_property
    def status_counts(self) -> list[tuple[str, str, int]]:
        """(status, label, how many measures), of the statuses that occur."""
        counts = Counter(measure.data["status"] for measure in self.measures)
        return [
            (status, self.label_of(MeasureStatus, status), counts[status])
            for status in MeasureStatus.values
            if counts[status]
        ]

    @cached_property
    def usual_place(self) -> tuple[str, ...]:
        """The places of most measures, () where no places are those of more than half."""
        return _usual(_places(measure) for measure in self.data["measures"]) or ()

    @cached_property
    def usual_where(self) -> list[WherePresenter]:
        places = (m.where for m in self.measures if m.has_usual_place)
        return next(places, []) if self.usual_place else []

    @cached_property
    def usual_lead(self) -> tuple[str, ...] | None:
        leads = (
            next((_lead(actor) for actor in measure["actors"] if _lead(actor)), None)
            for measure in self.data["measures"]
        )
        return _usual(leads)

    @cached_property
    def usual_actor(self) -> ActorPresenter | None:
        actors = (actor for measure in self.measures for actor in measure.actors)
        lead = self.usual_lead
        return next((actor for actor in actors if lead and _lead(actor.data) == lead), None)

    # ------------------------------------------------------------ numbers

    @cached_property
    def context(self) -> list[MetricPresenter]:
        return [MetricPresenter(self, metric, None) for metric in self.data["context"]]

    @cached_property
    def metrics_by_key(self) -> dict[str | None, MetricPresenter]:
        of_measures = (metric for measure in self.measures for metric in measure.metrics)
        return {metric.data["key"]: metric for metric in (*of_measures, *self.context)}

    @cached_property
    def telling(self) -> list[MetricPresenter]:
        """The numbers of the first screen, as their editor chose them."""
        return [self.metrics_by_key[key] for key in self.data["telling"]]

    @cached_property
    def derived(self) -> list[DerivedPresenter]:
        return [DerivedPresenter(self, derived) for derived in self.data["derived"]]

    @cached_property
    def unit_cost(self) -> UnitCostPresenter:
        return UnitCostPresenter(self, self.data["unit_cost"])

    # ------------------------------------------------------------ questions

    @cached_property
    def changes(self) -> list[ChangePresenter]:
        return [ChangePresenter(self, change) for change in self.data["changes"]]

    @cached_property
    def glance(self) -> list[GlancePresenter]:
        glance = self.data["glance"]
        return [GlancePresenter(self, question, glance[question]) for question in _QUESTIONS]

    @cached_property
    def answers(self) -> dict[str, GlancePresenter]:
        """By question."""
        return {answer.question: answer for answer in self.glance}

    @cached_property
    def follow_up(self) -> list[FollowUpPresenter]:
        return [FollowUpPresenter(self, question) for question in self.data["follow_up"]]

    @cached_property
    def pictures(self) -> list[PicturePresenter]:
        return [PicturePresenter(self, picture) for picture in self.data["pictures"]]

    @cached_property
    def left_out(self) -> list[LeftOutPresenter]:
        return [LeftOutPresenter(self, row) for row in self.data["left_out"]]


def _places(measure: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(where["place"] for where in measure["where"])


def _lead(actor: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What tells one lead body from another; None for an actor that does not lead."""
    if actor["role"] != ActorRole.LEAD:
        return None
    return actor["name"]["zh"], actor["kind"], actor["basis"]


def _usual(found: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """What more than half of them are; None where nothing is, or nothing is what they are."""
    counted = Counter(found)
    if not counted:
        return None
    most, count = counted.most_common(1)[0]
    return most if most and count * 2 > counted.total() else None
