"""The vocabulary for queries and pages: its rows, and the trees of facets built from them."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, ClassVar

from django.db.models import Value

from stories.languages import reader_language
from stories.models.vocabulary import (
    BodyKind,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
    Term,
)
from stories.presenters.places import history_of
from stories.presenters.terms import TermPresenters, Terms
from stories.queries.nodes import Node
from stories.search import analyzer, reader

# Facets whose values have related values.
RELATED: Mapping[str, type[Any]] = {"measure": MeasureType, "problem": ProblemType, "tag": Tag}


class Vocabulary:
    """All terms at one revision of the vocabulary, shared by revisions of the library: 8 queries.

    `terms`: facet → value → row; `nodes`: facet → value → node.
    """

    _last: ClassVar["Vocabulary | None"] = None
    _building: ClassVar[Lock] = Lock()

    def __init__(self, revision: str) -> None:
        self.revision = revision
        self.terms = _terms()
        self.nodes = _nodes(self.terms)
        self._presented: dict[str, Terms] = {}
        self._pairs: dict[str, Node] = {}

    @classmethod
    def present(cls) -> "Vocabulary":
        """1 query, and 8 more after an edit of the vocabulary."""
        revision = reader.vocabulary_revision()
        with cls._building:
            if cls._last is None or cls._last.revision != revision:
                cls._last = cls(revision)
            return cls._last

    @classmethod
    def reread(cls) -> "Vocabulary":
        """Read from the database, whatever the revision: rows may have been changed outside the
        desk.
        """
        with cls._building:
            cls._last = cls(reader.vocabulary_revision())
            return cls._last

    def presented(self) -> Terms:
        """facet → value → term in the reader's language, built once per language."""
        language = reader_language()
        if language not in self._presented:
            self._presented[language] = {
                name: TermPresenters(rows) for name, rows in self.terms.items()
            }
        return self._presented[language]

    def pair(self, pair: str) -> Node:
        """Of "problem type:family or type", made once."""
        if pair not in self._pairs:
            problem, _colon, measure = pair.partition(":")
            ends = self.nodes["problem"][problem], self.nodes["measure"][measure]
            zh, en = " → ".join(e.label_zh for e in ends), " → ".join(e.label_en for e in ends)
            self._pairs[pair] = Node(pair, zh, en)
        return self._pairs[pair]


def term_of_page(facet: str, slug: str) -> MeasureType | ProblemType | None:
    """The row of a type of measures or problems, with the rows that its page names: 1 query."""
    rows: Any = {
        "measure": MeasureType.objects.select_related("family", "replaced_by"),
        "problem": ProblemType.objects.select_related("replaced_by"),
    }[facet]
    found: MeasureType | ProblemType | None = rows.filter(slug=slug).first()
    return found


def _terms() -> dict[str, dict[str, Any]]:
    """facet → value → row: 7 queries."""
    places = {row.pk: row for row in Place.objects.all()}
    for row in places.values():
        if row.parent_id:
            row.parent = places[row.parent_id]
    plain: dict[str, type[Any]] = {
        "problem": ProblemType,
        "actor": BodyKind,
        "tag": Tag,
        "indicator": Indicator,
    }
    families = {row.pk: row for row in MeasureFamily.objects.all()}
    types = list(MeasureType.objects.all())
    for measure_type in types:
        measure_type.family = families[measure_type.family_id]
    return {
        "measure": {row.slug: row for row in (*families.values(), *types)},
        "place": {row.code: row for row in places.values()},
        **{
            name: {row.slug: row for row in model._default_manager.all()}
            for name, model in plain.items()
        },
    }


def _nodes(terms: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Node]]:
    parents: dict[str, Callable[[Any], str]] = {
        "measure": lambda row: row.family.slug if isinstance(row, MeasureType) else "",
        "place": lambda row: row.parent.code if row.parent else "",
    }
    related = _related()
    return {
        facet: {
            value: Node(
                value,
                row.label_zh,
                row.label_en,
                parents[facet](row) if facet in parents else "",
                (*row.synonyms_zh, *row.synonyms_en, *_renamed(row)),
                *_examples(row),
                tuple(slug for slug in rows if slug in related.get((facet, value), ())),
                frozenset(_renamed(row)),
            )
            for value, row in rows.items()
        }
        for facet, rows in terms.items()
    }


def _renamed(row: Any) -> list[str]:
    """Former and later names of a place in the code table, without those it has anyway."""
    history = history_of(row) if isinstance(row, Place) else None
    known = {row.label_zh, row.label_en, *row.synonyms_zh, *row.synonyms_en}
    return [name for name in history.other_names if name not in known] if history else []


def _examples(row: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(in Chinese, in English); a place has none."""
    return (tuple(row.examples_zh), tuple(row.examples_en)) if isinstance(row, Term) else ((), ())


def _related() -> dict[analyzer.Key, set[str]]:
    """(facet, value) → its related values: 1 query."""
    first, *others = (
        model._default_manager.filter(related__isnull=False)
        .order_by()
        .values_list(Value(facet), "slug", "related__slug")
        for facet, model in RELATED.items()
    )
    related: dict[analyzer.Key, set[str]] = {}
    for facet, value, other in first.union(*others):
        related.setdefault((facet, value), set()).add(other)
    return related
