"""Words that bound the number beside them: 近300, 300人以上. Pure.

The tables are closed; contradictory words count as not understood.
"""

import re

from stories.choices import Qualifier

_OVER, _NEARLY, _ABOUT = Qualifier.OVER, Qualifier.NEARLY, Qualifier.ABOUT
_AT_LEAST, _AT_MOST = Qualifier.AT_LEAST, Qualifier.AT_MOST
_EXACT, _RANGE, _SEVERAL = Qualifier.EXACT, Qualifier.RANGE, Qualifier.SEVERAL

# Source: Civil Code of the PRC, article 1259: 以上, 以下, 以内 and 届满 include the number itself,
# 不满, 超过 and 以外 do not. 少于 is read as "at most", which is wider: "nearly" would claim more
# than is printed. The other words: a list of our own, 2026-11. None: not understood.
BEFORE: dict[str, Qualifier | None] = {
    word: qualifier
    for qualifier, listed in (
        (
            _AT_LEAST,
            "不得少于 不得低于 不得小于 不得短于 不少于 不低于 不小于 不短于 不下于 不下 大于等于 "
            "至少 最少 最低 起码 少说 上 ≥ ⩾",
        ),
        (
            _AT_MOST,
            "不得超过 不得高于 不得多于 不得大于 不超过 不超 不高于 不多于 不大于 小于等于 "
            "至多 最多 最高 顶多 少于 低于 小于 ≤ ⩽ <",
        ),
        (_OVER, "超过 超出 多于 高于 大于 不止 不只 远超 突破 冲破 跨过 年过 年逾 逾 超 过 破 >"),
        (_ABOUT, "大约莫 大约 大概 大致 大体 约莫 约摸 估计 估摸 差不多 约 ≈ ~"),
        (_NEARLY, "将近 接近 几近 近乎 几乎 年近 不足 不到 不满 未满 未达 未到 近"),
        (None, "不过 每 ± 翻了 翻"),
    )
    for word in listed.split()
}
# Contexts in which they qualify nothing: 最近3年, 节约300元, 街上3户 (but 上百户), 通过3项.
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
    "每": "每(?=[\\d一二两三四五六七八九十百千万])",
    # 翻了两倍 is twice, three times or four times as much.
    "翻": "翻(?=[\\d一二两三四五六七八九.]+倍)",
    "翻了": "翻了(?=[\\d一二两三四五六七八九.]+倍)",
}
# Words allowed between such a word and its number: 约有300户, 至少安排2名.
FILL = (
    "(?:达到?了?|有了?|为|占了?|是|在|了|到|共|需要?|要|用了?|安排|配备|开展|组织|召开|完成|解决|办理?|选派|建成?|"
    "奖励?|补贴|补助|可|能|容纳|提供|举办|走访|服务|投入|收取?|派出?)"
)
AFTER: dict[str, Qualifier | None] = {
    word: qualifier
    for qualifier, listed in (
        (_AT_LEAST, "以上 及以上 或以上 之上"),
        (_AT_MOST, "以下 及以下 或以下 以内 之内 之下 内 为限 封顶"),
        (_ABOUT, "左右 上下 前后"),
        (_OVER, "以外 之外 开外 出头 挂零 有余 余 多 强 +"),
        (_NEARLY, "不到 不足 弱"),
        (None, "好几 来往"),
    )
    for word in listed.split()
}
# Last characters of units of measure: 3年多, 100米多; but 20个多功能厅.
_MEASURED = "元米里年月天日周时钟吨斤亩顷克%成倍岁旬平方升瓦度番"
_UNLESS_AFTER = {
    "内": "内(?![部外容设置各在涵存科衣])",
    "左右": "左右(?![为邻手两开摇逢])",
    "上下": "上下(?![联一同游楼班级水功齐])",
    "前后": "前后(?=$|\\W)",
    "之上": "之上(?=$|\\W|的)",
    "之下": "之下(?=$|\\W|的)",
    "不到": "不到(?=$|\\W|的|就|便|时)",
    "不足": "不足(?=$|\\W|的)",
    "余": f"(?<=[{_MEASURED}])余(?![种名项条元额下])",
    "多": f"(?<=[{_MEASURED}])多(?![种功样方次个名位项条元久少])",
    "+": r"\+(?![\dNnXx])",
    "强": "(?<=[一二三四五六七八九成%])强(?=$|\\W)",
    "弱": "弱(?=$|\\W)",
}
IN_TIME_AND_SPACE = ("内", "以外", "之外")  # 5户以外 are other households
# Other words between a unit and a bound, as in 300名志愿者以上; none that begins a new clause.
GAP = (
    r"[^\W\d_〇零一二两三四五六七八九十百千万亿几数半"
    "和与及或在是有的了到从由至不也都就为每第]{1,4}?"
)


def _pattern(listed: dict[str, Qualifier | None], unless: dict[str, str]) -> str:
    by_length = sorted(listed, key=len, reverse=True)
    return "|".join(unless.get(word, re.escape(word)) for word in by_length)


BEFORE_PATTERN = _pattern(BEFORE, _UNLESS_BEFORE)
AFTER_PATTERN = _pattern(AFTER, _UNLESS_AFTER)


def together(found: set[Qualifier | None]) -> Qualifier | None:
    """The qualifier that several words have together; None if they contradict one another."""
    if len(found) < 2:
        return next(iter(found), _EXACT)
    if found in ({_ABOUT, _OVER}, {_AT_LEAST, _OVER}):  # 约300余人, 超过300人以上
        return _OVER
    return None
