"""Presenters of vocabulary terms in one language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import cached_property

from stories.languages import reader_language
from stories.presenters.places import PlaceHistory, history_of

Terms = Mapping[str, Mapping[str, "TermPresenter"]]  # facet → value → term


class TermPresenter:
    """A term with its label, definition and address in the reader's language.

    `row`: of its table; `value`: its slug, or the code of a place.
    """

    def __init__(self, value: str, row: Any, terms: "TermPresenters") -> None:
        self.__dict__ |= vars(row)
        self.value = value
        self.label = row.label
        self.row = row
        self.terms = terms

    @cached_property
    def url(self) -> str:
        return str(self.row.get_absolute_url())

    @cached_property
    def label_beside_unit(self) -> str:
        """For an indicator: "" if its unit implies what is counted (officials; 户 of 户数)."""
        label, unit = str(self.label), str(self.row.unit_zh)
        if self.label.language == "en":
            is_said = set(self.row.unit_en.lower().split()) <= set(label.lower().split())
        else:
            is_said = unit in label and len(label.replace(unit, "").removesuffix("数")) < 2
        return "" if is_said else label

    @cached_property
    def chain(self) -> list["TermPresenter"]:
        """For a place: from the province down to it."""
        return [self.terms[step.code] for step in self.row.chain]

    @cached_property
    def family(self) -> "TermPresenter":
        """For a measure type."""
        return self.terms[self.row.family.slug]

    @cached_property
    def place_words(self) -> str:
        """The chain of a place in one line, in the order of the language."""
        labels = [str(place.label) for place in self.chain]
        return ", ".join(reversed(labels)) if reader_language() == "en" else " ".join(labels)

    @cached_property
    def history(self) -> PlaceHistory | None:
        """For a place: the history of its code."""
        return history_of(self.row)

    @cached_property
    def successor(self) -> "TermPresenter | None":
        """For a place: the successor of its code, if the vocabulary has it."""
        after = self.history.successor if self.history else None
        return self.terms[after.code] if after and after.code in self.terms.rows else None

    def get_absolute_url(self) -> str:
        return self.url


class TermPresenters(dict[str, TermPresenter]):
    """Terms of one facet by value, each created on first use."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        super().__init__()
        self.rows = rows

    def __missing__(self, value: str) -> TermPresenter:
        return self.setdefault(value, TermPresenter(value, self.rows[value], self))
