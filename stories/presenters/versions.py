"""Presents the differences between two versions of a case in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories.choices import (
    ActorRole,
    Basis,
    Claim,
    Condition,
    FollowUpState,
    GlanceQuestion,
    GlanceState,
    Independence,
    Inferred,
    LeftOutReason,
    Licence,
    MeasureStatus,
    NotSaid,
    Operation,
    PassageKind,
    PersonRole,
    Qualifier,
    ReportedBy,
    Shows,
    SourceType,
    Stage,
    UnitCostState,
    WholeState,
)
from stories.choices import Kind as MetricKind
from stories.documents import diff
from stories.documents.diff import Change, Kind
from stories.languages import HTML_CODES, in_language, reader_language
from stories.presenters.terms import Terms

# Labels of the sections of a document.
SECTIONS = {
    "title": _("Title"),
    "key_message": _("Key message"),
    "abstract": _("Abstract"),
    "cites": _("Citations"),
    "telling": _("Key figures"),
    "place": _("Place"),
    "place_inferred": _("Place"),
    "place_note": _("Place"),
    "name_as_reported": _("Name in the source"),
    "began": _("Date"),
    "ended": _("Date"),
    "period_note": _("Date"),
    "tags": _("Tags"),
    "sources": _("Sources"),
    "problems": _("Problems"),
    "measures": _("Measures"),
    "context": _("Place profile"),
    "derived": _("Derived figures"),
    "unit_cost": _("Unit cost"),
    "changes": _("Before and after"),
    "glance": _("Key facts"),
    "follow_up": _("Questions left open"),
    "pictures": _("Pictures"),
    "checked": _("Check against the text"),
    "left_out": _("Figures left uncoded"),
}
# Labels of all other fields of the schema.
FIELDS = {
    "accessed": _("Accessed"),
    "actors": _("Bodies taking part"),
    "after": _("After"),
    "after_cites": _("Citations of what was after"),
    "alt": _("Description of the picture"),
    "archived_url": _("archived copy"),
    "at": _("Passage"),
    "authors": _("Authors"),
    "basis": _("Basis"),
    "before": _("Before"),
    "before_case": _("before the case"),
    "before_cites": _("Citations of what was before"),
    "caption": _("Caption"),
    "cite": _("Citation"),
    "claim": _("Whose words"),
    "condition": _("State of the text read"),
    "condition_note": _("Note on the state of the text"),
    "container": _("Publication"),
    "credit": _("Picture credit"),
    "credit_url": _("Link of the picture credit"),
    "editors": _("Editors"),
    "edtf": _("Date in EDTF"),
    "en": _("in English"),
    "file": _("File"),
    "format": _("Format of the document"),
    "gist": _("Gist"),
    "gloss": _("English gloss"),
    "heading": _("Heading"),
    "height": _("Height in pixels"),
    "high": _("Upper bound"),
    "independence": _("Independence"),
    "independence_note": _("Note on independence"),
    "indicator": _("What is counted"),
    "inferred": _("What was inferred"),
    "issued": _("Publication date"),
    "issued_note": _("Note on the publication date"),
    "key": _("Key"),
    "keywords": _("Further search words"),
    "kind": _("Kind"),
    "label": _("Label"),
    "licence": _("Licence"),
    "lines": _("Lines of the file"),
    "locator": _("Position of the passage"),
    "looked_on": _("Looked at on"),
    "low": _("Lower bound"),
    "marks": _("Marks taken out of the text"),
    "measure": _("Measure"),
    "metric": _("Figure"),
    "metrics": _("Figures"),
    "name": _("Name"),
    "not_said": _("Not said by the source"),
    "note": _("Note"),
    "of": _("Computed from"),
    "op": _("Operation"),
    "passages": _("Passages"),
    "period": _("Period"),
    "printed": _("As printed"),
    "problem": _("Problem"),
    "publisher": _("Publisher"),
    "qualifier": _("Qualifier"),
    "question": _("Question"),
    "reading": _("Text read"),
    "reading_note": _("Why it is read so"),
    "reason": _("Reason"),
    "reported_by": _("Reported by"),
    "role": _("Role"),
    "same_report_as": _("Same report as"),
    "scope": _("Scope"),
    "section": _("Section"),
    "on": _("Day"),
    "sha256": _("Checksum of the text read"),
    "shows": _("What readers may see of the text"),
    "slug": _("Name in the address"),
    "solves": _("Problems addressed"),
    "source": _("Source"),
    "stage": _("Stage"),
    "state": _("State"),
    "statement": _("Statement"),
    "status": _("Status"),
    "subject": _("Subject"),
    "summary": _("Summary"),
    "text": _("Text"),
    "type": _("Type"),
    "types": _("Types"),
    "unit": _("Unit"),
    "url": _("Link"),
    "url_note": _("Note on the link"),
    "value": _("Value"),
    "when": _("When"),
    "where": _("Where"),
    "whole": _("Of which number it is a part"),
    "widths": _("Widths in pixels"),
    "withheld_names": _("Names withheld"),
    "zh": _("in Chinese"),
    **{question.value: question.label for question in GlanceQuestion},
}
# Closed lists by the name of the field; a role is in one of two lists.
_CHOICES: dict[str, tuple[type[TextChoices], ...]] = {
    "basis": (Basis,),
    "claim": (Claim,),
    "condition": (Condition,),
    "independence": (Independence,),
    "inferred": (Inferred,),
    "kind": (MetricKind, PassageKind),
    "licence": (Licence,),
    "not_said": (NotSaid,),
    "op": (Operation,),
    "qualifier": (Qualifier,),
    "reason": (LeftOutReason,),
    "reported_by": (ReportedBy,),
    "role": (PersonRole, ActorRole),
    "shows": (Shows,),
    "stage": (Stage,),
    "state": (GlanceState, FollowUpState, UnitCostState, WholeState),
    "status": (MeasureStatus,),
    "type": (SourceType,),
}
# Facets of vocabulary terms, by the name of the field.
_TERMS = {
    "indicator": "indicator",
    "kind": "actor",
    "place": "place",
    "place_inferred": "place",
    "tags": "tag",
    "type": "problem",
    "types": "measure",
    "where": "place",
}
_SOURCES = ("source", "same_report_as")  # fields with the key of a source
_TITLE_LIMIT = {"zh": 24, "en": 48}  # characters of a source's title where it is cited
_KINDS = {Kind.ADDED: _("added"), Kind.REMOVED: _("removed"), Kind.CHANGED: _("changed")}
_FOR_PROGRAMS = ("key", "sha256", "lines")  # left out where a whole part is put in words
_SHOWN_FIRST = (
    "title",
    "heading",
    "statement",
    "question",
    "subject",
    "label",
    "name",
    "scope",
    "printed",
)


@dataclass(frozen=True)
class ChangePresenter:
    """One changed statement, number or citation: its location and its words.

    `path`: as `diff.Change` has it.
    """

    path: tuple[str, ...]
    kind: str
    kind_label: str
    section: str
    where: str  # below its section: titles and names
    pieces: list[tuple[str, str]]  # (operation, text), see diff.words
    language: str  # as `lang` has it


def presented(
    before: Mapping[str, Any], after: Mapping[str, Any], terms: Terms
) -> list[tuple[str, list[ChangePresenter]]]:
    """By section, in the order of the document, in the reader's language; changes only in the other
    language are left to the other language's page."""
    wording = _Wording.of(terms, before, after)
    found: dict[str, list[ChangePresenter]] = {}
    for change in diff.changes(before, after):
        presenter = wording.change(change, before, after)
        if presenter:
            found.setdefault(presenter.section, []).append(presenter)
    return list(found.items())


def place_and_kind(
    change: Change, before: Mapping[str, Any], after: Mapping[str, Any], terms: Terms
) -> tuple[str, str]:
    """The location of a change below its section, and its kind, in the reader's language."""
    wording = _Wording.of(terms, before, after)
    return wording.where(change.path, after, before), str(_KINDS[change.kind])


def place_of(path: Sequence[str], document: Mapping[str, Any], terms: Terms) -> list[str]:
    """The section of a statement and its location in it, in the reader's language."""
    where = _Wording.of(terms, document).where(path, document)
    return [part for part in (section_label(path), where) if part]


def section_label(path: Sequence[str]) -> str:
    """The label of the section that contains a change, in the reader's language."""
    section = SECTIONS.get(path[0])
    return str(section) if section else path[0]


@dataclass(frozen=True)
class _Wording:
    """Formats plain values of documents in one language. `titles`: of sources, by their keys."""

    terms: Terms
    language: str
    titles: Mapping[str, str]

    @classmethod
    def of(cls, terms: Terms, *documents: Mapping[str, Any]) -> "_Wording":
        """In the reader's language; of a source, the title in the last document that has it."""
        language = reader_language()
        titles = {
            source["key"]: in_language(source["title"], language)
            for document in documents
            for source in document.get("sources", ())  # {} stands before the first version
        }
        return cls(terms, language, titles)

    def change(
        self, change: Change, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> ChangePresenter | None:
        name = change.path[-1]
        old, new = self.words(change.before, name), self.words(change.after, name)
        if old == new:
            return None
        return ChangePresenter(
            change.path,
            change.kind.value,
            str(_KINDS[change.kind]),
            section_label(change.path),
            self.where(change.path, after, before),
            [(operation, text) for operation, text in diff.words(old, new, self.language) if text],
            HTML_CODES[self.language],
        )

    def where(self, path: Sequence[str], *documents: Mapping[str, Any]) -> str:
        """The titles and names along the path; in words if a part has them."""
        for document in documents:
            steps: list[str] = []
            value: Any = document
            for n, step in enumerate(path):
                value = _step(value, step)
                if n:
                    steps.append(self.title(value) or self.label(path[n - 1], step))
            if value is not None:
                return " › ".join(steps)
        return " › ".join(map(_label, path[1:]))

    def title(self, value: Any) -> str:
        if not isinstance(value, Mapping):
            return ""
        for name in _SHOWN_FIRST:
            if value.get(name):
                return self.words(value[name])
        return ""

    def label(self, above: str, step: str) -> str:
        """The label of a field, or of the term that identifies a part of the list above it."""
        return self.term(above, step) or _label(step)

    def words(self, value: Any, name: str = "") -> str:
        """A value as a line of text; `name`: the field that contains it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, Mapping):
            if isinstance(value.get("zh"), str):
                return str(in_language(value, self.language))
            parts = (
                self.words(part, field)
                for field, part in value.items()
                if field not in _FOR_PROGRAMS
            )
            return " · ".join(part for part in parts if part)
        if isinstance(value, list):
            return "; ".join(self.words(part, name) for part in value)
        for choices in _CHOICES.get(name, ()):
            if value in choices.values:
                return str(choices(value).label)
        if name in _SOURCES and value in self.titles:
            return Truncator(self.titles[value]).chars(_TITLE_LIMIT[self.language])
        return self.term(name, value) or str(value)

    def term(self, name: str, value: Any) -> str:
        """The label of a vocabulary term; "" if the field has no terms."""
        try:
            return str(self.terms[_TERMS[name]][value].label)
        except KeyError:
            return ""


def _label(step: str) -> str:
    """The label of a field; an identity is returned unchanged."""
    return str(FIELDS.get(step) or SECTIONS.get(step) or step)


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list):
        return diff.by_identity(value).get(step) if value and isinstance(value[0], dict) else None
    return None
