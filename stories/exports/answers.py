"""The answers of the API as shapes, from which its description is made."""

from typing import Any

from pydantic import Field

from stories.exports.records import (
    CaseRecord,
    IndicatorRecord,
    Labelled,
    MetricRecord,
    PlaceRecord,
    Record,
    SourceRecord,
    TermRecord,
    Text,
)


class FacetValue(Record):
    value: str
    label: Text
    count: int = Field(description="Cases, counted as if nothing of this facet had been chosen")
    is_selected: bool


class Paged(Record):
    """A part of a result; `next` leads to the following one."""

    total: int = Field(description="How many there are in all")
    next: str | None = Field(description="Address of the next part; null on the last")


class MetRecord(Record):
    asked: str
    found: str = Field(description="What stands there instead")


class NearCase(Record):
    slug: str = Field(description="Stable identifier of the case")
    met: list[MetRecord]


class Cases(Paged):
    items: list[CaseRecord]
    near: list[NearCase] = Field(
        description="Cases that say in other words what `q` asks, where few have the words; on the "
        "first part only, none of them among the items or counted in `total`"
    )
    facets: dict[str, list[FacetValue]]


class Metrics(Paged):
    items: list[MetricRecord]


class Sources(Paged):
    """`total` and the limit count cases, each with all of its sources."""

    items: list[SourceRecord]


class Places(Paged):
    items: list[PlaceRecord]


class Terms(Record):
    items: list[TermRecord]


class Vocabulary(Record):
    measure_families: list[TermRecord]
    measure_types: list[TermRecord]
    problem_types: list[TermRecord]
    tags: list[TermRecord]
    body_kinds: list[TermRecord]
    indicators: list[IndicatorRecord]


class Case(Record):
    case: CaseRecord
    document: dict[str, Any] = Field(description="The case document, as it was published")


class VersionRecord(Record):
    number: int
    kind: Labelled
    published_at: str = Field(description="ISO 8601")
    note: Text | None = Field(description="What changed and why, from the second version on")
    sha256: str = Field(description="Of the document as it is written")
    url: Text = Field(description="Permanent address of its page")
    document: str = Field(description="Permanent address of its document")


class Versions(Record):
    items: list[VersionRecord]


class ParameterError(Record):
    parameter: str
    detail: str


class ProblemDetails(Record):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ParameterError] = Field(default=[], description="Parameters that are wrong")
