"""Printing only: a number with its unit, a date with its precision, this page in another language.

No tag asks the database.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.urls import translate_url
from django.utils.translation import get_language, gettext

from stories import citations, dates, quantities
from stories.citations import Reference
from stories.quantities import Figure, Unit

register = template.Library()


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


@register.filter
def figure(metric: Any) -> Figure:
    """A metric as its language writes it: before, number, after."""
    indicator = metric.indicator
    unit = Unit(indicator.dimension, indicator.unit_zh, indicator.unit_en, indicator.unit_en_one)
    return quantities.write(metric.low, metric.high, metric.qualifier, unit, _language())


@register.filter
def computed(derived: Any) -> Figure:
    """A computed number; its unit is its own."""
    unit = Unit("", derived.unit_zh, derived.unit_en, derived.unit_en)
    return quantities.write(derived.value, derived.value, derived.qualifier, unit, _language())


@register.filter
def date(edtf: str) -> str:
    """An EDTF date in words, as precise as it is."""
    return dates.in_words(edtf, _language())


@register.filter
def locator(passage: Any) -> str:
    """12 → 第12段 / paragraph 12; T, H1, C1, E1 likewise."""
    kind, number = passage.locator[:1], passage.locator[1:]
    if kind == "T":
        return gettext("title")
    patterns = {
        "H": gettext("heading %(number)s"),
        "C": gettext("caption %(number)s"),
        "E": gettext("editor's note %(number)s"),
    }
    if kind in patterns:
        return patterns[kind] % {"number": number}
    return gettext("paragraph %(number)s") % {"number": passage.locator}


@register.filter
def passages(citations: Iterable[Any]) -> list[Any]:
    """The passages of citations, each once, in the order of their sources."""
    found = {citation.passage_id: citation.passage for citation in citations}
    return sorted(found.values(), key=lambda passage: (passage.source_id, passage.position))


@register.filter
def reference(source: Any) -> str:
    """A source as a reference: GB/T 7714 in Chinese, author–title–container in English."""
    language = _language()
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


@register.simple_tag(takes_context=True)
def this_page_in(context: RequestContext, language: str) -> str:
    """The address of this page, with what was asked of it, in another language."""
    # Of //host/ only one slash is kept: two would make it the address of another site.
    address = f"/{context['request'].get_full_path().lstrip('/')}"
    return translate_url(address, language)


@register.simple_tag
def in_language(address: str, language: str) -> str:
    """An address of this site in another language."""
    return translate_url(address, language)


@register.simple_tag(takes_context=True)
def absolute(context: RequestContext, address: str) -> str:
    """An address of this site with its scheme and host."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL}{address}"
    return str(context["request"].build_absolute_uri(address))
