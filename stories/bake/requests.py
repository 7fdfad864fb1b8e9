"""Requests to the site within this process, without a network."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from django.utils.translation import override

from caselib.page_cache import CARE
from stories.web.site import BAKED, BAKED_LANGUAGES


@dataclass(frozen=True)
class Answer:
    """`stream` replaces the body if it is too long for memory."""

    status: int
    content_type: str
    body: bytes
    url_name: str
    stream: Iterable[bytes] | None = None

    @property
    def is_html(self) -> bool:
        return self.content_type.startswith("text/html")


class Site:
    """`url`: public address of the copy, without a trailing slash."""

    def __init__(self, url: str, languages: Sequence[str]) -> None:
        self.url, self.languages = url, tuple(languages)
        self._handler = WSGIHandler()

    def get(self, address: str, is_care: bool = False) -> Answer:
        path, _mark, query = address.partition("?")
        with override(settings.LANGUAGE_CODE):  # a request leaves its language activated
            request = WSGIRequest(self._environ(path, query, CARE if is_care else ""))
            response = self._handler.get_response(request)
        match = request.resolver_match
        content: Iterable[bytes] = response
        return Answer(
            response.status_code,
            response.get("Content-Type", ""),
            b"" if response.streaming else b"".join(content),
            (match.url_name or "") if match else "",
            _streamed(response) if response.streaming else None,
        )

    def _environ(self, path: str, query: str, cookie: str) -> dict[str, object]:
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": settings.OWN_HOST,
            "SERVER_PORT": "443" if settings.HTTPS else "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": settings.OWN_HOST,
            "HTTP_COOKIE": cookie,
            "wsgi.url_scheme": "https" if settings.HTTPS else "http",
            "wsgi.input": io.BytesIO(),
            BAKED: self.url,
            BAKED_LANGUAGES: self.languages,
        }


def _streamed(response: HttpResponseBase) -> Iterator[bytes]:
    """Yields the chunks, then closes the response and its file."""
    try:
        yield from response
    finally:
        response.close()
