"""The checker can fail: each kind of fault in a document of the right shape, and in its texts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stories.documents import checks, schema
from stories.documents.checks import Terms
from stories.documents.faults import Fault
from stories.reading import source_text
from tests.builders import (
    LINES,
    WRONG_DOCUMENTS,
    a_cite,
    a_date,
    a_document,
    a_left_out_part,
    a_metric_part,
    a_text,
    text,
    texts_of,
    with_lines,
    with_passage,
    with_value,
    without,
)

LAMPS = "measures[0].metrics[0]"


def lines(found: Iterable[Fault]) -> list[str]:
    """As files and commands print them."""
    return [str(fault) for fault in found]


def faults(document: Mapping[str, Any], terms: Terms) -> list[str]:
    return lines(checks.faults(schema.shaped(document), terms))


def text_faults(document: Mapping[str, Any], texts: Mapping[str, bytes]) -> list[str]:
    return lines(checks.text_faults(schema.shaped(document), texts))


def with_metric(**overrides: Any) -> dict[str, Any]:
    """The document with another first metric."""
    return with_value(a_document(derived=[]), LAMPS, a_metric_part(**overrides))


def metric_faults(terms: Terms, printed: str, **overrides: Any) -> list[str]:
    return faults(with_metric(cite=a_cite("2", printed), **overrides), terms)


# ---------------------------------------------------------------- documents wrong on purpose

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
    file.write_bytes(schema.write(schema.shaped(a_document())))
    assert checks.file_faults(file, terms, texts_of()) == []


@pytest.mark.parametrize(("name", "told"), WRONG.items(), ids=str)
def test_a_wrong_document_is_told_what_is_wrong(name: str, told: list[str], terms: Terms) -> None:
    found = checks.file_faults(WRONG_DOCUMENTS / f"{name}.json", terms, texts_of())
    assert lines(found) == told


def test_every_wrong_document_is_tried() -> None:
    assert sorted(WRONG) == sorted(file.stem for file in WRONG_DOCUMENTS.iterdir())


def test_texts_are_proved_only_when_they_are_at_hand(terms: Terms) -> None:
    assert checks.file_faults(WRONG_DOCUMENTS / "not-in-the-text.json", terms) == []


def test_all_faults_of_a_document_are_told_together(terms: Terms) -> None:
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


# ---------------------------------------------------------------- misshapen documents


def rest_faults(document: Mapping[str, Any], terms: Terms) -> list[str]:
    """What is told of a misshapen document and its article, beside its shape."""
    with pytest.raises(schema.DocumentError) as caught:
        schema.read(json.dumps(document).encode())
    assert caught.value.rest
    return lines(checks.rest_faults(caught.value.rest, terms, texts_of()))


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
    assert lines(checks.file_faults(file, terms, texts_of())) == [
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
def test_a_fault_of_shape_alone_is_all_that_is_told(path: str, terms: Terms) -> None:
    for wrong in (True, {"x": "X y"}):  # of a wrong shape wherever they are put
        if wrong is True and path.endswith(".before_case"):
            continue
        assert rest_faults(with_value(a_document(), path, wrong), terms) == []


@pytest.mark.parametrize("path", [p for p in paths_of(a_document()) if not p.endswith("]")])
def test_a_missing_key_is_all_that_is_told(path: str, terms: Terms) -> None:
    if ".lines." not in path:  # a locator is no key that has to be there
        assert rest_faults(without(a_document(), path), terms) == []


def test_what_is_not_known_of_a_part_is_not_held_against_others(terms: Terms) -> None:
    document = without(a_document(), "problems[0].key")
    document = without(without(document, f"{LAMPS}.key"), "sources[0].key")
    assert rest_faults(with_value(document, "place", "moon"), terms) == [
        "place: unknown place 'moon'"
    ]


def test_an_unknown_key_inside_of_what_is_put_aside_is_no_trouble(terms: Terms) -> None:
    document = with_value(a_document(), "began.edtf", 7)
    assert rest_faults(with_value(document, "began.note", "x"), terms) == []


def test_of_an_empty_object_only_the_shape_is_told(terms: Terms) -> None:
    assert rest_faults({}, terms) == []


# ---------------------------------------------------------------- terms and keys


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
    ("instead", "told"),
    [
        ("lane-paving", "measure type 'street-lighting' is deprecated; use 'lane-paving'"),
        ("", "measure type 'street-lighting' is deprecated"),
    ],
)
def test_a_deprecated_term_is_a_fault(instead: str, told: str, terms: Terms) -> None:
    aged = replace(terms, deprecated={("measure type", "street-lighting"): instead})
    assert faults(a_document(), aged) == [f"measures[0].types[0]: {told}"]


@pytest.mark.parametrize(
    ("path", "key", "told"),
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
def test_a_key_that_stands_twice_is_a_fault(path: str, key: str, told: str, terms: Terms) -> None:
    document = with_value(a_document(derived=[], telling=["lamps", "length", "months"]), path, key)
    assert faults(document, terms) == [f"{path}: {told}"]


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


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("printed", "bounds"),
    [
        ("四百多盏", {"low": 400, "high": None, "qualifier": "over"}),
        ("４００盏", {"low": 400, "high": 400, "qualifier": "exact"}),
        ("近万盏", {"low": None, "high": 10_000, "qualifier": "nearly"}),
        ("三四百盏", {"low": 300, "high": 400, "qualifier": "range"}),
        ("数百盏", {"low": 200, "high": 999, "qualifier": "several"}),
    ],
)
def test_a_number_that_agrees_is_no_fault(
    printed: str, bounds: dict[str, Any], terms: Terms
) -> None:
    assert metric_faults(terms, printed, **bounds) == []


@pytest.mark.parametrize(
    ("printed", "bounds", "wrong", "says", "stated"),
    [
        ("四百多盏", (300, None, "over"), "low", "over 400", "over 300"),
        ("4万盏", (4, 4, "exact"), "low", "exact 40000", "exact 4"),
        ("４００盏", (40, 40, "exact"), "low", "exact 400", "exact 40"),
        ("近400盏", (400, 400, "exact"), "low", "nearly 400", "exact 400"),
        ("约400盏", (400, 400, "exact"), "qualifier", "about 400", "exact 400"),
        ("不足400盏", (None, 400, "at_most"), "qualifier", "nearly 400", "at_most 400"),
        ("两三盏", (2, 9, "several"), "high", "range 2 to 3", "several 2 to 9"),
        ("约两三盏", (2, 3, "range"), "qualifier", "about 2 to 3", "range 2 to 3"),
    ],
)
def test_a_number_that_disagrees_is_a_fault(
    printed: str, bounds: tuple[Any, ...], wrong: str, says: str, stated: str, terms: Terms
) -> None:
    low, high, qualifier = bounds
    assert metric_faults(terms, printed, low=low, high=high, qualifier=qualifier) == [
        f"{LAMPS}.{wrong}: {printed!r} says {says}, the metric says {stated}"
    ]


@pytest.mark.parametrize(
    ("indicator", "printed", "number"),
    [
        ("paved-length", "400公里", 400_000),
        ("paved-area", "0.4平方公里", 400_000),
        ("paved-area", "400平方米", 400),
        ("land-area", "400平方米", 0.0004),
        ("land-area", "400公顷", 4),
        ("works-duration", "三个半月", 3.5),
        ("survey-awareness-rate", "百分之八十", 80),
        ("survey-awareness-rate", "八成", 80),
    ],
)
def test_a_unit_is_converted(indicator: str, printed: str, number: float, terms: Terms) -> None:
    bounds = {"low": number, "high": number, "qualifier": "exact"}
    assert metric_faults(terms, printed, indicator=indicator, **bounds) == []
    assert metric_faults(terms, printed, indicator=indicator, **bounds | {"low": 7, "high": 7})


@pytest.mark.parametrize(
    ("indicator", "printed", "told"),
    [
        ("lamps-installed", "400元", "prints 元 (money), the indicator counts 盏 (count)"),
        ("paved-area", "400公里", "prints 公里 (length), the indicator counts 平方米 (area)"),
        ("money-raised", "400盏", "prints 盏 (count), the indicator counts 元 (money)"),
        ("money-raised", "400", "prints no unit, the indicator counts 元 (money)"),
        ("works-duration", "400年", "prints 年 (time), the indicator counts 个月 (time)"),
        ("discount-offered", "400%", "prints % (share), the indicator counts 折 (discount)"),
    ],
)
def test_a_unit_of_another_dimension_is_a_fault(
    indicator: str, printed: str, told: str, terms: Terms
) -> None:
    found = metric_faults(terms, printed, indicator=indicator, low=400, high=400, qualifier="exact")
    assert found == [f"{LAMPS}.indicator: {printed!r} {told}"]


@pytest.mark.parametrize(("printed", "count"), [("400盏和20户", 2), ("装上路灯", 0)])
def test_a_fragment_of_a_metric_holds_one_number(printed: str, count: int, terms: Terms) -> None:
    assert metric_faults(terms, printed) == [
        f"{LAMPS}.cite.printed: {printed!r} holds {count} numbers; "
        "a metric’s fragment holds exactly one"
    ]


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("超过3至5盏", "the number of '超过3至5盏' is not understood"),
        (
            "由3盏增至12盏",
            "'由3盏增至12盏' prints a change from one number to another; cite each by itself",
        ),
    ],
)
def test_what_is_no_amount_is_no_metric(printed: str, told: str, terms: Terms) -> None:
    assert metric_faults(terms, printed) == [f"{LAMPS}.cite.printed: {told}"]


@pytest.mark.parametrize(("low", "high", "qualifier"), [(3, 3, "exact"), (None, 3, "nearly")])
def test_an_editor_says_whether_they_are_the_last_three_months_or_nearly_three(
    low: int | None, high: int, qualifier: str, terms: Terms
) -> None:
    bounds = {"low": low, "high": high, "qualifier": qualifier}
    assert metric_faults(terms, "近三个月", indicator="works-duration", **bounds) == []


def test_a_number_that_may_be_read_two_ways_disagrees_with_both(terms: Terms) -> None:
    bounds = {"low": None, "high": 4, "qualifier": "nearly"}
    assert metric_faults(terms, "近三个月", indicator="works-duration", **bounds) == [
        f"{LAMPS}.high: '近三个月' says nearly 3 or exact 3, the metric says nearly 4"
    ]


BOTH_WAYS = text("原文有歧义。", "It reads both ways.")


@pytest.mark.parametrize("printed", ["四百多盏", "超过3至5盏", "400元", "400盏和20户", "装上路灯"])
def test_an_editor_may_read_a_number_otherwise_with_a_reason(printed: str, terms: Terms) -> None:
    bounds = {"low": 7, "high": 7, "qualifier": "exact"}
    assert metric_faults(terms, printed, **bounds)
    assert metric_faults(terms, printed, reading_note=BOTH_WAYS, **bounds) == []


def test_a_number_that_is_overruled_agrees_with_its_own_qualifier(terms: Terms) -> None:
    bounds = {"low": 7, "high": None, "qualifier": "exact"}
    assert metric_faults(terms, "四百多盏", reading_note=BOTH_WAYS, **bounds) == [
        f"{LAMPS}.qualifier: exact wants low and high the same number, got low 7 and high null"
    ]


def test_a_fragment_that_is_overruled_stands_in_its_passage_all_the_same() -> None:
    document, texts = with_passage(a_document(), "小巷装灯近300盏。")
    for n, (printed, count) in enumerate([("300盏", 0), ("301盏", 1)]):
        part = a_metric_part(key=f"new-{n}", low=300, high=300, qualifier="exact")
        part |= {"cite": a_cite("9", printed), "reading_note": BOTH_WAYS}
        found = text_faults(with_value(document, "context[1]", part), texts)
        assert sum("does not stand in passage" in fault for fault in found) == count
        assert not any("cuts its number" in fault for fault in found)


def test_a_reason_is_left_out_where_none_is_given() -> None:
    document = schema.shaped(with_metric(cite=a_cite("2", "四百多盏")))
    assert b"reading_note" not in schema.write(document)


def test_a_part_of_a_change_is_no_cut_number() -> None:
    document, texts = with_passage(a_document(), "路灯由3盏增至12盏。")
    for n, (printed, number) in enumerate([("由3盏", 3), ("增至12盏", 12)], start=1):
        cite = a_cite("9", printed)
        part = a_metric_part(key=f"new-{n}", low=number, high=number, qualifier="exact", cite=cite)
        document = with_value(document, f"context[{n}]", part)
    assert text_faults(document, texts) == []


def test_bounds_against_their_qualifier_are_a_fault(terms: Terms) -> None:
    assert metric_faults(terms, "四百多盏", high=400) == [
        f"{LAMPS}.qualifier: over wants low only (high null), got low 400 and high 400"
    ]


# ---------------------------------------------------------------- dates


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


# ---------------------------------------------------------------- computed numbers


def derived_faults(terms: Terms, **overrides: Any) -> list[str]:
    derived = a_document()["derived"][0] | overrides
    return faults(a_document(derived=[derived]), terms)


def test_nothing_is_computed_from_a_metric_without_a_number(terms: Terms) -> None:
    (fault,) = faults(with_value(a_document(), f"{LAMPS}.low", None), terms)
    assert fault.startswith(f"{LAMPS}.qualifier: ")


def test_a_computed_number_that_is_wrong_is_a_fault(terms: Terms) -> None:
    assert derived_faults(terms, value=600) == ["derived[0].value: computes to 625, not 600"]


def test_a_computed_number_may_be_rounded(terms: Terms) -> None:
    third = {"of": ["raised", "households"], "value": 208.3}
    assert derived_faults(terms, **third) == []
    assert derived_faults(terms, **third | {"value": 208}) == []
    assert derived_faults(terms, **third | {"value": 208.4}) == [
        "derived[0].value: computes to 208.3333, not 208.4"
    ]


def test_a_share_is_computed_in_percent(terms: Terms) -> None:
    share = {"of": ["lamps", "households"], "value": 33.3, "unit": text("%", "%")}
    assert derived_faults(terms, **share) == []


@pytest.mark.parametrize(("op", "value"), [("sum", 1600), ("difference", 800)])
def test_sums_and_differences_are_computed(op: str, value: int, terms: Terms) -> None:
    other = a_metric_part(key="flats", low=400, indicator="households", cite=a_cite("1", "400多户"))
    other["kind"] = "context"
    document = with_value(a_document(), "context[1]", other)
    derived = a_document()["derived"][0] | {"op": op, "of": ["households", "flats"]}
    assert faults(document | {"derived": [derived | {"value": value}]}, terms) == []
    assert faults(document | {"derived": [derived | {"value": 7}]}, terms) == [
        f"derived[0].value: computes to {value}, not 7"
    ]


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"of": ["raised", "moon"]}, "of: there is no metric 'moon' in this document"),
        ({"of": ["raised", "lamps", "people"]}, "of: a ratio is of exactly two metrics"),
        ({"qualifier": "exact"}, "qualifier: has to be about"),
        (
            {"op": "sum", "value": 250_400},
            "of: a sum is of metrics of one indicator",
        ),
        ({"of": ["lamps", "lamps"], "value": 1}, "of[1]: 'lamps' stands twice"),
    ],
)
def test_a_computed_number_fits_its_metrics(
    overrides: dict[str, Any], told: str, terms: Terms
) -> None:
    assert derived_faults(terms, **overrides) == [f"derived[0].{told}"]


def test_a_number_computed_from_exact_ones_is_exact(terms: Terms) -> None:
    exact = {"of": ["raised", "months"], "value": 50_000}
    assert derived_faults(terms, **exact) == ["derived[0].qualifier: has to be exact"]
    assert derived_faults(terms, **exact, qualifier="exact") == []


def test_nothing_is_divided_by_nothing(terms: Terms) -> None:
    document = with_value(a_document(), LAMPS, a_metric_part(low=0, cite=a_cite("2", "0多盏")))
    assert faults(document, terms) == ["derived[0].of: cannot divide by nothing"]


# ---------------------------------------------------------------- the glance, sources, lengths

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
def test_authors_and_editors_are_kept_apart(people: str, role: str, terms: Terms) -> None:
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


# ---------------------------------------------------------------- against the texts


def test_a_fragment_that_is_not_in_its_passage_is_a_fault() -> None:
    document = with_value(a_document(), "cites[0]", a_cite("1", "给小巷装上路灯"))
    assert text_faults(document, texts_of()) == [
        "cites[0].printed: '给小巷装上路灯' does not stand in passage 1"
    ]


def test_a_text_that_is_not_at_hand_is_a_fault() -> None:
    assert text_faults(a_document(), texts_of(b"another")) == [
        "sources[0].reading.sha256: no file at hand has this SHA-256"
    ]


def test_a_line_that_is_not_in_the_text_is_a_fault() -> None:
    document = with_lines(a_document(), LINES | {"5": [99], "6": [4]})
    assert text_faults(document, texts_of()) == [
        "sources[0].reading.lines: 5: line 99 of the file is empty or missing",
        "sources[0].reading.lines: 6: line 4 of the file is empty or missing",
    ]


def test_a_text_that_is_not_utf_8_is_a_fault() -> None:
    raw = a_text().decode().encode("gb18030")
    document = with_value(a_document(), "sources[0].reading.sha256", source_text.digest(raw))
    (fault,) = text_faults(document, texts_of(raw))
    assert fault.startswith("sources[0].reading.lines: not UTF-8: byte ")


@pytest.mark.parametrize(
    ("passage", "fragment", "bounds"),
    [
        ("小巷装灯近300盏。", "300盏", (300, 300, "exact")),
        ("小巷装灯1300盏。", "300盏", (300, 300, "exact")),
        ("小巷装灯300万盏。", "300", (300, 300, "exact")),
        ("小巷装灯300盏以上。", "300盏", (300, 300, "exact")),
        ("小巷装灯300多盏。", "300", (300, 300, "exact")),
        ("小巷装灯300个月。", "300个", (300, 300, "exact")),
    ],
)
def test_a_fragment_that_cuts_its_number_is_a_fault(
    passage: str, fragment: str, bounds: tuple[int, int, str]
) -> None:
    document, texts = with_passage(a_document(), passage)
    low, high, qualifier = bounds
    cut = a_metric_part(low=low, high=high, qualifier=qualifier, cite=a_cite("9", fragment))
    found = text_faults(with_value(document, "context[1]", cut), texts)
    assert found[0] == (
        f"context[1].cite.printed: {fragment!r} cuts its number: "
        "passage 9 says more than that about it"
    )


def test_a_fragment_may_stand_elsewhere_as_part_of_a_longer_number() -> None:
    document, texts = with_passage(a_document(), "小巷装灯13盏，其中3盏用太阳能。")
    for n, printed in enumerate(["13盏", "3盏"], start=1):
        part = a_metric_part(key=f"new-{n}", cite=a_cite("9", printed))
        document = with_value(document, f"context[{n}]", part)
    assert text_faults(document, texts) == []


# ---------------------------------------------------------------- every numeral is accounted for


@pytest.mark.parametrize(
    ("passage", "numeral"),
    [
        ("又添了12只水桶。", "12"),
        ("又添了１２只水桶。", "12"),
        ("又添了1,200只水桶。", "1,200"),
        ("又添了十二只水桶。", "十二"),
        ("又添了数百只水桶。", "数百"),
        ("又添了十几只水桶。", "十几"),
        ("又添了两三只水桶。", "两三"),
        ("满意率为95%。", "95%"),
        ("理发打8折。", "8"),
        ("又筹了3万元。", "3万"),
        ("又筹了3.5万元。", "3.5万"),
        ("第三届邻里节开幕。", "三"),
    ],
)
def test_a_numeral_that_nothing_holds_is_a_fault(passage: str, numeral: str) -> None:
    (fault,) = text_faults(*with_passage(a_document(), passage))
    assert fault.startswith(f"(accounting): liudi-news 9: {numeral!r} in …")
    assert fault.endswith("… is no metric, no date, and not in left_out")


def test_a_percentage_in_words_is_one_numeral() -> None:
    document, texts = with_passage(a_document(), "满意率达到百分之九十。")
    assert len(text_faults(document, texts)) == 1
    listed = with_value(document, "left_out[1]", a_left_out_part("9", "百分之九十"))
    assert text_faults(listed, texts) == []


@pytest.mark.parametrize(
    "passage", ["又添了一只水桶。", "老百姓十分高兴。", "大家一起统一了时间。"]
)
def test_words_that_count_nothing_need_no_account(passage: str) -> None:
    assert text_faults(*with_passage(a_document(), passage)) == []


def test_a_fault_of_the_accounting_shows_the_words_around() -> None:
    document, texts = with_passage(a_document(), "社区又添了十二只铁皮水桶，放在巷口。")
    assert text_faults(document, texts) == [
        "(accounting): liudi-news 9: '十二' in …社区又添了十二只铁皮水桶,… is no metric, "
        "no date, and not in left_out"
    ]


def test_a_metric_accounts_for_its_numeral() -> None:
    document, texts = with_passage(a_document(), "又添了路灯十二盏。")
    twelve = a_metric_part(key="new", cite=a_cite("9", "十二盏"))
    assert text_faults(with_value(document, "context[1]", twelve), texts) == []


def test_a_date_accounts_for_its_numerals() -> None:
    document, texts = with_passage(a_document(), "8月31日，巷口立了牌。")
    ended = a_date("2022-08-31", "8月31日", at="9", inferred="year")
    assert text_faults(document | {"ended": ended}, texts) == []


def test_what_is_left_out_accounts_for_its_numerals() -> None:
    document, texts = with_passage(a_document(), "九弯十八巷的故事。")
    assert len(text_faults(document, texts)) == 2
    listed = with_value(document, "left_out[1]", a_left_out_part("9", "九弯十八巷", "name"))
    assert text_faults(listed, texts) == []


def test_a_citation_of_a_statement_accounts_for_nothing() -> None:
    document, texts = with_passage(a_document(), "又添了十二只水桶。")
    cited = with_value(document, "cites[1]", a_cite("9", "十二只水桶"))
    assert len(text_faults(cited, texts)) == 1


def test_an_account_of_part_of_a_numeral_is_none() -> None:
    document, texts = with_passage(a_document(), "又添了112只水桶。")
    listed = with_value(document, "left_out[1]", a_left_out_part("9", "12只"))
    (fault,) = text_faults(listed, texts)
    assert "'112'" in fault


def test_a_number_printed_twice_is_listed_twice() -> None:
    document, texts = with_passage(a_document(), "东巷六天，西巷六天。")
    once = with_value(document, "left_out[1]", a_left_out_part("9", "六天"))
    (fault,) = text_faults(once, texts)
    assert "'六' in …巷六天,西巷六天。…" in fault
    twice = with_value(once, "left_out[2]", a_left_out_part("9", "六天"))
    assert text_faults(twice, texts) == []


def test_a_number_listed_more_often_than_printed_is_a_fault() -> None:
    again = with_value(a_document(), "left_out[1]", a_left_out_part("3", "六十岁"))
    assert text_faults(again, texts_of()) == [
        "left_out[1].printed: '六十岁' is accounted for more often than passage 3 prints it"
    ]


def test_a_number_that_is_a_metric_is_not_left_out_too() -> None:
    again = with_value(a_document(), "left_out[1]", a_left_out_part("2", "25万元"))
    assert text_faults(again, texts_of()) == [
        "left_out[1].printed: '25万元' is accounted for more often than passage 2 prints it"
    ]


def test_one_printed_number_may_carry_two_metrics() -> None:
    shared = with_value(a_document(), "context[1]", a_metric_part(key="target"))
    assert text_faults(shared, texts_of()) == []


@pytest.mark.parametrize("locator", ["H9", "C9", "E9"])
def test_numerals_of_headings_captions_and_notes_are_accounted_for(locator: str) -> None:
    (fault,) = text_faults(*with_passage(a_document(), "又添了十二只水桶", locator))
    assert fault.startswith(f"(accounting): liudi-news {locator}: '十二'")


def test_the_title_needs_no_account() -> None:
    document = without(a_document(), "sources[0].reading.lines.T")
    assert text_faults(document, texts_of()) == []
    as_a_paragraph = with_value(document, "sources[0].reading.lines.9", LINES["T"])
    (fault,) = text_faults(as_a_paragraph, texts_of())
    assert "'九' in" in fault


def test_lines_that_no_passage_holds_need_no_account() -> None:
    assert b"38" in a_text() and text_faults(a_document(), texts_of()) == []


def test_the_marks_of_a_scraper_are_no_numerals() -> None:
    document, texts = with_passage(a_document(), "巷口a7f立了a7f牌。")
    assert len(text_faults(document, texts)) == 2
    marked = with_value(document, "sources[0].reading.marks[1]", "a7f")
    assert text_faults(with_value(marked, "cites[1]", a_cite("9", "巷口立了牌")), texts) == []


def test_pinyin_in_brackets_hides_no_fragment() -> None:
    document, texts = with_passage(a_document(), "社區創(chuàng)建(jiàn)文明巷。")
    assert text_faults(with_value(document, "cites[1]", a_cite("9", "创建文明巷")), texts) == []


def test_traditional_script_hides_no_fragment_and_no_numeral() -> None:
    document, texts = with_passage(a_document(), "又裝了兩萬盞路燈。")
    assert len(text_faults(document, texts)) == 1
    listed = with_value(document, "left_out[1]", a_left_out_part("9", "装了两万盏"))
    assert text_faults(listed, texts) == []


def test_each_source_is_proved_against_its_own_text() -> None:
    raw = "西巷装灯十二盏。\n".encode()
    reading = {"sha256": source_text.digest(raw), "marks": [], "lines": {"2": [1]}}
    second = a_document()["sources"][0] | {"key": "second", "reading": reading}
    document = with_value(a_document(), "sources[1]", second)
    assert text_faults(document, texts_of(a_text(), raw)) == [
        "(accounting): second 2: '十二' in …西巷装灯十二盏。… is no metric, no date, "
        "and not in left_out"
    ]
