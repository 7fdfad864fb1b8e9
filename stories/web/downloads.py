"""Lists and tables as CSV and JSON Lines, streamed: the same query as that of the page.

Streams are not cached; their ETag is a digest of the revision, the query and the columns.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stories.exports import lists, questions, records, tables
from stories.exports.records import Record
from stories.queries.snapshot import Library
from stories.web.former_addresses import redirecting_list
from stories.web.problems import problem
from stories.web.revision import in_one_revision
from stories.web.site import site_of

Rows = Callable[[HttpRequest, Library], Iterable[Record]]
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
OF_PAGES = ("page", "whole")  # parameters of pages without effect on a whole list


@csrf_exempt
@require_safe
@in_one_revision
@redirecting_list
def table(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """`name` in TABLES; `form` in TYPES."""
    record, rows_of = TABLES[name]
    library = Library.now()
    try:
        rows = rows_of(request, library)
    except questions.QuestionError as error:
        return problem(400, "A parameter is not understood.", faults=error.faults)
    response = StreamingHttpResponse(
        _text(record, rows if request.method == "GET" else (), form), content_type=TYPES[form]
    )
    response["ETag"] = _etag(request, library, record)
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response


def _text(record: type[Record], rows: Iterable[Record], form: str) -> Iterator[str]:
    return tables.as_csv(record, rows) if form == "csv" else tables.as_json_lines(rows)


def _etag(request: HttpRequest, library: Library, record: type[Record]) -> str:
    made_of = [library.revision, site_of(request), request.get_full_path(), *tables.columns(record)]
    digest = hashlib.blake2b("\n".join(made_of).encode(), digest_size=10).hexdigest()
    return f'W/"{digest}"'


def _cases(request: HttpRequest, library: Library) -> Iterable[Record]:
    query = questions.case_query(request.GET, library, also=OF_PAGES)
    return lists.cases(query, site_of(request))


def _metrics(request: HttpRequest, library: Library) -> Iterable[Record]:
    query = questions.metric_query(request.GET, library, also=OF_PAGES)
    return lists.every_metric(query, site_of(request))


def _sources(request: HttpRequest, library: Library) -> Iterable[Record]:
    questions.only(request.GET, OF_PAGES)
    return lists.sources(library, site_of(request))


def _terms(facet: str) -> Rows:
    def rows(request: HttpRequest, library: Library) -> Iterable[Record]:
        questions.only(request.GET)
        return records.term_records(library, facet, site_of(request))

    return rows


def _places(request: HttpRequest, library: Library) -> Iterable[Record]:
    questions.only(request.GET)
    return records.place_records(library, site_of(request))


TABLES: dict[str, tuple[type[Record], Rows]] = {
    "cases": (records.CaseRecord, _cases),
    "metrics": (records.MetricRecord, _metrics),
    "sources": (records.SourceRecord, _sources),
    "measures": (records.TermRecord, _terms("measure")),
    "problems": (records.TermRecord, _terms("problem")),
    "places": (records.PlaceRecord, _places),
}
