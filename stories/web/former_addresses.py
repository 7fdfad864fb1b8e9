"""Permanent redirects from addresses of merged or renamed terms and places to their successors.

An old value keeps its own page as long as a published case has it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect

from stories import links
from stories.queries.addresses import successors
from stories.queries.snapshot import Library

View = Callable[..., Any]
# Parameters with terms as values, of lists and their machine formats.
PARAMETERS = ("measure", "problem", "place", "tag", "actor", "indicator")


def redirecting_page(facet: str, name: str) -> Callable[[View], View]:
    """Decorator for the page of one value, which is the view's last argument; `name`: of its URL
    pattern.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def redirecting(request: HttpRequest, **kwargs: Any) -> Any:
            (value,) = kwargs.values()
            if new := successors([(facet, value)], Library.now()).get((facet, value)):
                return HttpResponsePermanentRedirect(_with_query(links.of(name, new), request))
            return view(request, **kwargs)

        return redirecting

    return decorate


def redirecting_list(view: View) -> View:
    """Decorator for a list with terms as parameters."""

    @wraps(view)
    def redirecting(request: HttpRequest, **kwargs: Any) -> Any:
        pairs = [(name, value) for name in PARAMETERS for value in request.GET.getlist(name)]
        moved = successors(pairs, Library.now()) if pairs else {}
        if not moved:
            return view(request, **kwargs)
        parameters = request.GET.copy()
        for name in {name for name, _value in moved}:
            values = [moved.get((name, v), v) for v in parameters.getlist(name)]
            parameters.setlist(name, list(dict.fromkeys(values)))
        return HttpResponsePermanentRedirect(f"{request.path}?{parameters.urlencode()}")

    return redirecting


def _with_query(url: str, request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{url}?{query}" if query else url
