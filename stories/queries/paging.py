"""Pagination: parameters ⇄ page numbers, slices and addresses."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from pyroaring import BitMap

from stories import links
from stories.queries.snapshot import Library

GROUPS_SHOWN = 10  # cases on a page that groups measures, problems or sources by case
Items = Callable[[int, int], Iterable[Any]]  # (start, end) → items


@dataclass(frozen=True)
class Page:
    """One page of a result. `previous` and `next` are addresses; "" if there is none."""

    items: Sequence[Any]
    number: int
    count: int  # pages
    total: int  # items on all pages
    url: str
    previous: str
    next: str


def page_number(text: str) -> int:
    return int(text) if re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII) else 1


def address_of(name: str, parameters: Iterable[tuple[str, str]], *arguments: str) -> str:
    query = "&".join(encoded(parameters))
    return links.of(name, *arguments) + (f"?{query}" if query else "")


def paged(parameters: QueryDict, size: int, total: int, items: Items, *address: str) -> Page:
    """The requested page; beyond the last page, the last. `items` returns a slice.

    `address`: name of the URL pattern, and its arguments.
    """
    count = max(1, -(-total // size))
    number = min(page_number(parameters.get("page", "")), count)

    def url(n: int) -> str:
        return address_of(address[0], [("page", str(n) if n > 1 else "")], *address[1:])

    values_shown = list(items((number - 1) * size, number * size))
    return page_of(values_shown, number, count, total, url)


def page_of_cases(
    parameters: QueryDict,
    library: Library,
    cases: BitMap,
    items: Callable[[list[int]], Iterable[Any]],
    *address: str,
) -> Page:
    """The same for pages grouped by case, given primary keys, ordered by slug:
    GROUPS_SHOWN a page.
    """
    return paged(
        parameters,
        GROUPS_SHOWN,
        len(cases),
        lambda start, end: items(library.in_order(cases, "slug", start, end)),
        *address,
    )


def encoded(parameters: Iterable[tuple[str, str]]) -> list[str]:
    return [urlencode([(key, value)]) for key, value in parameters if value]


def joined(url: str, parameter: tuple[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode([parameter])}"


def page_of(
    items: Sequence[Any], number: int, count: int, total: int, url: Callable[[int], str]
) -> Page:
    return Page(
        items=items,
        number=number,
        count=count,
        total=total,
        url=url(number),
        previous=url(number - 1) if number > 1 else "",
        next=url(number + 1) if number < count else "",
    )
