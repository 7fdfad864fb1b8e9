"""Long commands: progress on terminals only, and Ctrl-C, which leaves nothing half-done."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from stories.documents import serialization
from stories.management.commands import _progress
from stories.management.commands._progress import CLEAR
from stories.models.search_index import Posting, Revision
from stories.models.version import Publication, Version
from stories.publishing import importer
from stories.search import writer
from tests import terminal
from tests.attacks.server import environment
from tests.commands import run

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    """`interrupted_at`: sends SIGINT when this text appears, as the kernel does for Ctrl-C."""

    def __init__(self, interrupted_at: str = "") -> None:
        super().__init__()
        self.interrupted_at = interrupted_at

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.interrupted_at and self.interrupted_at in text:
            os.kill(os.getpid(), signal.SIGINT)
        return written


@pytest.fixture(autouse=True)
def every_state_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_progress, "INTERVAL", 0.0)


@pytest.fixture(autouse=True)
def ctrl_c_interrupts() -> Iterator[None]:
    """A shell lets its background jobs ignore SIGINT, and their children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def two_cases(vocabulary: None) -> None:
    for slug in ("hanyang", "yucai"):
        importer.load(serialization.read_file(settings.CASES_DIR / f"{slug}.json"))


def state() -> list[Any]:
    """What readers see, and the content of the index."""
    return [
        list(Version.objects.order_by("pk").values_list("publication__slug", "sha256")),
        list(Posting.objects.order_by("space", "key").values_list("space", "key")),
        list(Revision.objects.values_list("token", "vocabulary")),
    ]


def interrupted(at: str, command: str, *arguments: object) -> tuple[str, str]:
    """(output on the terminal, message about the interrupt)."""
    out, errors = Terminal(at), StringIO()
    with pytest.raises(SystemExit) as caught, pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stderr", errors)
        call_command(command, *map(str, arguments), stdout=out)
    assert caught.value.code == 130
    return out.getvalue(), errors.getvalue()


LINES = {
    "reindex": "2 of 2 cases indexed",
    "checkcases": "1 of 5 documents",
    "loadcases": "1 of 5 documents checked",
    "dumpcases": "1 of 2 cases written",
}


@pytest.mark.parametrize("command", LINES)
@pytest.mark.usefixtures("two_cases")
def test_a_terminal_shows_how_far_it_is_and_a_pipe_nothing_of_it(
    command: str, tmp_path: Path
) -> None:
    arguments = [tmp_path] if command == "dumpcases" else []
    shown = Terminal()
    call_command(command, *map(str, arguments), stdout=shown)
    assert f"{CLEAR}{LINES[command]}" in shown.getvalue()
    assert "\r" not in run(command, *arguments)


@pytest.mark.usefixtures("two_cases")
def test_an_interrupted_index_is_as_it_was() -> None:
    before = state()
    said = interrupted("cases indexed", "reindex")[1]
    assert said == "caselib: interrupted: the index is as it was\n"
    assert (state(), writer.stale()) == (before, [])


@pytest.mark.parametrize("moment", ["2 of 5 documents checked", "1 of 5 documents loaded"])
@pytest.mark.usefixtures("two_cases")
def test_of_an_interrupted_load_nothing_is_there(moment: str) -> None:
    before = state()
    said = interrupted(moment, "loadcases")[1]
    assert (state(), said) == (before, "caselib: interrupted: nothing was loaded\n")
    assert "3 created, 0 updated, 2 unchanged" in run("loadcases")


@pytest.mark.usefixtures("two_cases")
def test_an_interrupted_dump_has_whole_files_alone(tmp_path: Path) -> None:
    said = interrupted("2 of 2", "dumpcases", tmp_path)[1]
    assert "each file whole; run it again" in said
    assert [file.name for file in tmp_path.iterdir()] == ["hanyang.json"]
    assert run("dumpcases", tmp_path) == f"2 documents in {tmp_path}\n"


def test_an_interrupted_check_says_that_it_is_not_complete() -> None:
    shown, said = interrupted("2 of 5", "checkcases")
    assert said == "caselib: interrupted: not all documents were checked\n"
    assert shown.endswith(CLEAR)


@pytest.mark.parametrize("is_dry", [False, True])
@pytest.mark.usefixtures("vocabulary")
def test_pictures_of_what_is_not_loaded_are_not_there_either(tmp_path: Path, is_dry: bool) -> None:
    with_picture(tmp_path)
    stored = set(picture_files())
    if is_dry:
        run("loadcases", tmp_path, dry_run=True)
    else:
        interrupted("2 of 2 documents loaded", "loadcases", tmp_path)
    assert (set(picture_files()), Publication.objects.count()) == (stored, 0)
    run("loadcases", tmp_path)
    assert len(set(picture_files()) - stored) == 2


def test_a_picture_that_was_brought_half_is_brought_again(tmp_path: Path, vocabulary: None) -> None:
    whole = with_picture(tmp_path)
    half = Path(settings.MEDIA_ROOT) / whole[0].name
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(whole[0].read_bytes()[:3])
    run("loadcases", tmp_path)
    assert half.read_bytes() == whole[0].read_bytes()


def with_picture(folder: Path) -> list[Path]:
    """Two documents in a folder, the first with a picture; the picture's files."""
    document = serialization.read_file(settings.CASES_DIR / "hanyang.json")
    words = {"zh": "图", "en": "A picture"}
    picture = {
        "file": os.urandom(16).hex(),
        "sha256": "0" * 64,
        "widths": [480],
        "height": 300,
        "alt": words,
        "caption": None,
        "credit": words,
        "credit_url": None,
        "licence": "cc0-1.0",
    }
    changed = document.model_dump(mode="json", by_alias=True) | {
        "pictures": [picture],
        "checked": None,
    }
    serialization.write_file(folder / "hanyang.json", serialization.shaped(changed))
    shutil.copy(settings.CASES_DIR / "yucai.json", folder)
    files = [folder / "pictures" / f"{picture['file']}-480.{kind}" for kind in ("avif", "webp")]
    files[0].parent.mkdir()
    for file in files:
        file.write_bytes(b"a picture")
    return files


def picture_files() -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    return [file.name for file in root.iterdir()] if root.exists() else []


def test_ctrl_c_at_a_terminal_ends_with_one_line_and_130(tmp_path: Path) -> None:
    for n in range(30):
        shutil.copy(settings.CASES_DIR / "yucai.json", tmp_path / f"{n}.json")
    status, said = terminal.run(
        [sys.executable, "manage.py", "checkcases", str(tmp_path)],
        {**environment(tmp_path / "data"), "TERM": "xterm"},
        ctrl_c_at="1 of 30 documents",
    )
    assert (status, said.split(CLEAR)[-1]) == (
        130,
        "caselib: interrupted: not all documents were checked\r\n",
    )


def test_ctrl_c_before_anything_was_begun_ends_with_one_line(tmp_path: Path) -> None:
    status, said = terminal.run(
        [sys.executable, "manage.py", "checkcases"],
        {**environment(tmp_path / "data"), "TERM": "xterm"},
        ctrl_c_after=0.3,
    )
    assert status in (130, -signal.SIGINT)
    assert said.replace("^C", "").startswith("caselib: interrupted") or status < 0


def test_ctrl_c_while_a_class_is_made_ends_with_one_line(tmp_path: Path) -> None:
    """As while modules are imported."""
    code = """
import os, signal
class Field:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
class Model:
    field = Field()
"""
    status, said = terminal.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        {**environment(tmp_path / "data"), "TERM": "xterm"},
    )
    assert (status, said) == (130, "caselib: interrupted\r\n")
