"""Middleware: response headers, parameter checks, compression, and the language of a page.

The address decides the language: Chinese without prefix, English under /en/. Each address has one
body for all caches, so nothing varies on Accept-Language.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language

from caselib.error_pages import bad_request

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # all but white space

TO_FIELD = "_to_field"  # of Django's admin


class EveryAnswer:
    """Set the headers that every response must have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in settings.HEALTH:
            request.META["HTTP_HOST"] = settings.OWN_HOST
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class DeskParameters:
    """Refuse desk parameters that no browser sends, such as NUL, which PostgreSQL rejects."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.DESK):
            texts = (text for name, values in request.GET.lists() for text in (name, *values))
            # With an empty `_to_field` Django would look up a field without a name.
            is_nameless = "" in (request.GET.get(TO_FIELD), request.POST.get(TO_FIELD))
            if is_nameless or any(CONTROL.search(text) for text in texts):
                return bad_request(request, BadRequest())
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A number outside the range of its column: SQLite and PostgreSQL raise different
        errors.
        """
        is_too_large = isinstance(exception, OverflowError | DataError)
        if is_too_large and request.path_info.startswith(settings.DESK):
            return bad_request(request, BadRequest())
        return None


AS_THEY_ARE = ("image/", "application/zip", "application/vnd.sqlite3")


class Gzip(GZipMiddleware):
    """Compression of responses that bypass the page cache. Pictures and archives are already
    compressed; a database is sent unchanged, as its published hash is that of the file."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(AS_THEY_ARE):
            return response
        return super().process_response(request, response)


class LanguageInPath(LocaleMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", get_language() or "")
        return response
