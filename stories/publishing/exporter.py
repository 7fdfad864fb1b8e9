"""Exports the rows of a case as its case document.

The importer is the inverse: loading what was dumped changes nothing.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from stories.choices import (
    DOCUMENT_FORMAT,
    ChangeSide,
    DatedEvent,
    GlanceQuestion,
    GlanceState,
    PersonRole,
    Shows,
)
from stories.documents import conversion, proof, serialization
from stories.documents.faults import DocumentError
from stories.documents.schema import CaseDocument
from stories.models.case import Case, CaseTag, InferredPlace
from stories.models.measures import Actor, Change, Measure, Problem, Solve, TypeLink, Where
from stories.models.metrics import Derived, Metric, Operand
from stories.models.pictures import Picture
from stories.models.questions import FollowUp
from stories.models.sources import CITED, Citation, LeftOut, Source

CHUNK = 200  # cases per query


def dump(case: Case) -> dict[str, Any]:
    """The document of a case as plain lists and dicts, in written order: about 20 queries.

    Where a draft lacks a required value, the dump has an empty string or list, which the check
    reports.
    """
    ((_case, document),) = dumped([case.pk])
    return document


def documents_of(cases: Iterable[int]) -> Iterator[tuple[Case, CaseDocument]]:
    """(case, document) for cases given by primary key. Raises DocumentError for a damaged one."""
    for case, document in dumped(cases):
        try:
            yield case, serialization.shaped(document)
        except DocumentError as error:
            raise DocumentError(fault.inside(case.slug) for fault in error.faults) from error


def dumped(cases: Iterable[int]) -> Iterator[tuple[Case, dict[str, Any]]]:
    """(case, dumped document) in the given order: as many queries for CHUNK cases as for one."""
    pks = list(cases)
    for n in range(0, len(pks), CHUNK):
        some = _dumpable().in_bulk(pks[n : n + CHUNK])
        links = _Links(some)
        for case in (some[pk] for pk in pks[n : n + CHUNK]):
            yield case, _proved(case, _document(case, links))


def _dumpable() -> QuerySet[Case]:
    return Case.objects.select_related(
        "place", "unit_cost_metric", "unit_cost_derived"
    ).prefetch_related(
        Prefetch("inferred_places", InferredPlace.objects.select_related("place")),
        Prefetch("case_tags", CaseTag.objects.order_by("pk").select_related("tag")),
        Prefetch("sources", Source.objects.select_related("same_report_as")),
        "sources__people",
        "sources__passages",
        Prefetch("problems", Problem.objects.select_related("type")),
        Prefetch("measures__type_links", TypeLink.objects.select_related("type")),
        Prefetch("measures__where", Where.objects.select_related("place")),
        Prefetch("measures__solves", Solve.objects.select_related("problem")),
        Prefetch("measures__actors", Actor.objects.select_related("kind")),
        Prefetch("metrics", Metric.objects.select_related("indicator", "whole_metric")),
        Prefetch("derived__operands", Operand.objects.select_related("metric")),
        "changes",
        "glances",
        Prefetch("follow_ups", FollowUp.objects.select_related("measure")),
        "pictures",
        Prefetch("left_out", LeftOut.objects.select_related("passage__source")),
    )


def _proved(case: Case, document: dict[str, Any]) -> dict[str, Any]:
    """With the proof of the last version, if the rows still equal what was proved."""
    if case.checked_on and proof.digest(document) == case.checked_sha256:
        document["checked"] = {"on": case.checked_on, "sha256": case.checked_sha256}
    return document


def _document(case: Case, links: "_Links") -> dict[str, Any]:
    metrics: dict[int | None, list[Metric]] = {}
    for metric in case.metrics.all():
        metrics.setdefault(metric.measure_id, []).append(metric)
    telling = [metric for metric in case.metrics.all() if metric.telling_position is not None]
    return {
        "format": DOCUMENT_FORMAT,
        "slug": case.slug,
        "title": _text(case, "title"),
        "key_message": _text(case, "key_message"),
        "abstract": _text(case, "abstract"),
        "cites": links.of(case=case),
        "telling": [metric.key for metric in sorted(telling, key=_telling_position)],
        "place": case.place.code,
        "place_inferred": [row.place.code for row in case.inferred_places.all()],
        "place_note": _optional(case, "place_note"),
        "name_as_reported": _text(case, "name_as_reported"),
        "began": _date(case, DatedEvent.BEGAN, links, case=case),
        "ended": _date(case, DatedEvent.ENDED, links, case=case),
        "period_note": _optional(case, "period_note"),
        "tags": [row.tag.slug for row in case.case_tags.all()],
        "sources": [_source(row) for row in case.sources.all()],
        "problems": [_problem(row, links) for row in case.problems.all()],
        "measures": [_measure(row, metrics.get(row.pk, []), links) for row in case.measures.all()],
        "context": [_metric(row, links) for row in metrics.get(None, [])],
        "derived": [_derived(row) for row in case.derived.all()],
        "unit_cost": {
            "state": case.unit_cost_state,
            "of": case.unit_cost_of.key if case.unit_cost_of else None,
            "note": _optional(case, "unit_cost_note"),
        },
        "changes": [_change(row, links) for row in case.changes.all()],
        "glance": _glance(case, links),
        "follow_up": [_follow_up(row, links) for row in case.follow_ups.all()],
        "pictures": [_picture(row) for row in case.pictures.all()],
        "checked": None,
        "left_out": [_left_out(row) for row in case.left_out.all()],
    }


class _Links:
    """Citations and linked measures of several cases, grouped by their target: 2 queries."""

    def __init__(self, cases: Collection[int]) -> None:
        self.measures: dict[int, list[str]] = {}  # change → keys, in order
        rows = Change.measures.through._default_manager.filter(change__case__in=cases)
        for change, key in rows.order_by("pk").values_list("change_id", "measure__key"):
            self.measures.setdefault(change, []).append(key)
        self.cites: dict[tuple[str, int, str], list[dict[str, str | None]]] = {}
        targets = [f"{name}_id" for name in CITED]
        citations = Citation.objects.filter(passage__source__case__in=cases).values_list(
            *("passage__source__key", "passage__locator", "printed", "gloss", "claim", "event"),
            *targets,
        )
        for source, locator, printed, gloss, claim, event, *pks in citations:
            target, pk = next((name, pk) for name, pk in zip(CITED, pks, strict=True) if pk)
            at = {"source": source, "at": locator, "printed": printed}
            at |= {"gloss": gloss or None, "claim": claim}
            self.cites.setdefault((target, pk, event), []).append(at)

    def of(self, event: str = "", **target: Model) -> list[dict[str, str | None]]:
        """The citations of a row, or of one of its dates."""
        ((name, row),) = target.items()
        return self.cites.get((name, row.pk, event), [])


def _source(row: Source) -> dict[str, Any]:
    people = [{"name": _text(person, "name"), "role": person.role} for person in row.people.all()]
    return {
        "key": row.key,
        "type": row.type,
        "title": _text(row, "title"),
        "authors": [person for person in people if person["role"] != PersonRole.EDITOR],
        "editors": [person for person in people if person["role"] == PersonRole.EDITOR],
        "container": _optional(row, "container"),
        "publisher": _optional(row, "publisher"),
        "issued": row.issued or None,
        "issued_note": _optional(row, "issued_note"),
        "url": row.url or None,
        "archived_url": row.archived_url or None,
        "url_note": _optional(row, "url_note"),
        "accessed": row.accessed or None,
        "section": _optional(row, "section"),
        "reported_by": row.reported_by,
        "independence": row.independence,
        "independence_note": _optional(row, "independence_note"),
        "same_report_as": row.same_report_as.key if row.same_report_as else None,
        "condition": row.condition,
        "condition_note": _optional(row, "condition_note"),
        "withheld_names": row.withheld_names,
        "reading": {
            "sha256": row.sha256,
            "marks": row.marks,
            "lines": {passage.locator: passage.lines for passage in row.passages.all()},
        },
        "passages": [
            {
                "locator": passage.locator,
                "kind": conversion.kind_of(passage.locator),
                "gist": _optional(passage, "gist"),
            }
            for passage in row.passages.all()
        ],
        **({"shows": row.shows} if row.shows != Shows.FRAGMENT else {}),
    }


def _problem(row: Problem, links: _Links) -> dict[str, Any]:
    return {
        "key": row.key,
        "type": row.type.slug,
        "heading": _optional(row, "heading"),
        "statement": _text(row, "statement"),
        "keywords": _keywords(row),
        "cites": links.of(problem=row),
    }


def _measure(row: Measure, metrics: list[Metric], links: _Links) -> dict[str, Any]:
    return {
        "key": row.key,
        "types": [link.type.slug for link in row.type_links.all()],
        "title": _text(row, "title"),
        "summary": _text(row, "summary"),
        "status": row.status,
        "before_case": row.before_case,
        "not_said": row.not_said,
        "where": [{"place": at.place.code, "basis": at.basis} for at in row.where.all()],
        "when": _date(row, DatedEvent.WHEN, links, measure=row),
        "actors": [
            {
                "name": _text(actor, "name"),
                "kind": actor.kind.slug,
                "role": actor.role,
                "basis": actor.basis,
            }
            for actor in row.actors.all()
        ],
        "solves": [
            {"problem": solve.problem.key, "stage": solve.stage, "basis": solve.basis}
            for solve in row.solves.all()
        ],
        "keywords": _keywords(row),
        "cites": links.of(measure=row),
        "metrics": [_metric(metric, links) for metric in metrics],
    }


def _derived(row: Derived) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": _text(row, "label"),
        "op": row.operation,
        "of": [operand.metric.key for operand in row.operands.all()],
        "value": _plain(row.value),
        "qualifier": row.qualifier,
        "unit": _text(row, "unit"),
        "note": _optional(row, "note"),
    }


def _change(row: Change, links: _Links) -> dict[str, Any]:
    return {
        "key": row.key,
        "subject": _text(row, "subject"),
        "before": _text(row, "before"),
        "before_cites": links.of(ChangeSide.BEFORE, change=row),
        "after": _optional(row, "after"),
        "after_cites": links.of(ChangeSide.AFTER, change=row),
        "measures": links.measures.get(row.pk, []),
    }


def _follow_up(row: FollowUp, links: _Links) -> dict[str, Any]:
    return {
        "key": row.key,
        "measure": row.measure.key if row.measure else None,
        "question": _text(row, "question"),
        "state": row.state,
        "looked_on": row.looked_on or None,
        "text": _optional(row, "text"),
        "cites": links.of(follow_up=row),
    }


def _left_out(row: LeftOut) -> dict[str, Any]:
    return {
        "source": row.passage.source.key,
        "at": row.passage.locator,
        "printed": row.printed,
        "gloss": row.gloss or None,
        "reason": row.reason,
        "note": _optional(row, "note"),
    }


def _picture(row: Picture) -> dict[str, Any]:
    return {
        "file": row.name,
        "sha256": row.sha256,
        "widths": row.widths,
        "height": row.height,
        "alt": _text(row, "alt"),
        "caption": _optional(row, "caption"),
        "credit": {"zh": row.credit_zh, "en": row.credit_en or row.credit_zh},
        "credit_url": row.credit_url or None,
        "licence": row.licence,
    }


def _metric(row: Metric, links: _Links) -> dict[str, Any]:
    cited = links.of(metric=row)
    return {
        "key": row.key,
        "indicator": row.indicator.slug,
        "kind": row.kind or None,
        "low": _plain(row.low),
        "high": _plain(row.high),
        "qualifier": row.qualifier,
        "scope": _optional(row, "scope"),
        "period": _optional(row, "period"),
        "note": _optional(row, "note"),
        **({"reading_note": reading} if (reading := _optional(row, "reading_note")) else {}),
        "whole": {
            "state": row.whole_state,
            "metric": row.whole_metric.key if row.whole_metric else None,
        },
        **({"cite": cited[0]} if cited else {}),
    }


def _glance(case: Case, links: _Links) -> dict[str, Any]:
    rows = {row.question: row for row in case.glances.all()}
    return {
        question: {
            "state": rows[question].state if question in rows else GlanceState.NOT_CODED,
            "text": _optional(rows[question], "text") if question in rows else None,
            "cites": links.of(glance=rows[question]) if question in rows else [],
        }
        for question in GlanceQuestion.values
    }


def _text(row: Model, column: str) -> dict[str, str]:
    return {language: getattr(row, f"{column}_{language}") for language in ("zh", "en")}


def _keywords(row: Model) -> dict[str, list[str]]:
    return {language: getattr(row, f"keywords_{language}") for language in ("zh", "en")}


def _telling_position(metric: Metric) -> int:
    return metric.telling_position or 0


def _optional(row: Model, column: str) -> dict[str, str] | None:
    text = _text(row, column)
    return text if any(text.values()) else None


def _date(row: Model, event: DatedEvent, links: _Links, **target: Model) -> dict[str, Any] | None:
    edtf = getattr(row, event)
    if not edtf:
        return None
    at = next(iter(links.of(event, **target)), {})
    return {
        "edtf": edtf,
        "printed": at.get("printed") or "",
        "gloss": at.get("gloss"),
        "inferred": getattr(row, f"{event}_inferred") or None,
        "source": at.get("source") or "",
        "at": at.get("at") or "",
    }


def _plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
