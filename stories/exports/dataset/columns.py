"""Columns of the data set; types and descriptions come from the schema of case documents.

A bilingual text becomes two columns, which end in the language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from django.db.models import TextChoices

from stories.documents import schema
from stories.documents.descriptions import describe
from stories.documents.schema import Shape

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Column:
    """`description` in English; `value_type`: string, integer, number or boolean, as in Table
    Schema; `choices`: the closed list of its values; `refers_to`: the table whose key it contains,
    together with the slug of the case if `is_of_case`."""

    name: str
    description: str
    value_type: str = "string"
    is_bilingual: bool = False
    is_required: bool = True
    choices: type[TextChoices] | None = None
    refers_to: str = ""
    is_of_case: bool = False

    @property
    def names(self) -> list[str]:
        return [f"{self.name}_zh", f"{self.name}_en"] if self.is_bilingual else [self.name]

    def values(self, row: Mapping[str, Any]) -> list[Value]:
        """As many as there are names."""
        value = row[self.name]
        if self.is_bilingual:
            return [value["zh"], value["en"]] if value else [None, None]
        return [value]


PARTS = ("changes", "computed", "measures", "metrics", "problems")  # tables of parts of a case


def of(shape: type[Shape], *names: str, **refers_to: str) -> Iterator[Column]:
    """Columns for fields of a shape; `refers_to`: table by field."""
    for name in names:
        kind, is_required = _kind(shape.model_fields[name].annotation)
        column = Column(name, describe(shape.__name__, name), is_required=is_required)
        table = refers_to.get(name, "")
        column = replace(column, refers_to=table, is_of_case=table in PARTS)
        if kind is schema.Text:
            yield replace(column, is_bilingual=True)
        elif isinstance(kind, type) and issubclass(kind, TextChoices):
            yield replace(column, choices=kind)
        else:
            yield replace(column, value_type=_TYPES[kind])


_TYPES: Mapping[Any, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    int | float: "number",
    schema.Date: "string",  # column of its EDTF
}


def _kind(annotation: Any) -> tuple[Any, bool]:
    """(type without Annotated and None, whether it is optional)."""
    is_required = True
    while True:
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation):
            is_required = False
            (annotation,) = [kind for kind in get_args(annotation) if kind is not NoneType]
        else:
            return annotation, is_required
