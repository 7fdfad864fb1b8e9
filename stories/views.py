"""Pages: a question or a row, and a template. None of them writes."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stories import files, sharecards
from stories.comparison import compared
from stories.illustrations import Picture
from stories.library import Library, by_case
from stories.matrix import Matrix
from stories.metrics import MetricQuery
from stories.models import Measure, Problem
from stories.passages import Source
from stories.printing import site_of
from stories.queries import CaseQuery, page_of_cases, paged
from stories.spreads import spreads
from stories.terms import MeasureType, Place, ProblemType

MEASURES_SHOWN = 20  # at a place
FOR_GOOD = "max-age=31536000, public, immutable"  # a picture's name is given once

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """GET and HEAD only: anything else is answered 405, with or without a token."""
    return csrf_exempt(require_safe(view))


@public
def overview(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    return render(
        request,
        "stories/overview.html",
        {
            "cases": library.newest(),
            "matrix": Matrix.of(library),
            "totals": library.totals,
        },
    )


@public
def cases(request: HttpRequest) -> HttpResponse:
    query = CaseQuery.parse(request.GET, Library.now())
    page = query.page()
    hits = query.hits([card.pk for card in page.items])
    return render(request, "stories/cases.html", {"query": query, "page": page, "hits": hits})


@public
def case(request: HttpRequest, slug: str) -> HttpResponse:
    library = Library.now()
    row = library.shown(slug)
    if row is None:
        raise Http404
    return render(
        request,
        "stories/case.html",
        {
            "case": row,
            "pictures": library.pictures(row.pk),
            "related": library.related(row),
        },
    )


@public
def share_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the machine has no Han font, the card of the site stands for every case."""
    row = Library.now().shown(slug)
    if row is None:
        raise Http404
    drawn = sharecards.png(sharecards.card_of(row)) or settings.DEFAULT_CARD.read_bytes()
    return HttpResponse(drawn, content_type="image/png")


@public
def picture(request: HttpRequest, file: str, name: str, kind: str) -> HttpResponse:
    """Of published cases for everyone, of all others for editors: 1 query, or 4."""
    rows = Picture.objects.filter(name=name)
    is_public = rows.of_published_cases().exists()
    if not is_public and not (request.user.is_staff and rows.exists()):
        raise Http404
    try:
        content = files.content(file)
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": FOR_GOOD if is_public else "private, no-store", "ETag": f'"{file}"'}
    return HttpResponse(content, content_type=f"image/{kind}", headers=headers)


@public
def measure_types(request: HttpRequest) -> HttpResponse:
    return render(request, "stories/measure_types.html", {"families": Library.now().families()})


@public
def measure_type(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(MeasureType.objects.select_related("family", "replaced_by"), slug=slug)
    library = Library.now()
    measures = Measure.objects.of_published_cases()
    page = page_of_cases(
        request.GET,
        library,
        library.of("measure", slug),
        lambda cases: by_case(measures.of_type(row, cases).for_lists()),
        "measure-type",
        slug,
    )
    context = {"type": row, "page": page, "spreads": spreads(slug, library)}
    return render(request, "stories/measure_type.html", context)


@public
def problem_types(request: HttpRequest) -> HttpResponse:
    return render(request, "stories/problem_types.html", {"types": Library.now().problem_types()})


@public
def problem_type(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(ProblemType.objects.select_related("replaced_by"), slug=slug)
    library = Library.now()
    problems = Problem.objects.of_published_cases()
    page = page_of_cases(
        request.GET,
        library,
        library.of("problem", slug),
        lambda cases: problems.of_type(row, cases).for_lists(),
        "problem-type",
        slug,
    )
    return render(request, "stories/problem_type.html", {"type": row, "page": page})


@public
def places(request: HttpRequest) -> HttpResponse:
    facets = CaseQuery(Library.now(), whole=("place",)).facets()
    tree = next(facet for facet in facets if facet.name == "place")
    return render(request, "stories/places.html", {"tree": tree})


@public
def place(request: HttpRequest, code: str) -> HttpResponse:
    library = Library.now()
    # What only a draft names is not told.
    in_use = Place.objects.filter(code__in=library.holding["place"])
    row = get_object_or_404(in_use.with_chain(), code=code)
    measures = Measure.objects.of_published_cases().filter(places=row)
    page = paged(
        request.GET,
        MEASURES_SHOWN,
        measures.count(),
        lambda start, end: measures.for_lists()[start:end],
        "place",
        code,
    )
    context = {"place": row, "children": in_use.filter(parent=row), "page": page}
    return render(request, "stories/place.html", context | {"cases": library.cases_in(row)})


@public
def metrics(request: HttpRequest) -> HttpResponse:
    query = MetricQuery.parse(request.GET, Library.now())
    return render(request, "stories/metrics.html", {"query": query, "page": query.page()})


@public
def sources(request: HttpRequest) -> HttpResponse:
    library = Library.now()
    page = page_of_cases(
        request.GET,
        library,
        library.cases,
        lambda cases: Source.objects.published().filter(case__in=cases).by_case(),
        "sources",
    )
    return render(request, "stories/sources.html", {"page": page})


@public
def source(request: HttpRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Source.objects.published(), key=key)
    passages = row.passages.with_statements()
    return render(request, "stories/source.html", {"source": row, "passages": passages})


@public
def suggestions(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        Library.now().suggestions(), safe=False, json_dumps_params={"ensure_ascii": False}
    )


@public
def matrix(request: HttpRequest) -> HttpResponse:
    return render(request, "stories/matrix.html", {"matrix": Matrix.of(Library.now())})


@public
def compare(request: HttpRequest) -> HttpResponse:
    comparison = compared(request.GET, Library.now())
    return render(request, "stories/compare.html", {"comparison": comparison})


@public
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "stories/about.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


@public
def robots(request: HttpRequest) -> HttpResponse:
    base = site_of(request)
    # The views of a page, chosen with ?view=, are no other pages.
    closed = [*settings.DESK, "/*?view=", "/*&view="]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {base}/sitemap.xml", ""]), content_type="text/plain"
    )
