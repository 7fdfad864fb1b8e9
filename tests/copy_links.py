"""Links of a static copy that lead nowhere: python -m tests.copy_links FOLDER [--url URL].

Each must name a file of the folder, which a server of files below a path answers with 200. With the
--url that the copy was baked with, addresses in its data, feeds and sitemaps count too.
"""

import argparse
import functools
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from lxml import etree, html

LINKS = ("href", "src", "action", "data-index")
SEARCH = "search/"  # a folder, to which the search adds the names of its files
NEEDED = {"a": "href", "form": "action"}
NO_ADDRESS = "#no-address"  # stands for what an element needs and lacks
# Elements of pages whose content is an address, if it begins like one.
NAMED = "//meta/@content[starts-with(., 'http')]"
CARDS = re.compile(r"search/card/(zh|en)/\d+\.js")
LISTS = {"zh": "cases/index.html", "en": "en/cases/index.html"}  # that show the cards
ADDRESS = re.compile(r"https?://[^\s\"'<>{}\\|^`,;)]+")
DRAWN = re.compile(r"url\(\s*['\"]?([^'\")]+)")
DATA = (".atom", ".xml", ".txt", ".csv", ".jsonl", ".jsonld", ".bib", ".biblatex", ".ris")
THIS_MACHINE = re.compile(r"https?://(localhost|127\.0\.0\.1)[/:]")
NO_LINK = re.compile(r"(?!https?:|file:)[a-z]+:")  # data:, mailto:


class Link(NamedTuple):
    """`file`: that has it; `target`: the absolute address without its fragment."""

    file: str
    written: str
    target: str
    fragment: str


class Copy:
    """The files of a static copy. `root`: the address of its folder, with a slash at its end."""

    def __init__(self, folder: Path, root: str) -> None:
        self.folder, self.root = folder, root
        self.ids: dict[str, set[str]] = {}

    def links(self, has_addresses: bool) -> Iterator[Link]:
        """All that lead to the copy; `has_addresses`: whether data, feeds and sitemaps name it."""
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            found: Iterator[str] | list[str] = []
            base = name
            if path.suffix == ".html":
                found = self._of_page(name, path.read_bytes())
            elif path.suffix == ".css":
                found = DRAWN.findall(path.read_text("utf-8"))
            elif card := CARDS.fullmatch(name):
                found, base = _of_card(path.read_text("utf-8")), LISTS[card[1]]
            elif has_addresses and path.suffix in DATA:
                found = _own(self.root, path.read_text("utf-8"))
            for written in dict.fromkeys(found):
                if written and not NO_LINK.match(written):
                    target, fragment = urldefrag(urljoin(self.root + base, written))
                    is_elsewhere = written.startswith("http") and not target.startswith(self.root)
                    if not is_elsewhere or (has_addresses and THIS_MACHINE.match(target)):
                        yield Link(name, written, target.partition("?")[0], fragment)

    def broken(self, is_there: Callable[[str], bool], has_addresses: bool) -> list[tuple[str, str]]:
        """(file, link) of those whose target or fragment is missing."""
        links = list(self.links(has_addresses))
        targets = {link.target for link in links}
        there = {one for one in targets if one.startswith(self.root) and is_there(one)}
        return [
            (link.file, link.written)
            for link in links
            if link.target not in there or (link.fragment and self._lacks(link))
        ]

    def _of_page(self, name: str, content: bytes) -> Iterator[str]:
        page = html.fromstring(content)
        self.ids[name] = set(page.xpath("//@id"))
        for element in page.iter(etree.Element):
            for attribute in LINKS:
                yield from filter(None, [element.get(attribute)])
            for part in element.get("srcset", "").split(","):
                yield from part.split()[:1]
            if element.tag in NEEDED and not element.get(NEEDED[element.tag]):
                yield NO_ADDRESS
        yield from page.xpath(NAMED)

    def _lacks(self, link: Link) -> bool:
        """Whether the page has no element with this id. Fragments in data are identifiers."""
        name = unquote(link.target[len(self.root) :])
        file = f"{name}index.html" if name.endswith("/") or not name else name
        is_page = not link.file.endswith(DATA)
        return is_page and unquote(link.fragment) not in self.ids.get(file, ())


def broken(folder: Path, url: str = "") -> list[tuple[str, str]]:
    """(file, link) of each broken link; `url`: of the folder, if it was baked with one."""
    root = url or f"{folder.resolve().as_uri()}/"
    with served(folder.parent) as server:
        connection = HTTPConnection(urlsplit(server).netloc)

        def is_served(target: str) -> bool:
            path = unquote(target.removeprefix(root))
            connection.request("HEAD", quote(f"/{folder.name}/{path}"))
            response = connection.getresponse()
            response.read()
            return response.status == 200

        def is_file(target: str) -> bool:
            # The search adds the names of its files to the address of its folder.
            return (
                folder / unquote(target.removeprefix(root))
            ).is_file() or target == f"{root}search/"

        def is_there(target: str) -> bool:
            return is_served(target) and (bool(url) or is_file(target))

        found = Copy(folder, root).broken(is_there, has_addresses=bool(url))
        connection.close()
    return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of the files in the folder."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _of_card(script: str) -> list[str]:
    """Links of a card, whose page a script holds as a JSON text."""
    (written,) = re.findall(r'"(?:[^"\\]|\\.)*<article(?:[^"\\]|\\.)*"', script)
    page = html.fromstring(json.loads(written))
    return [str(link) for name in LINKS for link in page.xpath(f"//@{name}")]


def _own(root: str, text: str) -> Iterator[str]:
    """Those of the copy, and by mistake of the machine that baked it."""
    found = ADDRESS.findall(text)
    return (one for one in found if one.startswith(root) or THIS_MACHINE.match(one))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.copy_links", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="", help="the --base-url of the bake")
    options = parser.parse_args()
    url = f"{options.url.rstrip('/')}/" if options.url else ""
    found = broken(options.folder, url)
    for file, link in found:
        print(f"{file}: {link}")
    sys.exit(f"{len(found)} broken links" if found else 0)


if __name__ == "__main__":
    main()
