"""The faults of a case for the workbench, each with the form or page where it is corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Model

from stories.admin.desk import change_url
from stories.admin.fault_links import located, where
from stories.admin.fault_rows import rows_by_path
from stories.documents.faults import Fault
from stories.documents.text_checks import ACCOUNTING
from stories.models.case import Case
from stories.models.measures import Measure, Problem
from stories.models.metrics import Metric
from stories.models.questions import Glance
from stories.models.sources import Citation, LeftOut, Passage, Person, Source

# Model → kind of the workbench form that edits it.
KINDS: dict[type[Model], str] = {
    Citation: "cite",
    Glance: "glance",
    LeftOut: "left_out",
    Measure: "measure",
    Metric: "metric",
    Passage: "gist",
    Problem: "problem",
    Source: "source",
}
# Fields of a case that are in its workbench form.
ON_THE_CASE = (
    *("title", "key_message", "abstract", "name_as_reported", "unit_cost", "telling"),
    "period_note",
)


@dataclass(frozen=True)
class Point:
    """A fault: `kind` and `pk` of the form that corrects it, or else the `url` of the page."""

    where: str
    what: str
    kind: str = ""
    pk: int = 0
    url: str = ""


def points(case: Case, *lists: Sequence[Fault]) -> list[list[Point]]:
    """The points for each list of faults: about 25 queries in all.

    Open numerals are left out, because they are counted and marked in the text.
    """
    rows = rows_by_path(case)
    found = ([fault for fault in faults if fault.path != ACCOUNTING] for faults in lists)
    return [list(_points(faults, rows)) for faults in found]


def _points(faults: Sequence[Fault], rows: dict[str, Model]) -> Iterator[Point]:
    for fault in faults:
        found = located(fault, rows)
        words = where([row for row, _rest in found], found[0][1])
        kind, row = _form_of(found, fault)
        if kind:
            yield Point(words, fault.words(), kind, row.pk)
        else:
            page = next(row for row, _rest in found if admin.site.is_registered(type(row)))
            yield Point(words, fault.words(), url=change_url(page))


def _form_of(found: Sequence[tuple[Model, str]], fault: Fault) -> tuple[str, Model]:
    row, rest = found[0]
    if isinstance(row, Person):
        return "source", found[1][0]
    if isinstance(row, Citation) and not row.event:
        return _kind_of_citation(row), row.target if _is_first(row) else row
    if isinstance(row, Case):
        return ("case" if rest.startswith(ON_THE_CASE) else ""), row
    if rest.startswith(("when", "actors", "where", "types[1", "keywords", "not_said")):
        return "", row
    return KINDS.get(type(row), ""), row


def _is_first(row: Citation) -> bool:
    """Whether the citation is edited in the form of its statement."""
    first = next(iter(row.target.statement_citations), None)
    return not isinstance(row.target, Case) and first == row


def _kind_of_citation(row: Citation) -> str:
    return KINDS.get(type(row.target), "cite") if _is_first(row) else "cite"
