"""One line for each request: method, path, status, milliseconds, and what the page cache did.

Neither the address of a reader nor what was searched for is in it.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from caselib.page_cache import OUTCOME

logger = logging.getLogger("caselib.requests")
LINE = "%(method)s %(path)s %(status)s %(ms)s ms %(cache)s"
PATH_LIMIT = 500  # characters

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class RequestLog:
    """WSGI, in front of the page cache."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, statuses = time.perf_counter(), ["500"]

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
            }
            logger.info(LINE, values)


def _printable(path: str) -> str:
    """As it was sent, with what would break the line escaped."""
    text = path.encode("latin-1", "replace").decode("utf-8", "replace")[:PATH_LIMIT]
    return "".join(c if c.isprintable() and c != " " else f"\\x{ord(c):02x}" for c in text)
