"""Nodes: values of facets, arranged as trees."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from stories.languages import InReadersLanguage, reader_language


@dataclass(frozen=True)
class Node:
    """A value of a facet and its place in the facet's tree."""

    value: str
    label_zh: str
    label_en: str
    parent: str = ""
    synonyms: tuple[str, ...] = ()
    examples_zh: tuple[str, ...] = ()
    examples_en: tuple[str, ...] = ()
    related: tuple[str, ...] = ()  # values of the same facet, in the order of the vocabulary
    renamed: frozenset[str] = frozenset()  # subset of the synonyms: names of a place at other times

    label = InReadersLanguage("label")

    def label_in(self, language: str) -> str:
        """Its label for a reader of zh or en, the other one where this is missing."""
        own, other = self.label_zh, self.label_en
        if language == "en":
            own, other = other, own
        return own or other

    @property
    def examples(self) -> tuple[str, ...]:
        """In the reader's language."""
        return self.examples_en if reader_language() == "en" else self.examples_zh

    def with_name(self, name: str) -> str:
        """The label followed by another name: 公共照明（路灯）."""
        label = str(self.label)
        both = (
            pgettext("a place and its former or later name", "%(label)s (also %(name)s, renamed)")
            if name in self.renamed
            else pgettext("a term and another name of it", "%(label)s (%(name)s)")
        )
        return label if name == label else both % {"label": label, "name": name}
