"""Decorators that answer for cases and versions that are not public: 410 if withdrawn, else 404.

One decorator for each form of error: page, JSON, problem details. For views that raise the errors
of `queries.publications`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from stories.models.version import Publication
from stories.queries.publications import UnknownError, WithdrawnError
from stories.web.problems import problem

View = Callable[..., HttpResponse]


def as_page(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            return view(request, **arguments)
        except WithdrawnError as error:
            context = {"publication": error.publication}
            return render(request, "stories/gone.html", context, status=410)
        except UnknownError as error:
            raise Http404 from error

    return answered


def as_json(view: View) -> View:
    """For documents."""
    return _in_json(view, lambda what: _error(404, f"there is no such {what}"))


def as_problem(view: View) -> View:
    """For files made of documents; 404 as problem details, 410 as documents have it."""
    return _in_json(view, lambda what: problem(404, f"There is no such {what}."))


def _in_json(view: View, unknown: Callable[[str], HttpResponse]) -> View:
    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            return view(request, **arguments)
        except WithdrawnError as error:
            return _gone(error.publication)
        except UnknownError as error:
            return unknown(error.what)

    return answered


def _gone(publication: Publication) -> JsonResponse:
    """With the date of the withdrawal, and the reason if one was given."""
    reason = {"zh": publication.reason_zh, "en": publication.reason_en}
    return _error(
        410,
        "this case was withdrawn",
        withdrawn_at=publication.withdrawn_at,
        reason=reason if any(reason.values()) else None,
    )


def _error(status: int, message: str, **further: Any) -> JsonResponse:
    return JsonResponse({"error": message, **further}, status=status)
