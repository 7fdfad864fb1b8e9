"""A case document: its shape, and its one written form.

Everything wrong with a document's shape is named at once, as `path: what`; what has its shape
all the same can still be checked.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Literal

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
from stories.reading import characters

SHOWN_LIMIT = 40  # characters of a wrong text shown in a fault
SIZE_LIMIT = 2_000_000  # bytes of one document; the largest so far has under 100,000


class DocumentError(ValueError):
    """A document that cannot be taken; `problems` lists every fault as `path: what`.

    `rest`: what else of it can be checked; None where nothing can.
    """

    def __init__(self, problems: Sequence[str], rest: "Rest | None" = None) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)
        self.rest = rest


# ---------------------------------------------------------------- shape


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    if text != text.strip() or re.search(r"[\x00-\x1f\x7f]", text):
        raise ValueError("has white space at an end, or a control character or line break in it")
    if character := characters.invisible(text):
        raise ValueError(f"holds {character}, which no reader sees")
    return text


def _number(number: object) -> float:
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise ValueError("is not a number")
    if isinstance(number, float) and number.is_integer():
        raise ValueError(f"write {int(number)}, not {number}")
    if abs(number) >= 10**14 or Decimal(str(number)).as_tuple().exponent < -4:  # type: ignore[operator]
        raise ValueError("has more than 14 digits, or more than 4 behind the point")
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
                raise ValueError(f"{language} has {length} characters; at most {room} are allowed")
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
    """`kind` and `scope` are null only in a draft."""

    key: Key
    indicator: Key
    kind: Annotated[Kind, _BY_VALUE] | None
    low: Number | None
    high: Number | None
    qualifier: Annotated[Qualifier, _BY_VALUE]
    scope: Annotated[Text, _at_most(120, 200)] | None
    period: Annotated[Text, _at_most(80, 120)] | None
    note: Text | None
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


assert DOCUMENT_FORMAT in CaseDocument.model_fields["format"].annotation.__args__  # type: ignore[union-attr]


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
    found, problems = [], []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path]
        found += inside
        if not inside:
            problems.append(f"{path}: a folder without a *.json file")
        problems += [f"{file}: there is no such file" for file in inside if not file.is_file()]
    if problems:
        raise DocumentError(problems)
    return found


def read_file(file: Path) -> CaseDocument:
    """Raises DocumentError; a file over the size limit is not even opened."""
    try:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            raise DocumentError([_too_large(size)])
        return read(file.read_bytes())
    except OSError as error:
        raise DocumentError([f"(file): cannot be read: {error.strerror}"]) from error


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


def form_faults(raw: bytes, document: CaseDocument) -> list[str]:
    """Where the bytes of a document are not its written form: dumping would not give them back.

    A document of an older format has another written form, and is not looked at.
    """
    if is_older(raw):
        return []
    if b"\r" in raw:
        return ["(file): its lines end in CRLF; save it with LF line ends"]
    texts = (text.decode().rstrip("\n").split("\n") for text in (raw, write(document)))
    for n, (line, wanted) in enumerate(zip_longest(*texts, fillvalue=""), 1):
        if line != wanted:
            same = next(k for k in range(len(wanted), -1, -1) if line.startswith(wanted[:k]))
            rest = _short(wanted[same:]) if wanted[same:] else "a line break"
            what = f"a document has two-space indent and its keys in order; write {rest} here"
            return [f"(file): line {n}, column {same + 1}: {what}"]
    return []


def _json(raw: bytes) -> object:
    if len(raw) > SIZE_LIMIT:
        raise DocumentError([_too_large(len(raw))])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            [f"(file): not UTF-8: byte {error.start}; save the file as UTF-8"]
        ) from error
    if text.startswith("\ufeff"):
        raise DocumentError(["(file): begins with a byte order mark; save it as UTF-8 without one"])
    try:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except DocumentError:
        raise
    except json.JSONDecodeError as error:
        what = f"{error.msg} (line {error.lineno}, column {error.colno})"
        raise DocumentError([f"(file): not JSON, or cut off: {what}"]) from error
    except ValueError as error:  # Python reads no whole number of more than 4300 digits
        raise DocumentError(["(file): holds a number of thousands of digits"]) from error
    except RecursionError as error:
        raise DocumentError(["(file): nested too deeply for a case document"]) from error


def _too_large(size: int) -> str:
    return f"(file): {size:,} bytes; a case document has at most {SIZE_LIMIT:,}"


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    doubled = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if doubled:
        raise DocumentError([f"(file): the key {_short(doubled[0])} stands twice in one object"])
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise DocumentError([f"(file): {name} is not a number"])


def _path(loc: Iterable[int | str]) -> str:
    """measures[0].title. A key that is no plain word is quoted, so that a fault stays one line."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "[key]":  # pydantic's name for the key of an object, when that is the fault
            is_plain = re.fullmatch(r"\w{1,40}", step)
            path += f".{step if is_plain else _short(step)}"
    return path.removeprefix(".") or "(document)"


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN_LIMIT else f"{text[:SHOWN_LIMIT]}…")


def _shape_faults(error: ValidationError) -> list[str]:
    return [f"{_path(fault['loc'])}: {_shape_fault(dict(fault))}" for fault in error.errors()]


def _shape_fault(fault: dict[str, Any]) -> str:
    given = fault["input"]
    shown = f", got {_short(given) if isinstance(given, str) else given}"
    shown = "" if isinstance(given, dict | list) else shown[:80]
    match fault["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "unknown key"
        case "literal_error" | "enum":
            return f"unknown value{shown}; known: {fault['ctx']['expected']}"
        case "model_type" | "dict_type":
            return f"is not an object with keys{shown}"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "too_short":
            return "is empty; at least one is needed"
        case "string_too_long" | "too_long":
            return f"has {len(given)} characters; at most {fault['ctx']['max_length']} are allowed"
        case "string_pattern_mismatch":
            return f"is not of the form expected here{shown}"
        case _:
            return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}{shown}"


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
    if any(not fault["loc"] for fault in error.errors()):  # of the document itself
        return None
    aside = set()
    # Unknown keys first: they could be inside of what a stand-in takes the place of.
    for fault in sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden"):
        is_unknown = fault["type"] == "extra_forbidden"
        *steps, last = place = fault["loc"] if is_unknown else _whole(fault["loc"])
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
