"""Error pages. All but 404 are files, read once: they need no template, database or language."""

import hashlib
import logging
import re
from base64 import b64encode
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger("django.request")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _response(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _response(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _response(403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """With the site's header and search. Django would not log an error in it."""
    try:
        return render(request, "404.html", status=404)
    except Exception:
        logger.exception("The page of a 404 failed: %s", request.path)
        return _response(500)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django logs the error with its traceback."""
    return _response(500)


PAGES = {
    status: (Path(__file__).parent / f"{status}.html").read_bytes() for status in (400, 403, 500)
}


def _policy(page: bytes) -> str:
    """Allows the page its own style and nothing else."""
    styles = re.findall(rb"<style>(.*?)</style>", page, re.DOTALL)
    hashes = [b64encode(hashlib.sha256(style).digest()).decode() for style in styles]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return f"default-src 'none'; style-src {allowed}; base-uri 'none'; frame-ancestors 'none'"


POLICIES = {status: _policy(page) for status, page in PAGES.items()}


def _response(status: int) -> HttpResponse:
    headers = {"Content-Security-Policy": POLICIES[status], "Cache-Control": "no-store"}
    return HttpResponse(PAGES[status], status=status, headers=headers)
