"""The figures of a run as a table of targets, and their place in README.md."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MATRIX = "api_list"  # the rig has no class of its own for the matrix: this name is free
CLASSES = {
    "home": "overview with matrix",
    "list": "list with all facet counts",
    "facet1": "one facet",
    "facet2sort": "two facets and sort",
    "search": "search, two-character word",
    "detail": "case",
    "metrics": "metrics",
    MATRIX: "matrix",
    "cond304": "conditional request",
}
# Class → milliseconds of a cold request, p50, by number of cases.
COLD = {
    "home": {10_000: 10, 100_000: 20},
    "list": {10_000: 10, 100_000: 30},
    "facet1": {10_000: 10, 100_000: 30},
    "facet2sort": {10_000: 10, 100_000: 30},
    "search": {10_000: 10, 100_000: 40},
    "detail": {10_000: 5, 100_000: 5},
}
TIMES_PLAIN = {10_000: 15, 100_000: 50}  # the list, against the plain site
WARM = 0.7  # of the requests a second of bare gunicorn
LOADED = 1000  # cases a second
MEMORY = {100_000: 250}  # MiB PSS, all processes of the server
MARKS = ("<!-- figures -->", "<!-- end of figures -->")


@dataclass(frozen=True)
class Figures:
    """What the rig's driver wrote, of one size, and how the cases were loaded."""

    size: int
    loaded: Mapping[str, float]
    cold: Mapping[str, Any]
    warm: Mapping[str, Any]


def text(runs: Sequence[Figures]) -> str:
    machine = runs[0].cold["machine"]
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    head = (
        f"{time.strftime('%Y-%m-%d')}, {machine['cores']} cores ({machine['cpu']}), "
        f"{machine['mem_gib']} GiB, load at the end {load}, steal "
        f"{max(run.warm['machine']['steal_percent'] for run in runs)} %.\n"
    )
    return head + "".join(f"\n### {run.size:,} cases\n\n{_tables(run)}" for run in runs)


def record(found: str, readme: Path, marks: tuple[str, str] = MARKS) -> None:
    """Between the two marks of README.md."""
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
        "| warm | requests/s | p50 ms | p95 ms | p99 ms | of bare gunicorn | target |",
        "|---|--:|--:|--:|--:|--:|---|",
        *_warm(run),
    ]
    return "\n".join([*cold, "", *warm, "", _loading(run), "", _memory(run), ""])


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
        if name == "list" and times and (least := TIMES_PLAIN.get(run.size)):
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
        target = _target(share >= WARM, f"≥ {WARM}") if share else ""
        wrong = _wrong(name, found["caselib"]["probe"], 304 if name == "cond304" else 200)
        cells = (f"{ours['rps']:,.0f}", *(_number(ours[key]) for key in ("p50", "p95", "p99")))
        yield _row(label, *cells, f"{share:.2f}" if share else "", target + wrong)


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
    """What is wrong with the answers themselves, whatever their speed.

    The rig knows only titles and abstracts: what a search finds in measures it takes for wrong.
    """
    statuses = [answer for answer in probe["status"] if int(answer) != status]
    faults = [f"answered {answer}" for answer in statuses]
    wrong = probe["check"].get("False")
    if wrong and name != "search":
        faults.append(f"{wrong} wrong pages")
    return "".join(f" **{fault}**" for fault in faults)


def _target(is_reached: bool, words: str) -> str:
    return f"{words} {'reached' if is_reached else '**missed**'}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"
