"""How a process learns of a new revision. tests/services has the tests with servers and threads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caselib import revision_watch
from caselib.revision_watch import RevisionWatch
from stories.search import reader, writer


@pytest.fixture
def watch(db: None) -> RevisionWatch:
    writer.begin_revision()
    return RevisionWatch(reader.revision)


def test_before_the_first_reading_nothing_is_known(watch: RevisionWatch) -> None:
    assert watch.known is None


def test_a_revision_is_known_once_it_was_read(watch: RevisionWatch) -> None:
    watch.look()
    first = watch.known
    writer.begin_revision()
    assert watch.known == first
    watch.look()
    assert watch.known == reader.revision() != first


def test_what_is_known_costs_no_query(watch: RevisionWatch) -> None:
    with CaptureQueriesContext(connection) as reading:
        watch.look()
    with CaptureQueriesContext(connection) as knowing:
        assert watch.known
    said = [query["sql"].split()[0] for query in reading]
    assert said == [*(["LISTEN"] if connection.vendor == "postgresql" else []), "SELECT"]
    assert len(knowing) == 0


def test_a_revision_that_cannot_be_read_again_counts_for_a_minute(
    watch: RevisionWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(revision_watch.time, "monotonic", lambda: now)
    watch.look()
    now += revision_watch.TRUSTED_FOR - 1
    assert watch.known
    now += 1
    assert watch.known is None
