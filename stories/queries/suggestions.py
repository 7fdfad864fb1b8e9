"""Autocompletion of the search box: terms in use, places and the newest cases."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from stories.queries.nodes import Node
from stories.queries.snapshot import FACETS, Library
from stories.search import sounds

TITLES_SUGGESTED = 200  # of the newest cases


@dataclass(frozen=True)
class Suggestion:
    """`label`: the words searched for when it is selected. `names`: further names that it matches.
    `spoken`: label and names in pinyin, by syllables; "" if it is not Chinese."""

    label: str
    kind: str  # in the reader's language
    case_count: int
    names: tuple[str, ...]
    spoken: tuple[str, ...]


def suggestions(library: Library) -> list[Suggestion]:
    """In the order of the vocabulary, cases last: 1 query."""
    terms = [
        _suggestion(str(node.label), str(FACETS[facet]), len(library.of(facet, node.value)), node)
        for facet, node in library.nodes_in_use()
    ]
    cards = library.cards(library.first("newest", TITLES_SUGGESTED))
    return [*terms, *(_suggestion(str(card.title), _("Case"), 1, None) for card in cards)]


def _suggestion(label: str, kind: str, case_count: int, node: Node | None) -> Suggestion:
    names: tuple[str, ...] = ()
    if node:
        every = (node.label_zh, node.label_en, *node.synonyms, *node.examples_zh, *node.examples_en)
        names = tuple(name for name in dict.fromkeys(every) if name != label)
    spoken = tuple(sounds.transcribed(name) for name in (label, *names))
    return Suggestion(label, kind, case_count, names, spoken)
