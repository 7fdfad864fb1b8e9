"""A case document: its shape, and its one written form.

Everything wrong with a document's shape is named at once; what has its shape all the same can
still be checked.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
)

from stories.choices import (
    DOCUMENT_FORMAT,
    GLOSS_LIMIT,
    OLD_FORMAT,
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
    SourceType,
    Stage,
    UnitCostState,
    WholeState,
)
from stories.documents import conversion
from stories.documents.faults import A_LINE_BREAK, A_LIST, AN_OBJECT, Fault
from stories.reading import characters
from stories.reading.faults import Bare

QUOTED_LIMIT = 40  # characters of a wrong text shown in a fault
GIVEN_LIMIT = 74  # characters of a wrong value as shown
FILE, DOCUMENT = "(file)", "(document)"  # paths of what is wrong with all of it
SIZE_LIMIT = 2_000_000  # bytes of one document; the largest so far has under 100,000


class DocumentError(ValueError):
    """A document that cannot be taken; `faults` are all of its faults.

    `rest`: what else of it can be checked; None where nothing can.
    """

    def __init__(self, faults: Iterable[Fault], rest: "Rest | None" = None) -> None:
        self.faults = list(faults)
        self.rest = rest
        super().__init__("\n".join(map(str, self.faults)))


class _ShapeError(ValueError):
    """The error for pydantic where a validator refuses a value."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


# ---------------------------------------------------------------- shape


def _not_blank(text: str) -> str:
    if not text.strip():
        raise _ShapeError("blank")
    if text != text.strip() or re.search(r"[\x00-\x1f\x7f]", text):
        raise _ShapeError("loose-white-space")
    if character := characters.invisible(text):
        raise _ShapeError("invisible-character", character=Bare(character))
    return text


def _number(number: object) -> float:
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise _ShapeError("no-number")
    if isinstance(number, float) and number.is_integer():
        raise _ShapeError("number-not-whole", wanted=int(number), given=number)
    if abs(number) >= 10**14 or Decimal(str(number)).as_tuple().exponent < -4:  # type: ignore[operator]
        raise _ShapeError("number-too-long")
    return number


String = Annotated[str, AfterValidator(_not_blank)]
Key = Annotated[str, Field(pattern=r"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", max_length=50)]
Code = Annotated[str, Field(pattern=r"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", max_length=60)]
Locator = Annotated[str, Field(pattern=r"\A(?:T|[CEH]?[1-9]\d{0,3})\z")]
Number = Annotated[int | float, PlainValidator(_number)]
Address = Annotated[String, Field(pattern=r"\Ahttps?://\S+\z", max_length=500)]
_BY_VALUE = Field(strict=False)  # strict mode would want the member of a closed list itself


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Shape):
    zh: String
    en: String


def _at_most(zh: int, en: int) -> AfterValidator:
    """The room that the database has for the two texts, in characters."""

    def check(text: Text) -> Text:
        for language, room in (("zh", zh), ("en", en)):
            if (length := len(getattr(text, language))) > room:
                which = {"language": Bare(language), "count": length, "limit": room}
                raise _ShapeError("too-long-in-language", **which)
        return text

    return AfterValidator(check)


class Keywords(Shape):
    """Further words to find a part by, that its texts do not hold."""

    zh: list[String]
    en: list[String]


Printed = Annotated[String, Field(max_length=PRINTED_LIMIT)]
Gloss = Annotated[String, Field(max_length=GLOSS_LIMIT)]


class Cite(Shape):
    """`gloss`: the printed fragment in English; null only in a draft."""

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
    marks: list[Annotated[str, Field(min_length=1)]]  # scrapers put in invisible ones too
    lines: dict[Locator, Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]]


class Passage(Shape):
    """`gist`: one to three sentences of our own; null where nothing rests on the passage."""

    locator: Locator
    kind: Annotated[PassageKind, _BY_VALUE]
    gist: Text | None


class Source(Shape):
    """`same_report_as`: the key of another source that prints the same report.

    `withheld_names`: fingerprints of names of private persons, see privacy.fingerprint.
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
    """What ties a measure to a problem."""

    problem: Key
    stage: Annotated[Stage, _BY_VALUE]
    basis: Annotated[Basis, _BY_VALUE]


class Whole(Shape):
    """Of what a number is a part; `metric`: the key of the whole where the source states it."""

    state: Annotated[WholeState, _BY_VALUE]
    metric: Key | None


class Metric(Shape):
    """`kind` and `scope` are null only in a draft. `reading_note`: why an editor reads the fragment
    otherwise than the program; left out where they agree."""

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
    """`types`: the main one first. `before_case`: it was done before what the case tells of."""

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
    """`of`: the key of the metric or derived number that gives it; else `note` says why none."""

    state: Annotated[UnitCostState, _BY_VALUE]
    of: Key | None
    note: Text | None


class Change(Shape):
    """What was before and after, side by side; `after` is null where no source says."""

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
    """A question that the sources leave open, and what a later look at it found.

    `measure`: the key of the measure that it is about, null for the whole case.
    """

    key: Key
    measure: Key | None
    question: Annotated[Text, _at_most(120, 240)]
    state: Annotated[FollowUpState, _BY_VALUE]
    looked_on: String | None
    text: Text | None
    cites: list[Cite]


class Picture(Shape):
    """`file`: its name, that of its files begin with; `sha256`: of its widest WebP; `widths` of its
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


class LeftOut(Shape):
    source: Key
    at: Locator
    printed: Printed
    gloss: Gloss | None
    reason: Annotated[LeftOutReason, _BY_VALUE]
    note: Text | None


class CaseDocument(Shape):
    """`telling`: keys of the numbers on the case's first screen. `place_inferred`: codes of the
    places in the chain of `place` that no source prints."""

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
        """(path, the part) of everything that carries a printed fragment."""
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


# ---------------------------------------------------------------- reading and writing


def read(raw: bytes) -> CaseDocument:
    """The document in these bytes. Raises DocumentError with everything wrong in its shape.

    Where the bytes are an object of JSON, the error carries the rest of the document.
    """
    value = conversion.converted(_json(raw))
    try:
        return CaseDocument.model_validate(value)
    except ValidationError as error:
        raise DocumentError(_shape_faults(error), _rest(value, error)) from error


def shaped(value: object) -> CaseDocument:
    """A value of plain lists and dicts as a document. Raises DocumentError."""
    try:
        return CaseDocument.model_validate(conversion.converted(value))
    except ValidationError as error:
        raise DocumentError(_shape_faults(error)) from error


def files(paths: Iterable[Path]) -> list[Path]:
    """The documents that paths name: files themselves, and the *.json files of folders.

    Raises DocumentError for a path that does not exist or a folder that holds none.
    """
    found, faults = [], []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path]
        found += inside
        if not inside:
            faults.append(Fault(str(path), "empty-folder"))
        faults += [Fault(str(file), "no-such-file") for file in inside if not file.is_file()]
    if faults:
        raise DocumentError(faults)
    return found


def read_file(file: Path) -> CaseDocument:
    """Raises DocumentError; a file over the size limit is not even opened."""
    try:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            raise _too_large(size)
        return read(file.read_bytes())
    except OSError as error:
        raise unreadable(FILE, error) from error


def unreadable(path: str, error: OSError) -> DocumentError:
    return DocumentError([Fault(path, "unreadable", {"reason": Bare(error.strerror)})])


def write(document: CaseDocument) -> bytes:
    """The one written form: UTF-8, keys in their order, two-space indent, a final line break."""
    return written(document.model_dump())


def written(value: object) -> bytes:
    """The same of plain lists and dicts, whose keys have their order."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode()


def write_file(file: Path, document: CaseDocument) -> None:
    write_bytes(file, write(document))


def write_bytes(file: Path, content: bytes) -> None:
    """Beside its final name first, so that a file there is never half written."""
    draft = file.with_name(f"{file.name}.new")
    draft.write_bytes(content)
    draft.replace(file)


def is_older(raw: bytes) -> bool:
    """Whether these bytes, which have been read, are a document of an older format."""
    value = _json(raw)
    return isinstance(value, dict) and value.get("format") == OLD_FORMAT


def form_faults(raw: bytes, document: CaseDocument) -> list[Fault]:
    """Where the bytes of a document are not its written form: dumping would not give them back.

    A document of an older format has another written form, and is not looked at.
    """
    if is_older(raw):
        return []
    if b"\r" in raw:
        return [Fault(FILE, "line-ends")]
    texts = (text.decode().rstrip("\n").split("\n") for text in (raw, write(document)))
    for n, (line, wanted) in enumerate(zip_longest(*texts, fillvalue=""), 1):
        if line != wanted:
            same = next(k for k in range(len(wanted), -1, -1) if line.startswith(wanted[:k]))
            rest = _short(wanted[same:]) or A_LINE_BREAK
            where = {"line": n, "column": same + 1}
            return [Fault(FILE, "written-form", {**where, "wanted": rest})]
    return []


def _json(raw: bytes) -> object:
    if len(raw) > SIZE_LIMIT:
        raise _too_large(len(raw))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _file_error("not-utf-8", number=error.start) from error
    if text.startswith("\ufeff"):
        raise _file_error("byte-order-mark")
    try:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except DocumentError:
        raise
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise _file_error("not-json", reason=Bare(error.msg), **where) from error
    except ValueError as error:  # Python reads no whole number of more than 4300 digits
        raise _file_error("huge-number") from error
    except RecursionError as error:
        raise _file_error("nested-too-deeply") from error


def _file_error(code: str, **parameters: object) -> DocumentError:
    return DocumentError([Fault(FILE, code, parameters)])


def _too_large(size: int) -> DocumentError:
    return _file_error("too-large", size=Bare(f"{size:,}"), limit=Bare(f"{SIZE_LIMIT:,}"))


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    doubled = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if doubled:
        raise _file_error("doubled-key", key=_short(doubled[0]))
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise _file_error("no-json-number", given=Bare(name))


def _path(loc: Iterable[int | str]) -> str:
    """measures[0].title. A key that is no plain word is quoted, so that a fault stays one line."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "[key]":  # pydantic's name for the key of an object, when that is the fault
            is_plain = re.fullmatch(r"\w{1,40}", step)
            path += f".{step if is_plain else repr(_short(step))}"
    return path.removeprefix(".") or DOCUMENT


def _short(text: str) -> str:
    return text if len(text) <= QUOTED_LIMIT else f"{text[:QUOTED_LIMIT]}…"


def _shape_faults(error: ValidationError) -> list[Fault]:
    return [_shape_fault(dict(found), _path(found["loc"])) for found in error.errors()]


# pydantic's name of an error → code
_CODES = {
    "bool_type": "no-boolean",
    "dict_type": "no-object",
    "enum": "unknown-value",
    "extra_forbidden": "unknown-key",
    "greater_than_equal": "too-small",
    "int_type": "no-integer",
    "list_type": "no-list",
    "literal_error": "unknown-value",
    "missing": "missing",
    "model_type": "no-object",
    "string_pattern_mismatch": "wrong-form",
    "string_too_long": "too-long",
    "string_type": "no-text",
    "string_unicode": "no-text",
    "too_long": "too-long",
    "too_short": "empty",
}


def _shape_fault(found: dict[str, Any], path: str) -> Fault:
    given, context = found["input"], found.get("ctx", {})
    if isinstance(refusal := context.get("error"), _ShapeError):
        return Fault(path, refusal.code, refusal.parameters)
    code = _CODES.get(found["type"], "wrong-form")
    if code in ("missing", "unknown-key", "empty"):
        return Fault(path, code)
    if code == "too-long":
        code = "too-long" if isinstance(given, str) else "too-many"
        return Fault(path, code, {"count": len(given), "limit": context["max_length"]})
    parameters: dict[str, object] = {"given": _given(given)}
    if code == "unknown-value":
        parameters["known"] = Bare(context["expected"])
    if code == "too-small":
        parameters["least"] = context["ge"]
    return Fault(path, code, parameters)


def _given(value: object) -> Bare:
    if isinstance(value, dict | list):
        return A_LIST if isinstance(value, list) else AN_OBJECT
    printed = repr(_short(value)) if isinstance(value, str) else str(value)
    return Bare(printed[:GIVEN_LIMIT])


# ---------------------------------------------------------------- what has its shape all the same

STAND_IN = "put-aside"  # the text and the key of every stand-in


@dataclass(frozen=True)
class Rest:
    """A document with stand-ins where parts of it are misshapen, so that every index stays.

    `aside`: the paths of the stand-ins, which no check has anything to say about.
    """

    document: CaseDocument
    aside: frozenset[str]

    def lacks(self, path: str) -> bool:
        """Whether a stand-in is at this path, or the path is inside one."""
        return is_within(path, self.aside)


def is_within(path: str, paths: frozenset[str]) -> bool:
    """Whether a path is one of these, or inside one."""
    ends = [match.start() for match in re.finditer(r"[.\[]", path)]
    return any(path[:end] in paths for end in [*ends, len(path)])


_TEXT = {"zh": STAND_IN, "en": STAND_IN}
_GLOSSED = {"source": STAND_IN, "at": "H9999", "printed": STAND_IN, "gloss": STAND_IN}
_CITE = {**_GLOSSED, "claim": "reported"}
_DATE = {**_GLOSSED, "edtf": STAND_IN, "inferred": None}
_PERSON = {"name": _TEXT, "role": "author"}
_KEYWORDS = {"zh": [STAND_IN], "en": [STAND_IN]}
_METRIC = {
    **{"key": STAND_IN, "indicator": STAND_IN, "kind": "context", "low": 1, "high": 1},
    **{"qualifier": "exact", "scope": _TEXT, "period": _TEXT, "note": _TEXT, "cite": _CITE},
    "reading_note": _TEXT,
    "whole": {"state": "not_applicable", "metric": None},
}
# One part of every kind: what stands in for any part of a document is at the same path here.
_STAND_INS: dict[str, Any] = {
    **{"format": DOCUMENT_FORMAT, "slug": STAND_IN, "title": _TEXT, "key_message": _TEXT},
    **{"abstract": _TEXT, "cites": [_CITE], "telling": [STAND_IN], "place": STAND_IN},
    **{"place_inferred": [STAND_IN], "place_note": _TEXT, "name_as_reported": _TEXT},
    **{"began": _DATE, "ended": _DATE, "period_note": _TEXT, "tags": [STAND_IN]},
    "sources": [
        {
            **{"key": STAND_IN, "type": "webpage", "title": _TEXT, "authors": [_PERSON]},
            **{"editors": [_PERSON], "container": _TEXT, "publisher": _TEXT, "issued": STAND_IN},
            **{"issued_note": _TEXT, "url": "https://put.aside", "url_note": _TEXT},
            "archived_url": "https://put.aside",
            **{"accessed": None, "section": _TEXT, "reported_by": "own"},
            **{"independence": "unclear", "independence_note": _TEXT, "same_report_as": None},
            **{"condition": "complete", "condition_note": _TEXT, "withheld_names": ["0" * 16]},
            "reading": {"sha256": "0" * 64, "marks": [], "lines": {}},
            "passages": [],
        }
    ],
    "problems": [
        {
            **{"key": STAND_IN, "type": STAND_IN, "heading": _TEXT, "statement": _TEXT},
            **{"keywords": _KEYWORDS, "cites": [_CITE]},
        }
    ],
    "measures": [
        {
            **{"key": STAND_IN, "types": [STAND_IN], "title": _TEXT, "summary": _TEXT},
            **{"status": "done", "before_case": False, "not_said": ["result"], "when": _DATE},
            "where": [{"place": STAND_IN, "basis": "stated"}],
            "actors": [{"name": _TEXT, "kind": STAND_IN, "role": "lead", "basis": "stated"}],
            "solves": [{"problem": STAND_IN, "stage": "deliver", "basis": "stated"}],
            **{"keywords": _KEYWORDS, "cites": [_CITE], "metrics": [_METRIC]},
        }
    ],
    "context": [_METRIC],
    "derived": [
        {
            **{"key": STAND_IN, "label": _TEXT, "op": "sum", "of": [STAND_IN, STAND_IN]},
            **{"value": 1, "qualifier": "exact", "unit": _TEXT, "note": _TEXT},
        }
    ],
    "unit_cost": {"state": "not_computable", "of": None, "note": _TEXT},
    "changes": [
        {
            **{"key": STAND_IN, "subject": _TEXT, "before": _TEXT, "before_cites": [_CITE]},
            **{"after": _TEXT, "after_cites": [_CITE], "measures": []},
        }
    ],
    "glance": {
        question: {"state": "silent", "text": None, "cites": []}
        for question in GlanceQuestion.values
    },
    "follow_up": [
        {
            **{"key": STAND_IN, "measure": None, "question": _TEXT, "state": "not_looked"},
            **{"looked_on": None, "text": None, "cites": []},
        }
    ],
    "pictures": [
        {
            **{"file": "0" * 32, "sha256": "0" * 64, "widths": [1], "height": 1, "alt": _TEXT},
            **{"caption": _TEXT, "credit": _TEXT, "credit_url": None, "licence": "cc0-1.0"},
        }
    ],
    "left_out": [{**_GLOSSED, "reason": "name", "note": _TEXT}],
}
# Their parts are checked against each other: when one is misshapen, nothing is said of the others.
_WHOLE = {"began", "ended", "when", "reading", "passages", "whole", "unit_cost"} | set(
    GlanceQuestion.values
)


def _rest(value: object, error: ValidationError) -> Rest | None:
    """The rest of this value, which is changed for it."""
    if any(not found["loc"] for found in error.errors()):  # of the document itself
        return None
    aside = set()
    # Unknown keys first: they could be inside of what a stand-in takes the place of.
    for found in sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden"):
        is_unknown = found["type"] == "extra_forbidden"
        *steps, last = place = found["loc"] if is_unknown else _whole(found["loc"])
        part: Any = value
        for step in steps:
            part = part[step]
        if is_unknown:
            del part[last]
        else:
            part[last] = _stand_in(place)
            aside.add(_path(place))
    return Rest(CaseDocument.model_validate(value), frozenset(aside))


def _whole(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    for n, step in enumerate(loc):
        if step in _WHOLE or loc[:n] in (("derived",), ("changes",), ("follow_up",)):
            return loc[: n + 1]
    return loc


def _stand_in(place: Iterable[int | str]) -> Any:
    part: Any = _STAND_INS
    for step in place:
        part = part[0 if isinstance(step, int) else step]
    return part
