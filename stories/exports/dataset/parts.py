"""Tables for the parts of a case: problems, measures, metrics, answers and citations."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_noop as _

from stories.choices import GlanceQuestion, NotSaid
from stories.documents import schema
from stories.documents.descriptions import describe
from stories.exports.dataset.columns import Column, of
from stories.exports.dataset.tables import CASE, CITED, POSITION, PRINTED, Row, Table, parts_of
from stories.queries.publications import PublishedCase


class CitedPart(TextChoices):
    """The part of a case that has a citation."""

    CASE = "case", gettext_lazy("case")
    BEGAN = "began", gettext_lazy("began")
    ENDED = "ended", gettext_lazy("ended")
    PROBLEM = "problem", gettext_lazy("problem")
    MEASURE = "measure", gettext_lazy("measure")
    TIME = "time", gettext_lazy("time of a measure")
    BEFORE = "before", pgettext_lazy("side of a change", "before")
    AFTER = "after", pgettext_lazy("side of a change", "after")
    ANSWER = "answer", gettext_lazy("answer")
    FOLLOW_UP = "follow_up", gettext_lazy("open question")


MEASURE = Column(
    "measure", _("Key of the measure within its case"), refers_to="measures", is_of_case=True
)
# Not "when" and "of", which are SQL keywords.
TIME = replace(next(of(schema.Measure, "when")), name="time")
GIVEN_BY = replace(next(of(schema.UnitCost, "of")), name="given_by")

# ---------------------------------------------------------------- problems and measures


def _measures(found: PublishedCase) -> Iterator[Row]:
    for measure in parts_of("measures")(found):
        yield {**measure, "time": measure["when"] and measure["when"]["edtf"]}


def _of_measure(name: str, column: str = "") -> Callable[[PublishedCase], Iterator[Row]]:
    """Rows for a list in each measure; `column`: for lists of plain values."""

    def rows(found: PublishedCase) -> Iterator[Row]:
        data = found.case.data
        for measure in data["measures"]:
            own = {"case_slug": data["slug"], "measure": measure["key"]}
            for n, part in enumerate(measure[name], 1):
                yield {**own, "position": n, **({column: part} if column else part)}

    return rows


def _measures_of_changes(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    for change in data["changes"]:
        for measure in change["measures"]:
            yield {"case_slug": data["slug"], "change": change["key"], "measure": measure}


OF_MEASURES = (
    Table(
        "problems",
        _("What was wrong before"),
        ("case_slug", "key"),
        (CASE, *of(schema.Problem, "key", "type", "heading", "statement", type="problem_types")),
        parts_of("problems"),
    ),
    Table(
        "measures",
        _("Something that was done, is under way, planned or discussed"),
        ("case_slug", "key"),
        (CASE, *of(schema.Measure, "key", "title", "summary", "status", "before_case"), TIME),
        _measures,
    ),
    Table(
        "types_of_measure",
        _("A type of a measure; the main one has position 1"),
        ("case_slug", "measure", "position"),
        (
            *(CASE, MEASURE),
            Column("type", describe("Measure", "types"), refers_to="measure_types"),
            POSITION,
        ),
        _of_measure("types", "type"),
    ),
    Table(
        "problems_of_measure",
        _("A problem that a measure answers"),
        ("case_slug", "measure", "position"),
        (
            CASE,
            MEASURE,
            POSITION,
            *of(schema.Solve, "problem", "stage", "basis", problem="problems"),
        ),
        _of_measure("solves"),
    ),
    Table(
        "actors_of_measure",
        _("Who took part in a measure"),
        ("case_slug", "measure", "position"),
        (
            *(CASE, MEASURE, POSITION),
            *of(schema.Actor, "name", "kind", "role", "basis", kind="body_kinds"),
        ),
        _of_measure("actors"),
    ),
    Table(
        "places_of_measure",
        _("A place where a measure was done"),
        ("case_slug", "measure", "position"),
        (CASE, MEASURE, POSITION, *of(schema.Where, "place", "basis", place="places")),
        _of_measure("where"),
    ),
    Table(
        "not_said_of_measure",
        _("What a reader would ask of a measure and no source says"),
        ("case_slug", "measure", "position"),
        (
            CASE,
            MEASURE,
            POSITION,
            Column("not_said", describe("Measure", "not_said"), choices=NotSaid),
        ),
        _of_measure("not_said", "not_said"),
    ),
    Table(
        "changes",
        _("What was before and after, side by side"),
        ("case_slug", "key"),
        (CASE, *of(schema.Change, "key", "subject", "before", "after")),
        parts_of("changes"),
    ),
    Table(
        "measures_of_change",
        _("A measure that a change is put down to"),
        ("case_slug", "change", "measure"),
        (
            CASE,
            Column(
                "change",
                _("Key of the change within its case"),
                refers_to="changes",
                is_of_case=True,
            ),
            MEASURE,
        ),
        _measures_of_changes,
    ),
)


# ---------------------------------------------------------------- figures


def _metrics(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    own = [
        (measure["key"], metric) for measure in data["measures"] for metric in measure["metrics"]
    ]
    for measure, metric in [*own, *((None, metric) for metric in data["context"])]:
        if "cite" not in metric:  # in a version of an older release
            continue
        cite, whole = metric["cite"], metric["whole"]
        yield {
            "reading_note": None,
            **cite,
            **metric,
            "case_slug": data["slug"],
            "measure": measure,
            "locator": cite["at"],
            "whole_state": whole["state"],
            "whole_metric": whole["metric"],
        }


def _operands(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    for derived in data["derived"]:
        for n, metric in enumerate(derived["of"], 1):
            own = {"case_slug": data["slug"], "derived": derived["key"]}
            yield {**own, "position": n, "metric": metric}


def _unit_costs(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    unit_cost = data["unit_cost"]
    yield {**unit_cost, "given_by": unit_cost["of"], "case_slug": data["slug"]}


WHOLE = tuple(
    replace(column, name=f"whole_{column.name}")
    for column in of(schema.Whole, "state", "metric", metric="metrics")
)
OF_FIGURES = (
    Table(
        "metrics",
        _("A figure that a source prints, with its bounds, unit and citation"),
        ("case_slug", "key"),
        (
            *(CASE, *of(schema.Metric, "key")),
            replace(
                MEASURE,
                description=_("Key of the measure; empty for a figure of the place itself"),
                is_required=False,
            ),
            *of(schema.Metric, "indicator", "kind", "low", "high", indicator="indicators"),
            *of(schema.Metric, "qualifier", "scope", "period", "note", "reading_note"),
            *WHOLE,
            *CITED,
            *PRINTED,
            *of(schema.Cite, "claim"),
        ),
        _metrics,
    ),
    Table(
        "computed",
        _("A figure computed here, which no source prints"),
        ("case_slug", "key"),
        (
            *(CASE, *of(schema.Derived, "key", "label", "op", "value", "qualifier")),
            *of(schema.Derived, "unit", "note"),
        ),
        parts_of("derived"),
    ),
    Table(
        "metrics_of_computed",
        _("A figure that another was computed from"),
        ("case_slug", "derived", "position"),
        (
            CASE,
            Column(
                "derived",
                _("Key of the computed figure within its case"),
                refers_to="computed",
                is_of_case=True,
            ),
            POSITION,
            Column(
                "metric",
                _("Key of the figure within its case"),
                refers_to="metrics",
                is_of_case=True,
            ),
        ),
        _operands,
    ),
    Table(
        "unit_costs",
        _("What one unit cost in a case, or why that cannot be said"),
        ("case_slug",),
        (CASE, *of(schema.UnitCost, "state"), GIVEN_BY, *of(schema.UnitCost, "note")),
        _unit_costs,
    ),
)


# ---------------------------------------------------------------- answers and citations


def _answers(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    for question in GlanceQuestion.values:
        yield {**data["glance"][question], "question": question, "case_slug": data["slug"]}


def _citations(found: PublishedCase) -> Iterator[Row]:
    data = found.case.data
    for n, (part, key, cite) in enumerate(_cites(data), 1):
        yield {
            "claim": None,
            **cite,
            "case_slug": data["slug"],
            "position": n,
            "part": part,
            "part_key": key,
            "locator": cite["at"],
        }


def _cites(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Row]]:
    """(part, its key, citation) of every citation but those of metrics."""
    yield from (("case", None, cite) for cite in data["cites"])
    for name in ("began", "ended"):
        if data[name] and data[name]["source"]:
            yield name, None, data[name]
    for problem in data["problems"]:
        yield from (("problem", problem["key"], cite) for cite in problem["cites"])
    for measure in data["measures"]:
        yield from (("measure", measure["key"], cite) for cite in measure["cites"])
        if measure["when"] and measure["when"]["source"]:
            yield "time", measure["key"], measure["when"]
    for change in data["changes"]:
        for side in ("before", "after"):
            yield from ((side, change["key"], cite) for cite in change[f"{side}_cites"])
    for question in GlanceQuestion.values:
        yield from (("answer", question, cite) for cite in data["glance"][question]["cites"])
    for follow_up in data["follow_up"]:
        yield from (("follow_up", follow_up["key"], cite) for cite in follow_up["cites"])


OF_ANSWERS = (
    Table(
        "answers",
        _("What the sources of a case answer to a question that every case is asked"),
        ("case_slug", "question"),
        (
            CASE,
            Column("question", describe("CaseDocument", "glance"), choices=GlanceQuestion),
            *of(schema.Answer, "state", "text"),
        ),
        _answers,
    ),
    Table(
        "follow_up",
        _("A question that the sources leave open, and what a later look found"),
        ("case_slug", "key"),
        (
            *(CASE, *of(schema.FollowUp, "key", "measure", measure="measures")),
            *of(schema.FollowUp, "question", "state"),
            *of(schema.FollowUp, "looked_on", "text"),
        ),
        parts_of("follow_up"),
    ),
    Table(
        "citations",
        _("The tie of a statement to a passage; those of figures stand beside them"),
        ("case_slug", "position"),
        (
            *(CASE, POSITION),
            Column("part", _("Which part of the case rests on it"), choices=CitedPart),
            Column("part_key", _("Key of that part, where it has one"), is_required=False),
            *CITED,
            *PRINTED,
            replace(next(of(schema.Cite, "claim")), is_required=False),
        ),
        _citations,
    ),
)
