"""The base of the project: pinned dependencies, settings, and the Makefile's set-up."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text()
PINS = [pin for pin in re.split(r"\n(?=\S)", LOCK) if not pin.startswith("#")]


def run(*command: str | Path, **environment: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs without the settings of the user who runs the tests; at most 60 seconds."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CASELIB_", "MAKE", "MFLAGS"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**kept, **{name: str(value) for name, value in environment.items()}},
        capture_output=True,
        text=True,
        timeout=60,
    )


def read_settings(data_dir: Path, **environment: str | Path) -> subprocess.CompletedProcess[str]:
    return run(
        *(sys.executable, "-c", "import caselib.settings"),
        **{"CASELIB_DATA_DIR": data_dir, **environment},
    )


# ---------------------------------------------------------------- dependencies


def test_the_lock_file_holds_no_address_and_no_path() -> None:
    assert not re.findall(r"\w+://|index|find-links|file:|\s/\w+", LOCK)


def test_every_pin_has_one_version_and_a_hash() -> None:
    assert len(PINS) > 20
    for pin in PINS:
        assert re.match(r"[a-z0-9-]+==[\w.]+[ ;\\]", pin), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[~>=]", line)[0].lower() for line in direct}
    assert names - {pin.split("==")[0] for pin in PINS} == set()


def test_the_lock_file_says_how_it_is_renewed() -> None:
    assert "make lock" in LOCK[:200]


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CASELIB_DEBUGG", "true"),
        ("CASELIB_DEBUG", "yes"),
        ("CASELIB_HTTPS", "1"),
        ("CASELIB_WORKERS", "two"),
        ("CASELIB_WORKERS", "0"),
        ("CASELIB_TRUSTED_PROXIES", "-1"),
        ("CASELIB_DATABASE_URL", "mysql://127.0.0.1/caselib"),
        ("CASELIB_DATABASE_URL", "sqlite:///"),
        ("CASELIB_PICTURES", "https://bucket.example/"),
        ("CASELIB_PICTURES", "s3://bucket?endpont=http://127.0.0.1"),
        ("CASELIB_DATABASE_URL", "postgres://desk:secret@127.0.0.1:port/caselib"),
    ],
)
def test_a_setting_that_is_not_understood_is_refused_in_one_line(
    tmp_path: Path, variable: str, value: str
) -> None:
    result = read_settings(tmp_path, **{variable: value})
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(f"caselib: {variable}.*\n", result.stderr)
    assert "secret" not in result.stderr


def test_a_data_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = read_settings(tmp_path / "file" / "data")
    assert result.returncode == 1
    assert re.fullmatch(r"caselib: cannot write .*: set CASELIB_DATA_DIR .*\n", result.stderr)


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    read_settings(tmp_path)
    key = tmp_path / "secret-key"
    made = key.read_text()
    read_settings(tmp_path)
    assert key.read_text() == made
    assert len(made) > 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff\x00" * 99, "密".encode() * 99])
def test_a_file_without_a_key_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret-key").write_bytes(content)
    result = read_settings(tmp_path)
    assert (result.returncode, result.stderr) == (
        1,
        f"caselib: {tmp_path}/secret-key holds no key: remove it; another is made, and everybody "
        "logs in again\n",
    )


def test_a_secret_key_from_outside_is_not_written_down(tmp_path: Path) -> None:
    assert read_settings(tmp_path, CASELIB_SECRET_KEY="given").returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_manage_names_what_a_bare_python_lacks(tmp_path: Path) -> None:
    result = run(sys.executable, "-S", "manage.py", "check", CASELIB_DATA_DIR=tmp_path)
    assert result.returncode == 1
    assert re.fullmatch(r"caselib: django is not installed .*\n", result.stderr)


# ---------------------------------------------------------------- set-up


def stand_in(folder: Path, script: str) -> Path:
    """A fake Python: a shell script."""
    file = folder / "python"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def make(venv: Path, python: str | Path) -> list[str]:
    """The output of `make setup` in a fresh folder, without make's closing line."""
    result = run("make", "setup", f"VENV={venv}", f"PYTHON={python}")
    assert result.returncode == 2
    assert not (venv / "ready").exists()
    return [
        line
        for line in (result.stdout + result.stderr).splitlines()
        if not line.startswith("make: ***")
    ]


def test_a_missing_python_is_named_in_one_line(tmp_path: Path) -> None:
    (line,) = make(tmp_path / "venv", "no-such-python")
    assert line.startswith("caselib: there is no no-such-python: install Python 3.11")


def test_an_old_python_is_named_in_one_line(tmp_path: Path) -> None:
    (line,) = make(tmp_path / "venv", stand_in(tmp_path, "exit 1"))
    assert line.endswith("is older than 3.11: name a newer one with PYTHON=…")


def test_a_python_without_venv_is_named_in_one_line(tmp_path: Path) -> None:
    python = stand_in(tmp_path, 'case "$2" in *venv*) exit 1;; esac')
    (line,) = make(tmp_path / "venv", python)
    assert "has no venv" in line


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (line,) = make(tmp_path / "file" / "venv", sys.executable)
    assert line.startswith("caselib: cannot write in ")


def test_a_failed_installation_leaves_no_stamp(tmp_path: Path) -> None:
    pip = tmp_path / "venv" / "bin" / "python"
    pip.parent.mkdir(parents=True)
    stand_in(pip.parent, 'case "$*" in *install*) exit 1;; esac')
    first, last = make(tmp_path / "venv", sys.executable)
    assert first.startswith("setting up ")
    assert last.startswith("caselib: the pinned packages could not be installed")
