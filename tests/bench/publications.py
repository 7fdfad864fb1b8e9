"""The cost of a publication: for the reviewer, for the next reader, and of a new index.

python -m tests.bench.publications --base URL --plain URL --corpus DIR --out FILE PATH… publishes
and then requests each of the paths from a running server, and a case page from the plain site next
to each. CASELIB_DATA_DIR is the server's.
"""
# ruff: noqa: E402  Models require Django to be set up.

import argparse
import http.client
import json
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caselib.settings")
django.setup()

import orjson

from stories.choices import VersionKind
from stories.documents import serialization
from stories.models.case import Case
from stories.models.version import Version
from stories.publishing import exporter, importer, publisher
from stories.publishing.case_publisher import publish_case
from stories.publishing.check import check
from stories.publishing.publisher import Note
from tests.bench import corpus

ROUNDS = 20  # publications for each path
NOTE = Note("改动一句。", "One sentence changed.")
PAUSE = 0.7  # seconds after which every worker has polled for a new revision
LIMIT = 60  # timeout in seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.publications", description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--base", required=True, help="address of the server")
    parser.add_argument("--plain", required=True, help="address of the plain site")
    parser.add_argument("--corpus", type=Path, required=True, help="that of the plain site")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.write_text(json.dumps(measure(options)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of every publication and request, by path; seconds of the index."""
    case, published = _case(), []
    first: dict[str, list[float]] = {path: [] for path in options.paths}
    plain: list[float] = []
    slugs = _slugs(options.corpus)
    for n in range(ROUNDS * len(options.paths)):
        published.append(_milliseconds(_publish, case, n))
        time.sleep(PAUSE)
        path = options.paths[n % len(options.paths)]
        first[path].append(_milliseconds(_get, options.base, path))
        plain.append(_milliseconds(_get, options.plain, f"/cases/{next(slugs)}/"))
    reindexing = _milliseconds(publisher.reindex) / 1000
    return {"published": published, "first": first, "plain": plain, "reindexing": reindexing}


def _case() -> Case:
    """The last case, with rows on the desk, which the corpus lacks."""
    version = Version.objects.select_related("publication").latest("publication", "number")
    if not Case.objects.filter(slug=version.publication.slug).exists():
        importer.load(serialization.shaped(orjson.loads(version.document)), NOTE)
    return Case.objects.get(slug=version.publication.slug)


def _publish(case: Case, n: int) -> None:
    """As at the desk, after a reviewer has changed a sentence and no fault is left."""
    case.key_message_zh = f"第{n}次公布，{time.time_ns()}。"
    case.save()
    check(case)
    publish_case(case, serialization.shaped(exporter.dump(case)), VersionKind.UPDATE, NOTE)


def _slugs(folder: Path) -> Iterator[str]:
    for line in islice(corpus.lines(folder), 100, None):
        yield orjson.loads(line)["slug"]


def _get(base: str, path: str) -> None:
    """On a new connection, like the rig. Raises ValueError for any status but 200."""
    asked = http.client.HTTPConnection(urlsplit(base).netloc, timeout=LIMIT)
    asked.request("GET", path, headers={"Accept-Encoding": "br, gzip", "Connection": "close"})
    answer = asked.getresponse()
    answer.read()
    asked.close()
    if answer.status != 200:
        raise ValueError(f"{base}{path}: {answer.status}")


def _milliseconds(call: Any, *arguments: Any) -> float:
    began = time.perf_counter()
    call(*arguments)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
