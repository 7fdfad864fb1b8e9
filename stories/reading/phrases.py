"""The grammar of printed quantities: words before, number, unit, words behind. Pure.

Its law: all words that qualify a number stand in the two tables here, and a phrase whose words
contradict one another has no qualifier: it is not understood.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from stories.choices import Dimension, Qualifier
from stories.reading import numbers, units, words
from stories.reading.numbers import ARABIC, CHINESE, DIGITS, NUMBER, POWER, NumberError

_OVER, _NEARLY, _ABOUT = Qualifier.OVER, Qualifier.NEARLY, Qualifier.ABOUT
_AT_LEAST, _AT_MOST = Qualifier.AT_LEAST, Qualifier.AT_MOST
_EXACT, _RANGE, _SEVERAL = Qualifier.EXACT, Qualifier.RANGE, Qualifier.SEVERAL

# Source: Civil Code of the PRC, article 1259: 以上, 以下, 以内 and 届满 include the number itself, 不满,
# 超过 and 以外 do not. 少于 is told as "at most", which is wider: "nearly" would say more than is
# printed. The other words: 现代汉语词典 (7th edition, 2016). None: a word that is not understood.
_BEFORE: dict[str, Qualifier | None] = {
    word: qualifier
    for qualifier, listed in (
        (
            _AT_LEAST,
            "不得少于 不得低于 不得小于 不得短于 不少于 不低于 不小于 不短于 不下于 不下 大于等于 至少 最少 最低 起码 少说 上 ≥ ⩾",
        ),
        (
            _AT_MOST,
            "不得超过 不得高于 不得多于 不得大于 不超过 不超 不高于 不多于 不大于 小于等于 至多 最多 最高 顶多 少于 低于 "
            "小于 ≤ ⩽ <",
        ),
        (_OVER, "超过 超出 多于 高于 大于 不止 不只 远超 突破 冲破 跨过 年过 年逾 逾 超 过 破 >"),
        (_ABOUT, "大约莫 大约 大概 大致 大体 约莫 约摸 估计 估摸 差不多 约 ≈ ~"),
        (_NEARLY, "将近 接近 几近 近乎 几乎 年近 不足 不到 不满 未满 未达 未到 近"),
        (None, "不过 每 ±"),
    )
    for word in listed.split()
}
# Where these qualify nothing: 最近3年, 节约300元, 街上3户 (but 上百户), 通过3项.
_UNLESS_BEFORE = {
    "近": "(?<![最附邻临靠贴亲新远走])近",
    "约": "(?<![节签预合契制特邀相邀爽违守履公条租])约",
    "上": "(?<![以网线街路墙楼晚早地村山身])上(?=[百千万亿])",
    "过": "(?<![超经通走不路错度难胜跨])过(?=[百千万亿半])",
    "破": "(?<![突打击冲爆])破(?=[百千万亿])",
    "超": "(?<![赶])超",
    "不足": "(?<![存在有处些的种个点补])不足",
    "不满": "(?<![的有生])不满",
    "最高": "最高(?![楼层分法人])",
    "~": r"(?<![\d百千万亿%])~",
    "每": "每(?=[\\d一二三四五六七八九十百千万])",
}
# What may stand between such a word and its number: 约有300户, 至少安排2名.
_FILL = (
    "(?:达到?了?|有了?|为|占了?|是|在|了|到|共|需要?|要|用了?|安排|配备|开展|组织|召开|完成|解决|办理?|选派|建成?|"
    "奖励?|补贴|补助|可|能|容纳|提供|举办|走访|服务|投入|收取?|派出?)"
)
_AFTER: dict[str, Qualifier | None] = {
    word: qualifier
    for qualifier, listed in (
        (_AT_LEAST, "以上 及以上 或以上 之上"),
        (_AT_MOST, "以下 及以下 或以下 以内 之内 之下 内 为限 封顶"),
        (_ABOUT, "左右 上下 前后"),
        (_OVER, "以外 之外 开外 出头 挂零 有余 余 多 +"),
        (_NEARLY, "不到 不足 弱"),
        (None, "好几 来往"),
    )
    for word in listed.split()
}
_UNLESS_AFTER = {
    "内": "内(?![部外容设置各在涵存科衣])",
    "左右": "左右(?![为邻手两开摇逢])",
    "上下": "上下(?![联一同游楼班级水功齐])",
    "前后": "前后(?=$|\\W)",
    "之上": "之上(?=$|\\W|的)",
    "之下": "之下(?=$|\\W|的)",
    "不到": "不到(?=$|\\W|的|就|便|时)",
    "不足": "不足(?=$|\\W|的)",
    "余": "(?<=[元米里年月天日周时钟吨斤亩顷克%成倍岁旬平方升瓦度])余(?![种名项条元额下])",
    "多": "(?<=[元米里年月天日周时钟吨斤亩顷克%成倍岁旬平方升瓦度])多(?![种功样方次个名位项条元久少])",
    "+": r"\+(?![\dNnXx])",
    "弱": "弱(?=$|\\W)",
}
_IN_TIME_AND_SPACE = ("内", "以外", "之外")  # 5户以外 are other households
# Other words between a unit and a bound, as in 300名志愿者以上; none that begins a new thought.
_GAP = r"[^\W\d_〇零一二两三四五六七八九十百千万亿几数半和与及或在是有的了到从由至不也都就为每第]{1,4}?"

SEVERAL = (
    r"数以[十百千万亿]+计|(?<![人户次总参基多少个分件])[数几][十百千万亿]+"
    r"|[二三四五六七八九]?十几[万亿]?"
    r"|好?(?:几|(?<![人户次总参基多少个分岁])数)(?=(?:万|亿)?[个名位年天次栋处家户条棵件项场种盏辆张类座对间里元斤吨米公])"
)
# Number, unit ("" for the one printed), qualifier of its own. None: not understood.
_WORDS: dict[str, tuple[str, str, Qualifier | None]] = {
    **dict.fromkeys(("一半", "半数", "对半"), ("50", "%", _EXACT)),
    **dict.fromkeys(("一大半", "一多半", "大多半", "大半", "多半"), ("50", "%", _OVER)),
    **dict.fromkeys(("过半数", "过半"), ("50", "%", _OVER)),
    **dict.fromkeys(("一小半", "小半"), ("50", "%", None)),
    **dict.fromkeys(("百分百", "百分之百"), ("100", "%", _EXACT)),
    **{"俩": ("2", "个", _EXACT), "仨": ("3", "个", _EXACT)},
    **{"对折": ("5", "折", _EXACT), "半价": ("5", "折", _EXACT)},
    **dict.fromkeys(
        ("翻番", "翻了番", "翻一番", "翻了一番", "翻倍", "翻了倍"), ("2", "倍", _EXACT)
    ),
    **dict.fromkeys(("翻两番", "翻了两番"), ("4", "倍", _EXACT)),
    **dict.fromkeys(("翻三番", "翻了三番"), ("8", "倍", _EXACT)),
    **{"个把": ("1", "", _ABOUT), "百把": ("100", "", _ABOUT), "千把": ("1000", "", _ABOUT)},
    **{"万把": ("10000", "", _ABOUT), "百十来": ("100", "", _ABOUT), "百十": ("100", "", _ABOUT)},
    **dict.fromkeys(("百八十", "千八百", "万八千", "一星半点"), ("0", "", None)),
    **dict.fromkeys(("几百上千", "成千上万", "成百上千", "十几二十", "一二十几"), ("0", "", None)),
}
_UNLESS_WORD = {
    "过半": "(?<![超越通])过半(?![百年夜月天小个])",
    "大半": "大半(?![年天夜辈生个])",
    "小半": "小半(?![年天夜辈生个])",
    "多半": "(?<![个大一])多半(?![个月年天])",
    "一半": "一半(?![年天])",
    "俩": "俩(?!钱)",
    "百十": f"(?<!{CHINESE})(?<!\\d)百十(?=[个户人名家多件条])",
    "对半": "(?<!绝)对半",
}
_HALF = "(?:(?<=[近超约])|(?<=超过))半(?![年个天小月公路夜数分])"
# 半年, 半小时; not 上半年 (a date), 半夜.
_HALF_UNITS = (
    "半(?=个?(?:多|余)?个?(?:小时|钟头|月|星期|年|天|日|公里|里路|米|吨|公斤|斤|亩|学期|世纪|元))"
)
HALF = f"(?:(?<=小)|(?<=大)|(?<![上下前后过夜大小两多一]))(?:{_HALF_UNITS})"

_WITHOUT_NUMERAL = ("对折", "半价", "翻番", "翻了番", "翻倍", "翻了倍")
_by_length = sorted(_WORDS, key=len, reverse=True)
_WORD = "|".join(_UNLESS_WORD.get(word, word) for word in _by_length)
WORD = "|".join(_UNLESS_WORD.get(w, w) for w in _by_length if w not in _WITHOUT_NUMERAL)

_SMALL = rf"(?:{ARABIC}|[{numbers.BELOW_WAN}]+(?:点[〇零一二三四五六七八九]+)?)"
_EACH = rf"(?P<each>(?:每一?(?:{units.PATTERN}))+|(?<![平])[人户日月年周次栋]均)(?![人户日月年周次栋]均)"
# Whom the rate is of, and what is done: 人均可支配收入3万元, 每月收取80元.
_EACH_FILL = f"(?:年|可支配|住房|公共|绿地|使用|增加?|减少?|收入|面积|投入|出资|节约|节省|缴纳?|交|花费?|消费|补助|发放|给予|平均|{_FILL}){{0,3}}"


def _choices(listed: dict[str, Qualifier | None], unless: dict[str, str]) -> str:
    by_length = sorted(listed, key=len, reverse=True)
    return "|".join(unless.get(word, re.escape(word)) for word in by_length)


_quantity = re.compile(
    rf"(?:{_EACH}{_EACH_FILL})?"
    rf"(?:(?P<before>{_choices(_BEFORE, _UNLESS_BEFORE)})(?:(?<![近上逾])(?:{_FILL}){{1,2}})?)?"
    r"(?P<yuan>¥|RMB|人民币)?"
    r"(?P<minus>零下|(?<![\w)\0])-(?=\d)|负(?=[\d一二三四五六七八九十]))?"
    rf"(?P<denominator>(?:{CHINESE}+|\d+)分之)?"
    r"(?:"
    rf"(?P<word>{_WORD})"
    rf"|(?P<half_word>{_HALF})|(?P<half_number>{HALF})(?P<half_more>[多余](?=个|小))?"
    rf"|(?P<several>{SEVERAL})"
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
    rf"(?P<per>(?:[/·每](?:{units.PATTERN}))+)?"
    rf"(?:{_GAP}(?=(?:及?以上|及?以下|以内|左右(?![为邻手两开摇逢]))))?"
    rf"(?:\(含\))?(?P<after>{_choices(_AFTER, _UNLESS_AFTER)})?"
)
_change_before = re.compile(r"[由从](?:[原最起过之当以][来初先始去前时]的?|不足|仅有|只有)?$")
_change_words = re.compile(
    r"(?:[^\d。;!?,\0]{0,6}(?:增|加|升|降|提|减|扩|变|涨|跌|缩|发展|压|调|拓|壮大|优化|滑|攀)[^\d。;!?,\0]{0,8})"
)
_change_alone = re.compile(
    r"已?(?:增|升|降|减|扩|涨|缩|提)[加高长少低大小升短]?(?:至|到)了?(?:[现目如今][在前今年]的?)?"
)


@dataclass(frozen=True)
class Phrase:
    """A phrase that holds a number. `qualifier` None: it is not understood.

    `is_between`: low and high are two numbers. `is_ambiguous`: 近三年 may be the last three years.
    """

    start: int
    end: int
    core: tuple[int, int]  # where its numeral characters stand
    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier | None
    unit: str
    is_between: bool = False
    is_ambiguous: bool = False


def plain(text: str) -> str:
    """A folded text without names and words that count nothing, at the same length.

    三个多月 and 三个半月 are read as if 多 and 半 stood before 个月.
    """
    text = words.without_names(words.without_words(numbers.without_formal(text)))
    return re.sub("个([余多半])(?=月|小时|星期|钟头|学期|季度|世纪)", r"\1个", text)


def find(text: str) -> Iterator[Phrase]:
    """Those of a plain text, in order."""
    for match in _quantity.finditer(text):
        if match["minus"] and match["minus"] != "零下" and not _can_be_negative(match):
            yield _phrase(match, None, None, None)
        else:
            yield _read(match)


def is_change(before: str, between: str) -> bool:
    """Whether two numbers are a change from one to the other: 由3个增至12个."""
    if _change_alone.fullmatch(between):
        return True
    return bool(_change_before.search(before) and _change_words.fullmatch(between))


def is_stuck(text: str, end: int, start: int) -> bool:
    """Whether two numbers without a word between them stick together: 3-5-7, 1.2.3, 一百几十."""
    between = text[end:start]
    return between == "" or (between in ".:/-~—⁄" and text[end - 1].isalnum())


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
        number, _unit, qualifier = _WORDS[match["word"]]
        return _qualified(match, Decimal(number), qualifier)
    if match["half_word"]:
        return _qualified(match, Decimal(50), _EXACT)
    if match["half_number"]:
        return _qualified(match, Decimal("0.5"), _half_qualifier(match))
    if match["several"]:
        return _between(match, *_several(match["several"]), _SEVERAL)
    if match["over"]:
        return _vulgar(match)
    if match["slash"]:
        part, whole = (int(number) for number in match["slash"].split("/"))
        return _qualified(match, Decimal(part), _EXACT if 0 < part < whole else None)
    if match["ratio"]:
        return _qualified(match, numbers.value(re.split("[:比]", match["ratio"])[0]), _EXACT)
    if match["low"]:
        return _range(match)
    return _number(match)


def _number(match: re.Match[str]) -> Phrase:
    text, power = match["number"], match["power"] or ""
    if pair := numbers.neighbours(text):
        is_clear = match["unit"] != "折" and not match["more"] and not match["more_after"]
        low, high = (numbers.value(number + power) for number in pair)
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
    """3½ (folded to 31⁄2) → 3.5; ⅓ alone is a share."""
    over, under = int(match["over"]), int(match["under"])
    if not match["whole"] and not match["unit"]:
        return _qualified(match, Decimal(over), _EXACT if 0 < over < under else None)
    is_exact = under in (2, 4, 5, 8, 10)
    part = Decimal(over) / under if is_exact else Decimal(0)
    return _qualified(match, int(match["whole"] or 0) + part, _EXACT if is_exact else None)


def _half_qualifier(match: re.Match[str]) -> Qualifier:
    """大半年 and 半个多月 are over a half, 小半年 is nearly one."""
    before = match.string[match.start("half_number") - 1 : match.start("half_number")]
    if before == "小":
        return _NEARLY
    return _OVER if before == "大" or match["half_more"] else _EXACT


def _range(match: re.Match[str]) -> Phrase:
    low, high = match["low"], match["high"]
    power, low_power = match["high_power"] or "", match["low_power"] or ""
    numbers_ = [numbers.value(low + low_power), numbers.value(high + power)]
    is_shared = power and not low_power and numbers.value(low) < numbers.value(high)
    if is_shared and not match["low_unit"]:  # 3至5万, but 8000至1.2万
        numbers_[0] = numbers.value(low + power)
    if match["low_unit"] and match["low_unit"] != match["unit"]:
        numbers_[0] = _converted(numbers_[0], match["low_unit"], match["unit"])
    is_clear = numbers_[0] < numbers_[1] and not match["range_more"]
    return _between(match, *numbers_, _RANGE if is_clear else None)


def _converted(number: Decimal, unit: str, wanted: str | None) -> Decimal:
    """500米至1公里 → 0.5. Raises NumberError for units that do not go together."""
    sizes = units.size(unit), units.size(wanted or "")
    if not sizes[0] or not sizes[1] or units.dimension(unit) != units.dimension(wanted or ""):
        raise NumberError(unit)
    return number * sizes[0] / sizes[1]


def _several(text: str) -> tuple[Decimal, Decimal]:
    """数百 → 200 to 999, 二十几 → 21 to 29, 几 → 2 to 9: what the words allow, no more."""
    text = text.removeprefix("好").replace("数以", "数").removesuffix("计")
    if "十几" in text:
        tens, _, power = text.partition("十几")
        ten, factor = 10 * DIGITS.get(tens, 1), numbers.value(f"一{power}") if power else 1
        return (ten + 1) * Decimal(factor), (ten + 9) * Decimal(factor)
    factor = numbers.value(f"一{text[1:]}") if len(text) > 1 else Decimal(1)
    return 2 * factor, 10 * factor - 1


def _between(match: re.Match[str], low: Decimal, high: Decimal, own: Qualifier | None) -> Phrase:
    """A range or several; 约 makes it about a range, and 近几年 are the last few years."""
    around = _around(match)
    if _is_recent(match):
        around.discard(_NEARLY)
    qualifier = own
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
    qualifier = _one_of(found)
    is_ambiguous = is_recent and qualifier == _NEARLY
    return _phrase(match, number, number, qualifier, is_ambiguous=is_ambiguous)


def _one_of(found: set[Qualifier | None]) -> Qualifier | None:
    """What several words together say; None where they contradict one another."""
    if len(found) < 2:
        return next(iter(found), _EXACT)
    if found in ({_ABOUT, _OVER}, {_AT_LEAST, _OVER}):  # 约300余人, 超过300人以上
        return _OVER
    return None


def _around(match: re.Match[str]) -> set[Qualifier | None]:
    after = match["after"]
    if after in _IN_TIME_AND_SPACE and units.dimension(_unit(match)) not in (
        Dimension.TIME,
        Dimension.LENGTH,
    ):
        after = None
    found = {_BEFORE[match["before"]]} if match["before"] else set()
    return found | ({_AFTER[after]} if after else set())


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
    starts = [match.start(name) for name in groups if match[name]]
    start = match.start("denominator") if match["denominator"] else min(starts)
    start = match.start("whole") if match["whole"] else start
    ends = ("word", "half_word", "half_number", "several", "under", "slash", "ratio", "high")
    end = max(match.end(name) for name in (*ends, "high_power", "number", "power", "more_after"))
    unit = _unit(match)
    core = (start, end)
    return Phrase(
        match.start(), match.end(), core, low, high, qualifier, unit, is_between, is_ambiguous
    )


def _unit(match: re.Match[str]) -> str:
    unit = _own_unit(match)
    each = [part for part in re.split("[/·每]", match["per"] or "") if part]
    if match["each"] and unit not in ("日", "月", "点", "时"):  # 每月5日 is a date
        named = match["each"].removesuffix("均")
        each += [part.removeprefix("一") for part in named.split("每") if part]
    return "/".join([unit, *each])


def _own_unit(match: re.Match[str]) -> str:
    unit = match["unit"] or ""
    if match["denominator"]:
        whole = numbers.value(match["denominator"].removesuffix("分之"))
        return {Decimal(100): "%", Decimal(1000): "‰"}.get(whole, f"/{whole}")
    if match["word"]:
        return _WORDS[match["word"]][1] or unit
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
    return unit or ("元" if match["yuan"] else "")
