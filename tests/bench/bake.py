"""The cost of the static export: python -m tests.bench.bake DATA [--out DIR] [--jobs N].

DATA: a data folder with a loaded library, as `tests.bench.load` makes it. The first bake writes
everything, the second nothing; then a browser searches the copy from disk.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import chromium

QUESTIONS = ["路灯", "老旧小区", "加装电梯", "停车 收费", "社区", "水", "lamp", "老旧小区改造资金"]


@dataclass(frozen=True)
class Measured:
    files: int  # without their compressed forms
    pages: int
    wall: float  # seconds
    processor: float  # seconds, of all processes
    memory: float  # MB, of the largest process


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bake", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("var/bench/site"))
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    for name in ("first", "again"):
        found = baked(options.data, options.out, options.jobs)
        rate = found.pages / found.processor
        print(
            f"| {name} | {found.files:,} files | {found.pages:,} pages | {found.wall:,.0f} s | "
            f"{found.processor:,.0f} s of processors | {rate:,.0f} pages a second a core | "
            f"{found.memory:,.0f} MB |",
            flush=True,
        )
    for question, files, plain, compressed in searched(options.out.resolve()):
        print(f"| {question} | {files} files | {plain:,.0f} kB | {compressed:,.0f} kB with br |")
    print(f"load before: {load}")


def baked(data: Path, out: Path, jobs: int) -> Measured:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "manage.py", "bake", str(out), "--jobs", str(jobs)],
        env={**os.environ, "CASELIB_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    files, pages = map(int, re.findall(r"\d+", done.stdout)[:2])
    return Measured(files, pages, wall, used, after.ru_maxrss / 1024)


def searched(site: Path) -> Iterator[tuple[str, int, float, float]]:
    """(question, files loaded, kB, kB compressed) of a search until its results are shown, without
    style sheets and the page itself, but with the search script."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        for question in QUESTIONS:
            page = browser.new_page()
            loaded: list[Path] = []
            page.on("request", lambda request, to=loaded: to.append(_file(request.url)))
            page.goto(f"{(site / 'cases' / 'index.html').as_uri()}?q={question}")
            page.wait_for_selector("html[data-searched]", timeout=120_000)
            scripts = [file for file in loaded if file.suffix == ".js"]
            small = [Path(f"{file}.br") for file in scripts]
            pairs = zip(scripts, small, strict=True)
            compressed = sum((br if br.exists() else file).stat().st_size for file, br in pairs)
            plain = sum(file.stat().st_size for file in scripts)
            yield question, len(scripts), plain / 1000, compressed / 1000
            page.close()
        browser.close()


def _file(url: str) -> Path:
    return Path(url.removeprefix("file://").partition("?")[0])


if __name__ == "__main__":
    main()
