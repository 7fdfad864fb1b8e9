"""The data set: tables, codebook, files, and which release is offered."""

import csv
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils.translation import override

from stories.documents import schema
from stories.documents.descriptions import DESCRIPTIONS
from stories.documents.schema import CaseDocument, Shape, Text
from stories.exports.dataset import build, codebook, releases
from stories.exports.dataset.metadata import Release
from stories.models.version import Version
from stories.publishing import publisher
from stories.publishing.publisher import Note
from stories.queries.snapshot import Library
from tests.pages import page_of

RELEASE = Release("a1", "2026-11-27", 5, "", {"zh": "编者", "en": "The editors"})
pytestmark = pytest.mark.django_db
library = pytest.mark.usefixtures("library")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder for releases."""
    with override_settings(EXPORTS_DIR=tmp_path / "exports"):
        yield settings.EXPORTS_DIR


@pytest.fixture(scope="module")
def written(library: None, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Any:
    """A folder with the data set of the shipped cases."""
    place = tmp_path_factory.mktemp("dataset")
    with django_db_blocker.unblock():
        build.write(Library.present(), RELEASE, place, lambda _done: None)
    return place


@pytest.fixture
def database(written: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(written / "caselib-a1.sqlite3")) as connection:
        yield connection


@pytest.fixture
def package(written: Path) -> Iterator[ZipFile]:
    with ZipFile(written / "caselib-a1.zip") as opened:
        yield opened


def rows_of(package: ZipFile, table: str) -> list[dict[str, str]]:
    with package.open(f"data/{table}.csv") as file:
        return list(csv.DictReader(TextIOWrapper(file, "utf-8", newline="")))


# ---------------------------------------------------------------- descriptions


def shapes() -> dict[str, type[Shape]]:
    found = {name: value for name, value in vars(schema).items() if isinstance(value, type)}
    return {
        name: value
        for name, value in found.items()
        if issubclass(value, Shape) and value not in (Shape, Text, schema.Keywords, schema.Glance)
    }


@pytest.mark.parametrize("name", sorted(shapes()))
def test_every_field_of_a_document_has_a_description_and_no_other(name: str) -> None:
    assert set(DESCRIPTIONS[name]) == set(shapes()[name].model_fields)


def test_every_column_has_a_description_in_both_languages() -> None:
    lacking = [
        f"{table.name}.{row['column_name']}"
        for table in codebook.EVERY
        for row in codebook.columns(table)
        if not all(row["description"].values())
        or row["description"]["zh"] == row["description"]["en"]
    ]
    assert lacking == []


def test_every_table_has_a_description_in_both_languages() -> None:
    described = [codebook.in_both(table.description) for table in codebook.EVERY]
    assert [text for text in described if text["zh"] == text["en"]] == []


# ---------------------------------------------------------------- the SQLite file


def test_the_database_is_sound_and_its_references_hold(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_no_name_needs_quotes_and_no_table_is_internal(database: sqlite3.Connection) -> None:
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert [name for (name,) in tables] == [table.name for table in codebook.EVERY]
    for table in codebook.EVERY:
        database.execute(f"SELECT {', '.join(table.column_names)} FROM {table.name}").fetchone()


def test_every_figure_of_the_documents_is_there(database: sqlite3.Connection) -> None:
    rows = database.execute("SELECT case_slug, key, low, high, printed FROM metrics ORDER BY 1, 2")
    documents = (json.loads(document) for document in documents_of_cases())
    expected = [
        (document["slug"], metric["key"], metric["low"], metric["high"], metric["cite"]["printed"])
        for document in documents
        for part in (*document["measures"], {"metrics": document["context"]})
        for metric in part["metrics"]
    ]
    assert rows.fetchall() == sorted(expected, key=lambda row: row[:2])


def documents_of_cases() -> Iterator[str]:
    yield from (file.read_text("utf-8") for file in sorted(settings.CASES_DIR.glob("*.json")))


def test_every_citation_of_the_documents_is_there(database: sqlite3.Connection) -> None:
    (citations,) = database.execute("SELECT count(*) FROM citations").fetchone()
    (metrics,) = database.execute("SELECT count(*) FROM metrics").fetchone()
    (left_out,) = database.execute("SELECT count(*) FROM numbers_left_out").fetchone()
    documents = (CaseDocument.model_validate_json(text) for text in documents_of_cases())
    assert citations + metrics + left_out == sum(len(list(d.printed())) for d in documents)


@pytest.mark.parametrize("language", ["chinese", "english"])
def test_a_view_shows_words_for_codes(database: sqlite3.Connection, language: str) -> None:
    words = {"chinese": ("灯具", "盏", "超过"), "english": ("lamps", "lamps", "over")}[language]
    found = database.execute(
        f"SELECT indicator, unit, qualifier, low, high FROM metrics_in_{language} "
        "WHERE case_slug = 'pingfangqu' AND printed = '四百多盏'"
    ).fetchall()
    ((indicator, unit, qualifier, low, high),) = found
    assert words[0] in indicator.lower()
    assert (unit, qualifier, low, high) == (*words[1:], 400, None)


def test_a_column_is_explained_in_the_file_itself(database: sqlite3.Connection) -> None:
    (statement,) = database.execute(
        "SELECT sql FROM sqlite_schema WHERE name = 'metrics'"
    ).fetchone()
    assert "  locator TEXT NOT NULL, -- Passage: 12 a paragraph" in statement
    found = database.execute("SELECT count(*) FROM codebook WHERE table_name = 'metrics'")
    (table,) = [table for table in codebook.EVERY if table.name == "metrics"]
    assert found.fetchone() == (len(table.column_names),)


# ---------------------------------------------------------------- the ZIP


def test_tables_are_the_same_in_both_files(package: ZipFile, database: sqlite3.Connection) -> None:
    for table in codebook.EVERY:
        (count,) = database.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        assert len(rows_of(package, table.name)) == count, table.name


def test_every_file_of_the_package_has_its_hash(package: ZipFile) -> None:
    lines = package.read("SHA256SUMS").decode().splitlines()
    digests = {path: digest for digest, path in (line.split("  ") for line in lines)}
    assert digests == {
        name: hashlib.sha256(package.read(name)).hexdigest()
        for name in package.namelist()
        if name != "SHA256SUMS"
    }


def test_the_package_describes_every_column(package: ZipFile) -> None:
    described = json.loads(package.read("datapackage.json"))
    for resource in described["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        with package.open(resource["path"]) as file:
            assert next(csv.reader(TextIOWrapper(file, "utf-8"))) == fields


def test_the_crate_names_what_is_there(package: ZipFile) -> None:
    graph = json.loads(package.read("ro-crate-metadata.json"))["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    parts = {part["@id"] for part in by_id["./"]["hasPart"]}
    assert parts <= set(by_id)
    assert {part for part in parts if not part.endswith("/")} <= set(package.namelist())


def test_the_documents_can_be_loaded_again(package: ZipFile, tmp_path: Path) -> None:
    package.extractall(tmp_path)
    assert {
        file.stem: file.read_text("utf-8") for file in (tmp_path / "documents").glob("*.json")
    } == {json.loads(text)["slug"]: text for text in documents_of_cases()}
    output = StringIO()
    call_command("loadcases", tmp_path / "documents", stdout=output)
    assert output.getvalue().endswith("0 created, 0 updated, 5 unchanged\n")


def test_nothing_but_published_versions_is_in_it(package: ZipFile) -> None:
    versions = [name for name in package.namelist() if re.search(r"/\d+\.json$", name)]
    assert len(versions) == Version.objects.count()
    columns = {column for table in codebook.EVERY for column in table.column_names}
    assert not columns & {"id", "pk", "document", "withheld_names", "publication_id"}


def test_a_cell_that_could_be_a_formula_begins_with_an_apostrophe(tmp_path: Path) -> None:
    with build.Tables(tmp_path, tmp_path / "x.sqlite3") as tables:
        tables.add(codebook.ABOUT, [{"name": "=1+1", "value": "-4 度"}])
    assert (tmp_path / "about.csv").read_text("utf-8").splitlines()[1] == "'=1+1,'-4 度"
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as connection:
        assert connection.execute("SELECT * FROM about").fetchall() == [("=1+1", "-4 度")]


@library
def test_a_revision_makes_the_same_bytes_again(written: Path, tmp_path: Path) -> None:
    with override("en"):  # whichever process writes it
        build.write(Library.present(), RELEASE, tmp_path, lambda _done: None)
    assert (tmp_path / "SHA256SUMS").read_text() == (written / "SHA256SUMS").read_text()


# ---------------------------------------------------------------- releases


def exported() -> str:
    """The output of the command."""
    said = StringIO()
    call_command("exportlibrary", stdout=said)
    return said.getvalue()


def downloads(client: Client) -> list[str]:
    return [link for link in page_of(client, "/data/").links() if link.startswith("/data/caselib-")]


@library
def test_the_page_says_where_no_file_is_there_yet(client: Client, folder: Path) -> None:
    page = page_of(client, "/data/")
    assert "正在生成" in page.text
    assert downloads(client) == []
    assert "/metrics.csv" in page.links()
    assert not folder.exists()  # a page writes nothing


@library
def test_the_files_of_the_present_revision_are_offered(client: Client, folder: Path) -> None:
    assert "written to" in exported()
    revision = releases.short(Library.present().revision)
    files = [f"/data/caselib-{revision}.sqlite3", f"/data/caselib-{revision}.zip"]
    assert downloads(client) == files
    sums = content(client, "/data/SHA256SUMS").decode()
    for file in files:
        digest = hashlib.sha256(content(client, file)).hexdigest()
        assert f"{digest}  {file.removeprefix('/data/')}\n" in sums


def content(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response)  # type: ignore[call-overload]


@library
def test_a_file_says_what_it_is(client: Client, folder: Path) -> None:
    exported()
    (database, package) = downloads(client)
    answers = [client.get(address) for address in (database, package)]
    assert [answer["Content-Type"] for answer in answers] == [
        "application/vnd.sqlite3",
        "application/zip",
    ]
    for answer in answers:
        assert answer["Content-Disposition"].startswith("attachment; ")
        answer.getvalue()  # to its end, which closes the file
    tag = {"If-None-Match": answers[0]["ETag"]}
    assert client.get(database, headers=tag).status_code == 304
    assert client.post(database).status_code == 405


@library
@pytest.mark.parametrize("ending", ["sqlite3", "zip"])
def test_scripts_have_an_address_that_stays(client: Client, folder: Path, ending: str) -> None:
    assert client.get(f"/data/latest.{ending}").status_code == 404
    exported()
    answer = client.get(f"/data/latest.{ending}")
    assert answer["Location"] in downloads(client)


@library
def test_a_release_is_written_once(folder: Path) -> None:
    exported()
    assert "is, or is being written" in exported()
    with (folder / releases.LOCK).open("w"):
        assert [place.name for place in folder.iterdir() if place.is_dir()] == [
            releases.short(Library.present().revision)
        ]


@library
def test_an_older_release_is_offered_until_the_new_one_is_there(
    client: Client, folder: Path
) -> None:
    exported()
    before = downloads(client)
    publisher.reindex()  # a new revision
    assert downloads(client) == before
    assert "此后案例库有更新" in page_of(client, "/data/").text
    exported()
    assert downloads(client) != before
    assert client.get(before[0]).status_code == 404
    assert len([place for place in folder.iterdir() if place.is_dir()]) == 1


@library
@pytest.mark.parametrize("removal", ["withdraw", "redact"])
def test_what_was_withdrawn_or_redacted_is_not_handed_out_any_more(
    client: Client, folder: Path, removal: str
) -> None:
    exported()
    (database, _package) = downloads(client)
    if removal == "withdraw":
        publisher.withdraw("yucai")
    else:
        publisher.redact("yucai", ["社区"], Note("要求。", "On request."))
    assert downloads(client) == []
    assert client.get(database).status_code == 404
    releases.remove_outdated(folder)
    assert [place for place in folder.iterdir() if place.is_dir()] == []


@library
def test_a_draft_that_was_cut_off_is_removed(folder: Path) -> None:
    (folder / f"{releases.DRAFT}x").mkdir(parents=True)
    assert releases.offered(folder, Library.present()) is None
    exported()
    assert not list(folder.glob(f"{releases.DRAFT}*"))


@library
def test_nothing_outside_of_the_folder_is_handed_out(client: Client, folder: Path) -> None:
    exported()
    for name in ("release.json", "..", "%2e%2e%2fsecret-key", ".draft-x", "nope.zip"):
        assert client.get(f"/data/{name}").status_code in (404, 302), name
    assert client.get("/data/release.json").status_code == 404


@library
def test_the_codebook_names_every_column(client: Client) -> None:
    page = page_of(client, "/en/data/codebook/")
    named = {code.text for code in page.all("code")}
    assert named >= {name for table in codebook.EVERY for name in table.column_names}


@library
def test_a_list_leads_to_the_whole_library(client: Client) -> None:
    for address in ("/cases/", "/metrics/", "/sources/", "/about/"):
        assert "/data/" in page_of(client, address).links(), address


@library
@pytest.mark.parametrize(("address", "queries"), [("/data/", 15), ("/data/codebook/", 13)])
def test_the_queries_of_a_page_are_counted(
    client: Client, folder: Path, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    with django_assert_num_queries(queries):
        page_of(client, address)


@library
def test_the_queries_of_a_data_set_do_not_grow_with_the_cases(
    tmp_path: Path, django_assert_num_queries: Any
) -> None:
    made = Library.present()
    with django_assert_num_queries(4):  # the order, CHUNK cases, and all versions twice
        build.write(made, RELEASE, tmp_path, lambda _done: None)


@library
def test_a_release_of_other_settings_or_of_an_older_form_is_made_anew(
    folder: Path, settings: Any
) -> None:
    exported()
    (manifest,) = folder.glob(f"*/{releases.MANIFEST}")
    settings.SITE_URL = "https://elsewhere.example"
    exported()
    assert json.loads(manifest.read_text())["site"] == "https://elsewhere.example"
    older = json.loads(manifest.read_text()) | {"form": 0, "gone": 1}
    manifest.write_text(json.dumps(older))
    assert releases.offered(folder, Library.present()) is None
    exported()
    assert releases.offered(folder, Library.present())
