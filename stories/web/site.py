"""The frame of pages: navigation, imprint, symbols, and addresses in other languages and views.

Depends on the request, the settings and the static files, not on any case.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from stories import links

# Measure families with a symbol in static/symbols.svg.
FAMILIES = frozenset(
    "housing streets environment spaces services culture participation organisation economy "
    "safety".split()
)
ENGLISH = "/en/"  # prefix of the English pages
# WSGI environ keys of requests for the static export: its public address and its languages.
BAKED, BAKED_LANGUAGES = "caselib.baked", "caselib.baked.languages"
SECTIONS = {
    "cases": gettext_lazy("Cases"),
    "measure-types": gettext_lazy("Measures"),
    "problem-types": gettext_lazy("Problems"),
    "matrix": gettext_lazy("Problem–measure matrix"),
    "places": gettext_lazy("Places"),
    "metrics": pgettext_lazy("page of metrics", "Data"),
    "sources": gettext_lazy("Sources"),
    "about": gettext_lazy("About"),
}


@dataclass(frozen=True)
class Imprint:
    """`contact_address`: target of the link, "" if `contact` is not an address."""

    publisher: str
    contact: str
    contact_address: str
    icp: str
    police: str


def imprint() -> Imprint:
    """The publisher of the site, from the settings."""
    contact = settings.CONTACT
    return Imprint(
        settings.PUBLISHER or gettext("the editors of the Community Case Library"),
        contact,
        f"mailto:{contact}" if "@" in contact else contact if "://" in contact else "",
        settings.ICP_NUMBER,
        settings.POLICE_NUMBER,
    )


def this_page_in(request: HttpRequest, language: str) -> str:
    """The address of this page, with its query, in another language."""
    # Collapse //host/ to /host/: with two slashes it would be the address of another site.
    return in_language(f"/{request.get_full_path().lstrip('/')}", language)


def both_languages(request: HttpRequest) -> dict[str, str]:
    """The addresses of this page in both languages, for the desk's Django templates."""
    return {"page_zh": this_page_in(request, "zh-hans"), "page_en": this_page_in(request, "en")}


@dataclass(frozen=True)
class Section:
    """A section of the site; current is "page", "true" for a page below it, or ""."""

    label: str
    url: str
    current: str


def sections(path: str) -> list[Section]:
    """The navigation, as seen from the page at a path."""
    found = []
    for label, address in _sections(get_language() or ""):
        below = "true" if path.startswith(address) else ""
        found.append(Section(label, address, "page" if path == address else below))
    return found


@lru_cache(maxsize=4)
def _sections(language: str) -> list[tuple[str, str]]:
    """(label, address) of each; `language` is the active one."""
    return [(str(label), links.of(name)) for name, label in SECTIONS.items()]


def static(path: str) -> str:
    """The address of a static file."""
    return _static(path, storages["staticfiles"])


@lru_cache
def _static(path: str, storage: Storage) -> str:
    """Cached per storage, which names files by their content."""
    return str(storage.url(path))


def symbol(family: str) -> str:
    """The symbol of a measure family, hidden from screen readers beside its label; "" if it has
    none.
    """
    return _drawing(family, static("symbols.svg")) if family in FAMILIES else ""


@lru_cache
def _drawing(family: str, symbols: str) -> str:
    drawing = '<svg class="symbol family--{1}" aria-hidden="true"><use href="{0}#{1}"/></svg>'
    return format_html(drawing, symbols, family)


def is_care(request: HttpRequest) -> bool:
    """Whether the care view was chosen; False if the request failed before the middleware."""
    return getattr(request, "is_care", False)


def this_page_as(request: HttpRequest, view: str) -> str:
    """The address of this page that switches to the care view or the standard view."""
    parameters = {name: values for name, values in request.GET.lists() if name != "view"}
    return f"?{urlencode({**parameters, 'view': view}, doseq=True)}"


def in_language(address: str, language: str) -> str:
    """The address of a page in another language: /cases/ in Chinese, /en/cases/ in English."""
    bare = address.removeprefix(ENGLISH[:-1]) if address.startswith(ENGLISH) else address
    return f"{ENGLISH[:-1]}{bare}" if language == "en" else bare


def is_baked(request: HttpRequest) -> bool:
    """Whether the page is rendered for the static export, without parts that need a server."""
    return BAKED in request.META


def languages_of(request: HttpRequest) -> tuple[str, ...]:
    """The languages of the site: zh and en, or the one of a static export."""
    found: tuple[str, ...] = request.META.get(BAKED_LANGUAGES, ("zh", "en"))
    return found


def has_both_languages(request: HttpRequest) -> bool:
    return len(languages_of(request)) > 1


def site_of(request: HttpRequest) -> str:
    """Scheme and host, from the settings or the request; for a static export, its public
    address.
    """
    if is_baked(request):
        return str(request.META[BAKED])
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


@dataclass(frozen=True)
class Identifier:
    """A DOI or Handle: `value` as printed, `url` through its resolver."""

    value: str
    url: str

    @property
    def doi(self) -> str:
        return self.value if self.value.startswith("10.") else ""


def identifier(slug: str, number: int) -> Identifier | None:
    """For a version of a case; None if the publisher has no prefix."""
    if not settings.IDENTIFIER_PREFIX:
        return None
    value = f"{settings.IDENTIFIER_PREFIX}/{slug}.v{number}"
    resolver = "https://doi.org" if value.startswith("10.") else "https://hdl.handle.net"
    return Identifier(value, f"{resolver}/{value}")


def absolute(site: str, address: str) -> str:
    """An address of this site with its scheme and host."""
    return f"{site}{iri_to_uri(address)}"
