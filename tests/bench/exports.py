"""The cost of exports: python -m tests.bench.exports [--cases 6000].

Each is measured in its own process, on a library of copies of the shipped cases, at a tenth of the
size and at full size.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import django
import orjson
from django.core.management import call_command
from django.utils.module_loading import import_string
from django.utils.timezone import now

BASE_DIR = Path(__file__).resolve().parent.parent.parent
CHUNK = 200  # cases written at once
ADDRESSES = ("/cases.csv", "/cases.jsonl", "/metrics.csv", "/metrics.jsonl")
DATA_SET = "data set"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.exports", description=__doc__)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.measure)))
        return
    for cases in (options.cases // 10, options.cases):
        with tempfile.TemporaryDirectory(prefix="caselib-exports-") as data:
            environment = {**os.environ, "CASELIB_DATA_DIR": data}
            os.environ.update(environment)
            subprocess.run(
                [sys.executable, "-m", "tests.bench.exports", "--measure", f"load {cases}"],
                check=True,
                cwd=BASE_DIR,
                env=environment,
                stdout=subprocess.DEVNULL,
            )
            for what in (*ADDRESSES, DATA_SET):
                done = subprocess.run(
                    [sys.executable, "-m", "tests.bench.exports", "--measure", what],
                    check=True,
                    cwd=BASE_DIR,
                    env=environment,
                    capture_output=True,
                    text=True,
                )
                print(f"{cases:>7,} cases  {what:<15} {line(json.loads(done.stdout))}", flush=True)


def line(found: Mapping[str, Any]) -> str:
    rate = found["rows"] / found["seconds"]
    return (
        f"{found['rows']:>9,} rows {found['bytes'] / 1e6:>8.1f} MB {found['seconds']:>7.1f} s "
        f"{rate:>7,.0f} rows/s, memory {found['first_mb']:.0f} MB after the first piece, "
        f"{found['peak_mb']:.0f} MB at the peak"
    )


def measured(what: str) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "caselib.settings"
    django.setup()
    if what.startswith("load "):
        load(int(what.split()[1]))
        return {}
    return data_set() if what == DATA_SET else streamed(what)


def streamed(address: str) -> dict[str, Any]:
    client = import_string("django.test.Client")(headers={"Host": "127.0.0.1"})
    began = time.perf_counter()
    pieces = iter(client.get(address))
    first = next(pieces)
    size, rows = len(first), first.count(b"\n")
    first_mb = peak_mb()
    for piece in pieces:
        size += len(piece)
        rows += piece.count(b"\n")
    return _found(rows, size, time.perf_counter() - began, first_mb)


def data_set() -> dict[str, Any]:
    """Rows are cases."""
    export = import_string("stories.exports.dataset.watch.export")
    publishers = {"zh": "编者", "en": "The editors"}
    first: list[float] = []
    began = time.perf_counter()
    release, _is_new = export(publishers, lambda _done: first.append(peak_mb()))
    seconds = time.perf_counter() - began
    folder = import_string("django.conf.settings").EXPORTS_DIR / release.revision
    size = sum(file.stat().st_size for file in folder.iterdir())
    return _found(release.case_count, size, seconds, first[0])


def _found(rows: int, size: int, seconds: float, first_mb: float) -> dict[str, Any]:
    return {
        "rows": rows,
        "bytes": size,
        "seconds": seconds,
        "first_mb": first_mb,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load(count: int) -> None:
    """Copies of the shipped cases, each with its own slug and keys of sources."""
    call_command("migrate", verbosity=0)
    vocabulary = sorted((BASE_DIR / "fixtures" / "vocabulary").glob("*.json"))
    call_command("loaddata", *vocabulary, verbosity=0)
    write_cases: Callable[..., None] = import_string("tests.bench.rows.write_cases")
    builder = import_string("stories.search.writer.PostingsBuilder")()
    at, chunk = now(), {}
    for pk, document in enumerate(copies(count), 1):
        chunk[pk] = document
        if len(chunk) == CHUNK or pk == count:
            write_cases(chunk, at, builder)
            chunk = {}
    import_string("tests.bench.rows.write_postings")(builder)


def copies(count: int) -> Iterator[dict[str, Any]]:
    shipped = [f.read_text("utf-8") for f in sorted((BASE_DIR / "fixtures/cases").glob("*.json"))]
    for n in range(count):
        text = shipped[n % len(shipped)]
        document: dict[str, Any] = orjson.loads(text)
        for key in (document["slug"], *(source["key"] for source in document["sources"])):
            text = text.replace(f'"{key}"', f'"{key}-{n}"')
        yield orjson.loads(text)


if __name__ == "__main__":
    main()
