"""Export and import of all versions: lossless, byte for byte."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from stories.documents import serialization
from stories.models.case import Case
from stories.models.search_index import IndexedText
from stories.models.version import OpenRedaction, Publication, PublishedPicture, Version
from stories.pictures import storage
from stories.publishing import exporter, publisher
from stories.publishing.publisher import Note
from tests import builders
from tests.commands import refusal, run

pytestmark = pytest.mark.usefixtures("vocabulary")
NOTE = Note("数字有误，已更正。", "A number was wrong and is corrected.")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    return tmp_path / "pictures"


def three_versions() -> Case:
    """Three versions of one case: the second has a picture, the third does not."""
    case = builders.a_complete_case()
    picture = builders.a_picture(case=case)
    publish(case, "update")
    picture.delete()
    Case.objects.filter(pk=case.pk).update(title_en="Liudi, corrected")
    publish(case, "correction")
    return case


def publish(case: Case, kind: Any) -> None:
    document = serialization.shaped(exporter.dump(Case.objects.get(pk=case.pk)))
    publisher.publish(document, kind, NOTE)


def dumped(folder: Path) -> dict[str, bytes]:
    run("dumpcases", folder, all_versions=True)
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def empty_library() -> None:
    """As if nothing had ever been published: neither rows nor files."""
    Case.objects.all().delete()
    storage.remove(storage.stored())
    with connection.cursor() as cursor:  # a database constraint prevents it
        cursor.execute("DROP TRIGGER IF EXISTS stories_version_stays")
    PublishedPicture.objects.all().delete()
    Version.objects.all().delete()
    Publication.objects.all().delete()
    publisher.reindex()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="empties the library by SQLite's means")
def test_what_was_dumped_loads_into_an_empty_library_with_all_versions(tmp_path: Path) -> None:
    three_versions()
    first, second = tmp_path / "first", tmp_path / "second"
    before = dumped(first)
    assert {"liudi.json", "versions/liudi.json", "versions/liudi/2.json"} < before.keys()
    assert sum(name.startswith("pictures/") for name in before) == 4
    empty_library()
    assert "1 created, 0 updated, 1 unchanged" in run("loadcases", first)
    assert dumped(second) == before
    kinds = [row.kind for row in Version.objects.order_by("number")]
    assert (kinds, OpenRedaction.objects.count()) == (["first", "update", "correction"], 0)


def test_an_archive_of_a_case_that_is_there_changes_nothing(tmp_path: Path) -> None:
    three_versions()
    dumped(tmp_path / "out")
    assert "0 created, 0 updated, 1 unchanged" in run("loadcases", tmp_path / "out")
    assert Version.objects.count() == 3


def test_a_version_that_was_changed_in_the_archive_is_refused(tmp_path: Path) -> None:
    three_versions()
    dumped(tmp_path)
    Publication.objects.update(slug="other")
    changed = tmp_path / "versions" / "liudi" / "1.json"
    changed.write_bytes(changed.read_bytes().replace(b"Liudi", b"Liuda"))
    _told, error = refusal("loadcases", tmp_path)
    assert "is not the version that its SHA-256 names" in error


def test_a_version_keeps_its_pictures_when_the_desk_has_them_no_more(
    django_capture_on_commit_callbacks: Any, folder: Path
) -> None:
    case = builders.a_complete_case()
    picture = builders.a_picture(case=case)
    publish(case, "update")
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert all(default_storage.exists(file) for file in picture.files)
    assert run("checkpictures") == "0 pictures, nothing astray\n"


def test_a_later_load_asks_for_a_note_and_may_be_a_correction(tmp_path: Path) -> None:
    builders.a_complete_case()
    changed = serialization.shaped(builders.a_document(tags=[]))
    serialization.write_file(tmp_path / "liudi.json", changed)
    assert "give --note" in refusal("loadcases", tmp_path)[1]
    run("loadcases", tmp_path, note=[NOTE.zh, NOTE.en], correction=True)
    version = Version.objects.get(number=2)
    assert (version.kind, version.note_zh, version.note_en) == ("correction", NOTE.zh, NOTE.en)


def test_drafts_are_dumped_as_the_desk_has_them(tmp_path: Path) -> None:
    case = builders.a_complete_case()
    Case.objects.update(title_en="Liudi, in work")
    assert run("dumpcases", tmp_path, drafts=True) == f"1 document in {tmp_path}\n"
    document = serialization.read_file(tmp_path / f"{case.slug}.json")
    assert document.title.en == "Liudi, in work"


def test_redact_reads_its_words_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    three_versions()
    reason = ["应本人要求。", "At a person’s request."]
    command = "stories.management.commands.redact.sys.stdin.read"
    monkeypatch.setattr(command, lambda: "Liudi\n\n")
    assert run("redact", "liudi", reason=reason).startswith("3 versions and 0 edits redacted")
    assert "Liudi" not in "".join(Version.objects.values_list("document", flat=True))
    assert "holds these words" in refusal("redact", "liudi", reason=reason)[1]
    assert "no published case" in refusal("redact", "moon", reason=reason)[1]


def test_reindex_says_what_is_stale_and_mends_it() -> None:
    three_versions()
    assert "in step" in run("reindex", check=True)
    IndexedText.objects.all().delete()
    assert "liudi" in refusal("reindex", check=True)[1]
    assert run("reindex") == "1 cases indexed\n"
    assert "in step" in run("reindex", check=True)
