"""How to cite a case, a version or a source: a page of references, and files for programs.

References to cases and versions contain the date of access, which is today: these responses are
not cached.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, override

from stories import links
from stories.exports.references import items
from stories.exports.references.files import FORMS
from stories.exports.references.italics import as_html
from stories.exports.references.items import Item
from stories.exports.references.lists import STYLES
from stories.languages import DJANGO_CODES, reader_language
from stories.models.version import Version
from stories.queries.publications import (
    PublishedCase,
    current_version,
    published,
    version_of,
)
from stories.queries.snapshot import Library
from stories.web.cited import case_item
from stories.web.printing import locator
from stories.web.problems import problem
from stories.web.revision import in_one_revision
from stories.web.unavailable import as_page, as_problem
from stories.web.views import library_page, page, public


@dataclass(frozen=True)
class InLanguage:
    """References in one language: (key and label of the style, reference as HTML)."""

    language: str  # value of HTML's `lang`
    label: str
    references: Sequence[tuple[str, str, str]]


@public
@in_one_revision
@as_page
def case(request: HttpRequest, slug: str) -> HttpResponse:
    return _case_page(request, current_version(slug), links.of("case", slug), "case", (slug,))


@public
@in_one_revision
@as_page
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    row, address = version_of(slug, number), links.of("version", slug, number)
    return _case_page(request, row, address, "version", (slug, number))


def _case_page(
    request: HttpRequest,
    version: Version,
    address: str,
    name: str,
    arguments: tuple[str | int, ...],
) -> HttpResponse:
    library = Library.now()
    found = _published(library, version)
    item_in = _of_case(request, found)
    title = found.case.title
    return _page(request, library, item_in, address, title, name, arguments)


@library_page
def source(request: HttpRequest, key: str) -> HttpResponse:
    """`at`: the locator of a passage; an unknown one is ignored."""
    library = Library.now()
    found = library.case_with_source(key)
    if found is None or key not in found.sources_by_key:
        raise Http404
    cited = found.sources_by_key[key]
    at = request.GET.get("at", "")
    at = at if at in cited.passages_by_locator else ""

    def item_in(language: str) -> Item:
        words = ""
        if at:
            with override(DJANGO_CODES[language]):
                words = locator(at)
        return items.of_source(cited.data, language).at(words)

    address = f"{cited.url}#{at}" if at else cited.url
    return _page(request, library, item_in, address, cited.title, "source", (key,))


def _page(
    request: HttpRequest,
    library: Library,
    item_in: Callable[[str], Item],
    address: str,
    title: str,
    name: str,
    arguments: tuple[str | int, ...],
) -> HttpResponse:
    """`address`: of the cited page; `name` and `arguments`: of the files' addresses."""
    own = reader_language()
    parts = [_in_language(item_in(language)) for language in sorted(DJANGO_CODES, key=own.__ne__)]
    query = "?language=en" if own == "en" else ""
    files = [
        (form.label, links.of(f"{name}-{ending}", *arguments) + query)
        for ending, form in FORMS.items()
    ]
    context = {"address": address, "title": title, "parts": parts, "files": files}
    response = page(request, "cite", library, context)
    response["Cache-Control"] = "no-cache"
    return response


def _in_language(item: Item) -> InLanguage:
    written = [
        (style.key, style.label, mark_safe(as_html(style.write(item))))  # escaped
        for style in STYLES
    ]
    if item.language == "en":
        return InLanguage("en", gettext("In English"), written)
    return InLanguage("zh-Hans", gettext("In Chinese"), written)


# ---------------------------------------------------------------- files


@public
@in_one_revision
@as_problem
def case_file(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    found = _published(Library.now(), current_version(slug))
    return _file(request, _of_case(request, found), ending)


@public
@in_one_revision
@as_problem
def version_file(request: HttpRequest, slug: str, number: int, ending: str) -> HttpResponse:
    found = _published(Library.now(), version_of(slug, number))
    return _file(request, _of_case(request, found), ending)


@public
@in_one_revision
def source_file(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    found = Library.now().case_with_source(key)
    if found is None or key not in found.sources_by_key:
        return problem(404, "There is no such source.")
    data = found.sources_by_key[key].data
    return _file(request, lambda language: items.of_source(data, language), ending)


def _file(request: HttpRequest, item_in: Callable[[str], Item], ending: str) -> HttpResponse:
    """`language`: zh, the default, or en."""
    language = request.GET.get("language", "zh")
    if language not in DJANGO_CODES:
        return problem(400, "language: zh or en.")
    form, item = FORMS[ending], item_in(language)
    response = HttpResponse(form.write(item), content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{item.key}.{ending}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response


# ---------------------------------------------------------------- what is cited


def _of_case(request: HttpRequest, found: PublishedCase) -> Callable[[str], Item]:
    """language → the item."""
    return lambda language: case_item(request, found, language)


def _published(library: Library, version: Version) -> PublishedCase:
    """Raises Http404 if no page can show it."""
    found = next(published(library, [version]), None)
    if found is None:
        raise Http404
    return found
