"""EDTF dates: years, words, and agreement with printed fragments."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.reading import dates
from stories.reading.date_fragments import disagreement, tenths_of
from stories.reading.dates import DateError, in_words


@pytest.mark.parametrize(
    ("edtf", "years"),
    [
        ("2021", range(2021, 2022)),
        ("2021-09-15", range(2021, 2022)),
        ("2019/2021-03", range(2019, 2022)),
        ("2021/..", range(2021, 2022)),
        ("../2021", range(2021, 2022)),
        ("2021-09/2021", range(2021, 2022)),
        ("2021-12-31/2021", range(2021, 2022)),
        ("2021/2021-01-01", range(2021, 2022)),
        ("2021-12/2021-12-01", range(2021, 2022)),
        ("2021~", range(2021, 2022)),
    ],
)
def test_a_date_touches_its_years(edtf: str, years: range) -> None:
    assert dates.read(edtf).years == years


@pytest.mark.parametrize(
    ("edtf", "fault"),
    [
        ("", "'' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("九月", "'九月' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("2021-13", "'2021-13' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("2021-02-30", "'2021-02-30': there is no such day"),
        ("2021-21", "'2021-21': write the months of a season, as in 2021-03/2021-05"),
        ("../..", "'../..' has no year"),
        ("..", "'..' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("2021/2022/2023", "'2021/2022/2023' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("2022/2021", "'2022/2021' ends before it begins"),
        ("2021-09-15/2021-09-14", "'2021-09-15/2021-09-14' ends before it begins"),
        ("2021-10/2021-09-30", "'2021-10/2021-09-30' ends before it begins"),
        (
            "2021-XX",
            "'2021-XX': write a year, year-month or year-month-day, with ~ for about",
        ),
        ("/", "'/' has no year"),
        ("../", "'../' has no year"),
        ("2021-00", "'2021-00' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("2021-02-29", "'2021-02-29': there is no such day"),
        ("1900-02-29", "'1900-02-29': there is no such day"),
        ("2021-02-29~", "'2021-02-29~': there is no such day"),
        ("2021/2021-09-31?", "'2021-09-31?': there is no such day"),
        (
            "２０２０-０４-２６",
            "'２０２０-０４-２６' is not an EDTF date (2021-09, 2021/2022, 2021/..)",
        ),
        ("٢٠٢١", "'٢٠٢١' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
        ("1900/1961", "'1900/1961' spans more than 60 years"),
    ],
)
def test_what_is_no_date_is_refused(edtf: str, fault: str) -> None:
    with pytest.raises(DateError) as caught:
        dates.read(edtf)
    assert str(caught.value) == fault


@pytest.mark.parametrize("edtf", ["1799", "0202/2021", "2021/9021", "0000", "9999-01-01"])
def test_a_year_far_away_is_refused(edtf: str) -> None:
    with pytest.raises(DateError, match="years run from 1800 to"):
        dates.read(edtf)


def test_years_run_from_1800_to_fifty_years_behind_the_next() -> None:
    last = date.today().year + 51
    assert dates.read("1800").first and dates.read(str(last)).first
    with pytest.raises(DateError):
        dates.read(str(last + 1))


@pytest.mark.parametrize(
    ("edtf", "is_open_start", "is_open_end"),
    [
        ("2021/..", False, True),
        ("2021/", False, False),
        ("../2021", True, False),
        ("/2021", False, False),
        ("2021", False, False),
        ("2021/2022", False, False),
    ],
)
def test_an_open_end_is_not_an_unknown_one(
    edtf: str, is_open_start: bool, is_open_end: bool
) -> None:
    span = dates.read(edtf)
    assert (span.is_open_start, span.is_open_end) == (is_open_start, is_open_end)


@given(st.text("0123456789-/.~?%[]XT", max_size=12))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        dates.read(text)
    except DateError:
        return
    assert in_words(text, "zh") and in_words(text, "en")


@pytest.mark.parametrize(
    ("edtf", "chinese", "english"),
    [
        ("", "", ""),
        ("2021", "2021年", "2021"),
        ("2021-09", "2021年9月", "September 2021"),
        ("2021-09-05", "2021年9月5日", "5 September 2021"),
        ("2021~", "约2021年", "about 2021"),
        ("1984?", "1984年（存疑）", "1984 (uncertain)"),
        ("1984%", "约1984年（存疑）", "about 1984 (uncertain)"),
        ("2021-03/2022", "2021年3月至2022年", "March 2021 – 2022"),
        ("2021/..", "2021年起", "since 2021"),
        ("../2021-09", "截至2021年9月", "until September 2021"),
        ("2021/", "2021年开始，结束时间未说明", "from 2021; end not stated"),
        (
            "/2020-06-14",
            "至2020年6月14日，开始时间未说明",
            "until 14 June 2020; start not stated",
        ),
    ],
)
def test_a_date_is_told_no_more_precisely_than_it_is(edtf: str, chinese: str, english: str) -> None:
    assert (in_words(edtf, "zh"), in_words(edtf, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("edtf", "chinese", "english"),
    [
        ("", "", ""),
        ("2021/", "2021年开始", "began 2021"),
        ("/2020-06-14", "至2020年6月14日", "until 14 June 2020"),
        ("2021/..", "2021年起", "since 2021"),
        ("2021-09", "2021年9月", "September 2021"),
    ],
)
def test_in_lists_an_unknown_end_takes_few_words(edtf: str, chinese: str, english: str) -> None:
    assert (dates.in_short(edtf, "zh"), dates.in_short(edtf, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("edtf", "attribute"),
    [
        ("2021", "2021"),
        ("2021-09", "2021-09"),
        ("2021-09-15", "2021-09-15"),
        ("2021~", ""),
        ("2021/2022", ""),
        ("2021/..", ""),
        ("/2021", ""),
        ("", ""),
    ],
)
def test_html_has_plain_dates_only(edtf: str, attribute: str) -> None:
    assert dates.machine_readable(edtf) == attribute


@pytest.mark.parametrize(
    ("began", "ended", "whole"),
    [
        ("", "", ""),
        ("2021", "", "2021/"),
        ("2021/..", "", "2021/.."),
        ("2021-09-11/2021-09-20", "", "2021-09/"),
        ("2020/2021", "", "2020/"),
        ("", "2021-08", "/2021-08"),
        ("", "../2021-08", "../2021-08"),
        ("2020-05", "2021", "2020-05/2021"),
        ("2020-05", "2020-05", "2020-05"),
        ("2020-05", "2021-09-11/2021-09-20", "2020-05/2021-09"),
        ("2020", "2021/..", "2020/.."),
        ("2021~", "", "2021~/"),
    ],
)
def test_a_whole_has_no_end_that_nobody_states(began: str, ended: str, whole: str) -> None:
    assert dates.joined(began, ended) == whole
    assert dates.pair_fault(began, ended) is None


@pytest.mark.parametrize(
    ("began", "ended", "fault"),
    [
        ("2020-04-26", "2019-05", "'2020-04-26/2019-05' ends before it begins"),
        ("../2021", "", "'../' has no year"),
        ("/2021", "", "'/' has no year"),
        ("", "2021/..", "'/..' has no year"),
        ("1900", "2021", "'1900/2021' spans more than 60 years"),
    ],
)
def test_dates_that_are_valid_alone_may_not_be_so_together(
    began: str, ended: str, fault: str
) -> None:
    assert all(dates.read(edtf) for edtf in (began, ended) if edtf)
    assert str(dates.pair_fault(began, ended)) == fault


def test_dates_stand_by_where_they_end() -> None:
    ordered = [
        "2020-05-12",
        "2020-05-21/2020-05-30",
        "2020-04",
        "2020-05",
        "2020-05-25/2020-05-31",
        "2020-06-06",
        "/2020-06-14",
        "2020-06",
        "2020",
        "2020-06/",
        "2020-05/..",
        "2020-06/..",
    ]
    found = sorted(ordered, key=dates.sort_key)
    assert found == [
        "2020-04",
        "2020-05-12",
        "2020-05-21/2020-05-30",
        "2020-05",
        "2020-05-25/2020-05-31",
        "2020-06-06",
        "/2020-06-14",
        "2020-06",
        "2020-06/",
        "2020",
        "2020-05/..",
        "2020-06/..",
    ]


@pytest.mark.parametrize(
    ("printed", "edtf", "inferred"),
    [
        ("2021年9月15日", "2021-09-15", None),
        ("2021年9月", "2021-09", None),
        ("２０２１年９月", "2021-09", None),
        ("二〇二一年九月十五日", "2021-09-15", None),
        ("2021年", "2021", None),
        ("9月15日", "2021-09-15", "year"),
        ("二十三日", "2021-09-23", "year"),
        ("去年以来", "2021/..", "year"),
        ("截止8月20日", "../2021-08-20", "year"),
        ("2020年至2022年", "2020/2022", None),
        ("2021年9月中旬", "2021-09-11/2021-09-20", "day"),
        ("2021年9月中旬", "2021-09-11/2021-09-20", None),
        ("5月下旬", "2020-05-21/2020-05-31", "year"),
        ("2月下旬", "2021-02-21/2021-02-28", "year"),
        ("九月上旬", "2021-09-01/2021-09-10", "year"),
        ("5月下旬至6月中旬", "2020-05-21/2020-06-20", "year"),
        ("5月20日至下旬", "2020-05-20/2020-05-31", "year"),
        ("5月下旬", "2020-05", "year"),
        ("2021年6月底", "2021-06", None),
        ("年初", "2021", "year"),
        ("近两个月", "/2020-06-14", "year"),
        ("近两个月", "2020-04-20/2020-06-14", "year"),
        ("近两月", "/2020-06-14", "year"),
        ("两个多月", "2020-04-01/2020-06-14", "year"),
        ("2个多月", "2020-04/2020-06", "year"),
        ("50天", "2020-04-26/2020-06-14", "year"),
        ("三年多", "2018/2021", "year"),
        ("去年以来", "2021/2022-02", "year"),
        ("今年以来", "2022/2022-02", "year"),
        ("2021年9月15日", "2021-09", None),
    ],
)
def test_a_date_agrees_with_its_fragment(printed: str, edtf: str, inferred: str | None) -> None:
    assert disagreement(printed, edtf, inferred) is None


@pytest.mark.parametrize(
    ("printed", "edtf", "inferred", "fault"),
    [
        ("2021年9月", "2020-09", None, "'2021年9月' prints the year 2021, '2020-09' does not"),
        ("2021年9月", "2021-08", None, "'2021年9月' prints the month 9, '2021-08' does not"),
        ("9月15日", "2021-09-14", "year", "'9月15日' prints the day 15, '2021-09-14' does not"),
        ("九月", "2021-08", "year", "'九月' prints the month 9, '2021-08' does not"),
        ("2020年至2022年", "2020/2021", None, "'2020年至2022年' prints the year 2022, "),
        ("3月至5月", "2021-03/2021-04", "year", "'3月至5月' prints the month 5, "),
        ("2021年", "2021-09", None, "'2021年' prints no month, '2021-09' has one"),
        ("2021年9月", "2021-09-15", None, "'2021年9月' prints no day, '2021-09-15' has one"),
        ("9月", "2021-09", None, "'9月' prints no year: inferred has to be “year”"),
        ("9月", "2021-09", "day", "'9月' prints no year: inferred has to be “year”"),
        ("2021年", "2021", "year", "'2021年' prints its year, so the year is not inferred"),
        ("5月下旬", "2020-05-21/2020-05-30", "year", "'5月下旬' prints the day 31, "),
        ("5月中旬", "2020-05-10/2020-05-20", "year", "'5月中旬' prints the day 11, "),
        ("5月下旬", "2020-06-21/2020-06-30", "year", "'5月下旬' prints the month 5, "),
        ("5月下旬", "2020-05-21/2020-05-31", None, "'5月下旬' prints no year: "),
        ("近两个月", "/2020-06-14", None, "'近两个月' prints no year: "),
        ("近两个月", "2020-01-01/2020-06-14", "year", "'近两个月' prints a length of time that "),
        ("两个多月", "2020-06-01/2020-06-14", "year", "'两个多月' prints a length of time that "),
        ("50天", "2020-06-01/2020-06-14", "year", "'50天' prints a length of time that "),
    ],
)
def test_a_date_against_its_fragment_is_a_fault(
    printed: str, edtf: str, inferred: str | None, fault: str
) -> None:
    assert str(disagreement(printed, edtf, inferred)).startswith(fault)


@pytest.mark.parametrize(
    ("edtf", "has_year", "zh", "en"),
    [
        ("2020-05", True, "2020年5月", "May 2020"),
        ("2020-09", False, "9月", "Sep"),
        ("2020", True, "2020", "2020"),
    ],
)
def test_along_a_scale_a_date_takes_few_letters(
    edtf: str, has_year: bool, zh: str, en: str
) -> None:
    written = [dates.on_a_scale(edtf, has_year, language) for language in ("zh", "en")]
    assert written == [zh, en]


# ---------------------------------------------------------------- thirds of a month


@pytest.mark.parametrize(
    ("printed", "edtf", "zh", "en"),
    [
        ("9月上旬", "2021-09-01/2021-09-10", "2021年9月上旬", "early September 2021"),
        ("九月中旬", "2021-09-11/2021-09-20", "2021年9月中旬", "mid-September 2021"),
        ("2月下旬", "2021-02-21/2021-02-28", "2021年2月下旬", "late February 2021"),
        ("9月中旬起", "2021-09-11/..", "2021年9月中旬起", "since mid-September 2021"),
        ("截至9月中旬", "../2021-09-20", "截至2021年9月中旬", "until mid-September 2021"),
        (
            "5月上旬至6月8日",
            "2021-05-01/2021-06-08",
            "2021年5月上旬至2021年6月8日",
            "early May 2021 – 8 June 2021",
        ),
        (
            "从5月3日到6月中旬",
            "2021-05-03/2021-06-20",
            "2021年5月3日至2021年6月中旬",
            "3 May 2021 – mid-June 2021",
        ),
        (
            "从9月11日到20日",
            "2021-09-11/2021-09-20",
            "2021年9月11日至2021年9月20日",
            "11 September 2021 – 20 September 2021",
        ),
        (
            "",
            "2021-09-11/2021-09-20",
            "2021年9月11日至2021年9月20日",
            "11 September 2021 – 20 September 2021",
        ),
    ],
)
def test_a_tenth_of_a_month_is_some_day_of_it_where_the_fragment_prints_one(
    printed: str, edtf: str, zh: str, en: str
) -> None:
    tenths = tenths_of(edtf, printed)
    assert (in_words(edtf, "zh", tenths), in_words(edtf, "en", tenths)) == (zh, en)


@pytest.mark.parametrize(
    ("printed", "edtf", "attribute"),
    [
        ("9月中旬", "2021-09-11/2021-09-20", "2021-09"),
        ("9月中旬起", "2021-09-11/..", ""),
        ("从9月11日到20日", "2021-09-11/2021-09-20", ""),
        ("9月15日", "2021-09-15", "2021-09-15"),
    ],
)
def test_a_tenth_is_its_month_to_machines(printed: str, edtf: str, attribute: str) -> None:
    assert dates.machine_readable(edtf, tenths_of(edtf, printed)) == attribute


# ---------------------------------------------------------------- ways of printing a date


@pytest.mark.parametrize(
    ("printed", "edtf", "inferred"),
    [
        ("2021.9.15", "2021-09-15", None),
        ("2021/9/15", "2021-09-15", None),
        ("2021-9-15", "2021-09-15", None),
        ("2021.09.15", "2021-09-15", None),
        ("2021.9", "2021-09", None),
        ("2021/09", "2021-09", None),
        ("21年9月", "2021-09", None),
        ("98年3月", "1998-03", None),
        ("2021年3月12", "2021-03-12", None),
        ("3月12", "2021-03-12", "year"),
        ("3月12至15日", "2021-03-12/2021-03-15", "year"),
        ("9月15-20日", "2021-09-15/2021-09-20", "year"),
        ("3至5月", "2021-03/2021-05", "year"),
        ("2019-2021年", "2019/2021", None),
        ("2021", "2021", None),
        ("二〇二一年九月", "2021-09", None),
        ("20世纪90年代", "199X", None),
        ("二十世纪九十年代", "199X", None),
        ("上世纪80年代", "198X", None),
        ("上世纪80年代", "1980/1989", None),
        ("1990年代", "199X", None),
        ("90年代", "199X", "year"),
        ("21世纪20年代", "202X", None),
        ("20世纪八十年代至2010年", "198X/2010", None),
        ("2021年底", "2021", None),
        ("2021年底", "2021-12", "month"),
        ("2021年底", "2021-11", "month"),
        ("2021年初", "2021-02", "month"),
        ("2021年上半年", "2021-01/2021-06", None),
        ("上半年", "2021-03", "year"),
        ("下半年", "2021-07/2021-12", "year"),
        ("第三季度", "2021-07/2021-09", "year"),
        ("2021年一季度", "2021-01/2021-03", None),
        ("9月初", "2021-09-05", "year"),
        ("9月底", "2021-09-28", "year"),
        ("2021年夏天", "2021-07", "month"),
        ("九月廿五", "2021-10-30", "year"),
        ("农历九月廿五", "2021-10-30", "year"),
        ("正月十五", "2022-02-15", "year"),
        ("腊月二十三", "2022-01-25", "year"),
        ("2021年农历八月十五", "2021-09-21", None),
        ("中秋节", "2021-09-21", "year"),
        ("五月初五", "2021-06-14", "year"),
        ("三月三", "2021-04-14", "year"),
        ("八月十五", "2021-09-21", "year"),
        ("八月十五", "2021-08-15", "year"),
        ("八月十五日", "2021-08-15", "year"),
        ("八、九十年代", "1980/1999", "year"),
        ("上世纪八九十年代", "1980/1999", None),
        ("20210915", "2021-09-15", None),
        ("9.15", "2021-09-15", "year"),
        ("9·15", "2021-09-15", "year"),
        ("9月上中旬", "2021-09-01/2021-09-20", "year"),
        ("去年11月至今年3月", "2020-11/2021-03", "year"),
        ("2021.3-2021.5", "2021-03/2021-05", None),
        ("春节期间", "2022-02-01/2022-02-07", "year"),
    ],
)
def test_a_date_agrees_however_it_is_printed(printed: str, edtf: str, inferred: str | None) -> None:
    assert disagreement(printed, edtf, inferred) is None


YEAR = "prints no year: inferred"
PART = "prints a part of the year or month"
LUNAR = "prints a date of the lunar calendar"
DECADE = "prints a decade or none"


@pytest.mark.parametrize(
    ("printed", "edtf", "inferred", "fault"),
    [
        ("2021.9.15", "2021-09-14", None, "prints the day 15"),
        ("2021/9/15", "2021-08-15", None, "prints the month 9"),
        ("21年9月", "2020-09", None, "prints the year 2021"),
        ("2021年3月12", "2021-03-13", None, "prints the day 12"),
        ("9月15-20日", "2021-09-16/2021-09-20", "year", "prints the day 15"),
        ("2021年底", "2021-03", "month", PART),
        ("2021年初", "2021-10", "month", PART),
        ("上半年", "2021-07", "year", PART),
        ("上半年", "2021-12", "year", PART),
        ("下半年", "2021-06", "year", PART),
        ("第三季度", "2021-10", "year", PART),
        ("9月初", "2021-09-25", "year", PART),
        ("9月底", "2021-09-03", "year", PART),
        ("9月上旬", "2021-09-25", "year", "prints the day 1"),
        ("9月上旬", "2021-09-25", "day", YEAR),
        ("2021年9月上旬", "2021-09-25", "day", "prints the day 1"),
        ("共2021户", "2021", None, YEAR),
        ("2021人", "2021", None, YEAR),
        ("九月廿五", "2021-09-25", "year", LUNAR),
        ("九月廿五", "2021-09-03", "year", LUNAR),
        ("正月十五", "2022-01-15", "year", LUNAR),
        ("农历八月十五", "2021-08-15", "year", LUNAR),
        ("中秋节", "2021-08-15", "year", LUNAR),
        ("八月十五", "2021-08-25", "year", LUNAR),
        ("9.15", "2021-09-14", "year", "prints the day 15"),
        ("20210915", "2021-09-14", None, "prints the day 15"),
        ("20世纪90年代", "1995", None, DECADE),
        ("20世纪90年代", "198X", None, DECADE),
        ("1990年", "199X", None, DECADE),
        ("20世纪90年代", "199X", "year", "prints its year"),
        ("90年代", "199X", None, YEAR),
    ],
)
def test_a_date_disagrees_however_it_is_printed(
    printed: str, edtf: str, inferred: str | None, fault: str
) -> None:
    found = str(disagreement(printed, edtf, inferred))
    assert found.startswith(f"'{printed}' {fault}")


@pytest.mark.parametrize(
    ("printed", "edtf", "issued", "does_agree"),
    [
        ("去年", "2020", "2021-03-05", True),
        ("去年", "2019", "2021-03-05", False),
        ("去年以来", "2020/2021-03", "2021-03-05", True),
        ("去年底", "2020-12", "2021-03-05", True),
        ("今年", "2021", "2021-03-05", True),
        ("今年6月", "2020-06", "2021", False),
        ("前年", "2019", "2021", True),
        ("明年", "2022", "2021", True),
        ("去年", "2019", None, True),
        ("以前年份", "2001", "2021", True),
    ],
)
def test_a_year_is_told_from_that_of_the_source(
    printed: str, edtf: str, issued: str | None, does_agree: bool
) -> None:
    assert (disagreement(printed, edtf, "year", issued) is None) is does_agree


@pytest.mark.parametrize(
    ("edtf", "years", "chinese", "english"),
    [
        ("199X", range(1990, 2000), "1990年代", "the 1990s"),
        ("199X~", range(1990, 2000), "约1990年代", "about the 1990s"),
        ("198X/2005", range(1980, 2006), "1980年代至2005年", "the 1980s – 2005"),
        ("199X/..", range(1990, 1991), "1990年代起", "since the 1990s"),
    ],
)
def test_a_decade_is_some_year_of_it(edtf: str, years: range, chinese: str, english: str) -> None:
    assert dates.read(edtf).years == years
    assert (in_words(edtf, "zh"), in_words(edtf, "en")) == (chinese, english)
    assert dates.machine_readable(edtf) == ""


@given(
    st.text(
        "零一二三四五六七八九十廿初正腊冬农历年月日号上中下旬底去今20195.-/·至到、代世纪半季度第",
        max_size=12,
    ),
    st.sampled_from(["2021-09-15", "2021", "199X", "/2021-02", "2021/..", "2020-12-01/2021-03"]),
)
def test_any_fragment_agrees_or_not(printed: str, edtf: str) -> None:
    found = disagreement(printed, edtf, "year", "2022-03")
    assert found is None or str(found)
    assert len(tenths_of(edtf, printed)) == 2
