"""A case document as its page shows it: words in the reader's language, terms as their rows.

It answers templates as the rows of a case would, and asks the database nothing: a page costs one
row, however much the case holds.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import cached_property  # functools' own locks, at half a microsecond

from stories import addresses, dates
from stories.terms import in_language, reader_language
from stories.vocabulary import (
    BEYOND_PLANS,
    ActorRole,
    Basis,
    Claim,
    Condition,
    Dimension,
    FollowUpState,
    GlanceQuestion,
    GlanceState,
    Independence,
    Inferred,
    Kind,
    LeftOutReason,
    MeasureStatus,
    NotSaid,
    Operation,
    PersonRole,
    ReportedBy,
    Stage,
    UnitCostState,
    WholeState,
)

Terms = Mapping[str, Mapping[str, "ShownTerm"]]  # facet → value → term


class ShownTerm:
    """A term in the language of the reader it is made for: what a page asks of its row."""

    def __init__(self, value: str, row: Any, terms: "ShownTerms") -> None:
        self.__dict__ |= vars(row)
        self.value = value
        self.label = row.label
        self.row = row
        self.terms = terms

    @cached_property
    def address(self) -> str:
        return str(self.row.get_absolute_url())

    @cached_property
    def chain(self) -> list["ShownTerm"]:
        """Of a place: from the province down to it."""
        return [self.terms[step.code] for step in self.row.chain]

    @cached_property
    def family(self) -> "ShownTerm":
        """Of a measure type."""
        return self.terms[self.row.family.slug]

    @cached_property
    def place_words(self) -> str:
        """Its chain in one line, as the language orders it."""
        labels = [str(place.label) for place in self.chain]
        return ", ".join(reversed(labels)) if reader_language() == "en" else " ".join(labels)

    @cached_property
    def kind_label(self) -> str:
        return str(self.row.get_kind_display())

    def get_absolute_url(self) -> str:
        return self.address

    def get_kind_display(self) -> str:
        return self.kind_label


class ShownTerms(dict[str, ShownTerm]):
    """Terms by value, each made when it is first asked for."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        super().__init__()
        self.rows = rows

    def __missing__(self, value: str) -> ShownTerm:
        return self.setdefault(value, ShownTerm(value, self.rows[value], self))


@lru_cache(maxsize=200)
def _label(choices: type[TextChoices], value: str, language: str) -> str:
    """The label of a closed list; in `language`, which is the reader's."""
    return str(choices(value).label)


_QUESTIONS = tuple(GlanceQuestion.values)
TELLING = 2  # numbers that a case is shown by where there is no room for more
# What was reached tells more than what was made, and that more than what was put in.
_BY_KIND = (Kind.OUTCOME, Kind.OUTPUT, Kind.ACTIVITY, Kind.INPUT)
# Times, shares and discounts say little without what they are of.
_TELLING_LITTLE = (Dimension.TIME, Dimension.SHARE, Dimension.DISCOUNT, Dimension.RATE)


class Rows(list[Any]):
    """A list that templates ask for as they ask for related rows."""

    def all(self) -> "Rows":
        return self


class Part:
    """A part of a document: its values by name, texts in the reader's language."""

    def __init__(self, case: "ShownCase", data: Mapping[str, Any]) -> None:
        self.case = case
        self.data = data

    def __getattr__(self, name: str) -> Any:
        data = self.__dict__["data"]
        if name in data:
            value = data[name]
            if value is None:
                value = ""
            elif _is_text(value):
                value = in_language(value, self.case.language)
            self.__dict__[name] = value
            return value
        column, _underscore, language = name.rpartition("_")
        if column in data and language in ("zh", "en"):
            return (data[column] or {}).get(language, "")
        raise AttributeError(name)

    @cached_property
    def statement_citations(self) -> list["Citation"]:
        return self.case.citations(self.data["cites"])

    def inferred_words(self, date: Mapping[str, Any] | None) -> str:
        inferred = date["inferred"] if date else ""
        return self.label_of(Inferred, inferred) if inferred else ""

    def label_of(self, choices: type[TextChoices], value: str) -> str:
        return _label(choices, value, self.case.language)


def _is_text(value: Any) -> bool:
    return type(value) is dict and type(value.get("zh")) is str and type(value.get("en")) is str


class Source(Part):
    def __init__(self, case: "ShownCase", position: int, data: Mapping[str, Any]) -> None:
        super().__init__(case, data)
        self.position = position

    @cached_property
    def address(self) -> str:
        return addresses.of("source", self.key)

    def get_absolute_url(self) -> str:
        return self.address

    def get_condition_display(self) -> str:
        return self.label_of(Condition, self.data["condition"])

    def get_reported_by_display(self) -> str:
        return self.label_of(ReportedBy, self.data["reported_by"])

    def get_independence_display(self) -> str:
        return self.label_of(Independence, self.data["independence"])

    @cached_property
    def same_report_as(self) -> "Source | None":
        key = self.data["same_report_as"]
        return self.case.sources_by_key[key] if key else None

    @cached_property
    def passages(self) -> "Rows":
        cites = ({"source": self.key, "at": part["locator"]} for part in self.data["passages"])
        return Rows(self.case.passage(cite) for cite in cites)

    @cached_property
    def authors(self) -> list["Person"]:
        return [Person(self.case, person) for person in self.data["authors"]]


class Person(Part):
    def get_role_display(self) -> str:
        return self.label_of(PersonRole, self.data["role"])


class Passage:
    def __init__(self, source: Source, locator: str) -> None:
        self.source = source
        self.locator = locator
        self.source_id = source.position
        self.position = list(source.data["reading"]["lines"]).index(locator)
        self.data = source.data["passages"][self.position]
        self.key = f"{source.key} {locator}"
        self.address = f"{source.address}#{locator}"

    def get_absolute_url(self) -> str:
        return self.address

    @cached_property
    def gist(self) -> Any:
        """In the reader's language, "" where there is none."""
        gist = self.data["gist"]
        return in_language(gist, self.source.case.language) if gist else ""


class Citation:
    """Of a statement or, without a claim, of a date."""

    def __init__(self, passage: Passage, data: Mapping[str, Any]) -> None:
        self.passage = passage
        self.printed = data["printed"]
        self.gloss = data["gloss"] or ""
        self.claim = data.get("claim", "")
        self.passage_id = passage.key

    def get_claim_display(self) -> str:
        return _label(Claim, self.claim, self.passage.source.case.language) if self.claim else ""


class Problem(Part):
    @cached_property
    def type(self) -> Any:
        return self.case.terms["problem"][self.data["type"]]

    @cached_property
    def measures(self) -> Rows:
        """Those of the case that answer it."""
        key = self.data["key"]
        return Rows(
            measure
            for measure in self.case.measures
            if any(solve["problem"] == key for solve in measure.data["solves"])
        )


class Metric(Part):
    @cached_property
    def indicator(self) -> Any:
        return self.case.terms["indicator"][self.data["indicator"]]

    @cached_property
    def low(self) -> Any:
        return _decimal(self.data["low"])

    @cached_property
    def high(self) -> Any:
        return _decimal(self.data["high"])

    @cached_property
    def whole_metric(self) -> "Metric | None":
        key = self.data["whole"]["metric"]
        return self.case.metrics_by_key[key] if key else None

    def get_kind_display(self) -> str:
        return self.label_of(Kind, self.kind) if self.kind else ""

    def get_whole_state_display(self) -> str:
        return self.label_of(WholeState, self.data["whole"]["state"])

    @cached_property
    def statement_citations(self) -> list[Citation]:
        return self.case.citations([self.data["cite"]] if "cite" in self.data else [])


class WithBasis(Part):
    def get_basis_display(self) -> str:
        return self.label_of(Basis, self.data["basis"])


class Where(WithBasis):
    @cached_property
    def place(self) -> Any:
        return self.case.terms["place"][self.data["place"]]


class Solve(WithBasis):
    @cached_property
    def problem(self) -> Problem:
        return self.case.problems_by_key[self.data["problem"]]

    def get_stage_display(self) -> str:
        return self.label_of(Stage, self.data["stage"])


class Actor(WithBasis):
    @cached_property
    def kind(self) -> Any:
        return self.case.terms["actor"][self.data["kind"]]

    def get_role_display(self) -> str:
        return self.label_of(ActorRole, self.data["role"])


class Measure(Part):
    @cached_property
    def types(self) -> Rows:
        return Rows(self.case.terms["measure"][slug] for slug in self.data["types"])

    @property
    def type(self) -> Any:
        """The main one."""
        return self.types[0]

    @cached_property
    def not_said_labels(self) -> list[str]:
        return [self.label_of(NotSaid, name) for name in self.data["not_said"]]

    @cached_property
    def when(self) -> str:
        return _edtf(self.data["when"])

    @cached_property
    def when_citations(self) -> list[Citation]:
        return self.case.date_citations(self.data["when"])

    def get_when_inferred_display(self) -> str:
        return self.inferred_words(self.data["when"])

    def get_status_display(self) -> str:
        return self.label_of(MeasureStatus, self.data["status"])

    @cached_property
    def where(self) -> Rows:
        return Rows(Where(self.case, where) for where in self.data["where"])

    @cached_property
    def actors(self) -> Rows:
        return Rows(Actor(self.case, actor) for actor in self.data["actors"])

    @cached_property
    def solves(self) -> Rows:
        return Rows(Solve(self.case, solve) for solve in self.data["solves"])

    @cached_property
    def metrics(self) -> Rows:
        return Rows(Metric(self.case, metric) for metric in self.data["metrics"])


class Derived(Part):
    @cached_property
    def operands(self) -> Rows:
        return Rows(Operand(self.case.metrics_by_key[key]) for key in self.data["of"])

    @property
    def value(self) -> Any:
        return _decimal(self.data["value"])

    @property
    def operation(self) -> str:
        return str(self.data["op"])

    def get_operation_display(self) -> str:
        return self.label_of(Operation, self.operation)


class Operand:
    def __init__(self, metric: Metric) -> None:
        self.metric = metric


class UnitCost(Part):
    @cached_property
    def of(self) -> Any:
        """The metric or computed number that gives it; None where none does."""
        key, state = self.data["of"], self.data["state"]
        if state == UnitCostState.STATED:
            return self.case.metrics_by_key.get(key)
        return next((row for row in self.case.derived if row.data["key"] == key), None)

    def get_state_display(self) -> str:
        return self.label_of(UnitCostState, self.data["state"])


class Glance(Part):
    def __init__(self, case: "ShownCase", question: str, data: Mapping[str, Any]) -> None:
        super().__init__(case, data)
        self.question = question

    @property
    def is_stated(self) -> bool:
        return self.data["state"] in (GlanceState.STATED, GlanceState.PARTLY)

    def get_question_display(self) -> str:
        return self.label_of(GlanceQuestion, self.question)

    def get_state_display(self) -> str:
        return self.label_of(GlanceState, self.data["state"])


class Change(Part):
    @cached_property
    def before_citations(self) -> list[Citation]:
        return self.case.citations(self.data["before_cites"])

    @cached_property
    def after_citations(self) -> list[Citation]:
        return self.case.citations(self.data["after_cites"])

    @cached_property
    def measures(self) -> Rows:
        return Rows(self.case.measures_by_key[key] for key in self.data["measures"])


class FollowUp(Part):
    @cached_property
    def measure(self) -> "Measure | None":
        key = self.data["measure"]
        return self.case.measures_by_key[key] if key else None

    def get_state_display(self) -> str:
        return self.label_of(FollowUpState, self.data["state"])


class LeftOut(Part):
    @cached_property
    def passage(self) -> Passage:
        return self.case.passage(self.data)

    def get_reason_display(self) -> str:
        return self.label_of(LeftOutReason, self.data["reason"])


class ShownCase(Part):
    """A whole document, as records.dump gives it, with the vocabulary's terms by facet and value.

    Made for the reader of this moment: `terms` are in the language that is active now.
    """

    def __init__(self, pk: int, document: Mapping[str, Any], terms: Terms) -> None:
        super().__init__(self, document)
        self.pk = pk
        self.terms = terms
        self.language = reader_language()
        self._passages: dict[tuple[str, str], Passage] = {}

    def passage(self, at: Mapping[str, Any]) -> Passage:
        key = (at["source"], at["at"])
        if key not in self._passages:
            self._passages[key] = Passage(self.sources_by_key[key[0]], key[1])
        return self._passages[key]

    def citations(self, cites: Iterable[Mapping[str, Any]]) -> list[Citation]:
        return [Citation(self.passage(cite), cite) for cite in cites]

    def date_citations(self, date: Mapping[str, Any] | None) -> list[Citation]:
        return self.citations([date]) if date and date["source"] else []

    def get_absolute_url(self) -> str:
        return addresses.of("case", self.data["slug"])

    @cached_property
    def place(self) -> Any:
        return self.terms["place"][self.data["place"]]

    @property
    def place_words(self) -> str:
        return str(self.place.place_words)

    @cached_property
    def began(self) -> str:
        return _edtf(self.data["began"])

    @cached_property
    def ended(self) -> str:
        return _edtf(self.data["ended"])

    @property
    def period(self) -> str:
        return dates.joined(self.began, self.ended)

    @cached_property
    def began_citations(self) -> list[Citation]:
        return self.date_citations(self.data["began"])

    @cached_property
    def ended_citations(self) -> list[Citation]:
        return self.date_citations(self.data["ended"])

    def get_began_inferred_display(self) -> str:
        return self.inferred_words(self.data["began"])

    def get_ended_inferred_display(self) -> str:
        return self.inferred_words(self.data["ended"])

    @cached_property
    def tags(self) -> Rows:
        return Rows(self.terms["tag"][slug] for slug in self.data["tags"])

    @cached_property
    def sources(self) -> Rows:
        return Rows(Source(self, n, data) for n, data in enumerate(self.data["sources"]))

    @cached_property
    def sources_by_key(self) -> dict[str, Source]:
        return {source.data["key"]: source for source in self.sources}

    @cached_property
    def problems(self) -> Rows:
        return Rows(Problem(self, problem) for problem in self.data["problems"])

    @cached_property
    def problems_by_key(self) -> dict[str, Problem]:
        return {problem.data["key"]: problem for problem in self.problems}

    @cached_property
    def measures(self) -> Rows:
        return Rows(Measure(self, measure) for measure in self.data["measures"])

    @cached_property
    def measures_by_key(self) -> dict[str, Measure]:
        return {measure.data["key"]: measure for measure in self.measures}

    @cached_property
    def context(self) -> Rows:
        return Rows(Metric(self, metric) for metric in self.data["context"])

    @cached_property
    def metrics_by_key(self) -> dict[str, Metric]:
        of_measures = (metric for measure in self.measures for metric in measure.metrics)
        return {metric.data["key"]: metric for metric in (*of_measures, *self.context)}

    @cached_property
    def telling(self) -> list[Metric]:
        """The numbers to show the case by, the most telling first: those that the document names.

        Where it names none, each of another indicator, of measures beyond plans, by kind; among
        those of one kind what is done before what is under way, and then the largest. What
        describes the place tells nothing of the case, and what is planned is no result.
        """
        if named := self.data["telling"]:
            return [self.metrics_by_key[key] for key in named[:TELLING]]
        found = [
            (_weight(metric, BEYOND_PLANS.index(status)), metric)
            for measure in self.measures
            if (status := measure.data["status"]) in BEYOND_PLANS
            for metric in measure.metrics
            if _kind(metric) in _BY_KIND
        ]
        found.sort(key=lambda row: row[0])  # it keeps the order of those that weigh the same
        first: dict[str, Metric] = {}
        for _least, metric in found:
            first.setdefault(metric.data["indicator"], metric)
        return list(first.values())[:TELLING]

    @cached_property
    def derived(self) -> Rows:
        return Rows(Derived(self, derived) for derived in self.data["derived"])

    @cached_property
    def unit_cost(self) -> "UnitCost":
        return UnitCost(self, self.data["unit_cost"])

    @cached_property
    def changes(self) -> Rows:
        return Rows(Change(self, change) for change in self.data["changes"])

    @cached_property
    def follow_ups(self) -> Rows:
        return Rows(FollowUp(self, part) for part in self.data["follow_up"])

    @cached_property
    def inferred_places(self) -> Rows:
        return Rows(self.terms["place"][code] for code in self.data["place_inferred"])

    @cached_property
    def glances(self) -> Rows:
        glance = self.data["glance"]
        return Rows(Glance(self, question, glance[question]) for question in _QUESTIONS)

    @cached_property
    def left_out(self) -> Rows:
        return Rows(LeftOut(self, row) for row in self.data["left_out"])


def _weight(metric: Metric, status: int) -> tuple[bool, int, int, Decimal]:
    """Least for the number that tells most."""
    indicator = metric.indicator
    size = metric.high if metric.low is None else metric.low
    kind = _BY_KIND.index(_kind(metric))
    return (indicator.dimension in _TELLING_LITTLE, kind, status, -size)


def _kind(metric: Metric) -> Any:
    """Of the number itself; in a draft that does not say, of its indicator."""
    return metric.data["kind"] or metric.indicator.kind


def _edtf(date: Mapping[str, str] | None) -> str:
    return date["edtf"] if date else ""


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
