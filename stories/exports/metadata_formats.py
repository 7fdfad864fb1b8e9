"""A case as Dublin Core: simple (`oai_dc`) and qualified (`qdc`), texts in both languages.

Source: DCMI Metadata Terms 2020-01-20; OAI-PMH 2.0, section 3.5; the form of `qdc` as DSpace has
it; read 2026-11.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

from stories.exports.records import CaseRecord, Text
from stories.exports.references import items, lists
from stories.exports.references.embedded import LICENCE
from stories.presenters.case import CasePresenter

XML = "http://www.w3.org/XML/1998/namespace"
DC = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGES = ("zh", "en")
Row = tuple[str, str, str]  # element, text, language or ""
Element: TypeAlias = Any  # of lxml, which ships no types and whose class is private


@dataclass(frozen=True)
class Format:
    """A serialization of a case. `root`: the root element, in `namespace`."""

    prefix: str
    schema: str
    namespace: str
    root: str
    is_qualified: bool


SIMPLE = Format(
    "oai_dc",
    "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "dc",
    False,
)
QUALIFIED = Format(
    "qdc",
    "http://dublincore.org/schemas/xmls/qdc/2006/01/06/dcterms.xsd",
    "http://dspace.org/qualifieddc/",
    "qualifieddc",
    True,
)
FORMATS = {form.prefix: form for form in (SIMPLE, QUALIFIED)}


@dataclass(frozen=True)
class Described:
    """The input for a serialization; `version_url`: the permanent address."""

    record: CaseRecord
    case: CasePresenter
    version_url: str
    publisher: Text


def element(form: Format, found: Described) -> Element:
    namespaces = {form.prefix: form.namespace, "dc": DC, "xsi": SCHEMA_INSTANCE}
    if form.is_qualified:
        namespaces["dcterms"] = TERMS
    root = etree.Element(f"{{{form.namespace}}}{form.root}", nsmap=namespaces)
    root.set(f"{{{SCHEMA_INSTANCE}}}schemaLocation", f"{form.namespace} {form.schema}")
    for name, text, language in _qualified(found) if form.is_qualified else _simple(found):
        prefix, _colon, local = name.rpartition(":")
        child = etree.SubElement(root, f"{{{TERMS if prefix else DC}}}{local}")
        child.text = text
        if language:
            child.set(f"{{{XML}}}lang", language)
    return root


def _simple(found: Described) -> Iterator[Row]:
    record = found.record
    yield from _both("title", record.title)
    yield from _both("creator", found.publisher)
    yield from _subjects("subject", record)
    yield from _both("description", record.abstract)
    yield from _both("publisher", found.publisher)
    yield "date", record.published_on, ""
    yield "type", "Text", ""
    yield "format", "text/html", ""
    yield "identifier", found.version_url, ""
    yield "identifier", record.url.zh, ""
    yield from (("source", reference, "zh") for reference in _references(found.case))
    yield from (("language", language, "") for language in LANGUAGES)
    yield "relation", record.document, ""
    yield from _both("coverage", record.place.label)
    yield from (("coverage", date, "") for date in (record.began, record.ended) if date)
    yield "rights", LICENCE, ""


def _qualified(found: Described) -> Iterator[Row]:
    record = found.record
    yield from _both("title", record.title)
    yield from _both("creator", found.publisher)
    yield from _subjects("subject", record)
    yield from _both("terms:abstract", record.abstract)
    yield from _both("description", record.key_message)
    yield from _both("publisher", found.publisher)
    yield "terms:issued", record.published_on, ""
    yield "type", "Text", ""
    yield "identifier", found.version_url, ""
    yield "terms:isVersionOf", record.url.zh, ""
    yield "terms:hasFormat", record.document, ""
    yield from (("terms:references", text, "zh") for text in _references(found.case))
    yield from (("language", language, "") for language in LANGUAGES)
    for place in found.case.place.chain:
        yield from _both("terms:spatial", Text(zh=place.row.label_zh, en=place.row.label_en))
    yield "terms:spatial", record.place.value, ""
    period = "/".join(filter(None, (record.began, record.ended)))
    if period:
        yield "terms:temporal", period, ""  # EDTF
    yield from _both(
        "terms:provenance", Text(zh=_evidence(record, "zh"), en=_evidence(record, "en"))
    )
    yield "terms:license", LICENCE, ""
    yield from _both("terms:rightsHolder", found.publisher)


def _both(name: str, text: Text) -> Iterator[Row]:
    values = {"zh": text.zh, "en": text.en}
    return ((name, values[code], code) for code in LANGUAGES if values[code])


def _subjects(name: str, record: CaseRecord) -> Iterable[Row]:
    """Labels without duplicates, also if a problem and a tag share one."""
    terms = (*record.problem_types, *record.measure_types, *record.tags)
    return dict.fromkeys(row for term in terms for row in _both(name, term.label))


def _references(case: CasePresenter) -> Iterator[str]:
    return (lists.default(items.of_source(source.data, "zh")) for source in case.sources)


def _evidence(record: CaseRecord, language: str) -> str:
    return "; ".join(getattr(value.label, language) for value in record.evidence)
