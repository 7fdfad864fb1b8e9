"""Checks of files: documents with deliberate faults, and the rest of misshapen documents."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from stories.documents import file_checks, schema, serialization
from stories.documents.faults import DocumentError, Fault
from stories.documents.terms import Terms
from tests.builders import WRONG_DOCUMENTS, a_document, texts_of, with_value, without
from tests.fault_lines import LAMPS, faults, lines

WRONG = {
    "byte-order-mark": ["(file): begins with a byte order mark; save it as UTF-8 without one"],
    "copied-gist": [
        "sources[0].passages[2].gist: repeats '过去小巷没有路灯居民夜里' of the passage; "
        "say it in other words"
    ],
    "cut-off": [
        "(file): not JSON, or cut off: Unterminated string starting at (line 400, column 15)"
    ],
    "dangling-key": [
        "measures[0].solves[0].problem: there is no problem 'no-such-problem' in this document"
    ],
    "doubled-key": ["(file): the key 'slug' stands twice in one object"],
    "empty": ["(file): not JSON, or cut off: Expecting value (line 1, column 1)"],
    "missing-citation": ["problems[0].cites: is empty; at least one is needed"],
    "missing-gist": ["sources[0].passages[3].gist: is missing; statements rest on this passage"],
    "missing-key": ["measures[1].summary: is missing"],
    "nan": ["(file): NaN is not a number"],
    "not-an-object": ["(document): is not an object with keys, got a list"],
    "not-in-the-text": ["measures[0].cites[0].printed: '拆掉路灯' does not stand in passage 2"],
    "lone-surrogate": [
        "(file): holds half of a character (\\ud800 to \\udfff without the other half)"
    ],
    "not-utf-8": ["(file): not UTF-8: byte 70; save the file as UTF-8"],
    "number-disagrees": [
        "measures[0].metrics[0].low: '四百多盏' says over 400, the metric says over 300",
        "derived[0].value: computes to 833.3333, not 625",
    ],
    "unknown-key": ["measures[0].budget: unknown key"],
    "unknown-term": ["measures[0].types[0]: unknown measure type 'moon-landing'"],
}


def test_the_document_that_the_tests_start_from_is_clean(tmp_path: Path, terms: Terms) -> None:
    file = tmp_path / "liudi.json"
    file.write_bytes(serialization.write(serialization.shaped(a_document())))
    assert file_checks.file_faults(file, terms, texts_of()) == []


@pytest.mark.parametrize(("name", "expected"), WRONG.items(), ids=str)
def test_a_wrong_document_has_these_faults(name: str, expected: list[str], terms: Terms) -> None:
    found = file_checks.file_faults(WRONG_DOCUMENTS / f"{name}.json", terms, texts_of())
    assert lines(found) == expected


def test_every_wrong_document_is_tried() -> None:
    assert sorted(WRONG) == sorted(file.stem for file in WRONG_DOCUMENTS.iterdir())


def test_texts_are_proved_only_when_they_are_at_hand(terms: Terms) -> None:
    assert file_checks.file_faults(WRONG_DOCUMENTS / "not-in-the-text.json", terms) == []


def test_all_faults_of_a_document_are_reported_together(terms: Terms) -> None:
    document = with_value(a_document(place="moon", tags=["moon"]), f"{LAMPS}.low", 300)
    document = with_value(document, "measures[0].solves[0].problem", "moon")
    document = with_value(document, "cites[0].at", "99")
    document = with_value(document, "glance.cost.text", None)
    assert faults(document, terms) == [
        "place: unknown place 'moon'",
        "tags[0]: unknown tag 'moon'",
        "measures[0].solves[0].problem: there is no problem 'moon' in this document",
        "cites[0].at: source 'liudi-news' has no passage '99'",
        f"{LAMPS}.low: '四百多盏' says over 400, the metric says over 300",
        "derived[0].value: computes to 833.3333, not 625",
        "glance.cost: a stated answer has a text and at least one citation",
    ]


def rest_faults(document: Mapping[str, Any], terms: Terms) -> list[str]:
    """The faults of a misshapen document and its article other than those of its shape."""
    with pytest.raises(DocumentError) as caught:
        serialization.read(json.dumps(document).encode())
    assert caught.value.rest
    return lines(file_checks.rest_faults(caught.value.rest, terms, texts_of()))


def paths_of(part: Any, path: str = "") -> Iterator[str]:
    steps: Iterator[tuple[str, Any]] = iter(())
    if isinstance(part, dict):
        steps = ((f"{path}.{key}".removeprefix("."), inner) for key, inner in part.items())
    elif isinstance(part, list):
        steps = schema.numbered(path, part)
    for inner_path, inner in steps:
        yield inner_path
        yield from paths_of(inner, inner_path)


def test_faults_of_shape_hide_no_faults_of_content(tmp_path: Path, terms: Terms) -> None:
    document = with_value(a_document(), "measures[0].budget", 7)
    document = without(with_value(document, "measures[0].types[0]", "moon"), "problems[0].cites")
    solve = document["measures"][0]["solves"][0] | {"problem": "moon"}
    document = with_value(document, "measures[0].solves[1]", solve)
    document = with_value(document, f"{LAMPS}.low", 300)
    document = with_value(document, "measures[1].status", "maybe")
    document = with_value(document, "measures[2].metrics[0].indicator", "moon")
    document = with_value(document, "began.edtf", "2022-04")
    document = with_value(document, "cites[0].printed", "拆掉路灯")
    document = with_value(document, "left_out", [])
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(document))
    assert lines(file_checks.file_faults(file, terms, texts_of())) == [
        "problems[0].cites: is missing",
        "measures[0].budget: unknown key",
        "measures[1].status: unknown value, got 'maybe'; "
        "known: 'done', 'awaiting_acceptance', 'under_way', 'planned' or 'discussed'",
        "measures[0].types[0]: unknown measure type 'moon'",
        "measures[2].metrics[0].indicator: unknown indicator 'moon'",
        "measures[0].solves[1].problem: there is no problem 'moon' in this document",
        f"{LAMPS}.low: '四百多盏' says over 400, the metric says over 300",
        "began: '2022年3月' prints the month 3, '2022-04' does not",
        "derived[0].value: computes to 833.3333, not 625",
        "cites[0].printed: '拆掉路灯' does not stand in passage 2",
        "(accounting): liudi-news 3: '六十' in …面近3公里,六十岁的老人也来… is no metric, "
        "no date, and not in left_out",
    ]


@pytest.mark.parametrize("measure", [7, None, {}, []], ids=str)
def test_the_parts_behind_a_misshapen_one_keep_their_indices(measure: Any, terms: Terms) -> None:
    document = with_value(a_document(derived=[]), "measures[1]", measure)
    assert rest_faults(with_value(document, "measures[2].types[0]", "moon"), terms) == [
        "measures[2].types[0]: unknown measure type 'moon'"
    ]


@pytest.mark.parametrize("path", list(paths_of(a_document())))
def test_a_fault_of_shape_is_the_only_fault(path: str, terms: Terms) -> None:
    for wrong in (True, {"x": "X y"}):  # misshapen at any path
        if wrong is True and path.endswith(".before_case"):
            continue
        assert rest_faults(with_value(a_document(), path, wrong), terms) == []


@pytest.mark.parametrize("path", [p for p in paths_of(a_document()) if not p.endswith("]")])
def test_a_missing_key_is_the_only_fault(path: str, terms: Terms) -> None:
    # Locators need not be keys, and older documents have no `checked`.
    if ".lines." not in path and path != "checked":
        assert rest_faults(without(a_document(), path), terms) == []


def test_a_part_without_its_key_causes_no_faults_in_others(terms: Terms) -> None:
    document = without(a_document(), "problems[0].key")
    document = without(without(document, f"{LAMPS}.key"), "sources[0].key")
    assert rest_faults(with_value(document, "place", "moon"), terms) == [
        "place: unknown place 'moon'"
    ]


def test_an_unknown_key_inside_a_replaced_part_is_no_error(terms: Terms) -> None:
    document = with_value(a_document(), "began.edtf", 7)
    assert rest_faults(with_value(document, "began.note", "x"), terms) == []


def test_of_an_empty_object_only_its_shape_is_reported(terms: Terms) -> None:
    assert rest_faults({}, terms) == []


def test_names_of_files_cannot_steer_a_terminal() -> None:
    fault = Fault("(file)", "not-utf-8", {"number": 1}).inside("a\x1b[31m\udcff\u202e.json")
    assert str(fault).startswith("a\\x1b[31m\\udcff\\u202e.json: (file): not UTF-8")
