"""What stands between server and views: compression, the language of a page, and who asks for it.

A page's language is that of its address: bare is Chinese, /en/ is English. One address has one
body for every cache, so nothing varies on the reader's own settings.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language


class Gzip(GZipMiddleware):
    """A picture is compressed as it is."""

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


WHO_ASKS_COUNTS = (*settings.DESK, settings.MEDIA_URL)  # for pictures of cases not yet published


class OnlyWhereItCounts:
    """Readers have no session: a page has nothing to look up for them, nor to remember."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(WHO_ASKS_COUNTS):
            return super().__call__(request)
        return self.get_response(request)


class Sessions(OnlyWhereItCounts, SessionMiddleware):
    pass


class Users(OnlyWhereItCounts, AuthenticationMiddleware):
    pass


class Messages(OnlyWhereItCounts, MessageMiddleware):
    pass
