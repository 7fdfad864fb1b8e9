"""Printed units: the dimension of each, and its conversion factors. Pure.

A known unit never counts as a classifier, and factors are exact.
"""

import re
from decimal import Decimal

from stories.choices import Dimension

_AREA = Decimal(2000) / 3  # 15 亩 make a hectare
# Printed units by dimension, each with its size in the base unit of the dimension: m, m², yuan, kg,
# l, W, Wh, °C, years, %, times. Units of time are not converted into one another, as months and
# years vary in length. Sizes: GB 3100-93; of 亩, 里, 斤 and 担 as fixed in metres and kilograms.
_SIZES: dict[Dimension, dict[str, Decimal | str | int]] = {
    Dimension.MONEY: {"元": 1, "元钱": 1, "块钱": 1, "角": "0.1", "角钱": "0.1", "毛钱": "0.1"},
    Dimension.AREA: {
        **{"平方公里": 10**6, "平方千米": 10**6, "km2": 10**6, "公顷": 10**4},  # ㎢ folds to km2
        **{"亩": _AREA, "亩地": _AREA, "平方米": 1, "平米": 1, "个平方": 1, "平方": 1, "平": 1},
        **{"m2": 1, "平方厘米": "0.0001"},
    },
    Dimension.LENGTH: {
        **{"公里": 1000, "千米": 1000, "km": 1000, "里": 500, "米": 1, "m": 1, "分米": "0.1"},
        **{"厘米": "0.01", "公分": "0.01", "cm": "0.01", "毫米": "0.001", "mm": "0.001"},
    },
    Dimension.WEIGHT: {
        **{"吨": 1000, "t": 1000, "担": 50, "公斤": 1, "千克": 1, "kg": 1, "斤": "0.5"},
        **{"克": "0.001", "g": "0.001", "毫克": "0.000001", "mg": "0.000001"},
    },
    Dimension.VOLUME: {
        **{"立方米": 1000, "立方": 1000, "方": 1000, "m3": 1000, "升": 1, "L": 1},
        **{"毫升": "0.001", "ml": "0.001", "mL": "0.001"},
    },
    Dimension.POWER: {
        **{"瓦": 1, "W": 1, "千瓦": 1000, "kW": 1000, "KW": 1000, "兆瓦": 10**6, "MW": 10**6},
    },
    Dimension.ENERGY: {"度电": 1000, "千瓦时": 1000, "kWh": 1000},
    Dimension.DEGREES: {"度": 1, "°C": 1, "摄氏度": 1},
    Dimension.AGE: {"岁": 1, "周岁": 1, "旬": 10},
    Dimension.SHARE: {"%": 1, "成": 10, "‰": "0.1"},
    Dimension.POINTS: {"个百分点": 1, "百分点": 1},
    Dimension.DISCOUNT: {"折": 1},
    Dimension.FACTOR: {"倍": 1},
}
UNITS: dict[str, tuple[Dimension, Decimal]] = {
    unit: (dimension, Decimal(size))
    for dimension, sizes in _SIZES.items()
    for unit, size in sizes.items()
}
# Other currencies, and dimensions without an indicator: each matches only itself.
_MONEY = "美元 美金 港元 港币 欧元 日元 英镑 澳元 新台币 韩元 卢布".split()
_OTHER = (
    "分贝 伏 伏特 安培 兆帕 帕 赫兹 马力 像素 兆 MB GB TB KB M 流明 勒克斯 微克 ppm 级风 °"
).split()
_TIMES = (
    "秒 秒钟 刻钟 分钟 小时 个小时 钟头 个钟头 天 日 工作日 个工作日 周 星期 个星期 礼拜 个礼拜 "
    "个月 月 季度 个季度 学期 个学期 年 周年 载 世纪 个世纪"
).split()
_SAME_TIME = {
    **{"秒钟": "秒", "个小时": "小时", "钟头": "小时", "个钟头": "小时", "日": "天"},
    **{"个工作日": "工作日", "星期": "周", "个星期": "周", "礼拜": "周", "个礼拜": "周"},
    **{"月": "个月", "个季度": "季度", "个学期": "学期", "载": "年", "个世纪": "世纪"},
}
# How many of the second make one of the first, if that is fixed: only then are two in a row added.
IN_A_ROW = {
    **{("年", "个月"): 12, ("周", "天"): 7, ("天", "小时"): 24},
    **{("小时", "分钟"): 60, ("分钟", "秒"): 60},
}
# The same for money and lengths, expressed in the first unit: 3元5角.
SMALL_CHANGE = {("元", "角"): Decimal("0.1"), ("公里", "米"): Decimal("0.001")}
# Classifiers that only count; 个月 and 个平方 above are tried first. A list of our own, from the
# words of community news, 2026-11: one that it lacks leaves a number without a unit.
_CLASSIFIERS = (
    "人次 人(次) 户次 家次 车次 场次 班次 台次 件次 辆次 例次 课时 学时 号人 余人 口人 家人 张床位 "
    "个 名 位 人 户 栋 幢 处 盏 家 次 件 条 棵 株 车 份 场 项 张 块 座 所 间 支 届 部 辆 台 套 "
    "口 根 组 "
    "批 类 种 册 本 幅 面 盆 袋 箱 桶 瓶 杯 只 头 篇 首 封 节 堂 门 班 桌 餐 顿 轮 遍 趟 回 单 "
    "宗 起 例 样 "
    "层 片 段 对 双 期 笔 则 扇 副 把 艘 枚 粒 颗 声 步 社区 小区 街道 单元 门店 网格"
).split()

_DIGIT = "[一二两三四五六七八九]"
# With these characters a unit is another word: 3成员, 100平房, 5门诊.
_UNLESS = {
    "成": "成(?![员果立功本为长就效品套])",
    "平": "平(?![方米台均安房整常时等原])",
    "里": r"里(?=[路地长远外多以之左]|$|\W)",
    # 两度 is twice, 38度 a temperature.
    "度": f"(?:(?<=[\\d十])|(?<=十{_DIGIT})|(?<=零下{_DIGIT}))度(?![假过日数])",
    "m": "m(?![a-zA-Z0-9])",
    "g": "g(?![a-zA-Z0-9])",
    "t": "t(?![a-zA-Z0-9])",
    "L": "L(?![a-zA-Z0-9])",
    "W": "W(?![a-zA-Z0-9])",
    "M": "M(?![a-zA-Z0-9])",
    "升": "升(?![级至到为学降])",
    "克": "克(?!服)",
    "年": "年(?!级)",
    "面": "面(?![积对向包])",
    "门": "门(?![诊口卫面])",
    "口": "口(?![号头岸罩])",
    "家": "家(?![庭长])",
    "人": "人(?![民大才])",
    "节": "节(?![约能日点])",
    "单": "单(?![位元一])",
    "对": "对(?![于外比策口接])",
    "双": "双(?!向)",
    "期": "期(?![间待望])",
    "步": "步(?!行)",
    "声": "声(?!音)",
    "起": "起(?![来到])",
    "把": "把(?![握])",
    "班": "班(?![子组])",
    "头": "头(?![疼])",
    "回": "回(?![收访应])",
    "组": "组(?![织建成])",
    "例": "例(?!如)",
    "部": "部(?![门分署])",
    "支": "支(?![部持付委])",
    "所": "所(?![有以属在])",
    "兆": "兆(?!帕|瓦)",
    "载": "载(?![体])",
    "担": "担(?![任当保心负])",
    "方": "方(?=水|土|混凝土|垃圾|泥)",
    "天": "天(?![桥然线井气])",
    "日": "日(?![常均])",
}
_NAMES = {*UNITS, *_TIMES, *_CLASSIFIERS, *_MONEY, *_OTHER}
PATTERN = "|".join(
    _UNLESS.get(name, re.escape(name)) for name in sorted(_NAMES, key=len, reverse=True)
)


def dimension(unit: str) -> Dimension | None:
    """None if no unit is printed. `/3` are thirds, `:3` is a ratio to three, `元/月` is a rate."""
    if not unit:
        return None
    if unit in UNITS:
        return UNITS[unit][0]
    if unit[0] == ":":
        return Dimension.RATIO
    if "/" in unit:
        return Dimension.SHARE if unit[1:].isdecimal() else Dimension.RATE
    if unit in _TIMES:
        return Dimension.TIME
    if unit in _MONEY:
        return Dimension.MONEY
    return Dimension.OTHER if unit in _OTHER else Dimension.COUNT


def size(unit: str) -> Decimal | None:
    """In the base unit of its dimension; None for a unit that cannot be converted."""
    if unit in UNITS:
        return UNITS[unit][1]
    if unit[:1] == "/" and unit[1:].isdecimal():
        return 100 / Decimal(unit[1:])
    return 1 / Decimal(unit[1:]) if unit[:1] == ":" else None


def same_time(unit: str) -> str:
    """One name for units of time of equal length: 星期 and 个星期 are 周."""
    return _SAME_TIME.get(unit, unit)


def rate_parts(unit: str) -> tuple[str, tuple[str, ...]]:
    """元/人/月 → 元, (人, 月): the unit, and what it is per."""
    counted, *each = unit.split("/")
    return counted, tuple(sorted(_each(part) for part in each))


def _each(unit: str) -> str:
    return {"名": "人", "位": "人"}.get(unit, same_time(unit))


def is_convertible(printed: str, wanted: str) -> bool:
    """Whether a number in one unit can be converted to the other."""
    if printed == wanted:
        return True
    return dimension(printed) == dimension(wanted) and None not in (size(printed), size(wanted))
