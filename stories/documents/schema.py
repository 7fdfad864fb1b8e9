"""The schema of a case document: its fields, their order, and their allowed values.

Every key is required, unknown ones are refused, and no value is converted from another type.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

from stories.choices import (
    DOCUMENT_FORMAT,
    GLOSS_LIMIT,
    PICTURES_LIMIT,
    PRINTED_LIMIT,
    TELLING_LIMIT,
    ActorRole,
    Basis,
    Claim,
    Condition,
    FollowUpState,
    GlanceQuestion,
    GlanceState,
    Independence,
    Inferred,
    Kind,
    LeftOutReason,
    Licence,
    MeasureStatus,
    NotSaid,
    Operation,
    PassageKind,
    PersonRole,
    Qualifier,
    ReportedBy,
    Shows,
    SourceType,
    Stage,
    UnitCostState,
    WholeState,
)
from stories.documents.shape_faults import ShapeError
from stories.reading import characters
from stories.reading.faults import Bare


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ShapeError("blank")
    if text != text.strip() or re.search(r"[\x00-\x1f\x7f]", text):
        raise ShapeError("loose-white-space")
    if character := characters.invisible(text):
        raise ShapeError("invisible-character", character=Bare(character))
    return text


def _number(number: object) -> float:
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise ShapeError("no-number")
    if isinstance(number, float) and number.is_integer():
        raise ShapeError("number-not-whole", wanted=int(number), given=number)
    exponent = Decimal(str(number)).as_tuple().exponent
    if abs(number) >= 10**14 or not isinstance(exponent, int) or exponent < -4:
        raise ShapeError("number-too-long")
    return number


String = Annotated[str, AfterValidator(_not_blank)]
Key = Annotated[str, Field(pattern=r"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", max_length=50)]
Code = Annotated[str, Field(pattern=r"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", max_length=60)]
Locator = Annotated[str, Field(pattern=r"\A(?:T|[CEH]?[1-9]\d{0,3})\z")]
Number = Annotated[int | float, PlainValidator(_number)]
Address = Annotated[String, Field(pattern=r"\Ahttps?://\S+\z", max_length=500)]
_BY_VALUE = Field(strict=False)  # strict mode would require enum members instead of their values


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Shape):
    zh: String
    en: String


def _at_most(zh: int, en: int) -> AfterValidator:
    """The column lengths of the two texts in the database, in characters."""

    def check(text: Text) -> Text:
        for language, room in (("zh", zh), ("en", en)):
            if (length := len(getattr(text, language))) > room:
                which = {"language": Bare(language), "count": length, "limit": room}
                raise ShapeError("too-long-in-language", **which)
        return text

    return AfterValidator(check)


class Keywords(Shape):
    """Search terms for a part that its texts do not contain."""

    zh: list[String]
    en: list[String]


Printed = Annotated[String, Field(max_length=PRINTED_LIMIT)]
Gloss = Annotated[String, Field(max_length=GLOSS_LIMIT)]


class Cite(Shape):
    """`gloss`: English translation of the printed fragment; null only in a draft."""

    source: Key
    at: Locator
    printed: Printed
    gloss: Gloss | None
    claim: Annotated[Claim, _BY_VALUE]


class Date(Shape):
    edtf: String
    printed: Printed
    gloss: Gloss | None
    inferred: Annotated[Inferred, _BY_VALUE] | None
    source: Key
    at: Locator


class Person(Shape):
    name: Annotated[Text, _at_most(60, 90)]
    role: Annotated[PersonRole, _BY_VALUE]


class Reading(Shape):
    sha256: Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
    marks: list[Annotated[str, Field(min_length=1)]]  # scrapers insert invisible ones too
    lines: dict[Locator, Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]]


class Passage(Shape):
    """`gist`: one to three sentences in our own words; null if nothing is cited from the
    passage.
    """

    locator: Locator
    kind: Annotated[PassageKind, _BY_VALUE]
    gist: Text | None


class Source(Shape):
    """`same_report_as`: the key of another source that prints the same report.

    `withheld_names`: fingerprints of names of private persons, see privacy.fingerprint. `shows`:
    how much of the text readers may see; left out if only the fragment.
    """

    key: Key
    type: Annotated[SourceType, _BY_VALUE]
    title: Annotated[Text, _at_most(200, 300)]
    authors: list[Person]
    editors: list[Person]
    container: Annotated[Text, _at_most(100, 150)] | None
    publisher: Annotated[Text, _at_most(100, 150)] | None
    issued: String | None
    issued_note: Text | None
    url: Address | None
    archived_url: Address | None
    url_note: Text | None
    accessed: String | None
    section: Annotated[Text, _at_most(100, 150)] | None
    reported_by: Annotated[ReportedBy, _BY_VALUE]
    independence: Annotated[Independence, _BY_VALUE]
    independence_note: Text | None
    same_report_as: Key | None
    condition: Annotated[Condition, _BY_VALUE]
    condition_note: Text | None
    withheld_names: list[Annotated[str, Field(pattern=r"\A[0-9a-f]{16}\z")]]
    reading: Reading
    passages: list[Passage]
    shows: Annotated[Shows, _BY_VALUE, Field(exclude_if=lambda shows: shows == Shows.FRAGMENT)] = (
        Shows.FRAGMENT
    )


class Problem(Shape):
    """`heading`: what the source says was wrong, in a few words; null only in a draft."""

    key: Key
    type: Key
    heading: Annotated[Text, _at_most(30, 80)] | None
    statement: Text
    keywords: Keywords
    cites: Annotated[list[Cite], Field(min_length=1)]


class Where(Shape):
    place: Code
    basis: Annotated[Basis, _BY_VALUE]


class Actor(Shape):
    name: Annotated[Text, _at_most(80, 160)]
    kind: Key
    role: Annotated[ActorRole, _BY_VALUE]
    basis: Annotated[Basis, _BY_VALUE]


class Solve(Shape):
    """The link from a measure to a problem."""

    problem: Key
    stage: Annotated[Stage, _BY_VALUE]
    basis: Annotated[Basis, _BY_VALUE]


class Whole(Shape):
    """The whole of which a number is a part; `metric`: its key, if the source states it."""

    state: Annotated[WholeState, _BY_VALUE]
    metric: Key | None


class Metric(Shape):
    """`kind` and `scope` are null only in a draft. `reading_note`: why an editor reads the fragment
    otherwise than the program; left out if they agree."""

    key: Key
    indicator: Key
    kind: Annotated[Kind, _BY_VALUE] | None
    low: Number | None
    high: Number | None
    qualifier: Annotated[Qualifier, _BY_VALUE]
    scope: Annotated[Text, _at_most(120, 200)] | None
    period: Annotated[Text, _at_most(80, 120)] | None
    note: Text | None
    reading_note: Annotated[Text | None, Field(exclude_if=lambda note: note is None)] = None
    whole: Whole
    cite: Cite


class Measure(Shape):
    """`types`: the main one first. `before_case`: it was done before the period of the case."""

    key: Key
    types: Annotated[list[Key], Field(min_length=1, max_length=4)]
    title: Annotated[Text, _at_most(80, 160)]
    summary: Text
    status: Annotated[MeasureStatus, _BY_VALUE]
    before_case: bool
    not_said: list[Annotated[NotSaid, _BY_VALUE]]
    where: list[Where]
    when: Date | None
    actors: list[Actor]
    solves: list[Solve]
    keywords: Keywords
    cites: Annotated[list[Cite], Field(min_length=1)]
    metrics: list[Metric]


class Derived(Shape):
    key: Key
    label: Annotated[Text, _at_most(120, 200)]
    op: Annotated[Operation, _BY_VALUE]
    of: Annotated[list[Key], Field(min_length=2)]
    value: Number
    qualifier: Annotated[Qualifier, _BY_VALUE]
    unit: Annotated[Text, _at_most(30, 60)]
    note: Text | None


class UnitCost(Shape):
    """`of`: the key of the metric or derived number that gives it; if null, `note` says why."""

    state: Annotated[UnitCostState, _BY_VALUE]
    of: Key | None
    note: Text | None


class Change(Shape):
    """The state before and after; `after` is null if no source states it."""

    key: Key
    subject: Annotated[Text, _at_most(60, 120)]
    before: Text
    before_cites: Annotated[list[Cite], Field(min_length=1)]
    after: Text | None
    after_cites: list[Cite]
    measures: list[Key]


class Answer(Shape):
    state: Annotated[GlanceState, _BY_VALUE]
    text: Text | None
    cites: list[Cite]


class Glance(Shape):
    cost: Answer
    funding: Answer
    duration: Answer
    lead: Answer
    reach: Answer
    change: Answer
    check: Answer
    open: Answer


class FollowUp(Shape):
    """A question that the sources leave open, and what later research found.

    `measure`: the key of the measure concerned, null for the whole case.
    """

    key: Key
    measure: Key | None
    question: Annotated[Text, _at_most(120, 240)]
    state: Annotated[FollowUpState, _BY_VALUE]
    looked_on: String | None
    text: Text | None
    cites: list[Cite]


class Picture(Shape):
    """`file`: the common prefix of its file names; `sha256`: of its widest WebP; `widths` of its
    files and `height` of the widest in pixels."""

    file: Annotated[str, Field(pattern=r"\A[0-9a-f]{32}\z")]
    sha256: Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
    widths: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    height: Annotated[int, Field(ge=1)]
    alt: Annotated[Text, _at_most(200, 300)]
    caption: Annotated[Text, _at_most(200, 300)] | None
    credit: Annotated[Text, _at_most(100, 150)]
    credit_url: Address | None
    licence: Annotated[Licence, _BY_VALUE]


class Checked(Shape):
    """The proof against the texts of all sources: the day, and the SHA-256 of the document's
    canonical form with `checked` null."""

    on: Annotated[str, Field(pattern=r"\A\d{4}-\d{2}-\d{2}\z")]
    sha256: Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]


class LeftOut(Shape):
    source: Key
    at: Locator
    printed: Printed
    gloss: Gloss | None
    reason: Annotated[LeftOutReason, _BY_VALUE]
    note: Text | None


class CaseDocument(Shape):
    """`telling`: keys of the numbers on the case's first screen. `place_inferred`: codes of the
    places in the chain of `place` that no source prints. `checked`: null unless a program has
    proved the document against the texts."""

    format: Literal["caselib/2"]
    slug: Key
    title: Annotated[Text, _at_most(120, 200)]
    key_message: Text
    abstract: Text
    cites: Annotated[list[Cite], Field(min_length=1)]
    telling: Annotated[list[Key], Field(max_length=TELLING_LIMIT)]
    place: Code
    place_inferred: list[Code]
    place_note: Text | None
    name_as_reported: Annotated[Text, _at_most(60, 120)]
    began: Date | None
    ended: Date | None
    period_note: Text | None
    tags: list[Key]
    sources: Annotated[list[Source], Field(min_length=1)]
    problems: list[Problem]
    measures: Annotated[list[Measure], Field(min_length=1)]
    context: list[Metric]
    derived: list[Derived]
    unit_cost: UnitCost
    changes: list[Change]
    glance: Glance
    follow_up: list[FollowUp]
    pictures: Annotated[list[Picture], Field(max_length=PICTURES_LIMIT)]
    checked: Checked | None
    left_out: list[LeftOut]

    def metrics(self) -> Iterator[tuple[str, Metric]]:
        """(path, metric) of every metric, those of the measures first."""
        for m, measure in enumerate(self.measures):
            for n, metric in enumerate(measure.metrics):
                yield f"measures[{m}].metrics[{n}]", metric
        for n, metric in enumerate(self.context):
            yield f"context[{n}]", metric

    def dates(self) -> Iterator[tuple[str, Date]]:
        """(path, date) of every date that has a citation of its own."""
        for name, date in (("began", self.began), ("ended", self.ended)):
            if date:
                yield name, date
        for m, measure in enumerate(self.measures):
            if measure.when:
                yield f"measures[{m}].when", measure.when

    def printed(self) -> Iterator[tuple[str, Cite | Date | LeftOut]]:
        """(path, part) of every part with a printed fragment."""
        yield from numbered("cites", self.cites)
        yield from self.dates()
        for p, problem in enumerate(self.problems):
            yield from numbered(f"problems[{p}].cites", problem.cites)
        for m, measure in enumerate(self.measures):
            yield from numbered(f"measures[{m}].cites", measure.cites)
        for path, metric in self.metrics():
            yield f"{path}.cite", metric.cite
        for c, change in enumerate(self.changes):
            yield from numbered(f"changes[{c}].before_cites", change.before_cites)
            yield from numbered(f"changes[{c}].after_cites", change.after_cites)
        for question in GlanceQuestion.values:
            yield from numbered(f"glance.{question}.cites", getattr(self.glance, question).cites)
        for f, follow_up in enumerate(self.follow_up):
            yield from numbered(f"follow_up[{f}].cites", follow_up.cites)
        yield from numbered("left_out", self.left_out)


assert DOCUMENT_FORMAT in get_args(CaseDocument.model_fields["format"].annotation)


def numbered(path: str, parts: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """(path[0], part), (path[1], part), …"""
    for n, part in enumerate(parts):
        yield f"{path}[{n}]", part
