"""Validates files, and the remaining parts of a document whose shape is wrong in places.

Faults that only a stand-in could cause are left out.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from stories.documents import serialization
from stories.documents.checks import faults
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import numbered
from stories.documents.stand_ins import STAND_IN, Rest, is_within
from stories.documents.terms import Terms
from stories.documents.text_checks import ACCOUNTING, accounting_entries, text_faults


def file_faults(file: Path, terms: Terms, raws: Mapping[str, bytes] | None = None) -> list[Fault]:
    """Every fault of a file; with `raws`, see text_faults, also against the articles."""
    try:
        document = serialization.read_file(file)
    except DocumentError as error:
        return error.faults + rest_faults(error.rest, terms, raws)
    found = [*serialization.form_faults(file.read_bytes(), document), *faults(document, terms)]
    return found if raws is None else found + text_faults(document, raws)


def rest_faults(
    rest: Rest | None, terms: Terms, raws: Mapping[str, bytes] | None = None
) -> list[Fault]:
    """The faults of a misshapen document other than those of its shape."""
    if rest is None:
        return []
    found = faults(rest.document, terms)
    if raws is not None:
        found += text_faults(rest.document, raws)
    left_out_paths = frozenset(_paths_without_meaning(rest))
    return [fault for fault in found if not is_within(fault.path, left_out_paths)]


def _paths_without_meaning(rest: Rest) -> Iterator[str]:
    """The paths at which a stand-in alone could cause a fault."""
    yield from rest.aside
    yield "checked"
    yield from _citations_without_meaning(rest)
    yield from _numbers_without_meaning(rest)
    yield from _links_without_meaning(rest)
    document = rest.document
    entries = [path for path, _part in accounting_entries(document)]
    is_source_unknown = STAND_IN in {source.key for source in document.sources}
    if is_source_unknown or any(
        rest.lacks(f"{path}.{name}") for path in entries for name in ("source", "at", "printed")
    ):
        yield ACCOUNTING


def _links_without_meaning(rest: Rest) -> Iterator[str]:
    """Paths of references by key, if not all keys are known."""
    document = rest.document
    if STAND_IN in {problem.key for problem in document.problems}:
        yield from (f"{path}.solves" for path, _part in numbered("measures", document.measures))
    if STAND_IN in {measure.key for measure in document.measures}:
        yield from (f"{path}.measures" for path, _part in numbered("changes", document.changes))
        yield from (f"{path}.measure" for path, _part in numbered("follow_up", document.follow_up))
    if STAND_IN in {source.key for source in document.sources}:
        for path, _part in numbered("sources", document.sources):
            yield f"{path}.same_report_as"
    known = {metric.key for _path, metric in document.metrics()}
    if STAND_IN in known:
        yield "telling"
        yield from (f"{path}.whole" for path, _metric in document.metrics())
    if STAND_IN in known | {derived.key for derived in document.derived}:
        yield "unit_cost"
    if rest.lacks("place"):
        yield "place_inferred"


def _citations_without_meaning(rest: Rest) -> Iterator[str]:
    for path, _source in numbered("sources", rest.document.sources):
        if rest.lacks(f"{path}.reading"):
            yield f"{path}.passages"
    for path, _measure in numbered("measures", rest.document.measures):
        if rest.lacks(f"{path}.when"):
            yield f"{path}.not_said"
    paths = {source.key: path for path, source in numbered("sources", rest.document.sources)}
    for path, part in rest.document.printed():
        if part.source in paths and rest.lacks(f"{paths[part.source]}.reading"):
            yield f"{path}.at"
        if STAND_IN in paths:  # the key of a source is unknown
            yield f"{path}.source"
            if part.source == STAND_IN:
                yield from (f"{path}.at", f"{path}.printed")


def _numbers_without_meaning(rest: Rest) -> Iterator[str]:
    metrics = list(rest.document.metrics())
    unsure = set()
    for path, metric in metrics:
        if any(rest.lacks(f"{path}.{n}") for n in ("indicator", "low", "high", "qualifier")):
            unsure.add(metric.key)
            yield from (f"{path}.{name}" for name in ("low", "high", "qualifier"))
        if rest.lacks(f"{path}.kind"):
            unsure.add(metric.key)
    known = {metric.key for _path, metric in metrics}
    for path, derived in numbered("derived", rest.document.derived):
        if unsure & set(derived.of) or (STAND_IN in known and not known >= set(derived.of)):
            yield path
