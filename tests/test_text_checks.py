"""Checks against articles: fragments are in their passages, numerals are accounted for."""

import pytest

from stories.reading import source_text
from tests.builders import (
    LINES,
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
from tests.fault_lines import text_faults


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
def test_a_numeral_within_no_fragment_is_a_fault(passage: str, numeral: str) -> None:
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


def test_an_unaccounted_numeral_is_quoted_with_the_words_around() -> None:
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


def test_a_fragment_of_part_of_a_numeral_does_not_account_for_it() -> None:
    document, texts = with_passage(a_document(), "又添了112只水桶。")
    listed = with_value(document, "left_out[1]", a_left_out_part("9", "12只"))
    (fault,) = text_faults(listed, texts)
    assert "'112'" in fault


def test_a_number_printed_twice_needs_two_entries() -> None:
    document, texts = with_passage(a_document(), "东巷六天，西巷六天。")
    once = with_value(document, "left_out[1]", a_left_out_part("9", "六天"))
    (fault,) = text_faults(once, texts)
    assert "'六' in …巷六天,西巷六天。…" in fault
    twice = with_value(once, "left_out[2]", a_left_out_part("9", "六天"))
    assert text_faults(twice, texts) == []


def test_more_entries_than_printed_numbers_are_a_fault() -> None:
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


def test_lines_outside_of_passages_need_no_account() -> None:
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


BOTH_WAYS = text("原文有歧义。", "It reads both ways.")


def test_a_fragment_that_is_overruled_stands_in_its_passage_all_the_same() -> None:
    document, texts = with_passage(a_document(), "小巷装灯近300盏。")
    for n, (printed, count) in enumerate([("300盏", 0), ("301盏", 1)]):
        part = a_metric_part(key=f"new-{n}", low=300, high=300, qualifier="exact")
        part |= {"cite": a_cite("9", printed), "reading_note": BOTH_WAYS}
        found = text_faults(with_value(document, "context[1]", part), texts)
        assert sum("does not stand in passage" in fault for fault in found) == count
        assert not any("cuts its number" in fault for fault in found)


def test_a_part_of_a_change_is_no_cut_number() -> None:
    document, texts = with_passage(a_document(), "路灯由3盏增至12盏。")
    for n, (printed, number) in enumerate([("由3盏", 3), ("增至12盏", 12)], start=1):
        cite = a_cite("9", printed)
        part = a_metric_part(key=f"new-{n}", low=number, high=number, qualifier="exact", cite=cite)
        document = with_value(document, f"context[{n}]", part)
    assert text_faults(document, texts) == []
