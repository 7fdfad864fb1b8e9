"""The care view (larger text and contrast), chosen per reader by one cookie.

?view=care or ?view=standard on any page sets the cookie and redirects to the same address without
the parameter. The server stores nothing.
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
        request.is_care = is_care(request.path_info, cookies)  # type: ignore[attr-defined]  # read by templates
        chosen = request.GET.get("view")
        may_choose = request.method in ("GET", "HEAD") and has_views(request.path_info)
        if may_choose and chosen in VIEWS:
            return _redirect(request, chosen)
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response


def _redirect(request: HttpRequest, chosen: str) -> HttpResponse:
    """Redirect to the page without `view`, and set the cookie."""
    rest = request.GET.copy()
    del rest["view"]
    # Collapse //host/ to /host/: with two slashes it would be the address of another site.
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
