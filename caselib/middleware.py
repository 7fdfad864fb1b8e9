"""What stands between server and views: compression, the language of a page, and who asks for it.

A page's language is that of its address: bare is Chinese, /en/ is English. One address has one
body for every cache, so nothing varies on the reader's own settings.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language

from caselib.page_cache import IS_KEPT


class OnePolicy(CSPMiddleware):
    """No page has a policy of its own: what it says is put together once."""

    def process_request(self, request: HttpRequest) -> None:
        """Nothing on a page is told apart by a nonce."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.DEBUG:  # Django's page of a fault has styles of its own
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _policy())
        return response


@lru_cache
def _policy() -> str:
    return build_policy()


class Gzip(GZipMiddleware):
    """A picture is compressed as it is."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)


class ConditionalGet(ConditionalGetMiddleware):
    """A page that is kept in front of Django has an ETag from there."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if IS_KEPT in request.META:
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
