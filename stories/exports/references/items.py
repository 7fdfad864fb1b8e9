"""Items to cite, in one language: a source as described in its document, or one of our cases.

Pure. Unknown values are "" and (); nothing is invented.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stories.choices import Condition, SourceType

# A Chinese name with one of these endings, or longer than NAME_LIMIT, is an organization.
BODY = re.compile(
    r"(社|报|台|网|部|局|处|厅|院|会|组|室|办|办公室|中心|政府|公司|大学|学院|街道|社区|团队|编者|编辑部)$"
)
NAME_LIMIT = 4  # characters of a person's name in Han characters, without a middle dot
HAN_NAME = re.compile(r"[\u3400-\u9fff]+")
_PAGE = re.compile(r"第?\s*([A-Z]?\d+)\s*版|p\.\s*([A-Z]?\d+)")


@dataclass(frozen=True)
class Name:
    """An author; an English personal name starts with the family name, as Chinese ones do."""

    text: str
    is_body: bool = False

    @property
    def family(self) -> str:
        return self.text if self.is_body else self.text.split(" ")[0]

    @property
    def given(self) -> str:
        return "" if self.is_body else self.text.partition(" ")[2]


@dataclass(frozen=True)
class Item:
    """`issued` and `accessed`: EDTF. `locator`: the cited passage, in words. `version`: number of
    the version of a case. `key`: identifier in reference files."""

    key: str
    language: str  # zh or en
    type: str  # of CSL
    authors: tuple[Name, ...]
    title: str
    container: str
    publisher: str
    issued: str
    accessed: str
    section: str
    url: str
    version: str = ""
    locator: str = ""
    note: str = ""
    doi: str = ""

    @property
    def is_newspaper(self) -> bool:
        return self.type == SourceType.NEWSPAPER

    @property
    def page(self) -> str:
        """第03版 → 03; "" for a section with a name."""
        match = _PAGE.fullmatch(self.section)
        return (match[1] or match[2]) if match else ""

    @property
    def where(self) -> str:
        """The newspaper or site, else its publisher."""
        return self.container or self.publisher

    def at(self, locator: str) -> "Item":
        return replace(self, locator=locator)


def of_source(source: Mapping[str, Any], language: str) -> Item:
    """`source`: of a case document. A reprint is cited as it was read: by the site that published
    it, never by the newspaper, which was not seen."""
    return Item(
        key=source["key"],
        language=language,
        type=source["type"],
        authors=tuple(
            Name(person["name"][language], is_body(person["name"]["zh"]))
            for person in source["authors"]
        ),
        title=source["title"][language],
        container=_text(source["container"], language),
        publisher=_text(source["publisher"], language),
        issued=source["issued"] or "",
        accessed=source["accessed"] or "",
        section=_text(source["section"], language),
        url=source["url"] or "",
        note=_CONDITIONS[language].get(source["condition"], ""),
    )


_CONDITIONS = {
    "zh": {
        Condition.REPRINT: "据转载件",
        Condition.EXCERPT: "据节选",
        Condition.MACHINE_CONVERTED: "据机器转码文本",
        Condition.MACHINE_PARAPHRASED: "据机器改写文本",
    },
    "en": {
        Condition.REPRINT: "Read in a reprint",
        Condition.EXCERPT: "Read in an excerpt",
        Condition.MACHINE_CONVERTED: "Read in a script-converted text",
        Condition.MACHINE_PARAPHRASED: "Read in a machine-paraphrased text",
    },
}


@dataclass(frozen=True)
class Library:
    """The publisher and the site, in one language."""

    name: str
    editors: str


def of_case(
    document: Mapping[str, Any],
    version: int,
    published_on: date,
    url: str,
    library: Library,
    accessed: date,
    language: str,
    doi: str = "",
) -> Item:
    """A version of a case; `url`: its permanent address, through the resolver if it has a DOI or a
    Handle."""
    return Item(
        key=f"{document['slug']}-v{version}",
        language=language,
        type=SourceType.WEBPAGE,
        authors=(Name(library.editors, is_body=True),),
        title=document["title"][language],
        container=library.name,
        publisher="",
        issued=published_on.isoformat(),
        accessed=accessed.isoformat(),
        section="",
        url=url,
        version=str(version),
        doi=doi,
    )


def of_card(slug: str, title: str, url: str, container: str) -> Item:
    """A case in a list: without a version."""
    unknown = dict.fromkeys(("publisher", "issued", "accessed", "section"), "")
    return Item(slug, "zh", SourceType.WEBPAGE, (), title, container, url=url, **unknown)


def is_body(chinese: str) -> bool:
    """Whether an author's Chinese name is an organization: personal names have two to four
    characters, or a middle dot."""
    if not HAN_NAME.fullmatch(chinese):
        return "·" not in chinese
    return len(chinese) > NAME_LIMIT or (len(chinese) > 2 and bool(BODY.search(chinese)))


def _text(text: Mapping[str, str] | None, language: str) -> str:
    return text[language] if text else ""
