"""Faults are data: every code has messages in both languages; no fault has words of its own."""

import ast
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from stories.choices import Qualifier
from stories.documents.faults import MESSAGES, PLACE, DocumentError, Fault
from stories.reading import dates
from stories.reading.faults import Bare, Finding
from tests import messages

APP = messages.ROOT / "stories"
TABLES = {"MESSAGES", "_FILE", "_SHAPE", "_LINKS", "_NUMBERS", "_PARTS", "_SOURCES", "_TEXTS"} | {
    "_DAMAGE"
}
MAKERS = {"Fault", "Finding", "DateError", "PublishingError", "ShapeError"} | {"_file_error"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(APP.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def without_tables(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        targets = [ast.unparse(target) for target in getattr(node, "targets", [])]
        if not TABLES & set(targets):
            yield from ast.walk(node)


def constants() -> set[str]:
    """Every string of the code outside the tables of messages."""
    return {
        str(node.value)
        for _file, tree in trees()
        for node in without_tables(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def made() -> Iterator[str]:
    """The codes written literally where faults are created."""
    for _file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in MAKERS and node.args:
                is_fault = ast.unparse(node.func) == "Fault"
                code = node.args[1 if is_fault and len(node.args) > 1 else 0]
                yield from _written(code)


def _written(code: ast.expr) -> Iterator[str]:
    if isinstance(code, ast.IfExp):
        yield from _written(code.body)
        yield from _written(code.orelse)
    elif isinstance(code, ast.Constant):
        yield str(code.value)


def test_every_code_that_is_made_has_a_message() -> None:
    codes = set(made())
    assert len(codes) > 60
    assert codes - set(MESSAGES) == set()


def test_every_code_is_made_somewhere() -> None:
    assert set(MESSAGES) - constants() == set()


def test_every_message_has_a_translation_with_its_parameters() -> None:
    catalogue = messages.stored()
    for message in MESSAGES.values():
        entry = catalogue.get(message)
        assert entry is not None and entry.string, message
        wanted, given = (set(messages.PLACEHOLDER.findall(t)) for t in (message, entry.string))
        assert wanted == given, message


def test_no_two_codes_have_the_same_words() -> None:
    assert len(set(MESSAGES.values())) == len(MESSAGES)


def test_no_regular_expression_meets_a_message() -> None:
    """Modules with messages use no patterns, so no fault is recognized by its words."""
    found = [
        str(file)
        for file, tree in trees()
        if {"MESSAGES", "re"} <= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    ]
    assert found == []


def test_faults_are_not_split_by_their_punctuation() -> None:
    found = [
        str(file)
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("partition", "split")
        and [ast.unparse(argument) for argument in node.args] == ["': '"]
    ]
    assert found == []


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("moon", "'moon'", "'moon'"),
        (Bare("moon"), "moon", "moon"),
        (PLACE, "place", "地点"),
        (Qualifier.AT_MOST, "at_most", "至多"),
        (Decimal("250000.00"), "250000", "250000"),
        (7, "7", "7"),
        (Finding("no-unit"), "no unit", "没有单位"),
    ],
    ids=repr,
)
def test_a_parameter_is_worded_with_its_message(value: object, english: str, chinese: str) -> None:
    fault = Fault("title", "wrong-form", {"given": value})
    assert str(fault) == f"title: is not of the form expected here, got {english}"
    with translation.override("zh-hans"):
        assert fault.words() == f"格式不符合要求，现为{chinese}"


def test_files_and_commands_print_english_whatever_language_is_active() -> None:
    fault = Fault("tags[0]", "unknown-term", {"list": PLACE, "term": "moon"})
    with translation.override("zh-hans"):
        assert str(fault) == "tags[0]: unknown place 'moon'"
        assert fault.words() == "地点 'moon'不在词表中"


def test_a_fault_of_one_of_many_documents_begins_with_its_file() -> None:
    fault = Fault("title.en", "blank")
    assert str(fault.inside("a.json")) == "a.json: title.en: is blank"
    assert str(DocumentError([fault, fault.inside("b")])) == (
        "title.en: is blank\nb: title.en: is blank"
    )


def test_a_fault_of_a_date_is_a_fault_of_the_document_at_its_path() -> None:
    finding = dates.fault("2021-02-29")
    assert finding == Finding("no-such-day", {"edtf": "2021-02-29"})
    assert str(Fault.of("began.edtf", finding)) == "began.edtf: '2021-02-29': there is no such day"
