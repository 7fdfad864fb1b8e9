"""checkcases, loadcases and dumpcases: output, files and exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings

from stories.documents import serialization
from stories.models.case import Case
from stories.models.vocabulary import MeasureType, Place
from tests.builders import (
    AN_OLDER_DOCUMENT,
    AN_OLDER_FILE,
    ARTICLES,
    WRONG_DOCUMENTS,
    a_complete_case,
    a_document,
    a_draft,
    with_value,
)
from tests.commands import a_file, refusal, run


def ended_without_tables(data: Path, *arguments: object) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) with a new database in `data`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CASELIB_")}
    ended = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=kept | {"CASELIB_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ended.returncode, ended.stdout, ended.stderr


def another_document() -> dict[str, Any]:
    """A second case, with its own source."""
    document = with_value(a_document(slug="other"), "sources[0].key", "other-news")
    for path, _part in serialization.shaped(document).printed():
        document = with_value(document, f"{path}.source", "other-news")
    return document


# ---------------------------------------------------------------- checkcases


@pytest.mark.django_db
def test_checkcases_finds_nothing_wrong_with_a_good_document(tmp_path: Path) -> None:
    assert run("checkcases", a_file(tmp_path), texts=ARTICLES) == "1 document, no fault\n"


@pytest.mark.django_db
def test_checkcases_names_file_path_and_fault(tmp_path: Path) -> None:
    good, wrong = a_file(tmp_path), WRONG_DOCUMENTS / "number-disagrees.json"
    assert refusal("checkcases", good, wrong) == (
        f"{wrong}: measures[0].metrics[0].low: '四百多盏' says over 400, "
        "the metric says over 300\n"
        f"{wrong}: derived[0].value: computes to 833.3333, not 625\n",
        "2 faults in 2 documents",
    )


@pytest.mark.django_db
def test_checkcases_tells_every_fault_on_a_line_of_its_own() -> None:
    output, ending = refusal("checkcases", WRONG_DOCUMENTS, texts=ARTICLES)
    lines = output.splitlines()
    assert {line.split(":")[0] for line in lines} == set(map(str, WRONG_DOCUMENTS.iterdir()))
    assert ending == f"{len(lines)} faults in {len(list(WRONG_DOCUMENTS.iterdir()))} documents"


@pytest.mark.django_db
def test_checkcases_proves_fragments_only_with_the_texts() -> None:
    file = WRONG_DOCUMENTS / "not-in-the-text.json"
    assert run("checkcases", file) == "1 document, no fault\n"
    assert refusal("checkcases", file, texts=ARTICLES)[1] == "1 fault in 1 document"


@pytest.mark.django_db
def test_checkcases_checks_the_shipped_cases_unless_told_otherwise() -> None:
    assert run("checkcases") == "5 documents, no fault\n"


def test_checkcases_refuses_paths_that_hold_nothing(tmp_path: Path) -> None:
    assert refusal("checkcases", tmp_path, tmp_path / "no.json") == (
        "",
        f"{tmp_path}: a folder without a *.json file\n"
        f"{tmp_path / 'no.json'}: there is no such file",
    )


def test_checkcases_refuses_a_folder_without_texts(tmp_path: Path) -> None:
    assert refusal("checkcases", a_file(tmp_path), texts=tmp_path) == (
        "",
        f"{tmp_path}: no folder with *.txt files",
    )


@pytest.mark.usefixtures("vocabulary")
def test_checkcases_goes_by_the_stored_vocabulary(tmp_path: Path) -> None:
    MeasureType.objects.filter(slug="greening").update(slug="gardening")
    file = a_file(tmp_path)
    assert refusal("checkcases", file)[0] == (
        f"{file}: measures[2].types[0]: unknown measure type 'greening'\n"
    )


def test_checkcases_ends_with_status_1_and_needs_no_database(tmp_path: Path) -> None:
    wrong = WRONG_DOCUMENTS / "unknown-term.json"
    assert ended_without_tables(tmp_path, "checkcases", wrong) == (
        1,
        f"{wrong}: measures[0].types[0]: unknown measure type 'moon-landing'\n",
        "CommandError: 1 fault in 1 document\n",
    )


@pytest.mark.parametrize("command", ["loadcases", "dumpcases", "attachtexts"])
def test_without_tables_a_command_says_what_to_run(tmp_path: Path, command: str) -> None:
    assert ended_without_tables(tmp_path, command, tmp_path / "new") == (
        1,
        "",
        "CommandError: the database has no tables yet: run manage.py migrate\n",
    )
    assert not (tmp_path / "new").exists()


# ---------------------------------------------------------------- loadcases


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_reports_what_became_of_each_document(tmp_path: Path) -> None:
    file, other = a_file(tmp_path), a_file(tmp_path, another_document())
    assert run("loadcases", file) == f"{file}: created\n1 created, 0 updated, 0 unchanged\n"
    a_file(tmp_path, a_document(tags=[]))
    assert run("loadcases", tmp_path, note=["变了。", "It changed."]) == (
        f"{file}: updated\n{other}: created\n1 created, 1 updated, 0 unchanged\n"
    )
    assert run("loadcases", file, other) == (
        f"{file}: unchanged\n{other}: unchanged\n0 created, 0 updated, 2 unchanged\n"
    )


@pytest.mark.django_db
def test_the_first_load_brings_the_vocabulary(tmp_path: Path) -> None:
    run("loadcases", a_file(tmp_path))
    assert MeasureType.objects.filter(slug="street-lighting").exists()


@pytest.mark.usefixtures("vocabulary")
def test_a_later_load_leaves_the_vocabulary_alone(tmp_path: Path) -> None:
    Place.objects.filter(code="340000").update(label_en="Anhui, as edited")
    run("loadcases", a_file(tmp_path))
    assert Place.objects.get(code="340000").label_en == "Anhui, as edited"


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_loads_the_shipped_cases_unless_told_otherwise(
    tmp_path: Path, settings: Settings
) -> None:
    settings.CASES_DIR = tmp_path
    a_file(tmp_path)
    run("loadcases")
    assert [case.slug for case in Case.objects.all()] == ["liudi"]


@pytest.mark.parametrize(
    "name",
    sorted({file.stem for file in WRONG_DOCUMENTS.iterdir()} - {"not-in-the-text", "copied-gist"}),
)
@pytest.mark.django_db
def test_loadcases_loads_nothing_when_the_second_document_is_wrong(
    tmp_path: Path, name: str
) -> None:
    wrong = WRONG_DOCUMENTS / f"{name}.json"
    output, ending = refusal("loadcases", a_file(tmp_path, another_document()), wrong)
    assert (
        output == "" and ending.startswith(f"{wrong}: ") and ending.endswith("nothing was loaded")
    )
    assert not Case.objects.exists() and not MeasureType.objects.exists()


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_tells_the_faults_of_all_documents_together() -> None:
    unknown, dangling = (WRONG_DOCUMENTS / f"{n}.json" for n in ("unknown-key", "dangling-key"))
    assert refusal("loadcases", unknown, dangling) == (
        "",
        f"{unknown}: measures[0].budget: unknown key\n"
        f"{dangling}: measures[0].solves[0].problem: there is no problem 'no-such-problem' "
        "in this document\n"
        "nothing was loaded",
    )


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_tells_what_is_wrong_beside_the_shape(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(a_document(place="moon", budget=7)))
    assert refusal("loadcases", file) == (
        "",
        f"{file}: budget: unknown key\n{file}: place: unknown place 'moon'\nnothing was loaded",
    )


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_refuses_two_documents_of_one_slug(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    again = Path(shutil.copy(file, tmp_path / "again.json"))
    assert refusal("loadcases", file, again)[1] == (
        f"{again}: slug: 'liudi' is the slug of {file} too\nnothing was loaded"
    )


@pytest.mark.usefixtures("vocabulary")
def test_loadcases_loads_nothing_when_two_documents_share_a_source_key(tmp_path: Path) -> None:
    file, other = a_file(tmp_path), a_file(tmp_path, a_document(slug="other"))
    assert refusal("loadcases", file, other) == (
        "",
        f"{other}: sources[0].key: 'liudi-news' is the key of a source of case 'liudi'\n"
        "nothing was loaded",
    )
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_reports_and_writes_nothing(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    assert run("loadcases", file, dry_run=True) == (
        f"{file}: created\n1 created, 0 updated, 0 unchanged (dry run: nothing was written)\n"
    )
    assert not Case.objects.exists() and not MeasureType.objects.exists()


@pytest.mark.django_db
def test_loadcases_refuses_paths_that_hold_nothing(tmp_path: Path) -> None:
    assert refusal("loadcases", tmp_path) == (
        "",
        f"{tmp_path}: a folder without a *.json file\nnothing was loaded",
    )


@pytest.mark.usefixtures("vocabulary")
def test_another_form_is_a_fault_of_the_file_and_loads_all_the_same(tmp_path: Path) -> None:
    """loadcases accepts any form, dumpcases writes the canonical one."""
    file = a_file(tmp_path, a_document())
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    output, _ending = refusal("checkcases", file)
    assert output == f"{file}: (file): its lines end in CRLF; save it with LF line ends\n"
    assert run("loadcases", file) == f"{file}: created\n1 created, 0 updated, 0 unchanged\n"


# ---------------------------------------------------------------- dumpcases


@pytest.mark.usefixtures("vocabulary")
def test_dumpcases_writes_what_was_loaded_byte_for_byte(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    run("loadcases", file)
    folder = tmp_path / "new" / "folder"
    assert run("dumpcases", folder) == f"1 document in {folder}\n"
    assert [(f.name, f.read_bytes()) for f in folder.iterdir()] == [
        ("liudi.json", file.read_bytes())
    ]


@pytest.mark.usefixtures("vocabulary")
def test_dumpcases_replaces_the_document_of_a_case_and_no_other_file(tmp_path: Path) -> None:
    a_complete_case()
    for name in ("liudi.json", "other.json"):
        (tmp_path / name).write_text("old")
    run("dumpcases", tmp_path)
    assert serialization.read_file(tmp_path / "liudi.json").slug == "liudi"
    assert (tmp_path / "other.json").read_text() == "old"


@pytest.mark.django_db
def test_dumpcases_leaves_drafts_out(tmp_path: Path) -> None:
    a_draft()
    assert run("dumpcases", tmp_path) == f"0 documents in {tmp_path}\n"


@pytest.mark.django_db
def test_dumpcases_refuses_a_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert refusal("dumpcases", file) == ("", f"{file}: File exists")


@pytest.mark.usefixtures("vocabulary")
def test_dumpcases_names_a_damaged_case(tmp_path: Path) -> None:
    a_complete_case()
    Case.objects.update(name_as_reported_zh=" ")
    output = refusal("dumpcases", tmp_path, drafts=True)
    assert output == ("", "liudi: name_as_reported.zh: is blank")


# ---------------------------------------------------------------- convertcases


@pytest.mark.django_db
def test_convertcases_rewrites_a_document_and_says_what_is_to_be_filled_in(tmp_path: Path) -> None:
    file = Path(shutil.copy(AN_OLDER_FILE, tmp_path / "liudi.json"))
    output = run("convertcases", file)
    assert f"{file}: sources[0].passages[2].gist: is missing" in output
    assert output.endswith("1 of 1 documents converted\n")
    document = serialization.read_file(file)
    assert file.read_bytes() == serialization.write(document)
    assert document == serialization.read_file(AN_OLDER_FILE)


@pytest.mark.django_db
def test_convertcases_leaves_documents_of_the_present_format_alone(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    before = file.read_bytes()
    assert run("convertcases", tmp_path) == "0 of 1 documents converted\n"
    assert file.read_bytes() == before


@pytest.mark.django_db
def test_convertcases_converts_nothing_when_one_document_cannot_be_read(tmp_path: Path) -> None:
    older = Path(shutil.copy(AN_OLDER_FILE, tmp_path / "a.json"))
    wrong = tmp_path / "b.json"
    wrong.write_text(json.dumps(AN_OLDER_DOCUMENT | {"budget": 7}))
    output, ending = refusal("convertcases", tmp_path)
    assert output == "" and ending.startswith(f"{wrong}: ")
    assert ending.endswith("nothing was converted")
    assert older.read_bytes() == AN_OLDER_FILE.read_bytes()
