"""Parses a public page for tests: its elements with their text, ids, links and HTML faults."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client
from django.utils.translation import get_language, override

BASE = "http://testserver"
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = set("article aside details div dl form h1 h2 h3 ol p section table ul".split())

# One address of each kind of page, of the shipped cases; English ones begin with /en.
CHINESE_PAGES = [
    "/",
    "/cases/",
    "/cases/yucai/",
    "/cases/yucai/cite/",
    "/cases/yucai/versions/",
    "/cases/yucai/v/1/",
    "/corrections/",
    "/measures/",
    "/measures/street-lighting/",
    "/problems/",
    "/problems/dark-streets/",
    "/places/",
    "/places/610902-yucai/",
    "/metrics/",
    "/matrix/",
    "/compare/",
    "/sources/",
    "/sources/akxw-2022/",
    "/sources/akxw-2022/cite/",
    "/data/",
    "/data/codebook/",
    "/about/",
]
PAGES = [f"{prefix}{address}" for address in CHINESE_PAGES for prefix in ("", "/en")]
MACHINE_FORMATS = [
    "/cases/yucai.json",
    "/cases/yucai/v/1.json",
    "/corrections.atom",
    "/healthz",
    "/robots.txt",
    "/sitemap.xml",
    "/suggestions.json",
]


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    parents: list["Element"]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the element and its descendants, with single spaces."""
        return " ".join("".join(self.texts).split())

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def href(self) -> str:
        return self.attributes.get("href", "")


class Page(HTMLParser):
    """`faults` lists what a browser would silently repair."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{element.tag}> is left open" for element in self._open]

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements of a tag with these attributes; `rel_="x"` matches rel, `class_` a
        single class.
        """
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if tag in ("", element.tag)
            and all(
                value in element.classes
                if name == "class"
                else element.attributes.get(name) == value
                for name, value in wanted.items()
            )
        ]

    @property
    def ids(self) -> list[str]:
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]

    @property
    def text(self) -> str:
        return self.elements[0].text

    def texts(self, class_: str) -> list[str]:
        return [element.text for element in self.all(class_=class_)]

    def links(self, class_: str = "") -> list[str]:
        """Addresses of the links, or of those with a class or inside an element with it."""
        return [
            link.href
            for link in self.all("a")
            if not class_ or any(class_ in e.classes for e in (link, *link.parents))
        ]

    def link(self, rel: str, **attributes: str) -> str:
        """The address of a <link> in the head; "" if there is none."""
        return "".join(element.href for element in self.all("link", rel=rel, **attributes))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        above = [element.tag for element in self._open]
        if (tag in BLOCKS and "p" in above) or (tag == "a" and "a" in above):
            self.faults.append(f"<{tag}> within {' '.join(above)}")
        attributes = {name: value or "" for name, value in attrs}
        if len(attributes) < len(attrs):
            self.faults.append(f"<{tag}> says an attribute twice")
        element = Element(tag, attributes, list(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes nothing")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)


def all_pages() -> dict[str, Page]:
    """address → page; the active language stays."""
    with override(get_language()):
        return {address: page_of(Client(), address) for address in PAGES}


def page_of(client: Client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, address
    return Page(response.text)


def text_at(client: Client, address: str) -> str:
    return client.get(address).text


def english(address: str) -> str:
    return f"/en{address}"


def is_page(address: str) -> bool:
    """False for files and machine formats, which have no language in their path."""
    return address.partition("#")[0].partition("?")[0].endswith(("/", "/docs"))
