"""The open vocabulary, as far as checks of documents need it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stories.documents.faults import Fault
from stories.reading.faults import Word


@dataclass(frozen=True)
class Terms:
    """`deprecated`: (list, slug) → replacement."""

    slugs: Mapping[str, frozenset[str]]  # by list: place, tag, problem type, …
    units: Mapping[str, tuple[str, str]]  # indicator → (dimension, Chinese unit)
    deprecated: Mapping[tuple[str, str], str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)  # place → its parent

    def chain(self, place: str) -> list[str]:
        """From the place up to its province; each place once, even if the data has a cycle."""
        found: list[str] = []
        while place and place not in found:
            found.append(place)
            place = self.parents.get(place, "")
        return found

    def faults(self, path: str, kind: Word, slug: str) -> Iterator[Fault]:
        """At most one fault. `kind`: the list that the term at this path belongs to."""
        term = {"list": kind, "term": slug}
        if slug not in self.slugs.get(kind, frozenset()):
            yield Fault(path, "unknown-term", term)
        elif instead := self.deprecated.get((kind, slug)):
            yield Fault(path, "replaced-term", {**term, "instead": instead})
        elif instead is not None:
            yield Fault(path, "deprecated-term", term)
