"""The sitemap: every public page in both languages, each pointing at the other."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from stories.library import Library
from stories.terms import MeasureType, Place, ProblemType
from stories.versions import Publication


class BothLanguages(Sitemap):  # type: ignore[type-arg]  # generic in the stubs only
    i18n = True
    alternates = True
    x_default = True
    protocol = "https" if settings.HTTPS else "http"

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme or super().get_protocol(protocol)

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc or super().get_domain(site)


class FixedPages(BothLanguages):
    NAMES = (
        "overview",
        "cases",
        "measure-types",
        "problem-types",
        "places",
        "metrics",
        "matrix",
        "sources",
        "about",
    )

    def items(self) -> list[str]:
        return list(self.NAMES)

    def location(self, item: str) -> str:
        return reverse(item)


class Cases(BothLanguages):
    def items(self) -> QuerySet[Publication]:
        return Publication.objects.current().order_by("slug")

    def lastmod(self, item: Publication) -> datetime:
        return item.published_at


class MeasureTypes(BothLanguages):
    def items(self) -> QuerySet[MeasureType]:
        return MeasureType.objects.order_by("slug")


class ProblemTypes(BothLanguages):
    def items(self) -> QuerySet[ProblemType]:
        return ProblemType.objects.order_by("slug")


class Places(BothLanguages):
    def items(self) -> QuerySet[Place]:
        """Those of published cases: what only a draft names is not told."""
        return Place.objects.filter(code__in=Library.now().holding["place"]).order_by("code")


class Sources(BothLanguages):
    def items(self) -> list[str]:
        return sorted(Library.now().source_keys())

    def location(self, item: str) -> str:
        return reverse("source", args=[item])


SITEMAPS = {
    "pages": FixedPages,
    "cases": Cases,
    "measures": MeasureTypes,
    "problems": ProblemTypes,
    "places": Places,
    "sources": Sources,
}
