"""Why a published case is not saved, and where on the page that is said.

A fault of the check names a path in the case document; here the path finds its row and field.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from stories import checks, documents, glossary, records
from stories.admin.wordings import in_words
from stories.documents import DocumentError
from stories.models import (
    Actor,
    Case,
    CaseTag,
    Change,
    Derived,
    FollowUp,
    Measure,
    Metric,
    Problem,
    Solve,
    TypeLink,
    Where,
)
from stories.passages import Citation, LeftOut, Passage, Person, Source
from stories.vocabulary import PersonRole

REFUSED = _(
    "Nothing was saved: the case “%(case)s” is published and would no longer pass the check. "
    "Mend what is named here, or withdraw the case first."
)

# part of a document → the rows that it is made of
_LISTS: dict[str, type[Model]] = {
    "actors": Actor,
    "after_cites": Citation,
    "authors": Person,
    "before_cites": Citation,
    "changes": Change,
    "cites": Citation,
    "context": Metric,
    "derived": Derived,
    "editors": Person,
    "follow_up": FollowUp,
    "left_out": LeftOut,
    "measures": Measure,
    "metrics": Metric,
    "passages": Passage,
    "problems": Problem,
    "reading_lines": Passage,
    "solves": Solve,
    "sources": Source,
    "tags": CaseTag,
    "types": TypeLink,
    "where": Where,
}
# part of a document → the field of a form, where their names differ
_FIELDS = {
    "at": "passage",
    "op": "operation",
    "reading_marks": "marks",
    "reading_sha256": "sha256",
    "unit_cost": "unit_cost_state",
    "whole": "whole_state",
    "withheld_names": "withhold",
    "source": "passage",
    **{
        f"{event}_{part}": f"{event}_passage"
        for event in ("began", "ended", "when")
        for part in ("at", "source")
    },
    # The first citation stands in the row of what it carries.
    "cite": "passage",
    **{
        f"{cites}_{part}": f"{side}{field}"
        for cites, side in (
            *(("cite", ""), ("cites", "")),
            *(("before_cites", "before_"), ("after_cites", "after_")),
        )
        for part, field in (
            *(("at", "passage"), ("source", "passage")),
            *((name, name) for name in ("printed", "gloss", "claim")),
        )
    },
}
_FURTHER_CITE = re.compile(r"cites\[[1-9]")


@dataclass(frozen=True)
class Complaint:
    """A fault, told at a field; `prefix` "" is the page's own form, `index` None a whole list."""

    message: str
    prefix: str = ""
    index: int | None = None
    field: str | None = None


class Refusal(Exception):
    """The change would leave a published case that the check refuses; nothing of it is kept."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__("\n".join(str(complaint.message) for complaint in complaints))
        self.complaints = complaints


def refuse_faults(case_pk: int, form: Any = None, formsets: Sequence[Any] = ()) -> None:
    """Raises Refusal where a published case does not pass the check; in a transaction only.

    Each fault is told at the field of this page that it is about, else at the page's head.
    """
    case = Case.objects.select_for_update().filter(pk=case_pk).first()
    if case and case.is_published and (faults := standing_faults(case)):
        rows = rows_by_path(case)
        told = [_complaint(fault, rows, form, formsets) for fault in faults]
        raise Refusal([Complaint(REFUSED % {"case": case}), *dict.fromkeys(told)])


def standing_faults(case: Case) -> list[str]:
    """As `records.faults`; but a term deprecated since stays with the cases that have it."""
    try:
        document = documents.shaped(records.dump(case))
    except DocumentError as error:
        return error.problems
    return checks.faults(document, replace(glossary.stored_terms(), deprecated={}))


def field_of(path: str, fields: Any) -> str | None:
    """The field that a path within a row is about: title.zh → title_zh, cite.at → passage."""
    if _FURTHER_CITE.search(path):
        return None
    name = _flat(path)
    names = (_FIELDS.get(name), name, f"{name}_zh", name.split("_")[0])
    return next((name for name in names if name and name in fields), None)


def splits(path: str) -> Iterator[tuple[str, str]]:
    """a[0].b.c → (a[0].b.c, ""), (a[0].b, c), (a[0], b.c), ("", a[0].b.c)"""
    steps = path.split(".")
    for n in range(len(steps), -1, -1):
        yield ".".join(steps[:n]), ".".join(steps[n:])


def _flat(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path).replace(".", "_")


def _complaint(fault: str, rows: dict[str, Model], form: Any, formsets: Sequence[Any]) -> Complaint:
    path, _colon, what = fault.partition(": ")
    for head, rest in splits(path):
        place = _place(rows[head], rest, form, formsets) if head in rows else None
        if place:
            prefix, index, field = place
            is_exact = field or not rest or (prefix and index is None)
            return Complaint(in_words(what) if is_exact else f"{rest}: {in_words(what)}", *place)
    return Complaint(f"{path}: {in_words(what)}")


def _place(
    row: Model, rest: str, form: Any, formsets: Sequence[Any]
) -> tuple[str, int | None, str | None] | None:
    for formset in formsets:
        if formset.instance == row and formset.model is _list_of(rest):
            return formset.prefix, None, None
    if form and form.instance == row:
        return "", None, field_of(rest, form.fields)
    for formset in formsets:
        for index, part in enumerate(formset.forms):
            if part.instance == row:
                return formset.prefix, index, field_of(rest, part.fields)
    return None


def _list_of(rest: str) -> type[Model] | None:
    """The model of the list that a path within a row begins with."""
    flat = _flat(rest)
    return next((model for name, model in _LISTS.items() if flat.startswith(name)), None)


def rows_by_path(case: Case) -> dict[str, Model]:
    """path in the case document → the row that stands there: about 25 queries."""
    rows: dict[str, Model] = {"": case}
    rows |= _numbered("cites", case.statement_citations)
    rows |= _numbered("tags", case.case_tags.order_by("pk"))
    rows |= _numbered("derived", case.derived.all())
    rows |= _numbered("left_out", case.left_out.all())
    rows |= _numbered("context", case.metrics.filter(measure=None))
    rows |= {f"glance.{glance.question}": glance for glance in case.glances.all()}
    changes = case.changes.prefetch_related("citations")
    for path, change in _numbered("changes", changes).items():
        rows |= {path: change, **_numbered(f"{path}.before_cites", change.before_citations)}
        rows |= _numbered(f"{path}.after_cites", change.after_citations)
    follow_ups = case.follow_ups.prefetch_related("citations")
    for path, follow_up in _numbered("follow_up", follow_ups).items():
        rows |= {path: follow_up, **_numbered(f"{path}.cites", follow_up.statement_citations)}
    sources = case.sources.prefetch_related("people", "passages")
    for path, source in _numbered("sources", sources).items():
        people = list(source.people.all())
        editors = [person for person in people if person.role == PersonRole.EDITOR]
        authors = [person for person in people if person.role != PersonRole.EDITOR]
        rows |= {path: source, **_numbered(f"{path}.authors", authors)}
        rows |= _numbered(f"{path}.passages", source.passages.all())
        rows |= _numbered(f"{path}.editors", editors)
    problems = case.problems.prefetch_related("citations")
    for path, problem in _numbered("problems", problems).items():
        rows |= {path: problem, **_numbered(f"{path}.cites", problem.statement_citations)}
    measures = case.measures.prefetch_related(
        "citations", "actors", "metrics", "type_links", "where", "solves"
    )
    for path, measure in _numbered("measures", measures).items():
        rows |= {path: measure, **_numbered(f"{path}.cites", measure.statement_citations)}
        rows |= _numbered(f"{path}.types", measure.type_links.all())
        rows |= _numbered(f"{path}.where", measure.where.all())
        rows |= _numbered(f"{path}.solves", measure.solves.all())
        rows |= _numbered(f"{path}.actors", measure.actors.all())
        rows |= _numbered(f"{path}.metrics", measure.metrics.all())
    return rows


def _numbered(path: str, rows: Any) -> dict[str, Any]:
    return {f"{path}[{n}]": row for n, row in enumerate(rows)}
