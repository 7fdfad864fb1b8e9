"""Metadata of the data set: datapackage.json, ro-crate-metadata.json, README, licence."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from stories.exports.dataset.codebook import EVERY, KEYS, columns, in_both, labels
from stories.exports.dataset.columns import Column
from stories.exports.dataset.tables import Row, Table
from stories.exports.references.embedded import LICENCE

NAME = "caselib"
TITLE = _("Community case library")
DESCRIPTION = _(
    "Documented cases of community governance in China: every figure is tied to the paragraph it "
    "comes from."
)
LICENCE_TEXT = f"""\
Creative Commons Attribution 4.0 International (CC BY 4.0)
{LICENCE}

Covered are the library's own texts and data. The articles are their publishers': the data set holds
only short printed fragments of them, as citations. Pictures are not part of it.
"""
README = _(
    "The tables are in data/, one row a line, UTF-8; codebook.csv says what each column holds. "
    "A cell that a spreadsheet could take for a formula begins with an apostrophe. The case "
    "documents are in documents/, all their versions in documents/versions/. SHA256SUMS has the "
    "hash of every file. This is made anew with every publication."
)


@dataclass(frozen=True)
class Release:
    """One revision of the library as a data set. `site`: scheme and host, "" if not configured;
    `publisher`: by language."""

    revision: str
    published_on: str
    case_count: int
    site: str
    publisher: Mapping[str, str]


@dataclass(frozen=True)
class File:
    """A file of the package: its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


def about(release: Release) -> Iterator[Row]:
    """Rows of the table `about`."""
    title, description = in_both(TITLE), in_both(DESCRIPTION)
    found = {
        "title_zh": title["zh"],
        "title_en": title["en"],
        "description_zh": description["zh"],
        "description_en": description["en"],
        "publisher_zh": release.publisher["zh"],
        "publisher_en": release.publisher["en"],
        "revision": release.revision,
        "published_on": release.published_on,
        "case_count": str(release.case_count),
        "licence": LICENCE,
        "site": release.site,
    }
    for name, value in found.items():
        if value:
            yield {"name": name, "value": value}


def readme(release: Release) -> str:
    title, text = in_both(TITLE), in_both(README)
    revision = f"revision {release.revision}, {release.published_on}"
    return f"# {title['zh']} · {title['en']}\n\n{revision}\n\n{text['zh']}\n\n{text['en']}\n"


# ---------------------------------------------------------------- Frictionless Data Package


def data_package(release: Release, files: Mapping[str, File]) -> dict[str, Any]:
    """`files`: those of the tables, by name of table.

    Source: Data Package, Table Schema, version 1, specs.frictionlessdata.io, read 2026-11.
    """
    title, description = in_both(TITLE), in_both(DESCRIPTION)
    described = {
        "profile": "tabular-data-package",
        "name": NAME,
        "id": release.revision,
        "version": release.revision,
        "title": f"{title['en']} / {title['zh']}",
        "description": f"{description['en']} / {description['zh']}",
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "CC BY 4.0"}],
        "contributors": [{"title": release.publisher["en"], "role": "publisher"}],
        "resources": [_resource(table, files[table.name]) for table in EVERY],
    }
    if release.published_on:
        described["created"] = f"{release.published_on}T00:00:00+08:00"
    return described | ({"homepage": release.site} if release.site else {})


def _resource(table: Table, file: File) -> dict[str, Any]:
    described = in_both(table.description)
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": file.path,
        "title": table.name,
        "description": f"{described['en']} / {described['zh']}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "fields": list(_fields(table)),
            "primaryKey": list(table.key),
            "foreignKeys": list(_foreign_keys(table)),
            "missingValues": [""],
        },
    }


def _fields(table: Table) -> Iterator[dict[str, Any]]:
    by_name = {name: column for column in table.columns for name in column.names}
    for row in columns(table):
        column = by_name[row["column_name"]]
        described = row["description"]
        yield {
            "name": row["column_name"],
            "type": column.value_type,
            "description": f"{described['en']} / {described['zh']}",
            "constraints": _constraints(column),
        }


def _constraints(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.choices:
        found["enum"] = [value for value, _label in labels(column.choices)]
    return found


def _foreign_keys(table: Table) -> Iterator[dict[str, Any]]:
    """Optional references with several columns are left to the codebook, as Table Schema cannot
    express that an empty cell refers to nothing."""
    required = {column.name for column in table.columns if column.is_required}
    for names, to in table.references:
        if len(names) == 1 or names[-1] in required:
            resource = "" if to == table.name else to.replace("_", "-")
            yield {"fields": names, "reference": {"resource": resource, "fields": list(KEYS[to])}}


# ---------------------------------------------------------------- RO-Crate


def ro_crate(release: Release, files: Mapping[str, File]) -> dict[str, Any]:
    """Source: RO-Crate 1.1, w3id.org/ro/crate/1.1, read 2026-11."""
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            },
            _root(release, files),
            {
                "@id": LICENCE,
                "@type": "CreativeWork",
                "name": "CC BY 4.0",
                "description": "Creative Commons Attribution 4.0 International",
            },
            {"@id": "#publisher", "@type": "Organization", "name": release.publisher["en"]},
            *(_part(table, files[table.name]) for table in EVERY),
            _file("datapackage.json", "Frictionless Data Package", "application/json"),
            {
                "@id": "documents/",
                "@type": "Dataset",
                "name": "Case documents",
                "description": "Current versions as <slug>.json; all versions in versions/",
            },
        ],
    }


def _root(release: Release, files: Mapping[str, File]) -> dict[str, Any]:
    title, description = in_both(TITLE), in_both(DESCRIPTION)
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": [title["en"], title["zh"]],
        "description": [description["en"], description["zh"]],
        "identifier": release.revision,
        "version": release.revision,
        "datePublished": release.published_on or "1970-01-01",
        "license": {"@id": LICENCE},
        "publisher": {"@id": "#publisher"},
        "inLanguage": ["zh-Hans", "en"],
        "hasPart": [
            *({"@id": files[table.name].path} for table in EVERY),
            {"@id": "datapackage.json"},
            {"@id": "documents/"},
        ],
    }
    return root | ({"url": release.site} if release.site else {})


def _part(table: Table, file: File) -> dict[str, Any]:
    described = in_both(table.description)
    return {
        **_file(file.path, table.name, "text/csv"),
        "description": f"{described['en']} / {described['zh']}",
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }


def _file(path: str, name: str, media_type: str) -> dict[str, Any]:
    return {"@id": path, "@type": "File", "name": name, "encodingFormat": media_type}


def written(described: Mapping[str, Any]) -> bytes:
    """As a JSON file."""
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()
