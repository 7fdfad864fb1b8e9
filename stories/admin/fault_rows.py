"""Maps the path of a fault in the case document to the row and field where it is corrected."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from stories.choices import PersonRole
from stories.models.case import Case

# Part of a document → form field, where the names differ.
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
    # The first citation is edited in the form of its statement.
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


def field_of(path: str, fields: Any) -> str | None:
    """The form field for a path within a row, or None: title.zh → title_zh, cite.at → passage."""
    if _FURTHER_CITE.search(path):
        return None
    name = re.sub(r"\[\d+\]", "", path).replace(".", "_")
    names = (_FIELDS.get(name), name, f"{name}_zh", name.split("_")[0])
    return next((name for name in names if name and name in fields), None)


def splits(path: str) -> Iterator[tuple[str, str]]:
    """Every split of a path in two, longest head first: a[0].b.c → (a[0].b.c, ""), (a[0].b, c),
    (a[0], b.c), ("", a[0].b.c)"""
    steps = path.split(".")
    for n in range(len(steps), -1, -1):
        yield ".".join(steps[:n]), ".".join(steps[n:])


def rows_by_path(case: Case) -> dict[str, Model]:
    """path in the case document → row: about 25 queries."""
    rows: dict[str, Model] = {"": case}
    rows |= _numbered("cites", case.statement_citations)
    rows |= _numbered("tags", case.case_tags.order_by("pk").select_related("tag"))
    rows |= _numbered("derived", case.derived.all())
    rows |= _numbered("left_out", case.left_out.all())
    rows |= _numbered("context", case.metrics.filter(measure=None).select_related("indicator"))
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
    return rows | _rows_of_measures(case)


def _rows_of_measures(case: Case) -> dict[str, Model]:
    rows: dict[str, Model] = {}
    measures = case.measures.prefetch_related(
        "citations",
        "actors",
        "metrics__indicator",
        "type_links__type",
        "where__place",
        "solves__problem",
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
