"""Validates a case document of the right shape; every problem is a fault.

The command for files and the desk before publishing run the same checks.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from stories.choices import ABSTRACT_LIMIT, METRIC_LIMIT, GlanceQuestion, GlanceState, PersonRole
from stories.documents import proof, rules
from stories.documents.faults import (
    AUTHORS,
    CHANGE,
    DERIVED,
    EDITORS,
    FOLLOW_UP,
    INDICATOR,
    KIND_OF_BODY,
    MEASURE,
    MEASURE_TYPE,
    METRIC,
    PLACE,
    PROBLEM,
    PROBLEM_TYPE,
    SOURCE,
    TAG,
    Fault,
)
from stories.documents.metric_checks import derived_faults, metric_faults
from stories.documents.schema import Answer, CaseDocument, numbered
from stories.documents.terms import Terms
from stories.reading import date_fragments, dates
from stories.reading.faults import Word


def faults(document: CaseDocument, terms: Terms) -> list[Fault]:
    """Every fault of a document of the right shape; [] if there is none."""
    checks: tuple[Callable[[], Iterator[Fault]], ...] = (
        lambda: _term_faults(document, terms),
        lambda: _key_faults(document),
        lambda: _citation_faults(document),
        lambda: metric_faults(document, terms),
        lambda: _date_faults(document),
        lambda: derived_faults(document),
        lambda: _glance_faults(document),
        lambda: _source_faults(document),
        lambda: _length_faults(document),
        lambda: rules.faults(document),
        lambda: _proof_faults(document),
    )
    return [fault for check in checks for fault in check()]


def _term_faults(document: CaseDocument, terms: Terms) -> Iterator[Fault]:
    used = [("place", PLACE, document.place)]
    used += [(f"tags[{n}]", TAG, slug) for n, slug in enumerate(document.tags)]
    for path, problem in numbered("problems", document.problems):
        used.append((f"{path}.type", PROBLEM_TYPE, problem.type))
    for path, measure in numbered("measures", document.measures):
        used += [
            (type_path, MEASURE_TYPE, slug)
            for type_path, slug in numbered(f"{path}.types", measure.types)
        ]
        used += [
            (f"{where_path}.place", PLACE, where.place)
            for where_path, where in numbered(f"{path}.where", measure.where)
        ]
        used += [
            (f"{actor_path}.kind", KIND_OF_BODY, actor.kind)
            for actor_path, actor in numbered(f"{path}.actors", measure.actors)
        ]
    used += [(f"{path}.indicator", INDICATOR, m.indicator) for path, m in document.metrics()]
    for path, kind, slug in used:
        yield from terms.faults(path, kind, slug)
    is_known = document.place in terms.slugs.get("place", frozenset())
    chain = terms.chain(document.place)
    for path, code in numbered("place_inferred", document.place_inferred):
        if is_known and code not in chain:
            yield Fault(path, "place-outside", {"place": code})


def _key_faults(document: CaseDocument) -> Iterator[Fault]:
    for kind, keys in _keys(document).items():
        for path, key in _second(keys):
            yield Fault(path, "taken-key", {"key": key, "kind": kind})
    for values in _values(document):
        for path, value in _second(values):
            yield Fault(path, "doubled", {"key": value})
    known = {problem.key for problem in document.problems}
    for path, measure in numbered("measures", document.measures):
        for solve_path, solve in numbered(f"{path}.solves", measure.solves):
            if solve.problem not in known:
                parameters = {"key": solve.problem}
                yield Fault(f"{solve_path}.problem", "no-such-problem", parameters)


_Keys = list[tuple[str, str]]  # (path, key)


def _keys(document: CaseDocument) -> dict[Word, _Keys]:
    """Kind of part → the keys of all such parts, which must be unique."""

    def keys(name: str, parts: Sequence[Any]) -> _Keys:
        return [(f"{path}.key", part.key) for path, part in numbered(name, parts)]

    return {
        SOURCE: keys("sources", document.sources),
        PROBLEM: keys("problems", document.problems),
        MEASURE: keys("measures", document.measures),
        METRIC: [(f"{path}.key", metric.key) for path, metric in document.metrics()],
        DERIVED: keys("derived", document.derived),
        CHANGE: keys("changes", document.changes),
        FOLLOW_UP: keys("follow_up", document.follow_up),
        TAG: list(numbered("tags", document.tags)),
    }


def _values(document: CaseDocument) -> Iterator[_Keys]:
    """Lists in which each value may occur once."""
    yield list(numbered("place_inferred", document.place_inferred))
    for path, measure in numbered("measures", document.measures):
        yield list(numbered(f"{path}.types", measure.types))
        where = numbered(f"{path}.where", measure.where)
        yield [(f"{where_path}.place", part.place) for where_path, part in where]
        solves = numbered(f"{path}.solves", measure.solves)
        yield [(f"{solve_path}.problem", part.problem) for solve_path, part in solves]
    for path, derived in numbered("derived", document.derived):
        yield list(numbered(f"{path}.of", derived.of))
    for path, change in numbered("changes", document.changes):
        yield list(numbered(f"{path}.measures", change.measures))


def _second(keys: _Keys) -> _Keys:
    """The repeated entries of the list."""
    first: dict[str, str] = {}
    return [(path, key) for path, key in keys if first.setdefault(key, path) != path]


def _citation_faults(document: CaseDocument) -> Iterator[Fault]:
    locators = {source.key: set(source.reading.lines) for source in document.sources}
    for path, part in document.printed():
        if part.source not in locators:
            yield Fault(f"{path}.source", "no-such-source", {"key": part.source})
        elif part.at not in locators[part.source]:
            place = {"source": part.source, "locator": part.at}
            yield Fault(f"{path}.at", "no-such-passage", place)


def _date_faults(document: CaseDocument) -> Iterator[Fault]:
    issued = {source.key: source.issued for source in document.sources}
    for path, date in document.dates():
        try:
            if finding := date_fragments.disagreement(
                date.printed, date.edtf, date.inferred, issued.get(date.source)
            ):
                yield Fault.of(path, finding)
        except dates.DateError as error:
            yield Fault.of(f"{path}.edtf", error.finding)
    began, ended = (date.edtf if date else "" for date in (document.began, document.ended))
    are_dates = not any(dates.fault(edtf) for edtf in (began, ended) if edtf)
    if are_dates and (finding := dates.pair_fault(began, ended)):
        yield Fault.of("ended.edtf" if ended else "began.edtf", finding)
    for path, text in _undisputed_dates(document):
        if finding := dates.fault(text):
            yield Fault.of(path, finding)


def _proof_faults(document: CaseDocument) -> Iterator[Fault]:
    if not proof.is_valid(document):
        yield Fault("checked", "other-document-checked")


def _undisputed_dates(document: CaseDocument) -> Iterator[tuple[str, str]]:
    """(path, EDTF) of the dates without a printed fragment."""
    for path, source in numbered("sources", document.sources):
        for name in ("issued", "accessed"):
            if edtf := getattr(source, name):
                yield f"{path}.{name}", edtf
    if document.checked:
        yield "checked.on", document.checked.on
    for path, follow_up in numbered("follow_up", document.follow_up):
        if follow_up.looked_on:
            yield f"{path}.looked_on", follow_up.looked_on


def _glance_faults(document: CaseDocument) -> Iterator[Fault]:
    for question in GlanceQuestion.values:
        answer: Answer = getattr(document.glance, question)
        stated = answer.state in (GlanceState.STATED, GlanceState.PARTLY)
        if stated and not (answer.text and answer.cites):
            yield Fault(f"glance.{question}", "answer-without-evidence")
        elif not stated and (answer.text or answer.cites):
            yield Fault(f"glance.{question}", "answer-not-stated")


def _source_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, source in numbered("sources", document.sources):
        if not source.issued and not source.issued_note:
            yield Fault(f"{path}.issued_note", "no-date-note")
        for name, people, is_editor in (
            (AUTHORS, source.authors, False),
            (EDITORS, source.editors, True),
        ):
            for person_path, person in numbered(f"{path}.{name}", people):
                if (person.role == PersonRole.EDITOR) != is_editor:
                    parameters = {"role": person.role, "list": name}
                    yield Fault(f"{person_path}.role", "wrong-role", parameters)
        lines = Counter(n for numbers in source.reading.lines.values() for n in numbers)
        for n in sorted(n for n, count in lines.items() if count > 1):
            yield Fault(f"{path}.reading.lines", "shared-line", {"number": n})


def _length_faults(document: CaseDocument) -> Iterator[Fault]:
    if len(document.abstract.zh) > ABSTRACT_LIMIT:
        parameters = {"count": len(document.abstract.zh), "limit": ABSTRACT_LIMIT}
        yield Fault("abstract.zh", "abstract-too-long", parameters)
    metrics = len(list(document.metrics()))
    if metrics > METRIC_LIMIT:
        parameters = {"count": metrics, "limit": METRIC_LIMIT}
        yield Fault("measures", "too-many-metrics", parameters)
