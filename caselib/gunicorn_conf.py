"""gunicorn as caselib runs it: gunicorn -c python:caselib.gunicorn_conf caselib.wsgi"""

import gc
import re
import signal
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

from django.db import connections
from django.template import engines

from caselib import settings

workers = settings.WORKERS
# Browsers open connections before they need them: a worker with one thread would wait on those.
worker_class = "gthread"
threads = 4  # of each worker
# The code, the templates and what the library has in memory are made once, before the workers
# are: each of them begins with all of it and shares the memory.
preload_app = True
HOST = "".join(settings.ALLOWED_HOSTS[:1]).lstrip("*.") or "localhost"  # one that is answered
# Pages that are asked for before the first reader comes, so often that Python has specialised what
# they run through (PEP 659): the workers begin with it.
WARMING = ("/", "/cases/", "/cases/?q=社区", "/en/", "/en/cases/", "/en/cases/?q=社区")
WARMING_TIMES = 24
OBJECTS = 10_000  # new ones, until cycles among them are looked for
CASE = re.compile(rb'href="((?:/en)?/cases/[a-z0-9-]+/)"')
limit_request_line = 8190  # bytes, the most there can be; a longer line is answered with 414
control_socket_disable = True  # it would stand outside the data folder
loglevel = "warning"


def when_ready(server: Any) -> None:
    """In the master, before there are workers."""
    for engine in engines.all():
        if hasattr(engine, "compile_all"):
            engine.compile_all()
    warm_up(server.app.wsgi().application)  # below the kept pages
    connections.close_all()  # no worker may share a connection with another
    gc.collect()
    gc.freeze()  # what is here stays; looking through it would copy it into each worker


def warm_up(application: Any) -> None:
    """What fails is not asked for again: it would be told of as often."""
    for _time in range(WARMING_TIMES):
        for address in WARMING:
            page = asked(application, address)
            if not page:
                return
            for case in CASE.findall(page)[:1]:
                asked(application, case.decode())


def asked(application: Any, address: str) -> bytes:
    """The page, nothing where there is none; the reader's own request tells why."""
    path, _mark, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": quote(query, safe="=")}
    environ["HTTP_HOST"] = HOST
    setup_testing_defaults(environ)
    told: list[str] = []
    answer = application(environ, lambda status, *_headers: told.append(status))
    try:
        page = b"".join(answer)
        return page if told[0].startswith("200") else b""
    finally:
        if hasattr(answer, "close"):
            answer.close()


def post_worker_init(worker: Any) -> None:
    """A page is thousands of objects that all end with it: cycles among them are looked for less
    often than Python does of itself.

    Ctrl-C reaches the workers through the master alone, and ends them as SIGTERM does.

    gunicorn 27.0's own handlers lock up for 30 seconds when they come while a request is being
    handed to a thread.
    """
    gc.set_threshold(OBJECTS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, worker.handle_exit)
