"""Liveness and readiness checks for load balancers."""

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stories.search import reader

LEAST_SPACE = 64 * 2**20  # bytes of the data folder's disk, for a publication and its pictures
NO_STORE = {"Cache-Control": "no-store"}


@csrf_exempt
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 `ok`: the process answers. Checks nothing else, so that an unavailable database does not
    cause restarts."""
    return HttpResponse("ok", content_type="text/plain", headers=NO_STORE)


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 `ok` if database, index and disk are available; else 503 with what is not. 1 query."""
    lacking = "\n".join(reason for check in CHECKS if (reason := check()))
    status = 503 if lacking else 200
    return HttpResponse(lacking or "ok", "text/plain", status, headers=NO_STORE)


def _index() -> str:
    """Checks database and index: the revision is a row. "" if both are available, else
    the failure.
    """
    try:
        return "" if reader.revision() else "the index is not there: manage.py reindex"
    except DatabaseFailure:
        return "the database does not answer"


def _disk() -> str:
    if settings.ROLE == "reader":
        return ""  # it writes no files but static ones
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return "the data folder is not there"
    return "" if free >= LEAST_SPACE else "the disk of the data folder is full"


CHECKS: tuple[Callable[[], str], ...] = (_index, _disk)
