"""Linked data parsed by rdflib and compared with the vocabularies.

Of schema.org every class, property and domain; of Web Annotation the terms in use.
"""

import json
import re
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
from conftest import read
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SDO

SCHEMA, OA = "https://schema.org/", Namespace("http://www.w3.org/ns/oa#")
# Source: W3C, Web Annotation Vocabulary, 2017, sections 3.1 to 3.3, read 2026-11.
ANNOTATION_TERMS = {
    "Annotation", "SpecificResource", "TextQuoteSelector", "hasBody", "hasTarget", "hasSource",
    "hasScope", "hasSelector", "exact", "motivatedBy", "identifying",
}  # fmt: skip
PAGES = [
    "/", "/cases/", "/measures/", "/measures/street-lighting/", "/problems/", "/compare/",
    "/problems/dark-streets/", "/places/", "/places/610902-yucai/", "/metrics/", "/matrix/",
    "/sources/", "/sources/akxw-2022/", "/corrections/", "/about/", "/data/", "/data/codebook/",
    "/cases/yucai/cite/", "/cases/yucai/versions/",
]  # fmt: skip
CASES = ["hanyang", "jiefangqu", "pingfangqu", "yanliuyuan", "yucai"]


class Blocks(HTMLParser):
    """The data blocks of a page, and where its linked data is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.linked: list[str] = []
        self._is_block = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_linked_data = given.get("type") == "application/ld+json"
        self._is_block = tag == "script" and is_linked_data
        if tag == "link" and is_linked_data:
            self.linked.append(given["href"] or "")

    def handle_data(self, data: str) -> None:
        if self._is_block:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_block = False


def graph_of(text: str | bytes) -> Graph:
    assert '"@context":"http' not in str(text)  # rdflib would fetch it from another site
    graph = Graph().parse(data=text, format="json-ld")
    assert len(graph) > 0
    return graph


def faults(graph: Graph) -> set[str]:
    """Terms that the vocabularies lack, or that are used on a class without them."""
    return {fault for triple in graph for fault in _of_triple(graph, *triple)}


def _of_triple(graph: Graph, subject: Any, predicate: Any, value: Any) -> Any:
    names = [str(predicate)] if predicate != RDF.type else [str(value)]
    for name in names:
        if name.startswith(SCHEMA):
            if URIRef(name) not in SDO:
                yield f"unknown: {name}"
        elif name.startswith(OA):
            if name.removeprefix(str(OA)) not in ANNOTATION_TERMS:
                yield f"unknown: {name}"
        elif predicate != RDF.type:
            yield f"of no vocabulary: {name}"
    if str(predicate).startswith(SCHEMA):
        name = str(predicate).removeprefix(SCHEMA)
        for kind in graph.objects(subject, RDF.type):
            if name not in fields(str(kind).removeprefix(SCHEMA)):
                yield f"{name} on {kind}"


def fields(kind: str) -> set[str]:
    """The properties of a schema.org class, inherited ones included."""
    model = getattr(import_module(f"pydantic2_schemaorg.{kind}"), kind)
    return set(getattr(model, "__fields__", None) or model.model_fields)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_what_it_is_in_words_of_the_vocabulary(
    site: str, address: str, prefix: str
) -> None:
    (block,) = Blocks(read(f"{site}{prefix}{address}").decode()).found
    graph = graph_of(block)
    assert faults(graph) == set()
    assert set(graph.subjects(RDF.type))


@pytest.mark.parametrize("slug", CASES)
def test_a_case_is_a_report_with_claims_that_appear_in_sources(site: str, slug: str) -> None:
    (address,) = Blocks(read(f"{site}/cases/{slug}/").decode()).linked
    graph = graph_of(read(f"{site}{address}"))
    assert faults(graph) == set()
    (report,) = graph.subjects(RDF.type, SDO.Report)
    claims = set(graph.subjects(RDF.type, SDO.Claim))
    assert claims == set(graph.objects(report, SDO.hasPart))
    sources = set(graph.objects(report, SDO.citation))
    for claim in claims:
        assert set(graph.objects(claim, SDO.appearance)) <= sources
        assert {name.language for name in graph.objects(claim, SDO.name)} == {"zh-Hans", "en"}


@pytest.mark.parametrize("slug", CASES)
def test_every_figure_keeps_its_bounds(site: str, slug: str) -> None:
    """As in the document: "over 400" has no upper bound."""
    graph = graph_of(read(f"{site}/cases/{slug}.jsonld"))
    document = json.loads(read(f"{site}/cases/{slug}.json"))
    measures = [metric for measure in document["measures"] for metric in measure["metrics"]]
    for metric in [*measures, *document["context"]]:
        (claim,) = (c for c in graph.subjects(RDF.type, SDO.Claim) if _key(c) == metric["key"])
        (quantity,) = graph.objects(claim, SDO.about)
        given = {
            name: value.toPython()
            for name in ("value", "minValue", "maxValue")
            for value in graph.objects(quantity, SDO[name])
        }
        bounds = {"minValue": metric["low"], "maxValue": metric["high"]}
        if metric["qualifier"] == "exact":
            bounds = {"value": metric["low"]}
        assert given == {name: value for name, value in bounds.items() if value is not None}


def _key(claim: Any) -> str:
    return str(claim).partition("#metric-")[2]


def test_a_citation_is_an_annotation_with_the_printed_words(site: str) -> None:
    graph = graph_of(read(f"{site}/cases/pingfangqu.jsonld"))
    (selector,) = graph.subjects(OA.exact, Literal("四百多盏"))
    assert (selector, RDF.type, OA.TextQuoteSelector) in graph
    (target,) = graph.subjects(OA.hasSelector, selector)
    (annotation,) = graph.subjects(OA.hasTarget, target)
    assert (annotation, OA.motivatedBy, OA.identifying) in graph
    (body,) = graph.objects(annotation, OA.hasBody)
    assert (body, RDF.type, SDO.Claim) in graph
    (source,) = graph.objects(target, OA.hasSource)
    assert isinstance(source, URIRef) and re.match("https?://", source)
    (scope,) = graph.objects(target, OA.hasScope)
    assert str(scope).endswith("#4")


def test_a_page_of_a_place_says_what_it_lies_in(site: str) -> None:
    (block,) = Blocks(read(f"{site}/places/610902-yucai/").decode()).found
    graph = graph_of(block)
    chain = [URIRef(f"{site}/places/610902-yucai/")]
    while above := list(graph.objects(chain[-1], SDO.containedInPlace)):
        chain += above
    assert len(chain) >= 4


def test_what_is_no_word_of_the_vocabulary_is_found() -> None:
    graph = graph_of(
        '{"@context": {"@vocab": "https://schema.org/"}, "@type": "Place", "headline": "x", "y": 1}'
    )
    assert faults(graph) == {
        "headline on https://schema.org/Place",
        "unknown: https://schema.org/y",
        "y on https://schema.org/Place",
    }
