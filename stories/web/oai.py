"""OAI-PMH 2.0: changes since a given time, for harvesters. Source: openarchives.org, read 2026-11.

Errors are answered with status 200 and a code, as the protocol requires. POST is refused, as
everywhere.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext, override
from lxml import etree

from stories import links
from stories.documents.rows import case_row
from stories.exports import metadata_formats, records
from stories.exports.metadata_formats import FORMATS, SCHEMA_INSTANCE, Described, Element
from stories.exports.records import Text
from stories.languages import DJANGO_CODES
from stories.queries.changes import (
    Change,
    ChangeQuery,
    changes,
    first_change,
    values_of,
    withdrawn_values,
)
from stories.queries.publications import PublishedCase, current_cases
from stories.queries.snapshot import Library
from stories.web.revision import in_one_revision
from stories.web.site import imprint, site_of
from stories.web.views import public

OAI = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = f"{OAI} {OAI}OAI-PMH.xsd"
SECOND = timedelta(seconds=1)
RECORDS_OF_A_PAGE = 100
LISTED = ("metadataPrefix", "from", "until", "set", "resumptionToken")
# verb → (required arguments, optional arguments)
ARGUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ("resumptionToken",)),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
    "ListIdentifiers": (("metadataPrefix",), LISTED),
    "ListRecords": (("metadataPrefix",), LISTED),
}
SETS = ("measure", "problem", "place")  # facets whose root values are sets
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)
_MARKUP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML


class OaiError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class OaiRequest:
    """A valid request; `after` and `cursor`: where a list continues."""

    library: Library
    site: str
    verb: str
    arguments: dict[str, str]
    after: tuple[datetime, int] | None = None
    cursor: int = 0


@public
@in_one_revision
def oai(request: HttpRequest) -> HttpResponse:
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": SCHEMA_INSTANCE})
    root.set(f"{{{SCHEMA_INSTANCE}}}schemaLocation", SCHEMA)
    _add(root, "responseDate", _written(now()))
    echoed = _add(root, "request", site_of(request) + links.of("oai"))
    try:
        oai = _read(request)
        _echo(echoed, request)
        VERBS[oai.verb](oai, _add(root, oai.verb))
    except OaiError as error:
        for child in root[2:]:
            root.remove(child)
        if error.code not in ("badVerb", "badArgument"):
            _echo(echoed, request)
        _add(root, "error", str(error)).set("code", error.code)
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return HttpResponse(body, content_type="text/xml; charset=utf-8")


def _echo(element: Element, request: HttpRequest) -> None:
    for name, value in request.GET.items():
        element.set(name, str(value))


def _read(request: HttpRequest) -> OaiRequest:
    given = request.GET
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in ARGUMENTS:
        raise OaiError("badVerb", f"verb: one of {', '.join(ARGUMENTS)}")
    verb = verbs[0]
    needed, allowed = ARGUMENTS[verb]
    arguments = {name: values[-1] for name, values in given.lists() if name != "verb"}
    for name in given:
        if len(given.getlist(name)) > 1:
            raise OaiError("badArgument", f"{name}: given twice")
        if name != "verb" and name not in (*needed, *allowed):
            raise OaiError("badArgument", f"{name}: no argument of {verb}")
        if _MARKUP.search(given[name]):
            raise OaiError("badArgument", f"{name}: holds a control character")
    oai = OaiRequest(Library.now(), site_of(request), verb, arguments)
    if token := arguments.get("resumptionToken"):
        if len(arguments) > 1:
            raise OaiError("badArgument", "resumptionToken: stands alone")
        return _resumed(oai, token)
    for name in needed:
        if not arguments.get(name):
            raise OaiError("badArgument", f"{name}: is missing")
    return oai


# ---------------------------------------------------------------- verbs


def _identify(oai: OaiRequest, into: Element) -> None:
    host = _host(oai)
    contact = imprint().contact
    first = first_change()
    mail = contact if re.fullmatch(r"\S+@(\S+\.)+\S+", contact) else f"nobody@{host}.invalid"
    with override("en"):
        _add(into, "repositoryName", gettext("Community case library"))
    _add(into, "baseURL", oai.site + links.of("oai"))
    _add(into, "protocolVersion", "2.0")
    _add(into, "adminEmail", mail)
    _add(into, "earliestDatestamp", _written(first or datetime(1970, 1, 1, tzinfo=UTC)))
    _add(into, "deletedRecord", "persistent")
    _add(into, "granularity", "YYYY-MM-DDThh:mm:ssZ")


def _list_metadata_formats(oai: OaiRequest, into: Element) -> None:
    if "identifier" in oai.arguments:
        _publication(oai)
    for form in FORMATS.values():
        one = _add(into, "metadataFormat")
        _add(one, "metadataPrefix", form.prefix)
        _add(one, "schema", form.schema)
        _add(one, "metadataNamespace", form.namespace)


def _list_sets(oai: OaiRequest, into: Element) -> None:
    if "resumptionToken" in oai.arguments:
        raise OaiError("badResumptionToken", "the list of sets has one page")
    for facet, value in _sets(oai.library):
        node = oai.library.nodes[facet][value]
        one = _add(into, "set")
        _add(one, "setSpec", _spec(facet, value))
        _add(one, "setName", f"{node.label_en} · {node.label_zh}")


def _get_record(oai: OaiRequest, into: Element) -> None:
    _format(oai)
    row = _publication(oai)
    change = Change(row.pk, row.slug, row.changed_at, row.withdrawn_at is not None)
    found = next(iter(current_cases(oai.library, [row.pk])), None)
    _record(oai, into, change, found)


def _list_identifiers(oai: OaiRequest, into: Element) -> None:
    for change in _page_of_changes(oai, into):
        _header(oai, into, change)
    _close(into)


def _list_records(oai: OaiRequest, into: Element) -> None:
    changes = list(_page_of_changes(oai, into))
    pks = [change.pk for change in changes if not change.is_withdrawn]
    found = {one.case.pk: one for one in current_cases(oai.library, pks)}
    for change in changes:
        _record(oai, into, change, found.get(change.pk))
    _close(into)


VERBS: dict[str, Callable[[OaiRequest, Element], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}


# ---------------------------------------------------------------- lists and resumption tokens


def _page_of_changes(oai: OaiRequest, into: Element) -> Iterator[Change]:
    """A page of changes; the token of the next page is appended first and moved to the end by
    `_close`.
    """
    _format(oai)
    query = _query(oai)
    changes = query.page(oai.after, RECORDS_OF_A_PAGE + 1)
    if not changes:
        raise OaiError("noRecordsMatch", "nothing of this has changed then")
    shown, is_last = changes[:RECORDS_OF_A_PAGE], len(changes) <= RECORDS_OF_A_PAGE
    if not is_last or oai.after:
        token = "" if is_last else _token(oai, shown[-1])
        element = _add(into, "resumptionToken", token)
        element.set("completeListSize", str(max(query.total, oai.cursor + len(shown))))
        element.set("cursor", str(oai.cursor))
    yield from shown


def _close(into: Element) -> None:
    if len(into) and into[0].tag == f"{{{OAI}}}resumptionToken":
        into.append(into[0])


def _query(oai: OaiRequest) -> ChangeQuery:
    since, until = oai.arguments.get("from", ""), oai.arguments.get("until", "")
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "from, until: of the same granularity")
    begin, end = _moment("from", since), _moment("until", until)
    if begin and end and begin > end:
        raise OaiError("badArgument", "from: later than until")
    if end:
        end = _behind(end, timedelta(days=1) if len(until) == len("YYYY-MM-DD") else SECOND)
    facet, value = _set(oai)
    return ChangeQuery(oai.library, facet, value, begin, end)


def _behind(moment: datetime, step: timedelta) -> datetime | None:
    """The end of a day or second; None at the end of the calendar."""
    try:
        return moment + step
    except OverflowError:
        return None


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise OaiError("badArgument", f"{name}: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ") from None


def _set(oai: OaiRequest) -> tuple[str, str]:
    spec = oai.arguments.get("set", "")
    if not spec:
        return "", ""
    facet, _dot, value = spec.partition(".")
    if facet not in SETS or value not in oai.library.nodes[facet]:
        raise OaiError("noRecordsMatch", "set: there is none of this name")
    return facet, value


def _token(oai: OaiRequest, last: Change) -> str:
    """Everything that determines the next page: nothing is stored, and tokens never expire."""
    value = {
        "verb": oai.verb,
        "arguments": {n: v for n, v in oai.arguments.items() if n != "resumptionToken"},
        "after": [last.changed_at.isoformat(), last.pk],
        "cursor": oai.cursor + RECORDS_OF_A_PAGE,
    }
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


def _resumed(oai: OaiRequest, token: str) -> OaiRequest:
    try:
        value: Any = orjson.loads(base64.urlsafe_b64decode(token))
        written, pk = value["after"]
        moment = datetime.fromisoformat(written)
        # Parsed in UTC: conversion could overflow at the ends of the calendar.
        after = moment.astimezone(UTC), int(pk)
        arguments = {str(name): str(v) for name, v in value["arguments"].items()}
        cursor, verb = int(value["cursor"]), value["verb"]
        is_ours = moment.tzinfo is not None and 0 <= pk < 2**63 and 0 <= cursor < 2**63
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, OverflowError):
        raise OaiError("badResumptionToken", "this is no token of ours") from None
    if not is_ours or verb != oai.verb or not arguments.keys() <= set(LISTED):
        raise OaiError("badResumptionToken", f"this is no token of {oai.verb}")
    return OaiRequest(oai.library, oai.site, verb, arguments, after, cursor)


# ---------------------------------------------------------------- records


def _record(oai: OaiRequest, into: Element, change: Change, found: PublishedCase | None) -> None:
    record = _add(into, "record")
    _header(oai, record, change)
    if found:
        described = _described(oai, found)
        metadata = _add(record, "metadata")
        metadata.append(metadata_formats.element(_format(oai), described))


def _described(oai: OaiRequest, found: PublishedCase) -> Described:
    row = case_row(found.case.data)
    record = records.case_record(oai.library, row, found.number, found.published_at, oai.site)
    names = {}
    for language, code in DJANGO_CODES.items():
        with override(code):
            names[language] = str(imprint().publisher)
    url = oai.site + links.of("version", record.slug, found.number)
    return Described(record, found.case, url, Text(**names))


def _header(oai: OaiRequest, into: Element, change: Change) -> None:
    header = _add(into, "header")
    if change.is_withdrawn:
        header.set("status", "deleted")
    _add(header, "identifier", f"oai:{_host(oai)}:{change.slug}")
    _add(header, "datestamp", _written(change.changed_at))
    for facet, value in values_of(oai.library, change, _sets(oai.library)):
        _add(header, "setSpec", _spec(facet, value))


def _publication(oai: OaiRequest) -> Any:
    """Looked up by identifier, with the moment of its last change."""
    prefix, _colon, slug = oai.arguments["identifier"].rpartition(":")
    row = changes().filter(slug=slug).first() if prefix == f"oai:{_host(oai)}" else None
    if row is None:
        raise OaiError("idDoesNotExist", "identifier: there is no such record")
    return row


def _format(oai: OaiRequest) -> metadata_formats.Format:
    form = FORMATS.get(oai.arguments.get("metadataPrefix", ""))
    if form is None:
        raise OaiError("cannotDisseminateFormat", f"metadataPrefix: one of {', '.join(FORMATS)}")
    return form


def _sets(library: Library) -> list[tuple[str, str]]:
    """Measure families, problem types and provinces that a case has or had, from the vocabulary."""
    lost = frozenset[tuple[str, str]]().union(*withdrawn_values(library).values())
    return [
        (facet, node.value)
        for facet in SETS
        for node in library.below[facet].get("", ())
        if facet != "place" or library.of(facet, node.value) or (facet, node.value) in lost
    ]


def _spec(facet: str, value: str) -> str:
    return f"{facet}.{value}"


def _host(oai: OaiRequest) -> str:
    return urlsplit(oai.site).hostname or "localhost"


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(into: Element, name: str, text: str = "") -> Element:
    child = etree.SubElement(into, f"{{{OAI}}}{name}")
    child.text = _MARKUP.sub("", text) or None
    return child
