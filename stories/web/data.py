"""Downloads of the whole library: the page of the data set, its files, and its codebook.

The files are built by another process; no view waits for them or writes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from stories import links
from stories.exports.dataset import codebook, releases
from stories.exports.dataset.archive import SUMS
from stories.exports.dataset.releases import Offer
from stories.languages import reader_language
from stories.queries.snapshot import Library
from stories.web import linked
from stories.web.files import streamed
from stories.web.problems import problem
from stories.web.revision import in_one_revision
from stories.web.views import library_page, page, public

TYPES = {"sqlite3": "application/vnd.sqlite3", "zip": "application/zip"}
LABELS = {"sqlite3": "SQLite", "zip": "ZIP"}
DESCRIPTIONS = {
    "sqlite3": gettext_lazy(
        "One database with readable views; opens in Datasette, DuckDB or DB Browser."
    ),
    "zip": gettext_lazy(
        "Frictionless Data Package and RO-Crate: the tables as CSV, the codebook, and the "
        "documents of all cases with all their versions."
    ),
}


VALUE_TYPES = {
    "integer": gettext_lazy("whole number"),
    "number": pgettext_lazy("type of values", "number"),
    "boolean": gettext_lazy("yes or no"),
}


@dataclass(frozen=True)
class Download:
    label: str
    description: str
    name: str
    size: str  # with its unit
    sha256: str


@dataclass(frozen=True)
class ColumnEntry:
    """A column, or a value of a closed list, in the reader's language; `names`: one per language.

    `value_type`: "" for text.
    """

    names: list[str]
    description: str
    value_type: str = ""
    list_name: str = ""
    refers_to: str = ""


@dataclass(frozen=True)
class Entry:
    """A table or a closed list of the codebook."""

    name: str
    description: str
    columns: list[ColumnEntry]


@public
@in_one_revision
def data(request: HttpRequest) -> HttpResponse:
    """Not cached, as a file may appear at any time."""
    library = Library.now()
    offer = releases.offered(settings.EXPORTS_DIR, library)
    tables = [(table.name, gettext(table.description)) for table in codebook.EVERY]
    context = {
        "offer": offer,
        "downloads": list(_downloads(offer)) if offer else [],
        "sums": SUMS,
        "tables": tables,
        "case_count": len(library.cases),
        "linked": linked.of_site(request, library)[1:],
    }
    response = page(request, "data", library, context)
    response["Cache-Control"] = "no-cache"
    return response


def _downloads(offer: Offer) -> Iterator[Download]:
    for file in offer.files:
        ending = file.name.rpartition(".")[2]
        size = filesizeformat(file.size)
        yield Download(LABELS[ending], str(DESCRIPTIONS[ending]), file.name, size, file.sha256)


@public
@in_one_revision
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the offered release; its name contains the revision."""
    offer = releases.offered(settings.EXPORTS_DIR, Library.now())
    found = offer.file(name) if offer else None
    if offer is None or found is None:
        return _not_there()
    hashes = {file.name: file.sha256 for file in offer.files}
    etag = f'"{hashes.get(name, offer.release.revision)}"'
    not_modified = get_conditional_response(request, etag=etag)
    response = not_modified or _opened(request, found)
    response["ETag"] = etag
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, no_cache=True)
    return response


def _opened(request: HttpRequest, found: Path) -> HttpResponseBase:
    """404 if a newer release has just replaced the file."""
    name = found.name
    try:
        opened = found.open("rb")
    except OSError:
        return _not_there()
    return streamed(
        request,
        opened,
        as_attachment=name != SUMS,
        filename=name,
        content_type=TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8"),
    )


def _not_there() -> HttpResponse:
    return problem(404, f"There is no such file now; see {links.of('data')}.")


@public
@in_one_revision
def latest(request: HttpRequest, ending: str) -> HttpResponse:
    """A stable address for scripts that redirects to the file of the present revision."""
    offer = releases.offered(settings.EXPORTS_DIR, Library.now())
    names = [file.name for file in offer.files if file.name.endswith(ending)] if offer else []
    if not names:
        return problem(404, f"The files are being made; see {links.of('data')}.")
    response = HttpResponseRedirect(links.of("data-file", names[0]))
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    return response


@library_page
def codebook_page(request: HttpRequest) -> HttpResponse:
    context = {"tables": list(_tables()), "lists": list(_lists())}
    return page(request, "codebook", Library.now(), context)


def _tables() -> Iterator[Entry]:
    for table in codebook.EVERY:
        columns = [
            ColumnEntry(
                column.names,
                gettext(column.description),
                str(VALUE_TYPES.get(column.value_type, "")),
                codebook.list_name(column.choices) if column.choices else "",
                codebook.reference(column),
            )
            for column in table.columns
        ]
        yield Entry(table.name, gettext(table.description), columns)


def _lists() -> Iterator[Entry]:
    language = reader_language()
    for one in codebook.lists():
        values = [ColumnEntry([value], label[language]) for value, label in codebook.labels(one)]
        yield Entry(codebook.list_name(one), "", values)
