"""What templates print with: a number with its unit, a date with its precision, addresses.

Nothing here asks the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from stories import addresses, citations, dates, plots, quantities
from stories.citations import Reference
from stories.quantities import Figure, Unit

# The measure families that static/symbols.svg has a drawing of.
FAMILIES = frozenset(
    "housing streets environment spaces services culture participation organisation economy "
    "safety".split()
)
ENGLISH = "/en/"  # where the addresses of the pages in English begin
SECTIONS = {
    "cases": gettext_lazy("Cases"),
    "measure-types": gettext_lazy("Measures"),
    "problem-types": gettext_lazy("Problems"),
    "matrix": gettext_lazy("Matrix"),
    "places": gettext_lazy("Places"),
    "metrics": gettext_lazy("Numbers"),
    "sources": gettext_lazy("Sources"),
    "about": gettext_lazy("About"),
}


def reader_language() -> str:
    """zh or en."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def figure(metric: Any, language: str) -> Figure:
    """A metric as zh or en writes it: before, number, after."""
    indicator = metric.indicator
    unit = _unit(indicator.dimension, indicator.unit_zh, indicator.unit_en, indicator.unit_en_one)
    return quantities.write(metric.low, metric.high, metric.qualifier, unit, language)


@lru_cache(maxsize=4096)
def _unit(dimension: str, zh: str, en: str, one: str) -> Unit:
    return Unit(dimension, zh, en, one)


def computed(derived: Any, language: str) -> Figure:
    """A computed number; its unit is its own."""
    unit = Unit("", derived.unit_zh, derived.unit_en, derived.unit_en)
    return quantities.write(derived.value, derived.value, derived.qualifier, unit, language)


def date(edtf: str) -> str:
    """An EDTF date in words, as precise as it is."""
    return dates.in_words(edtf, reader_language())


def time(edtf: str) -> str:
    """The same as an element of HTML, where HTML has one for it: a plain day, month or year."""
    return _in_an_element(edtf, date(edtf))


def short_time(edtf: str) -> str:
    """The same for lists, in few words."""
    return _in_an_element(edtf, dates.in_short(edtf, reader_language()))


def _in_an_element(edtf: str, words: str) -> str:
    attribute = dates.machine_readable(edtf)
    return format_html('<time datetime="{}">{}</time>', attribute, words) if attribute else words


def tick(tick: Any) -> str:
    """The words of a tick of a timeline."""
    return dates.on_a_scale(tick.edtf, tick.has_year, reader_language())


def locator(locator: str) -> str:
    """12 → 第12段 / paragraph 12; T, H1, C1, E1 likewise."""
    kind, number = locator[:1], locator[1:]
    if kind == "T":
        return gettext("title")
    patterns = {
        "H": gettext("heading %(number)s"),
        "C": gettext("caption %(number)s"),
        "E": gettext("editor's note %(number)s"),
    }
    if kind in patterns:
        return patterns[kind] % {"number": number}
    return gettext("paragraph %(number)s") % {"number": locator}


def passages(citations: Iterable[Any]) -> list[Any]:
    """The passages of citations, each once, in the order of their sources."""
    found = {citation.passage_id: citation.passage for citation in citations}
    return sorted(found.values(), key=lambda passage: (passage.source_id, passage.position))


def words(text: Any) -> Any:
    """A text; one that stands in for the reader's language has its own marked."""
    if not getattr(text, "is_foreign", False):
        return text
    only = gettext("only in English") if text.language == "en" else gettext("only in Chinese")
    return format_html(
        '<span lang="{}">{}</span> <span class="only-in">{}</span>', text.language, str(text), only
    )


def with_count(label: str, count: int) -> str:
    """A value of a facet as it is heard: 社区养老，12 个案例."""
    text = ngettext("%(label)s, %(count)s case", "%(label)s, %(count)s cases", count)
    return text % {"label": label, "count": count}


def reference(source: Any) -> str:
    """A source as a reference: GB/T 7714 in Chinese, author–title–container in English."""
    language = reader_language()
    made_of = Reference(
        type=source.type,
        authors=[getattr(person, f"name_{language}") for person in source.authors],
        title=getattr(source, f"title_{language}"),
        container=getattr(source, f"container_{language}"),
        publisher=getattr(source, f"publisher_{language}"),
        issued=source.issued,
        section=getattr(source, f"section_{language}"),
        url=source.url,
    )
    write = citations.in_english if language == "en" else citations.gb_t_7714
    return str(write(made_of))


def this_page_in(request: HttpRequest, language: str) -> str:
    """The address of this page, with what was asked of it, in another language."""
    # Of //host/ only one slash is kept: two would make it the address of another site.
    return in_language(f"/{request.get_full_path().lstrip('/')}", language)


def both_languages(request: HttpRequest) -> dict[str, str]:
    """This page in Chinese and in English, for the desk's templates, which are Django's own."""
    return {"page_zh": this_page_in(request, "zh-hans"), "page_en": this_page_in(request, "en")}


@dataclass(frozen=True)
class Section:
    """A part of the site; current is "page", "true" for a page below it, or ""."""

    label: str
    url: str
    current: str


def sections(path: str) -> list[Section]:
    """The parts of the site, as seen from the page at a path."""
    found = []
    for label, address in _sections(get_language() or ""):
        below = "true" if path.startswith(address) else ""
        found.append(Section(label, address, "page" if path == address else below))
    return found


@lru_cache(maxsize=4)
def _sections(language: str) -> list[tuple[str, str]]:
    """(label, address) of each; `language` is the active one."""
    return [(str(label), addresses.of(name)) for name, label in SECTIONS.items()]


def static(path: str) -> str:
    """The address of a static file."""
    return _static(path, storages["staticfiles"])


@lru_cache
def _static(path: str, storage: Storage) -> str:
    """Kept with the storage, which names the file by its content: another one names it anew."""
    return str(storage.url(path))


def symbol(family: str) -> str:
    """The drawing of a measure family, "" for one that has none; its label stands beside it."""
    return _drawing(family, static("symbols.svg")) if family in FAMILIES else ""


@lru_cache
def _drawing(family: str, symbols: str) -> str:
    drawing = '<svg class="symbol family--{1}" aria-hidden="true"><use href="{0}#{1}"/></svg>'
    return format_html(drawing, symbols, family)


def is_care(request: HttpRequest) -> bool:
    """Whether the care view was chosen; a request that failed on its way there has chosen none."""
    return getattr(request, "is_care", False)


def this_page_as(request: HttpRequest, view: str) -> str:
    """The address that leads back to this page in the care view or the standard one."""
    asked = {name: values for name, values in request.GET.lists() if name != "view"}
    return f"?{urlencode({**asked, 'view': view}, doseq=True)}"


def in_language(address: str, language: str) -> str:
    """The address of a page in another language: /cases/ in Chinese, /en/cases/ in English."""
    bare = address.removeprefix(ENGLISH[:-1]) if address.startswith(ENGLISH) else address
    return f"{ENGLISH[:-1]}{bare}" if language == "en" else bare


def site_of(request: HttpRequest) -> str:
    """Scheme and host, as they were set or as the request came."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def absolute(site: str, address: str) -> str:
    """An address of this site with its scheme and host."""
    return f"{site}{iri_to_uri(address)}"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "absolute": absolute,
    "in_language": in_language,
    "is_care": is_care,
    "reader_language": reader_language,
    "sections": sections,
    "site_of": site_of,
    "static": static,
    "symbol": symbol,
    "this_page_as": this_page_as,
    "this_page_in": this_page_in,
    "url": addresses.of,
}
# These are given the language of their page.
IN_A_LANGUAGE: dict[str, Callable[..., Any]] = {"computed": computed, "figure": figure}
FILTERS: dict[str, Callable[..., Any]] = {
    "date": date,
    "locator": locator,
    "passages": passages,
    "reference": reference,
    "share": plots.share,
    "short_time": short_time,
    "side_by_side": plots.side_by_side,
    "strips": plots.strips,
    "tick": tick,
    "time": time,
    "timeline": plots.timeline,
    "with_count": with_count,
    "words": words,
}
# What comes of a text or number and the language alone.
OF_TEXTS = {"date", "locator", "short_time", "time", "with_count", "url"}
