"""Numbers written as words: 一半, 数百, 十几, 千把, 俩, 翻一番. Pure.

Each word has one meaning here, or counts as not understood.
"""

from decimal import Decimal

from stories.choices import Qualifier
from stories.reading import numbers
from stories.reading.numbers import CHINESE, DIGITS

_EXACT, _OVER, _ABOUT = Qualifier.EXACT, Qualifier.OVER, Qualifier.ABOUT

# 几 and 数 alone need a classifier after them: 人数近 is no number.
_COUNTED = (
    "个名位年天次栋处家户条棵件项场种盏辆张类座对间里元斤吨米公"
    "块小台套所周组批根册本瓶箱袋车轮期日月"
)
_NO_NUMBER = "人户次总参基多少个分件岁"
SEVERAL = (
    rf"数以[十百千万亿]+计|(?<![{_NO_NUMBER}])[数几][十百千万亿]+"
    r"|[二三四五六七八九]?十几[万亿]?"
    rf"|好?(?:几|(?<![{_NO_NUMBER}])数)(?=(?:万|亿)?[{_COUNTED}])"
)
# Number, unit ("" for the one printed), qualifier of its own. None: not understood.
WORDS: dict[str, tuple[str, str, Qualifier | None]] = {
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
_UNLESS = {
    "过半数": "(?<![超越通])过半数",
    "过半": "(?<![超越通])过半(?![百年夜月天小个])",
    "大半": "大半(?![年天夜辈生个])",
    "小半": "小半(?![年天夜辈生个])",
    "多半": "(?<![个大一])多半(?![个月年天])",
    "一半": "一半(?![年天个])",
    "俩": "俩(?!钱)",
    "百十": f"(?<!{CHINESE})(?<!\\d)百十(?=[个户人名家多件条])",
    "对半": "(?<!绝)对半",
}
HALF_SHARE = "(?:(?<=[近超约])|(?<=超过))半(?![年个天小月公路夜数分])"
# 半年, 半小时; not 上半年 (a date), 半夜.
_HALVED = "小时|钟头|月|星期|年|天|日|公里|里路|米|吨|公斤|斤|亩|学期|世纪|元"
HALF = f"(?:(?<=小)|(?<=大)|(?<![上下前后夜大小两多一]))半(?=个?(?:多|余)?个?(?:{_HALVED}))"

_WITHOUT_NUMERAL = ("对折", "半价", "翻番", "翻了番", "翻倍", "翻了倍")
_by_length = sorted(WORDS, key=len, reverse=True)
# All of them; and those with a numeral that must be accounted for.
PATTERN = "|".join(_UNLESS.get(word, word) for word in _by_length)
NUMERALS = "|".join(_UNLESS.get(w, w) for w in _by_length if w not in _WITHOUT_NUMERAL)


def several(text: str) -> tuple[Decimal, Decimal]:
    """数百 → 200 to 999, 二十几 → 21 to 29, 几 → 2 to 9: the widest range of the words."""
    text = text.removeprefix("好").replace("数以", "数").removesuffix("计")
    if "十几" in text:
        tens, _, power = text.partition("十几")
        ten, factor = 10 * DIGITS.get(tens, 1), numbers.value(f"一{power}") if power else 1
        return (ten + 1) * Decimal(factor), (ten + 9) * Decimal(factor)
    factor = numbers.value(f"一{text[1:]}") if len(text) > 1 else Decimal(1)
    return 2 * factor, 10 * factor - 1
