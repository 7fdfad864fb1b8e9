"""Strict parsing of API queries: like readers' queries, but invalid parameters are refused.

Pages are lenient; for programs, a misspelt parameter that is ignored would return everything.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.http import QueryDict

from stories.queries import cases, metrics
from stories.queries.cases import CHOICE_LIMIT, QUERY_LIMIT, CaseQuery
from stories.queries.metrics import MetricQuery
from stories.queries.snapshot import PARAMETERS, Library

SIZES = re.compile(r"\d{1,14}(\.\d{1,4})?", re.ASCII)
CASE_PARAMETERS = ("q", *PARAMETERS, "sort")
METRIC_PARAMETERS = (*MetricQuery.FACETS, "min", "max", "sort")


@dataclass(frozen=True)
class ParameterFault:
    """A fault of a parameter; for programmers, so in English only."""

    parameter: str
    detail: str


class QuestionError(Exception):
    """`faults`: everything that is wrong with a query."""

    def __init__(self, faults: list[ParameterFault]) -> None:
        super().__init__("; ".join(f"{fault.parameter}: {fault.detail}" for fault in faults))
        self.faults = faults


def case_query(parameters: QueryDict, library: Library, also: Collection[str] = ()) -> CaseQuery:
    """`also`: allowed parameters that others parse. Raises QuestionError."""
    faults = [*unknown(parameters, (*CASE_PARAMETERS, *also))]
    faults += _unknown_values(
        parameters, PARAMETERS, lambda name, value: library.knows(name, value)
    )
    faults += _of_list(parameters, "sort", cases.SORTS)
    faults += _repeated(parameters, ("q", "sort", *also))
    chosen = {name: set(parameters.getlist(name)) for name in PARAMETERS if name in parameters}
    if len(chosen) > 1 and sum(map(len, chosen.values())) > CHOICE_LIMIT:
        detail = f"together more than {CHOICE_LIMIT} values"
        faults.append(ParameterFault(", ".join(chosen), detail))
    if len(parameters.get("q", "")) > QUERY_LIMIT:
        faults.append(ParameterFault("q", f"more than {QUERY_LIMIT} characters"))
    _refuse(faults)
    return CaseQuery.parse(parameters, library)


def metric_query(
    parameters: QueryDict, library: Library, also: Collection[str] = ()
) -> MetricQuery:
    """Raises QuestionError. An empty value counts as missing, as the form on the page sends it."""
    faults = [*unknown(parameters, (*METRIC_PARAMETERS, *also))]
    faults += _unknown_values(
        parameters,
        MetricQuery.FACETS,
        lambda name, value: not value or value in metrics.offered(library, name),
    )
    faults += _of_list(parameters, "sort", metrics.SORTS)
    faults += _repeated(parameters, ("min", "max", "sort", *also))
    faults += [
        ParameterFault(name, "not a number: digits, with at most four behind a point")
        for name in ("min", "max")
        if (size := parameters.get(name, "")) and not SIZES.fullmatch(size)
    ]
    _refuse(faults)
    return MetricQuery.parse(parameters, library)


def only(parameters: QueryDict, known: Collection[str] = ()) -> None:
    """Raises QuestionError for any other parameter."""
    _refuse([*unknown(parameters, known)])


def unknown(parameters: QueryDict, known: Collection[str]) -> Iterable[ParameterFault]:
    for name in parameters:
        if name not in known:
            yield ParameterFault(name, "unknown parameter")


def _unknown_values(
    parameters: QueryDict, names: Iterable[str], is_known: Callable[[str, str], bool]
) -> Iterable[ParameterFault]:
    for name in names:
        values = parameters.getlist(name)
        for value in dict.fromkeys(values):
            if not is_known(name, value):
                yield ParameterFault(name, f"unknown value: {value[:100]}")
        if len(values) > CHOICE_LIMIT:
            yield ParameterFault(name, f"more than {CHOICE_LIMIT} values")


def _of_list(parameters: QueryDict, name: str, known: Collection[str]) -> Iterable[ParameterFault]:
    value = parameters.get(name, "")
    if value and value not in known:
        yield ParameterFault(name, f"unknown value: {value[:100]}; one of {', '.join(known)}")


def _repeated(parameters: QueryDict, names: Iterable[str]) -> Iterable[ParameterFault]:
    for name in names:
        if len(parameters.getlist(name)) > 1:
            yield ParameterFault(name, "given more than once")


def _refuse(faults: list[ParameterFault]) -> None:
    if faults:
        raise QuestionError(faults)
