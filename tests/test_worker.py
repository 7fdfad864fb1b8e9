"""The gunicorn worker: time limits of connections, buffered requests and responses, refusals."""

import socket
import threading
from collections.abc import Iterator
from inspect import signature
from io import BytesIO
from typing import Any

import pytest
from django.db import OperationalError
from gunicorn.workers.gthread import ThreadWorker

from caselib import worker
from caselib.worker import (
    BODY_LIMIT,
    UPLOAD_LIMIT,
    CompleteRequests,
    PageThreads,
    TimedSocket,
    WaitingWorker,
    body_limit,
    refusal,
)


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TimedSocket, socket.socket]]:
    """(server's end, with a timeout of a fifth of a second; client's end)."""
    monkeypatch.setattr(worker, "GRACE", 0.2)
    ours, theirs = socket.socketpair()
    server = TimedSocket(fileno=ours.detach())
    server.begin()
    yield server, theirs
    server.close()
    theirs.close()


def test_a_client_that_sends_nothing_more_is_cut_off(
    pair: tuple[TimedSocket, socket.socket],
) -> None:
    server, client = pair
    client.sendall(b"GET / HT")
    assert server.recv(100) == b"GET / HT"
    with pytest.raises(ConnectionResetError):
        server.recv(100)


def test_a_client_that_drips_is_cut_off(pair: tuple[TimedSocket, socket.socket]) -> None:
    server, client = pair
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            client.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        with pytest.raises(ConnectionResetError):
            for _n in range(100):
                server.recv(1)
    finally:
        stop.set()
        thread.join()


def test_a_client_that_does_not_read_is_cut_off(
    pair: tuple[TimedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _client = pair
    monkeypatch.setattr(worker, "SLOWEST", 2**30)
    with pytest.raises(ConnectionResetError):
        server.sendall(b"x" * 2**24)


def send(application: Any, **environ: Any) -> tuple[str, bytes]:
    started: list[str] = []
    pages = PageThreads(application)
    given = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", **environ}
    chunks = CompleteRequests(pages)(given, lambda status, *_headers: started.append(status))
    body = b"".join(chunks)
    pages.threads.shutdown()
    return started[0], body


def echo(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [])
    yield environ["wsgi.input"].read()
    yield f" of {environ['CONTENT_LENGTH']} in {threading.current_thread().name[:4]}".encode()


def test_the_application_has_the_whole_body_in_a_thread_of_its_own() -> None:
    asked = {"CONTENT_LENGTH": "4", "wsgi.input": BytesIO(b"body")}
    assert send(echo, **asked) == ("200 OK", b"body of 4 in page")


def test_a_body_in_pieces_gets_its_length() -> None:
    asked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(b"body")}
    assert send(echo, **asked) == ("200 OK", b"body of 4 in page")


def test_a_body_in_pieces_has_the_same_limit() -> None:
    body = BytesIO(b"x" * (BODY_LIMIT + 1))
    status, _body = send(echo, **{"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": body})
    assert status == "413 Content Too Large"


def test_a_body_that_ends_early_does_not_reach_the_application() -> None:
    asked = {"CONTENT_LENGTH": "9", "wsgi.input": BytesIO(b"body")}
    assert send(echo, **asked)[0] == "400 Bad Request"


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("it is away"), "503 Service Unavailable"), (ValueError("ours"), "500")],
)
def test_an_answer_that_fails_in_the_middle_is_an_error_as_a_whole(
    error: Exception, status: str
) -> None:
    def fails(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"the first line"
        raise error

    given, body = send(fails)
    assert given.startswith(status)
    assert b"first" not in body and str(error).encode() not in body


def test_an_answer_to_head_has_no_body() -> None:
    asked = {"REQUEST_METHOD": "HEAD", "CONTENT_LENGTH": "", "wsgi.input": BytesIO()}
    assert send(echo, **asked) == ("200 OK", b"")


@pytest.mark.parametrize(
    ("path", "cookies", "limit"),
    [
        ("/", "", BODY_LIMIT),
        ("/admin/login/", "sessionid=abc", BODY_LIMIT),
        ("/admin/stories/case/1/change/", "", BODY_LIMIT),
        ("/admin/stories/case/1/change/", "view=care; sessionid=abc", UPLOAD_LIMIT),
        ("/en/admin/stories/case/add/", "sessionid=abc", UPLOAD_LIMIT),
        ("/admin/stories/source/intake/", "sessionid=abc", UPLOAD_LIMIT),
        ("/cases/admin/change/", "sessionid=abc", BODY_LIMIT),
    ],
)
def test_only_forms_of_the_desk_may_bring_pictures(path: str, cookies: str, limit: int) -> None:
    assert body_limit(path, cookies) == limit


def test_the_servers_own_refusals_have_every_header() -> None:
    head, _blank, body = refusal(414, "URI Too Long").decode().partition("\r\n\r\n")
    names = {line.partition(":")[0] for line in head.split("\r\n")[1:]}
    assert head.startswith("HTTP/1.1 414 URI Too Long\r\n") and body == "414 URI Too Long\n"
    assert {"Cache-Control", "Permissions-Policy", "Content-Security-Policy"} <= names


@pytest.mark.parametrize("name", ["load_wsgi", "handle", "handle_request", "handle_error"])
def test_what_the_worker_overrides_is_there_with_the_same_parameters(name: str) -> None:
    """See docs/decisions/0011-own-worker.md."""
    ours, theirs = getattr(WaitingWorker, name), getattr(ThreadWorker, name)
    assert ours is not theirs
    assert [*signature(ours).parameters] == [*signature(theirs).parameters]
