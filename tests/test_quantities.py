"""Printed numbers ⇄ low, high, qualifier, unit; and which numerals must be accounted for."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stories.choices import Dimension, Qualifier
from stories.reading import figures, numerals, quantities
from stories.reading.figures import Unit
from stories.reading.quantities import Meaning, Quantity
from stories.reading.source_text import fold
from tests.phrases import NUMERALS, QUANTITIES

DIGITS = "零一二三四五六七八九"


def read_one(printed: str) -> tuple[float | None, float | None, str, str]:
    (found,) = quantities.read(printed)
    low, high = (None if n is None else float(n) for n in (found.low, found.high))
    return (low, high, found.qualifier.value, found.unit)


def counted(passage: str) -> list[str]:
    return [numeral.text for numeral in numerals.find(fold(passage))]


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("300", 300),
        ("１，２００", 1200),
        ("0.6", 0.6),
        ("十", 10),
        ("十二", 12),
        ("二十五", 25),
        ("一百零五", 105),
        ("两千零二十", 2020),
        ("三百五", 350),
        ("一万二", 12_000),
        ("一万零二", 10_002),
        ("三万一千", 31_000),
        ("25万", 250_000),
        ("1.2亿", 120_000_000),
        ("一亿三千万", 130_000_000),
        ("一万亿", 10**12),
        ("二〇二一", 2021),
        ("三百万", 3_000_000),
    ],
)
def test_a_number_is_read(printed: str, number: float) -> None:
    assert read_one(printed) == (number, number, "exact", "")


@pytest.mark.parametrize(
    ("printed", "low", "high", "qualifier"),
    [
        ("超过300", 300, None, "over"),
        ("逾300", 300, None, "over"),
        ("不止300", 300, None, "over"),
        ("300余人", 300, None, "over"),
        ("四百多", 400, None, "over"),
        ("百余", 100, None, "over"),
        ("10多万", 100_000, None, "over"),
        ("近300", None, 300, "nearly"),
        ("将近300", None, 300, "nearly"),
        ("不到300", None, 300, "nearly"),
        ("不足300", None, 300, "nearly"),
        ("约300", 300, 300, "about"),
        ("300左右", 300, 300, "about"),
        ("四百来户", 400, 400, "about"),
        ("不少于300", 300, None, "at_least"),
        ("至少300", 300, None, "at_least"),
        ("300人以上", 300, None, "at_least"),
        ("上百", 100, None, "at_least"),
        ("不超过300", None, 300, "at_most"),
        ("低于300", None, 300, "at_most"),
        ("300人以内", None, 300, "at_most"),
        ("3至5", 3, 5, "range"),
        ("3-5万", 30_000, 50_000, "range"),
        ("3千到5千", 3000, 5000, "range"),
        ("三至五", 3, 5, "range"),
        ("两三", 2, 3, "range"),
        ("三四百", 300, 400, "range"),
        ("十二三", 12, 13, "range"),
        ("几个", 2, 9, "several"),
        ("数百", 200, 999, "several"),
        ("几十万", 200_000, 999_999, "several"),
        ("十几", 11, 19, "several"),
        ("二十几", 21, 29, "several"),
        ("十几万", 110_000, 190_000, "several"),
    ],
)
def test_a_qualifier_is_read(
    printed: str, low: float | None, high: float | None, qualifier: str
) -> None:
    assert read_one(printed)[:3] == (low, high, qualifier)


@pytest.mark.parametrize(
    "printed", ["最近3年", "附近3个", "节约3元", "签约3家", "街上3户", "3个多功能厅"]
)
def test_a_word_that_only_looks_like_a_qualifier_is_none(printed: str) -> None:
    assert read_one(printed)[:3] == (3, 3, "exact")


@pytest.mark.parametrize(
    ("printed", "unit", "dimension"),
    [
        ("25万元", "元", Dimension.MONEY),
        ("近3公里", "公里", Dimension.LENGTH),
        ("300㎡", "m2", Dimension.AREA),
        ("1000个平方", "个平方", Dimension.AREA),
        ("30亩", "亩", Dimension.AREA),
        ("5个月", "个月", Dimension.TIME),
        ("五个多月", "个月", Dimension.TIME),
        ("三十分钟", "分钟", Dimension.TIME),
        ("百分之八十", "%", Dimension.SHARE),
        ("80%", "%", Dimension.SHARE),
        ("三成", "成", Dimension.SHARE),
        ("8折", "折", Dimension.DISCOUNT),
        ("60人（次）", "人(次)", Dimension.COUNT),
        ("十四处", "处", Dimension.COUNT),
        ("3成员", "", None),
        ("300", "", None),
    ],
)
def test_a_unit_is_read(printed: str, unit: str, dimension: Dimension | None) -> None:
    (found,) = quantities.read(printed)
    assert (found.unit, found.dimension) == (unit, dimension)


@pytest.mark.parametrize(
    ("printed", "number"), [("三个半月", 3.5), ("一年半", 1.5), ("两个半小时", 2.5)]
)
def test_a_half_counts(printed: str, number: float) -> None:
    assert read_one(printed)[:3] == (number, number, "exact")


def test_every_number_of_a_fragment_is_read() -> None:
    found = quantities.read("5处路口，200多户")
    assert [(n.low, n.high, n.unit) for n in found] == [(5, 5, "处"), (200, None, "户")]


@pytest.mark.parametrize("printed", ["路灯", "统一", "老百姓", "第一书记", "十分", "人数近"])
def test_a_fragment_without_a_number_holds_none(printed: str) -> None:
    assert quantities.read(printed) == []


def in_chinese(number: int) -> str:
    """A number below 10¹² in Chinese: 10203 is 一万零二百零三."""
    for power, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= power:
            rest = number % power
            zero = "零" if rest and rest < power // 10 else ""
            return in_chinese(number // power) + name + zero + (in_chinese(rest) if rest else "")
    return DIGITS[number]


def in_arabic(number: int) -> str:
    if number % 10**4 == 0:
        return f"{number // 10**4}万"
    return f"{number:,}" if number % 2 else str(number)


PATTERNS = {
    Qualifier.EXACT: "{}",
    Qualifier.OVER: "超过{}",
    Qualifier.NEARLY: "将近{}",  # 近 may be the last three months
    Qualifier.ABOUT: "约{}",
    Qualifier.AT_LEAST: "不少于{}",
    Qualifier.AT_MOST: "不超过{}",
}


@given(
    st.integers(1, 10**12 - 1) | st.integers(1, 10**5),
    st.sampled_from([in_chinese, in_arabic]),
    st.sampled_from(sorted(PATTERNS)),
    st.sampled_from(["", "户", "盏", "元", "个月"]),
)
def test_reading_inverts_printing(
    number: int, printer: Callable[[int], str], qualifier: Qualifier, unit: str
) -> None:
    printed = PATTERNS[qualifier].format(printer(number)) + unit
    low = None if qualifier in ("nearly", "at_most") else Decimal(number)
    high = None if qualifier in ("over", "at_least") else Decimal(number)
    assert quantities.read(printed) == [Quantity(low, high, qualifier, unit)]


@given(
    st.text("近约超过不少于百分之数几十百千万亿一二两三〇零余多半来个名户元月年折%1.,-至以上")
    | st.text(
        "每人均翻番倍成点比:/⁄½×+~≥零下负度俩仨廿壹拾佰由从增至岁旬内左右开外强弱第号楼半1020三"
    )
)
def test_any_text_is_read_without_a_trace(printed: str) -> None:
    for found in quantities.read(printed):
        is_clear = found.meaning != Meaning.UNCLEAR
        assert is_clear == (found.low is not None or found.high is not None)
        if found.meaning == Meaning.AMOUNT:
            assert quantities.bounds_fault(found.low, found.high, found.qualifier) is None


# ---------------------------------------------------------------- units and bounds


@pytest.mark.parametrize(
    ("printed", "unit", "number"),
    [
        ("0.6平方公里", "平方米", 600_000),
        ("2平方千米", "平方米", 2_000_000),
        ("2㎢", "平方米", 2_000_000),
        ("600000平方米", "平方公里", 0.6),
        ("3公顷", "平方米", 30_000),
        ("30亩", "平方米", 20_000),
        ("1亩", "平方米", 666.6667),
        ("7平米", "公顷", 0.0007),
        ("7个平方", "公顷", 0.0007),
        ("7平方", "公顷", 0.0007),
        ("7㎡", "公顷", 0.0007),
        ("3公里", "米", 3000),
        ("3千米", "米", 3000),
        ("3km", "米", 3000),
        ("3米", "公里", 0.003),
        ("三成", "%", 30),
        ("30%", "成", 3),
        ("25万元", "元", 250_000),
        ("5个月", "个月", 5),
        ("5户", "户", 5),
    ],
)
def test_a_quantity_is_told_in_another_unit(printed: str, unit: str, number: float) -> None:
    (found,) = quantities.read(printed)
    assert quantities.in_unit(found, unit) == (Decimal(str(number)), Decimal(str(number)))


def test_the_largest_number_that_a_fragment_can_print_is_converted() -> None:
    (found,) = quantities.read("99亿亿亿公里")
    assert quantities.in_unit(found, "米") == (Decimal(99 * 10**27), Decimal(99 * 10**27))


def test_a_bound_that_is_not_printed_stays_open_in_another_unit() -> None:
    (found,) = quantities.read("近3公里")
    assert quantities.in_unit(found, "米") == (None, 3000)


@pytest.mark.parametrize(
    ("printed", "dimension", "unit", "does_fit"),
    [
        ("300盏", "count", "盏", True),
        ("300", "count", "盏", True),
        ("300元", "count", "盏", False),
        ("300", "money", "元", False),
        ("25万元", "money", "元", True),
        ("3公里", "area", "平方米", False),
        ("5个月", "time", "个月", True),
        ("5月", "time", "个月", True),
        ("5年", "time", "个月", False),
        ("3次", "rate", "次/月", True),
        ("80%", "share", "%", True),
        ("8折", "share", "%", False),
    ],
)
def test_a_quantity_fits_its_dimension(
    printed: str, dimension: str, unit: str, does_fit: bool
) -> None:
    (found,) = quantities.read(printed)
    assert quantities.fits(found, dimension, unit) is does_fit


@pytest.mark.parametrize(
    ("low", "high", "qualifier"),
    [
        (5, 5, "exact"),
        (5, 5, "about"),
        (5, None, "over"),
        (5, None, "at_least"),
        (None, 5, "nearly"),
        (None, 5, "at_most"),
        (3, 5, "range"),
        (2, 9, "several"),
    ],
)
def test_bounds_that_fit_their_qualifier_are_no_fault(
    low: int | None, high: int | None, qualifier: str
) -> None:
    assert quantities.bounds_fault(_decimal(low), _decimal(high), qualifier) is None


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "wanted"),
    [
        (5, 6, "exact", "low and high the same number"),
        (None, None, "exact", "low and high the same number"),
        (5, None, "about", "low and high the same number"),
        (5, 5, "over", "low only (high null)"),
        (None, 5, "at_least", "low only (high null)"),
        (5, 5, "nearly", "high only (low null)"),
        (5, None, "at_most", "high only (low null)"),
        (5, 3, "range", "low smaller than high"),
        (5, 5, "range", "low smaller than high"),
        (5, None, "several", "low smaller than high"),
    ],
)
def test_bounds_against_their_qualifier_are_a_fault(
    low: int | None, high: int | None, qualifier: str, wanted: str
) -> None:
    found = quantities.bounds_fault(_decimal(low), _decimal(high), qualifier)
    given = " and ".join(
        f"{name} {'null' if n is None else n}" for name, n in (("low", low), ("high", high))
    )
    assert str(found) == f"{qualifier} wants {wanted}, got {given}"


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


@pytest.mark.parametrize(
    ("passage", "fragment", "numbers"),
    [
        ("共装路灯1300盏", "300盏", [(1300, 1300)]),
        ("筹集25万元", "25", [(250_000, 250_000)]),
        ("装灯近300盏", "300盏", [(None, 300)]),
        ("装灯300盏以上", "300盏", [(300, None)]),
        ("装灯300盏，多年", "300盏", [(300, 300)]),
        ("3户和5户", "3户和5户", [(3, 3), (5, 5)]),
        ("3户和5户", "户和", []),
        ("3户和5户", "和", []),
    ],
)
def test_a_number_is_read_whole_where_a_fragment_cuts_it(
    passage: str, fragment: str, numbers: list[tuple[int | None, int | None]]
) -> None:
    start = passage.index(fragment)
    found = quantities.around(passage, start, start + len(fragment))
    assert [(quantity.low, quantity.high) for quantity in found] == numbers


# ---------------------------------------------------------------- conversion of numbers

LAMPS = Unit("count", "盏", "lamps", "lamp")
YUAN = Unit("money", "元", "CNY", "CNY")
PERCENT = Unit("share", "%", "%", "%")
DISCOUNT = Unit("discount", "折", "off", "off")
BARE = Unit("count", "", "", "")


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "unit", "chinese", "english"),
    [
        (400, 400, "exact", LAMPS, "400盏", "400 lamps"),
        (1, 1, "exact", LAMPS, "1盏", "1 lamp"),
        (5, 5, "exact", BARE, "5", "5"),
        (400, None, "over", LAMPS, "超过400盏", "over 400 lamps"),
        (None, 400, "nearly", LAMPS, "近400盏", "nearly 400 lamps"),
        (400, 400, "about", LAMPS, "约400盏", "about 400 lamps"),
        (400, None, "at_least", LAMPS, "至少400盏", "at least 400 lamps"),
        (None, 400, "at_most", LAMPS, "至多400盏", "at most 400 lamps"),
        (3, 5, "range", LAMPS, "3至5盏", "3 to 5 lamps"),
        (1, 2, "range", LAMPS, "1至2盏", "1 to 2 lamps"),
        (30_000, 50_000, "range", LAMPS, "3至5万盏", "30,000 to 50,000 lamps"),
        (10_000, 10_000, "exact", LAMPS, "1万盏", "10,000 lamps"),
        (12_345, 12_345, "exact", LAMPS, "12345盏", "12,345 lamps"),
        (2, 9, "several", LAMPS, "几盏", "several lamps"),
        (11, 19, "several", LAMPS, "十几盏", "between 11 and 19 lamps"),
        (20, 99, "several", LAMPS, "几十盏", "dozens of lamps"),
        (200, 999, "several", LAMPS, "数百盏", "several hundred lamps"),
        (2000, 9999, "several", LAMPS, "数千盏", "several thousand lamps"),
        (20_000, 99_999, "several", LAMPS, "数万盏", "tens of thousands of lamps"),
        (21, 29, "several", LAMPS, "二十几盏", "between 21 and 29 lamps"),
        (200, 400, "range", LAMPS, "200至400盏", "200 to 400 lamps"),
        (250_000, 250_000, "exact", YUAN, "25万元", "CNY 250,000"),
        (12_500, None, "over", YUAN, "超过1.25万元", "over CNY 12,500"),
        (9_999, 9_999, "exact", YUAN, "9999元", "CNY 9,999"),
        (98, None, "at_least", PERCENT, "至少98%", "at least 98%"),
        (8.5, 8.5, "exact", DISCOUNT, "8.5折", "15% off"),
        (6, 8, "range", DISCOUNT, "6至8折", "20 to 40% off"),
        (8, None, "at_least", DISCOUNT, "至少8折", "at most 20% off"),
    ],
)
def test_a_number_is_written_in_both_languages(
    low: float | None, high: float | None, qualifier: str, unit: Unit, chinese: str, english: str
) -> None:
    bounds = [None if n is None else Decimal(f"{n:.4f}") for n in (low, high)]
    written = [str(figures.write(*bounds, qualifier, unit, lang)) for lang in ("zh", "en")]
    assert written == [chinese, english]


@given(
    st.decimals(0, 10**9, places=4) | st.integers(1, 10**6).map(Decimal),
    st.integers(1, 10**6),
    st.sampled_from(sorted(set(Qualifier) - {Qualifier.SEVERAL})),
    st.sampled_from([Unit("count", "户", "households", "household"), YUAN, PERCENT]),
)
def test_what_is_written_in_chinese_is_read_as_the_same(
    number: Decimal, more: int, qualifier: Qualifier, unit: Unit
) -> None:
    low = None if qualifier in ("nearly", "at_most") else number
    high = None if qualifier in ("over", "at_least") else number
    if qualifier == "range":
        high = number + more
    written = str(figures.write(low, high, qualifier, unit, "zh"))
    assert quantities.read(written) == [Quantity(low, high, qualifier, unit.zh)]


@pytest.mark.parametrize("low", [2, 11, 20, 200, 2000, 20_000])
def test_several_is_read_as_it_is_written(low: int) -> None:
    high = 19 if low == 11 else low * 5 - 1
    bounds = (Decimal(low), Decimal(high))
    households = Unit("count", "户", "households", "household")
    written = str(figures.write(*bounds, "several", households, "zh"))
    assert quantities.read(written) == [Quantity(*bounds, Qualifier.SEVERAL, "户")]


# ---------------------------------------------------------------- numerals to account for


@pytest.mark.parametrize(
    ("passage", "numerals"),
    [
        ("装了300盏", ["300"]),
        ("装了３００盏", ["300"]),
        ("有1,200户", ["1,200"]),
        ("筹集25万元", ["25万"]),
        ("装了四百多盏", ["四百"]),
        ("惠及数百人", ["数百"]),
        ("十几户和二十几户", ["十几", "二十几"]),
        ("几名志愿者", ["几"]),
        ("满意率98%", ["98%"]),
        ("达到百分之九十", ["百分之九十"]),
        ("餐饮8折", ["8"]),
        ("二〇二一年九月", ["二〇二一", "九"]),
        ("第一届和第三届", ["一", "三"]),
        ("十一栋和一栋", ["十一", "一"]),
        ("走过四处巷口", ["四"]),
        ("三十分钟", ["三十"]),
        ("铺路300㎡", ["300"]),
    ],
)
def test_a_numeral_is_found(passage: str, numerals: list[str]) -> None:
    assert counted(passage) == numerals


@pytest.mark.parametrize(
    "passage", ["一个社区", "统一规划", "老百姓十分满意", "第一书记", "一起铺路", "万一下雨"]
)
def test_words_that_count_nothing_hold_no_numeral(passage: str) -> None:
    assert counted(passage) == []


@given(st.integers(1, 10**9), st.sampled_from([in_chinese, in_arabic]))
def test_every_printed_number_is_found_whole(number: int, printer: Callable[[int], str]) -> None:
    text = fold(f"共有{printer(number)}户")
    found = numerals.find(text)
    assert text[found[0].start : found[-1].end] == text[2:-1]


# ---------------------------------------------------------------- a table of phrases

ROWS = [line.split() for line in QUANTITIES.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_phrase_is_read_as_a_reader_means_it(row: list[str]) -> None:
    printed, *wanted = row
    found = [in_a_row(quantity) for quantity in quantities.read(printed)]
    assert found == ([] if wanted == ["none"] else [wanted])


def in_a_row(quantity: Quantity) -> list[str]:
    """A quantity in the format of tests/phrases.py."""
    bounds = ["-" if n is None else f"{n.normalize():f}" for n in (quantity.low, quantity.high)]
    if quantity.meaning == Meaning.UNCLEAR:
        return ["unclear"]
    if quantity.meaning == Meaning.CHANGE:
        return ["change", *bounds, quantity.unit]
    dimension = quantity.dimension.value if quantity.dimension else "-"
    if quantity.other:
        qualifier, bounds = "exact|nearly", [bounds[1]] * 2
    else:
        qualifier = quantity.qualifier.value
    return [qualifier, *bounds, quantity.unit or "-", dimension]


def test_the_table_has_phrases_enough() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 400


NUMERAL_ROWS = [line.split() for line in NUMERALS.splitlines() if line]


@pytest.mark.parametrize("row", NUMERAL_ROWS, ids=[row[0] for row in NUMERAL_ROWS])
def test_the_numerals_of_a_phrase_are_accounted_for(row: list[str]) -> None:
    passage, *wanted = row
    assert counted(passage) == wanted


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_phrase_is_read_the_same_within_a_passage(row: list[str]) -> None:
    before, phrase = fold("据了解，"), fold(row[0])
    found = quantities.around(f"{before}{phrase}。", len(before), len(before + phrase))
    parts = [part for quantity in quantities.read(row[0]) for part in (quantity, *quantity.parts)]
    assert found == parts


# ---------------------------------------------------------------- round trips

UNITS = [
    Unit(dimension, zh, f"{zh}s", zh)
    for dimension, zh in (
        *(("count", "户"), ("count", "盏"), ("count", "人次"), ("money", "元"), ("share", "%")),
        *(("length", "公里"), ("area", "平方米"), ("time", "个月"), ("time", "年")),
        *(("discount", "折"), ("weight", "吨"), ("power", "千瓦"), ("energy", "千瓦时")),
        *(("volume", "立方米"), ("age", "岁"), ("points", "个百分点"), ("factor", "倍")),
        *(("rate", "元/月"), ("rate", "元/人"), ("rate", "次/周"), ("ratio", ":3")),
    )
]
NUMBERS = st.decimals(0, 10**9, places=4) | st.integers(1, 10**6).map(Decimal)


@given(
    NUMBERS,
    st.integers(1, 10**6),
    st.sampled_from(sorted(set(Qualifier) - {"several"})),
    st.sampled_from(UNITS),
    st.booleans(),
)
def test_every_unit_is_read_as_it_is_written(
    number: Decimal, more: int, qualifier: Qualifier, unit: Unit, is_range: bool
) -> None:
    assume(unit.dimension != "ratio" or not (is_range or qualifier == "range"))
    if unit.dimension == "discount":
        number, more = number % 10, 10
    low = None if qualifier in ("nearly", "at_most") else number
    high = None if qualifier in ("over", "at_least") else number
    if qualifier == "range" or (qualifier == "about" and is_range):
        high = number + more
    written = str(figures.write(low, high, qualifier, unit, "zh"))
    (found,) = quantities.read(written)
    assert (found.readings[0].low, found.high, found.qualifier) == (low, high, qualifier)
    assert (found.unit, found.meaning) == (unit.zh, Meaning.AMOUNT)
    assert quantities.fits(found, unit.dimension, unit.zh) and found.other is None


@given(st.integers(1, 9), st.sampled_from(["", "十", "百", "千", "万", "十万", "百万", "亿"]))
def test_several_of_any_size_is_read_as_it_is_written(tens: int, power: str) -> None:
    (found,) = quantities.read(f"几{power}户")
    households = Unit("count", "户", "households", "household")
    for low, high in ((found.low, found.high), (Decimal(10 * tens + 1), Decimal(10 * tens + 9))):
        written = str(figures.write(low, high, "several", households, "zh"))
        assert quantities.read(written) == [Quantity(low, high, Qualifier.SEVERAL, "户")]


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "unit", "chinese", "english"),
    [
        (20_000, 30_000, "about", YUAN, "约2至3万元", "about CNY 20,000 to 30,000"),
        (None, 3, "nearly", Unit("time", "年", "years", "year"), "将近3年", "nearly 3 years"),
        (200_000, 999_999, "several", LAMPS, "数十万盏", "hundreds of thousands of lamps"),
        (110_000, 190_000, "several", LAMPS, "十几万盏", "between 110,000 and 190,000 lamps"),
        (1, 1, "exact", Unit("ratio", ":3", ":3", ":3"), "1:3", "1:3"),
        (70, None, "at_least", Unit("age", "岁", "years old", "year old"), "至少70岁",
         "at least 70 years old"),
        (0.5, 0.5, "exact", Unit("time", "年", "years", "year"), "0.5年", "0.5 years"),
    ],
)  # fmt: skip
def test_what_is_newly_read_is_written_in_both_languages(
    low: float | None, high: float | None, qualifier: str, unit: Unit, chinese: str, english: str
) -> None:
    bounds = [None if n is None else Decimal(f"{n:.4f}") for n in (low, high)]
    written = [str(figures.write(*bounds, qualifier, unit, lang)) for lang in ("zh", "en")]
    assert written == [chinese, english]


@pytest.mark.parametrize(
    ("printed", "dimension", "unit", "does_fit"),
    [
        ("80元/月", "money", "元", False),
        ("80元/月", "rate", "元/月", True),
        ("每月80元", "rate", "元/月", True),
        ("80元", "rate", "元/月", True),
        ("80元/年", "rate", "元/月", False),
        ("人均300元", "rate", "元/人", True),
        ("人均300元", "money", "元", False),
        ("50厘米", "count", "个", False),
        ("50厘米", "length", "米", True),
        ("2.5吨", "count", "车", False),
        ("零下10度", "count", "个", False),
        ("60周岁", "time", "周", False),
        ("60周岁", "age", "岁", True),
        ("15个百分点", "share", "%", False),
        ("三分之二", "share", "%", True),
        ("1:3", "count", "个", False),
        ("翻一番", "count", "个", False),
        ("300美元", "money", "元", False),
        ("300块钱", "money", "元", True),
        ("由3个增至12个", "count", "个", False),
        ("超过3至5个", "count", "个", False),
        ("50分贝", "other", "分贝", True),
        ("50分贝", "other", "赫兹", False),
    ],
)
def test_what_is_no_count_fits_none(
    printed: str, dimension: str, unit: str, does_fit: bool
) -> None:
    (found,) = quantities.read(printed)
    assert quantities.fits(found, dimension, unit) is does_fit


@pytest.mark.parametrize(
    ("printed", "unit", "number"),
    [
        ("三分之二", "%", 66.6667),
        ("五分之一", "%", 20),
        ("3‰", "%", 0.3),
        ("50厘米", "米", 0.5),
        ("5里路", "公里", 2.5),
        ("2.5吨", "公斤", 2500),
        ("七旬", "岁", 70),
        ("1:4", "", 1),
        ("0.8元/平方米·月", "元/月/平方米", 0.8),
        ("3万元/年", "元/年", 30_000),
        ("300度电", "千瓦时", 300),
    ],
)
def test_a_new_unit_is_converted(printed: str, unit: str, number: float) -> None:
    (found,) = quantities.read(printed)
    assert quantities.in_unit(found, unit) == (Decimal(str(number)), Decimal(str(number)))
