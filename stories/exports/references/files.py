"""Reference files for reference managers: BibTeX, BibLaTeX, RIS, CSL-JSON, EndNote XML.

A date that is not a single day, month or year is left out of fields that require one, and is
written into a note in words.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from stories.exports.references import dates
from stories.exports.references.items import Item, Name
from stories.reading.dates import MONTHS


@dataclass(frozen=True)
class Form:
    """`ending`: of the address and of the file's name."""

    ending: str
    label: str
    content_type: str
    write: Callable[[Item], str]


# ---------------------------------------------------------------- BibTeX, BibLaTeX


def bibtex(item: Item) -> str:
    """Source: Patashnik, BibTeXing, 1988; `url` and `urldate` as its current styles read them."""
    moment = dates.exact(item.issued)
    month = MONTHS[moment.month - 1][:3].lower() if moment and moment.month else ""
    kind, container = ("article", "journal") if item.is_newspaper else ("misc", "howpublished")
    fields = {
        "author": _bib_names(item),
        "title": f"{{{_escaped(item.title)}}}",
        container: _escaped(item.where),
        "pages": item.page,
        "year": str(moment.year) if moment else "",
        "edition": item.version,
        "url": item.url,
        "doi": item.doi,
        "urldate": _access_date(item),
        "note": _escaped(_notes(item)),
        "language": _LANGUAGES[item.language],
    }
    return _entry(kind, item.key, fields, {"month": month})


def biblatex(item: Item) -> str:
    """Source: Kime and others, The biblatex Package, 3.21, 2.1.1, 2.2.2 and 2.3.8; its dates are
    EDTF themselves."""
    kind = "article" if item.is_newspaper else "online"
    fields = {
        "author": _bib_names(item),
        "title": f"{{{_escaped(item.title)}}}",
        "journaltitle" if item.is_newspaper else "organization": _escaped(item.where),
        "entrysubtype": "newspaper" if item.is_newspaper else "",
        "pages": item.page,
        "date": item.issued,
        "version": item.version,
        "url": item.url,
        "doi": item.doi,
        "urldate": _access_date(item),
        "note": _escaped(item.note),
        "langid": {"zh": "chinese", "en": "english"}[item.language],
    }
    return _entry(kind, item.key, fields, {})


_LANGUAGES = {"zh": "Chinese", "en": "English"}
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)


def _entry(kind: str, key: str, fields: dict[str, str], bare: dict[str, str]) -> str:
    """`bare`: values without braces, such as months."""
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value.strip("{}")]
    lines += [f"  {name} = {value}," for name, value in bare.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _bib_names(item: Item) -> str:
    return " and ".join(_bib_name(name, item.language) for name in item.authors)


def _bib_name(name: Name, language: str) -> str:
    """Organizations, and Chinese names, which are not split, get braces of their own."""
    if name.is_body or language == "zh" or not name.given:
        return f"{{{_escaped(name.text)}}}"
    return f"{_escaped(name.family)}, {_escaped(name.given)}"


# ---------------------------------------------------------------- RIS, EndNote XML


def ris(item: Item) -> str:
    """Source: RIS Format Specifications, Research Information Systems, 2011: two letters, two
    blanks, a hyphen, a blank; lines end in CR LF."""
    moment = dates.exact(item.issued)
    tags = [
        ("TY", "NEWS" if item.is_newspaper else "ELEC"),
        ("ID", item.key),
        *(("AU", _index_name(name, item.language)) for name in item.authors),
        ("TI", item.title),
        ("T2", item.where),
        ("PY", str(moment.year) if moment else ""),
        ("DA", _slashed(item.issued)),
        ("SP", item.page),
        ("ET", item.version),
        ("UR", item.url),
        ("DO", item.doi),
        ("Y2", _slashed(item.accessed) if item.url else ""),
        ("N1", _notes(item)),
        ("LA", item.language),
    ]
    lines = [f"{tag}  - {_one_line(value)}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def endnote(item: Item) -> str:
    """Source: EndNote's RSXML.dtd; 23 is a newspaper article, 12 a web page."""
    root = ElementTree.Element("xml")
    record = ElementTree.SubElement(ElementTree.SubElement(root, "records"), "record")
    kind, number = ("Newspaper Article", "23") if item.is_newspaper else ("Web Page", "12")
    _element(record, "ref-type", number, name=kind)
    authors = ElementTree.SubElement(_element(record, "contributors"), "authors")
    for name in item.authors:
        _element(authors, "author", _endnote_name(name, item.language))
    titles = _element(record, "titles")
    _element(titles, "title", item.title)
    if item.where:
        _element(titles, "secondary-title", item.where)
    moment = dates.exact(item.issued)
    fields = (
        ("pages", item.page),
        ("edition", item.version),
        ("electronic-resource-num", item.doi),
    )
    for tag, value in fields:
        if value:
            _element(record, tag, value)
    if moment:
        issued = _element(record, "dates")
        _element(issued, "year", str(moment.year))
        if moment.month:
            day = dates.month_and_day(item.issued)
            _element(_element(issued, "pub-dates"), "date", day)
    if item.url:
        _element(_element(_element(record, "urls"), "related-urls"), "url", item.url)
    if accessed := _access_date(item):
        _element(record, "access-date", accessed)
    if notes := _notes(item):
        _element(record, "notes", notes)
    _element(record, "language", _LANGUAGES[item.language])
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _element(
    above: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(above, tag, attributes)
    element.text = text or None
    return element


def _endnote_name(name: Name, language: str) -> str:
    """EndNote leaves a name that ends in a comma, as of an organization, unchanged."""
    return f"{name.text}," if name.is_body else _index_name(name, language)


def _index_name(name: Name, language: str) -> str:
    if name.is_body or language == "zh" or not name.given:
        return name.text
    return f"{name.family}, {name.given}"


def _slashed(edtf: str) -> str:
    """2022/02/23, 2022/02/ or 2022//."""
    moment = dates.exact(edtf)
    if moment is None:
        return ""
    month, day = (f"{n:02}" if n else "" for n in (moment.month, moment.day))
    return f"{moment.year}/{month}/{day}"


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


# ---------------------------------------------------------------- CSL-JSON


def csl_json(item: Item) -> str:
    """Source: Citation Style Language 1.0.2, csl-data.json."""
    fields: dict[str, object] = {
        "id": item.key,
        "type": item.type,
        "language": {"zh": "zh-CN", "en": "en"}[item.language],
        "title": item.title,
        "author": [_csl_name(name, item.language) for name in item.authors],
        "container-title": item.where,
        "publisher": item.publisher if item.container else "",
        "section": item.section,
        "page": item.page,
        "version": item.version,
        "issued": _csl_date(item.issued),
        "URL": item.url,
        "DOI": item.doi,
        "accessed": _csl_date(item.accessed) if item.url else None,
        "note": item.note,
    }
    found = {name: value for name, value in fields.items() if value}
    return json.dumps([found], ensure_ascii=False, indent=2) + "\n"


def _csl_name(name: Name, language: str) -> dict[str, str]:
    if name.is_body or not (name.given or language == "zh"):
        return {"literal": name.text}
    if language == "zh":
        return {"literal": name.text}
    return {"family": name.family, "given": name.given}


def _csl_date(edtf: str) -> dict[str, object] | None:
    """An interval with two ends is two dates; approximate or uncertain dates are `circa`."""
    span = dates.span_of(edtf)
    if span is None:
        return None
    if not (span.first and span.last):
        return {"literal": dates.years(edtf, "")}
    moments = [span.first] if span.first == span.last else [span.first, span.last]
    parts = [[n for n in (m.year, m.month, m.day) if n] for m in moments]
    is_vague = any(moment.is_vague for moment in moments)
    return {"date-parts": parts, **({"circa": True} if is_vague else {})}


# ---------------------------------------------------------------- shared


def _access_date(item: Item) -> str:
    moment = dates.exact(item.accessed) if item.url else None
    return dates.iso(moment) if moment else ""


def _notes(item: Item) -> str:
    """Information without a field of its own."""
    is_vague = bool(item.issued) and dates.exact(item.issued) is None
    when = _in_words(item) if is_vague else ""
    return "; ".join(_filled([item.note, when]))


def _in_words(item: Item) -> str:
    if item.language == "zh":
        return dates.in_chinese(item.issued)
    return dates.years(item.issued, "")


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]


FORMS = {
    form.ending: form
    for form in (
        Form("bib", "BibTeX", "application/x-bibtex; charset=utf-8", bibtex),
        Form("biblatex", "BibLaTeX", "application/x-bibtex; charset=utf-8", biblatex),
        Form("ris", "RIS", "application/x-research-info-systems; charset=utf-8", ris),
        Form("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
        Form("endnote.xml", "EndNote XML", "application/xml; charset=utf-8", endnote),
    )
}
