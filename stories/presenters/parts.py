"""Base classes of presenters: field access, labels, dates, citations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.functional import cached_property

from stories.choices import Claim, Inferred
from stories.languages import in_language
from stories.reading import date_fragments, dates

if TYPE_CHECKING:
    from stories.presenters.case import CasePresenter
    from stories.presenters.sources import PassagePresenter


class PartPresenter:
    """A part of a document: attributes are its fields, with texts in the reader's language."""

    def __init__(self, case: "CasePresenter", data: Mapping[str, Any]) -> None:
        self.case = case
        self.data = data

    def __getattr__(self, name: str) -> Any:
        data = self.__dict__["data"]
        if name not in data:
            raise AttributeError(name)
        value = data[name]
        if value is None:
            value = ""
        elif _is_text(value):
            value = in_language(value, self.case.language)
        self.__dict__[name] = value
        return value

    @cached_property
    def cited(self) -> list["CitedPassage"]:
        """The passages cited for its statement."""
        return self.case.passages_of(self.data["cites"])

    def label_of(self, choices: type[TextChoices], value: str) -> str:
        return label(choices, value, self.case.language)

    def presented_date(self, date: Mapping[str, Any] | None) -> "DatePresenter | None":
        return DatePresenter(self.case, date) if date else None


class DatePresenter(PartPresenter):
    """`edtf`, `inferred_label` ("" if the source prints all of it), and its passage."""

    @property
    def inferred_label(self) -> str:
        inferred = self.data["inferred"]
        return self.label_of(Inferred, inferred) if inferred else ""

    @property
    def tenths(self) -> dates.Tenths:
        """See `date_fragments.tenths_of`."""
        return date_fragments.tenths_of(self.data["edtf"], self.data["printed"])

    @cached_property
    def cited(self) -> list["CitedPassage"]:
        return self.case.passages_of([self.data]) if self.data["source"] else []


Quoted = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A printed fragment with its English gloss; `claim` says whose words, "" for plain report.

    `quoted`: text before it in its sentence or passage, the fragment, and text after it, if readers
    may see that; else None.
    """

    printed: str
    gloss: str
    claim: str
    quoted: "Quoted | None" = None


@dataclass(slots=True)
class CitedPassage:
    """A passage with the fragments of it that are cited for one statement."""

    passage: "PassagePresenter"
    fragments: list[Fragment] = field(default_factory=list)
    is_last_of_source: bool = True  # among the passages of its source that the statement cites


def cited_passages(case: "CasePresenter", cites: Iterable[Mapping[str, Any]]) -> list[CitedPassage]:
    """Each passage once, in the order of the sources."""
    found: dict[tuple[str, str], CitedPassage] = {}
    for cite in cites:
        key = (cite["source"], cite["at"])
        if key not in found:
            found[key] = CitedPassage(case.passage(*key))
        found[key].fragments.append(_fragment(case, cite))
    ordered = sorted(found.values(), key=lambda cited: cited.passage.order)
    for one, following in pairwise(ordered):
        one.is_last_of_source = one.passage.source is not following.passage.source
    return ordered


def _fragment(case: "CasePresenter", cite: Mapping[str, Any]) -> Fragment:
    claim = cite.get("claim", Claim.REPORTED)
    words = "" if claim == Claim.REPORTED else label(Claim, claim, case.language)
    quoted = case.quoted.get((cite["source"], cite["at"], cite["printed"]))
    return Fragment(cite["printed"], cite["gloss"] or "", words, quoted)


@lru_cache(maxsize=400)
def label(choices: type[TextChoices], value: str, language: str) -> str:
    """The label of a value of a closed list; `language` is the reader's."""
    return str(choices(value).label)


def _is_text(value: Any) -> bool:
    return type(value) is dict and len(value) == 2 and isinstance(value.get("zh"), str)
