"""Pages of versions: the list, a version at its permanent address, the diff of two, corrections."""

import orjson
from django.http import Http404, HttpRequest, HttpResponse

from stories import links
from stories.languages import reader_language
from stories.models.version import Version
from stories.presenters import versions as presenters
from stories.presenters.case import CasePresenter
from stories.queries.corrections import corrections as corrections_of
from stories.queries.paging import address_of
from stories.queries.publications import (
    publication_of,
    redactions_of,
    version_of,
    versions_of,
)
from stories.queries.snapshot import Library
from stories.web.link_header import link_header, signposts
from stories.web.unavailable import as_page
from stories.web.views import case_meta_tags, library_page, page

CORRECTIONS_SHOWN = 100  # the newest


@library_page
@as_page
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    publication = publication_of(slug)
    library = Library.now()
    rows = versions_of(publication)
    case = library.case(slug)
    if case is None:
        raise Http404
    context = {"publication": publication, "versions": rows, "case": case}
    response = page(request, "versions", library, context)
    response["Link"] = link_header(latest=links.of("case", slug))
    return response


@library_page
@as_page
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    row = version_of(slug, number)
    library = Library.now()
    case = _presented(library, row)
    context = {
        "case": case,
        "version": row,
        "related": [],
        "is_preview": False,
        "redactions": redactions_of(row),
        "is_permanent": True,
        "meta_tags": case_meta_tags(request, case, row),
    }
    response = page(request, "case", library, context)
    response["Link"] = link_header(
        history=links.of("versions", slug),
        latest=links.of("case", slug),
        predecessor=links.of("version", slug, number - 1) if number > 1 else "",
        signposts=signposts(slug, number),
    )
    return response


@library_page
@as_page
def diff(request: HttpRequest, slug: str, older: int, newer: int) -> HttpResponse:
    if older >= newer:
        raise Http404
    before, after = version_of(slug, older), version_of(slug, newer)
    library = Library.now()
    older_document, newer_document = orjson.loads(before.document), orjson.loads(after.document)
    terms = library.presented_terms()
    found = presenters.presented(older_document, newer_document, terms)
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
    found = corrections_of(library, CORRECTIONS_SHOWN)
    language = [("language", "en")] if reader_language() == "en" else []
    context = {"corrections": found, "feed_url": address_of("corrections-feed", language)}
    return page(request, "corrections", library, context)


def _presented(library: Library, version: Version) -> CasePresenter:
    """Raises Http404 if no page can show the version."""
    case = library.presented(version)
    if case is None:
        raise Http404
    return case
