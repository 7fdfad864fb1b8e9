"""Middleware of our own: compression without pictures, and the language of a page.

A page's language is that of its address: bare is Chinese, /en/ is English. One address has one
body for every cache, so nothing varies on the reader's own settings.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language


class Gzip(GZipMiddleware):
    """For what the page cache does not compress. Pictures are compressed as they are."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)


class LanguageInPath(LocaleMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", get_language() or "")
        return response
