"""The gunicorn configuration: gunicorn -c python:caselib.gunicorn_conf caselib.wsgi"""

import gc
import os
import re
import shutil
import signal
from importlib import import_module
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

from django.core.management import call_command
from django.db import connections
from django.template import engines
from prometheus_client.multiprocess import mark_process_dead

from caselib import figures, settings

workers = settings.WORKERS
worker_class = "caselib.worker.WaitingWorker"
threads = 200  # per worker, for slow clients; caselib.worker has the threads that render pages
keepalive = 5  # seconds that a connection may be idle
secure_scheme_headers: dict[str, str] = {}  # caselib.proxies reads the headers of proxies
sendfile = False  # our own sockets enforce the transfer rate
# Code, templates and the library's snapshot are loaded once, before the fork: workers share them.
preload_app = True
forwarder_headers = ""  # no header of a request sets SCRIPT_NAME or PATH_INFO
limit_request_line = 8190  # bytes, gunicorn's maximum; a longer line is answered with 414
control_socket_disable = True  # it would be outside the data folder
loglevel = "warning"

HOST = settings.OWN_HOST
# Requested before the fork, with the first case that each of these pages links to.
WARM_UP = ("/", "/cases/", "/cases/?q=社区", "/cases/?q=ludeng", "/en/", "/en/cases/")
CASE = re.compile(rb'href="((?:/en)?/cases/[a-z0-9-]+/)"')
BESIDE = ("exportlibrary", "--watch")  # a command that runs beside the workers
GC_THRESHOLD = 10_000  # allocations; a page makes thousands of objects that end with it


def when_ready(server: Any) -> None:
    """Runs in the master, before the fork."""
    for engine in engines.all():
        if hasattr(engine, "compile_all"):
            engine.compile_all()
    warm_up(import_module("caselib.wsgi").pages.application)  # below the page cache
    if settings.FIGURES_PORT:
        figures.serve(settings.FIGURES_PORT)
    connections.close_all()  # no worker may share a connection with another
    gc.collect()
    gc.freeze()  # a collection would touch the shared objects, and so copy them into each worker
    if settings.ROLE != "reader":  # a reader writes no files but static ones
        run_beside(server)


def run_beside(server: Any) -> None:
    """Fork a process for BESIDE that shares the workers' memory and runs at lower priority."""
    if os.fork():
        return
    for number in (*server.SIGNALS, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    for listener in server.LISTENERS:
        listener.sock.close()
    os.nice(19)
    try:
        call_command(*BESIDE)
    finally:
        os._exit(0)


def warm_up(application: Any) -> None:
    """Stop at the first failure so that it is logged once."""
    for address in WARM_UP:
        page = get(application, address)
        if not page:
            return
        for case in CASE.findall(page)[:1]:
            get(application, case.decode())


def get(application: Any, address: str) -> bytes:
    """The body of the page; empty if the status is not 200."""
    path, _mark, query = address.partition("?")
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": quote(query, safe="=")}
    environ["HTTP_HOST"] = HOST
    setup_testing_defaults(environ)
    statuses: list[str] = []
    chunks = application(environ, lambda status, *_headers: statuses.append(status))
    try:
        page = b"".join(chunks)
        return page if statuses[0].startswith("200") else b""
    finally:
        if hasattr(chunks, "close"):
            chunks.close()


def child_exit(server: Any, worker: Any) -> None:
    """Runs in the master: keep the counters of an ended worker, drop its gauges."""
    if settings.FIGURES_PORT:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # not annotated


def on_exit(server: Any) -> None:
    if settings.FIGURES_PORT:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def post_worker_init(worker: Any) -> None:
    """Let Ctrl-C reach workers only through the master, and handle it like SIGTERM.

    gunicorn 27.0's own handlers block for 30 seconds when they run while a request is being handed
    to a thread.
    """
    gc.set_threshold(GC_THRESHOLD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, worker.handle_exit)
