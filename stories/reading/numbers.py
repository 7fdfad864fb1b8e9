"""Parses the characters of a number to Decimal: 1.2亿, 1万5千, 三点五, 伍仟, 二〇二一. Pure.

Malformed input is refused and values are exact. Not cn2an 0.5.24 (read 2026-11): it turns decimals
into floats, truncates 1.23456万 to a whole number, and cannot parse 1万5千.
"""

import re
from decimal import Decimal

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
WAN = 10**4

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
BELOW_WAN = "〇零一二两三四五六七八九十百千廿卅"
CHINESE = f"[{BELOW_WAN}万亿]"
_PLACES = "点[〇零一二三四五六七八九]+(?![十百千刻分点])"
# Arabic digits may alternate with powers (1万5千), and one digit end them (1万5).
NUMBER = (
    rf"(?:{ARABIC}(?:[百千万亿]+{ARABIC}(?=[百千万亿]))*(?:[百千万亿]+[1-9](?![\d.,百千万亿:/%~-]))?"
    rf"|{CHINESE}+(?:{_PLACES})?)"
)
POWER = "(?:个(?=亿))?(?:[百万亿]|千(?![瓦克米]))+"

# Formal numerals, as on cheques (支付结算办法, 1997, appendix 1), are numbers only beside a power
# or 元: 伍仟, not 陆续.
_FORMAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True))
_IN_FORMAL = str.maketrans(_FORMAL)
_formal_run = re.compile(
    "[壹贰叁肆伍陆柒捌玖](?=[拾佰仟万亿元圆])[拾佰仟万亿零壹贰叁肆伍陆柒捌玖]*"
)
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
# Two consecutive digits give the bounds of one number: 两三个, 三四百户, 十二三天; so does 三五个.
_neighbours = re.compile("一二|一两|[两二]三|三[两四五]|四五|五六|六七|七八|八九")
_tokens = re.compile(rf"{ARABIC}|.")


class NumberError(ValueError):
    """The characters do not form a number."""


def decimal(number: float | None) -> Decimal | None:
    """The number of a document, exactly as written there; None stays None."""
    return None if number is None else Decimal(str(number))


def without_formal(text: str) -> str:
    """伍仟元 → 五千元, of the same length."""
    return _formal_run.sub(lambda match: match.group().translate(_IN_FORMAL), text)


def neighbours(text: str) -> tuple[str, str] | None:
    """三四百 → 三百, 四百; None if no two digits bound one number, as in 二〇二三."""
    pair = _neighbours.search(text)
    if not pair or (len(text) > 2 and not POWERS.keys() & set(text)):
        return None
    before, after = text[: pair.start()], text[pair.end() :]
    return before + pair.group()[0] + after, before + pair.group()[1] + after


def value(text: str) -> Decimal:
    """Raises NumberError."""
    text = text.translate(_TENS).replace("个", "")
    if "点" in text:
        return _with_places(text)
    if len(text) > 1 and set(text) <= DIGITS.keys():
        return _digit_by_digit(text)
    return _Sum().of(_tokens.findall(text))


def _with_places(text: str) -> Decimal:
    whole, _point, rest = text.partition("点")
    powers = rest.lstrip("".join(DIGITS))
    digits = "".join(str(DIGITS[c]) for c in rest[: len(rest) - len(powers)])
    return Decimal(f"{value(whole)}.{digits}") * (value(f"一{powers}") if powers else 1)


def _digit_by_digit(text: str) -> Decimal:
    """二〇二一 and 一九九八 are years; three digits in a row are no number."""
    is_year = len(text) == len("二〇二一") and text[0] in "一二"
    if not is_year and not {"〇", "零"} & set(text):
        raise NumberError(text)
    return Decimal("".join(str(DIGITS[character]) for character in text))


class _Sum:
    """Adds up digits and powers from left to right."""

    def __init__(self) -> None:
        self.total = Decimal(0)  # total before the last 万 or 亿
        self.section = Decimal(0)  # total after it
        self.digit: str | None = None
        self.below = WAN  # powers must fall within a section
        self.last = 1  # the power of a final digit without one: thousand in 一万二, one in 一万零二

    def of(self, tokens: list[str]) -> Decimal:
        for token in tokens:
            if token in POWERS:
                self._add_power(POWERS[token])
            else:
                self._take_digit(token)
        return self.total + self.section + self._left_over()

    def _take_digit(self, token: str) -> None:
        if self.digit is not None and _plain(self.digit):
            raise NumberError(token)
        self.last = self.last if _plain(token) else 1
        self.digit = token

    def _add_power(self, power: int) -> None:
        number = Decimal(0) if self.digit is None else _plain(self.digit)
        if power < WAN:
            is_bare = self.digit is None and self.section and power != POWERS["十"]
            if power >= self.below or is_bare:
                raise NumberError(str(power))
            self.section += (number or Decimal(1)) * power
            self.below = power
        else:
            self._close_section(number, power)
        self.digit, self.last = None, power // 10

    def _close_section(self, number: Decimal, power: int) -> None:
        counted = self.section + number
        if power == WAN and self.total and not counted:
            raise NumberError(str(power))
        if power == WAN:
            self.total += (counted or Decimal(1)) * power
        else:
            self.total = (self.total + counted or Decimal(1)) * power
        self.section, self.below = Decimal(0), WAN

    def _left_over(self) -> Decimal:
        if self.digit is None:
            return Decimal(0)
        number = _plain(self.digit)
        if self.last > 1 and len(self.digit) > 1:  # 1万5000, but not 1万50
            if not self.last <= number < self.last * 10:
                raise NumberError(self.digit)
            return number
        return number * self.last


def _plain(token: str) -> Decimal:
    return Decimal(DIGITS[token]) if token in DIGITS else Decimal(token.replace(",", ""))
