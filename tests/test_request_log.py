"""The access log: its two formats, the result of the page cache, and the data it omits."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from caselib.page_cache import PageCache
from caselib.request_log import RequestLine, RequestLog
from tests.wsgi import App, Database, send


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """As logged: `caselib.requests` does not propagate to the root logger."""
    logger = logging.getLogger("caselib.requests")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@pytest.fixture
def site() -> RequestLog:
    return RequestLog(PageCache(App(), Database()))


LINE = r"GET /cases/ 200 [\d.]+ ms (miss|hit) [0-9a-f]{16}"


def test_a_request_is_one_line(site: RequestLog, lines: Any) -> None:
    send(site, "/cases/")
    send(site, "/cases/")
    found = [re.fullmatch(LINE, message) for message in lines.messages]
    assert [match[1] for match in found if match] == ["miss", "hit"]


def test_a_request_is_one_object(site: RequestLog, lines: Any) -> None:
    lines.handler.setFormatter(RequestLine())
    send(site, "/cases/路\n/", method="POST")
    (line,) = lines.text.splitlines()
    values = json.loads(line)
    assert sorted(values) == ["at", "cache", "id", "method", "ms", "path", "status"]
    assert (values["method"], values["status"], values["cache"]) == ("POST", 200, "bypass")
    assert "\n" not in values["path"]


def test_neither_the_address_of_a_reader_nor_the_question_is_logged(
    site: RequestLog, lines: Any
) -> None:
    who = {"REMOTE_ADDR": "192.0.2.77", "HTTP_X_FORWARDED_FOR": "192.0.2.77"}
    send(site, "/cases/?q=secret", environ={**who, "HTTP_USER_AGENT": "Secretive/1"})
    assert not re.search("192|secret", lines.text, re.IGNORECASE)


def test_a_request_that_fails_is_logged_too(lines: Any) -> None:
    def broken(*_arguments: Any) -> list[bytes]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        send(RequestLog(broken))
    assert lines.messages[0].startswith("GET / 500 ")
