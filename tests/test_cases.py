"""The five shipped cases: valid, complete, and unchanged by a round trip through the database."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from stories.documents import file_checks, serialization
from stories.documents.terms import Terms

FILES = sorted(settings.CASES_DIR.glob("*.json"))
each_case = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def test_there_are_five_cases() -> None:
    assert [file.stem for file in FILES] == [
        "hanyang",
        "jiefangqu",
        "pingfangqu",
        "yanliuyuan",
        "yucai",
    ]


@each_case
def test_a_case_has_no_fault(file: Path, terms: Terms) -> None:
    assert file_checks.file_faults(file, terms) == []


@each_case
def test_a_file_is_named_after_its_case(file: Path) -> None:
    assert serialization.read_file(file).slug == file.stem


@each_case
def test_a_file_is_in_the_written_form(file: Path) -> None:
    assert serialization.write(serialization.read_file(file)) == file.read_bytes()


@each_case
def test_a_case_reports_at_least_15_measures(file: Path) -> None:
    assert len(serialization.read_file(file).measures) >= 15


@each_case
def test_every_question_of_the_glance_was_looked_at(file: Path) -> None:
    glance = serialization.read_file(file).glance
    assert "not_coded" not in [answer["state"] for answer in glance.model_dump().values()]


@pytest.mark.usefixtures("vocabulary")
def test_loading_twice_changes_nothing_and_dumping_gives_the_files_back(tmp_path: Path) -> None:
    call_command("loadcases", stdout=StringIO())
    again = StringIO()
    call_command("loadcases", stdout=again)
    assert again.getvalue().splitlines()[-1] == "0 created, 0 updated, 5 unchanged"
    call_command("dumpcases", tmp_path, stdout=StringIO())
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in FILES
    }
