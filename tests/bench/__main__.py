"""The benchmarks: python -m tests.bench [--sizes 10000]; described in README.md here."""

import argparse
import hashlib
import http.client
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

from tests.bench import face, load, report
from tests.judged_queries import JUDGED

BASE_DIR = Path(__file__).resolve().parent.parent.parent
README = Path(__file__).with_name("README.md")
SYSTEMS = ("caselib", "plain", "hello")  # first of several consecutive ports
WORKERS = 2
START_LIMIT = 60  # seconds until a server answers
# Options of the rig's driver.
COLD = ("--probe-only", "--probe", "40")
WARM = ("--rounds", "5", "--duration", "2", "--probe", "4", "--close")
SHIPPED = ("/cases/hanyang/", "/en/cases/hanyang/")
FIRST = ("/cases/", "/", "/metrics/")  # requested immediately after a publication
PAGES = 100  # per class; all of them fit into the cache of a worker
# Parts of stories/ that the loaded database depends on, besides the loader itself.
MADE_FROM = ("choices.py", "reading", "documents", "models", "search", "publishing", "migrations")


@dataclass(frozen=True)
class Bench:
    rig: Path
    work: Path
    ports: Mapping[str, int]

    def run(self, size: int) -> report.Figures:
        """Both phases; each restarts its servers, so that no cache survives."""
        corpus = self.work / "corpus" / str(size)
        data = self._loaded(corpus, size)
        cold, warm, plain = _dialects(self.rig, self.work, corpus)
        with ExitStack() as servers:
            servers.enter_context(self._caselib(data))
            servers.enter_context(self._peer("plain", str(size)))
            dialects = {"caselib": str(cold), "plain": str(plain)}
            found = self._measured(corpus, f"cold-{size}", dialects, *COLD)
        with ExitStack() as servers:
            servers.enter_context(self._caselib(data))
            pages = self._rendered(corpus, size, warm)
            servers.enter_context(self._peer("hello", str(pages)))
            dialects = {"caselib": str(warm), "hello": str(pages / "urls.json")}
            _warm_up(warm, self.ports["caselib"])
            kept = self._measured(corpus, f"warm-{size}", dialects, *WARM)
        published = self._published(data, corpus, size, FIRST)
        loaded = json.loads((data / load.LOADED).read_text())
        return report.Figures(size, loaded, cold=found, warm=kept, published=published)

    def shipped(self, size: int) -> report.Publications:
        """The shipped cases, beside the plain site with as many."""
        data = self.work / "caselib-shipped"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        for command in ("migrate", "loadcases"):
            _run(sys.executable, "manage.py", command, "-v0", CASELIB_DATA_DIR=data)
        self._collect_static(data)
        return self._published(data, self.work / "corpus" / str(size), size, SHIPPED)

    def _published(
        self, data: Path, corpus: Path, size: int, paths: Iterable[str]
    ) -> report.Publications:
        out = data / "publications.json"
        addresses = {name: f"http://127.0.0.1:{self.ports[name]}" for name in ("caselib", "plain")}
        with ExitStack() as servers:
            servers.enter_context(self._caselib(data))
            servers.enter_context(self._peer("plain", str(size)))
            command = (sys.executable, "-m", "tests.bench.publications", *paths)
            options = ("--base", addresses["caselib"], "--plain", addresses["plain"])
            options = (*options, "--corpus", corpus, "--out", out)
            _run(*command, *options, CASELIB_DATA_DIR=data)
        return report.Publications(**json.loads(out.read_text()))

    def _loaded(self, corpus: Path, size: int) -> Path:
        """A data folder with the corpus, rebuilt if its inputs are newer."""
        made_from = hashlib.sha256(b"".join(file.read_bytes() for file in _made_from()))
        data = self.work / f"caselib-{size}"
        stamp = data / "made-from"
        if not stamp.exists() or stamp.read_text() != made_from.hexdigest():
            for file in data.glob("caselib.sqlite3*"):
                file.unlink()
            _run(sys.executable, "-m", "tests.bench.load", corpus, "--data", data)
            stamp.write_text(made_from.hexdigest())
        self._collect_static(data)
        return data

    def _collect_static(self, data: Path) -> None:
        collect = (sys.executable, "manage.py", "collectstatic", "--noinput", "-v0")
        _run(*collect, CASELIB_DATA_DIR=data)

    def _rendered(self, corpus: Path, size: int, dialect: Path) -> Path:
        """A folder with the pages of our running site, for a static file server."""
        pages = self.work / f"pages-{size}"
        address = f"http://127.0.0.1:{self.ports['caselib']}"
        options = ("--corpus", corpus, "--base", address, "--dialect", dialect, "--out", pages)
        _run(sys.executable, self.rig / "render.py", *options, "--max", PAGES)
        return pages

    def _measured(
        self, corpus: Path, name: str, dialects: Mapping[str, str], *options: str
    ) -> Mapping[str, Any]:
        """The results of the rig's driver for two running systems."""
        systems = [
            f"{system}=http://127.0.0.1:{self.ports[system]}@{dialect}"
            for system, dialect in dialects.items()
        ]
        out = self.work / "run" / name
        _run("bash", self.rig / "run.sh", corpus, *systems, out, *options)
        found: Mapping[str, Any] = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
        return found

    def _caselib(self, data: Path) -> Any:
        bind = f"127.0.0.1:{self.ports['caselib']}"
        command = (sys.executable, "-m", "gunicorn", "-c", "python:caselib.gunicorn_conf")
        command = (*command, "--bind", bind, "caselib.wsgi")
        return _serving(self.ports["caselib"], *command, CASELIB_DATA_DIR=data)

    def _peer(self, name: str, what: str) -> Any:
        port = self.ports[name]
        return _serving(port, "bash", self.rig / "serve.sh", self.work, name, what, port)


def _made_from() -> Iterator[Path]:
    for name in MADE_FROM:
        path = BASE_DIR / "stories" / name
        yield from sorted(path.glob("*.py")) if path.is_dir() else [path]
    for name in ("corpus.py", "rows.py", "load.py"):
        yield Path(__file__).with_name(name)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rig", type=Path, default=BASE_DIR.parent / "shared" / "bench")
    parser.add_argument("--work", type=Path, default=BASE_DIR / "var" / "bench")
    parser.add_argument("--sizes", default="10000,100000", help="numbers of cases")
    parser.add_argument("--port", type=int, default=8100, help="the first of three")
    parser.add_argument("--record", action="store_true", help="put the figures into README.md")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    # Ended from outside, it ends its servers all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended before it was done"))
    face.run(options.work.resolve(), README if options.record else None)
    if not (options.rig / "load.py").is_file():
        sys.exit(f"bench: there is no measuring rig in {options.rig}: name it with --rig")
    _run("bash", options.rig / "setup.sh", options.work, *sizes)
    ports = {name: options.port + n for n, name in enumerate(SYSTEMS)}
    bench = Bench(options.rig.resolve(), options.work.resolve(), ports)
    shipped = bench.shipped(sizes[0])
    text = report.text(shipped, [bench.run(size) for size in sizes])
    (bench.work / "figures.md").write_text(text, encoding="utf-8")
    print(text)
    if options.record:
        report.record(text, README)


def _dialects(rig: Path, work: Path, corpus: Path) -> tuple[Path, Path, Path]:
    """Addresses in the format of the rig's driver: ours for single requests and for load, and
    plain's.

    A class with one address could be cold only once: an unused parameter makes many of it.
    """
    ours = _classes(rig / "dialects" / "caselib.json")
    cold = ours | {
        "home": {"n": 50, "t": ["/?cold={page}"]},
        report.MATRIX: {"n": 50, "t": ["/matrix/?cold={page}"]},
        report.NEAR: {"paths": [f"/cases/?{urlencode({'q': q})}" for q in _questions()]},
    }
    addresses = runpy.run_path(str(rig / "load.py"))["Corpus"](str(corpus)).urls
    warm = {
        name: spec if "of" in spec else {"paths": [path for path, _ in addresses(spec, 1)][:PAGES]}
        for name, spec in ours.items()
    } | {report.MATRIX: {"paths": ["/matrix/"]}}
    plain = _classes(rig / "dialects" / "plain.json")
    plain.pop(report.MATRIX, None)
    files = tuple(work / "run" / f"{name}.json" for name in ("cold", "warm", "plain"))
    for file, classes in zip(files, (cold, warm, plain), strict=True):
        file.write_text(json.dumps({"classes": classes}))
    return files[0], files[1], files[2]


def _questions() -> list[str]:
    """Judged questions without exact results, so that near results are computed."""
    return [judged.q for judged in JUDGED if judged.kind in ("question", "slip", "pinyin")][:50]


def _classes(file: Path) -> dict[str, Any]:
    classes: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["classes"]
    return classes


def _warm_up(dialect: Path, port: int) -> None:
    """Request every page often enough that each worker has served it."""
    paths = [path for spec in _classes(dialect).values() for path in spec.get("paths", [])]
    for path in paths * (4 * WORKERS):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=START_LIMIT)
        asked.request("GET", path, headers={"Accept-Encoding": "br, gzip", "Connection": "close"})
        asked.getresponse().read()
        asked.close()


@contextmanager
def _serving(port: int, *command: object, **environment: object) -> Iterator[None]:
    """Run a server in the background for the block; it is ended by its process id."""
    server = subprocess.Popen(_words(command), cwd=BASE_DIR, env=_environment(environment))
    try:
        _await(port, server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=START_LIMIT)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    address = f"http://127.0.0.1:{port}/no-such-page"
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=START_LIMIT)
        except URLError as error:
            if hasattr(error, "code"):
                return
        time.sleep(0.2)
    sys.exit(f"bench: nothing answers on port {port}")


def _run(*command: object, **environment: object) -> None:
    """Ends the benchmark if the command fails, which has printed the reason."""
    done = subprocess.run(_words(command), cwd=BASE_DIR, env=_environment(environment), check=False)
    if done.returncode:
        sys.exit(f"bench: {' '.join(_words(command))} failed")


def _words(command: Iterable[object]) -> list[str]:
    return [str(word) for word in command]


def _environment(more: Mapping[str, object]) -> dict[str, str]:
    return {**os.environ, **{name: str(value) for name, value in more.items()}}


if __name__ == "__main__":
    main()
