"""Metadata for citation tools within a page: meta tags of its head, and COinS in lists."""

from urllib.parse import urlencode

from stories.exports.references import dates
from stories.exports.references.items import Item

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def meta_tags(item: Item) -> list[tuple[str, str]]:
    """(name, content) of each tag with content.

    Source: Google Scholar, Inclusion Guidelines for Webmasters (citation_…); DCMI, Expressing
    Dublin Core in HTML; both as Zotero's translator "Embedded Metadata" reads them; read 2026-11.
    """
    moment = dates.exact(item.issued)
    slashed = dates.iso(moment).replace("-", "/") if moment else ""
    language = _LANGUAGES[item.language]
    tags = [
        ("citation_title", item.title),
        *(("citation_author", name.text) for name in item.authors),
        ("citation_publication_date", slashed),
        ("citation_publisher", item.container),
        ("citation_language", language),
        ("citation_public_url", item.url),
        ("citation_doi", item.doi),
        ("DC.title", item.title),
        *(("DC.creator", name.text) for name in item.authors),
        ("DC.publisher", item.container),
        ("DC.date", item.issued),
        ("DC.identifier", item.url),
        ("DC.language", language),
        ("DC.rights", LICENCE),
    ]
    return [(name, content) for name, content in tags if content]


def coins(item: Item) -> str:
    """The `title` attribute of an empty <span class="Z3988">.

    Source: OpenURL ContextObject in SPAN, ocoins.info; the formats of ANSI/NISO Z39.88-2004.
    """
    if item.is_newspaper:
        pairs = [
            ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
            ("rft.genre", "article"),
            ("rft.atitle", item.title),
            ("rft.jtitle", item.where),
            ("rft.pages", item.page),
        ]
    else:
        pairs = [
            ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
            ("rft.type", "webpage"),
            ("rft.title", item.title),
            ("rft.publisher", item.where),
        ]
    moment = dates.exact(item.issued)
    pairs += [
        *(("rft.au" if item.is_newspaper else "rft.creator", n.text) for n in item.authors),
        ("rft.date", dates.iso(moment) if moment else ""),
        ("rft.identifier", item.url),
    ]
    return urlencode([("ctx_ver", "Z39.88-2004"), *(pair for pair in pairs if pair[1])])
