"""Proposals for a passage: dates, words of a number, reasons to leave out; printed text."""

import pytest

from stories.choices import MeasureStatus
from stories.reading import alignment, date_proposals, proposals, source_text
from stories.reading.date_proposals import DateReading
from stories.reading.proposals import Use

ISSUED = "2022-06-20"


@pytest.mark.parametrize(
    ("printed", "edtf", "inferred"),
    [
        ("2021年9月15日", "2021-09-15", ""),
        ("2021.9.15", "2021-09-15", ""),
        ("二〇二一年九月", "2021-09", ""),
        ("2021年3月至5月", "2021-03/2021-05", ""),
        ("9月15日至20日", "2021-09-15/2021-09-20", "year"),
        ("2019年至2021年", "2019/2021", ""),
        ("2022年3月以来", "2022-03/..", ""),
        ("去年9月", "2021-09", "year"),
        ("去年底", "2021-11/2021-12", "year"),
        ("今年上半年", "2022-01/2022-06", "year"),
        ("5月下旬", "2022-05-21/2022-05-31", "year"),
        ("12月", "2021-12", "year"),  # the last one before the date of the text
    ],
)
def test_a_printed_date_is_read_as_the_check_reads_it(
    printed: str, edtf: str, inferred: str
) -> None:
    assert date_proposals.read(printed, ISSUED) == DateReading(edtf, inferred)


@pytest.mark.parametrize("printed", ["九月廿五", "近两个月", "80盏", ""])
def test_nothing_is_proposed_for_what_is_no_clear_date(printed: str) -> None:
    assert date_proposals.read(printed, ISSUED) is None


def test_without_a_year_in_sight_nothing_is_proposed() -> None:
    assert date_proposals.read("5月", "") is None
    assert date_proposals.read("去年5月", "") is None


def test_a_month_takes_the_year_that_was_printed_last_above_it() -> None:
    above = "2020年3月,社区开始整治。"
    assert date_proposals.read("当年5月", ISSUED, above) == DateReading("2020-05", "year")
    assert date_proposals.read("次年1月", ISSUED, above) == DateReading("2021-01", "year")
    assert date_proposals.read("去年5月", ISSUED, above) == DateReading("2021-05", "year")


@pytest.mark.parametrize(
    ("text", "numeral", "whole", "use", "reason"),
    [
        ("装上近80盏路灯", "80", "近80盏", Use.METRIC, ""),
        ("投入25万元", "25万", "25万元", Use.METRIC, ""),
        ("当年5月开工", "5", "当年5月", Use.DATE, "date"),
        ("张阿姨今年67岁", "67", "67岁", Use.LEFT_OUT, "age"),
        ("在这里住了30年", "30", "30年", Use.LEFT_OUT, "tenure"),
        ("第三届居民节", "三", "第三届", Use.LEFT_OUT, "ordinal"),
        ("住2号楼的人", "2", "2号楼", Use.LEFT_OUT, "ordinal"),
        ("每周三开放", "三", "每周三", Use.LEFT_OUT, "schedule"),
        ("早上8:30开门", "8", "早上8:30", Use.LEFT_OUT, "schedule"),
        ("“五个看得见”公开栏", "五", "五", Use.LEFT_OUT, "name"),
        ("充电每次1元", "1", "每次1元", Use.METRIC, "price"),
        ("全市有280个院子", "280", "280个", Use.LEFT_OUT, "background"),
    ],
)
def test_what_a_numeral_is_follows_from_the_words_round_it(
    text: str, numeral: str, whole: str, use: Use, reason: str
) -> None:
    passage = source_text.fold(text)
    start = passage.index(numeral)
    span = (start, start + len(numeral))
    assert passage[slice(*proposals.fragment(passage, *span))] == whole
    assert (proposals.use(passage, *span), proposals.reason(passage, *span)) == (use, reason)
    assert proposals.reason(passage, *proposals.fragment(passage, *span)) == reason


def test_a_number_told_before_is_a_repetition() -> None:
    passage = "装上近80盏路灯"
    assert proposals.reason(passage, 3, 5, "社区装上近80盏路灯。") == "repeat"


@pytest.mark.parametrize(
    ("passage", "status"),
    [
        ("下一步,社区计划装扶手。", MeasureStatus.PLANNED),
        ("社区正在装扶手。", MeasureStatus.UNDER_WAY),
        ("社区装上扶手。", MeasureStatus.DONE),
    ],
)
def test_how_far_a_measure_is_follows_from_its_passage(passage: str, status: MeasureStatus) -> None:
    assert proposals.status(passage) == status


# ---------------------------------------------------------------- printed text


def a_passage(text: str, *marks: str) -> alignment.Printed:
    return alignment.of_passages(text.encode(), {"1": [1]}, marks)["1"]


def test_words_are_shown_as_they_are_printed_and_found_in_the_folded_form() -> None:
    passage = a_passage("社區投入 ２５萬元，面積3㎡。")
    assert (passage.text, passage.folded) == (
        "社區投入 ２５萬元，面積3㎡。",
        "社区投入25万元,面积3m2。",
    )
    start, end = passage.folded.index("25万元"), passage.folded.index(",")
    assert passage.text[slice(*passage.span(start, end))] == "２５萬元"
    assert passage.folded_span(*passage.span(start, end)) == (start, end)


def test_marks_of_a_scraper_are_not_shown() -> None:
    passage = a_passage("社区[转载]投入25万元", "[转载]")
    assert passage.text == passage.folded == "社区投入25万元"


def test_the_folded_form_is_shown_where_the_two_cannot_be_matched() -> None:
    assert a_passage("創(chuàng)建").text == "创建"


def test_a_text_of_other_lines_has_no_passages() -> None:
    assert alignment.of_passages("一行".encode(), {"1": [1], "2": [7]}) == {}
