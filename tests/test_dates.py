"""EDTF ⇄ years, words, a printed fragment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories import dates
from stories.dates import DateError, disagreement, in_words


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
        ("2021-02-30", "'2021-02-30' is not an EDTF date (2021-09, 2021/2022, 2021/..)"),
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
        ("2021/", "'': write a year, year-month or year-month-day, with ~ for about"),
    ],
)
def test_what_is_no_date_is_refused(edtf: str, fault: str) -> None:
    with pytest.raises(DateError) as caught:
        dates.read(edtf)
    assert str(caught.value) == fault


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
        ("2021-03/2022", "2021年3月至2022年", "March 2021 – 2022"),
        ("2021/..", "2021年起", "since 2021"),
        ("../2021-09", "截至2021年9月", "until September 2021"),
    ],
)
def test_a_date_is_told_no_more_precisely_than_it_is(edtf: str, chinese: str, english: str) -> None:
    assert (in_words(edtf, "zh"), in_words(edtf, "en")) == (chinese, english)


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
        ("2021年9月15日", "2021-09", None),
    ],
)
def test_a_date_agrees_with_its_fragment(printed: str, edtf: str, inferred: str | None) -> None:
    assert disagreement(printed, edtf, inferred) == ""


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
        ("9月", "2021-09", None, "'9月' prints no year: inferred has to be 'year'"),
        ("9月", "2021-09", "day", "'9月' prints no year: inferred has to be 'year'"),
        ("2021年", "2021", "year", "'2021年' prints its year, so the year is not inferred"),
    ],
)
def test_a_date_against_its_fragment_is_a_fault(
    printed: str, edtf: str, inferred: str | None, fault: str
) -> None:
    assert disagreement(printed, edtf, inferred).startswith(fault)


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
