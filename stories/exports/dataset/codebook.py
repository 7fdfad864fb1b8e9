"""The codebook: every table, column and closed list in both languages, derived from the tables.

English texts are in the code, Chinese ones in the message catalogue.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from stories.exports.dataset import parts, tables, vocabulary
from stories.exports.dataset.columns import Column
from stories.exports.dataset.tables import Row, Table
from stories.languages import DJANGO_CODES

LISTS = Table(
    "choices",
    _("A value of a closed list, with its label"),
    ("list", "value"),
    (
        Column("list", _("Name of the closed list")),
        Column("value", _("Value as columns hold it")),
        Column("label", _("Label of the value"), is_bilingual=True),
    ),
)
CODEBOOK = Table(
    "codebook",
    _("A column of the data set, with what it means"),
    ("table_name", "column_name"),
    (
        Column("table_name", _("Name of the table")),
        Column("column_name", _("Name of the column")),
        Column("value_type", _("Type of its values")),
        Column("is_required", _("Whether every row has a value"), "boolean"),
        Column("list", _("Closed list of its values"), is_required=False),
        Column("refers_to", _("Table and column whose value it repeats"), is_required=False),
        Column("description", _("What the column holds"), is_bilingual=True),
    ),
)
ABOUT = Table(
    "about",
    _("What this data set is, of which revision and under which licence"),
    ("name",),
    (
        Column("name", _("What is said")),
        Column("value", _("What it is")),
    ),
)
OF_DOCUMENTS = (
    *tables.OF_CASES,
    *tables.OF_SOURCES,
    *parts.OF_MEASURES,
    *parts.OF_FIGURES,
    *parts.OF_ANSWERS,
)
OF_LIBRARY = tuple(table for table, _rows in vocabulary.TABLES)
EVERY = (*OF_DOCUMENTS, tables.VERSIONS, *OF_LIBRARY, LISTS, CODEBOOK, ABOUT)
KEYS = {table.name: table.key for table in EVERY}


def in_both(text: str) -> dict[str, str]:
    """An English text of the code with its translation."""
    found = {}
    for language, code in DJANGO_CODES.items():
        with override(code):
            found[language] = gettext(text)
    return found


def columns(table: Table) -> Iterator[Row]:
    """One row for each column name."""
    for column in table.columns:
        for name in column.names:
            yield {
                "table_name": table.name,
                "column_name": name,
                "value_type": column.value_type,
                "is_required": column.is_required,
                "list": column.choices and list_name(column.choices),
                "refers_to": reference(column) or None,
                "description": _of_column(column, name),
            }


def lists() -> list[type[TextChoices]]:
    """The closed lists used by some column, by name."""
    found = {column.choices for table in EVERY for column in table.columns if column.choices}
    return sorted(found, key=list_name)


def choices() -> Iterator[Row]:
    for one in lists():
        for value, label in labels(one):
            yield {"list": list_name(one), "value": value, "label": label}


def labels(one: type[TextChoices]) -> Iterable[tuple[str, Mapping[str, str]]]:
    for member in one:
        label = {}
        for language, code in DJANGO_CODES.items():
            with override(code):
                label[language] = str(member.label)
        yield str(member.value), label


def list_name(one: type[TextChoices]) -> str:
    """MeasureStatus → measure_status."""
    name = one.__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def reference(column: Column) -> str:
    """cases.slug; "" if the column refers to no table."""
    return f"{column.refers_to}.{KEYS[column.refers_to][-1]}" if column.refers_to else ""


_IN_LANGUAGE = {"zh": _("in Chinese"), "en": _("in English")}


def _of_column(column: Column, name: str) -> dict[str, str]:
    described = in_both(column.description)
    if not column.is_bilingual:
        return described
    language = in_both(_IN_LANGUAGE[name[-2:]])
    return {
        "zh": f"{described['zh']}（{language['zh']}）",
        "en": f"{described['en']} ({language['en']})",
    }
