"""The sitemap (every public page in both languages, each pointing at the other) and the feeds."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories import links
from stories.models.version import Publication
from stories.models.vocabulary import MeasureType, Place, ProblemType
from stories.queries.corrections import Correction, corrections
from stories.queries.snapshot import Library

FEED_LENGTH = 50  # entries


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
        "corrections",
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
        """Those of published cases: what only a draft names is left out."""
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


class StableAtomFeed(Atom1Feed):
    """An Atom feed that says the same until something is published, also while it is empty."""

    def latest_post_date(self) -> datetime:
        if self.items:
            return super().latest_post_date()
        return datetime(1970, 1, 1, tzinfo=UTC)


class CorrectionsFeed(Feed):  # type: ignore[type-arg]  # generic in the stubs only
    """Corrections of all cases, newest first."""

    feed_type = StableAtomFeed
    title = _("Corrections · Community case library")
    subtitle = _("What was corrected in which case, and why.")

    def link(self) -> str:
        return links.of("corrections")

    def items(self) -> list[Correction]:
        return corrections(Library.now(), FEED_LENGTH)

    def item_title(self, item: Correction) -> str:
        return gettext("%(title)s: version %(number)s") % {
            "title": item.title,
            "number": item.version.number,
        }

    def item_description(self, item: Correction) -> str:
        return str(item.version.note)

    def item_link(self, item: Correction) -> str:
        version = item.version
        return links.of("version", version.publication.slug, version.number)

    def item_updateddate(self, item: Correction) -> datetime:
        return item.version.published_at
