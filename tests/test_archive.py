"""Export and import of all versions: lossless, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from stories.choices import TermStatus
from stories.documents import serialization
from stories.models.case import Case
from stories.models.search_index import IndexedText
from stories.models.version import OpenRedaction, Publication, PublishedPicture, Version
from stories.models.vocabulary import MeasureType
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


def an_archive(folder: Path) -> Path:
    """Three versions of a case that the library lacks; the manifest."""
    three_versions()
    dumped(folder)
    Case.objects.all().delete()
    Publication.objects.update(slug="other")
    return folder / "versions" / "liudi.json"


def rewritten(manifest: Path, number: int, document: Any) -> Path:
    """Another document as this version, with its hash in the manifest."""
    content = serialization.written(document)
    file = manifest.with_suffix("") / f"{number}.json"
    file.write_bytes(content)
    entries = json.loads(manifest.read_bytes())
    entries[number - 1]["sha256"] = publisher.sha256(content)
    manifest.write_text(json.dumps(entries))
    return file


def nothing_is_loaded() -> bool:
    return not Case.objects.exists() and not Publication.objects.filter(slug="liudi").exists()


def test_a_version_that_was_changed_in_the_archive_is_refused(tmp_path: Path) -> None:
    changed = an_archive(tmp_path).with_suffix("") / "1.json"
    changed.write_bytes(changed.read_bytes().replace(b"Liudi", b"Liuda"))
    assert refusal("loadcases", tmp_path)[1] == (
        f"{changed}: (file): is not the version that its SHA-256 names\nnothing was loaded"
    )


def test_all_faults_of_archived_versions_and_documents_are_reported_at_once(tmp_path: Path) -> None:
    manifest = an_archive(tmp_path)
    document = builders.a_document()
    unknown = rewritten(manifest, 1, builders.a_document(place="moon"))
    telling = [*document["telling"], "no-metric"]
    dangling = rewritten(manifest, 2, builders.a_document(telling=telling))
    missing = manifest.with_suffix("") / "3.json"
    missing.unlink()
    serialization.write_bytes(tmp_path / "liudi.json", b"{}{")
    output, error = refusal("loadcases", tmp_path)
    assert (output, error.splitlines()[:3]) == (
        "",
        [
            f"{unknown}: place: unknown place 'moon'",
            f"{dangling}: telling[{len(telling) - 1}]: there is no metric 'no-metric' "
            "in this document",
            f"{missing}: (file): cannot be read: No such file or directory",
        ],
    )
    assert error.splitlines()[3].startswith(f"{tmp_path / 'liudi.json'}: (file): not JSON")
    assert nothing_is_loaded()


def test_the_shape_of_an_archived_version_is_checked_with_all_the_rest(tmp_path: Path) -> None:
    manifest = an_archive(tmp_path)
    file = rewritten(manifest, 2, builders.a_document(place="moon", budget=7))
    assert refusal("loadcases", tmp_path)[1] == (
        f"{file}: budget: unknown key\n{file}: place: unknown place 'moon'\nnothing was loaded"
    )


def test_an_archive_may_have_deprecated_terms(tmp_path: Path) -> None:
    an_archive(tmp_path)
    MeasureType.objects.filter(slug="street-lighting").update(status=TermStatus.DEPRECATED)
    assert "1 created, 0 updated, 1 unchanged" in run("loadcases", tmp_path)


def test_a_version_of_another_case_is_refused(tmp_path: Path) -> None:
    file = rewritten(an_archive(tmp_path), 2, builders.a_document(slug="moon"))
    assert refusal("loadcases", tmp_path)[1] == (
        f"{file}: slug: the archive has it as a version of 'liudi'\nnothing was loaded"
    )


def test_a_redacted_version_is_loaded_with_its_numbers(tmp_path: Path) -> None:
    builders.a_complete_case()
    printed = builders.a_document()["context"][0]["cite"]["printed"]
    assert publisher.redact("liudi", [printed], NOTE) == 1
    dumped(tmp_path)
    Case.objects.all().delete()
    Publication.objects.update(slug="other")
    assert "1 created, 0 updated, 1 unchanged" in run("loadcases", tmp_path)


def test_a_version_with_the_text_of_the_one_before_stays_a_version(tmp_path: Path) -> None:
    case = builders.a_complete_case()
    publisher.withdraw("liudi", NOTE)
    publish(case, "update")
    dumped(tmp_path)
    Case.objects.all().delete()
    Publication.objects.update(slug="other")
    run("loadcases", tmp_path)
    versions = Version.objects.filter(publication__slug="liudi").order_by("number")
    assert [version.number for version in versions] == [1, 2]


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("[0].number", "1", "[0].number: input should be a valid integer, got '1'"),
        ("[0].number", -1, "[0].number: input should be greater than or equal to 1, got -1"),
        (
            "[1].number",
            "../../liudi",
            "[1].number: input should be a valid integer, got '../../liudi'",
        ),
        (
            "[1].number",
            3,
            "[1].number: versions are numbered from 1 without a gap; number 2 is expected here",
        ),
        ("[1].kind", "first", "[1].kind: the first version is of kind first, and no other one"),
        ("[2].note.en", "", "[2].note.en: is blank"),
        ("[2].note", None, "[2].note: is not an object with keys, got None"),
        (
            "[0].published_at",
            "yesterday",
            "[0].published_at: is not of the form expected here, got 'yesterday'",
        ),
        (
            "[0].published_at",
            "2026-11-28T10:00:00",
            "[0].published_at: is not of the form expected here, got '2026-11-28T10:00:00'",
        ),
        ("[0].sha256", "0", "[0].sha256: is not of the form expected here, got '0'"),
        ("[0].size", 3, "[0].size: unknown key"),
    ],
)
def test_a_malformed_entry_of_a_manifest_is_a_fault(
    tmp_path: Path, path: str, value: object, fault: str
) -> None:
    manifest = an_archive(tmp_path)
    entries = {"all": json.loads(manifest.read_bytes())}
    manifest.write_text(json.dumps(builders.with_value(entries, f"all{path}", value)["all"]))
    assert refusal("loadcases", tmp_path)[1] == f"{manifest}: {fault}\nnothing was loaded"
    assert nothing_is_loaded()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[", "(file): not JSON, or cut off: Expecting value (line 1, column 2)"),
        (b"\xff", "(file): not UTF-8: byte 0; save the file as UTF-8"),
        (b"{}", "(document): input should be a valid list, got an object"),
        (b"[]", "(document): is empty; at least one is needed"),
        (b"[7]", "[0]: is not an object with keys, got 7"),
    ],
)
def test_a_manifest_that_is_no_list_of_entries_is_a_fault(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    manifest = an_archive(tmp_path)
    manifest.write_bytes(content)
    assert refusal("loadcases", tmp_path)[1] == f"{manifest}: {fault}\nnothing was loaded"


def test_a_source_key_of_another_case_refuses_an_archived_case(tmp_path: Path) -> None:
    manifest = an_archive(tmp_path)
    builders.a_source(case=builders.a_case(slug="another"), key="liudi-news")
    assert refusal("loadcases", tmp_path)[1].startswith(
        f"{manifest}: sources[0].key: 'liudi-news' is the key of a source of case 'another'"
    )


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
