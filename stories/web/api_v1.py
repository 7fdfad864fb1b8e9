"""The API v1: strict parameters, both languages, errors as JSON (RFC 9457)."""

import base64
import binascii
import logging
import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from caselib import error_pages
from caselib.page_cache import cacheable
from stories import links
from stories.choices import VersionKind
from stories.documents.rows import case_row
from stories.exports import answers, lists, openapi, questions, records
from stories.exports.openapi import Endpoint, Parameter
from stories.exports.questions import ParameterFault, QuestionError
from stories.exports.records import Record, Text
from stories.models.version import Publication, Version
from stories.queries import cases as case_queries
from stories.queries import metrics as metric_queries
from stories.queries.cases import CaseQuery
from stories.queries.facets import Value
from stories.queries.metrics import MetricQuery
from stories.queries.publications import (
    UnknownError,
    WithdrawnError,
    current_version,
    publication_of,
    versions_of,
)
from stories.queries.snapshot import FACETS, Library
from stories.web.problems import problem
from stories.web.revision import in_one_revision
from stories.web.site import site_of
from stories.web.views import library_page, page

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
BASE = "/api/v1"
LIMIT, LIMIT_MOST = 50, 200
PAGING = ("limit", "cursor")
METHODS = "GET, HEAD, OPTIONS"
FAILED = {500: "Something failed here.", 503: "The library cannot be read at the moment."}


class StaleCursorError(Exception):
    """The library changed after the cursor was issued."""


def endpoint(view: View) -> View:
    """Cached, rendered from one revision; every failure is answered as JSON."""
    answer = cacheable(in_one_revision(view))

    @for_programs
    @wraps(view)
    def answer_json(request: HttpRequest, **arguments: Any) -> HttpResponse:
        return _answered(answer, request, arguments)

    return answer_json


def for_programs(view: View) -> View:
    """GET, HEAD and OPTIONS, with CORS for all origins; any other method is answered 405."""

    @csrf_exempt
    @wraps(view)
    def allowed(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            response: HttpResponse = problem(405, f"Allowed: {METHODS}.")
            response["Allow"] = METHODS
        elif request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": METHODS})
        else:
            response = view(request, **arguments)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Expose-Headers"] = "ETag, Link"
        return response

    return allowed


def _answered(answer: View, request: HttpRequest, arguments: dict[str, Any]) -> HttpResponse:
    try:
        return answer(request, **arguments)
    except QuestionError as error:
        return problem(400, "A parameter is not understood.", error.faults)
    except StaleCursorError:
        return problem(410, "The library changed since the cursor was given: begin again.")
    except WithdrawnError as error:
        return _gone(error.publication)
    except (Http404, UnknownError):
        return problem(404, "There is no such thing.")
    except Exception as error:  # programs expect JSON for any error
        logger.exception("%s", request.path)  # without the words that were searched for
        status, headers = error_pages.status_of(error)
        response = problem(status, FAILED[status])
        for name, value in headers.items():
            response[name] = value
        return response


def _gone(publication: Publication) -> HttpResponse:
    reason = {"zh": publication.reason_zh, "en": publication.reason_en}
    at = publication.withdrawn_at and publication.withdrawn_at.isoformat()
    return problem(410, "This case was withdrawn.", withdrawn_at=at, reason=reason)


def _response(answer: Record, **headers: str) -> HttpResponse:
    body = orjson.dumps(answer.model_dump(mode="json"))
    return HttpResponse(body, content_type="application/json", headers=headers)


# ---------------------------------------------------------------- lists


@endpoint
def cases(request: HttpRequest) -> HttpResponse:
    library, site = Library.now(), site_of(request)
    query = questions.case_query(request.GET, library, also=PAGING)
    start, end = _part(request, library)
    total = len(query.found)
    items = list(lists.cases(query, site, start, end))
    following = _next(request, library, end, total)
    answer = answers.Cases(
        total=total,
        next=following,
        items=items,
        near=[] if start else _near(query),
        facets=_facets(query),
    )
    return _paged(answer, following)


def _near(query: CaseQuery) -> list[answers.NearCase]:
    return [
        answers.NearCase(
            slug=found.card.slug,
            met=[answers.MetRecord(asked=met.asked, found=met.found) for met in found.met],
        )
        for found in query.near
    ]


def _facets(query: CaseQuery) -> dict[str, list[answers.FacetValue]]:
    whole = CaseQuery(query.library, query.q, query.chosen, whole=tuple(FACETS))
    return {
        facet.name: [_facet_value(query.library, facet.name, v) for v in _flat(facet.values)]
        for facet in whole.facets()
    }


def _flat(values: Iterable[Value]) -> Iterable[Value]:
    for value in values:
        yield value
        yield from _flat(value.children)


def _facet_value(library: Library, facet: str, value: Value) -> answers.FacetValue:
    node = library.nodes[facet][value.value]
    label = Text(zh=node.label_zh, en=node.label_en)
    return answers.FacetValue(
        value=value.value, label=label, count=value.count, is_selected=value.is_selected
    )


@endpoint
def metrics(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    query = questions.metric_query(request.GET, library, also=PAGING)
    start, end = _part(request, library)
    items = list(lists.metrics(library, query.keys(start, end), site_of(request)))
    following = _next(request, library, end, query.total)
    return _paged(answers.Metrics(total=query.total, next=following, items=items), following)


@endpoint
def sources(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    questions.only(request.GET, PAGING)
    start, end = _part(request, library)
    items = list(lists.sources(library, site_of(request), start, end))
    total = len(library.cases)
    following = _next(request, library, end, total)
    return _paged(answers.Sources(total=total, next=following, items=items), following)


@endpoint
def places(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    questions.only(request.GET, PAGING)
    start, end = _part(request, library)
    every = list(records.place_records(library, site_of(request)))
    following = _next(request, library, end, len(every))
    answer = answers.Places(total=len(every), next=following, items=every[start:end])
    return _paged(answer, following)


def _terms(facet: str) -> View:
    @endpoint
    def terms(request: HttpRequest) -> HttpResponse:
        questions.only(request.GET)
        found = records.term_records(Library.now(), facet, site_of(request))
        return _response(answers.Terms(items=list(found)))

    return terms


@endpoint
def vocabulary(request: HttpRequest) -> HttpResponse:
    questions.only(request.GET)
    library, site = Library.now(), site_of(request)

    def terms(facet: str) -> list[records.TermRecord]:
        return list(records.term_records(library, facet, site))

    return _response(
        answers.Vocabulary(
            measure_families=terms("family"),
            measure_types=terms("measure"),
            problem_types=terms("problem"),
            tags=terms("tag"),
            body_kinds=terms("actor"),
            indicators=list(records.indicator_records(library)),
        )
    )


# ---------------------------------------------------------------- one thing


@endpoint
def case(request: HttpRequest, slug: str) -> HttpResponse:
    questions.only(request.GET)
    version = current_version(slug)
    library = Library.now()
    found = library.presented(version)
    if found is None:
        raise Http404
    row = case_row(found.data)
    record = records.case_record(
        library, row, version.number, version.published_at, site_of(request)
    )
    return _response(answers.Case(case=record, document=orjson.loads(version.document)))


@endpoint
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    questions.only(request.GET)
    rows, site = versions_of(publication_of(slug)), site_of(request)
    return _response(answers.Versions(items=[_version(row, slug, site) for row in rows]))


def _version(row: Version, slug: str, site: str) -> answers.VersionRecord:
    return answers.VersionRecord(
        number=row.number,
        kind=records.closed(VersionKind, row.kind),
        published_at=row.published_at.isoformat(),
        note=Text(zh=row.note_zh, en=row.note_en) if row.note_zh else None,
        sha256=row.sha256,
        url=records.addresses(site, "version", slug, row.number),
        document=site + links.of("version-document", slug, row.number),
    )


@endpoint
def source(request: HttpRequest, key: str) -> HttpResponse:
    questions.only(request.GET)
    found = Library.now().case_with_source(key)
    if found is None or key not in found.sources_by_key:
        raise Http404
    return _response(records.source_record(found.sources_by_key[key], site_of(request)))


@for_programs
def unknown(request: HttpRequest) -> HttpResponse:
    """404 for any other address below the API's."""
    return problem(404, f"There is no such address; see {BASE}/openapi.json.")


# ---------------------------------------------------------------- paging


def _part(request: HttpRequest, library: Library) -> tuple[int, int]:
    """(start, end) of the requested page. Raises QuestionError, StaleCursorError."""
    limit, cursor = request.GET.get("limit", str(LIMIT)), request.GET.get("cursor", "")
    if not re.fullmatch(r"[1-9]\d{0,2}", limit, re.ASCII) or int(limit) > LIMIT_MOST:
        raise QuestionError([ParameterFault("limit", f"a number from 1 to {LIMIT_MOST}")])
    start = _read_cursor(cursor, library) if cursor else 0
    return start, start + int(limit)


def _read_cursor(cursor: str, library: Library) -> int:
    try:
        revision, _colon, start = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
    except (binascii.Error, ValueError):
        revision, start = "", ""
    if not re.fullmatch(r"\d{1,9}", start, re.ASCII):
        raise QuestionError([ParameterFault("cursor", "none that was given here")])
    if revision != library.revision:
        raise StaleCursorError
    return int(start)


def _next(request: HttpRequest, library: Library, end: int, total: int) -> str | None:
    if end >= total:
        return None
    cursor = base64.urlsafe_b64encode(f"{library.revision}:{end}".encode()).decode()
    parameters = [(name, value) for name, values in request.GET.lists() for value in values]
    parameters = [pair for pair in parameters if pair[0] != "cursor"]
    return f"{site_of(request)}{request.path}?{urlencode([*parameters, ('cursor', cursor)])}"


def _paged(answer: answers.Paged, following: str | None) -> HttpResponse:
    found = [f'<{BASE}/openapi.json>; rel="service-desc"']
    if following:
        found.insert(0, f'<{following}>; rel="next"')
    return _response(answer, Link=", ".join(found))


# ---------------------------------------------------------------- its description

_TEXT = {"type": "string"}
_SIZE = {"type": "string", "pattern": r"^(\d{1,14}(\.\d{1,4})?)?$"}
_PAGES = (
    Parameter("limit", "How many", {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST}),
    Parameter("cursor", "Where to go on: next of the answer before"),
)
_OF_CASES = (
    Parameter("q", "Words, all of which a case has", {**_TEXT, "maxLength": 200}),
    *(
        Parameter(
            name,
            "A value of this facet; repeated, any of its values",
            _TEXT,
            is_repeated=True,
        )
        for name in questions.CASE_PARAMETERS
        if name not in ("q", "sort")
    ),
    Parameter("sort", "Order", {**_TEXT, "enum": list(case_queries.SORTS)}),
    *_PAGES,
)
_OF_METRICS = (
    *(
        Parameter(
            name,
            "A value of this facet; repeated, any of its values",
            _TEXT,
            is_repeated=True,
        )
        for name in MetricQuery.FACETS
    ),
    Parameter("min", "At least, in the unit of the indicator", _SIZE),
    Parameter("max", "At most, in the unit of the indicator", _SIZE),
    Parameter("sort", "Order", {**_TEXT, "enum": list(metric_queries.SORTS)}),
    *_PAGES,
)
ENDPOINTS: list[tuple[Endpoint, View]] = [
    (Endpoint("cases", "cases", "Cases, with facets", answers.Cases, _OF_CASES), cases),
    (Endpoint("case", "cases/<slug:slug>", "One case, with its document", answers.Case), case),
    (
        Endpoint(
            "versions", "cases/<slug:slug>/versions", "The versions of a case", answers.Versions
        ),
        versions,
    ),
    (Endpoint("metrics", "metrics", "Figures", answers.Metrics, _OF_METRICS), metrics),
    (
        Endpoint("measure-types", "measure-types", "Types of measures", answers.Terms),
        _terms("measure"),
    ),
    (
        Endpoint("problem-types", "problem-types", "Types of problems", answers.Terms),
        _terms("problem"),
    ),
    (Endpoint("places", "places", "Places that have a case", answers.Places, _PAGES), places),
    (Endpoint("sources", "sources", "Sources, by case", answers.Sources, _PAGES), sources),
    (Endpoint("source", "sources/<slug:key>", "One source", records.SourceRecord), source),
    (Endpoint("vocabulary", "vocabulary", "All terms", answers.Vocabulary), vocabulary),
]


@endpoint
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    server = f"{site_of(request)}{BASE}"
    document = openapi.document([e for e, _view in ENDPOINTS], server, "Community case library")
    return HttpResponse(orjson.dumps(document), content_type="application/json")


@library_page
def docs(request: HttpRequest) -> HttpResponse:
    found = [(openapi.path_of(e), e.summary, e.parameters) for e, _view in ENDPOINTS]
    context = {"endpoints": found, "base": BASE, "title": gettext("API for programs")}
    return page(request, "api", Library.now(), context)
