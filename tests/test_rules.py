"""Each editorial rule refuses violations, and accepts similar valid documents."""

from collections.abc import Mapping
from typing import Any

import pytest

from stories.documents import privacy, rules, serialization
from tests.builders import (
    LINES,
    a_cite,
    a_date,
    a_document,
    a_metric_part,
    text,
    with_lines,
    with_value,
)

LAMPS = "measures[0].metrics[0]"
SOURCE = "sources[0]"


def faults(document: Mapping[str, Any]) -> list[str]:
    """The violations, as files and commands print them."""
    return [str(fault) for fault in rules.faults(serialization.shaped(document))]


def changed(path: str, value: object) -> list[str]:
    return faults(with_value(a_document(), path, value))


def test_the_document_that_the_tests_start_from_breaks_no_rule() -> None:
    assert faults(a_document()) == []


# ---------------------------------------------------------------- passages and gists


def test_the_passages_of_a_source_are_those_of_its_reading_in_the_same_order() -> None:
    turned = a_document()["sources"][0]["passages"][::-1]
    expected = f"{SOURCE}.passages: are not those of reading.lines, in the same order"
    assert changed(f"{SOURCE}.passages", turned) == [expected]
    assert changed(f"{SOURCE}.reading.lines.9", [20]) == [expected]
    assert faults(with_lines(a_document(), LINES | {"9": [20]})) == []


def test_the_kind_of_a_passage_follows_from_its_locator() -> None:
    assert changed(f"{SOURCE}.passages[0].kind", "heading") == [
        f"{SOURCE}.passages[0].kind: a passage at 'T' is a title"
    ]


def test_a_passage_that_carries_a_statement_has_a_gist() -> None:
    assert changed(f"{SOURCE}.passages[2].gist", None) == [
        f"{SOURCE}.passages[2].gist: is missing; statements rest on this passage"
    ]


def test_a_passage_that_nothing_rests_on_may_lack_its_gist() -> None:
    assert changed(f"{SOURCE}.passages[0].gist", None) == []


def test_a_number_left_out_asks_for_no_gist() -> None:
    document = with_value(a_document(), "left_out[0].at", "E1")
    assert faults(with_value(document, f"{SOURCE}.passages[1].gist", None)) == []


@pytest.mark.parametrize(
    ("language", "three", "four"),
    [
        ("zh", "一。二！三？", "一。二。三。四。"),
        ("en", "One. Two! Three, e.g. this?", "One. Two. Three. Four."),
    ],
)
def test_a_gist_has_at_most_three_sentences(language: str, three: str, four: str) -> None:
    path = f"{SOURCE}.passages[2].gist.{language}"
    assert changed(path, three) == []
    assert changed(path, four) == [f"{path}: has 4 sentences; at most 3"]


def gist_faults(gist: str, passage: str) -> list[str]:
    document = with_value(a_document(), f"{SOURCE}.passages[2].gist.zh", gist)
    return list(rules.gist_faults(serialization.shaped(document), "liudi-news", {"1": passage}))


def test_a_gist_does_not_repeat_twelve_characters_of_its_passage() -> None:
    (fault,) = gist_faults("说是甲乙丙丁戊己庚辛壬癸子丑。", "甲乙丙丁戊己庚辛壬癸子丑寅")
    assert str(fault) == (
        f"{SOURCE}.passages[2].gist: repeats '甲乙丙丁戊己庚辛壬癸子丑' of the passage; "
        "say it in other words"
    )
    assert gist_faults("说是甲乙丙丁戊己庚辛壬癸子。", "甲乙丙丁戊己庚辛壬癸子丑寅") == []


@pytest.mark.parametrize(
    "gist", ["這裡說亮燈，舖路，修剪樹木和添長椅", "他说亮灯、铺路、修剪树木，和“添长椅”。"]
)
def test_signs_and_script_hide_no_repetition(gist: str) -> None:
    assert len(gist_faults(gist, "亮灯铺路修剪树木和添长椅子")) == 1


def test_another_source_is_not_compared() -> None:
    document = serialization.shaped(a_document())
    assert list(rules.gist_faults(document, "other", {"1": "1说的是小巷"})) == []


# ---------------------------------------------------------------- glosses and headings


@pytest.mark.parametrize(
    "path",
    [
        "cites[0]",
        "began",
        "problems[0].cites[0]",
        "measures[0].when",
        f"{LAMPS}.cite",
        "changes[0].after_cites[0]",
        "glance.cost.cites[0]",
        "left_out[0]",
    ],
)
def test_every_printed_fragment_has_a_gloss(path: str) -> None:
    (fault,) = changed(f"{path}.gloss", None)
    assert fault.startswith(f"{path}.gloss: is missing; put '")


def test_a_problem_has_a_heading() -> None:
    assert changed("problems[0].heading", None) == [
        "problems[0].heading: is missing; say what the source says was wrong"
    ]


# ---------------------------------------------------------------- metrics


def test_a_metric_has_a_scope() -> None:
    assert changed(f"{LAMPS}.scope", None) == [
        f"{LAMPS}.scope: is missing; say whom or what the number covers"
    ]


def test_a_metric_has_a_kind() -> None:
    assert changed(f"{LAMPS}.kind", None) == [f"{LAMPS}.kind: is missing"]


@pytest.mark.parametrize("printed", ["不得少于400盏", "力争400盏", "拟装400盏"])
def test_what_prints_an_aim_is_a_target(printed: str) -> None:
    document = with_value(a_document(telling=["raised", "people", "length"], derived=[]), LAMPS, {})
    lamps = a_metric_part(cite=a_cite("2", printed))
    assert faults(with_value(document, LAMPS, lamps)) == [
        f"{LAMPS}.kind: {printed!r} prints an aim; its kind is target"
    ]
    assert faults(with_value(document, LAMPS, lamps | {"kind": "target"})) == []


def test_a_number_of_the_case_itself_is_context() -> None:
    assert changed("context[0].kind", "output") == [
        "context[0].kind: a number of the case itself is of kind context"
    ]


@pytest.mark.parametrize("status", ["planned", "discussed"])
def test_a_number_of_a_plan_is_a_target(status: str) -> None:
    document = with_value(a_document(), "measures[2].status", status)
    path = "measures[2].metrics[0].kind"
    assert faults(document) == []
    assert faults(with_value(document, path, "output")) == [
        f"{path}: of a measure that is {status}: a target"
    ]


def test_a_whole_names_its_metric_exactly_when_it_is_stated() -> None:
    path = f"{LAMPS}.whole"
    for state, metric in (("stated", None), ("not_stated", "people"), ("not_applicable", "people")):
        assert changed(path, {"state": state, "metric": metric}) == [
            f"{path}: names a metric exactly when the whole is stated"
        ]
    assert changed(path, {"state": "stated", "metric": "people"}) == []


@pytest.mark.parametrize("key", ["moon", "lamps"])
def test_the_whole_is_another_metric_of_the_document(key: str) -> None:
    assert changed(f"{LAMPS}.whole", {"state": "stated", "metric": key}) == [
        f"{LAMPS}.whole.metric: there is no other metric {key!r} in this document"
    ]


def test_nothing_is_computed_from_a_target_and_a_result() -> None:
    assert changed("derived[0].of", ["raised", "trees"]) == [
        "derived[0].of: mixes a target with results"
    ]
    assert changed("derived[0].of", ["raised", "months"]) == []


# ---------------------------------------------------------------- the first screen


def test_a_telling_number_is_a_metric_of_the_document() -> None:
    assert changed("telling[0]", "moon") == [
        "telling[0]: there is no metric 'moon' in this document"
    ]


def test_a_telling_number_stands_once() -> None:
    assert changed("telling[1]", "lamps") == ["telling[1]: 'lamps' stands twice"]


def test_a_target_tells_no_result() -> None:
    assert changed("telling[3]", "trees") == ["telling[3]: 'trees' is a target, no result"]
    assert changed("telling[3]", "households") == []


def test_a_case_names_three_telling_numbers_where_it_has_so_many_results() -> None:
    expected = ["telling: name 3 to 5 numbers that tell most of the case"]
    assert changed("telling", ["lamps", "length"]) == expected
    few = a_document(measures=a_document()["measures"][1:], derived=[], changes=[], follow_up=[])
    assert faults(few | {"telling": ["length", "months"]}) == []
    assert faults(few | {"telling": ["length"]}) == expected


# ---------------------------------------------------------------- open ends


def test_an_end_is_open_only_where_the_source_says_that_it_goes_on() -> None:
    assert changed("began", a_date("2022-03/..", "2022年3月")) == [
        "began.edtf: '2022年3月' does not say that it goes on; write / for an end that is not known"
    ]
    assert changed("began", a_date("2022-03/..", "2022年3月以来")) == []


@pytest.mark.parametrize("status", ["done", "awaiting_acceptance"])
def test_what_is_finished_has_no_open_end(status: str) -> None:
    document = with_value(a_document(), "measures[0].when", a_date("2022-03/..", "2022年3月起"))
    assert faults(with_value(document, "measures[0].status", status)) == [
        "measures[0].when.edtf: what is finished has no open end; write / for one not known"
    ]
    assert faults(with_value(document, "measures[0].status", "under_way")) == []


# ---------------------------------------------------------------- unstated values, and links


def test_what_is_not_said_is_named_once() -> None:
    assert changed("measures[0].not_said", ["cost", "cost"]) == [
        "measures[0].not_said: names something twice"
    ]


def test_a_measure_with_a_date_does_not_lack_its_time() -> None:
    expected = ["measures[0].not_said: names the time, and the measure has one"]
    assert changed("measures[0].not_said", ["time"]) == expected
    assert changed("measures[1].not_said", ["time"]) == []


@pytest.mark.parametrize(
    ("path", "fault_path"),
    [
        ("changes[0].measures", "changes[0].measures[0]"),
        ("follow_up[0].measure", "follow_up[0].measure"),
    ],
)
def test_a_measure_that_is_named_is_in_the_document(path: str, fault_path: str) -> None:
    assert changed(path, ["moon"] if path.endswith("s") else "moon") == [
        f"{fault_path}: there is no measure 'moon' in this document"
    ]


@pytest.mark.parametrize("key", ["moon", "liudi-news"])
def test_a_source_prints_the_same_report_as_another_one(key: str) -> None:
    assert changed(f"{SOURCE}.same_report_as", key) == [
        f"{SOURCE}.same_report_as: there is no other source {key!r} in this document"
    ]


# ---------------------------------------------------------------- unit cost, changes, follow-up


@pytest.mark.parametrize(
    ("of", "note"), [(None, None), ("raised", text("无。", "None.")), ("raised", None)]
)
def test_a_unit_cost_that_is_not_computable_says_why(of: object, note: object) -> None:
    assert changed("unit_cost", {"state": "not_computable", "of": of, "note": note}) == [
        "unit_cost: a cost that is not computable has a note saying why, and no number"
    ]


@pytest.mark.parametrize(
    ("state", "right", "wrong"),
    [("stated", "raised", "cost-per-lamp"), ("computed", "cost-per-lamp", "raised")],
)
def test_a_unit_cost_is_a_number_of_the_document(state: str, right: str, wrong: str) -> None:
    assert changed("unit_cost", {"state": state, "of": right, "note": None}) == []
    for of in (wrong, None):
        assert changed("unit_cost", {"state": state, "of": of, "note": None}) == [
            f"unit_cost.of: there is no number {of!r} of that kind in this document"
        ]


def test_after_has_a_text_and_citations_or_neither() -> None:
    expected = ["changes[0].after: has a text and citations, or neither"]
    assert changed("changes[0].after", None) == expected
    assert changed("changes[0].after_cites", []) == expected
    neither = a_document()["changes"][0] | {"after": None, "after_cites": []}
    assert changed("changes[0]", neither) == []


ANSWERED = a_document()["follow_up"][0] | {
    **{"state": "answered", "looked_on": "2026-11-20"},
    **{"text": text("亮着。", "Still lit."), "cites": [a_cite("2", "装上路灯")]},
}


def test_an_answered_question_has_a_text_and_a_citation() -> None:
    expected = ["follow_up[0]: an answered question, and no other, has a text and a citation"]
    assert changed("follow_up[0]", ANSWERED) == []
    for lacking in ({"text": None}, {"cites": []}, {"state": "nothing_found"}):
        assert changed("follow_up[0]", ANSWERED | lacking) == expected


def test_a_question_has_the_day_of_the_last_look_exactly_where_there_was_one() -> None:
    expected = ["follow_up[0].looked_on: the day of the last look, exactly where there was one"]
    assert changed("follow_up[0].looked_on", "2026-11-20") == expected
    assert changed("follow_up[0]", ANSWERED | {"looked_on": None}) == expected


# ---------------------------------------------------------------- sources and private persons


def test_a_source_without_an_address_says_why() -> None:
    document = with_value(a_document(), f"{SOURCE}.url", None)
    assert faults(document) == [f"{SOURCE}.url_note: a source without an address says why"]
    noted = with_value(document, f"{SOURCE}.url_note", text("未见。", "None was seen."))
    assert faults(noted) == []


def test_a_source_says_what_its_independence_follows_from() -> None:
    assert changed(f"{SOURCE}.independence_note", None) == [
        f"{SOURCE}.independence_note: is missing; say what its independence follows from"
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("measures[0].summary.zh", "measures[0].summary.zh"),
        ("cites[0].printed", "cites[0].printed"),
        ("problems[0].keywords.zh[0]", "problems[0].keywords.zh[0]"),
        (f"{SOURCE}.passages[0].gist.zh", f"{SOURCE}.passages[0].gist.zh"),
    ],
)
def test_no_text_names_a_private_person_whom_a_source_names(path: str, shown: str) -> None:
    assert changed(path, "居民何老伯说亮了") == [
        f"{shown}: names '何老伯', a private person whom source liudi-news names"
    ]


def test_a_name_that_another_source_withholds_is_not_refused() -> None:
    document = with_value(a_document(), "abstract.zh", "何老伯说亮了。")
    withheld = [privacy.fingerprint("other-news", "何老伯")]
    assert faults(with_value(document, f"{SOURCE}.withheld_names", withheld)) == []
