"""Formats the figures of a run as a table of targets, and inserts it into README.md."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

# Names of the rig that it does not use itself, for the matrix and for questions.
MATRIX, NEAR = "api_list", "search_like"
CLASSES = {
    "home": "overview with matrix",
    "list": "list with all facet counts",
    "facet1": "one facet",
    "facet2sort": "two facets and sort",
    "search": "search, two-character word",
    NEAR: "question, answered by what is near",
    "detail": "case",
    "metrics": "metrics",
    MATRIX: "matrix",
    "cond304": "conditional request",
}
# Class → p50 of cold requests in milliseconds, by number of cases.
COLD = {
    "home": {10_000: 10, 100_000: 20},
    "list": {10_000: 10, 100_000: 30},
    "facet1": {10_000: 10, 100_000: 30},
    "facet2sort": {10_000: 10, 100_000: 30},
    "search": {10_000: 10, 100_000: 40},
    NEAR: {10_000: 20, 100_000: 60},
    "detail": {10_000: 5, 100_000: 5},
}
TIMES_PLAIN = {10_000: 20, 100_000: 150}  # the list, against the plain site
CASE_TIMES_PLAIN = 1  # a case page
SHIPPED_OF_PLAIN = 2  # times what the plain site's case page takes
PUBLISHED = 300  # milliseconds of a publication, and of the first page after it
WARM = 0.85  # in the median of the classes, of the requests a second of bare gunicorn
LOADED = 1000  # cases a second
MEMORY = {100_000: 250}  # MiB PSS, all processes of the server
MARKS = ("<!-- figures -->", "<!-- end of figures -->")


@dataclass(frozen=True)
class Publications:
    """Milliseconds of each publication, of the first request after it by address, and of a case
    page of the plain site next to each; seconds of a new index."""

    published: Sequence[float]
    first: Mapping[str, Sequence[float]]
    plain: Sequence[float]
    reindexing: float


@dataclass(frozen=True)
class Figures:
    """The output of the rig's driver for one size, and the timings of loading and publishing."""

    size: int
    loaded: Mapping[str, float]
    cold: Mapping[str, Any]
    warm: Mapping[str, Any]
    published: Publications


def text(shipped: Publications, runs: Sequence[Figures]) -> str:
    machine = runs[0].cold["machine"]
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    head = (
        f"{time.strftime('%Y-%m-%d')}, {machine['cores']} cores ({machine['cpu']}), "
        f"{machine['mem_gib']} GiB, load at the end {load}, steal "
        f"{max(run.warm['machine']['steal_percent'] for run in runs)} %.\n"
    )
    parts = [f"\n### The shipped cases\n\n{_shipped(shipped)}"]
    parts += [f"\n### {run.size:,} cases\n\n{_tables(run)}" for run in runs]
    return head + "".join(parts)


def record(found: str, readme: Path, marks: tuple[str, str] = MARKS) -> None:
    """Insert between the two marks of README.md."""
    before, _mark, rest = readme.read_text(encoding="utf-8").partition(marks[0])
    _old, _mark, after = rest.partition(marks[1])
    readme.write_text(f"{before}{marks[0]}\n{found}{marks[1]}{after}", encoding="utf-8")


def _tables(run: Figures) -> str:
    cold = [
        "| cold, single requests | p50 ms | p95 ms | first ms | plain ms | times faster | target |",
        "|---|--:|--:|--:|--:|--:|---|",
        *_cold(run),
    ]
    warm = [
        "| warm | requests/s | p50 ms | p95 ms | p99 ms | of bare gunicorn | wrong |",
        "|---|--:|--:|--:|--:|--:|---|",
        *_warm(run),
    ]
    median_share = f"Warm, median of the classes: {_warm_share(run)}."
    published = _publications(run.published, PUBLISHED)
    last = (median_share, _loading(run), _memory(run))
    return "\n".join([*cold, "", *warm, "", *published, "", "\n\n".join(last), ""])


def _shipped(found: Publications) -> str:
    return "\n".join([*_publications(found, SHIPPED_OF_PLAIN * median(found.plain)), ""])


def _publications(found: Publications, limit: float) -> Iterator[str]:
    """`limit`: milliseconds of the first request after a publication."""
    plain = median(found.plain)
    yield "| publication, br | p50 ms | worst ms | of plain's case page | target |"
    yield "|---|--:|--:|--:|---|"
    yield _row("publishing", *_middle(found.published), "", _limit(found.published, PUBLISHED))
    for path, times in found.first.items():
        share = f"{median(times) / plain:.1f}"
        yield _row(f"first `{path}` after it", *_middle(times), share, _limit(times, limit))
    yield _row("case page of the plain site", *_middle(found.plain), "1", "")
    yield ""
    yield f"A new index: {found.reindexing:.1f} s."


def _middle(times: Sequence[float]) -> tuple[str, str]:
    return _number(median(times)), _number(max(times))


def _limit(times: Sequence[float], limit: float) -> str:
    return _target(median(times) <= limit, f"≤ {_number(limit)} ms")


def _cold(run: Figures) -> Iterator[str]:
    for name, label in CLASSES.items():
        found = run.cold["classes"].get(name, {})
        if "caselib" not in found or name == "cond304":
            continue
        ours = found["caselib"]["probe"]
        plain = found.get("plain", {}).get("probe", {}).get("p50")
        times = plain / ours["p50"] if plain else None
        targets = []
        if limit := COLD.get(name, {}).get(run.size):
            targets.append(_target(ours["p50"] <= limit, f"≤ {limit} ms"))
        least = {"list": TIMES_PLAIN.get(run.size), "detail": CASE_TIMES_PLAIN}.get(name)
        if times and least:
            targets.append(_target(times >= least, f"≥ {least}×"))
        wrong = _wrong(name, ours, 200)
        cells = (_number(ours["p50"]), _number(ours["p95"]), _number(ours["first"]))
        yield _row(label, *cells, _number(plain), _number(times), ", ".join(targets) + wrong)


def _warm(run: Figures) -> Iterator[str]:
    for name, label in CLASSES.items():
        found = run.warm["classes"].get(name, {})
        if "load" not in found.get("caselib", {}):
            continue
        ours, bare = found["caselib"]["load"], found.get("hello", {}).get("load")
        share = ours["rps"] / bare["rps"] if bare else None
        wrong = _wrong(name, found["caselib"]["probe"], 304 if name == "cond304" else 200)
        cells = (f"{ours['rps']:,.0f}", *(_number(ours[key]) for key in ("p50", "p95", "p99")))
        yield _row(label, *cells, f"{share:.2f}" if share else "", wrong)


def _warm_share(run: Figures) -> str:
    shares = [
        found["caselib"]["load"]["rps"] / found["hello"]["load"]["rps"]
        for found in run.warm["classes"].values()
        if "load" in found.get("caselib", {}) and "load" in found.get("hello", {})
    ]
    return f"{median(shares):.2f} of bare gunicorn ({_target(median(shares) >= WARM, f'≥ {WARM}')})"


def _loading(run: Figures) -> str:
    loaded = run.loaded
    speed = loaded["cases"] / loaded["seconds"]
    return (
        f"Loading: {speed:,.0f} cases a second ({_target(speed >= LOADED, f'≥ {LOADED:,}')}), "
        f"{1000 * loaded['cpu_seconds'] / loaded['cases']:.1f} ms of CPU a case; "
        f"the database has {loaded['bytes'] / 1e6:,.0f} MB."
    )


def _memory(run: Figures) -> str:
    used = max(found["systems"]["caselib"]["peak_pss_mib"] for found in (run.cold, run.warm))
    limit = MEMORY.get(run.size)
    target = f" ({_target(used <= limit, f'≤ {limit} MiB')})" if limit else ""
    return f"Memory, both workers and their master: {used:.0f} MiB PSS at the most{target}."


def _wrong(name: str, probe: Mapping[str, Any], status: int) -> str:
    """What is wrong with the responses themselves, regardless of speed.

    The rig knows only titles and abstracts: it counts search results found in measures as wrong.
    """
    statuses = [answer for answer in probe["status"] if int(answer) != status]
    faults = [f"answered {answer}" for answer in statuses]
    wrong = probe["check"].get("False")
    if wrong and name not in ("search", NEAR):
        faults.append(f"{wrong} wrong pages")
    return "".join(f" **{fault}**" for fault in faults)


def _target(is_reached: bool, words: str) -> str:
    return f"{words} {'reached' if is_reached else '**missed**'}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"
