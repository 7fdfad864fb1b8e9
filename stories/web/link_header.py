"""The Link header: links between versions of a case, its citation and its machine formats.

Source: RFC 5829, the link relations of versions; RFC 8574, cite-as; FAIR Signposting Profile,
signposting.org/FAIR, read 2026-11.
"""

from stories import links
from stories.exports.references.embedded import LICENCE
from stories.exports.references.files import FORMS
from stories.web.site import identifier


def link_header(
    history: str = "", latest: str = "", predecessor: str = "", signposts: str = ""
) -> str:
    """Addresses that are "" are left out; `signposts`: further links, already formatted."""
    relations = {
        "version-history": history,
        "latest-version": latest,
        "predecessor-version": predecessor,
    }
    versions = [_link(url, name) for name, url in relations.items() if url]
    return ", ".join(filter(None, [*versions, signposts]))


def signposts(slug: str, number: int) -> str:
    """Links of a version to its permanent address, metadata, document, licence and type."""
    described, given = ("csl.json", "bib", "ris"), identifier(slug, number)
    found = [
        _link(given.url if given else links.of("version", slug, number), "cite-as"),
        *(
            _link(links.of(f"version-{ending}", slug, number), "describedby", _type(ending))
            for ending in described
        ),
        _link(links.of("version-linked", slug, number), "describedby", "application/ld+json"),
        _link(links.of("version-document", slug, number), "item", "application/json"),
        _link(LICENCE, "license"),
        _link("https://schema.org/Report", "type"),
    ]
    return ", ".join(found)


def _type(ending: str) -> str:
    return FORMS[ending].content_type.partition(";")[0]


def _link(url: str, relation: str, content_type: str = "") -> str:
    link = f'<{url}>; rel="{relation}"'
    return f'{link}; type="{content_type}"' if content_type else link
