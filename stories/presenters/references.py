"""A source as a reference that a reader can copy.

Pure: it is handed what the reference is made of, it asks nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stories.choices import SourceType


@dataclass(frozen=True)
class Reference:
    """What a reference is made of, in one language. "" where the source does not say."""

    type: str
    authors: Sequence[str]
    title: str
    container: str
    publisher: str
    issued: str  # EDTF
    section: str
    url: str


def gb_t_7714(reference: Reference) -> str:
    """The reference as Chinese lists print it.

    Source: GB/T 7714-2015, 4.6 (serials; of a newspaper the number of the page follows its date in
    brackets) and 4.8 (electronic resources), read 2026-11.
    """
    is_newspaper = reference.type == SourceType.NEWSPAPER
    mark = "N" if is_newspaper else "EB"
    carrier = "/OL" if reference.url or mark == "EB" else ""
    authors = ", ".join(reference.authors[:3]) + (", 等" if len(reference.authors) > 3 else "")
    container = reference.container or reference.publisher
    if not is_newspaper:
        container = "·".join(part for part in (container, reference.section) if part)
    where = ", ".join(part for part in (container, reference.issued) if part)
    if is_newspaper and reference.section:
        where += f"({_page(reference.section)})"
    parts = [
        f"{authors}. " if authors else "",
        f"{reference.title}[{mark}{carrier}]. ",
        where,
    ]
    text = "".join(parts).rstrip(". ") + "."
    return f"{text} {reference.url}." if reference.url else text


def _page(section: str) -> str:
    """第03版 → 03; a section that is named keeps its name."""
    match = re.fullmatch(r"第?\s*([A-Z]?\d+)\s*版", section)
    return match[1] if match else section


def in_english(reference: Reference) -> str:
    """The reference as English lists print it: Author. “Title.” Container, section, date."""
    authors = ", ".join(reference.authors)
    container = reference.container or reference.publisher
    where = ", ".join(part for part in (container, reference.section, reference.issued) if part)
    text = f"{authors}. " if authors else ""
    stop = "" if reference.title.endswith((".", "?", "!", "…")) else "."
    # Within double quotation marks, those of the title are single ones.
    title = reference.title.replace("“", "‘").replace("”", "’")
    text += f"“{title}{stop}”"
    text += f" {where}." if where else ""
    return f"{text} {reference.url}" if reference.url else text
