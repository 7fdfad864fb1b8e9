"""The grammar of printed quantities: words before, number, unit, words after. Pure.

A phrase includes all words of its number; contradictory words leave the qualifier unknown (None).
The words are in `qualifiers`, `number_words` and `units`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stories.choices import Dimension, Qualifier
from stories.reading import number_words, numbers, qualifiers, units, words
from stories.reading.numbers import ARABIC, CHINESE, DIGITS, NUMBER, POWER, NumberError

_OVER, _NEARLY, _ABOUT = Qualifier.OVER, Qualifier.NEARLY, Qualifier.ABOUT
_EXACT, _RANGE, _SEVERAL = Qualifier.EXACT, Qualifier.RANGE, Qualifier.SEVERAL

_SMALL = rf"(?:{ARABIC}|[{numbers.BELOW_WAN}]+(?:点[〇零一二三四五六七八九]+)?)"
_MEAN = "[人户日月年周次栋]均"
_PER = rf"(?:{units.PATTERN}|度)"  # 每度: per kilowatt hour
_EACH = rf"(?P<each>(?:每一?{_PER}){{1,3}}|{_MEAN})(?!{_MEAN})"
# Words between a rate and its number: 人均可支配收入3万元, 每月收取80元.
_OF_EACH = (
    "年|可支配|住房|公共|绿地|使用|增加?|减少?|收入|面积|投入|出资|节约|节省|缴纳?|交|花费?|消费|"
    "补助|发放|给予|平均"
)
# Words for the whole of a share: 不到原来的三分之一, 超过居民总数的80%.
_OF_A_WHOLE = (
    r"(?:[^\W\d_〇零一二两三四五六七八九十百千万亿几]{1,7}的"
    rf"(?={CHINESE}+分之|一半|半数|{CHINESE}+成|\d+(?:\.\d+)?%|\d+/\d+))?"
)
_CURRENCIES = {
    **{"¥": "元", "RMB": "元", "人民币": "元", "$": "美元", "US$": "美元"},
    **{"HK$": "港元", "€": "欧元", "£": "英镑"},
}
_EACH_FILL = f"(?:{_OF_EACH}|{qualifiers.FILL}){{0,3}}"


_quantity = re.compile(
    rf"(?:{_EACH}{_EACH_FILL})?"
    rf"(?:(?P<before>{qualifiers.BEFORE_PATTERN})(?:(?<![近上逾])(?:{qualifiers.FILL}){{1,2}})?{_OF_A_WHOLE})?"
    rf"(?P<currency>{'|'.join(re.escape(sign) for sign in _CURRENCIES)})?"
    rf"(?P<minus>零下|(?<![\dA-Za-z)%\0])(?<!{CHINESE})-(?=\d)|负(?=[\d一二三四五六七八九十]))?"
    rf"(?P<denominator>(?:{CHINESE}{{1,12}}|\d+)分之)?"
    r"(?:"
    rf"(?P<word>{number_words.PATTERN})"
    rf"|(?P<half_word>{number_words.HALF_SHARE})|(?P<half_number>{number_words.HALF})(?P<half_more>[多余](?=个|小))?"
    rf"|(?P<several>{number_words.SEVERAL})"
    r"|(?P<whole>\d*)(?P<over>\d)⁄(?P<under>\d+)"
    r"|(?<![\d/.])(?P<slash>\d{1,2}/\d{1,3})(?![\d/年月.])"
    rf"|(?P<ratio>{_SMALL}(?::|比){_SMALL})(?![:\d])"
    rf"|(?P<low>{_SMALL})(?P<low_power>{POWER})?(?P<low_unit>{units.PATTERN})?(?:至|到|—|-|~)"
    rf"(?P<high>{_SMALL})(?P<high_power>{POWER})?(?P<range_more>[余多])?"
    rf"|(?P<number>{NUMBER})(?P<more>[余多来])?(?P<power>{POWER})?"
    r"(?P<more_after>[余多](?![种功样方])|(?<=[十百千万0])来(?![到自过])|好几)?"
    r")"
    rf"(?P<half>半(?=[年天个])|半(?![价数夜壁]))?(?P<unit>{units.PATTERN})?"
    r"(?P<half_after>半(?![价数年天夜]))?"
    r"(?P<tenth>(?<=成)[一二三四五六七八九](?![成个名百十]))?"
    rf"(?P<per>(?:[/·每]{_PER}){{1,3}})?"
    rf"(?:{qualifiers.GAP}(?=(?:及?以上|及?以下|以内|左右(?![为邻手两开摇逢]))))?"
    rf"(?:\(含\))?(?P<after>{qualifiers.AFTER_PATTERN})?"
)
_BEFORE_CHANGE = "[由从](?:[原最起过之当以][来初先始去前时]的?|不足|仅有|只有)?"
_CHANGING = "增|加|升|降|提|减|扩|变|涨|跌|缩|发展|压|调|拓|壮大|优化|滑|攀"
_change_before = re.compile(f"{_BEFORE_CHANGE}$")
_change_words = re.compile(rf"[^\d。;!?,\0]{{0,6}}(?:{_CHANGING})[^\d。;!?,\0]{{0,8}}")
_change_alone = re.compile(
    "已?(?:增|升|降|减|扩|涨|缩|提)[加高长少低大小升短]?(?:至|到)了?(?:[现目如今][在前今年]的?)?"
)


@dataclass(frozen=True)
class Phrase:
    """A phrase with a number. `qualifier` None: not understood.

    `is_between`: low and high are two numbers. `is_ambiguous`: 近三年 may be the last three years.
    """

    start: int
    end: int
    numeral: tuple[int, int]  # span of its numeral characters
    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier | None
    unit: str
    is_between: bool = False
    is_ambiguous: bool = False


def plain(text: str) -> str:
    """A folded text with names and words that count nothing blanked out, of the same length.

    三个多月 and 三个半月 are read as if 多 and 半 preceded 个月.
    """
    text = words.without_names(words.without_words(numbers.without_formal(text)))
    return re.sub("个([余多半])(?=月|小时|星期|钟头|学期|季度|世纪)", r"\1个", text)


def find(text: str) -> Iterator[Phrase]:
    """The phrases of a plain text, in order."""
    for match in _quantity.finditer(text):
        if match["minus"] and match["minus"] != "零下" and not _can_be_negative(match):
            yield _phrase(match, None, None, None)
        elif not _is_article(match):
            yield _read(match)


def is_change(before: str, between: str) -> bool:
    """Whether two numbers are the start and end of a change: 由3个增至12个."""
    if _change_alone.fullmatch(between):
        return True
    return bool(_change_before.search(before) and _change_words.fullmatch(between))


def is_stuck(text: str, end: int, start: int) -> bool:
    """Whether two numbers touch without a word in between: 3-5-7, 1.2.3, 一百几十."""
    between = text[end:start]
    return between == "" or (between in ".:/-~—⁄×*、" and text[end - 1].isalnum())


def _is_article(match: re.Match[str]) -> bool:
    """一 without anything that is counted: 焕然一新."""
    beside = ("before", "denominator", "power", "more", "half", "unit", "half_after", "after")
    return match["number"] == "一" and not any(match[name] for name in beside)


def _can_be_negative(match: re.Match[str]) -> bool:
    unit = match["unit"] or ""
    return unit in ("%", "‰") or units.dimension(unit) == Dimension.DEGREES


def _read(match: re.Match[str]) -> Phrase:
    try:
        return _read_group(match)
    except NumberError:
        return _phrase(match, None, None, None)


def _read_group(match: re.Match[str]) -> Phrase:
    if match["word"]:
        number, _unit, qualifier = number_words.WORDS[match["word"]]
        return _qualified(match, Decimal(number), qualifier)
    if match["half_word"]:
        return _qualified(match, Decimal(50), _EXACT)
    if match["half_number"]:
        return _qualified(match, Decimal("0.5"), _half_qualifier(match))
    if match["several"]:
        return _between(match, *number_words.several(match["several"]), _SEVERAL)
    if match["over"]:
        return _vulgar(match)
    if match["slash"]:
        part, whole = (int(number) for number in match["slash"].split("/"))
        return _qualified(match, Decimal(part), _EXACT if 0 < part < whole else None)
    if match["ratio"]:
        one, other = (numbers.value(number) for number in re.split("[:比]", match["ratio"]))
        return _qualified(match, one, _EXACT if other else None)
    if match["low"]:
        return _range(match)
    return _number(match)


def _number(match: re.Match[str]) -> Phrase:
    text, power = match["number"], match["power"] or ""
    if pair := numbers.neighbours(text):
        is_clear = match["unit"] != "折" and not match["more"] and not match["more_after"]
        low, high = sorted(numbers.value(number + power) for number in pair)  # 三两个
        return _between(match, low, high, _RANGE if is_clear else None)
    number = _discount(text) if match["unit"] == "折" else numbers.value(text + power)
    if match["half"] or match["half_after"]:
        number += Decimal("0.5")
    if match["tenth"]:
        number += Decimal(DIGITS[match["tenth"]]) / 10
    more = {match["more"], match["more_after"]} - {None}
    own = _ABOUT if more == {"来"} else _OVER if more else _EXACT
    return _qualified(match, -number if match["minus"] else number, own if len(more) < 2 else None)


def _discount(text: str) -> Decimal:
    """八五折 and 85折 → 8.5."""
    digits = "".join(str(DIGITS.get(character, character)) for character in text)
    return (
        Decimal(f"{digits[0]}.{digits[1]}")
        if re.fullmatch(r"[1-9]\d", digits)
        else numbers.value(text)
    )


def _vulgar(match: re.Match[str]) -> Phrase:
    """3½ (folded to 31⁄2) → 3.5; ⅓ without a whole number is a share."""
    over, under = int(match["over"]), int(match["under"])
    if not match["whole"] and not match["unit"]:
        return _qualified(match, Decimal(over), _EXACT if 0 < over < under else None)
    is_exact = under in (2, 4, 5, 8, 10)
    part = Decimal(over) / under if is_exact else Decimal(0)
    return _qualified(match, int(match["whole"] or 0) + part, _EXACT if is_exact else None)


def _half_qualifier(match: re.Match[str]) -> Qualifier:
    """大半年 and 半个多月 are more than a half, 小半年 is nearly one."""
    before = match.string[match.start("half_number") - 1 : match.start("half_number")]
    if before == "小":
        return _NEARLY
    return _OVER if before == "大" or match["half_more"] else _EXACT


def _range(match: re.Match[str]) -> Phrase:
    low, high = match["low"], match["high"]
    power, low_power = match["high_power"] or "", match["low_power"] or ""
    first, last = numbers.value(low + low_power), numbers.value(high + power)
    is_shared = power and not low_power and numbers.value(low) < numbers.value(high)
    if is_shared and not match["low_unit"]:  # 3至5万, but 8000至1.2万
        first = numbers.value(low + power)
    if match["low_unit"] and match["low_unit"] != match["unit"]:
        first = _converted(first, match["low_unit"], match["unit"])
    is_clear = first < last and not match["range_more"]
    return _between(match, first, last, _RANGE if is_clear else None)


def _converted(number: Decimal, unit: str, wanted: str | None) -> Decimal:
    """500米至1公里 → 0.5. Raises NumberError for units that do not go together."""
    sizes = units.size(unit), units.size(wanted or "")
    if not sizes[0] or not sizes[1] or units.dimension(unit) != units.dimension(wanted or ""):
        raise NumberError(unit)
    return number * sizes[0] / sizes[1]


def _between(match: re.Match[str], low: Decimal, high: Decimal, own: Qualifier | None) -> Phrase:
    """A range or "several"; 约 makes it approximate, and 近几年 means the last few years."""
    around = _around(match)
    if _is_recent(match):
        around.discard(_NEARLY)
    qualifier = None if match["minus"] else own
    if around == {_ABOUT} and own:
        qualifier = _ABOUT if own == _RANGE else own
    elif around:
        qualifier = None
    return _phrase(match, low, high, qualifier, is_between=qualifier is not None)


def _qualified(match: re.Match[str], number: Decimal, own: Qualifier | None) -> Phrase:
    """One number, with its own qualifier (四百多) and those around it."""
    if own is None:
        return _phrase(match, None, None, None)
    found = _around(match) | ({own} - {_EXACT})
    is_recent = _is_recent(match)
    if is_recent and len(found) > 1:
        found.discard(_NEARLY)
    qualifier = qualifiers.together(found)
    is_ambiguous = is_recent and qualifier == _NEARLY
    return _phrase(match, number, number, qualifier, is_ambiguous=is_ambiguous)


def _around(match: re.Match[str]) -> set[Qualifier | None]:
    after = match["after"]
    if after in qualifiers.IN_TIME_AND_SPACE and units.dimension(_unit(match)) not in (
        Dimension.TIME,
        Dimension.LENGTH,
    ):
        after = None
    found = {qualifiers.BEFORE[match["before"]]} if match["before"] else set()
    return found | ({qualifiers.AFTER[after]} if after else set())


def _is_recent(match: re.Match[str]) -> bool:
    """近三年 may be the last three years."""
    return match["before"] == "近" and units.same_time(match["unit"] or "") in (
        *("年", "个月", "周", "天", "季度", "学期"),
    )


def _phrase(
    match: re.Match[str],
    low: Decimal | None,
    high: Decimal | None,
    qualifier: Qualifier | None,
    is_between: bool = False,
    is_ambiguous: bool = False,
) -> Phrase:
    groups = (
        "word",
        "half_word",
        "half_number",
        "several",
        "over",
        "slash",
        "ratio",
        "low",
        "number",
    )
    starts = [match.start(name) for name in (*groups, "number") if match[name]]
    start = match.start("denominator") if match["denominator"] else min(starts)
    start = match.start("whole") if match["whole"] else start
    ends = ("word", "half_word", "half_number", "several", "under", "slash", "ratio", "high")
    end = max(match.end(name) for name in (*ends, "high_power", "number", "power", "more_after"))
    unit = _unit(match) if qualifier else match["unit"] or ""
    numeral = (start, end)
    return Phrase(
        match.start(), match.end(), numeral, low, high, qualifier, unit, is_between, is_ambiguous
    )


def _unit(match: re.Match[str]) -> str:
    unit = _own_unit(match)
    each = [part for part in re.split("[/·每]", match["per"] or "") if part]
    if match["each"] and unit not in ("日", "月", "点", "时"):  # 每月5日 is a date
        named = match["each"].removesuffix("均")
        each += [part.removeprefix("一") for part in named.split("每") if part]
    return unit if unit[:1] == ":" else "/".join([unit, *each])


def _own_unit(match: re.Match[str]) -> str:
    unit = match["unit"] or ""
    if match["denominator"]:
        whole = numbers.value(match["denominator"].removesuffix("分之"))
        return {Decimal(100): "%", Decimal(1000): "‰"}.get(whole, f"/{whole}")
    if match["word"]:
        own = number_words.WORDS[match["word"]][1]
        return own if own != "个" and own else unit or own
    if match["half_word"]:
        return "%"
    if match["slash"]:
        return f"/{int(match['slash'].split('/')[1])}"
    if match["over"] and not match["whole"] and not unit:
        return f"/{match['under']}"
    if match["ratio"]:
        return f":{numbers.value(re.split('[:比]', match['ratio'])[1])}"
    if match["low"] and not unit and match.string[match.end() - 1] == "%":
        return "%"
    return unit or _CURRENCIES.get(match["currency"] or "", "")
