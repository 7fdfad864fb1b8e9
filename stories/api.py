"""The same answers for machines: strict where pages are lenient, without a language."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from caselib.page_cache import cacheable
from stories import lookups
from stories.library import in_one_revision
from stories.versions import Publication


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
def case_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The current version's document, byte for byte as dumpcases writes it."""
    version = lookups.current_version(slug)
    if version is None:
        is_withdrawn = Publication.objects.withdrawn().filter(slug=slug).exists()
        return HttpResponse(status=410 if is_withdrawn else 404, content_type="application/json")
    return HttpResponse(version.document.encode(), content_type="application/json")


@csrf_exempt
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 `ok` when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
