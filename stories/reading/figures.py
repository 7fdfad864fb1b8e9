"""Formats low, high, qualifier and unit in a language: 超过400盏, over 400 lamps. Pure.

The Chinese form parses back to the same values.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from stories.choices import Dimension, Qualifier

LONG = 7  # characters of a number: longer ones get a smaller font in headline figures


@dataclass(frozen=True)
class Unit:
    """An indicator's unit in both languages; `one` is the English singular."""

    dimension: str
    zh: str
    en: str
    one: str


@dataclass(frozen=True)
class Figure:
    """A quantity formatted in one language: text before the number, the number, text after it."""

    before: str
    number: str
    after: str

    def __str__(self) -> str:
        return "".join((self.before, self.number, self.after))

    @property
    def is_in_words(self) -> bool:
        """The number is spelt out: several hundred."""
        return not any(character.isdigit() for character in self.number)

    @property
    def is_long(self) -> bool:
        """Too long for a narrow column at headline size."""
        return len(self.number) > LONG and not self.is_in_words


@lru_cache(maxsize=4096)  # a case is printed again after each publication of another
def write(
    low: Decimal | None, high: Decimal | None, qualifier: str, unit: Unit, language: str
) -> Figure:
    """超过400盏 / over 400 lamps, 25万元 / CNY 250,000, 8折 / 20% off."""
    if language == "en":
        return _write_en(low, high, qualifier, unit)
    return _write_zh(low, high, qualifier, unit)


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
# low → words; each is ten times the lowest but for one, 几 of the next power: 200 to 999.
_SEVERAL_ZH = {
    **{2: "几", 20: "几十", 200: "数百", 2000: "数千", 20_000: "数万", 200_000: "数十万"},
    **{2_000_000: "数百万", 20_000_000: "数千万", 200_000_000: "数亿"},
}
_SEVERAL_EN = {
    **{2: "several", 20: "dozens of", 200: "several hundred", 2000: "several thousand"},
    **{20_000: "tens of thousands of", 200_000: "hundreds of thousands of"},
    **{2_000_000: "several million", 20_000_000: "tens of millions of"},
    200_000_000: "hundreds of millions of",
}
_TENS = " 二三四五六七八九"  # 十几, 二十几

# A higher price is a smaller discount.
_OFF = {
    Qualifier.OVER: Qualifier.NEARLY,
    Qualifier.NEARLY: Qualifier.OVER,
    Qualifier.AT_LEAST: Qualifier.AT_MOST,
    Qualifier.AT_MOST: Qualifier.AT_LEAST,
}


def _bounds_stated(low: Decimal | None, high: Decimal | None) -> list[Decimal]:
    """A single element if low and high are equal."""
    return [n for n in ((low,) if low == high else (low, high)) if n is not None]


def _several(low: Decimal | None, high: Decimal | None, language: str) -> str:
    """The words for numbers with these bounds; "" if there are none."""
    if low is None or high is None:
        return ""
    if high == 5 * low - 1 and low in _SEVERAL_ZH:
        return (_SEVERAL_EN if language == "en" else _SEVERAL_ZH)[int(low)]
    for factor, power in ((1, ""), (10**4, "万"), (10**8, "亿")):
        tens, one = divmod(low / factor, 10)
        if one == 1 and high == (tens * 10 + 9) * factor and tens in range(1, 10):
            if language == "en":
                return f"between {low.normalize():,f} and {high.normalize():,f}"
            return f"{_TENS[int(tens) - 1].strip()}十几{power}"
    return ""


def _write_zh(low: Decimal | None, high: Decimal | None, qualifier: str, unit: Unit) -> Figure:
    before = _BEFORE_ZH.get(qualifier, "")
    if qualifier == Qualifier.NEARLY and unit.dimension == Dimension.TIME:
        before = "将近"  # 近三年 may be the last three years
    if qualifier == Qualifier.SEVERAL and (words := _several(low, high, "zh")):
        return Figure(before, words, unit.zh)
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
    if qualifier == Qualifier.SEVERAL and (words := _several(low, high, "en")):
        return Figure(before, words, f" {unit.en}")
    numbers = _bounds_stated(low, high)
    text = " to ".join([f"{n.normalize():,f}" for n in numbers])
    if unit.dimension == Dimension.MONEY:
        return Figure(f"{before}CNY ", text, "")
    if unit.dimension == Dimension.DISCOUNT:
        return Figure(before, text, "% off")
    if unit.en == "%" or unit.dimension == Dimension.RATIO:
        return Figure(before, text, unit.en)
    return Figure(
        before, text, f" {unit.one if numbers == [1] * len(numbers) else unit.en}".rstrip()
    )
