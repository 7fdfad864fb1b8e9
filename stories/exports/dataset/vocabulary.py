"""The vocabulary and the closed lists as tables of the data set."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from django.utils.translation import gettext_noop as _

from stories.choices import Dimension, Kind, PlaceLevel, TermStatus
from stories.exports import records
from stories.exports.dataset.columns import Column
from stories.exports.dataset.tables import Row, Table
from stories.queries.snapshot import Library

VALUE = Column("value", _("Slug, which does not change"))
WORDS = (
    Column("label", _("Label of the term"), is_bilingual=True),
    Column(
        "definition",
        _("Definition; empty where the label says all"),
        is_bilingual=True,
        is_required=False,
    ),
)
SYNONYMS = (
    Column(
        "synonyms_zh",
        _("Other Chinese words, joined by semicolons"),
        is_required=False,
    ),
    Column(
        "synonyms_en",
        _("Other English words, joined by semicolons"),
        is_required=False,
    ),
)
STATUS = (
    Column("status", _("Whether new cases may have it"), choices=TermStatus),
    Column(
        "replaced_by", _("Slug of the term that a deprecated one gave way to"), is_required=False
    ),
)
CASE_COUNT = Column("case_count", _("Number of published cases that have it"), "integer")
FAMILY = Column("family", _("Family of the measure type"), refers_to="measure_families")
# Columns from the code table.
HISTORY = (
    Column(
        "code_since",
        _("First edition since 1980 of the code table with the code, YYYY-MM"),
        is_required=False,
    ),
    Column(
        "code_until",
        _("Last edition with the code, YYYY-MM; empty while the present one has it"),
        is_required=False,
    ),
    Column(
        "former_names_zh",
        _("Chinese names that it had before, the latest first, joined by semicolons"),
        is_required=False,
    ),
    Column(
        "former_names_en",
        _("English names that it had before, the latest first, joined by semicolons"),
        is_required=False,
    ),
    Column(
        "former_codes",
        _("The code that goes with each former name, joined by semicolons"),
        is_required=False,
    ),
    Column(
        "successor",
        _("Code that the place has, or is a part of, since its own ended"),
        is_required=False,
    ),
)
Rows = Callable[[Library], Iterable[Row]]


def _terms(facet: str, library: Library) -> Iterator[Row]:
    for term in records.term_records(library, facet, ""):
        yield {
            **term.model_dump(),
            "family": term.family and term.family.value,
            "status": term.status.value,
            "synonyms_zh": "; ".join(term.synonyms_zh),
            "synonyms_en": "; ".join(term.synonyms_en),
        }


def _indicators(library: Library) -> Iterator[Row]:
    for indicator in records.indicator_records(library):
        row = library.terms["indicator"][indicator.value]
        kind = indicator.kind.value
        yield {**indicator.model_dump(), "kind": kind, "dimension": row.dimension}


def _places(library: Library) -> Iterator[Row]:
    for place in records.place_records(library, ""):
        names = {
            f"former_names_{language}": "; ".join(getattr(n, language) for n in place.former_names)
            for language in ("zh", "en")
        }
        codes = {"former_codes": "; ".join(place.former_codes)}
        yield {**place.model_dump(), "level": place.level.value, **names, **codes}


def _vocabulary(name: str, description: str, facet: str, *columns: Column) -> tuple[Table, Rows]:
    every = (VALUE, *WORDS, *columns, *SYNONYMS, *STATUS, CASE_COUNT)
    return Table(name, description, ("value",), every), partial(_terms, facet)


TABLES: tuple[tuple[Table, Rows], ...] = (
    _vocabulary("measure_families", _("A family of measure types"), "family"),
    _vocabulary("measure_types", _("A type of measure"), "measure", FAMILY),
    _vocabulary("problem_types", _("A type of problem"), "problem"),
    _vocabulary("tags", _("A tag that cases may have"), "tag"),
    _vocabulary("body_kinds", _("A kind of body or group"), "actor"),
    (
        Table(
            "indicators",
            _("What a figure counts, and in which unit"),
            ("value",),
            (
                *(VALUE, *WORDS),
                Column(
                    "unit",
                    _("Unit of the figures; empty for a plain count"),
                    is_bilingual=True,
                    is_required=False,
                ),
                Column("dimension", _("Which kind of unit it is"), choices=Dimension),
                Column("kind", _("Where it usually stands in the logic model"), choices=Kind),
                CASE_COUNT,
            ),
        ),
        _indicators,
    ),
    (
        Table(
            "places",
            _("A place that some published case is about or was at, and the places it lies in"),
            ("value",),
            (
                Column("value", _("Code of GB/T 2260; below the county a name behind it")),
                Column("label", _("Name of the place"), is_bilingual=True),
                Column("level", _("Level of the place"), choices=PlaceLevel),
                Column(
                    "parent",
                    _("Code of the place that it lies in"),
                    is_required=False,
                    refers_to="places",
                ),
                Column("standard", _("Standard and edition of the code"), is_required=False),
                Column("statistical_code", _("Twelve digits, where known"), is_required=False),
                *HISTORY,
                CASE_COUNT,
            ),
        ),
        _places,
    ),
)
