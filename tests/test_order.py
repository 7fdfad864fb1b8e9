"""Tests run in random order, as far as fixtures allow."""

import pytest

from stories.models.case import Case
from tests.conftest import fixtures_of


@pytest.mark.usefixtures("library")
def test_what_needs_the_shipped_cases_runs_last_in_its_file(request: pytest.FixtureRequest) -> None:
    files: dict[object, list[bool]] = {}
    for item in request.session.items:
        files.setdefault(item.path, []).append("library" in fixtures_of(item))
    assert [path for path, needing in files.items() if needing != sorted(needing)] == []


@pytest.mark.django_db
def test_a_test_without_the_shipped_cases_begins_without_them() -> None:
    assert not Case.objects.exists()
