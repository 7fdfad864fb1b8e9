"""The sitemap: an index of parts, each with a bounded number of pages, as links in both languages.

Each page has the day of its last change. Source: sitemaps.org, protocol 0.9; hreflang after
developers.google.com, read 2026-11.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import override

from stories import links
from stories.languages import HTML_CODES
from stories.queries import addresses
from stories.queries.snapshot import Library
from stories.web.site import absolute, in_language, languages_of, site_of

PAGES_OF_A_PART = 5000  # keeps a part in both languages below 50,000 addresses and 50 MB
FIXED_PAGES = (
    "overview cases measure-types problem-types places metrics matrix sources corrections data "
    "codebook about"
).split()
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True)
class Entry:
    """A page by its Chinese address; `changed_on`: YYYY-MM-DD, or ""."""

    address: str
    changed_on: str = ""


@dataclass(frozen=True)
class Section:
    """Pages of one kind: their number, and those from start to end; 3 queries at most."""

    count: Callable[[Library], int]
    entries: Callable[[Library, int, int], Iterable[Entry]]


def index(request: HttpRequest) -> HttpResponse:
    library, site = Library.now(), site_of(request)
    with override("zh-hans"):
        parts = [
            links.of("sitemap-part", name, number + 1)
            for name, section in SECTIONS.items()
            for number in range(-(-section.count(library) // PAGES_OF_A_PART))
        ]
    changed = _changed(library.last_published_on)
    listed = "\n".join(
        f"<sitemap><loc>{escape(site + part)}</loc>{changed}</sitemap>" for part in parts
    )
    return _xml(f"<sitemapindex {_XMLNS}>\n{listed}\n</sitemapindex>\n")


def part(request: HttpRequest, section: str, number: int) -> HttpResponse:
    library = Library.now()
    start = (number - 1) * PAGES_OF_A_PART
    if section not in SECTIONS or not 0 <= start < SECTIONS[section].count(library):
        raise Http404
    site, languages = site_of(request), languages_of(request)
    with override("zh-hans"):
        found = SECTIONS[section].entries(library, start, start + PAGES_OF_A_PART)
        listed = "\n".join(_urls(site, entry, languages) for entry in found)
    return _xml(f"<urlset {_XMLNS} {_XHTML}>\n{listed}\n</urlset>\n")


def _urls(site: str, entry: Entry, languages: Sequence[str]) -> str:
    """One entry per language, each with links to all languages."""
    urls = {code: absolute(site, in_language(entry.address, code)) for code in languages}
    named = [(HTML_CODES[code], url) for code, url in urls.items()]
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(url)}"/>'
        for code, url in ([*named, ("x-default", named[0][1])] if len(named) > 1 else [])
    )
    changed = _changed(entry.changed_on)
    return "\n".join(
        f"<url><loc>{escape(url)}</loc>{changed}{alternates}</url>" for url in urls.values()
    )


def _changed(day: str) -> str:
    return f"<lastmod>{day}</lastmod>" if day else ""


def _xml(text: str) -> HttpResponse:
    return HttpResponse(_HEAD + text, content_type="application/xml")


# ---------------------------------------------------------------- sections


def _fixed(library: Library, start: int, end: int) -> Iterable[Entry]:
    day = library.last_published_on
    return (Entry(links.of(name), day) for name in FIXED_PAGES[start:end])


def _cases(library: Library, start: int, end: int) -> Iterable[Entry]:
    return (Entry(links.of("case", slug), _day(at)) for slug, at in addresses.cases(start, end))


def _sources(library: Library, start: int, end: int) -> Iterable[Entry]:
    found = addresses.sources(start, end)
    return (Entry(links.of("source", key), _day(at) if at else "") for key, at in found)


def _types(facet: str, name: str) -> Section:
    """`name`: of the URL pattern of their pages."""

    def entries(library: Library, start: int, end: int) -> Iterable[Entry]:
        return (Entry(links.of(name, slug)) for slug in addresses.types(facet, start, end))

    return Section(lambda library: addresses.type_count(facet), entries)


def _places(library: Library, start: int, end: int) -> Iterable[Entry]:
    return (Entry(links.of("place", code)) for code in addresses.places(library)[start:end])


def _day(moment: datetime) -> str:
    return localtime(moment).date().isoformat()


SECTIONS = {
    "pages": Section(lambda library: len(FIXED_PAGES), _fixed),
    "cases": Section(lambda library: len(library.cases), _cases),
    "sources": Section(lambda library: addresses.source_count(), _sources),
    "measures": _types("measure", "measure-type"),
    "problems": _types("problem", "problem-type"),
    "places": Section(lambda library: len(addresses.places(library)), _places),
}
