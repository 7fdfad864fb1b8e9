"""The same answers for machines: strict where pages are lenient, without a language."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from caselib.page_cache import cacheable
from stories import documents, records
from stories.library import in_one_revision
from stories.models import Case


@csrf_exempt
@require_safe
@cacheable
@in_one_revision
def case_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The case document, byte for byte as dumpcases writes it."""
    row = get_object_or_404(Case.objects.published(), slug=slug)
    return HttpResponse(documents.written(records.dump(row)), content_type="application/json")


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
