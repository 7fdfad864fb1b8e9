"""Pictures in a bucket of moto's S3 server, which is their only storage."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.attacks.server import ROOT, environment, log_of, prepare, serving
from tests.test_serve import free_port

PROGRAMS = ROOT / ".venv-services" / "bin"
PYTHON = PROGRAMS / "python"
# Stores a picture like the desk, publishes a version with it, and prints its name.
STORE = """
from io import BytesIO
from PIL import Image
from stories.models.version import Publication, PublishedPicture
from stories.pictures import formats, storage
file = BytesIO()
Image.linear_gradient("L").resize((700, 500)).save(file, "PNG")
name = storage.write(formats.read(file.getvalue()))
publication = Publication.objects.get(slug="yucai")
PublishedPicture.objects.create(publication=publication, name=name)
print(name)
"""


@dataclass
class Bucket:
    port: int

    def settings(self, folder: str) -> dict[str, str]:
        url = f"s3://caselib/{folder}?endpoint=http://127.0.0.1:{self.port}&region=us-east-1"
        keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        return {"CASELIB_PICTURES": url, **keys}


@dataclass
class Site:
    data: Path
    settings: dict[str, str]
    port: int

    def manage(self, *command: str) -> str:
        return manage(self.data, self.settings, *command)

    def shell(self, code: str) -> str:
        return self.manage("shell", "-v0", "-c", code).strip()

    def get(self, address: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body


def manage(data: Path, settings: dict[str, str], *command: str) -> str:
    result = subprocess.run(
        [str(PYTHON), "manage.py", *command],
        cwd=ROOT,
        env=environment(data, **settings),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    made = Bucket(free_port())
    command = [str(PROGRAMS / "moto_server"), "-H", "127.0.0.1", "-p", str(made.port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=dict(os.environ), **quiet) as server:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    connection = HTTPConnection("127.0.0.1", made.port, timeout=30)
                    connection.request("PUT", "/caselib")
                    assert connection.getresponse().status == 200
                    connection.close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.2)
            yield made
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def site(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data, settings = tmp_path_factory.mktemp("s3") / "data", bucket.settings("pictures")
    with serving(data, str(PYTHON), **settings) as port:
        yield Site(data, settings, port)
    assert "Traceback" not in log_of(data)


@pytest.fixture(scope="module")
def name(site: Site) -> str:
    return site.shell(STORE)


def test_a_picture_of_a_version_comes_from_the_bucket(site: Site, name: str) -> None:
    status, content = site.get(f"/media/{name}-480.webp")
    assert (status, content[:4], content[8:12]) == (200, b"RIFF", b"WEBP")
    assert not (site.data / "pictures").exists()


def test_a_file_that_is_not_in_the_bucket_is_404(site: Site, name: str) -> None:
    assert site.get(f"/media/{name}-481.webp")[0] == 404


def test_the_doctor_looks_into_the_bucket(site: Site, name: str) -> None:
    assert site.manage("doctor") == "nothing is astray\n"


def test_a_backup_is_restored_into_another_bucket(
    site: Site, name: str, bucket: Bucket, tmp_path: Path
) -> None:
    file, other = tmp_path / "backup.tar", bucket.settings("other")
    site.manage("backup", str(file))
    manage(tmp_path / "restored", other, "restore", str(file))
    restored = tmp_path / "restored"
    assert {entry.name for entry in restored.iterdir()} == {"caselib.sqlite3", "secret-key"}
    prepare(tmp_path / "static")
    for part in ("static", "static-collected"):
        (tmp_path / "static" / part).rename(restored / part)
    address = f"/media/{name}-700.avif"
    with serving(restored, str(PYTHON), **other) as port:
        assert Site(restored, other, port).get(address) == site.get(address)


def test_a_picture_of_a_withdrawn_case_is_not_public(site: Site, name: str) -> None:
    site.shell("from stories.publishing import publisher; publisher.withdraw('yucai')")
    time.sleep(1)
    assert site.get(f"/media/{name}-480.webp")[0] == 404
