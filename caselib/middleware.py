"""Middleware of our own: headers of every answer, compression, and the language of a page.

A page's language is that of its address: bare is Chinese, /en/ is English. One address has one
body for every cache, so nothing varies on the reader's own settings.
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
    """Headers that no answer lacks, whoever made it."""

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
    """Parameters of the desk that no browser sends are refused: PostgreSQL takes no NUL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.DESK):
            texts = (text for name, values in request.GET.lists() for text in (name, *values))
            # For an empty `_to_field` Django would look for a field of no name.
            is_nameless = "" in (request.GET.get(TO_FIELD), request.POST.get(TO_FIELD))
            if is_nameless or any(CONTROL.search(text) for text in texts):
                return bad_request(request, BadRequest())
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A number that no column holds: SQLite and PostgreSQL each have their own error."""
        is_too_large = isinstance(exception, OverflowError | DataError)
        if is_too_large and request.path_info.startswith(settings.DESK):
            return bad_request(request, BadRequest())
        return None


AS_THEY_ARE = ("image/", "application/zip", "application/vnd.sqlite3")


class Gzip(GZipMiddleware):
    """For what the page cache does not compress. Pictures and archives are compressed as they are;
    a database is sent as the file that its hash is of."""

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
