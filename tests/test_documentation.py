"""The documentation against the code: the schema, links, and named files."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import schema

ROOT = settings.BASE_DIR
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)")


def names(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_the_json_schema_is_that_of_the_code() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.written(), "run make schema"


def test_every_object_of_the_schema_refuses_unknown_keys() -> None:
    made = json.loads(schema.written())
    objects = [part for part in (made, *made["$defs"].values()) if part["type"] == "object"]
    assert [part["title"] for part in objects if part["additionalProperties"] is not False] == []


def test_every_pattern_of_the_schema_is_one_of_ecma_262() -> None:
    patterns = list(patterns_in(json.loads(schema.written())))
    assert all(re.fullmatch(r"\^[^\\]*(?:\\[dSs][^\\]*)*\$", pattern) for pattern in patterns)


def patterns_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "pattern")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from patterns_in(inner)


def test_every_part_of_a_case_document_is_documented() -> None:
    text = (ROOT / "docs" / "case-document.md").read_text(encoding="utf-8")
    parts = json.loads(schema.written())["properties"]
    assert [name for name in parts if not re.search(rf"`{name}(\[\])?`", text)] == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_lists_every_command() -> None:
    folder = ROOT / "stories" / "management" / "commands"
    commands = {file.stem for file in folder.glob("[a-z]*.py")} - {"serve"}  # make serve runs it
    listed = re.findall(r"^\| `([a-z]+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert commands - set(listed) == set()


def test_the_newest_release_of_the_changelog_is_this_one() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    titles = re.findall(r"^## (.*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert titles[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(version)}\] - 20\d\d-\d\d-\d\d", titles[1])


def test_every_decision_is_numbered_and_dated() -> None:
    for number, file in enumerate(sorted((ROOT / "docs" / "decisions").glob("0*.md")), 1):
        title, _blank, date = file.read_text(encoding="utf-8").splitlines()[:3]
        assert file.name.startswith(f"{number:04}-")
        assert title.startswith(f"# {number}. ")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", date)


def test_every_test_file_that_ci_names_is_there() -> None:
    listed = re.search(r"on_postgresql=\(([^)]*)\)", (ROOT / ".ci" / "run").read_text())
    assert listed
    files = [ROOT / "tests" / f"test_{name}.py" for name in listed[1].split()]
    assert [file.name for file in files if not file.is_file()] == []
