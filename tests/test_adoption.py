"""Upgrade of a database of a release without versions: published cases become version 1."""

from pathlib import Path

import pytest
from django.db.migrations.executor import MigrationExecutor

from stories.choices import CaseState
from stories.models.case import Case
from stories.models.version import Version
from stories.publishing import adoption
from tests import builders
from tests.builders import AN_OLDER_DOCUMENT
from tests.test_migrations import OLDER, OlderRows, older, older_file
from tests.test_versions import run

__all__ = ["older", "older_file"]
ADOPTION = """
import django
django.setup()
from django.test import Client
from stories.publishing import adoption
from stories.search import writer
print(adoption.adopt(), writer.stale(), adoption.adopt())
for address in ("/cases/liudi/", "/en/cases/liudi/", "/cases/liudi.json", "/cases/liudi/v/1/"):
    print(Client(HTTP_HOST="localhost").get(address).status_code)
"""


def test_a_published_case_of_the_older_release_is_version_one(
    older: MigrationExecutor, tmp_path: Path
) -> None:
    OlderRows(older.loader.project_state([OLDER]).apps, AN_OLDER_DOCUMENT).write()
    older.connection.close()
    database = tmp_path / "older.sqlite3"
    run(database, "manage.py", "migrate", "-v0")
    output = run(database, "-c", ADOPTION).splitlines()
    assert output == ["(1, []) [] (0, [])", "200", "200", "200", "200"]


@pytest.mark.usefixtures("vocabulary")
def test_drafts_are_not_adopted_and_what_is_adopted_keeps_its_day() -> None:
    case = builders.a_complete_case()
    Case.objects.update(slug="without-versions")
    builders.a_draft()
    assert adoption.adopt() == (1, [])
    version = Version.objects.get(publication__slug="without-versions")
    assert (version.number, version.published_at) == (1, case.published_at)


@pytest.mark.usefixtures("vocabulary")
def test_a_case_without_a_readable_document_is_a_draft_and_named() -> None:
    bare = builders.a_case(slug="bare")
    count, faults = adoption.adopt()
    assert count == 0
    assert "bare: sources: is empty; at least one is needed" in map(str, faults)
    bare.refresh_from_db()
    assert bare.state == CaseState.DRAFT
