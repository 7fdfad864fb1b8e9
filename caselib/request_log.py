"""The access log: method, path, status, milliseconds, cache result and request id, a line each.

It holds neither addresses of readers nor their search words. An error's log entry and its page show
the same id.
"""

import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from caselib.page_cache import OUTCOME

logger = logging.getLogger("caselib.requests")
LINE = "%(method)s %(path)s %(status)s %(ms)s ms %(cache)s %(id)s"
PATH_LIMIT = 500  # characters
REQUEST_ID = "caselib.request_id"  # in the environ
GIVEN_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)  # by a proxy of ours, in X-Request-ID

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class RequestLog:
    """WSGI, in front of the page cache."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, statuses, number = time.perf_counter(), ["500"], request_id(environ)

        def started(status: str, *further: Any) -> Any:
            statuses.append(status)
            return start_response(status, *further)

        try:
            return self.application(environ, started)
        finally:
            took = (time.perf_counter() - began) * 1000
            values = {
                "method": environ.get("REQUEST_METHOD", "")[:20],
                "path": _printable(environ.get("PATH_INFO", "")),
                "status": int(statuses[-1][:3]),
                "ms": round(took, 1),
                "cache": environ.get(OUTCOME, "bypass"),
                "id": number,
            }
            logger.info(LINE, values)


def request_id(environ: Environ) -> str:
    """The id that one of our proxies sent, else a random one drawn at the first call."""
    if REQUEST_ID not in environ:
        given = str(environ.get("HTTP_X_REQUEST_ID", "")) if settings.TRUSTED_PROXIES else ""
        environ[REQUEST_ID] = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    return str(environ[REQUEST_ID])


class RequestLine(logging.Formatter):
    """Formats a request as one JSON object; in the text format the message is the line."""

    def format(self, record: logging.LogRecord) -> str:
        values = record.args if isinstance(record.args, dict) else {}
        return json.dumps({"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), **values})


class ErrorLine(logging.Formatter):
    """Formats an error, with the request id that its error page shows."""

    def format(self, record: logging.LogRecord) -> str:
        environ = getattr(getattr(record, "request", None), "META", None)
        text = super().format(record)
        return text if environ is None else f"[{request_id(environ)}] {text}"


def _printable(path: str) -> str:
    """The path as sent, with line-breaking characters escaped."""
    text = path.encode("latin-1", "replace").decode("utf-8", "replace")[:PATH_LIMIT]
    return "".join(c if c.isprintable() and c != " " else f"\\x{ord(c):02x}" for c in text)
