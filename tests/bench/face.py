"""The site with its five cases on a phone: Lighthouse, weights and axe.

`python -m tests.bench.face` runs only this part.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError

from playwright.sync_api import Browser, sync_playwright

from tests import axe, chromium
from tests.bench import report
from tests.weights import CSS, HTML, REQUESTS, SCRIPT

HERE = Path(__file__).resolve().parent
BASE_DIR = HERE.parent.parent
MARKS = ("<!-- face -->", "<!-- end of face -->")
PORT = 8103
START_LIMIT = 60  # seconds until the server answers
RUNS = 3  # Lighthouse runs per page: the table has the median
PAGES = {
    "overview": "/",
    "list": "/cases/",
    "case": "/cases/hanyang/",
    "measure type": "/measures/street-lighting/",
    "matrix": "/matrix/",
}
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}


@dataclass(frozen=True)
class Found:
    """The results for one page: Lighthouse's report of each run, and the number of axe findings."""

    address: str
    runs: Sequence[Mapping[str, Any]]
    faults: Sequence[str]

    def score(self, category: str) -> float:
        """Out of 100, the median of the runs."""
        scores = [run["categories"][category]["score"] or 0 for run in self.runs]
        return 100 * median(scores)

    def number(self, audit: str) -> float:
        return median(run["audits"][audit]["numericValue"] for run in self.runs)

    def weight(self, kind: str) -> int:
        """Transferred bytes of all requests of a kind, with headers."""
        return sum(item["transferSize"] for item in self._requests if item["resourceType"] == kind)

    @property
    def request_count(self) -> int:
        return len(self._requests)

    def lacking(self) -> Iterator[str]:
        """The audits below the full score in any run."""
        lacks = {
            f"{name}: {run['audits'][ref['id']]['title']}"
            for run in self.runs
            for name, category in run["categories"].items()
            for ref in category["auditRefs"]
            if ref["weight"] and (run["audits"][ref["id"]]["score"] or 0) < 1
            if run["audits"][ref["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
        }
        yield from sorted(lacks)

    @property
    def _requests(self) -> list[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = self.runs[0]["audits"]["network-requests"]["details"][
            "items"
        ]
        return items


def run(work: Path, readme: Path | None, port: int = PORT, runs: int = RUNS) -> None:
    """Prints the tables, and inserts them into `readme` if given."""
    npm = shutil.which("npm")
    if not (chromium.PATH and npm):
        print("bench: no Chromium or no npm here: Lighthouse and axe are left out")
        return
    lighthouse = _installed(npm, work / "lighthouse")
    with _serving(work / "face", port) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        faults = {path: list(_axe(browser, base, path)) for path in PAGES.values()}
        browser.close()
        found = [
            Found(path, [_lighthouse(lighthouse, f"{base}{path}") for _ in range(runs)], messages)
            for path, messages in faults.items()
        ]
    tables = text(found)
    print(tables)
    if readme:
        report.record(tables, readme, MARKS)


def text(found: Sequence[Found]) -> str:
    version = found[0].runs[0]["lighthouseVersion"]
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    heads = (*CATEGORIES.values(), "axe", "HTML", "CSS", "script", "requests", "CLS", "LCP ms")
    lines = [
        f"{time.strftime('%Y-%m-%d')}, Lighthouse {version}, mobile, median of "
        f"{len(found[0].runs)}, load at the end {load}; bytes with their headers.\n",
        f"| page | {' | '.join(heads)} |",
        f"|---{'|--:' * len(heads)}|",
        *(row(name, page) for name, page in zip(PAGES, found, strict=True)),
    ]
    lacks = [f"- {page.address} {lack}" for page in found for lack in page.lacking()]
    faults = [f"- {page.address} axe: {fault}" for page in found for fault in page.faults]
    listed = ["", "What costs points:", "", *lacks, *faults] if lacks or faults else []
    return "\n".join([*lines, *listed, ""])


def row(name: str, page: Found) -> str:
    scores = [_marked(score := page.score(key), score == 100) for key in CATEGORIES]
    shift = page.number("cumulative-layout-shift")
    cells = (
        *scores,
        _marked(len(page.faults), not page.faults),
        _marked(html := page.weight("Document"), html <= HTML),
        _marked(css := page.weight("Stylesheet"), css <= CSS),
        _marked(script := page.weight("Script"), script <= SCRIPT),
        _marked(page.request_count, page.request_count <= REQUESTS),
        _marked(round(shift, 3), shift == 0),
        f"{page.number('largest-contentful-paint'):,.0f}",
    )
    return f"| {name} | {' | '.join(cells)} |"


def _marked(value: float, is_reached: bool) -> str:
    """A number that misses its target is bold."""
    return f"{value:,g}" if is_reached else f"**{value:,g}**"


def _axe(browser: Browser, base: str, path: str) -> Iterator[str]:
    """Every rule, on the page in both languages and both schemes."""
    for prefix in ("", "/en"):
        for scheme in ("light", "dark"):
            page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"{base}{prefix}{path}")
            axe.load(page)
            for fault in axe.in_words(axe.run(page, axe.everything())["violations"]):
                yield f"{prefix}{path} {scheme}: {fault}"
            page.close()


def _lighthouse(program: Path, address: str) -> Mapping[str, Any]:
    options = (
        *("--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"),
        f"--chrome-flags=--headless=new {' '.join(chromium.FLAGS)}",
    )
    environment = {**os.environ, "CHROME_PATH": str(chromium.PATH)}
    done = subprocess.run(
        [program, address, *options], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        sys.exit(f"bench: Lighthouse failed on {address}: {done.stderr.decode()[-500:]}")
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _installed(npm: str, folder: Path) -> Path:
    """The pinned Lighthouse, installed if the pins have changed."""
    pins = (HERE / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "ready"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != pins:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=folder, check=False).returncode:
            sys.exit("bench: Lighthouse could not be installed; is the network there?")
        stamp.write_text(pins, encoding="utf-8")
    return folder / "node_modules" / ".bin" / "lighthouse"


@contextmanager
def _serving(data: Path, port: int) -> Iterator[str]:
    """The site as served by `make serve`, ended by its process id."""
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    environment = {**os.environ, "CASELIB_DATA_DIR": str(data)}
    # Its output is the desk's password, which is not needed here.
    server = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        _await(server, f"{base}/healthz")
        yield base
    finally:
        server.terminate()
        server.wait(timeout=START_LIMIT)


def _await(server: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=START_LIMIT)
            return
        except URLError:
            time.sleep(0.2)
    sys.exit(f"bench: the site does not answer on {address}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.face", description=__doc__)
    parser.add_argument("--work", type=Path, default=BASE_DIR / "var" / "bench")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--runs", type=int, default=RUNS, help="of Lighthouse, for each page")
    parser.add_argument("--record", action="store_true", help="put the figures into README.md")
    options = parser.parse_args()
    readme = HERE / "README.md" if options.record else None
    run(options.work.resolve(), readme, options.port, options.runs)


if __name__ == "__main__":
    main()
