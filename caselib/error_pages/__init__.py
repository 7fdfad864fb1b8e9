"""Error pages. All but 404 are static files, read once: no template, database or language."""

import hashlib
import logging
import re
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from caselib.request_log import request_id

logger = logging.getLogger("django.request")
RETRY_AFTER = "10"  # seconds
MARK = b"REQUEST-ID"  # placeholder for the request id, which the log has too


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _response(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _response(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _response(403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page, with the site's header and search. Django would not log an error in it."""
    try:
        return render(request, "404.html", status=404)
    except Exception:
        logger.exception("The page of a 404 failed: %s", request.path)
        return server_error(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page; 503 if the database is unavailable or refuses a write, as a retry may work.

    Django logs the error; caselib.outage_log shortens what is logged while the database is away.
    """
    status, headers = status_of(sys.exception())
    response = _response(status, headers)
    response.content = response.content.replace(MARK, request_id(request.META).encode())
    return response


def status_of(error: BaseException | None) -> tuple[int, dict[str, str]]:
    """(500 or 503, headers): 503 if the database is unavailable."""
    # Django does not wrap the driver's errors while it closes a server-side cursor.
    driver = connection.Database  # type: ignore[attr-defined]  # of each of Django's backends
    away = (OperationalError, InterfaceError, driver.OperationalError, driver.InterfaceError)
    # psycopg raises a plain DatabaseError for an error without an SQLSTATE, which libpq itself
    # generates when a connection breaks.
    is_away = isinstance(error, away) or type(error) in (DatabaseError, driver.DatabaseError)
    return (503, {"Retry-After": RETRY_AFTER}) if is_away else (500, {})


PAGES = {
    status: (Path(__file__).parent / f"{status}.html").read_bytes()
    for status in (400, 403, 500, 503)
}


def _policy(page: bytes) -> str:
    """The Content-Security-Policy: the page's own style and nothing else."""
    styles = re.findall(rb"<style>(.*?)</style>", page, re.DOTALL)
    hashes = [b64encode(hashlib.sha256(style).digest()).decode() for style in styles]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return f"default-src 'none'; style-src {allowed}; base-uri 'none'; frame-ancestors 'none'"


POLICIES = {status: _policy(page) for status, page in PAGES.items()}


def _response(status: int, further: Mapping[str, str] | None = None) -> HttpResponse:
    headers = {"Content-Security-Policy": POLICIES[status], "Cache-Control": "no-store"}
    return HttpResponse(PAGES[status], status=status, headers={**headers, **(further or {})})
