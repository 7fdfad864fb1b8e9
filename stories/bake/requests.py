"""What the site answers, asked within this process and without a network."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.translation import override

from caselib.page_cache import CARE
from stories.web.site import BAKED, BAKED_LANGUAGES


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes
    url_name: str

    @property
    def is_html(self) -> bool:
        return self.content_type.startswith("text/html")


class Site:
    """`url`: where the copy will be read, without a slash at its end."""

    def __init__(self, url: str, languages: Sequence[str]) -> None:
        self.url, self.languages = url, tuple(languages)
        self._handler = WSGIHandler()

    def get(self, address: str, is_care: bool = False) -> Answer:
        path, _mark, query = address.partition("?")
        with override(settings.LANGUAGE_CODE):  # a request leaves its language behind
            request = WSGIRequest(self._environ(path, query, CARE if is_care else ""))
            response = self._handler.get_response(request)
        body = b"".join(response)
        match = request.resolver_match
        return Answer(
            response.status_code,
            response.get("Content-Type", ""),
            body,
            (match.url_name or "") if match else "",
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
