"""Views of the public pages: each parses a query or a value and renders a template.

None of them writes the database; `cases` logs the words of a search that found nothing.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from caselib.page_cache import cacheable
from stories import links
from stories.exports import linked_data
from stories.exports.references import embedded, lists
from stories.languages import reader_language
from stories.models.version import Version
from stories.models.vocabulary import MeasureType, ProblemType
from stories.pictures import storage
from stories.presenters.case import CasePresenter
from stories.presenters.measures import MeasurePresenter, ProblemPresenter
from stories.presenters.sources import statements
from stories.queries.cases import CaseQuery
from stories.queries.comparison import compared
from stories.queries.matrix import Matrix, answered_by, answers_to
from stories.queries.metrics import MetricQuery
from stories.queries.paging import Page, page_of_cases
from stories.queries.publications import PublishedCase, current_version, is_public_picture
from stories.queries.related import related
from stories.queries.snapshot import Library
from stories.queries.spreads import spreads
from stories.queries.suggestions import suggestions as suggestions_of
from stories.queries.vocabulary import term_of_page
from stories.search import unanswered
from stories.web import linked, share_cards
from stories.web.cited import case_item
from stories.web.files import streamed
from stories.web.former_addresses import redirecting_list, redirecting_page
from stories.web.link_header import link_header, signposts
from stories.web.revision import in_one_revision
from stories.web.site import is_baked, site_of
from stories.web.unavailable import as_page

# Left by template tags without output; \n{2,} takes six times as long.
_BLANK_LINES = re.compile(rb"\n\n+")
FOR_GOOD = "max-age=31536000, public, immutable"  # names of pictures are never reused

View = Callable[..., HttpResponse]
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])


def public(view: AnyView) -> AnyView:
    """GET and HEAD only: anything else is answered 405, with or without a CSRF token."""
    return csrf_exempt(require_safe(view))


def page(
    request: HttpRequest, name: str, library: Library, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Render `stories/<name>.html`, with the date of the last publication for the footer.

    In a static export only the overview has that date: else each publication would change all
    files.
    """
    has_date = name == "overview" or not is_baked(request)
    foot = {"last_published_on": library.last_published_on} if has_date else {}
    response = render(request, f"stories/{name}.html", foot | (context or {}))
    response.content = _BLANK_LINES.sub(b"\n", response.content)
    return response


def library_page(view: View) -> View:
    """Decorator: rendered from one revision of the library, the same for everyone, and cached."""
    return public(cacheable(in_one_revision(view)))


@library_page
def overview(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    context = {
        "cases": library.newest(),
        "matrix": Matrix.of(library),
        "totals": library.totals,
        "linked": linked.of_site(request, library),
    }
    return page(request, "overview", library, context)


@library_page
@redirecting_list
def cases(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    query = CaseQuery.parse(request.GET, library)
    found = query.page()
    hits = query.hits([card.pk for card in found.items])
    rows = [(card, hits.get(card.pk, [])) for card in found.items]
    context = {"query": query, "page": found, "cases": rows, "near": query.near}
    response = page(request, "cases", library, context)
    if query.is_unanswered:
        unanswered.note(query.q)
        response["Cache-Control"] = "no-store"  # not cached, so that each search is counted
    return response


@library_page
@as_page
def case(request: HttpRequest, slug: str) -> HttpResponse:
    library = Library.now()
    version = current_version(slug)
    found = library.presented(version)
    if found is None:
        raise Http404
    context = {
        "case": found,
        "version": version,
        "related": related(library, found),
        "is_preview": False,
        "redactions": [],
        "meta_tags": case_meta_tags(request, found, version),
    }
    response = page(request, "case", library, context)
    history = links.of("versions", slug)
    response["Link"] = link_header(history, signposts=signposts(slug, version.number))
    return response


def case_meta_tags(
    request: HttpRequest, case: CasePresenter, version: Version
) -> list[tuple[str, str]]:
    published = PublishedCase.of(case, version)
    return embedded.meta_tags(case_item(request, published, case.language))


@library_page
def share_card(request: HttpRequest, slug: str) -> HttpResponse:
    """If the machine has no Han font, the card of the site is sent for every case."""
    found = Library.now().case(slug)
    if found is None:
        raise Http404
    drawn = share_cards.png(share_cards.card_of(found)) or settings.DEFAULT_CARD.read_bytes()
    return HttpResponse(drawn, content_type="image/png")


@public
def picture(request: HttpRequest, file: str, name: str, kind: str) -> HttpResponseBase:
    """Serves pictures of versions of cases that are not withdrawn: 1 query. The desk serves its
    own.
    """
    if not is_public_picture(name):
        raise Http404
    etag = f'"{file}"'
    not_modified = get_conditional_response(request, etag=etag)
    response = not_modified or _opened_picture(request, file, kind)
    response["Cache-Control"], response["ETag"] = FOR_GOOD, etag
    return response


def _opened_picture(request: HttpRequest, file: str, kind: str) -> HttpResponseBase:
    try:
        opened = storage.opened(file)
    except FileNotFoundError as error:
        raise Http404 from error
    return streamed(request, opened, content_type=f"image/{kind}")


@library_page
def measure_types(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    terms = linked_data.term_set(
        site_of(request), "measure-types", gettext("Measures"), reader_language()
    )
    context = {"families": library.families(), "linked": [terms]}
    return page(request, "measure_types", library, context)


@library_page
@redirecting_page("measure", "measure-type")
def measure_type(request: HttpRequest, slug: str) -> HttpResponse:
    row = _term_or_404("measure", slug)
    library = Library.now()
    found = _page_of_parts(request, library, "measure", slug, "measure-type", _measures_of_type)
    context = {
        "type": row,
        "page": found,
        "cells": answered_by(library, slug),
        "spreads": spreads(slug, library),
        "linked": [linked_data.term(row, site_of(request), "measure-type")],
    }
    return page(request, "measure_type", library, context)


@library_page
def problem_types(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    terms = linked_data.term_set(
        site_of(request), "problem-types", gettext("Problems"), reader_language()
    )
    context = {"types": library.problem_types(), "linked": [terms]}
    return page(request, "problem_types", library, context)


@library_page
@redirecting_page("problem", "problem-type")
def problem_type(request: HttpRequest, slug: str) -> HttpResponse:
    row = _term_or_404("problem", slug)
    library = Library.now()
    found = _page_of_parts(request, library, "problem", slug, "problem-type", _problems_of_type)
    context = {
        "type": row,
        "page": found,
        "cells": answers_to(library, slug),
        "linked": [linked_data.term(row, site_of(request), "problem-type")],
    }
    return page(request, "problem_type", library, context)


@library_page
def places(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    facets = CaseQuery(library, whole=("place",)).facets()
    tree = next(facet for facet in facets if facet.name == "place")
    return page(request, "places", library, {"tree": tree})


@library_page
@redirecting_page("place", "place")
def place(request: HttpRequest, code: str) -> HttpResponse:
    """A place of a published case or of its measures, or an ancestor of one."""
    library = Library.now()
    if code not in library.cases_by_value["place"]:
        raise Http404
    terms = library.presented_terms()["place"]
    found = _page_of_parts(request, library, "place", code, "place", _measures_at_place)
    children = [
        terms[node.value]
        for node in library.below["place"].get(code, [])
        if node.value in library.cases_by_value["place"]
    ]
    context = {
        "place": terms[code],
        "children": children,
        "page": found,
        "cases": library.cases_in(code),
        "linked": [linked_data.place(terms[code], site_of(request))],
    }
    return page(request, "place", library, context)


def _term_or_404(facet: str, slug: str) -> MeasureType | ProblemType:
    row = term_of_page(facet, slug)
    if row is None:
        raise Http404
    return row


def _page_of_parts(
    request: HttpRequest,
    library: Library,
    facet: str,
    value: str,
    name: str,
    parts: Callable[[CasePresenter, str], list[Any]],
) -> Page:
    """The cases with a value of a facet, each with its parts of this value, if any.

    `name`: of the URL pattern of the page.
    """

    def items(pks: list[int]) -> list[tuple[CasePresenter, list[Any]]]:
        found = ((case, parts(case, value)) for case in library.cases_of(pks))
        return [(case, some) for case, some in found if some]

    return page_of_cases(request.GET, library, library.of(facet, value), items, name, value)


def _measures_of_type(case: CasePresenter, slug: str) -> list[MeasurePresenter]:
    return [measure for measure in case.measures if slug in measure.data["types"]]


def _problems_of_type(case: CasePresenter, slug: str) -> list[ProblemPresenter]:
    return [problem for problem in case.problems if problem.data["type"] == slug]


def _measures_at_place(case: CasePresenter, code: str) -> list[MeasurePresenter]:
    return [m for m in case.measures if any(where.place.value == code for where in m.where)]


@library_page
@redirecting_list
def metrics(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    query = MetricQuery.parse(request.GET, library)
    return page(request, "metrics", library, {"query": query, "page": query.page()})


@library_page
def sources(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    found = page_of_cases(
        request.GET,
        library,
        library.cases,
        lambda cases: [(case, case.sources) for case in library.cases_of(cases)],
        "sources",
    )
    return page(request, "sources", library, {"page": found})


@library_page
def source(request: HttpRequest, key: str) -> HttpResponse:
    library = Library.now()
    case = library.case_with_source(key)
    if case is None or key not in case.sources_by_key:
        raise Http404
    found = case.sources_by_key[key]
    by_passage = statements(case)
    passages = [(passage, by_passage.get(passage.order, [])) for passage in found.passages]
    context = {
        "case": case,
        "source": found,
        "passages": passages,
        "reference_label": lists.GB_T_7714.label,
        "linked": [linked_data.source(found, site_of(request))],
    }
    return page(request, "source", library, context)


@library_page
def suggestions(request: HttpRequest) -> HttpResponse:
    offered = [asdict(suggestion) for suggestion in suggestions_of(Library.now())]
    return JsonResponse(offered, safe=False, json_dumps_params={"ensure_ascii": False})


@library_page
def matrix(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    return page(request, "matrix", library, {"matrix": Matrix.of(library)})


@library_page
def compare(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    return page(request, "compare", library, {"comparison": compared(request.GET, library)})


@public
@cacheable
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "about", Library.now())


@public
@cacheable
def robots(request: HttpRequest) -> HttpResponse:
    """Excludes addresses that a crawler could combine without end: the same data is in one file."""
    # ?view= selects a view of the same page.
    closed = [*settings.DESK, "/*?view=", "/*&view="]
    # Search words, other orders, and combinations of filters; pages of lists are allowed.
    lists = ("/cases/", "/metrics/", "/compare/")
    closed += [f"{prefix}{path}?*&" for prefix in ("", "/en") for path in lists]
    closed += [f"/*?{name}=" for name in ("q", "sort", "whole")] + ["/api/v1/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += [
        "Allow: /api/v1/docs",
        "",
        f"# The whole library as data: {site_of(request)}/llms.txt",
    ]
    lines += [f"Sitemap: {site_of(request)}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@public
@cacheable
def llms(request: HttpRequest) -> HttpResponse:
    """What programs may use, and where all of it can be downloaded. Source: llmstxt.org, read
    2026-11.
    """
    site = site_of(request)
    response = render(request, "llms.txt", {"site": site, "is_baked": is_baked(request)})
    response["Content-Type"] = "text/plain; charset=utf-8"
    return response
