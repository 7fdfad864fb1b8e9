"""Faults of documents as files and commands print them, and a document with another metric."""

from collections.abc import Iterable, Mapping
from typing import Any

from stories.documents import checks, serialization, text_checks
from stories.documents.faults import Fault
from stories.documents.terms import Terms
from tests.builders import a_cite, a_document, a_metric_part, with_value

LAMPS = "measures[0].metrics[0]"


def lines(found: Iterable[Fault]) -> list[str]:
    """As files and commands print them."""
    return [str(fault) for fault in found]


def faults(document: Mapping[str, Any], terms: Terms) -> list[str]:
    return lines(checks.faults(serialization.shaped(document), terms))


def text_faults(document: Mapping[str, Any], texts: Mapping[str, bytes]) -> list[str]:
    return lines(text_checks.text_faults(serialization.shaped(document), texts))


def with_metric(**overrides: Any) -> dict[str, Any]:
    """The document with another first metric."""
    return with_value(a_document(derived=[]), LAMPS, a_metric_part(**overrides))


def metric_faults(terms: Terms, printed: str, **overrides: Any) -> list[str]:
    return faults(with_metric(cite=a_cite("2", printed), **overrides), terms)
