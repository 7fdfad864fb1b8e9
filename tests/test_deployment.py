"""Operation: backup and restore, reader processes, and the doctor."""

import json
import subprocess
import sys
import tarfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from stories.management.commands.grants import public_tables
from stories.models.case import Case
from stories.models.search_index import IndexedText, Revision
from stories.models.version import OpenRedaction, Version
from stories.publishing import backup
from tests.commands import refusal, run
from tests.pages import MACHINE_FORMATS, PAGES
from tests.test_ground import run as run_process

# Prints status and hash of the response at each address, as JSON.
ASK = """
import hashlib, json, sys, django
django.setup()
from django.test import Client
client = Client(SERVER_NAME="localhost")
found = {}
for address in json.loads(sys.argv[1]):
    response = client.get(address)
    found[address] = [response.status_code, hashlib.sha256(response.content).hexdigest()]
print(json.dumps(found))
"""
DESK = ["/admin/", "/en/admin/login/", "/admin/jsi18n/"]
KEY = "3132333435363738393031323334353637383930"  # of a TOTP app, in hexadecimal
# Two people: one with a second factor, one whose password is to be changed.
PEOPLE = f"""
from django.contrib.auth.models import User
from django_otp.oath import totp
from caselib import second_factor
from stories.models.initial_passwords import InitialPassword
words = {{"password": "a lamp in every lane"}}
li, wang = (User.objects.create_superuser(name, **words) for name in ("li", "wang"))
assert second_factor.set_up(li, "{KEY}", f"{{totp(bytes.fromhex('{KEY}'), t0=30):06d}}")
InitialPassword.objects.set_for(wang)
"""
# Where each is led at the desk: the right password alone, and then the code; the password alone.
LOG_IN = f"""
from django.test import Client
from django_otp.oath import totp
login, desk = "/en/admin/login/", "/en/admin/stories/case/"
words = {{"password": "a lamp in every lane"}}
li, wang = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
li.post(login, words | {{"username": "li"}})
print(li.get(desk).status_code)
li.post(login, {{"code": f"{{totp(bytes.fromhex('{KEY}')):06d}}"}})
print(li.get(desk).status_code)
wang.post(login, words | {{"username": "wang"}})
print(wang.get(desk).headers["Location"])
"""
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="copies a file of SQLite")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="asks for a role")


def manage(data: Path, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return run_process(sys.executable, "manage.py", *command, CASELIB_DATA_DIR=data, **settings)


def answers(data: Path, addresses: list[str], **settings: str) -> dict[str, list[Any]]:
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "CASELIB_DATA_DIR": data}
    asked = run_process(
        *(sys.executable, "-c", ASK, json.dumps(addresses)), **environment, **settings
    )
    assert asked.returncode == 0, asked.stderr
    return dict(json.loads(asked.stdout))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the five cases, and an unreferenced file among the pictures."""
    folder = tmp_path_factory.mktemp("library") / "data"
    folder.mkdir()
    assert manage(folder, "migrate", "-v0").returncode == 0
    assert manage(folder, "loadcases").returncode == 0
    people = manage(folder, "shell", "-v0", "-c", PEOPLE)
    assert people.returncode == 0, people.stderr
    (folder / "pictures").mkdir()
    (folder / "pictures" / f"{'a' * 32}-480.webp").write_bytes(b"picture")
    return folder


@pytest.fixture(scope="module")
def made(data: Path) -> Path:
    """The backup of the data folder."""
    file = data.parent / "backup.tar"
    result = manage(data, "backup", str(file))
    assert result.stdout == f"{file} (files: 2); it holds accounts: keep it private\n"
    return file


# ---------------------------------------------------------------- backup and restore


def test_a_restored_library_answers_byte_for_byte(data: Path, made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    result = manage(other, "restore", str(made))
    assert (result.stdout, result.stderr) == (
        f"2 files restored in {other}; make serve starts it\n",
        "",
    )
    assert sorted(p.name for p in other.iterdir()) == ["caselib.sqlite3", "pictures", "secret-key"]
    addresses = [*PAGES, *MACHINE_FORMATS]
    found = answers(other, addresses)
    assert found == answers(data, addresses)
    assert {status for status, _hash in found.values()} == {200}


def test_people_log_in_to_a_restored_library_as_before(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert manage(other, "restore", str(made)).returncode == 0
    result = manage(other, "shell", "-v0", "-c", LOG_IN)
    assert result.stdout.splitlines() == ["302", "200", "/en/admin/password_change/"], result.stderr


def test_a_backup_is_for_its_owner_and_replaces_no_file(data: Path, made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0
    before = made.read_bytes()
    result = manage(data, "backup", str(made))
    assert result.stderr == f"CommandError: {made} exists already; name another file\n"
    assert made.read_bytes() == before
    assert {p.name for p in made.parent.iterdir()} == {"backup.tar", "data"}


def test_only_an_empty_folder_is_restored_into(data: Path, made: Path) -> None:
    result = manage(data, "restore", str(made))
    assert (result.returncode, result.stdout) == (1, "")
    assert "is not empty: it holds caselib.sqlite3" in result.stderr


def rewritten(made: Path, to: Path, change: Any) -> Path:
    """The backup with changed members: {name: content}."""
    with tarfile.open(made) as tar:
        members = {m.name: getattr(tar.extractfile(m), "read", bytes)() for m in tar}
    change(members)
    with tarfile.open(to, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return to


PICTURE = f"pictures/{'a' * 32}-480.webp"
DAMAGES: dict[str, tuple[Any, str]] = {
    "changed": (lambda m: m.update({PICTURE: b"other"}), "is not what the manifest says"),
    "missing": (lambda m: m.pop(PICTURE), "is not what the manifest says"),
    "added": (lambda m: m.update({f"pictures/{'b' * 32}-1.webp": b"x"}), "is not what"),
    "outside": (lambda m: m.update({"../evil": b"x"}), "it holds '../evil'"),
    "absolute": (lambda m: m.update({"/tmp/evil": b"x"}), "it holds '/tmp/evil'"),
    "no manifest": (lambda m: m.pop("manifest.json"), "no backup of caselib"),
    "broken manifest": (lambda m: m.update({"manifest.json": b"[1"}), "manifest of this backup"),
    "newer": (
        lambda m: m.update(
            {"manifest.json": m["manifest.json"].replace(b"stories.0019", b"stories.9019")}
        ),
        "of a newer release",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_leaves_the_folder_empty(damage: str, made: Path, tmp_path: Path) -> None:
    change, reason = DAMAGES[damage]
    file, folder = rewritten(made, tmp_path / "damaged.tar", change), tmp_path / "data"
    with pytest.raises(backup.BackupError, match=reason):
        backup.restore(file, folder, lambda _text: None)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("length", [0, 100, 5000, 100_000])
def test_a_backup_that_is_cut_off_leaves_the_folder_empty(
    length: int, made: Path, tmp_path: Path
) -> None:
    (tmp_path / "cut.tar").write_bytes(made.read_bytes()[:length])
    with pytest.raises(backup.BackupError):
        backup.restore(tmp_path / "cut.tar", tmp_path / "data", lambda _text: None)
    assert list((tmp_path / "data").iterdir()) == []


# ---------------------------------------------------------------- reader processes


def test_a_reader_serves_the_same_pages_and_no_desk(data: Path) -> None:
    addresses = [*PAGES, *MACHINE_FORMATS, "/readyz"]
    found = answers(data, addresses, CASELIB_ROLE="reader")
    assert found == answers(data, addresses)
    refused = answers(data, DESK, CASELIB_ROLE="reader")
    assert {status for status, _hash in refused.values()} == {404}


def test_a_reader_cannot_write(data: Path) -> None:
    code = "from stories.models import Case; Case.objects.all().delete()"
    result = manage(data, "shell", "-v0", "-c", code, CASELIB_ROLE="reader")
    assert "attempt to write a readonly database" in result.stderr


def test_the_grants_are_of_public_tables_alone() -> None:
    granted = public_tables()
    assert {"stories_version", "stories_publication", "stories_revision"} <= set(granted)
    assert not {t for t in granted if t.startswith(("auth", "django", "axes"))}
    assert not {"stories_case", "stories_measure", "stories_metric", "stories_picture"} & {*granted}
    printed = run("grants", role="readers")
    assert f'GRANT SELECT ON "{granted[0]}"' in printed and 'TO "readers";' in printed
    assert "named by letters" in refusal("grants", role="a; DROP")[1]


@on_postgresql
@pytest.mark.usefixtures("library")
@pytest.mark.django_db
def test_a_role_with_these_grants_reads_every_page(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE caselib_reader")
        cursor.execute(run("grants"))
        cursor.execute("SET LOCAL ROLE caselib_reader")
        try:
            assert {client.get(address).status_code for address in PAGES} == {200}
        finally:
            cursor.execute("RESET ROLE")


# ---------------------------------------------------------------- the doctor


@pytest.fixture
def healthy(library: None, db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    settings.DATA_DIR = tmp_path


@pytest.mark.usefixtures("healthy")
def test_a_healthy_library_has_nothing_astray() -> None:
    assert run("doctor") == "nothing is astray\n"


@pytest.mark.usefixtures("healthy")
def test_the_doctor_names_and_mends_index_revision_pictures_and_changes() -> None:
    IndexedText.objects.filter(publication__slug="yucai").delete()
    Revision.objects.all().delete()
    Case.objects.filter(slug="hanyang").update(changed_at=now() + timedelta(days=2))
    output, error = refusal("doctor")
    assert output.splitlines() == [
        "stale index: yucai: manage.py reindex",
        "no revision: manage.py reindex",
        "changed in the future: hanyang: set the clock, then save these cases or use --mend",
    ]
    assert error == "astray: 3; --mend does what can be done"
    assert run("doctor", mend=True).endswith("nothing is astray\n")
    assert run("doctor") == "nothing is astray\n"


@pytest.mark.usefixtures("healthy", "no_han_font")
def test_the_doctor_names_what_only_a_person_can_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    OpenRedaction.objects.create()
    Version.objects.filter(publication__slug="yucai").update(sha256="0" * 64)
    Version.objects.filter(publication__slug="hanyang").update(
        published_at=now() + timedelta(days=2)
    )
    monkeypatch.setattr("stories.publishing.diagnosis.LEAST_SPACE", 2**60)
    output, error = refusal("doctor", mend=True)
    lines = output.splitlines()
    assert [line.split(":")[0].split(" ")[0] for line in lines][1] == "versions"
    assert "make room" in lines[0] and "yucai v1" in lines[1]
    assert "in the future: set the clock" in output
    assert error == "astray: 4"


@pytest.mark.usefixtures("healthy")
def test_the_doctor_removes_files_of_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    file = f"{'c' * 32}-480.webp"
    default_storage.save(file, ContentFile(b"x"))
    monkeypatch.setattr("stories.pictures.storage.STILL_BEING_SAVED", timedelta(0))
    assert file in refusal("doctor")[0]
    assert "mended" in run("doctor", mend=True)
    assert not default_storage.exists(file)
