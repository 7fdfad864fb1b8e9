"""Pages of versions: the list, one version for good, what changed between two, corrections."""

from datetime import UTC, datetime
from typing import Any

import orjson
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories import addresses
from stories.library import Library
from stories.presenters import versions as presenters
from stories.presenters.case import CasePresenter
from stories.versions import Publication, Version
from stories.views import library_page, page
from stories.vocabulary import VersionKind

CORRECTIONS_SHOWN = 100  # the newest
FEED_LENGTH = 50  # entries


def gone(request: HttpRequest, publication: Publication) -> HttpResponse:
    """410: the case was withdrawn, when, and why where a reason was given."""
    return render(request, "stories/gone.html", {"publication": publication}, status=410)


@library_page
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    publication = get_object_or_404(Publication, slug=slug)
    if publication.withdrawn_at:
        return gone(request, publication)
    library = Library.now()
    rows = list(publication.versions.defer("document"))
    case = library.case(slug)
    if case is None:
        raise Http404
    context = {"publication": publication, "versions": rows, "case": case}
    response = page(request, "versions", library, context)
    response["Link"] = _links(latest=addresses.of("case", slug))
    return response


@library_page
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    row = _version(slug, number)
    if row.publication.withdrawn_at:
        return gone(request, row.publication)
    library = Library.now()
    context = {
        "case": _presented(library, row),
        "version": row,
        "related": [],
        "is_preview": False,
        "redactions": list(row.redactions.all()),
        "is_permanent": True,
    }
    response = page(request, "case", library, context)
    response["Link"] = _links(
        history=addresses.of("versions", slug),
        latest=addresses.of("case", slug),
        predecessor=addresses.of("version", slug, number - 1) if number > 1 else "",
    )
    return response


@library_page
def diff(request: HttpRequest, slug: str, older: int, newer: int) -> HttpResponse:
    if older >= newer:
        raise Http404
    before, after = _version(slug, older), _version(slug, newer)
    if after.publication.withdrawn_at:
        return gone(request, after.publication)
    library = Library.now()
    found = presenters.presented(orjson.loads(before.document), orjson.loads(after.document))
    context = {
        "case": _presented(library, after),
        "before": before,
        "after": after,
        "changed": found,
    }
    return page(request, "diff", library, context)


@library_page
def corrections(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    return page(request, "corrections", library, {"corrections": _corrections(library)})


def version_document(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    row = _version(slug, number)
    if row.publication.withdrawn_at:
        return HttpResponse(status=410, content_type="application/json")
    response = HttpResponse(row.document.encode(), content_type="application/json")
    response["Link"] = _links(history=addresses.of("versions", slug), latest=f"/cases/{slug}.json")
    return response


def _presented(library: Library, version: Version) -> CasePresenter:
    """Raises Http404 where no page can show the version."""
    case = library.presented(version)
    if case is None:
        raise Http404
    return case


def _version(slug: str, number: int) -> Version:
    rows = Version.objects.select_related("publication")
    return get_object_or_404(rows, publication__slug=slug, number=number)


def _corrections(library: Library) -> list[tuple[Version, Any]]:
    """(version, title of its case) of the newest corrections of cases that are not withdrawn."""
    rows = (
        Version.objects.filter(kind=VersionKind.CORRECTION, publication__withdrawn_at__isnull=True)
        .select_related("publication")
        .defer("document")
        .order_by("-published_at", "-pk")[:CORRECTIONS_SHOWN]
    )
    found = list(rows)
    cards = {card.slug: card for card in library.cards([row.publication_id for row in found])}
    return [
        (row, cards[row.publication.slug].title) for row in found if row.publication.slug in cards
    ]


def _links(history: str = "", latest: str = "", predecessor: str = "") -> str:
    """Source: RFC 5829, the link relations of versions."""
    relations = {
        "version-history": history,
        "latest-version": latest,
        "predecessor-version": predecessor,
    }
    return ", ".join(f'<{url}>; rel="{name}"' for name, url in relations.items() if url)


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
        return addresses.of("corrections")

    def items(self) -> list[tuple[Version, Any]]:
        return _corrections(Library.now())[:FEED_LENGTH]

    def item_title(self, item: tuple[Version, Any]) -> str:
        version, title = item
        return gettext("%(title)s: version %(number)s") % {
            "title": title,
            "number": version.number,
        }

    def item_description(self, item: tuple[Version, Any]) -> str:
        return str(item[0].note)

    def item_link(self, item: tuple[Version, Any]) -> str:
        version, _title = item
        return addresses.of("version", version.publication.slug, version.number)

    def item_updateddate(self, item: tuple[Version, Any]) -> datetime:
        return item[0].published_at
