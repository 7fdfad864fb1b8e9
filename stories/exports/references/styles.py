"""APA 7, Chicago author-date and MLA 9, for English and Chinese texts.

For Chinese texts elements and order are the same, with Chinese punctuation.
"""

# Source: Publication Manual of the APA, 7th edition, 9.8, 9.12, 9.14, 10.1 and 10.16; The Chicago
# Manual of Style, 18th edition, 13.107, 13.122 and 14; MLA Handbook, 9th edition, 5; read 2026-11.
# None of them has rules for Chinese texts: punctuation is full-width, 、 separates names, 《》
# enclose a newspaper or site, 等 is et al. Chinese names keep their order, without a comma (Chicago
# 8.16, MLA 5.9).

from stories.exports.references import dates
from stories.exports.references.italics import italic
from stories.exports.references.items import Item, Name
from stories.languages import within_marks

APA_AUTHORS, APA_FIRST = 20, 19  # if there are more than 20: the first 19, … and the last
CHICAGO_AUTHORS, CHICAGO_FIRST = 6, 3
STOPS = (".", "?", "!", "…", "？", "！", "。", "”", "’")


def apa(item: Item) -> str:
    if item.language == "zh":
        when = dates.in_chinese(item.issued) or "日期不详"
        head = f"{_zh_names(item, APA_AUTHORS, APA_FIRST)}（{when}）" if item.authors else ""
        title = item.title + (f"（第{item.version}版）" if item.version else "")
        if not head:  # without an author the title comes first
            head, title = f"{title}（{when}）", ""
        return _zh(head, title, _zh_where(item, has_own_name=False), item.url)
    when = _apa_date(item)
    is_paper = item.is_newspaper
    title = item.title if is_paper else italic(item.title)
    title += f" (Version {item.version})" if item.version else ""
    where = "" if _is_own(item) else italic(item.where) if is_paper else item.where
    if is_paper and item.page:
        where = f"{where}, {item.page}" if where else item.page
    parts = [f"({when})", title] if item.authors else [title, f"({when})"]
    return _en(_apa_authors(item), *parts, where) + (f" {item.url}" if item.url else "")


def chicago(item: Item) -> str:
    if item.language == "zh":
        year, rest = _zh_year_and_rest(item.issued)
        authors = _zh_names(item, CHICAGO_AUTHORS, CHICAGO_FIRST)
        head = [authors, year, _zh_title(item)] if authors else [_zh_title(item), year]
        version = f"第{item.version}版" if item.version else ""
        where = "，".join(filter(None, [_zh_where(item), rest]))
        return _zh(*head, version, where, item.url)
    year = dates.years(item.issued, "n.d.")
    authors = _chicago_authors(item)
    head = [authors, year, _en_title(item)] if authors else [_en_title(item), year]
    version = f"Version {item.version}" if item.version else ""
    site = italic(item.where) if item.is_newspaper else item.where
    where = ", ".join(filter(None, [site, dates.month_and_day(item.issued)]))
    accessed = "" if item.issued else _accessed(item)
    return _en(*head, version, where, accessed, f"{item.url}." if item.url else "")


def mla(item: Item) -> str:
    if item.language == "zh":
        authors = _zh_names(item, 2, 1)
        version = f"第{item.version}版" if item.version else ""
        page = f"第{item.page}版" if item.is_newspaper and item.page else ""
        date = dates.in_chinese(item.issued)
        where = "，".join(filter(None, [_zh_where(item), version, date, page, item.url]))
        accessed = f"{dates.in_chinese(item.accessed)}访问" if item.url and item.accessed else ""
        return _zh("" if _is_own(item) else authors, _zh_title(item), where, accessed)
    version = f"version {item.version}" if item.version else ""
    page = f"p. {item.page}" if item.is_newspaper and item.page else ""
    date = dates.day_month_year(item.issued)
    where = ", ".join(filter(None, [italic(item.where), version, date, page, _bare(item.url)]))
    authors = "" if _is_own(item) else _mla_authors(item)
    return _en(authors, _en_title(item), where, _accessed(item))


# ---------------------------------------------------------------- English


def _apa_date(item: Item) -> str:
    year, rest = dates.years(item.issued, "n.d."), dates.month_and_day(item.issued)
    return f"{year}, {rest}" if rest else year


def _apa_authors(item: Item) -> str:
    names = [_with_initials(name) for name in item.authors]
    if len(names) > APA_AUTHORS:
        return f"{', '.join(names[:APA_FIRST])}, … {names[-1]}"
    return names[0] if len(names) == 1 else _joined(names, ", & ")


def _with_initials(name: Name) -> str:
    initials = " ".join(f"{part[0]}." for part in name.given.split())
    return f"{name.family}, {initials}" if initials else name.family


def _chicago_authors(item: Item) -> str:
    names = [name.text for name in item.authors]
    if len(names) > CHICAGO_AUTHORS:
        return f"{', '.join(names[:CHICAGO_FIRST])}, et al."
    return " and ".join(names) if len(names) < 3 else _joined(names, ", and ")


def _mla_authors(item: Item) -> str:
    names = [name.text for name in item.authors]
    return f"{names[0]}, et al." if len(names) > 2 else " and ".join(names)


def _joined(names: list[str], last: str) -> str:
    return last.join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _en_title(item: Item) -> str:
    """Within double quotation marks, those of the title become single; the full stop is inside."""
    title = within_marks(item.title)
    return f"“{title}{'' if title.endswith(STOPS[:-2]) else '.'}”"


def _accessed(item: Item) -> str:
    date = dates.day_month_year(item.accessed) if item.url else ""
    return f"Accessed {date}" if date else ""


def _bare(url: str) -> str:
    """Source: MLA Handbook, 9th edition, 5.95: without https://."""
    return url.removeprefix("https://").removeprefix("http://")


def _en(*parts: str) -> str:
    """Joins parts, each with a full stop, except after an address."""
    found = []
    for part in filter(None, parts):
        ends = part.rstrip("\ue001").endswith(STOPS) or part.startswith("http")
        found.append(part if ends else f"{part}.")
    return " ".join(found)


# ---------------------------------------------------------------- Chinese


def _zh_names(item: Item, limit: int, first: int) -> str:
    names = [name.text for name in item.authors]
    return "、".join(names) if len(names) <= limit else f"{'、'.join(names[:first])}等"


def _zh_title(item: Item) -> str:
    return f"“{within_marks(item.title)}”"


def _zh_where(item: Item, has_own_name: bool = True) -> str:
    if not item.where or (not has_own_name and _is_own(item)):
        return ""
    return f"《{item.where}》"


def _zh_year_and_rest(edtf: str) -> tuple[str, str]:
    moment = dates.exact(edtf)
    if moment is None:
        return dates.in_chinese(edtf) or "日期不详", ""
    rest = f"{moment.month}月" if moment.month else ""
    return f"{moment.year}年", rest + (f"{moment.day}日" if moment.day else "")


def _zh(*parts: str) -> str:
    found = []
    for part in filter(None, parts):
        ends = part.endswith(("。", "？", "！")) or part.startswith("http")
        found.append(part if ends else f"{part}。")
    return "".join(found)


def _is_own(item: Item) -> bool:
    """The author is also the site: named once."""
    return len(item.authors) == 1 and item.authors[0].text == item.where
