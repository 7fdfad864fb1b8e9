"""Proposes what a numeral of a passage is: a number, a date, or one to leave out and why. Pure.

Everything is a proposal to an editor.
"""

import re
from enum import Enum

from stories.choices import PRINTED_LIMIT, LeftOutReason, MeasureStatus
from stories.reading import date_proposals, numerals, quantities
from stories.reading.quantities import Meaning, Placed

Span = tuple[int, int]


class Use(Enum):
    """What a numeral is used for."""

    METRIC = "metric"
    DATE = "date"
    LEFT_OUT = "left_out"


_NUMBER = "(?:\\d+|[〇零一二三四五六七八九十百]+)"
# Ordinals and times of day, with all of their words.
_wider = re.compile(
    rf"第{_NUMBER}[届期批次轮个名位]?|{_NUMBER}(?:号楼|号院|号线|单元)|(?:每?周|星期)[一二三四五六]"
    rf"|(?:上午|下午|晚上|早上|凌晨)?{_NUMBER}(?::\d\d|点半?|时)(?!间|候|代)"
)


def fragment(passage: str, start: int, end: int) -> Span:
    """The span of the whole date or number, in a folded passage, that contains [start, end).

    If it is too long for a fragment, [start, end) itself.
    """
    dates = [span for span in date_proposals.find(passage) if _holds(span, start, end)]
    wider = [match.span() for match in _wider.finditer(passage)]
    numbers = [(placed.start, placed.end) for placed in quantities.find(passage)]
    spans = dates + [span for span in (*wider, *numbers) if _holds(span, start, end)]
    fitting = [span for span in spans if span[1] - span[0] <= PRINTED_LIMIT]
    return fitting[0] if fitting else (start, end)


def use(passage: str, start: int, end: int) -> Use:
    """`start`, `end`: of a numeral in a folded passage."""
    if any(_holds(span, start, end) for span in date_proposals.find(passage)):
        return Use.DATE
    placed = _quantity(passage, start, end)
    is_amount = placed is not None and placed.quantity.meaning == Meaning.AMOUNT
    if is_amount and reason(passage, start, end) in ("", LeftOutReason.PRICE):
        return Use.METRIC
    return Use.LEFT_OUT


# Words near a numeral, within this many characters, that show why it is no number of the case.
_NEAR = 8
_BEHIND = (
    (LeftOutReason.AGE, re.compile(r"(?:多|余)?(?:周?岁|旬)")),
    (LeftOutReason.SCHEDULE, re.compile(r"(?:点半?|[:：]\d\d|时)(?!间|候|代)")),
    (
        LeftOutReason.ORDINAL,
        re.compile(r"(?:号[楼院线]|单元|楼[的东西南北]|[、.]|是(?=[^\d]))"),
    ),
)
_BEFORE = (
    (LeftOutReason.ORDINAL, re.compile(r"第$")),
    (LeftOutReason.SCHEDULE, re.compile(r"(?:每|周|星期|上午|下午|晚上|早上)$")),
)
_TENURE = re.compile("工作|居住|住了|退休|从事|党龄|任职|当了|干了")
_PRICE = re.compile("每|单价|票价|收费|一[份次斤盒]")
_BACKGROUND = re.compile("全国|全省|全市|全区|全县")
_OPENING, _CLOSING = '"《(', '"》)'


def reason(passage: str, start: int, end: int, read_before: str = "") -> str:
    """A value of LeftOutReason; "" if nothing suggests one. `read_before`: the text above it.

    [start, end): a numeral, or words that contain one.
    """
    if any(_holds(span, start, end) for span in date_proposals.find(passage)):
        return LeftOutReason.DATE
    start, end = _numeral(passage, start, end)
    before, behind = passage[max(0, start - _NEAR) : start], passage[end : end + _NEAR]
    for found, pattern in _BEHIND:
        if pattern.match(behind):
            return found
    for found, pattern in _BEFORE:
        if pattern.search(before):
            return found
    if _is_in_a_name(passage, start, end):
        return LeftOutReason.NAME
    if re.match("多?年|余年", behind) and _TENURE.search(before + behind):
        return LeftOutReason.TENURE
    if re.match("元|角|块", behind) and _PRICE.search(before):
        return LeftOutReason.PRICE
    if _BACKGROUND.search(before):
        return LeftOutReason.BACKGROUND
    whole = passage[slice(*fragment(passage, start, end))]
    is_repeated = len(whole) > 2 and whole in read_before + passage[:start]
    return LeftOutReason.REPEAT if is_repeated else ""


_PLANNED = re.compile("计划|拟|将要|下一步|打算|即将|准备")
_UNDER_WAY = re.compile("正在|目前.{0,6}施工|陆续|逐步推进")


def status(passage: str) -> MeasureStatus:
    """The likely progress of the measure that a passage describes."""
    if _PLANNED.search(passage):
        return MeasureStatus.PLANNED
    return MeasureStatus.UNDER_WAY if _UNDER_WAY.search(passage) else MeasureStatus.DONE


def _numeral(passage: str, start: int, end: int) -> Span:
    """The span of the first numeral within [start, end), else [start, end) itself."""
    found = (n for n in numerals.find(passage) if start <= n.start and n.end <= end)
    return next(((n.start, n.end) for n in found), (start, end))


def _is_in_a_name(passage: str, start: int, end: int) -> bool:
    """Whether it is in quotation marks, brackets or title marks that contain only a few words."""
    left = max(passage.rfind(sign, 0, start) for sign in _OPENING)
    ends = [n for sign in _CLOSING if (n := passage.find(sign, end)) >= 0]
    return bool(left >= 0 and ends and min(ends) - left <= 12 and start - left <= 10)


def _quantity(passage: str, start: int, end: int) -> Placed | None:
    found = (p for p in quantities.find(passage) if _holds((p.start, p.end), start, end))
    return next(found, None)


def _holds(span: Span, start: int, end: int) -> bool:
    return span[0] <= start and end <= span[1]
