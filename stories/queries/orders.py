"""Orders of the published cases, each read lazily, only as far as pages need it."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import count, islice
from threading import Lock

from django.db.models import F, OrderBy
from pyroaring import BitMap

from stories.models.version import Publication

FIRST_READ = 2000  # cases; each further read doubles the number
FEW = 400  # cases up to which the database does the ordering


class Order:
    """One order of all published cases of a revision."""

    def __init__(self, sort: str) -> None:
        by = Publication.objects.current().order_by(*_columns(sort))
        self._rows = by.values_list("pk", flat=True)
        self._known = array("q")
        self._is_whole = False
        self._reading = Lock()  # threads share the snapshot

    def first(self, number: int) -> Sequence[int]:
        """At most this many: 1 query, unless they are known already."""
        while len(self._known) < number and not self._is_whole:
            self._read()
        return self._known[:number]

    def of(self, found: BitMap, start: int, end: int) -> list[int]:
        """The cases found, from start to end in this order."""
        if not self._is_whole and len(found) <= FEW:
            return list(self._rows.filter(pk__in=list(found))[start:end])
        return list(islice((pk for pk in self if pk in found), start, end))

    def __iter__(self) -> Iterator[int]:
        for n in count():
            while True:
                is_whole = self._is_whole  # read before the length, which may grow
                if n < len(self._known):
                    break
                if is_whole:
                    return
                self._read()
            yield self._known[n]

    def _read(self) -> None:
        before = len(self._known)
        with self._reading:
            if len(self._known) == before and not self._is_whole:
                wanted = max(before, FIRST_READ)
                more = self._rows[before : before + wanted]
                self._known.extend(more)
                self._is_whole = len(self._known) < before + wanted


def _columns(sort: str) -> list[str | OrderBy]:
    if sort == "slug":
        return ["slug"]
    if sort == "title":
        return ["title_zh", "slug"]
    return [F("last_year").desc(nulls_last=True), F("first_year").desc(nulls_last=True), "slug"]
