"""Checks a stored case: its document, its terms, and its texts on the desk.

Finds in rows what `checkcases --texts` finds in files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.timezone import localdate

from stories.documents import checks, proof, serialization, text_checks
from stories.documents.faults import DocumentError, Fault
from stories.documents.schema import CaseDocument
from stories.documents.warnings import warnings
from stories.models.case import Case
from stories.publishing import exporter, glossary, texts


@dataclass(frozen=True)
class Check:
    """Result of a check. `dumped`: as from `exporter.dump`, with today's proof if there are no
    faults.

    `document`: the parsed document, None if it has an invalid structure.

    `faults` prevent publication, `warnings` do not.
    """

    dumped: dict[str, Any]
    document: CaseDocument | None
    faults: list[Fault]
    warnings: list[Fault] = field(default_factory=list)


def whole_or_rest(case: Case) -> CaseDocument | None:
    """The document of a case, with placeholders for what a draft lacks; None if all is invalid."""
    return rest_of(exporter.dump(case))


def rest_of(dumped: dict[str, Any]) -> CaseDocument | None:
    """The same for a dumped document."""
    try:
        return serialization.read(serialization.written(dumped))
    except DocumentError as error:
        return error.rest.document if error.rest else None


def check(case: Case, has_versions: bool = False) -> Check:
    """Check a case; with versions, it may keep deprecated terms. About 25 queries."""
    dumped = exporter.dump(case)
    try:
        document = serialization.shaped(dumped)
    except DocumentError as error:
        return Check(dumped, None, error.faults)
    terms = glossary.stored_terms()
    if has_versions:
        terms = replace(terms, deprecated={})
    raws = texts.at_hand(document)
    faults = checks.faults(document, terms) + text_checks.disproved(document, raws)
    if not faults:
        document = proof.proved(document, raws, localdate())
        dumped = document.model_dump(mode="json")
    return Check(dumped, document, faults, warnings(document, raws, terms))


def fault_counts(cases: Iterable[Case]) -> dict[int, int]:
    """Primary key → number of faults that prevent publication: about 30 queries for all."""
    rows = list(exporter.dumped([case.pk for case in cases]))
    terms = glossary.stored_terms()
    hashes = (source["reading"]["sha256"] for _case, dumped in rows for source in dumped["sources"])
    raws = texts.of_hashes(hashes)
    counts = {}
    for case, dumped in rows:
        known = replace(terms, deprecated={}) if case.published_at else terms
        try:
            document = serialization.shaped(dumped)
        except DocumentError as error:
            counts[case.pk] = len(error.faults)
            continue
        found = checks.faults(document, known) + text_checks.disproved(document, raws)
        counts[case.pk] = len(found)
    return counts
