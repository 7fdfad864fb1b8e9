"""Checks of a whole document: each kind of fault in a document of the right shape."""

from dataclasses import replace
from typing import Any

import pytest

from stories.documents.terms import Terms
from tests.builders import a_cite, a_document, text, with_value
from tests.fault_lines import LAMPS, faults


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("place", "place"),
        ("tags[1]", "tag"),
        ("problems[0].type", "problem type"),
        ("measures[0].types[1]", "measure type"),
        ("measures[0].where[0].place", "place"),
        ("measures[0].actors[0].kind", "kind of body"),
        (f"{LAMPS}.indicator", "indicator"),
        ("context[0].indicator", "indicator"),
    ],
)
def test_an_unknown_term_is_a_fault(path: str, kind: str, terms: Terms) -> None:
    assert faults(with_value(a_document(), path, "moon"), terms) == [
        f"{path}: unknown {kind} 'moon'"
    ]


@pytest.mark.parametrize(
    ("instead", "message"),
    [
        ("lane-paving", "measure type 'street-lighting' is deprecated; use 'lane-paving'"),
        ("", "measure type 'street-lighting' is deprecated"),
    ],
)
def test_a_deprecated_term_is_a_fault(instead: str, message: str, terms: Terms) -> None:
    aged = replace(terms, deprecated={("measure type", "street-lighting"): instead})
    assert faults(a_document(), aged) == [f"measures[0].types[0]: {message}"]


@pytest.mark.parametrize(
    ("path", "key", "message"),
    [
        ("measures[1].key", "lamps", "'lamps' is the key of a second measure"),
        ("measures[0].metrics[1].key", "lamps", "'lamps' is the key of a second metric"),
        ("context[0].key", "trees", "'trees' is the key of a second metric"),
        ("tags[1]", "back-lanes", "'back-lanes' is the key of a second tag"),
        ("measures[0].types[1]", "street-lighting", "'street-lighting' stands twice"),
        ("place_inferred[1]", "340000", "'340000' stands twice"),
        ("changes[0].measures[1]", "lamps", "'lamps' stands twice"),
    ],
)
def test_a_key_that_stands_twice_is_a_fault(
    path: str, key: str, message: str, terms: Terms
) -> None:
    document = with_value(a_document(derived=[], telling=["lamps", "length", "months"]), path, key)
    assert faults(document, terms) == [f"{path}: {message}"]


@pytest.mark.parametrize(("part", "key"), [("where", "place"), ("solves", "problem")])
def test_a_link_that_stands_twice_is_a_fault(part: str, key: str, terms: Terms) -> None:
    link = a_document()["measures"][0][part][0]
    assert faults(with_value(a_document(), f"measures[0].{part}[1]", link), terms) == [
        f"measures[0].{part}[1].{key}: {link[key]!r} stands twice"
    ]


def test_an_inferred_place_is_in_the_chain_of_the_place(terms: Terms) -> None:
    assert faults(a_document(place_inferred=["410000"]), terms) == [
        "place_inferred[0]: '410000' is not in the chain of the case’s place"
    ]


@pytest.mark.parametrize("part", ["sources", "problems", "derived", "changes"])
def test_a_part_that_stands_twice_is_a_fault(part: str, terms: Terms) -> None:
    one = a_document()[part][0]
    assert faults(a_document(**{part: [one, one]}), terms) == [
        f"{part}[1].key: {one['key']!r} is the key of a second {part.removesuffix('s')}"
    ]


def test_a_problem_that_is_not_there_is_not_solved(terms: Terms) -> None:
    assert faults(a_document(problems=[]), terms) == [
        "measures[0].solves[0].problem: there is no problem 'dark-lanes' in this document"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "cites[0]",
        "began",
        "problems[0].cites[0]",
        "measures[0].cites[0]",
        "measures[0].when",
        f"{LAMPS}.cite",
        "context[0].cite",
        "glance.cost.cites[0]",
        "left_out[0]",
    ],
)
def test_a_source_and_a_passage_that_are_not_there_are_faults(path: str, terms: Terms) -> None:
    assert faults(with_value(a_document(), f"{path}.source", "moon"), terms) == [
        f"{path}.source: there is no source 'moon' in this document"
    ]
    assert faults(with_value(a_document(), f"{path}.at", "99"), terms) == [
        f"{path}.at: source 'liudi-news' has no passage '99'"
    ]


@pytest.mark.parametrize("path", ["began", "measures[0].when"])
def test_a_date_that_disagrees_is_a_fault(path: str, terms: Terms) -> None:
    assert faults(with_value(a_document(), f"{path}.edtf", "2022-04"), terms) == [
        f"{path}: '2022年3月' prints the month 3, '2022-04' does not"
    ]


def test_a_year_that_is_not_printed_is_inferred(terms: Terms) -> None:
    document = with_value(a_document(), "began.printed", "3月")
    assert faults(document, terms) == ["began: '3月' prints no year: inferred has to be “year”"]
    assert faults(with_value(document, "began.inferred", "year"), terms) == []


def test_what_is_no_date_is_a_fault(terms: Terms) -> None:
    document = with_value(a_document(), "began.edtf", "spring")
    assert faults(with_value(document, "sources[0].issued", "2022-9"), terms) == [
        "began.edtf: 'spring' is not an EDTF date (2021-09, 2021/2022, 2021/..)",
        "sources[0].issued: '2022-9' is not an EDTF date (2021-09, 2021/2022, 2021/..)",
    ]


@pytest.mark.parametrize("path", ["began.edtf", "measures[0].when.edtf", "sources[0].issued"])
@pytest.mark.parametrize("edtf", ["2021-02-29", "1900-02-29~", "2022/9021", "２０２２-03"])
def test_a_day_that_does_not_exist_is_a_fault(path: str, edtf: str, terms: Terms) -> None:
    (fault,) = faults(with_value(a_document(), path, edtf), terms)
    assert fault.startswith(f"{path}: ")


def test_dates_that_are_valid_alone_may_be_a_fault_together(terms: Terms) -> None:
    began = a_document()["began"]
    ended = began | {"edtf": "2021", "printed": "2021年"}
    assert faults(a_document(ended=ended), terms) == [
        "ended.edtf: '2022-03/2021' ends before it begins"
    ]
    open_beginning = began | {"edtf": "../2022-03"}
    assert faults(a_document(began=open_beginning), terms) == ["began.edtf: '../' has no year"]


def test_a_case_spans_sixty_years_at_most(terms: Terms) -> None:
    began = a_document()["began"] | {"edtf": "1961", "printed": "1961年"}
    ended = began | {"edtf": "2022", "printed": "2022年"}
    assert faults(a_document(began=began, ended=ended), terms) == [
        "ended.edtf: '1961/2022' spans more than 60 years"
    ]


STATED = {"state": "stated", "text": text("有。", "Yes."), "cites": [a_cite("2", "装上路灯")]}


@pytest.mark.parametrize("lacks", [{"text": None}, {"cites": []}])
def test_a_stated_answer_has_a_text_and_citations(lacks: dict[str, Any], terms: Terms) -> None:
    assert faults(with_value(a_document(), "glance.open", STATED | lacks), terms) == [
        "glance.open: a stated answer has a text and at least one citation"
    ]


@pytest.mark.parametrize("lacks", [{}, {"text": None}, {"cites": []}])
@pytest.mark.parametrize("state", ["silent", "not_coded"])
def test_an_answer_that_is_not_stated_has_neither(
    state: str, lacks: dict[str, Any], terms: Terms
) -> None:
    answer = STATED | {"state": state} | lacks
    assert faults(with_value(a_document(), "glance.open", answer), terms) == [
        "glance.open: only a stated answer has a text and citations"
    ]


def test_a_source_without_a_date_says_why(terms: Terms) -> None:
    document = with_value(a_document(), "sources[0].issued", None)
    assert faults(document, terms) == ["sources[0].issued_note: a source without a date says why"]
    note = text("所读副本未印日期。", "The copy read prints no date.")
    assert faults(with_value(document, "sources[0].issued_note", note), terms) == []


@pytest.mark.parametrize(("people", "role"), [("authors", "editor"), ("editors", "author")])
def test_authors_and_editors_are_separate_lists(people: str, role: str, terms: Terms) -> None:
    assert faults(with_value(a_document(), f"sources[0].{people}[0].role", role), terms) == [
        f"sources[0].{people}[0].role: {role} does not belong among {people}"
    ]


def test_two_passages_do_not_share_a_line(terms: Terms) -> None:
    document = with_value(a_document(), "sources[0].reading.lines.4", [13, 17])
    assert faults(document, terms) == ["sources[0].reading.lines: line 13 belongs to two passages"]


def test_a_case_has_at_most_512_metrics(terms: Terms) -> None:
    lamps = a_document()["measures"][0]["metrics"][0]
    metrics = [{**lamps, "key": f"lamps-{n}"} for n in range(513)]
    too_many = with_value(a_document(), "measures[0].metrics", metrics) | {"derived": []}
    assert any(fault.endswith("metrics; at most 512") for fault in faults(too_many, terms))
    enough = with_value(too_many, "measures[0].metrics", metrics[:500])
    assert not any("at most 512" in fault for fault in faults(enough, terms))


def test_an_abstract_has_at_most_300_characters(terms: Terms) -> None:
    assert faults(with_value(a_document(), "abstract.zh", "灯" * 300), terms) == []
    assert faults(with_value(a_document(), "abstract.zh", "灯" * 301), terms) == [
        "abstract.zh: has 301 characters; at most 300"
    ]
