"""Linked data: schema.org, and citations as Web Annotations, in JSON-LD.

Pure. Texts are in both languages; `site` is scheme and host.
"""

# Source: schema.org 29; W3C Web Annotation Data Model and Vocabulary, 2017; read 2026-11. The
# contexts are inline, so that reading a document requests nothing from another site.

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime

from stories import links
from stories.choices import PlaceLevel, Qualifier, SourceType
from stories.exports.records import addresses
from stories.exports.references import dates, items
from stories.exports.references.embedded import LICENCE
from stories.languages import HTML_CODES
from stories.presenters.case import CasePresenter
from stories.presenters.metrics import MetricPresenter
from stories.presenters.parts import PartPresenter
from stories.presenters.sources import SourcePresenter
from stories.presenters.terms import TermPresenter
from stories.queries.publications import PublishedCase

Node = dict[str, Any]
_ADDRESS = {"@type": "@id"}
CONTEXT: Node = {
    "@vocab": "https://schema.org/",
    **dict.fromkeys(("url", "license", "contentUrl", "isBasedOn", "additionalType"), _ADDRESS),
}
ANNOTATIONS: Node = {
    "oa": "http://www.w3.org/ns/oa#",
    "Annotation": "oa:Annotation",
    "SpecificResource": "oa:SpecificResource",
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "FragmentSelector": "oa:FragmentSelector",
    "motivation": {"@id": "oa:motivatedBy", "@type": "@id"},
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "scope": {"@id": "oa:hasScope", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector"},
    "exact": "oa:exact",
}
_ADMINISTRATIVE = {
    PlaceLevel.PROVINCE,
    PlaceLevel.CITY,
    PlaceLevel.COUNTY,
    PlaceLevel.SUBDISTRICT,
}
_SOURCES = {
    SourceType.NEWSPAPER: "NewsArticle",
    SourceType.WEBPAGE: "Article",
    SourceType.POST: "SocialMediaPosting",
}


@dataclass(frozen=True)
class Publisher:
    """The publisher of this site; `name`: of the library, `editors`: of the publisher, by
    language.
    """

    site: str
    name: Mapping[str, str]
    editors: Mapping[str, str]


def words(text: Mapping[str, str] | None) -> list[Node] | None:
    """In both languages; None if there is no text."""
    if not text:
        return None
    return [{"@value": text[code], "@language": name} for code, name in HTML_CODES.items()]


def document(*nodes: Node) -> Node:
    """One node as it is, several as a graph. The context defines the words that occur."""
    if len(nodes) == 1:
        return {"@context": _context(*nodes), **nodes[0]}
    return {"@context": _context(*nodes), "@graph": [*nodes]}


def _context(*nodes: Node) -> Node:
    used = {"@vocab", *_words_of(nodes)}
    if "Annotation" in used:
        return CONTEXT | ANNOTATIONS
    return {name: value for name, value in CONTEXT.items() if name in used}


def _words_of(value: Any) -> Iterator[str]:
    """The properties and classes that occur in a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, str(inner)) if name == "@type" else (name, *_words_of(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words_of(inner)


def _filled(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


# ---------------------------------------------------------------- the site


def website(publisher: Publisher) -> Node:
    site = publisher.site
    return {
        "@id": f"{site}/#website",
        "@type": "WebSite",
        "name": words(publisher.name),
        "url": f"{site}/",
        "inLanguage": [*HTML_CODES.values()],
        "license": LICENCE,
        "publisher": _organization(publisher),
    }


def dataset(publisher: Publisher, description: Mapping[str, str], published_on: str) -> Node:
    """The library as a data set, with the addresses that redirect to its present files."""
    site = publisher.site
    forms = (
        ("data-latest-sqlite3", "application/vnd.sqlite3"),
        ("data-latest-zip", "application/zip"),
        ("cases-csv", "text/csv"),
        ("metrics-csv", "text/csv"),
    )
    return _filled(
        {
            "@id": f"{site}/#dataset",
            "@type": "Dataset",
            "name": words(publisher.name),
            "description": words(description),
            "url": site + links.of("data"),
            "license": LICENCE,
            "isAccessibleForFree": True,
            "inLanguage": [*HTML_CODES.values()],
            "dateModified": published_on,
            "publisher": _organization(publisher),
            "distribution": [
                {
                    "@type": "DataDownload",
                    "contentUrl": site + links.of(name),
                    "encodingFormat": media_type,
                }
                for name, media_type in forms
            ],
        }
    )


def web_page(site: str, address: str, name: str, language: str, kind: str = "WebPage") -> Node:
    """A page without data of its own: its name and site."""
    return {
        "@id": site + address,
        "@type": kind,
        "name": name,
        "inLanguage": HTML_CODES[language],
        "isPartOf": {"@id": f"{site}/#website"},
    }


def _organization(publisher: Publisher) -> Node:
    return {
        "@id": f"{publisher.site}/#publisher",
        "@type": "Organization",
        "name": words(publisher.editors),
    }


# ---------------------------------------------------------------- terms, places, sources


def term(row: Any, site: str, name: str) -> Node:
    """A measure type or problem type; `name`: of its page's URL pattern."""
    lists = {"measure-type": "measure-types", "problem-type": "problem-types"}
    return _filled(
        {
            "@id": _address(site, name, row.slug),
            "@type": "DefinedTerm",
            "termCode": row.slug,
            "name": words(_of_row(row, "label")),
            "description": words(_of_row(row, "definition")) if row.definition_zh else None,
            "inDefinedTermSet": {
                "@id": _address(site, lists[name]),
                "@type": "DefinedTermSet",
            },
        }
    )


def term_set(site: str, name: str, title: str, language: str) -> Node:
    """All measure types or all problem types; `name`: of the page's URL pattern."""
    return web_page(site, links.of(name), title, language) | {
        "@id": _address(site, name),
        "@type": "DefinedTermSet",
        "url": site + links.of(name),
    }


def place(shown: TermPresenter, site: str) -> Node:
    """With its ancestors, up to the province."""
    above = None
    for step in shown.chain:
        above = _place(step, site, above)
    assert above is not None  # the chain includes the place itself
    return above


def _place(step: TermPresenter, site: str, above: Node | None) -> Node:
    row = step.row
    former = step.history.former if step.history else ()
    is_administrative = row.level in _ADMINISTRATIVE
    code = {"@type": "PropertyValue", "propertyID": row.standard, "value": row.code}
    return _filled(
        {
            "@id": _address(site, "place", row.code),
            "@type": "AdministrativeArea" if is_administrative else "Place",
            "name": words(_of_row(row, "label")),
            "alternateName": [
                word for name in former for word in words(_of_row(name, "label")) or ()
            ],
            "identifier": code if row.standard else row.code,
            "containedInPlace": above,
        }
    )


def source(shown: SourcePresenter, site: str) -> Node:
    """As on its page: the text that was read, with its own address if it has one."""
    data = shown.data
    moment = dates.exact(data["issued"] or "")
    is_paper = data["type"] == SourceType.NEWSPAPER
    container = {
        "@type": "Newspaper" if is_paper else "WebSite",
        "name": words(data["container"]),
    }
    return _filled(
        {
            "@id": _address(site, "source", data["key"]),
            "@type": _SOURCES[data["type"]],
            "identifier": data["key"],
            "headline": words(data["title"]),
            "author": [_author(person["name"]) for person in data["authors"]],
            "datePublished": dates.iso(moment) if moment else None,
            "isPartOf": container if data["container"] else None,
            "publisher": _named("Organization", data["publisher"]),
            "url": data["url"],
            "archivedAt": data["archived_url"],
            "inLanguage": "zh-Hans",
        }
    )


def _author(name: Mapping[str, str]) -> Node:
    return {
        "@type": "Organization" if items.is_body(name["zh"]) else "Person",
        "name": words(name),
    }


def _named(kind: str, name: Mapping[str, str] | None) -> Node | None:
    return {"@type": kind, "name": words(name)} if name else None


# ---------------------------------------------------------------- a case


def case(found: PublishedCase, publisher: Publisher) -> Node:
    """A version of a case: a report, its sources, its claims, and each of their citations."""
    shown, site = found.case, publisher.site
    report = _report(found, publisher)
    claims = list(_claims(shown, report["@id"], site))
    sources = [source(one, site) for one in shown.sources]
    annotations = list(_annotations(shown, report["@id"], site))
    return document(report, *sources, *claims, *annotations)


def _report(found: PublishedCase, publisher: Publisher) -> Node:
    shown, data, site = found.case, found.case.data, publisher.site
    slug, number = data["slug"], found.number
    pages = addresses(site, "version", slug, number)
    terms = [
        *((shown.terms["problem"][p["type"]].row, "problem-type") for p in data["problems"]),
        *((shown.terms["measure"][m["types"][0]].row, "measure-type") for m in data["measures"]),
    ]
    subjects = {row.slug + name: term(row, site, name) for row, name in terms}
    return _filled(
        {
            "@id": pages.zh,
            "@type": "Report",
            "url": [pages.zh, pages.en],
            "identifier": slug,
            "version": number,
            "name": words(data["title"]),
            "headline": words(data["key_message"]),
            "abstract": words(data["abstract"]),
            "inLanguage": [*HTML_CODES.values()],
            "datePublished": localtime(found.published_at).date().isoformat(),
            "license": LICENCE,
            "publisher": _organization(publisher),
            "isPartOf": {"@id": f"{site}/#dataset"},
            "spatialCoverage": place(shown.place, site),
            "temporalCoverage": shown.period,
            "about": list(subjects.values()),
            "citation": [{"@id": _address(site, "source", s["key"])} for s in data["sources"]],
            "encoding": {
                "@type": "MediaObject",
                "contentUrl": site + links.of("version-document", slug, number),
                "encodingFormat": "application/json",
            },
            "hasPart": [{"@id": f"{pages.zh}#{part.anchor}"} for part in _stating(shown)],
        }
    )


def _stating(shown: CasePresenter) -> Iterator[Any]:
    """The parts with statements and an address: problems, measures, metrics."""
    yield from shown.problems
    for measure in shown.measures:
        yield measure
        yield from measure.metrics
    yield from shown.context


def _claims(shown: CasePresenter, page: str, site: str) -> Iterator[Node]:
    for part in _stating(shown):
        about = _quantity(part) if isinstance(part, MetricPresenter) else None
        yield _filled(
            {
                "@id": f"{page}#{part.anchor}",
                "@type": "Claim",
                "name": words(_name_of(part)),
                "appearance": [
                    {"@id": _address(site, "source", key)}
                    for key in dict.fromkeys(cite["source"] for cite in _cites(part))
                ],
                "about": about,
            }
        )


def _name_of(part: Any) -> Mapping[str, str]:
    if isinstance(part, MetricPresenter):
        return _of_row(part.indicator.row, "label")
    data: Mapping[str, str] = part.data.get("statement") or part.data["title"]
    return data


def _quantity(metric: MetricPresenter) -> Node:
    """A number with its printed bounds: "over 400" has no upper one."""
    data, row = metric.data, metric.indicator.row
    is_exact = data["qualifier"] == Qualifier.EXACT and data["low"] == data["high"]
    bounds = {"value": data["low"]} if is_exact else _bounds(data)
    qualifier = {
        "@type": "PropertyValue",
        "propertyID": "qualifier",
        "value": data["qualifier"],
    }
    return _filled(
        {
            "@type": "QuantitativeValue",
            **bounds,
            "unitText": words(_of_row(row, "unit")) if row.unit_zh else None,
            "description": words(data["scope"]),
            "additionalProperty": qualifier,
        }
    )


def _bounds(data: Mapping[str, Any]) -> Node:
    return {"minValue": data["low"], "maxValue": data["high"]}


def _cites(part: PartPresenter) -> Iterable[Mapping[str, Any]]:
    one = part.data.get("cite")
    cites: Iterable[Mapping[str, Any]] = [one] if one else part.data["cites"]
    return cites


def _annotations(shown: CasePresenter, page: str, site: str) -> Iterator[Node]:
    """Each citation as an annotation: the claim is the body, the printed fragment the target."""
    for part in _stating(shown):
        for n, cite in enumerate(_cites(part), 1):
            read = shown.sources_by_key[cite["source"]]
            own = _address(site, "source", cite["source"])
            yield {
                "@id": f"{page}#{part.anchor}/cite-{n}",
                "@type": "Annotation",
                "motivation": "oa:identifying",
                "body": f"{page}#{part.anchor}",
                "target": {
                    "@type": "SpecificResource",
                    "source": read.data["url"] or own,
                    "scope": f"{own}#{cite['at']}",
                    "selector": {"@type": "TextQuoteSelector", "exact": cite["printed"]},
                },
            }


def _of_row(row: Any, column: str) -> dict[str, str]:
    return {code: getattr(row, f"{column}_{code}") for code in HTML_CODES}


def _address(site: str, name: str, *arguments: str | int) -> str:
    """The canonical address of a page, which identifies its subject."""
    return addresses(site, name, *arguments).zh
