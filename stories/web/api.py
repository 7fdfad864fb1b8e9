"""Documents and machine formats at addresses without a language: strict where pages are lenient."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from caselib.page_cache import cacheable
from stories import links
from stories.queries.publications import current_version, version_of
from stories.web.link_header import link_header
from stories.web.revision import in_one_revision
from stories.web.unavailable import as_json


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
@as_json
def case_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The current version's document, byte for byte as `dumpcases` writes it."""
    version = current_version(slug)
    response = HttpResponse(version.document.encode(), content_type="application/json")
    response["Link"] = version_links(slug, version.number)
    return response


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
@as_json
def version_document(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version's document, as it was published."""
    version = version_of(slug, number)
    response = HttpResponse(version.document.encode(), content_type="application/json")
    response["Link"] = version_links(slug, number)
    return response


def version_links(slug: str, number: int) -> str:
    return link_header(
        history=links.of("versions", slug),
        latest=links.of("case-document", slug),
        predecessor=links.of("version-document", slug, number - 1) if number > 1 else "",
    )
