"""A server that is cut off from PostgreSQL answers, in bounded time: with a page or with 503."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import quote

from tests.attacks.server import get, log_of, serving
from tests.services import postgresql
from tests.services.postgresql import Cluster, Way

READERS = 8
LONGEST = 15  # seconds that a reader waits: 4 until it is known, 3 for a connection, a busy machine
MOST_TRACEBACKS = 40  # one a minute of each of two processes, which has up to four causes
# Nothing of it is in the page cache: each address is asked once.
ADDRESSES = (
    "/cases/?q=灯{}",
    "/en/cases/?q=lamp+{}",
    "/cases/?page={}",
    "/cases/nope-{}/",
    "/en/nope-{}",
    "/metrics/?min={}",
    "/places/{}/",
    "/compare/?case=yucai&case=hanyang&x={}",
    "/api/v1/cases?q=lamp{}",
    "/suggestions.json?q=灯{}",
    "/cases.csv?q=lamp{}",
    "/metrics.jsonl?min={}",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc&x={}",
    "/cases.atom?q={}",
    "/readyz?{}",
    "/admin/login/?{}",
    "/data/?{}",
)
END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = 'caselib' AND pid <> pg_backend_pid()"
)


def run(folder: Path, short: bool) -> list[str]:
    if not postgresql.programs():
        return ["not tried: there is no PostgreSQL here"]
    data, stop, numbers = folder / "cut-off", Event(), count()
    with postgresql.cluster() as cluster, postgresql.way(cluster.socket) as way:
        url = cluster.url(port=way.port)
        with serving(data, CASELIB_DATABASE_URL=url) as port, ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(_read, port, stop, numbers) for _n in range(READERS)]
            try:
                done = _cut(cluster, way, 15 if short else 120)
            finally:
                way.restore()
                stop.set()
            found = sum((reader.result() for reader in readers), Counter[str]())
            time.sleep(1)
            assert get(port, "/readyz") == 200, "it does not come back"
    wrong = {
        asked: n for asked, n in found.items() if asked[:3] not in ("200", "302", "404", "503")
    }
    assert not wrong, wrong
    tracebacks = log_of(data).count("Traceback")
    assert tracebacks <= MOST_TRACEBACKS, f"{tracebacks} tracebacks in the log"
    statuses = Counter[str]()
    for asked, n in found.items():
        statuses[asked[:3]] += n
    counted = ", ".join(f"{n:,} × {status}" for status, n in sorted(statuses.items()))
    how = ", ".join(f"{n} × {name}" for name, n in sorted(done.items()))
    return [f"cut off ({how}) under {READERS} readers, none waited {LONGEST} s: {counted}"]


def _cut(cluster: Cluster, way: Way, seconds: float) -> "Counter[str]":
    """What was done: the last one is a long silence."""
    lot, done, end = random.Random(13), Counter[str](), time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(lot.random())
        name = lot.choice(("connections ended", "refused", "silent"))
        if name == "connections ended":
            cluster.run(END_ALL)
        else:
            way.refuse() if name == "refused" else way.stall()
            time.sleep(lot.random() * 2)
            way.restore()
        done[name] += 1
    way.stall()
    time.sleep(LONGEST + 5)
    return done + Counter({"silent for 20 s": 1})


def _read(port: int, stop: Event, numbers: Iterator[int]) -> "Counter[str]":
    """Status and address of all that one reader asked."""
    found: Counter[str] = Counter()
    while not stop.is_set():
        number = next(numbers)
        address = ADDRESSES[number % len(ADDRESSES)]
        try:
            outcome = str(get(port, quote(address.format(number), safe="/?=&"), LONGEST))
        except (OSError, HTTPException) as error:
            outcome = type(error).__name__
        found[f"{outcome} {address}"] += 1
    return found
