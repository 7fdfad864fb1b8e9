"""Citation styles that readers can select, with their formatting functions."""

from collections.abc import Callable
from dataclasses import dataclass

from stories.exports.references import gb_t_7714, italics, styles
from stories.exports.references.items import Item


@dataclass(frozen=True)
class Style:
    """`label` is a proper name, the same in every language."""

    key: str
    label: str
    write: Callable[[Item], str]


GB_T_7714 = Style("gb-t-7714-2025", "GB/T 7714—2025", gb_t_7714.edition_2025)
STYLES = (
    GB_T_7714,
    Style("gb-t-7714-2015", "GB/T 7714—2015", gb_t_7714.edition_2015),
    Style("apa", "APA 7", styles.apa),
    Style("chicago", "Chicago 18", styles.chicago),
    Style("mla", "MLA 9", styles.mla),
)
DEFAULT = {"zh": GB_T_7714.write, "en": styles.apa}  # the style of single references on pages


def default(item: Item) -> str:
    """The reference shown on pages, as plain text."""
    return italics.plain(DEFAULT[item.language](item))
