"""The open vocabulary in the form that document checks need, from the database or fixture files."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection

from stories.choices import TermStatus
from stories.documents import faults
from stories.documents.terms import Terms
from stories.models.vocabulary import BodyKind, Indicator, MeasureType, Place, ProblemType, Tag

# name of the list in faults → model
VOCABULARY: dict[str, type[Any]] = {
    faults.MEASURE_TYPE: MeasureType,
    faults.PROBLEM_TYPE: ProblemType,
    faults.KIND_OF_BODY: BodyKind,
    faults.INDICATOR: Indicator,
    faults.TAG: Tag,
}


def terms(shipped: Iterable[Path]) -> Terms:
    """The vocabulary of the database, or of the fixture files if the database has none yet."""
    return stored_terms() if is_vocabulary_stored() else shipped_terms(shipped)


def stored_terms() -> Terms:
    """The vocabulary of the database: one query per list."""
    places = frozenset(Place.objects.values_list("code", flat=True))
    slugs: dict[str, frozenset[str]] = {faults.PLACE: places}
    deprecated: dict[tuple[str, str], str] = {}
    for name, model in VOCABULARY.items():
        rows = list(model._default_manager.values_list("slug", "status", "replaced_by__slug"))
        slugs[name] = frozenset(slug for slug, _status, _instead in rows)
        deprecated.update(
            {
                (name, slug): instead or ""
                for slug, status, instead in rows
                if status == TermStatus.DEPRECATED
            }
        )
    units = {
        slug: (dimension, unit)
        for slug, dimension, unit in Indicator.objects.values_list("slug", "dimension", "unit_zh")
    }
    parents = dict(Place.objects.exclude(parent=None).values_list("code", "parent__code"))
    return Terms(slugs, units, deprecated, parents)


def shipped_terms(files: Iterable[Path]) -> Terms:
    """The vocabulary of fixture files, for checks without a database."""
    names = {model._meta.label_lower: name for name, model in VOCABULARY.items()}
    names[Place._meta.label_lower] = faults.PLACE
    slugs: dict[str, set[str]] = {name: set() for name in names.values()}
    units, deprecated, parents = {}, {}, {}
    for file in files:
        for row in json.loads(file.read_text(encoding="utf-8")):
            name, fields = names.get(row["model"]), row["fields"]
            if not name:
                continue
            slug = fields.get("slug") or fields["code"]
            slugs[name].add(slug)
            if fields.get("parent"):
                parents[slug] = fields["parent"][0]
            if fields.get("status") == TermStatus.DEPRECATED:
                deprecated[name, slug] = (fields["replaced_by"] or [""])[0]
            if name == faults.INDICATOR:
                units[slug] = (fields["dimension"], fields["unit_zh"])
    return Terms(
        {name: frozenset(values) for name, values in slugs.items()}, units, deprecated, parents
    )


def has_tables() -> bool:
    return MeasureType._meta.db_table in connection.introspection.table_names()


def is_vocabulary_stored() -> bool:
    return has_tables() and MeasureType.objects.exists()
