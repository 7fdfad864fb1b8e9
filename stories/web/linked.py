"""Linked data of pages: short data is inline in the page, that of a case has its own address."""

import json
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from caselib.page_cache import cacheable
from stories.exports import linked_data
from stories.exports.dataset import metadata
from stories.exports.dataset.codebook import in_both
from stories.exports.linked_data import Node, Publisher
from stories.languages import DJANGO_CODES, reader_language
from stories.models.version import Version
from stories.queries.publications import current_version, published, version_of
from stories.queries.snapshot import Library
from stories.web.revision import in_one_revision
from stories.web.site import imprint, site_of
from stories.web.unavailable import as_problem

TYPE = "application/ld+json"
# Content of <script> is not HTML-escaped: these characters could end it.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def publisher(request: HttpRequest) -> Publisher:
    editors = {}
    for language, code in DJANGO_CODES.items():
        with override(code):
            editors[language] = imprint().publisher
    return Publisher(site_of(request), in_both(metadata.TITLE), editors)


def of_site(request: HttpRequest, library: Library) -> list[Node]:
    """The site and its data set."""
    own = publisher(request)
    description = in_both(metadata.DESCRIPTION)
    found = linked_data.dataset(own, description, library.last_published_on)
    return [linked_data.website(own), found]


def json_ld(nodes: Iterable[Node]) -> SafeString:
    """For a data block (<script type="application/ld+json">) of a page."""
    return _written(linked_data.document(*nodes))


def page_json_ld(request: HttpRequest, title: str) -> SafeString:
    """For a page without data of its own; `title`: as in its head, as HTML."""
    name = unescape(title).rstrip(" ·") or gettext("Community case library")
    return json_ld([linked_data.web_page(site_of(request), request.path, name, reader_language())])


def _written(document: Mapping[str, Any]) -> SafeString:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_UNSAFE))  # JSON without any HTML characters


# ---------------------------------------------------------------- cases


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
@as_problem
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """The current version."""
    return _of_version(request, current_version(slug))


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
@as_problem
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _of_version(request, version_of(slug, number))


def _of_version(request: HttpRequest, row: Version) -> HttpResponse:
    found = next(published(Library.now(), [row]), None)
    if found is None:
        raise Http404
    graph = linked_data.case(found, publisher(request))
    body = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, content_type=TYPE)
    response["Access-Control-Allow-Origin"] = "*"
    return response
