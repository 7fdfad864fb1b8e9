"""Checks an EDTF date against its printed fragment (2021.9.15, 去年底, 5月下旬, 九月廿五). Pure.

A printed part must agree; a part that is not printed must be marked as inferred.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from stories.choices import Inferred
from stories.reading import dates, source_text
from stories.reading.dates import NO_TENTHS, Moment, Span, Tenths
from stories.reading.faults import Finding, Parameters

_ZH = "零一二三四五六七八九"
# A year is followed by 年, or is in a span of years, or is the whole fragment: not in 共2021户.
_YEAR = r"(?<!\d)(?:1[89]|2[01])\d\d(?=年|[-—~至到、和](?:1[89]|2[01])\d\d(?!\d)|$)"
_PRINTED = {
    "year": _YEAR,
    "month": r"(?<!\d)(\d{1,2})(?=月|[-—~至到、和]\d{1,2}月)",
    "day": r"(?<!\d)(\d{1,2})(?=[日号]|[-—~至到、和]\d{1,2}[日号])",
}
# first and last day of each tenth of a month
TENTHS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
_DAYS = re.compile(rf"(?<!\d)\d{{1,2}}[日号]|{'|'.join(TENTHS)}")
_DISAGREES = {"year": "year-disagrees", "month": "month-disagrees", "day": "day-disagrees"}
_NOT_PRINTED = {"month": "month-not-printed", "day": "day-not-printed"}


def disagreement(
    printed: str, edtf: str, inferred: str | None, issued: str | None = None
) -> Finding | None:
    """How a date contradicts its printed fragment; None if they agree.

    上旬, 中旬 and 下旬 mean the days 1–10, 11–20 and 21 to the end of the month. A duration
    (近两个月) may be the fragment of an interval of that length. `issued`: the date of the source,
    to which 去年 is relative. Raises DateError.
    """
    span = dates.read(edtf)
    moments = [moment for moment in (span.first, span.last) if moment]
    text = solar(printed)
    both = {"printed": printed, "edtf": edtf}
    return (
        _year_finding(text, printed, inferred)
        or _decade_finding(text, moments, both)
        or _part_finding(text, printed, moments, inferred, both)
        or _relative_finding(printed, moments, issued, both)
        or _season_finding(printed, moments, both)
        or _lunar_finding(printed, moments, both)
        or _length_finding(printed, span, both)
    )


@lru_cache(maxsize=4096)
def tenths_of(edtf: str, printed: str) -> Tenths:
    """Which ends of a date are an unspecified day in a third of a month (上旬, 中旬, 下旬).

    The fragment decides: 9月中旬 with 2021-09-11/2021-09-20 is such a third; the same date with
    从9月11日到20日 is an interval from day to day, and so is one without a fragment.
    """
    span = dates.read(edtf)
    found = [match[0] for match in _DAYS.finditer(solar(printed))]
    if not found:
        return NO_TENTHS
    first = found[0] if _begins_with(span.first, found[0]) else ""
    last = found[-1] if _ends_with(span.last, found[-1]) else ""
    return first, last


def _begins_with(moment: Moment | None, printed: str) -> bool:
    return bool(moment and printed in TENTHS and moment.day == TENTHS[printed][0])


def _ends_with(moment: Moment | None, printed: str) -> bool:
    if not (moment and moment.month and printed in TENTHS):
        return False
    return moment.day == min(TENTHS[printed][1], monthrange(moment.year, moment.month)[1])


# ---------------------------------------------------------------- normalization


_eight_digits = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_two_digits = re.compile(r"(?<!\d)(\d\d)年(?=\d{1,2}月)")
_day_alone = re.compile(r"(\d{1,2}月)(\d{1,2})(?=$|[至到—~、,;。])(?![至到—~、]\d+[日号月])")


def solar(printed: str) -> str:
    """2021.9.15, 21年9月15, 二〇二一年九月十五日 → 2021年9月15日; lunar dates are removed."""
    text = _lunar_date.sub("", _in_digits(source_text.fold(printed)))
    text = re.sub("([上中])([中下])旬", r"\1旬至\2旬", text)
    text = _eight_digits.sub(r"\1年\2月\3日", text)
    text = re.sub(r"^(\d{1,2})[.·/](\d{1,2})(?![\d.·/%])", r"\1月\2日", text)
    text = re.sub(r"(?<!\d)(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?!\d)日?", r"\1年\2月\3日", text)
    text = re.sub(r"(?<!\d)(\d{4})[./-](0?[1-9]|1[0-2])(?![\d年])月?", r"\1年\2月", text)
    text = _two_digits.sub(lambda match: f"{_full_year(match[1])}年", text)
    return _day_alone.sub(r"\1\2日", text)


def _full_year(two_digits: str) -> int:
    """21 → 2021, 98 → 1998."""
    this_year = date.today().year
    year = this_year // 100 * 100 + int(two_digits)
    return year if year <= this_year + 1 else year - 100


def _in_digits(text: str) -> str:
    """九月十五日 → 9月15日, 二〇二一年 → 2021年, 九十年代 → 90年代."""
    text = re.sub(f"([{_ZH}])、?([{_ZH}])十年代", r"\1十年代、\2十年代", text)
    digits = f"[{_ZH}]?十[{_ZH}]?|[〇{_ZH}]+"
    return re.sub(
        f"(?<![{_ZH}十])(?:{digits})(?=[年月日号]|世纪)", lambda match: _digits(match.group()), text
    )


def _digits(chinese: str) -> str:
    tens, ten, ones = chinese.partition("十")
    if ten:
        return str(_ZH.index(tens or "一") * 10 + _ZH.index(ones or "零"))
    return "".join(str(_ZH.index(digit)) for digit in chinese.replace("〇", "零"))


# ---------------------------------------------------------------- years, months and days

_PRINTED_DECADE = re.compile(r"(?:(?:(\d\d)|(上))世纪)?(?<!\d)(?:(\d\d))?([1-9]0)年代")


def _year_finding(text: str, printed: str, inferred: str | None) -> Finding | None:
    decade = _PRINTED_DECADE.search(text)
    has_year = bool(re.search(_YEAR, text) or (decade and any(decade.groups()[:3])))
    if has_year and inferred == Inferred.YEAR:
        return Finding("year-not-inferred", {"printed": printed})
    if not has_year and inferred != Inferred.YEAR:
        return Finding("year-inferred", {"printed": printed})
    return None


def _decade_finding(text: str, moments: list[Moment], both: Parameters) -> Finding | None:
    """20世纪90年代 is 199X or 1990/1999, not a single year."""
    decades = [_decade(match) for match in _PRINTED_DECADE.finditer(text)]
    is_any = any(moment.is_decade for moment in moments)
    if not decades:
        return Finding("decade-disagrees", both) if is_any else None
    allowed = {year for decade in decades for year in (decade, decade + 9)}
    allowed |= {int(match[0]) for match in re.finditer(_YEAR, text)}
    if any(moment.year not in allowed or moment.month for moment in moments):
        return Finding("decade-disagrees", both)
    is_one_year = len({moment.year for moment in moments}) == 1 and not is_any
    return Finding("decade-disagrees", both) if is_one_year and len(moments) > 1 else None


def _decade(match: re.Match[str]) -> int:
    """The first year of the decade; without a century, in the twentieth."""
    century, last, hundreds, tens = match.groups()
    if century:
        return (int(century) - 1) * 100 + int(tens)
    return (1900 if last or not hundreds else int(hundreds) * 100) + int(tens)


def _part_finding(
    text: str, printed: str, moments: list[Moment], inferred: str | None, both: Parameters
) -> Finding | None:
    text = _with_days(text, moments[-1])
    for part, pattern in _PRINTED.items():
        prints = {int(match[0]) for match in re.finditer(pattern, text)}
        values = {getattr(moment, part) for moment in moments} - {None}
        if values and prints - values:
            return Finding(_DISAGREES[part], {**both, "number": min(prints - values)})
        # A day or month that the source does not print would be invented precision.
        is_printed = prints or _is_season(printed, part, values) or _is_lunar(printed)
        if not is_printed and part != "year" and values and not inferred:
            return Finding(_NOT_PRINTED[part], both)
    return None


def _with_days(text: str, last: Moment) -> str:
    """5月下旬 → 5月21日31日: the first day of the first third of a month in the fragment, and the
    last day of the last. `last`: the end of the date, which decides the length of the month."""
    found = list(_DAYS.finditer(text))
    for match in reversed(found):
        if match[0] in TENTHS:
            begin, end = TENTHS[match[0]]
            end = min(end, monthrange(last.year, last.month)[1] if last.month else end)
            days = [begin] * (match is found[0]) + [end] * (match is found[-1])
            written = "".join(f"{day}日" for day in days)
            text = f"{text[: match.start()]}{written}{text[match.end() :]}"
    return text


# ---------------------------------------------------------------- 去年, 上半年, 年底, 月初

# Offset in years from the date of the source.
YEARS_AWAY = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
RELATIVE_YEAR = re.compile("大前年|(?<![大以])前年|去年|(?<![以])上年(?!度)|今年|本年|明年")


def _relative_finding(
    printed: str, moments: list[Moment], issued: str | None, both: Parameters
) -> Finding | None:
    if not issued or dates.fault(issued):
        return None
    source = dates.read(issued)
    written = source.last or source.first
    for match in RELATIVE_YEAR.finditer(source_text.fold(printed)):
        year = written.year + YEARS_AWAY[match[0]] if written else 0
        if year not in {moment.year for moment in moments}:
            return Finding("year-disagrees", {**both, "number": year})
    return None


# Months of a part of a year and days of a part of a month, in the widest usage of the words.
_MONTHS = {
    **{"上半年": range(1, 7), "下半年": range(7, 13), "年初": range(1, 4), "年中": range(5, 9)},
    **dict.fromkeys(("年底", "年末", "岁末", "年尾"), range(11, 13)),
    **dict.fromkeys(("一季度", "第一季度", "1季度"), range(1, 4)),
    **dict.fromkeys(("二季度", "第二季度", "2季度"), range(4, 7)),
    **dict.fromkeys(("三季度", "第三季度", "3季度"), range(7, 10)),
    **dict.fromkeys(("四季度", "第四季度", "4季度"), range(10, 13)),
    **{"春季": range(2, 6), "春天": range(2, 6), "今春": range(2, 6), "夏季": range(5, 9)},
    **{"夏天": range(5, 9), "今夏": range(5, 9), "秋季": range(8, 12), "秋天": range(8, 12)},
    **{"今秋": range(8, 12), "暑假": range(7, 10), "暑期": range(7, 10)},
}
_DAYS_OF_A_MONTH = {
    **{"月初": range(1, 11), "月中": range(10, 22)},
    **dict.fromkeys(("月底", "月末"), range(20, 32)),
}
_NO_LUNAR_DAY = f"(?![{_ZH}十])"  # 五月初五 does not contain 月初
_WORDS = {"month": _MONTHS, "day": _DAYS_OF_A_MONTH}


def _season_finding(printed: str, moments: list[Moment], both: Parameters) -> Finding | None:
    """The fault of a month outside of 上半年, or a day outside of 月初."""
    text = source_text.fold(printed)
    for part, words in _WORDS.items():
        ranges = [words[word] for word in words if re.search(f"{word}{_NO_LUNAR_DAY}", text)]
        values = {getattr(moment, part) for moment in moments} - {None}
        named = {int(match[0]) for match in re.finditer(_PRINTED[part], solar(printed))}
        if ranges and any(all(n not in r for r in ranges) for n in values - named):
            return Finding("part-disagrees", both)
    return None


def _is_season(printed: str, part: str, values: Iterable[int]) -> bool:
    """Whether a date is the whole of 上半年, so that its months count as printed."""
    words = _WORDS.get(part, {})
    text = source_text.fold(printed)
    return any(word in text and {r[0], r[-1]} == set(values) for word, r in words.items())


# ---------------------------------------------------------------- the lunar calendar

_LUNAR_DAYS = (
    f"初[{_ZH}十]|廿[{_ZH}]?|[一二三]?十[{_ZH}]?(?![日号个年岁])|[{_ZH}](?![{_ZH}十日号个年岁])"
)
# 九月廿五, 正月十五, 农历八月, 腊月; a day with 日 or 号 is solar: 九月十五日.
_lunar_date = re.compile(
    rf"(?:农历|阴历|旧历|夏历)(?:(?:[{_ZH}十正腊冬]+|\d{{1,2}})月)?(?:{_LUNAR_DAYS})?"
    rf"|[正腊冬]月(?:{_LUNAR_DAYS})?"
    rf"|(?:[{_ZH}十]+|(?<!\d)\d{{1,2}})月(?:初[{_ZH}十]|廿[{_ZH}]?)"
    rf"|(?<!\d)\d{{1,2}}月(?:[一二三]?十[{_ZH}]?|[{_ZH}])(?![{_ZH}十日号个年天点时月])"
)
_NAMED = re.compile("[农阴旧夏]历|[正腊冬]月|初|廿")
_lunar_month = re.compile(rf"([{_ZH}十正腊冬]+|\d{{1,2}})月({_LUNAR_DAYS})?")
_MONTH_NAMES = {"正": 1, "冬": 11, "腊": 12}
_FEASTS = {
    **{"除夕": (12, 30), "小年": (12, 23), "腊八": (12, 8), "春节": (1, 1), "元宵": (1, 15)},
    **{"端午": (5, 5), "七夕": (7, 7), "中秋": (8, 15), "重阳": (9, 9)},
}
# The lunar year begins between 21 January and 20 February; its months have 29 or 30 days, and one
# may be a leap month. Source: GB/T 33661-2017.
_EARLIEST, _LATEST = (1, 21), (2, 20)
_AROUND_A_FEAST = timedelta(days=10)


def _is_lunar(printed: str) -> bool:
    return bool(_lunar_date.search(_in_digits(source_text.fold(printed))))


def _lunar_finding(printed: str, moments: list[Moment], both: Parameters) -> Finding | None:
    """The fault of a solar day that cannot be the printed lunar one."""
    windows = [(*found, timedelta(0)) for found in _lunar_days(printed)]
    text = source_text.fold(printed)
    windows += [(*day, True, _AROUND_A_FEAST) for word, day in _FEASTS.items() if word in text]
    for month, day, is_named, more in windows:
        is_solar = not is_named and any((m.month, m.day) == (month, day) for m in moments)
        is_lunar = any(_can_be_lunar(moment, month, day, more) for moment in moments)
        if not (is_solar or is_lunar):
            return Finding("lunar-disagrees", both)
    return None


def _lunar_days(printed: str) -> Iterator[tuple[int, int | None, bool]]:
    """(month, day, whether marked as lunar): 八月十五 may be solar or lunar."""
    text = _in_digits(source_text.fold(printed))
    for match in _lunar_date.finditer(text):
        if found := _lunar_month.search(match[0]):
            name = found[1]
            month = _MONTH_NAMES.get(name) or int(name if name.isdigit() else _digits(name))
            is_named = bool(_NAMED.search(match[0]))
            yield month, _lunar_day(found[2]) if found[2] else None, is_named


def _lunar_day(written: str) -> int:
    return int(_digits(written.removeprefix("初").replace("廿", "二十")))


def _can_be_lunar(moment: Moment, month: int, day: int | None, more: timedelta) -> bool:
    """Whether a solar date may be this lunar one, also in a twelfth month that ends next year."""
    first, last = date(*dates.earliest(moment)), dates.last_day(moment)
    for year in (moment.year - 1, moment.year):
        begin = date(year, *_EARLIEST) + timedelta(days=29 * (month - 1) + (day or 1) - 1)
        end = date(year, *_LATEST) + timedelta(days=30 * month + (day or 30) - 1)
        if first <= end + more and begin - more <= last:
            return True
    return False


# ---------------------------------------------------------------- lengths of time

_UNIT_DAYS = {"天": (1, 1), "周": (7, 7), "星期": (7, 7), "个月": (28, 31), "年": (365, 366)}
_LENGTH = re.compile(
    rf"(近|将近|约|大约)?(\d{{1,3}}|[十{_ZH}两半]{{1,3}})(多|余)?(?:个(多|余)?)?"
    r"(天|周|星期|(?<=[个多余])月|年)(多|余)?(?![\d月初底末代中])"
)


def _length_finding(printed: str, span: Span, both: Parameters) -> Finding | None:
    if any(not _can_last(span, *length) for length in _lengths(printed)):
        return Finding("duration-disagrees", both)
    return None


def _lengths(printed: str) -> Iterator[tuple[float, float]]:
    """(least, most) in days of each duration: 近两个月, 两个多月, 50天, 三年多."""
    for match in _LENGTH.finditer(re.sub("[上下前后]半年", "", source_text.fold(printed))):
        nearly, written, unit = match[1], match[2], match[5]
        unit = "个月" if unit == "月" else unit
        number = _counted(written)
        is_year_of_the_calendar = unit == "年" and number > 9
        if not number or is_year_of_the_calendar:
            continue
        low, high = (number - 1, number) if nearly else (number - 0.5, number + 0.5)
        if match[3] or match[4] or match[6]:
            low, high = number, number + max(1, number // 10)
        yield low * _UNIT_DAYS[unit][0], high * _UNIT_DAYS[unit][1]


def _counted(written: str) -> float:
    if written == "半":
        return 0.5
    written = written.replace("两", "二")
    if "半" in written:
        return 0
    if written.isdecimal():
        return int(written)
    return int(_digits(written)) if re.fullmatch(rf"[{_ZH}]?十[{_ZH}]?|[{_ZH}]", written) else 0


def _can_last(span: Span, least: float, most: float) -> bool:
    """Whether an interval may have this length; True if either end is unknown."""
    if not (span.first and span.last) or span.first == span.last:
        return True
    latest_start, earliest_end = dates.last_day(span.first), date(*dates.earliest(span.last))
    shortest = max(0, (earliest_end - latest_start).days)
    longest = (dates.last_day(span.last) - date(*dates.earliest(span.first))).days + 1
    return shortest <= most and least <= longest
