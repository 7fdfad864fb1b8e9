"""What the checks of the clients ask for: the server, and its data set on disk."""

import os
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError
from zipfile import ZipFile

import pytest

PATIENCE = 120  # seconds until the server answers and has written the data set


@pytest.fixture(scope="session")
def site() -> str:
    site, until = os.environ["LIBRARY"], time.monotonic() + PATIENCE
    while True:
        try:
            read(f"{site}/data/latest.zip")
            return site
        except URLError:
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.5)


@pytest.fixture(scope="session")
def database(site: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fetched(f"{site}/data/latest.sqlite3", tmp_path_factory.mktemp("db") / "caselib.sqlite3")


@pytest.fixture(scope="session")
def package(site: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ZIP, unpacked."""
    folder = tmp_path_factory.mktemp("package")
    with ZipFile(fetched(f"{site}/data/latest.zip", folder / "caselib.zip")) as opened:
        opened.extractall(folder / "caselib")
    return folder / "caselib"


def fetched(address: str, file: Path) -> Path:
    file.write_bytes(read(address))
    return file


def read(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())
