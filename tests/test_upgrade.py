"""Upgrades of databases of earlier releases, with their content; downgrades are refused.

tests/releases/<release>.tar.xz is a data folder of that release (0.1.0: commit 98509de, 0.2.0:
f708b17): its five cases, hanyang edited after it was published, a draft, a picture of yucai, a
superuser, an editor and a reviewer. The postings of its index are left out.
"""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.test_deployment import manage
from tests.test_versions import run

RELEASES = Path(__file__).parent / "releases"
COUNTED = "case source passage citation measure metric derived glance picture leftout person"
PAGES = (
    "/ /cases/ /metrics/ /sources/ /matrix/ /cases/yucai/ /en/cases/hanyang/ /cases/jiefangqu.json "
    "/cases/yanliuyuan/v/1/ /cases/pingfangqu/versions/ /cases.csv /oai?verb=Identify"
).split()
# Prints accounts with groups and whether their passwords still work, versions and statuses, as
# JSON.
LOOK = """
import json, sys, django
django.setup()
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from stories.models.case import Case
from stories.models.pictures import Picture
from stories.models.version import Version
users = get_user_model().objects.order_by("username")
holds = PBKDF2PasswordHasher().verify
client = Client(SERVER_NAME="localhost")
page = client.get("/cases/hanyang/").content.decode()
(picture,) = Picture.objects.all()
print(json.dumps({
    "accounts": [[u.username, u.is_superuser, [g.name for g in u.groups.all()]] for u in users],
    "passwords": [holds(f"{u.username}-password-1", u.password) for u in users],
    "versions": list(Version.objects.order_by("pk").values_list("publication__slug", "number")),
    "states": dict(Case.objects.values_list("slug", "state")),
    "edit": Case.objects.get(slug="hanyang").title_zh in page,
    "pages": [a for a in sys.argv[1:] if client.get(a).status_code != 200],
    "picture": [picture.case.slug, client.get(f"/media/{picture.files[0]}").status_code],
}))
"""
pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="they are files of SQLite")


@pytest.fixture(scope="module", params=["0.1.0", "0.2.0"])
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, int], Path]:
    """(rows of each table before, the data folder after the start of this release)."""
    folder = tmp_path_factory.mktemp("upgraded") / "data"
    with tarfile.open(RELEASES / f"{request.param}.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    before = counts(folder)
    result = manage(folder, "serve", "--prepare")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "5 published cases are now version 1\n"
    return before, folder


def counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "caselib.sqlite3")) as database:
        return {
            name: database.execute(f"SELECT count(*) FROM stories_{name}").fetchone()[0]
            for name in COUNTED.split()
        }


def look(folder: Path) -> dict[str, Any]:
    return dict(json.loads(run(folder / "caselib.sqlite3", "-c", LOOK, *PAGES)))


def test_a_database_of_an_earlier_release_keeps_all_that_is_in_it(
    upgraded: tuple[dict[str, int], Path],
) -> None:
    before, folder = upgraded
    assert counts(folder) == before
    cases = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]
    assert look(folder) == {
        "accounts": [
            ["chief", True, []],
            ["editor", False, ["editors"]],
            ["reviewer", False, ["reviewers"]],
        ],
        "passwords": [True, True, True],
        "versions": [[slug, 1] for slug in cases],
        "states": {"a-draft": "draft"} | dict.fromkeys(cases, "published"),
        "edit": True,
        "pages": [],
        "picture": ["yucai", 200],
    }


def test_nothing_is_astray_in_it(upgraded: tuple[dict[str, int], Path]) -> None:
    result = manage(upgraded[1], "doctor")
    assert (result.stdout, result.stderr) == ("nothing is astray\n", "")


def test_there_is_no_way_back_and_one_line_says_so(
    upgraded: tuple[dict[str, int], Path],
) -> None:
    folder = upgraded[1]
    before = migrations(folder)
    result = manage(folder, "migrate", "stories", "0015")
    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: there is no way back behind stories.")
    assert len(result.stderr.splitlines()) == 1
    assert (migrations(folder), look(folder)["pages"]) == (before, [])


def test_an_empty_database_goes_back_as_far_as_that_is_possible(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert manage(folder, "migrate", "-v0").returncode == 0
    assert manage(folder, "migrate", "-v0", "stories", "0026").returncode == 0
    assert "0027_labels_of_ties" not in migrations(folder)


def migrations(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "caselib.sqlite3")) as database:
        rows = database.execute("SELECT name FROM django_migrations WHERE app = 'stories'")
        return {name for (name,) in rows}
