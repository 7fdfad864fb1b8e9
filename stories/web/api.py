"""Documents and machine formats at addresses without a language: strict where pages are lenient."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from caselib.page_cache import cacheable
from stories import links
from stories.models.version import Publication, Version
from stories.queries.snapshot import in_one_revision
from stories.search import reader
from stories.web.link_header import link_header


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
def case_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The current version's document, byte for byte as `dumpcases` writes it."""
    version = reader.current_version(slug)
    if version is None:
        withdrawn = Publication.objects.withdrawn().filter(slug=slug).first()
        return gone(withdrawn) if withdrawn else error(404, "there is no such case")
    response = HttpResponse(version.document.encode(), content_type="application/json")
    response["Link"] = version_links(slug, version.number)
    return response


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
def version_document(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version's document, as it was published."""
    versions = Version.objects.select_related("publication")
    version = versions.filter(publication__slug=slug, number=number).first()
    if version is None:
        return error(404, "there is no such version")
    if version.publication.withdrawn_at:
        return gone(version.publication)
    response = HttpResponse(version.document.encode(), content_type="application/json")
    response["Link"] = version_links(slug, number)
    return response


def gone(publication: Publication) -> JsonResponse:
    """410, with the date of the withdrawal, and the reason if one was given."""
    reason = {"zh": publication.reason_zh, "en": publication.reason_en}
    return error(
        410,
        "this case was withdrawn",
        withdrawn_at=publication.withdrawn_at,
        reason=reason if any(reason.values()) else None,
    )


def error(status: int, message: str, **further: Any) -> JsonResponse:
    return JsonResponse({"error": message, **further}, status=status)


def version_links(slug: str, number: int) -> str:
    return link_header(
        history=links.of("versions", slug),
        latest=links.of("case-document", slug),
        predecessor=links.of("version-document", slug, number - 1) if number > 1 else "",
    )
