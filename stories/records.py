"""The rows of a case ⇄ its case document, and the open vocabulary as a check needs it.

Loading what was dumped changes nothing; a case is loaded whole or not at all.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Prefetch, QuerySet
from django.utils.timezone import now

from stories import checks, documents, index
from stories.checks import Terms
from stories.documents import CaseDocument, Cite, Date, DocumentError, Text
from stories.models import Actor, Case, CaseTag, Derived, Glance, Measure, Metric, Operand, Problem
from stories.passages import CITED, Citation, LeftOut, Passage, Person, Source
from stories.terms import BodyKind, Indicator, MeasureType, Place, ProblemType, Tag
from stories.vocabulary import (
    DOCUMENT_FORMAT,
    CaseState,
    DatedEvent,
    GlanceQuestion,
    GlanceState,
    PersonRole,
    TermStatus,
)

CHUNK = 200  # cases dumped at a time

# list as named in faults → model
VOCABULARY: dict[str, type[Any]] = {
    "measure type": MeasureType,
    "problem type": ProblemType,
    "kind of body": BodyKind,
    "indicator": Indicator,
    "tag": Tag,
}


def terms(shipped: Iterable[Path]) -> Terms:
    """The vocabulary of the database; where that holds none yet, of the shipped fixture files."""
    return stored_terms() if is_vocabulary_stored() else shipped_terms(shipped)


def stored_terms() -> Terms:
    """The vocabulary of the database: one query a list."""
    slugs, deprecated = {"place": frozenset(Place.objects.values_list("code", flat=True))}, {}
    for name, model in VOCABULARY.items():
        rows = list(model._default_manager.values_list("slug", "status", "replaced_by__slug"))
        slugs[name] = frozenset(slug for slug, _status, _instead in rows)
        deprecated.update(
            {
                (name, slug): instead or ""
                for slug, status, instead in rows
                if status == TermStatus.DEPRECATED
            }
        )
    units = {
        slug: (dimension, unit)
        for slug, dimension, unit in Indicator.objects.values_list("slug", "dimension", "unit_zh")
    }
    return Terms(slugs, units, deprecated)


def shipped_terms(files: Iterable[Path]) -> Terms:
    """The vocabulary of fixture files, for checking documents without a database."""
    names = {model._meta.label_lower: name for name, model in VOCABULARY.items()}
    names[Place._meta.label_lower] = "place"
    slugs: dict[str, set[str]] = {name: set() for name in names.values()}
    units, deprecated = {}, {}
    for file in files:
        for row in json.loads(file.read_text(encoding="utf-8")):
            name, fields = names.get(row["model"]), row["fields"]
            if not name:
                continue
            slug = fields.get("slug") or fields["code"]
            slugs[name].add(slug)
            if fields.get("status") == TermStatus.DEPRECATED:
                deprecated[name, slug] = (fields["replaced_by"] or [""])[0]
            if name == "indicator":
                units[slug] = (fields["dimension"], fields["unit_zh"])
    return Terms({name: frozenset(values) for name, values in slugs.items()}, units, deprecated)


def has_tables() -> bool:
    return MeasureType._meta.db_table in connection.introspection.table_names()


def is_vocabulary_stored() -> bool:
    return has_tables() and MeasureType.objects.exists()


# ---------------------------------------------------------------- loading


class Loading(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def load(document: CaseDocument) -> Loading:
    """Make the rows of one case say what the document says; a new case is published.

    The document has been checked. Rows of the case are written anew, so a changed one costs
    about 20 statements, an unchanged one only the reads of `dump`. Raises DocumentError where
    a source's key belongs to another case.
    """
    with transaction.atomic():
        case = Case.objects.filter(slug=document.slug).first()
        # As text, because the order of a source's passages counts.
        if case and json.dumps(dump(case)) == json.dumps(document.model_dump()):
            return Loading.UNCHANGED
        _refuse_taken_keys(document)
        outcome = Loading.UPDATED if case else Loading.CREATED
        case = case or Case(slug=document.slug, state=CaseState.PUBLISHED, published_at=now())
        _Loader(case, document).write()
        index.put(case, document.model_dump())
    return outcome


def keep(case: Case) -> None:
    """Index a case as its rows are now; whoever saves rows of a case calls this in the same
    transaction."""
    with index.writing():  # so that the rows are read after whoever indexed it last
        index.put(case, dump(case))


def keep_all() -> int:
    """Index every case anew, drafts too; how many there are. 20 queries for CHUNK cases."""
    pks = Case.objects.order_by("pk").values_list("pk", flat=True)
    return index.rebuild((case.pk, case.state, document) for case, document in _dumped(pks))


def _refuse_taken_keys(document: CaseDocument) -> None:
    keys = [source.key for source in document.sources]
    taken = dict(
        Source.objects.filter(key__in=keys)
        .exclude(case__slug=document.slug)
        .values_list("key", "case__slug")
    )
    if taken:
        raise DocumentError(
            [
                f"sources[{n}].key: {key!r} is the key of a source of case {taken[key]!r}"
                for n, key in enumerate(keys)
                if key in taken
            ]
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
        self._derived(metrics)
        self._glance()
        Citation.objects.bulk_create(self.citations)

    def _case(self) -> None:
        case, document = self.case, self.document
        for column in ("title", "key_message", "abstract"):
            _set_text(case, column, getattr(document, column))
        case.place = Place.objects.get(code=document.place)
        case.name_as_reported = document.name_as_reported
        _set_date(case, "began", document.began)
        _set_date(case, "ended", document.ended)
        case.save()

    def _clear(self) -> None:
        case = self.case
        Citation.objects.filter(passage__source__case=case).delete()
        case.left_out.all().delete()
        case.derived.all().delete()
        for rows in (case.metrics, case.measures, case.problems, case.glances, case.sources):
            rows.all().delete()
        case.case_tags.all().delete()

    def _sources(self) -> None:
        document = self.document
        tags = {tag.slug: tag for tag in Tag.objects.filter(slug__in=document.tags)}
        CaseTag.objects.bulk_create(
            CaseTag(content_object=self.case, tag=tags[slug]) for slug in document.tags
        )
        sources = [_source_row(self.case, n, part) for n, part in enumerate(document.sources)]
        Source.objects.bulk_create(sources)
        people, passages = [], []
        for row, part in zip(sources, document.sources, strict=True):
            for n, person in enumerate([*part.authors, *part.editors]):
                people.append(
                    Person(source=row, position=n, role=person.role, **_texts(name=person.name))
                )
            for n, (locator, lines) in enumerate(part.reading.lines.items()):
                passages.append(Passage(source=row, position=n, locator=locator, lines=lines))
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
                **_texts(statement=part.statement),
            )
            for n, part in enumerate(self.document.problems)
        ]
        Problem.objects.bulk_create(rows)
        for row, part in zip(rows, self.document.problems, strict=True):
            self._cite(part.cites, problem=row)
        return {row.key: row for row in rows}

    def _measures(self, problems: dict[str, Problem]) -> dict[str, Measure]:
        parts = self.document.measures
        types = _by_slug(MeasureType, (part.type for part in parts))
        kinds = _by_slug(BodyKind, (actor.kind for part in parts for actor in part.actors))
        places = {
            place.code: place
            for place in Place.objects.filter(code__in={c for part in parts for c in part.where})
        }
        rows = [_measure_row(self.case, n, part, types[part.type]) for n, part in enumerate(parts)]
        Measure.objects.bulk_create(rows)
        actors, where, solves = [], [], []
        for row, part in zip(rows, parts, strict=True):
            actors += [
                Actor(
                    measure=row,
                    position=n,
                    kind=kinds[actor.kind],
                    role=actor.role,
                    **_texts(name=actor.name),
                )
                for n, actor in enumerate(part.actors)
            ]
            where += [Measure.where.through(measure=row, place=places[c]) for c in part.where]
            solves += [
                Measure.solves.through(measure=row, problem=problems[k]) for k in part.solves
            ]
            self._cite(part.cites, measure=row)
            self._cite_date(part.when, DatedEvent.WHEN, measure=row)
        Actor.objects.bulk_create(actors)
        Measure.where.through._default_manager.bulk_create(where)
        Measure.solves.through._default_manager.bulk_create(solves)
        return {row.key: row for row in rows}

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
        rows = [
            Metric(
                case=self.case,
                measure=measure,
                position=n,
                key=part.key,
                indicator=indicators[part.indicator],
                low=_decimal(part.low),
                high=_decimal(part.high),
                qualifier=part.qualifier,
                **_texts(scope=part.scope, period=part.period, note=part.note),
            )
            for measure, n, part in parts
        ]
        Metric.objects.bulk_create(rows)
        for row, (_measure, _n, part) in zip(rows, parts, strict=True):
            self._cite([part.cite], metric=row)
        return {row.key: row for row in rows}

    def _derived(self, metrics: dict[str, Metric]) -> None:
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

    def _cite(self, cites: Iterable[Cite], **target: Any) -> None:
        self.citations += [
            Citation(
                position=n,
                passage=self.passages[cite.source, cite.at],
                printed=cite.printed,
                **target,
            )
            for n, cite in enumerate(cites)
        ]

    def _cite_date(self, date: Date | None, event: DatedEvent, **target: Any) -> None:
        if date:
            passage = self.passages[date.source, date.at]
            self.citations.append(
                Citation(passage=passage, printed=date.printed, event=event, **target)
            )


def _source_row(case: Case, position: int, part: documents.Source) -> Source:
    return Source(
        case=case,
        position=position,
        key=part.key,
        type=part.type,
        issued=part.issued or "",
        url=part.url or "",
        reported_by=part.reported_by,
        condition=part.condition,
        sha256=part.reading.sha256,
        marks=part.reading.marks,
        **_texts(
            title=part.title,
            container=part.container,
            publisher=part.publisher,
            issued_note=part.issued_note,
            section=part.section,
            condition_note=part.condition_note,
        ),
    )


def _measure_row(
    case: Case, position: int, part: documents.Measure, measure_type: MeasureType
) -> Measure:
    row = Measure(
        case=case,
        position=position,
        key=part.key,
        type=measure_type,
        status=part.status,
        **_texts(title=part.title, summary=part.summary),
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


def _set_text(row: Model, column: str, text: Text) -> None:
    for name, words in _texts(**{column: text}).items():
        setattr(row, name, words)


def _set_date(row: Model, column: str, date: Date | None) -> None:
    setattr(row, column, date.edtf if date else "")
    setattr(row, f"{column}_inferred", (date.inferred or "") if date else "")


def _by_slug(model: type[Any], slugs: Iterable[str]) -> dict[str, Any]:
    return {row.slug: row for row in model.objects.filter(slug__in=set(slugs))}


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


# ---------------------------------------------------------------- dumping


def dump(case: Case) -> dict[str, Any]:
    """The document of a case as plain lists and dicts, in written order: about 15 queries.

    A draft may lack what a document needs; the dump then has empty strings or lists in its place,
    and the check names them.
    """
    ((_case, document),) = _dumped([case.pk])
    return document


def _dumped(cases: Iterable[int]) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Cases with their documents, in this order: as many queries for CHUNK cases as for one."""
    pks = list(cases)
    for n in range(0, len(pks), CHUNK):
        some = _dumpable().in_bulk(pks[n : n + CHUNK])
        links = _Links(some)
        yield from ((some[pk], _document(some[pk], links)) for pk in pks[n : n + CHUNK])


def _document(case: Case, links: "_Links") -> dict[str, Any]:
    metrics: dict[int | None, list[Metric]] = {}
    for metric in case.metrics.all():
        metrics.setdefault(metric.measure_id, []).append(metric)
    return {
        "format": DOCUMENT_FORMAT,
        "slug": case.slug,
        "title": _text(case, "title"),
        "key_message": _text(case, "key_message"),
        "abstract": _text(case, "abstract"),
        "cites": links.of(case=case),
        "place": case.place.code,
        "name_as_reported": case.name_as_reported,
        "began": _date(case, DatedEvent.BEGAN, links, case=case),
        "ended": _date(case, DatedEvent.ENDED, links, case=case),
        "tags": [row.tag.slug for row in case.case_tags.all()],
        "sources": [_source(row) for row in case.sources.all()],
        "problems": [
            {
                "key": row.key,
                "type": row.type.slug,
                "statement": _text(row, "statement"),
                "cites": links.of(problem=row),
            }
            for row in case.problems.all()
        ],
        "measures": [
            {
                "key": row.key,
                "type": row.type.slug,
                "title": _text(row, "title"),
                "summary": _text(row, "summary"),
                "status": row.status,
                "where": links.where.get(row.pk, []),
                "when": _date(row, DatedEvent.WHEN, links, measure=row),
                "actors": [
                    {"name": _text(actor, "name"), "kind": actor.kind.slug, "role": actor.role}
                    for actor in row.actors.all()
                ],
                "solves": links.solves.get(row.pk, []),
                "cites": links.of(measure=row),
                "metrics": [_metric(metric, links) for metric in metrics.get(row.pk, [])],
            }
            for row in case.measures.all()
        ],
        "context": [_metric(row, links) for row in metrics.get(None, [])],
        "derived": [
            {
                "key": row.key,
                "label": _text(row, "label"),
                "op": row.operation,
                "of": [operand.metric.key for operand in row.operands.all()],
                "value": _plain(row.value),
                "qualifier": row.qualifier,
                "unit": _text(row, "unit"),
                "note": _optional(row, "note"),
            }
            for row in case.derived.all()
        ],
        "glance": _glance(case, links),
        "left_out": [
            {
                "source": row.passage.source.key,
                "at": row.passage.locator,
                "printed": row.printed,
                "reason": row.reason,
                "note": _optional(row, "note"),
            }
            for row in case.left_out.all()
        ],
    }


def published() -> Iterator[CaseDocument]:
    """The documents of the published cases, by slug. Raises DocumentError for a damaged one."""
    for case in Case.objects.published().order_by("slug"):
        try:
            yield documents.shaped(dump(case))
        except DocumentError as error:
            raise DocumentError([f"{case.slug}: {fault}" for fault in error.problems]) from error


def faults(case: Case) -> list[str]:
    """Everything that keeps a stored case from being published, as `path: what`."""
    try:
        document = documents.shaped(dump(case))
    except DocumentError as error:
        return error.problems
    return checks.faults(document, stored_terms())


def _dumpable() -> QuerySet[Case]:
    return Case.objects.select_related("place").prefetch_related(
        Prefetch("case_tags", CaseTag.objects.order_by("pk").select_related("tag")),
        "sources__people",
        "sources__passages",
        Prefetch("problems", Problem.objects.select_related("type")),
        Prefetch("measures", Measure.objects.select_related("type")),
        Prefetch("measures__actors", Actor.objects.select_related("kind")),
        Prefetch("metrics", Metric.objects.select_related("indicator")),
        Prefetch("derived__operands", Operand.objects.select_related("metric")),
        "glances",
        Prefetch("left_out", LeftOut.objects.select_related("passage__source")),
    )


class _Links:
    """Citations and links between rows, of several cases, by what they are of: 3 queries."""

    def __init__(self, cases: Collection[int]) -> None:
        self.where = _linked(cases, Measure.where, "place__code")
        self.solves = _linked(cases, Measure.solves, "problem__key")
        self.cites: dict[tuple[str, int, str], list[dict[str, str]]] = {}
        targets = [f"{name}_id" for name in CITED]
        rows = Citation.objects.filter(passage__source__case__in=cases).values_list(
            "passage__source__key", "passage__locator", "printed", "event", *targets
        )
        for source, locator, printed, event, *pks in rows:
            target, pk = next((name, pk) for name, pk in zip(CITED, pks, strict=True) if pk)
            at = {"source": source, "at": locator, "printed": printed}
            self.cites.setdefault((target, pk, event), []).append(at)

    def of(self, event: str = "", **target: Model) -> list[dict[str, str]]:
        """The citations of one row, or of one of its dates."""
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
        "section": _optional(row, "section"),
        "reported_by": row.reported_by,
        "condition": row.condition,
        "condition_note": _optional(row, "condition_note"),
        "reading": {
            "sha256": row.sha256,
            "marks": row.marks,
            "lines": {passage.locator: passage.lines for passage in row.passages.all()},
        },
    }


def _linked(cases: Collection[int], relation: Any, column: str) -> dict[int, list[str]]:
    """measure → the keys it is linked to, in the order in which they were linked."""
    links: dict[int, list[str]] = {}
    rows = relation.through._default_manager.filter(measure__case__in=cases).order_by("pk")
    for measure, key in rows.values_list("measure_id", column):
        links.setdefault(measure, []).append(key)
    return links


def _metric(row: Metric, links: _Links) -> dict[str, Any]:
    cited = links.of(metric=row)
    return {
        "key": row.key,
        "indicator": row.indicator.slug,
        "low": _plain(row.low),
        "high": _plain(row.high),
        "qualifier": row.qualifier,
        "scope": _optional(row, "scope"),
        "period": _optional(row, "period"),
        "note": _optional(row, "note"),
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
        "printed": at.get("printed", ""),
        "inferred": getattr(row, f"{event}_inferred") or None,
        "source": at.get("source", ""),
        "at": at.get("at", ""),
    }


def _plain(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
