"""A source as a reference that a reader can copy.

Pure: it is handed what the reference is made of, it asks nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stories.vocabulary import SourceType


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

    Source: GB/T 7714-2015, 4.6 (serials) and 4.8 (electronic resources), read 2026-11.
    """
    mark = "N" if reference.type == SourceType.NEWSPAPER else "EB"
    carrier = "/OL" if reference.url or mark == "EB" else ""
    authors = ", ".join(reference.authors[:3]) + (", 等" if len(reference.authors) > 3 else "")
    parts = [
        f"{authors}. " if authors else "",
        f"{reference.title}[{mark}{carrier}]. ",
        f"{reference.container or reference.publisher}" or "",
    ]
    if reference.issued:
        parts.append(f", {reference.issued}" if parts[2] else reference.issued)
    text = "".join(parts).rstrip(". ") + "."
    return f"{text} {reference.url}." if reference.url else text


def in_english(reference: Reference) -> str:
    """The reference as English lists print it: Author. “Title.” Container, date."""
    authors = ", ".join(reference.authors)
    where = ", ".join(
        part for part in (reference.container or reference.publisher, reference.issued) if part
    )
    text = f"{authors}. " if authors else ""
    stop = "" if reference.title.endswith((".", "?", "!", "…")) else "."
    # Within double quotation marks, those of the title are single ones.
    title = reference.title.replace("“", "‘").replace("”", "’")
    text += f"“{title}{stop}”"
    text += f" {where}." if where else ""
    return f"{text} {reference.url}" if reference.url else text
