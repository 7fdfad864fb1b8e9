"""The shape of documents, and their canonical form."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents import serialization
from stories.documents.faults import DocumentError
from stories.documents.serialization import SIZE_LIMIT
from stories.models.case import Case
from stories.models.measures import Actor, Change, Measure, Problem
from stories.models.metrics import Derived, Metric
from stories.models.questions import FollowUp
from stories.models.sources import Citation, Person, Source
from stories.models.vocabulary import Place, Tag
from tests.builders import AN_OLDER_FILE, a_document, text, with_value, without


def faults_of(document: object) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        serialization.shaped(document)
    return [str(fault) for fault in caught.value.faults]


def faults_of_bytes(raw: bytes) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        serialization.read(raw)
    return [str(fault) for fault in caught.value.faults]


def faults_of_files(*paths: Path) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        serialization.files(paths)
    return [str(fault) for fault in caught.value.faults]


def faults_of_file(path: Path) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        serialization.read_file(path)
    return [str(fault) for fault in caught.value.faults]


# ---------------------------------------------------------------- shape


def test_a_document_has_its_shape() -> None:
    assert serialization.shaped(a_document()).model_dump() == a_document()


@pytest.mark.parametrize(
    "path",
    [
        "format",
        "title.en",
        "began.inferred",
        "sources[0].reading.sha256",
        "problems[0].cites",
        "measures[0].metrics[0].cite.at",
        "context[0].low",
        "derived[0].of",
        "glance.open",
        "left_out[0].reason",
    ],
)
def test_a_missing_key_is_a_fault(path: str) -> None:
    assert faults_of(without(a_document(), path)) == [f"{path}: is missing"]


@pytest.mark.parametrize(
    "path", ["author", "title.fr", "measures[0].metrics[0].unit", "glance.why", "sources[0].text"]
)
def test_an_unknown_key_is_a_fault(path: str) -> None:
    assert faults_of(with_value(a_document(), path, "x")) == [f"{path}: unknown key"]


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("slug", 7, "input should be a valid string, got 7"),
        ("title", "亮灯", "is not an object with keys, got '亮灯'"),
        ("tags", "lamps", "input should be a valid list, got 'lamps'"),
        ("measures[0].when", 3, "is not an object with keys, got 3"),
        ("measures[0].metrics[0].low", "400", "is not a number"),
        ("measures[0].metrics[0].low", True, "is not a number"),
        ("measures[0].metrics[0].low", [400], "is not a number"),
        ("sources[0].reading.lines", [3], "is not an object with keys, got a list"),
        ("sources[0].reading.lines.1[0]", "7", "input should be a valid integer, got '7'"),
    ],
)
def test_a_wrong_type_is_a_fault(path: str, value: object, fault: str) -> None:
    assert faults_of(with_value(a_document(), path, value)) == [f"{path}: {fault}"]


@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
def test_a_blank_text_is_a_fault(blank: str) -> None:
    assert faults_of(with_value(a_document(), "title.en", blank)) == ["title.en: is blank"]


@pytest.mark.parametrize("loose", [" Lamps", "Lamps\n", "La\nmps", "La\x00mps", "\u3000灯"])
def test_loose_white_space_and_control_characters_are_a_fault(loose: str) -> None:
    assert faults_of(with_value(a_document(), "title.en", loose)) == [
        "title.en: has white space at an end, or a control character or line break in it"
    ]


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("format", "'caselib/2'"),
        ("began.inferred", "'year', 'month' or 'day'"),
        ("sources[0].type", "'article-newspaper', 'webpage' or 'post'"),
        (
            "sources[0].reported_by",
            "'own', 'higher_authority', 'official_media' or 'other_media'",
        ),
        ("sources[0].independence", "'independent', 'not_independent' or 'unclear'"),
        (
            "sources[0].passages[0].kind",
            "'title', 'heading', 'paragraph', 'caption' or 'note'",
        ),
        (
            "cites[0].claim",
            "'reported', 'official', 'resident', 'appraisal' or 'inferred'",
        ),
        ("measures[0].where[0].basis", "'stated' or 'inferred'"),
        ("measures[0].solves[0].stage", "'diagnose', 'plan', 'fund', 'deliver' or 'maintain'"),
        ("context[0].whole.state", "'stated', 'not_stated' or 'not_applicable'"),
        ("unit_cost.state", "'stated', 'computed' or 'not_computable'"),
        ("follow_up[0].state", "'not_looked', 'nothing_found' or 'answered'"),
        ("sources[0].authors[0].role", "'author', 'reporter', 'correspondent' or 'editor'"),
        (
            "measures[0].status",
            "'done', 'awaiting_acceptance', 'under_way', 'planned' or 'discussed'",
        ),
        ("measures[0].actors[0].role", "'lead', 'partner', 'funder', 'delivers' or 'benefits'"),
        ("derived[0].op", "'ratio', 'sum' or 'difference'"),
        ("glance.cost.state", "'stated', 'partly', 'silent' or 'not_coded'"),
    ],
)
def test_a_value_outside_a_closed_list_is_a_fault(path: str, known: str) -> None:
    assert faults_of(with_value(a_document(), path, "maybe")) == [
        f"{path}: unknown value, got 'maybe'; known: {known}"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "measures[0].metrics[0].qualifier",
        "measures[0].metrics[0].kind",
        "measures[0].not_said[0]",
        "sources[0].condition",
        "left_out[0].reason",
    ],
)
def test_the_longer_closed_lists_are_closed_too(path: str) -> None:
    (fault,) = faults_of(with_value(a_document(), path, "maybe"))
    assert fault.startswith(f"{path}: unknown value, got 'maybe'; known: ")


@pytest.mark.parametrize(
    "path",
    [
        "cites[0].printed",
        "began.printed",
        "measures[0].metrics[0].cite.printed",
        "changes[0].after_cites[0].printed",
        "left_out[0].printed",
    ],
)
def test_a_printed_fragment_has_at_most_20_characters(path: str) -> None:
    serialization.shaped(with_value(a_document(), path, "灯" * 20))
    assert faults_of(with_value(a_document(), path, "灯" * 21)) == [
        f"{path}: has 21 characters; at most 20 are allowed"
    ]


@pytest.mark.parametrize("path", ["cites[0].gloss", "began.gloss", "left_out[0].gloss"])
def test_a_gloss_has_at_most_120_characters(path: str) -> None:
    serialization.shaped(with_value(a_document(), path, "x" * 120))
    assert faults_of(with_value(a_document(), path, "x" * 121)) == [
        f"{path}: has 121 characters; at most 120 are allowed"
    ]


@pytest.mark.parametrize(("path", "limit"), [("telling", 5), ("measures[0].types", 4)])
def test_a_list_has_at_most_so_many_members(path: str, limit: int) -> None:
    serialization.shaped(with_value(a_document(), path, ["lamps"] * limit))
    assert faults_of(with_value(a_document(), path, ["lamps"] * (limit + 1))) == [
        f"{path}: has {limit + 1} members; at most {limit} are allowed"
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("cites", "sources", "measures", "problems[0].cites", "measures[0].cites"),
        *("measures[0].types", "changes[0].before_cites"),
    ],
)
def test_a_list_that_needs_a_member_is_not_empty(path: str) -> None:
    assert faults_of(with_value(a_document(), path, [])) == [
        f"{path}: is empty; at least one is needed"
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("slug", "Liu Di"),
        ("slug", "liudi\n"),
        ("place", "34-"),
        ("tags[0]", "巷"),
        ("measures[0].key", "-lamps"),
        ("cites[0].at", "P1"),
        ("cites[0].at", "0"),
        ("sources[0].url", "javascript:alert(1)"),
        ("sources[0].reading.sha256", "0" * 63),
        ("sources[0].reading.sha256", "A" * 64),
        ("sources[0].archived_url", "file:///tmp"),
        ("sources[0].withheld_names[0]", "Lin"),
        ("place_inferred[0]", "34-"),
        ("telling[0]", "Lamps"),
    ],
)
def test_a_text_of_the_wrong_form_is_a_fault(path: str, value: str) -> None:
    shown = value if len(value) <= 40 else f"{value[:40]}…"
    assert faults_of(with_value(a_document(), path, value)) == [
        f"{path}: is not of the form expected here, got {shown!r}"
    ]


def test_a_locator_of_the_wrong_form_is_a_fault() -> None:
    assert faults_of(with_value(a_document(), "sources[0].reading.lines.X9", [3])) == [
        "sources[0].reading.lines.X9: is not of the form expected here, got 'X9'"
    ]


def test_raw_lines_are_counted_from_1() -> None:
    assert faults_of(with_value(a_document(), "sources[0].reading.lines.1", [0])) == [
        "sources[0].reading.lines.1[0]: input should be greater than or equal to 1, got 0"
    ]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (400.0, "write 400, not 400.0"),
        (0.12345, "has more than 14 digits, or more than 4 behind the point"),
        (10**14, "has more than 14 digits, or more than 4 behind the point"),
        (float("inf"), "has more than 14 digits, or more than 4 behind the point"),
    ],
)
def test_a_number_is_written_one_way_and_has_room(number: float, fault: str) -> None:
    path = "measures[0].metrics[0].low"
    assert faults_of(with_value(a_document(), path, number)) == [f"{path}: {fault}"]


@pytest.mark.parametrize("number", [0.1234, 10**14 - 1, 0])
def test_a_number_within_its_room_is_no_fault(number: float) -> None:
    document = serialization.shaped(with_value(a_document(), "measures[0].metrics[0].low", number))
    assert document.measures[0].metrics[0].low == number


@pytest.mark.parametrize(
    ("path", "model", "column"),
    [
        ("title", Case, "title"),
        ("name_as_reported", Case, "name_as_reported"),
        ("sources[0].title", Source, "title"),
        ("sources[0].container", Source, "container"),
        ("sources[0].publisher", Source, "publisher"),
        ("sources[0].section", Source, "section"),
        ("sources[0].authors[0].name", Person, "name"),
        ("problems[0].heading", Problem, "heading"),
        ("measures[0].title", Measure, "title"),
        ("measures[0].actors[0].name", Actor, "name"),
        ("measures[0].metrics[0].scope", Metric, "scope"),
        ("measures[0].metrics[0].period", Metric, "period"),
        ("derived[0].label", Derived, "label"),
        ("derived[0].unit", Derived, "unit"),
        ("changes[0].subject", Change, "subject"),
        ("follow_up[0].question", FollowUp, "question"),
    ],
)
def test_a_text_has_the_room_that_its_columns_have(path: str, model: Any, column: str) -> None:
    zh, en = (model._meta.get_field(f"{column}_{language}").max_length for language in ("zh", "en"))
    serialization.shaped(with_value(a_document(), path, text("灯" * zh, "x" * en)))
    for texts, fault in (
        (text("灯" * (zh + 1), "x"), f"zh has {zh + 1} characters; at most {zh} are allowed"),
        (text("灯", "x" * (en + 1)), f"en has {en + 1} characters; at most {en} are allowed"),
    ):
        assert faults_of(with_value(a_document(), path, texts)) == [f"{path}: {fault}"]


@pytest.mark.parametrize(
    ("path", "model", "column", "longest"),
    [
        ("slug", Case, "slug", "x" * 50),
        ("place", Place, "code", "x" * 60),
        ("tags[0]", Tag, "slug", "x" * 50),
        ("sources[0].key", Source, "key", "x" * 50),
        ("sources[0].url", Source, "url", "https://" + "x" * 492),
        ("measures[0].key", Measure, "key", "x" * 50),
        ("measures[0].metrics[0].key", Metric, "key", "x" * 50),
        ("sources[0].archived_url", Source, "archived_url", "https://" + "x" * 492),
        ("changes[0].key", Change, "key", "x" * 50),
        ("follow_up[0].key", FollowUp, "key", "x" * 50),
        ("cites[0].gloss", Citation, "gloss", "x" * 120),
    ],
)
def test_a_key_has_no_more_room_than_its_column(
    path: str, model: Any, column: str, longest: str
) -> None:
    room = model._meta.get_field(column).max_length
    assert len(longest) <= room
    serialization.shaped(with_value(a_document(), path, longest))
    assert faults_of(with_value(a_document(), path, longest + "x")) == [
        f"{path}: has {len(longest) + 1} characters; at most {len(longest)} are allowed"
    ]


def test_all_faults_of_a_shape_are_told_together() -> None:
    document = with_value(a_document(slug=7), "measures[0].metrics[0].low", "x")
    document = without(with_value(document, "cites[0].when", None), "glance.cost")
    assert faults_of(document) == [
        "slug: input should be a valid string, got 7",
        "cites[0].when: unknown key",
        "measures[0].metrics[0].low: is not a number",
        "glance.cost: is missing",
    ]


def test_a_fault_is_one_short_line_however_odd_the_key() -> None:
    faults = faults_of(with_value(a_document(), "slug", "x\n" * 100) | {"a\nb" * 100: 1})
    assert faults == [
        "slug: has 200 characters; at most 50 are allowed",
        repr(("a\nb" * 100)[:40] + "…") + ": unknown key",
    ]


def test_half_a_character_is_a_fault_that_can_be_printed() -> None:
    raw = json.dumps(with_value(a_document(), "title.zh", "\ud800") | {"\ud800": 1}).encode()
    assert all(fault.encode() for fault in faults_of_bytes(raw))


def test_something_else_than_an_object_is_a_fault() -> None:
    assert faults_of_bytes(b"null") == ["(document): is not an object with keys, got None"]


# ---------------------------------------------------------------- files


def test_deep_nesting_is_a_fault() -> None:
    raw = b'{"slug": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert faults_of_bytes(raw) == ["(file): nested too deeply for a case document"]


def test_a_number_of_thousands_of_digits_is_a_fault() -> None:
    assert faults_of_bytes(b"9" * 5000) == ["(file): holds a number of thousands of digits"]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_json_does_not_know_is_no_number(word: str) -> None:
    assert faults_of_bytes(f'{{"low": {word}}}'.encode()) == [f"(file): {word} is not a number"]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    faults = faults_of_file(huge)
    peak = tracemalloc.get_traced_memory()[1]  # bytes
    tracemalloc.stop()
    assert faults == ["(file): 100,000,000 bytes; a case document has at most 2,000,000"]
    assert peak < SIZE_LIMIT


def test_too_many_bytes_are_refused_from_elsewhere_too() -> None:
    assert faults_of_bytes(b" " * (SIZE_LIMIT + 1)) == [
        "(file): 2,000,001 bytes; a case document has at most 2,000,000"
    ]


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    raw = serialization.write(serialization.shaped(a_document()))
    (tmp_path / "liudi.json").write_bytes(raw.ljust(SIZE_LIMIT))
    assert serialization.read_file(tmp_path / "liudi.json").slug == "liudi"


def test_the_documents_of_a_folder_are_its_json_files(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "notes.txt"):
        (tmp_path / name).touch()
    assert serialization.files([tmp_path]) == [tmp_path / "a.json", tmp_path / "b.json"]


def test_a_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "case.txt").touch()
    assert serialization.files([tmp_path / "case.txt"]) == [tmp_path / "case.txt"]


def test_an_empty_folder_and_a_missing_path_are_faults(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    assert faults_of_files(tmp_path, missing) == [
        f"{tmp_path}: a folder without a *.json file",
        f"{missing}: there is no such file",
    ]


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    assert faults_of_file(tmp_path) == ["(file): cannot be read: Is a directory"]


# ---------------------------------------------------------------- the written form


def test_a_document_is_written_in_one_form() -> None:
    written = serialization.write(serialization.shaped(a_document())).decode()
    assert written == json.dumps(a_document(), ensure_ascii=False, indent=2) + "\n"


texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
numbers = st.integers(0, 10**14 - 1) | st.integers(1, 10**9).filter(lambda n: n % 10).map(
    lambda n: n / 10
)


@given(texts, texts, numbers, st.none() | numbers, st.permutations(["a", "b-2", "3"]))
def test_writing_what_was_read_is_a_fixed_point(
    zh: str, en: str, low: float, high: float | None, tags: list[str]
) -> None:
    document = with_value(a_document(title=text(zh, en), tags=tags), "context[0].low", low)
    raw = serialization.write(serialization.shaped(with_value(document, "context[0].high", high)))
    assert serialization.write(serialization.read(raw)) == raw


@given(
    st.recursive(
        st.none() | st.integers() | texts,
        lambda part: st.lists(part) | st.dictionaries(texts, part),
    )
)
def test_any_json_is_a_document_or_refused_line_by_line(value: object) -> None:
    faults = faults_of_bytes(json.dumps(value).encode())
    assert faults and all(len(fault.splitlines()) == 1 for fault in faults)


# ---------------------------------------------------------------- the previous format


def test_a_document_of_the_format_before_is_read() -> None:
    document = serialization.read_file(AN_OLDER_FILE)
    assert (document.format, document.slug) == ("caselib/2", "liudi")


def test_a_document_of_the_format_before_has_another_written_form() -> None:
    raw = AN_OLDER_FILE.read_bytes()
    for written in (raw, json.dumps(json.loads(raw)).encode()):
        assert serialization.is_older(written)
        assert serialization.form_faults(written, serialization.read(written)) == []


# ---------------------------------------------------------------- canonical form of older files


def test_the_form_of_a_document_is_as_it_is_written() -> None:
    document = serialization.shaped(a_document())
    raw = serialization.write(document)
    assert serialization.form_faults(raw, document) == []
    assert serialization.form_faults(raw.rstrip(b"\n"), document) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"\n", b"\r\n", "its lines end in CRLF"),
        (b'"format": ', b'"format":', """line 2, column 12: """),
        (b'",\n', b'", \n', "write a line break here"),
        (b"\n", b"", "line 1, column 2: "),
    ],
)
def test_another_form_is_told_once_with_its_place(
    before: bytes, after: bytes, message: str
) -> None:
    document = serialization.shaped(a_document())
    (fault,) = serialization.form_faults(
        serialization.write(document).replace(before, after), document
    )
    assert message in str(fault)


def test_the_keys_of_a_document_have_an_order() -> None:
    document = serialization.shaped(a_document())
    turned = dict(reversed(document.model_dump().items()))
    raw = json.dumps(turned, ensure_ascii=False, indent=2).encode()
    (fault,) = serialization.form_faults(raw, document)
    assert 'write \'format": "caselib/2",\' here' in str(fault)
