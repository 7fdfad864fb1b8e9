"""Client address, scheme and request id as reported by the trusted proxies in front of the server.

Only the values that our own proxies appended count; what the client sent before them does not.
"""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SCHEMES = ("http", "https")
NETWORK = 64  # bits of an IPv6 address that one subscriber has at least. Source: RFC 6177
UNKNOWN = "0.0.0.0"  # for addresses that cannot be parsed, so that those are limited too


class Proxies:
    """Outermost WSGI middleware: sets `wsgi.url_scheme` to that of the reader's own connection."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = scheme(environ)
        environ.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.application(environ, start_response)


def scheme(environ: Mapping[str, Any]) -> str:
    """http or https. The header counts only if the site is configured to be behind HTTPS."""
    if settings.HTTPS:
        passed_on = _added(environ, "HTTP_X_FORWARDED_PROTO", max(settings.TRUSTED_PROXIES, 1))
        # A chain of proxies may pass on one value: each of them is ours, so the first counts.
        for value in passed_on[:1]:
            return value.lower() if value.lower() in SCHEMES else "http"
    return str(environ["wsgi.url_scheme"])


def client_address(environ: Mapping[str, Any]) -> IPv4Address | IPv6Address | None:
    """The client's address: each proxy appends the address of its peer, so it is the first of the
    values that our proxies appended. None if neither header nor connection has one (a Unix socket).
    """
    count = settings.TRUSTED_PROXIES
    passed_on = _added(environ, "HTTP_X_FORWARDED_FOR", count) if count else []
    found = _address(passed_on[0]) if len(passed_on) == count and count else None
    return found or _address(str(environ.get("REMOTE_ADDR", "")))


def counted_address(request: HttpRequest) -> str:
    """The key for counting failed logins: an IPv4 address, or the /64 of an IPv6 address."""
    address = client_address(request.META)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, NETWORK), strict=False).network_address)
    return str(address or UNKNOWN)


def _added(environ: Mapping[str, Any], name: str, count: int) -> list[str]:
    """The last `count` values of a header, at most."""
    values = [value.strip() for value in str(environ.get(name, "")).split(",")]
    return values[-count:] if any(values) else []


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without port and brackets: 192.0.2.1:443, [2001:db8::1]:443."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
