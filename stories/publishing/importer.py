"""A case document → the rows of its case, and its place in the index.

Loading what was dumped changes nothing; a case is loaded whole or not at all.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Model

from stories.choices import ChangeSide, DatedEvent, GlanceQuestion, UnitCostState, VersionKind
from stories.documents import schema
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, Cite, Date, DocumentError, Text
from stories.models.case import (
    Actor,
    Case,
    CaseTag,
    Change,
    Derived,
    FollowUp,
    Glance,
    InferredPlace,
    Measure,
    Metric,
    Operand,
    Problem,
    Solve,
    TypeLink,
    Where,
)
from stories.models.pictures import Picture
from stories.models.sources import Citation, LeftOut, Passage, Person, Source
from stories.models.vocabulary import BodyKind, Indicator, MeasureType, Place, ProblemType, Tag
from stories.publishing import publisher
from stories.publishing.exporter import dump
from stories.publishing.publisher import NO_NOTE, Note, PublishingError


class Loading(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def load(
    document: CaseDocument,
    note: Note = NO_NOTE,
    kind: VersionKind = VersionKind.UPDATE,
    at: datetime | None = None,
) -> Loading:
    """Make the rows of one case say what the document says, and publish it as the next version.

    The document has been checked. Where it is the current version and the rows say the same,
    nothing happens. Rows of the case are written anew, so a changed one costs about 50 statements.
    Raises DocumentError where a source's key belongs to another case or a note is missing.
    """
    with transaction.atomic():
        case = Case.objects.filter(slug=document.slug).first()
        # As text, because the order of a source's passages counts.
        is_same = case and json.dumps(dump(case)) == json.dumps(document.model_dump(mode="json"))
        is_current = publisher.is_current(document)
        if is_same and is_current:
            return Loading.UNCHANGED
        if not is_same:
            _refuse_taken_keys(document)
            case = case or Case(slug=document.slug)
            _Loader(case, document).write()
        assert case
        if not is_current:
            try:
                version = publisher.publish(document, kind, note, at)
            except PublishingError as error:
                raise DocumentError([error.fault]) from error
            case.mark_published(version.published_at)
            return Loading.CREATED if version.number == 1 else Loading.UPDATED
        return Loading.UPDATED


def _refuse_taken_keys(document: CaseDocument) -> None:
    keys = [source.key for source in document.sources]
    taken = dict(
        Source.objects.filter(key__in=keys)
        .exclude(case__slug=document.slug)
        .values_list("key", "case__slug")
    )
    if taken:
        raise DocumentError(
            Fault(f"sources[{n}].key", "source-taken", {"key": key, "case": taken[key]})
            for n, key in enumerate(keys)
            if key in taken
        )


class _Loader:
    """Writes one document as rows: parents first, each kind of row in one statement."""

    def __init__(self, case: Case, document: CaseDocument) -> None:
        self.case = case
        self.document = document
        self.passages: dict[tuple[str, str], Passage] = {}
        self.citations: list[Citation] = []

    def write(self) -> None:
        self._case()
        self._clear()
        self._sources()
        self._left_out()
        problems = self._problems()
        measures = self._measures(problems)
        metrics = self._metrics(measures)
        derived = self._derived(metrics)
        self._unit_cost(metrics, derived)
        self._changes(measures)
        self._glance()
        self._pictures()
        self._follow_ups(measures)
        Citation.objects.bulk_create(self.citations)

    def _case(self) -> None:
        case, document = self.case, self.document
        for column in (
            *("title", "key_message", "abstract"),
            *("place_note", "name_as_reported", "period_note"),
        ):
            _set_text(case, column, getattr(document, column))
        _set_text(case, "unit_cost_note", document.unit_cost.note)
        case.place = Place.objects.get(code=document.place)
        _set_date(case, "began", document.began)
        _set_date(case, "ended", document.ended)
        case.unit_cost_state = document.unit_cost.state
        case.unit_cost_metric = case.unit_cost_derived = None  # until these are there
        case.save()

    def _clear(self) -> None:
        case = self.case
        Citation.objects.filter(passage__source__case=case).delete()
        for rows in (
            *(case.left_out, case.derived, case.metrics, case.changes, case.follow_ups),
            *(case.measures, case.problems, case.glances, case.sources),
            *(case.case_tags, case.inferred_places),
        ):
            rows.all().delete()
        case.pictures.exclude(name__in=[part.file for part in self.document.pictures]).delete()

    def _sources(self) -> None:
        document = self.document
        tags = {tag.slug: tag for tag in Tag.objects.filter(slug__in=document.tags)}
        CaseTag.objects.bulk_create(
            CaseTag(content_object=self.case, tag=tags[slug]) for slug in document.tags
        )
        places = _places(document.place_inferred)
        InferredPlace.objects.bulk_create(
            InferredPlace(case=self.case, position=n, place=places[code])
            for n, code in enumerate(document.place_inferred)
        )
        sources = [_source_row(self.case, n, part) for n, part in enumerate(document.sources)]
        Source.objects.bulk_create(sources)
        by_key = {row.key: row for row in sources}
        people, passages = [], []
        for row, part in zip(sources, document.sources, strict=True):
            row.same_report_as = by_key[part.same_report_as] if part.same_report_as else None
            gists = {passage.locator: passage.gist for passage in part.passages}
            for n, person in enumerate([*part.authors, *part.editors]):
                people.append(
                    Person(source=row, position=n, role=person.role, **_texts(name=person.name))
                )
            for n, (locator, lines) in enumerate(part.reading.lines.items()):
                passages.append(
                    Passage(
                        source=row,
                        position=n,
                        locator=locator,
                        lines=lines,
                        **_texts(gist=gists.get(locator)),
                    )
                )
        if any(row.same_report_as for row in sources):
            Source.objects.bulk_update(sources, ["same_report_as"])
        Person.objects.bulk_create(people)
        Passage.objects.bulk_create(passages)
        self.passages = {(row.source.key, row.locator): row for row in passages}
        self._cite(document.cites, case=self.case)
        for event in (DatedEvent.BEGAN, DatedEvent.ENDED):
            self._cite_date(getattr(document, event), event, case=self.case)

    def _left_out(self) -> None:
        LeftOut.objects.bulk_create(
            LeftOut(
                case=self.case,
                position=n,
                passage=self.passages[part.source, part.at],
                printed=part.printed,
                gloss=part.gloss or "",
                reason=part.reason,
                **_texts(note=part.note),
            )
            for n, part in enumerate(self.document.left_out)
        )

    def _problems(self) -> dict[str, Problem]:
        types = _by_slug(ProblemType, (part.type for part in self.document.problems))
        rows = [
            Problem(
                case=self.case,
                position=n,
                key=part.key,
                type=types[part.type],
                **_texts(heading=part.heading, statement=part.statement),
                **_keywords(part.keywords),
            )
            for n, part in enumerate(self.document.problems)
        ]
        Problem.objects.bulk_create(rows)
        for row, part in zip(rows, self.document.problems, strict=True):
            self._cite(part.cites, problem=row)
        return {row.key: row for row in rows}

    def _measures(self, problems: dict[str, Problem]) -> dict[str, Measure]:
        parts = self.document.measures
        rows = [_measure_row(self.case, n, part) for n, part in enumerate(parts)]
        Measure.objects.bulk_create(rows)
        for row, part in zip(rows, parts, strict=True):
            self._cite(part.cites, measure=row)
            self._cite_date(part.when, DatedEvent.WHEN, measure=row)
        pairs = list(zip(rows, parts, strict=True))
        self._types_and_places(pairs)
        self._actors(pairs)
        Solve.objects.bulk_create(
            Solve(
                measure=row,
                position=n,
                problem=problems[solve.problem],
                stage=solve.stage,
                basis=solve.basis,
            )
            for row, part in pairs
            for n, solve in enumerate(part.solves)
        )
        return {row.key: row for row in rows}

    def _types_and_places(self, pairs: list[tuple[Measure, schema.Measure]]) -> None:
        types = _by_slug(MeasureType, (slug for _row, part in pairs for slug in part.types))
        places = _places(where.place for _row, part in pairs for where in part.where)
        TypeLink.objects.bulk_create(
            TypeLink(measure=row, position=n, type=types[slug])
            for row, part in pairs
            for n, slug in enumerate(part.types)
        )
        Where.objects.bulk_create(
            Where(measure=row, position=n, place=places[where.place], basis=where.basis)
            for row, part in pairs
            for n, where in enumerate(part.where)
        )

    def _actors(self, pairs: list[tuple[Measure, schema.Measure]]) -> None:
        kinds = _by_slug(BodyKind, (actor.kind for _row, part in pairs for actor in part.actors))
        Actor.objects.bulk_create(
            Actor(
                measure=row,
                position=n,
                kind=kinds[actor.kind],
                role=actor.role,
                basis=actor.basis,
                **_texts(name=actor.name),
            )
            for row, part in pairs
            for n, actor in enumerate(part.actors)
        )

    def _metrics(self, measures: dict[str, Measure]) -> dict[str, Metric]:
        parts = [
            *(
                (measures[measure.key], n, part)
                for measure in self.document.measures
                for n, part in enumerate(measure.metrics)
            ),
            *((None, n, part) for n, part in enumerate(self.document.context)),
        ]
        indicators = _by_slug(Indicator, (part.indicator for _row, _n, part in parts))
        telling = {key: n for n, key in enumerate(self.document.telling)}
        rows = [
            Metric(
                case=self.case,
                measure=measure,
                position=n,
                key=part.key,
                indicator=indicators[part.indicator],
                kind=part.kind or "",
                low=_decimal(part.low),
                high=_decimal(part.high),
                qualifier=part.qualifier,
                whole_state=part.whole.state,
                telling_position=telling.get(part.key),
                **_texts(scope=part.scope, period=part.period, note=part.note),
                **_texts(reading_note=part.reading_note),
            )
            for measure, n, part in parts
        ]
        Metric.objects.bulk_create(rows)
        by_key = {row.key: row for row in rows}
        for row, (_measure, _n, part) in zip(rows, parts, strict=True):
            self._cite([part.cite], metric=row)
            row.whole_metric = by_key[part.whole.metric] if part.whole.metric else None
        if any(row.whole_metric for row in rows):
            Metric.objects.bulk_update(rows, ["whole_metric"])
        return by_key

    def _derived(self, metrics: dict[str, Metric]) -> dict[str, Derived]:
        parts = self.document.derived
        rows = [
            Derived(
                case=self.case,
                position=n,
                key=part.key,
                operation=part.op,
                value=Decimal(str(part.value)),
                qualifier=part.qualifier,
                **_texts(label=part.label, unit=part.unit, note=part.note),
            )
            for n, part in enumerate(parts)
        ]
        Derived.objects.bulk_create(rows)
        Operand.objects.bulk_create(
            Operand(derived=row, position=n, metric=metrics[key])
            for row, part in zip(rows, parts, strict=True)
            for n, key in enumerate(part.of)
        )
        return {row.key: row for row in rows}

    def _unit_cost(self, metrics: dict[str, Metric], derived: dict[str, Derived]) -> None:
        cost = self.document.unit_cost
        if cost.state == UnitCostState.STATED and cost.of:
            self.case.unit_cost_metric = metrics[cost.of]
        elif cost.state == UnitCostState.COMPUTED and cost.of:
            self.case.unit_cost_derived = derived[cost.of]
        if self.case.unit_cost_of:
            self.case.save(update_fields=["unit_cost_metric", "unit_cost_derived"])

    def _changes(self, measures: dict[str, Measure]) -> None:
        parts = self.document.changes
        rows = [
            Change(
                case=self.case,
                position=n,
                key=part.key,
                **_texts(subject=part.subject, before=part.before, after=part.after),
            )
            for n, part in enumerate(parts)
        ]
        Change.objects.bulk_create(rows)
        Change.measures.through._default_manager.bulk_create(
            Change.measures.through(change=row, measure=measures[key])
            for row, part in zip(rows, parts, strict=True)
            for key in part.measures
        )
        for row, part in zip(rows, parts, strict=True):
            self._cite(part.before_cites, event=ChangeSide.BEFORE, change=row)
            self._cite(part.after_cites, event=ChangeSide.AFTER, change=row)

    def _follow_ups(self, measures: dict[str, Measure]) -> None:
        parts = self.document.follow_up
        rows = [
            FollowUp(
                case=self.case,
                position=n,
                key=part.key,
                measure=measures[part.measure] if part.measure else None,
                state=part.state,
                looked_on=part.looked_on or "",
                **_texts(question=part.question, text=part.text),
            )
            for n, part in enumerate(parts)
        ]
        FollowUp.objects.bulk_create(rows)
        for row, part in zip(rows, parts, strict=True):
            self._cite(part.cites, follow_up=row)

    def _glance(self) -> None:
        rows = []
        for question in GlanceQuestion:
            answer = getattr(self.document.glance, question)
            rows.append(
                Glance(
                    case=self.case,
                    question=question,
                    state=answer.state,
                    **_texts(text=answer.text),
                )
            )
        Glance.objects.bulk_create(rows)
        for row in rows:
            self._cite(getattr(self.document.glance, row.question).cites, glance=row)

    def _pictures(self) -> None:
        """The rows of pictures; their files are brought by whoever loads."""
        for n, part in enumerate(self.document.pictures):
            Picture.objects.update_or_create(
                name=part.file,
                defaults={
                    "case": self.case,
                    "position": n,
                    "sha256": part.sha256,
                    "widths": part.widths,
                    "height": part.height,
                    "credit_url": part.credit_url or "",
                    "licence": part.licence.value,
                    **_texts(alt=part.alt, caption=part.caption, credit=part.credit),
                },
            )

    def _cite(self, cites: Iterable[Cite], **target: Any) -> None:
        self.citations += [
            Citation(
                position=n,
                passage=self.passages[cite.source, cite.at],
                printed=cite.printed,
                gloss=cite.gloss or "",
                claim=cite.claim,
                **target,
            )
            for n, cite in enumerate(cites)
        ]

    def _cite_date(self, date: Date | None, event: DatedEvent, **target: Any) -> None:
        if date:
            self.citations.append(
                Citation(
                    passage=self.passages[date.source, date.at],
                    printed=date.printed,
                    gloss=date.gloss or "",
                    event=event,
                    **target,
                )
            )


def _source_row(case: Case, position: int, part: schema.Source) -> Source:
    return Source(
        case=case,
        position=position,
        key=part.key,
        type=part.type,
        issued=part.issued or "",
        url=part.url or "",
        archived_url=part.archived_url or "",
        accessed=part.accessed or "",
        reported_by=part.reported_by,
        independence=part.independence,
        condition=part.condition,
        sha256=part.reading.sha256,
        marks=part.reading.marks,
        withheld_names=part.withheld_names,
        **_texts(
            title=part.title,
            container=part.container,
            publisher=part.publisher,
            issued_note=part.issued_note,
            url_note=part.url_note,
            independence_note=part.independence_note,
            section=part.section,
            condition_note=part.condition_note,
        ),
    )


def _measure_row(case: Case, position: int, part: schema.Measure) -> Measure:
    row = Measure(
        case=case,
        position=position,
        key=part.key,
        status=part.status,
        before_case=part.before_case,
        not_said=part.not_said,
        **_texts(title=part.title, summary=part.summary),
        **_keywords(part.keywords),
    )
    _set_date(row, "when", part.when)
    return row


def _texts(**texts: Text | None) -> dict[str, str]:
    """title=Text(…) → title_zh and title_en; None → both empty."""
    return {
        f"{column}_{language}": getattr(text, language) if text else ""
        for column, text in texts.items()
        for language in ("zh", "en")
    }


def _keywords(keywords: schema.Keywords) -> dict[str, list[str]]:
    return {"keywords_zh": keywords.zh, "keywords_en": keywords.en}


def _set_text(row: Model, column: str, text: Text | None) -> None:
    for name, words in _texts(**{column: text}).items():
        setattr(row, name, words)


def _set_date(row: Model, column: str, date: Date | None) -> None:
    setattr(row, column, date.edtf if date else "")
    setattr(row, f"{column}_inferred", (date.inferred or "") if date else "")


def _by_slug(model: type[Any], slugs: Iterable[str]) -> dict[str, Any]:
    return {row.slug: row for row in model.objects.filter(slug__in=set(slugs))}


def _places(codes: Iterable[str]) -> dict[str, Place]:
    return {place.code: place for place in Place.objects.filter(code__in=set(codes))}


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
