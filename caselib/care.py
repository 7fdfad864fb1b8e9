"""The care view: whether this reader has chosen it, which one cookie decides and nothing else.

It is chosen and left at the address of any page with ?view=care or ?view=standard, which redirects
to the same address without it: the answer changes the reader's own cookie and nothing of ours.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.encoding import escape_uri_path

from caselib.page_cache import CARE, has_views, is_care

YEAR = 365 * 24 * 3600  # seconds
VIEWS = ("care", "standard")


class CareView:
    """Sets `request.is_care` for pages, and `Vary` for caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookies = request.META.get("HTTP_COOKIE", "")
        request.is_care = is_care(request.path_info, cookies)  # type: ignore[attr-defined]
        chosen = request.GET.get("view")
        may_choose = request.method in ("GET", "HEAD") and has_views(request.path_info)
        if may_choose and chosen in VIEWS:
            return _redirect(request, chosen)
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response


def _redirect(request: HttpRequest, chosen: str) -> HttpResponse:
    """To where the reader was, with the choice in a cookie."""
    rest = request.GET.copy()
    del rest["view"]
    # Of //host/ only one slash is kept: two would make it the address of another site.
    path = f"/{escape_uri_path(request.path).lstrip('/')}"
    response = HttpResponseRedirect(f"{path}?{rest.urlencode()}" if rest else path)
    name, value = CARE.split("=")
    if chosen == value:
        response.set_cookie(
            name, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(name, samesite="Lax")
    add_never_cache_headers(response)
    return response
