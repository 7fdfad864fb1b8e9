"""Writes the rows of a case from its checked document, parents first, one statement per model."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from stories.choices import ChangeSide, DatedEvent, GlanceQuestion, UnitCostState
from stories.documents import schema
from stories.documents.schema import CaseDocument, Cite, Date
from stories.models.case import Case, CaseTag, InferredPlace
from stories.models.measures import Actor, Change, Measure, Problem, Solve, TypeLink, Where
from stories.models.metrics import Derived, Metric, Operand
from stories.models.pictures import Picture
from stories.models.questions import FollowUp, Glance
from stories.models.sources import Citation, LeftOut, Passage, Person, Source
from stories.models.vocabulary import BodyKind, Indicator, MeasureType, ProblemType, Tag
from stories.publishing.columns import (
    keywords,
    measure_row,
    places_by_code,
    rows_by_slug,
    set_date,
    set_text,
    source_row,
    texts,
)
from stories.reading.numbers import decimal


class RowWriter:
    """Replaces the rows of a case; rows of pictures that remain are updated.

    A restored draft may lack citations.
    """

    def __init__(self, case: Case, document: CaseDocument) -> None:
        self.case = case
        self.document = document
        self.passages: dict[tuple[str, str], Passage] = {}
        self.citations: list[Citation] = []

    def write(self) -> None:
        self._case()
        self._clear()
        self._tags_and_places()
        self._sources()
        self._citations_of_case()
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
            set_text(case, column, getattr(document, column))
        set_text(case, "unit_cost_note", document.unit_cost.note)
        case.place = places_by_code([document.place])[document.place]
        set_date(case, "began", document.began)
        set_date(case, "ended", document.ended)
        case.unit_cost_state = document.unit_cost.state
        checked = document.checked
        case.checked_on = checked.on if checked else ""
        case.checked_sha256 = checked.sha256 if checked else ""
        case.unit_cost_metric = case.unit_cost_derived = None  # set by _unit_cost
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

    def _tags_and_places(self) -> None:
        document = self.document
        tags = {tag.slug: tag for tag in Tag.objects.filter(slug__in=document.tags)}
        CaseTag.objects.bulk_create(
            CaseTag(content_object=self.case, tag=tags[slug]) for slug in document.tags
        )
        places = places_by_code(document.place_inferred)
        InferredPlace.objects.bulk_create(
            InferredPlace(case=self.case, position=n, place=places[code])
            for n, code in enumerate(document.place_inferred)
        )

    def _sources(self) -> None:
        parts = self.document.sources
        rows = [source_row(self.case, n, part) for n, part in enumerate(parts)]
        Source.objects.bulk_create(rows)
        by_key = {row.key: row for row in rows}
        pairs = list(zip(rows, parts, strict=True))
        for row, part in pairs:
            row.same_report_as = by_key[part.same_report_as] if part.same_report_as else None
        if any(row.same_report_as for row in rows):
            Source.objects.bulk_update(rows, ["same_report_as"])
        Person.objects.bulk_create(
            Person(source=row, position=n, role=person.role, **texts(name=person.name))
            for row, part in pairs
            for n, person in enumerate([*part.authors, *part.editors])
        )
        passages = [passage for row, part in pairs for passage in _passages(row, part)]
        Passage.objects.bulk_create(passages)
        self.passages = {(row.source.key, row.locator): row for row in passages}

    def _citations_of_case(self) -> None:
        self._cite(self.document.cites, case=self.case)
        for event in (DatedEvent.BEGAN, DatedEvent.ENDED):
            self._cite_date(getattr(self.document, event), event, case=self.case)

    def _left_out(self) -> None:
        LeftOut.objects.bulk_create(
            LeftOut(
                case=self.case,
                position=n,
                passage=self.passages[part.source, part.at],
                printed=part.printed,
                gloss=part.gloss or "",
                reason=part.reason,
                **texts(note=part.note),
            )
            for n, part in enumerate(self.document.left_out)
        )

    def _problems(self) -> dict[str, Problem]:
        types = rows_by_slug(ProblemType, (part.type for part in self.document.problems))
        rows = [
            Problem(
                case=self.case,
                position=n,
                key=part.key,
                type=types[part.type],
                **texts(heading=part.heading, statement=part.statement),
                **keywords(part.keywords),
            )
            for n, part in enumerate(self.document.problems)
        ]
        Problem.objects.bulk_create(rows)
        for row, part in zip(rows, self.document.problems, strict=True):
            self._cite(part.cites, problem=row)
        return {row.key: row for row in rows}

    def _measures(self, problems: dict[str, Problem]) -> dict[str, Measure]:
        parts = self.document.measures
        rows = [measure_row(self.case, n, part) for n, part in enumerate(parts)]
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
        types = rows_by_slug(MeasureType, (slug for _row, part in pairs for slug in part.types))
        places = places_by_code(where.place for _row, part in pairs for where in part.where)
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
        kinds = rows_by_slug(
            BodyKind, (actor.kind for _row, part in pairs for actor in part.actors)
        )
        Actor.objects.bulk_create(
            Actor(
                measure=row,
                position=n,
                kind=kinds[actor.kind],
                role=actor.role,
                basis=actor.basis,
                **texts(name=actor.name),
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
        indicators = rows_by_slug(Indicator, (part.indicator for _row, _n, part in parts))
        telling = {key: n for n, key in enumerate(self.document.telling)}
        rows = [
            Metric(
                case=self.case,
                measure=measure,
                position=n,
                key=part.key,
                indicator=indicators[part.indicator],
                kind=part.kind or "",
                low=decimal(part.low),
                high=decimal(part.high),
                qualifier=part.qualifier,
                whole_state=part.whole.state,
                telling_position=telling.get(part.key),
                **texts(scope=part.scope, period=part.period, note=part.note),
                **texts(reading_note=part.reading_note),
            )
            for measure, n, part in parts
        ]
        Metric.objects.bulk_create(rows)
        by_key = {row.key: row for row in rows}
        for row, (_measure, _n, part) in zip(rows, parts, strict=True):
            self._cite([part.cite] if part.cite else [], metric=row)
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
                **texts(label=part.label, unit=part.unit, note=part.note),
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
                **texts(subject=part.subject, before=part.before, after=part.after),
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
                **texts(question=part.question, text=part.text),
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
                    **texts(text=answer.text),
                )
            )
        Glance.objects.bulk_create(rows)
        for row in rows:
            self._cite(getattr(self.document.glance, row.question).cites, glance=row)

    def _pictures(self) -> None:
        """Write the rows of pictures; the caller copies their files."""
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
                    "licence": part.licence,
                    **texts(alt=part.alt, caption=part.caption, credit=part.credit),
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
        if date and date.source:
            self.citations.append(
                Citation(
                    passage=self.passages[date.source, date.at],
                    printed=date.printed,
                    gloss=date.gloss or "",
                    event=event,
                    **target,
                )
            )


def _passages(source: Source, part: schema.Source) -> list[Passage]:
    gists = {passage.locator: passage.gist for passage in part.passages}
    return [
        Passage(
            source=source,
            position=n,
            locator=locator,
            lines=lines,
            **texts(gist=gists.get(locator)),
        )
        for n, (locator, lines) in enumerate(part.reading.lines.items())
    ]
