"""Request metrics for Prometheus, summed over all workers, on a local port.

They hold the class and the duration of responses, but no path and nothing about a reader.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from caselib.page_cache import OUTCOME

HOST = "127.0.0.1"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
REQUESTS = Counter("caselib_requests", "Requests that were answered.", ["status", "cache"])
SECONDS = Histogram(
    "caselib_request_seconds", "Time in which an answer was made.", ["cache"], buckets=BUCKETS
)

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Figures:
    """WSGI middleware in front of the page cache that counts requests."""

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
            cache = environ.get(OUTCOME, "bypass")
            REQUESTS.labels(statuses[-1][:3], cache).inc()
            SECONDS.labels(cache).observe(time.perf_counter() - began)


def serve(port: int) -> None:
    """Serve the metrics from a thread of the master process; workers write counts to files."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # not annotated
    start_http_server(port, HOST, registry)
