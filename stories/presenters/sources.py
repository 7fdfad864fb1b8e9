"""Presenters of sources and their passages, with the statements that cite each passage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from stories import links
from stories.choices import Condition, Independence, LeftOutReason, PersonRole, ReportedBy
from stories.presenters.parts import CitedPassage, Fragment, PartPresenter

if TYPE_CHECKING:
    from stories.presenters.case import CasePresenter


class PersonPresenter(PartPresenter):
    @property
    def role_label(self) -> str:
        return self.label_of(PersonRole, self.data["role"])


class SourcePresenter(PartPresenter):
    def __init__(self, case: "CasePresenter", position: int, data: Mapping[str, Any]) -> None:
        super().__init__(case, data)
        self.position = position

    @cached_property
    def url(self) -> str:
        return links.of("source", self.data["key"])

    @property
    def original_title(self) -> str:
        """The title as printed."""
        return str(self.data["title"]["zh"])

    @property
    def is_title_translated(self) -> bool:
        return bool(self.title.language == "en")

    @property
    def original_url(self) -> str:
        return self.data["url"] or ""

    @property
    def condition_label(self) -> str:
        return self.label_of(Condition, self.data["condition"])

    @property
    def reported_by_label(self) -> str:
        return self.label_of(ReportedBy, self.data["reported_by"])

    @property
    def independence_label(self) -> str:
        return self.label_of(Independence, self.data["independence"])

    @cached_property
    def authors(self) -> list[PersonPresenter]:
        return [PersonPresenter(self.case, person) for person in self.data["authors"]]

    @cached_property
    def editors(self) -> list[PersonPresenter]:
        return [PersonPresenter(self.case, person) for person in self.data["editors"]]

    @property
    def sha256(self) -> str:
        return str(self.data["reading"]["sha256"])

    @cached_property
    def passages(self) -> list["PassagePresenter"]:
        return [PassagePresenter(self, n, data) for n, data in enumerate(self.data["passages"])]

    @cached_property
    def passages_by_locator(self) -> dict[str, "PassagePresenter"]:
        return {passage.locator: passage for passage in self.passages}


class PassagePresenter(PartPresenter):
    """`locator`, `kind` and `gist`; `lines`: line numbers in the raw file, from 1."""

    def __init__(self, source: SourcePresenter, position: int, data: Mapping[str, Any]) -> None:
        super().__init__(source.case, data)
        self.source = source
        self.order = (source.position, position)
        self.url = f"{source.url}#{data['locator']}"

    @property
    def lines(self) -> list[int]:
        return list(self.source.data["reading"]["lines"].get(self.data["locator"], []))


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


@dataclass(frozen=True)
class Statement:
    """A statement that cites a passage: its words and address, and the cited fragments."""

    kind: str  # "case", "problem", "measure", "metric", "glance", "change", "date", "left-out"
    words: str
    url: str
    fragments: list[Fragment]
    part: Any  # its presenter


def statements(case: "CasePresenter") -> dict[tuple[int, int], list[Statement]]:
    """Position of a passage (source, passage) → the statements that cite it."""
    found: dict[tuple[int, int], list[Statement]] = {}
    for kind, words, url, cited, part in _resting(case):
        for of_passage in cited:
            statement = Statement(kind, words, url, of_passage.fragments, part)
            found.setdefault(of_passage.passage.order, []).append(statement)
    return found


_Resting = tuple[str, str, str, list[CitedPassage], Any]


def _resting(case: "CasePresenter") -> Iterator[_Resting]:
    yield "case", case.title, case.url, case.cited, case
    for date in (case.began, case.ended):
        if date:
            yield "date", case.title, case.url, date.cited, date
    for problem in case.problems:
        yield "problem", problem.heading, problem.url, problem.cited, problem
    for measure in case.measures:
        yield "measure", measure.title, measure.url, measure.cited, measure
        if measure.when:
            yield "date", measure.title, measure.url, measure.when.cited, measure.when
        for metric in measure.metrics:
            yield "metric", metric.indicator.label, metric.url, metric.cited, metric
    for metric in case.context:
        yield "metric", metric.indicator.label, metric.url, metric.cited, metric
    for change in case.changes:
        cited = [*change.before_cited, *change.after_cited]
        yield "change", change.subject, change.url, cited, change
    for answer in case.glance:
        if answer.is_stated:
            yield "glance", answer.question_label, answer.url, answer.cited, answer
    for question in case.follow_up:
        yield "follow-up", question.question, question.url, question.cited, question
    for row in case.left_out:
        yield "left-out", row.reason_label, f"{case.url}#left-out", row.cited, row
