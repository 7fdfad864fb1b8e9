"""Units of the export: files written together because they depend on the same data.

A unit is all of a case, or one list with its pages. The addresses come from the site's URL
patterns.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, reverse
from django.utils.translation import override

from stories.bake.addresses import CASES, LISTED, METRICS, SERVER_ONLY, list_address
from stories.exports.references.files import FORMS
from stories.models.version import Publication, Redaction, Version
from stories.presenters.case import CasePresenter
from stories.queries.related import related as related_to
from stories.queries.snapshot import Library
from stories.web.urls import machine_formats, pages

# Parameters of URL patterns by kind of page. Other addresses are found by following links.
OF_CASE, OF_VERSION, OF_DIFF = ("slug",), ("number", "slug"), ("newer", "older", "slug")
OF_SOURCE, OF_PLACE = ("key",), ("code",)
CARD = "share-card"  # drawn only if the public address is known
PICTURE = "picture"  # found through the page of its case
CHUNK = 100  # cases


@dataclass(frozen=True)
class Unit:
    """`made_of`: a digest of everything that its files depend on. `case`: primary key of its case.

    `follows`: names of URL patterns whose addresses are written with the pages that link to them;
    None for all that belong to no other unit.
    """

    name: str
    made_of: str
    addresses: tuple[str, ...]
    case: int = 0
    follows: frozenset[str] | None = frozenset()
    may_be_gone: bool = False


class Units:
    """All units of a library, in the same order in every bake."""

    def __init__(self, library: Library, made_with: str, with_cards: bool) -> None:
        self.library, self.with_cards = library, with_cards
        self._of_all = _digest([made_with, _vocabulary(library)])
        self._of_revision = _digest([self._of_all, library.revision])
        self.patterns = [(p, _parameters(p)) for p in (*pages, *machine_formats) if _is_own(p)]

    def known_names(self) -> frozenset[str]:
        """Names of the URL patterns whose addresses are units themselves."""
        known = (OF_CASE, OF_VERSION, OF_DIFF, OF_SOURCE, OF_PLACE, ())
        names = {p.name or "" for p, parameters in self.patterns if parameters in known}
        return frozenset(names | {PICTURE})

    def __len__(self) -> int:
        return len(self.library.cases) + sum(1 for _unit in self.lists())

    def __iter__(self) -> Iterator[Unit]:
        yield from self.lists()
        yield from self.of_cases()
        yield from self._withdrawn()

    def lists(self) -> Iterator[Unit]:
        """Every unit but the cases."""
        for pattern, parameters in self.patterns:
            if parameters == ():
                address = _reversed(pattern)
                also = (f"{address}?language=en",) if address.endswith(".atom") else ()
                yield self._list(f"pages/{pattern.name}", (address, *also), follows=None)
        for name in ("measure-type", "problem-type"):
            facet = name.partition("-")[0]
            for value, row in self.library.terms[facet].items():
                if name == "problem-type" or hasattr(row, "family_id"):
                    yield self._list(f"{name}/{value}", (_address(name, value),))
        for code in self.library.cases_by_value["place"]:
            yield self._list(f"place/{code}", (_address("place", code),))
        yield from self._of_facets()

    def _of_facets(self) -> Iterator[Unit]:
        for facet in LISTED[CASES]:
            for value in self.library.nodes[facet]:
                if self.library.knows(facet, value):
                    feed = list_address(facet, value, "/cases.atom")
                    files = feed, f"{feed}&language=en", list_address(facet, value, "/cases.csv")
                    name = f"list/{facet}/{value.replace(':', '.')}"
                    yield self._list(name, (list_address(facet, value), *files))
        for value in self.library.with_metrics["indicator"]:
            address = list_address("indicator", value, METRICS)
            table = list_address("indicator", value, "/metrics.csv")
            yield self._list(f"metrics/{value}", (address, table))

    def of_cases(self) -> Iterator[Unit]:
        """By slug, CHUNK at a time, in constant memory: 3 queries a chunk and 1 a case."""
        pks = self.library.in_order(self.library.cases, "slug", 0, len(self.library.cases))
        for n in range(0, len(pks), CHUNK):
            chunk = pks[n : n + CHUNK]
            versions = _versions(chunk)
            cases = self.library.cases_of(chunk)
            beside = self._beside(cases)
            for case in cases:
                rows = versions[case.pk]
                yield Unit(
                    f"case/{case.data['slug']}",
                    _digest([self._of_all, rows, beside[case.pk]]),
                    tuple(self._addresses(case, [row[0] for row in rows])),
                    case.pk,
                    frozenset((PICTURE,)),
                )

    def _withdrawn(self) -> Iterator[Unit]:
        for row in Publication.objects.withdrawn().order_by("slug"):
            numbers = list(row.versions.order_by("number").values_list("number", flat=True))
            addresses = [_address("case", row.slug), _address("versions", row.slug)]
            addresses += [_address("version", row.slug, number) for number in numbers]
            made_of = _digest([self._of_all, row.slug, str(row.withdrawn_at), *numbers])
            yield Unit(f"gone/{row.slug}", made_of, tuple(addresses), may_be_gone=True)

    def _addresses(self, case: CasePresenter, numbers: list[int]) -> Iterator[str]:
        slug = case.data["slug"]
        values: dict[tuple[str, ...], list[dict[str, Any]]] = {
            OF_CASE: [{"slug": slug}],
            OF_VERSION: [{"slug": slug, "number": number} for number in numbers],
            OF_DIFF: [
                {"slug": slug, "older": older, "newer": newer}
                for older, newer in itertools.pairwise(numbers)
            ],
            OF_SOURCE: [{"key": source.data["key"]} for source in case.sources],
        }
        for pattern, parameters in self.patterns:
            if parameters == OF_CASE and not str(pattern.pattern).startswith("cases/"):
                continue
            if pattern.name == CARD and not self.with_cards:
                continue
            for arguments in values.get(parameters, ()):
                address = _reversed(pattern, arguments)
                yield address
                if (pattern.name or "").partition("-")[2] in FORMS:
                    yield f"{address}?language=en"

    def _beside(self, cases: Iterable[CasePresenter]) -> dict[int, list[object]]:
        """primary key → what the pages of a case show of other cases."""
        related = {case.pk: related_to(self.library, case) for case in cases}
        others = {found.card.pk for beside in related.values() for found in beside}
        current = Version.objects.current().filter(publication__in=others)
        digests = dict(current.values_list("publication_id", "sha256"))
        return {
            pk: [
                [
                    digests[found.card.pk],
                    [t.value for t in (*found.measure_types, *found.problem_types)],
                ]
                for found in beside
            ]
            for pk, beside in related.items()
        }

    def _list(
        self, name: str, addresses: tuple[str, ...], follows: frozenset[str] | None = frozenset()
    ) -> Unit:
        return Unit(name, self._of_revision, addresses, follows=follows)


def _versions(pks: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
    """primary key → (number, kind, digest, when, redactions) of every version, the oldest first."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    rows = Version.objects.filter(publication__in=list(pks)).order_by("number")
    redactions = Redaction.objects.filter(version__publication__in=list(pks))
    redacted = set(redactions.values_list("version_id", flat=True))
    columns = ("publication_id", "pk", "number", "kind", "sha256", "published_at")
    for pk, version, number, kind, digest, at in rows.values_list(*columns):
        row = (number, kind, digest, at.isoformat(), version in redacted)
        found.setdefault(pk, []).append(row)
    return found


def _is_own(pattern: Any) -> bool:
    """Whether the pattern does not need a server."""
    if not isinstance(pattern, URLPattern) or not pattern.name:
        return False
    return not f"/{pattern.pattern}".lstrip("^").startswith(SERVER_ONLY)


def _parameters(pattern: URLPattern) -> tuple[str, ...]:
    """The parameters in the address itself, without the fixed ones of the view."""
    found = getattr(pattern.pattern, "converters", None)
    names = found if found is not None else {}
    regex = getattr(pattern.pattern, "regex", None)
    return tuple(sorted(names or (regex.groupindex if regex else ())))


def _address(name: str, *arguments: object) -> str:
    with override("zh-hans"):
        return reverse(name, args=arguments)


def _reversed(pattern: URLPattern, arguments: dict[str, Any] | None = None) -> str:
    with override("zh-hans"):
        return reverse(str(pattern.name), kwargs=arguments or {})


def _vocabulary(library: Library) -> str:
    rows = (
        [facet, value, *(str(getattr(row, f.attname)) for f in row._meta.concrete_fields)]
        for facet, terms in library.terms.items()
        for value, row in terms.items()
    )
    return _digest(rows)


def _digest(values: Iterable[object]) -> str:
    written = json.dumps(list(values), ensure_ascii=False, default=str)
    return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()
