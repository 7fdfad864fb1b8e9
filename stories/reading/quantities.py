"""A printed number (近300, 百余, 25万元) ⇄ low, high, qualifier, unit. Pure.

Its law: a number never loses its qualifier, and a bound that is not printed is None.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stories.choices import Dimension, Qualifier
from stories.reading.faults import NULL, Finding

LONG = 7  # characters of a number: longer ones are set smaller where they stand large

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

# A printed unit → (dimension, its size in the dimension's base unit). Base units: m, m², yuan;
# units of time are not converted into one another, for months and years differ in length.
UNITS: dict[str, tuple[Dimension, Decimal]] = {
    "元": (Dimension.MONEY, Decimal(1)),
    "平方公里": (Dimension.AREA, Decimal(10**6)),
    "平方千米": (Dimension.AREA, Decimal(10**6)),
    "公顷": (Dimension.AREA, Decimal(10**4)),
    "亩": (Dimension.AREA, Decimal(2000) / 3),
    "平方米": (Dimension.AREA, Decimal(1)),
    "平米": (Dimension.AREA, Decimal(1)),
    "个平方": (Dimension.AREA, Decimal(1)),
    "平方": (Dimension.AREA, Decimal(1)),
    "km2": (Dimension.AREA, Decimal(10**6)),  # what ㎢ and ㎡ fold to
    "m2": (Dimension.AREA, Decimal(1)),
    "公里": (Dimension.LENGTH, Decimal(1000)),
    "千米": (Dimension.LENGTH, Decimal(1000)),
    "米": (Dimension.LENGTH, Decimal(1)),
    "km": (Dimension.LENGTH, Decimal(1000)),
    "%": (Dimension.SHARE, Decimal(1)),
    "成": (Dimension.SHARE, Decimal(10)),
    "折": (Dimension.DISCOUNT, Decimal(1)),
}
_TIMES = ("分钟", "小时", "个小时", "天", "日", "周", "星期", "个星期", "个月", "月", "年")
_SAME_TIME = {"个小时": "小时", "日": "天", "星期": "周", "个星期": "周", "月": "个月"}
# Classifiers that only count; 个月 and 个平方 above are tried first.
_CLASSIFIERS = (
    "人次 人(次) 个 名 位 人 户 栋 幢 处 盏 家 次 件 条 棵 株 车 份 场 项 张 块 座 所 间 支 届 部 "
    "辆 台 套 口 根 组 批 类 种 社区 小区 街道 单元 门店"
).split()

_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_BELOW_WAN = "〇零一二两三四五六七八九十百千"
_CHINESE = f"[{_BELOW_WAN}万亿]"
# Source: Civil Code of the PRC, article 1259: 以上 and 以内 include the number itself, 不满 and
# 超过 do not. 少于 is told as "at most", which is wider: "nearly" would say more than is printed.
_BEFORE = {
    "不得少于": Qualifier.AT_LEAST,
    "不得低于": Qualifier.AT_LEAST,
    "不少于": Qualifier.AT_LEAST,
    "不低于": Qualifier.AT_LEAST,
    "不下": Qualifier.AT_LEAST,
    "至少": Qualifier.AT_LEAST,
    "上": Qualifier.AT_LEAST,
    "不得超过": Qualifier.AT_MOST,
    "不超过": Qualifier.AT_MOST,
    "不多于": Qualifier.AT_MOST,
    "至多": Qualifier.AT_MOST,
    "最多": Qualifier.AT_MOST,
    "少于": Qualifier.AT_MOST,
    "低于": Qualifier.AT_MOST,
    "超过": Qualifier.OVER,
    "多于": Qualifier.OVER,
    "高于": Qualifier.OVER,
    "不止": Qualifier.OVER,
    "逾": Qualifier.OVER,
    "超": Qualifier.OVER,
    "大约": Qualifier.ABOUT,
    "约": Qualifier.ABOUT,
    "将近": Qualifier.NEARLY,
    "接近": Qualifier.NEARLY,
    "不足": Qualifier.NEARLY,
    "不到": Qualifier.NEARLY,
    "不满": Qualifier.NEARLY,
    "近": Qualifier.NEARLY,
}
_AFTER = {
    "以上": Qualifier.AT_LEAST,
    "以下": Qualifier.AT_MOST,
    "以内": Qualifier.AT_MOST,
    "之内": Qualifier.AT_MOST,
    "左右": Qualifier.ABOUT,
    "上下": Qualifier.ABOUT,
}
# Where these qualify nothing: 最近3年, 节约300元, 街上3户 (but 上百户).
_UNLESS = {
    "近": "(?<![最附邻临靠贴亲新远走])近",
    "约": "(?<![节签预合契制])约",
    "上": "上(?=[百千万])",
}
# 几 and 数 by themselves need a classifier behind them: 人数近 is no number.
_SEVERAL = (
    r"[数几][十百千万亿]+|[二三四五六七八九]?十几[万亿]?"
    r"|(?:几|(?<![人户次总参基多少个分])数)(?=[个名位年天次栋处家户条棵])"
)
# Neighbours in the row of numbers bound one number: 两三个, 三四百户, 十二三天.
_NEIGHBOURS = re.compile("一二|一两|[两二]三|三[四五]|四五|五六|六七|七八|八九")
_UNIT_NAMES = sorted([*UNITS, *_TIMES, *_CLASSIFIERS], key=len, reverse=True)
_UNIT = "|".join("成(?![员果立功本为])" if u == "成" else re.escape(u) for u in _UNIT_NAMES)

_QUANTITY = re.compile(
    rf"(?P<before>{'|'.join(_UNLESS.get(word, word) for word in _BEFORE)})?"
    r"(?P<percent>百分之)?"
    r"(?:"
    rf"(?P<several>{_SEVERAL})"
    rf"|(?P<low>{_ARABIC}|[{_BELOW_WAN}]+)(?P<low_power>[百千万亿]+)?%?(?:至|到|—|-|~)"
    rf"(?P<high>{_ARABIC}|[{_BELOW_WAN}]+)(?P<high_power>[百千万亿]+)?"
    rf"|(?P<number>{_ARABIC}|{_CHINESE}+)(?P<more>[余多])?(?P<power>[百千万亿]+)?"
    r"(?P<more_after>[余多])?(?P<around>(?<=[十百千万0])来)?"
    r")"
    rf"(?P<half>半)?(?P<unit>{_UNIT})?(?P<half_after>半(?![价数年天夜]))?"
    # 3年多, 100米多; but 20个多功能厅.
    rf"(?P<after>{'|'.join(_AFTER)}|(?<=[元米里年月天日周时钟%])[余多](?![种功样方次个名位项条元]))?"
)

# Words whose numeral characters count nothing. Everything else has to be accounted for: names,
# idioms and ordinals too. 第一书记 is the title of a post.
_NO_NUMERAL = re.compile(
    "统一|唯一|单一|同一|百姓|百货|三轮(?=车)|五金|七夕|第一书记|第一时间|一致|一般"
    rf"|(?<!{_CHINESE})(?:十分(?![钟之])|万一(?!{_CHINESE}))"
)
# 一 before these measures something; before any other word it is an article ("a", "one of").
_ONE_MEASURES = "个月|个平方|年|天|日|周|小时|分钟|倍|半|成|折|元|米|公里|平方|户|栋|盏|%"
_NUMERAL = re.compile(
    rf"(?<!\dm)(?<!\dkm){_ARABIC}(?:[余多]?[百千万亿]+|%)?"
    rf"|{_SEVERAL}"
    r"|[〇零二两三四五六七八九十百千万亿][〇零一二两三四五六七八九十百千万亿几]*"
    r"|一[〇零一二两三四五六七八九十百千万亿]+"
    rf"|一(?={_ONE_MEASURES}|、[二三四五六七八九])|(?<=第)一(?=[届批次期轮])"
    r"|(?<![\u4e00-\u9fff])一(?=是)"
)


@dataclass(frozen=True)
class Quantity:
    """What a fragment prints. `unit` is the printed unit, "" where none follows."""

    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    unit: str

    @property
    def dimension(self) -> Dimension | None:
        """None where no unit is printed."""
        if self.unit in UNITS:
            return UNITS[self.unit][0]
        if self.unit in _TIMES:
            return Dimension.TIME
        return Dimension.COUNT if self.unit else None


@dataclass(frozen=True)
class Numeral:
    """A numeral expression at [start, end) of a folded passage."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Unit:
    """An indicator's unit in both languages; `one` is the English singular."""

    dimension: str
    zh: str
    en: str
    one: str


def read(printed: str) -> list[Quantity]:
    """Every quantity of a fragment, in order; empty where it holds no number."""
    text = "".join(unicodedata.normalize("NFKC", printed).split())
    return [_quantity(match) for match in _matches(text)]


def around(passage: str, start: int, end: int) -> list[Quantity]:
    """The quantities that [start, end) of a folded passage holds or cuts, each read whole."""
    parts = ("several", "low", "high", "number")
    return [
        _quantity(match)
        for match in _matches(passage)
        if any(match.start(part) < end and start < match.end(part) for part in parts)
    ]


def numerals(passage: str) -> list[Numeral]:
    """Every numeral expression of a folded passage that has to be accounted for."""
    return [
        Numeral(match.start(), match.end(), match.group())
        for match in _NUMERAL.finditer(_without_words(passage))
    ]


def fits(quantity: Quantity, dimension: str, unit: str) -> bool:
    """Whether a printed quantity can be one of an indicator with this dimension and unit."""
    if dimension == Dimension.RATE:
        return True
    if dimension == Dimension.COUNT:
        return quantity.dimension in (None, Dimension.COUNT)
    if dimension == Dimension.TIME:
        return _time(quantity.unit) == _time(unit)
    return quantity.dimension == dimension


def in_unit(quantity: Quantity, unit: str) -> tuple[Decimal | None, Decimal | None]:
    """low and high of a printed quantity, in an indicator's `unit`."""
    printed, wanted = UNITS.get(quantity.unit), UNITS.get(unit)
    if not printed or not wanted or printed[0] != wanted[0] or printed[1] == wanted[1]:
        return quantity.low, quantity.high
    factor = printed[1] / wanted[1]
    low, high = (None if n is None else round(n * factor, 4) for n in (quantity.low, quantity.high))
    return low, high


@dataclass(frozen=True)
class Figure:
    """A quantity as one language writes it: before the number, the number, behind it."""

    before: str
    number: str
    after: str

    def __str__(self) -> str:
        return "".join((self.before, self.number, self.after))

    @property
    def is_in_words(self) -> bool:
        """The number itself is words: several hundred."""
        return not any(character.isdigit() for character in self.number)

    @property
    def is_long(self) -> bool:
        """Too long for a narrow column in the size of a headline."""
        return len(self.number) > LONG and not self.is_in_words


def write(
    low: Decimal | None, high: Decimal | None, qualifier: str, unit: "Unit", language: str
) -> Figure:
    """超过400盏 / over 400 lamps, 25万元 / CNY 250,000, 8折 / 20% off."""
    if language == "en":
        return _write_en(low, high, qualifier, unit)
    return _write_zh(low, high, qualifier, unit)


def bounds_fault(low: Decimal | None, high: Decimal | None, qualifier: str) -> Finding | None:
    """What is wrong with these bounds under this qualifier; None when nothing is."""
    if qualifier in (Qualifier.EXACT, Qualifier.ABOUT):
        code = "" if low is not None and low == high else "bounds-differ"
    elif qualifier in (Qualifier.OVER, Qualifier.AT_LEAST):
        code = "" if low is not None and high is None else "bounds-not-low"
    elif qualifier in (Qualifier.NEARLY, Qualifier.AT_MOST):
        code = "" if low is None and high is not None else "bounds-not-high"
    else:
        is_ordered = low is not None and high is not None and low < high
        code = "" if is_ordered else "bounds-not-ordered"
    if not code:
        return None
    bounds = {name: NULL if n is None else n for name, n in (("low", low), ("high", high))}
    given = Finding("low-and-high", bounds)
    return Finding(code, {"qualifier": Qualifier(qualifier), "given": given})


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Those of a folded text. 三个多月 and 三个半月 are read as if 多 and 半 stood before 个月."""
    text = re.sub("个([余多半])(?=月|小时|星期)", r"\1个", text)
    for match in _QUANTITY.finditer(_without_words(text)):
        if match["number"] or match["several"] or match["low"]:
            yield match


def _time(unit: str) -> str:
    return _SAME_TIME.get(unit, unit)


def _without_words(text: str) -> str:
    """The text with the words that count nothing blanked out, at the same length."""
    return _NO_NUMERAL.sub(lambda match: "\0" * len(match.group()), text)


def _quantity(match: re.Match[str]) -> Quantity:
    unit = match["unit"] or ("%" if match["percent"] else "")
    if match["several"]:
        low, high = _several(match["several"])
        return Quantity(low, high, Qualifier.SEVERAL, unit)
    if match["low"]:
        power = match["high_power"]
        low = _number(match["low"], match["low_power"] or power)
        return Quantity(low, _number(match["high"], power), Qualifier.RANGE, unit)
    if neighbours := _neighbours(match["number"]):
        low, high = (_number(number, match["power"]) for number in neighbours)
        return Quantity(low, high, Qualifier.RANGE, unit)
    number = _number(match["number"], match["power"])
    if match["half"] or match["half_after"]:
        number += Decimal("0.5")
    more = match["more"] or match["more_after"] or match["after"] in ("余", "多")
    before, after = match["before"], match["after"]
    if more:
        qualifier = Qualifier.OVER
    elif before:
        qualifier = _BEFORE[before]
    elif match["around"]:
        qualifier = Qualifier.ABOUT
    else:
        qualifier = _AFTER.get(after or "", Qualifier.EXACT)
    return Quantity(*_bounds(number, qualifier), qualifier, unit)


def _bounds(number: Decimal, qualifier: Qualifier) -> tuple[Decimal | None, Decimal | None]:
    if qualifier in (Qualifier.OVER, Qualifier.AT_LEAST):
        return number, None
    if qualifier in (Qualifier.NEARLY, Qualifier.AT_MOST):
        return None, number
    return number, number


def _several(text: str) -> tuple[Decimal, Decimal]:
    """数百 → 200 to 999, 二十几 → 21 to 29, 几 → 2 to 9: what the words allow, no more."""
    if "十几" in text:
        tens, _, power = text.partition("十几")
        ten, factor = 10 * _DIGITS.get(tens, 1), _chinese_power(power)
        return Decimal((ten + 1) * factor), Decimal((ten + 9) * factor)
    factor = _chinese("一" + text[1:]) if len(text) > 1 else 1
    return Decimal(2 * factor), Decimal(10 * factor - 1)


def _neighbours(text: str) -> tuple[str, str] | None:
    """三四百 → 三百, 四百; None where no two digits bound one number, as in 二〇二三."""
    pair = _NEIGHBOURS.search(text)
    if not pair or (len(text) > 2 and not _POWERS.keys() & set(text)):
        return None
    before, after = text[: pair.start()], text[pair.end() :]
    return before + pair.group()[0] + after, before + pair.group()[1] + after


def _number(text: str, power: str | None) -> Decimal:
    if text[0].isdigit() and text[0] not in _DIGITS:
        return _arabic(text, power)
    return Decimal(_chinese(text) * _chinese_power(power))


def _arabic(text: str, power: str | None) -> Decimal:
    return Decimal(text.replace(",", "")) * _chinese_power(power)


def _chinese_power(power: str | None) -> int:
    product = 1
    for character in power or "":
        product *= _POWERS[character]
    return product


def _chinese(text: str) -> int:
    """四百 → 400, 万 → 10000, 一万二 → 12000, 一亿三千万 → 130000000, 二〇二一 → 2021."""
    if len(text) > 1 and not _POWERS.keys() & set(text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = section = digit = 0
    last = 1  # what a digit with no power behind it counts: 一万二 has a thousand, 一万零二 ones
    for is_power, value in _characters(text):
        if not is_power:
            digit, last = value, last if value else 1
            continue
        if value < 10**4:
            section += (digit or 1) * value
        elif value == 10**4 and section + digit:
            total, section = total + (section + digit) * value, 0
        else:
            total, section = (total + section + digit or 1) * value, 0
        digit, last = 0, value // 10
    return total + section + digit * last


def _characters(text: str) -> Iterator[tuple[bool, int]]:
    for character in text:
        yield (character in _POWERS, _POWERS.get(character, _DIGITS.get(character, 0)))


_BEFORE_ZH: dict[str, str] = {
    Qualifier.OVER: "超过",
    Qualifier.NEARLY: "近",
    Qualifier.ABOUT: "约",
    Qualifier.AT_LEAST: "至少",
    Qualifier.AT_MOST: "至多",
}
_BEFORE_EN: dict[str, str] = {
    Qualifier.OVER: "over ",
    Qualifier.NEARLY: "nearly ",
    Qualifier.ABOUT: "about ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.AT_MOST: "at most ",
}
_SEVERAL_ZH = {2: "几", 11: "十几", 20: "几十", 200: "数百", 2000: "数千", 20000: "数万"}
_SEVERAL_EN = {
    2: "several",
    11: "between 11 and 19",
    20: "dozens of",
    200: "several hundred",
    2000: "several thousand",
    20000: "tens of thousands of",
}


# A higher price is a smaller discount.
_OFF = {
    Qualifier.OVER: Qualifier.NEARLY,
    Qualifier.NEARLY: Qualifier.OVER,
    Qualifier.AT_LEAST: Qualifier.AT_MOST,
    Qualifier.AT_MOST: Qualifier.AT_LEAST,
}


def _bounds_stated(low: Decimal | None, high: Decimal | None) -> list[Decimal]:
    """One for a number that is both."""
    return [n for n in ((low,) if low == high else (low, high)) if n is not None]


def _write_zh(low: Decimal | None, high: Decimal | None, qualifier: str, unit: Unit) -> Figure:
    before = _BEFORE_ZH.get(qualifier, "")
    if qualifier == Qualifier.SEVERAL and low in _SEVERAL_ZH:
        return Figure(before, _SEVERAL_ZH[int(low)], unit.zh)
    numbers = _bounds_stated(low, high)
    in_wan = all(n >= 10**4 for n in numbers) and (
        unit.dimension == Dimension.MONEY or not any(n % 10**4 for n in numbers)
    )
    if in_wan:
        numbers = [n / 10**4 for n in numbers]
    text = "至".join([f"{n.normalize():f}" for n in numbers])
    return Figure(before, text, f"万{unit.zh}" if in_wan else unit.zh)


def _write_en(low: Decimal | None, high: Decimal | None, qualifier: str, unit: Unit) -> Figure:
    if unit.dimension == Dimension.DISCOUNT:
        low, high = (None if n is None else 100 - 10 * n for n in (high, low))
        qualifier = _OFF.get(Qualifier(qualifier), Qualifier(qualifier))
    before = _BEFORE_EN.get(qualifier, "")
    if qualifier == Qualifier.SEVERAL and low in _SEVERAL_EN:
        return Figure(before, _SEVERAL_EN[int(low)], f" {unit.en}")
    numbers = _bounds_stated(low, high)
    text = " to ".join([f"{n.normalize():,f}" for n in numbers])
    if unit.dimension == Dimension.MONEY:
        return Figure(f"{before}CNY ", text, "")
    if unit.dimension == Dimension.DISCOUNT:
        return Figure(before, text, "% off")
    if unit.en == "%":
        return Figure(before, text, "%")
    return Figure(
        before, text, f" {unit.one if numbers == [1] * len(numbers) else unit.en}".rstrip()
    )
