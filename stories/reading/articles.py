"""Detects in an uploaded text the lines of the article, its date, newspaper and authors. Pure.

Everything is a proposal that an editor corrects; no line is dropped or changed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from stories.choices import PassageKind, PersonRole
from stories.reading import rewriting, source_text

LINE_LIMIT = 1_000  # lines that are not empty; the longest article so far has 60
GAP = 4  # headings, captions and adverts between two paragraphs of one article
TRADITIONAL = 0.02  # share of characters that simplified script writes otherwise
MIXED = 3  # different such characters in a text below that share


class LineKind(TextChoices):
    """Whether a line starts a passage, continues the passage above, or is neither."""

    NONE = "none", _("not of the article")
    TITLE = "title", _("title")
    HEADING = "heading", _("heading")
    PARAGRAPH = "paragraph", _("paragraph")
    CAPTION = "caption", _("caption")
    NOTE = "note", _("editor’s note")
    SAME = "same", _("goes on from the line above")


_LETTERS = {
    LineKind.TITLE: "T",
    LineKind.HEADING: "H",
    LineKind.PARAGRAPH: "",
    LineKind.CAPTION: "C",
    LineKind.NOTE: "E",
}
assert {kind.value for kind in _LETTERS} == set(PassageKind.values)


@dataclass(frozen=True)
class Line:
    """`number`: 1-based, counting empty lines."""

    number: int
    text: str


@dataclass
class Reference:
    """Bibliographic data found in a text. `issued` is EDTF; "" if no line states a value.

    `people`: (role, name). `read_from`: name of the value → numbers of the lines with it, of
    `people` one for each.
    """

    container: str = ""
    issued: str = ""
    people: list[tuple[PersonRole, str]] = field(default_factory=list)
    read_from: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """`kinds`: line number → kind. `rewritten`, `converted`: words that tell of a program."""

    lines: Sequence[Line]
    kinds: Mapping[int, LineKind]
    title: str
    reference: Reference
    is_traditional: bool
    is_mixed: bool
    has_pinyin: bool
    rewritten: Sequence[rewriting.Sign] = ()
    converted: Sequence[rewriting.Sign] = ()


_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCE_END = re.compile(r"[。！？!?…][”’\"'）)」』]*$")
_JUNK = re.compile(
    r"友情链接|相关(新闻|推荐|阅读|链接)|推荐阅读|版权所有|免责|ICP|公网安备|投稿|热线|联系电话|"
    r"微信|微博|公众号|点击|扫码|扫一扫|关注我们|责任?编辑|责编|编审|审核|来源[:：/ ]|字号|打印|"
    r"关闭|上一篇|下一篇|首页|分享|阅读 ?[(（:：\d]|评论|https?:|www\.|无障碍|返回|查看更多|"
    r"主办|承办|广告|展播|发[布表]时间|^摘要[:：]|[>|｜•·] "
)
_BEHIND = re.compile(
    r"^\W*(责任?编辑|责编|编辑[:：]|友情链接|相关(新闻|推荐|阅读|链接)|推荐阅读|上一篇|下一篇|"
    r"免责|版权)"
)
_NOTE = re.compile(r"^\W*(编者按|编者的话|导语)")
_PSEUDONYM = re.compile(r"\W*(注[:：]\W*)?(应.{1,12}要求\W*)?[文本][中内文].{1,40}化名\W*")
_CAPTION = re.compile(
    r"^\W*(图[为:：片一二三四\d]|[▲△↑])|(摄影?|供图|图)[)）]?$|^.{0,30}摄[。)）]?$"
)
_DATE = re.compile(r"(?<!\d)(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})(?!\d)")
_CONTAINER = re.compile(r"来源[:：/ ]+([^\s()（）|/,，。;；:：]{2,20})")
_AGENCY = re.compile(r"^\W*(\w{2,8}[网报])讯")
_THIS_PAPER = ("本站", "本网", "本报")
OPENING = 60  # characters of an article in which its newspaper and reporters are named
_LABELS = "责任编辑|责编|编辑|记者|通讯员|作者|撰稿|文"
_NAME = r"[\u3400-\u9fff·]{2,4}"
_PEOPLE = re.compile(rf"({_LABELS})[:：/ 　]+({_NAME}(?:[、 　](?!{_LABELS}){_NAME})*)")
_ROLES = {"记者": PersonRole.REPORTER, "通讯员": PersonRole.CORRESPONDENT}
_ROLES |= dict.fromkeys(("责任编辑", "责编", "编辑"), PersonRole.EDITOR)


def lines_of(raw: bytes) -> list[Line]:
    """The lines of a UTF-8 text that are not empty."""
    texts = enumerate(raw.decode("utf-8").split("\n"), 1)
    return [Line(n, " ".join(text.split())) for n, text in texts if text.strip("\ufeff \t\r　")]


def propose(raw: bytes) -> Proposal:
    lines = lines_of(raw)
    plain = [_plain(line.text) for line in lines]
    first, last = _span(plain)
    title = _title(plain[:first])
    kinds = {line.number: LineKind.NONE for line in lines}
    is_note = False
    for n in range(first, last):
        kinds[lines[n].number] = kind = _kind(plain[n], is_note)
        is_note = bool(_NOTE.match(plain[n])) and kind == LineKind.NONE
    if title is not None:
        kinds[lines[title].number] = LineKind.TITLE
    outside = [*range(first), *range(last, len(lines))]
    kinds |= {lines[n].number: LineKind.NOTE for n in outside if _PSEUDONYM.fullmatch(plain[n])}
    whole = "".join(line.text for line in lines)
    traditional = _traditional_characters(whole)
    is_traditional = len(traditional) > TRADITIONAL * len(_HAN.findall(whole))
    return Proposal(
        lines,
        kinds,
        lines[title].text if title is not None else "",
        _reference(lines, plain, outside, first),
        is_traditional,
        not is_traditional and len(set(traditional)) >= MIXED,
        source_text.has_pinyin(whole),
        rewriting.signs_of_rewriting("\n".join(plain[first:last])),
        rewriting.signs_of_conversion("\n".join(line.text for line in lines[first:last])),
    )


def locators(kinds: Iterable[tuple[int, LineKind]]) -> dict[str, list[int]]:
    """locator → raw line numbers, from (line number, kind) in the order of the text.

    All title lines form one passage, wherever they are. A continuation without a passage above it
    is skipped.
    """
    found: dict[str, list[int]] = {}
    counts = dict.fromkeys(_LETTERS, 0)
    current: str | None = None
    for number, kind in kinds:
        if kind == LineKind.NONE:
            continue
        if kind != LineKind.SAME:
            counts[kind] += 1
            current = "T" if kind == LineKind.TITLE else f"{_LETTERS[kind]}{counts[kind]}"
        if current:
            found.setdefault(current, []).append(number)
    return found


def _plain(text: str) -> str:
    return source_text.to_simplified(text)


def _span(plain: Sequence[str]) -> tuple[int, int]:
    """The longest run of prose with at most GAP other lines in between, ending before a note's
    label.
    """
    runs: list[list[int]] = []
    for n, text in enumerate(plain):
        if not _is_prose(text):
            continue
        between = plain[runs[-1][-1] + 1 : n] if runs else []
        if not runs or len(between) > GAP or any(map(_BEHIND.match, between)):
            runs.append([])
        runs[-1].append(n)
    if not runs:
        return len(plain), len(plain)
    run = max(runs, key=lambda run: sum(len(plain[n]) for n in run))
    labels = (n for n in range(max(0, run[0] - GAP), run[0]) if _NOTE.match(plain[n]))
    return next(labels, run[0]), run[-1] + 1


def _is_prose(text: str) -> bool:
    han = len(_HAN.findall(text))
    if han < 12 or _BEHIND.match(text) or (_JUNK.search(text) and han < 60):
        return False
    if re.match(r"^摘要[:：]", text):
        return False
    return bool(_SENTENCE_END.search(text)) or (han > 40 and "，" in text.replace(",", "，"))


def _kind(text: str, is_note: bool) -> LineKind:
    """The kind of a line within the article."""
    if _NOTE.match(text):
        return LineKind.NOTE if _is_prose(text) else LineKind.NONE
    if is_note or _PSEUDONYM.fullmatch(text):
        return LineKind.NOTE
    if _CAPTION.search(text) and len(text) < 80:
        return LineKind.CAPTION
    if _SENTENCE_END.search(text) or len(_HAN.findall(text)) > 40:
        return LineKind.PARAGRAPH
    is_heading = len(_HAN.findall(text)) >= 3 and not _JUNK.search(text)
    return LineKind.HEADING if is_heading else LineKind.NONE


def _title(plain: Sequence[str]) -> int | None:
    """Index of the longest line before the article that could be its title; None if there
    is none.
    """
    lengths = {
        n: min(len(_HAN.findall(text)), 40)
        for n, text in enumerate(plain)
        if not any(form.search(text) for form in (_JUNK, _NOTE, _SENTENCE_END, _PEOPLE))
    }
    best = max(lengths, key=lambda n: (lengths[n], n), default=None)
    return best if best is not None and lengths[best] >= 5 else None


def _reference(
    lines: Sequence[Line], plain: Sequence[str], outside: Sequence[int], first: int
) -> Reference:
    """Bibliographic data from the lines around the article and the start of its first line."""
    found = Reference()
    for n in outside:
        _read_line(found, lines[n].number, plain[n])
        if not found.issued and (date := _DATE.search(plain[n])):
            year, month, day = date.groups()
            found.issued = f"{year}-{int(month):02}-{int(day):02}"
            found.read_from["issued"] = [lines[n].number]
    if first < len(plain):
        _read_line(found, lines[first].number, plain[first][:OPENING])
    return found


def _read_line(found: Reference, number: int, text: str) -> None:
    named = _CONTAINER.search(text) or _AGENCY.search(text)
    if not found.container and named and not named[1].startswith(_THIS_PAPER):
        found.container = named[1]
        found.read_from["container"] = [number]
    for label, names in _PEOPLE.findall(text):
        role = _ROLES.get(label, PersonRole.AUTHOR)
        for person in [(role, name) for name in re.split(r"[、 　]", names)]:
            if person not in found.people:
                found.people.append(person)
                found.read_from.setdefault("people", []).append(number)


def _traditional_characters(text: str) -> list[str]:
    han = _HAN.findall(text)
    plain = source_text.to_simplified("".join(han))
    if len(plain) != len(han):
        return []
    return [one for one, other in zip(han, plain, strict=True) if one != other]
