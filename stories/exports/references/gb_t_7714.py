"""References to newspapers and web pages according to GB/T 7714, editions of 2025 and 2015.

Own code, as citeproc drops the mark [N] and writes 等 after English names.
"""

# Source: GB/T 7714—2015, 4.6, 4.8, 7.2 and 8; GB/T 7714—2025 by the examples of its edition in
# github.com/zotero-chinese/styles; both read 2026-11. Between the editions:
# - punctuation of 2025 is full-width, except the full stop and the square brackets;
# - 2025 has a date of access for web pages only, and no name in capitals.

from dataclasses import dataclass

from stories.exports.references import dates
from stories.exports.references.items import Item, Name

AUTHORS_LISTED = 3  # source: GB/T 7714, 8.1: if there are more, the first three, and 等 or et al.
OTHERS = {"zh": "等", "en": "et al"}


@dataclass(frozen=True)
class _Edition:
    comma: str
    colon: str
    brackets: str
    has_capitals: bool  # family names of persons in Latin letters
    has_access_of_papers: bool


_2015 = _Edition(", ", ": ", "({})", True, True)
_2025 = _Edition("，", "：", "（{}）", False, False)


def edition_2025(item: Item) -> str:
    return _reference(item, _2025)


def edition_2015(item: Item) -> str:
    return _reference(item, _2015)


def _reference(item: Item, edition: _Edition) -> str:
    mark = "N" if item.is_newspaper else "EB"
    carrier = "/OL" if item.url or not item.is_newspaper else ""
    version = f"V{item.version}" if item.version else ""
    body = _of_paper(item, edition) if item.is_newspaper else _of_page(item, edition)
    parts = [_authors(item, edition), f"{item.title}[{mark}{carrier}]", version, body, item.url]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _of_paper(item: Item, edition: _Edition) -> str:
    """报名，日期（版次）：位置[引用日期]"""
    text = edition.comma.join(filter(None, [item.where, dates.numeric(item.issued)]))
    if item.section:
        text += edition.brackets.format(item.page or item.section)
    text += _locator(item, edition, text)
    return text + (_accessed(item) if edition.has_access_of_papers else "")


def _of_page(item: Item, edition: _Edition) -> str:
    """网站：位置（更新日期）[引用日期]"""
    text = item.where + _locator(item, edition, item.where)
    if item.issued:
        text += edition.brackets.format(dates.numeric(item.issued))
    return text + _accessed(item)


def _locator(item: Item, edition: _Edition, before: str) -> str:
    return (edition.colon if before else "") + item.locator if item.locator else ""


def _accessed(item: Item) -> str:
    """The date of access, if the item has an address."""
    date = dates.numeric(item.accessed) if item.url else ""
    return f"[{date.strip('[]')}]" if date else ""


def _authors(item: Item, edition: _Edition) -> str:
    names = [_name(name, item.language, edition) for name in item.authors[:AUTHORS_LISTED]]
    if len(item.authors) > AUTHORS_LISTED:
        names.append(OTHERS[item.language])
    return edition.comma.join(names)


def _name(name: Name, language: str, edition: _Edition) -> str:
    """Names in pinyin are not abbreviated: GB/T 28039 permits abbreviating only the given name."""
    if name.is_body or language == "zh" or not edition.has_capitals:
        return name.text
    return f"{name.family.upper()} {name.given}".strip()
