"""Maps addresses of the site to files of the static copy. Pure.

The file name follows from address and view alone, so that each page can be written without knowing
any other.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from stories.queries.snapshot import PARAMETERS

# Addresses that need a server; the desk is no part of the public site.
SERVER_ONLY = tuple(
    "/admin/ /api/ /compare/ /data/latest. /healthz /oai /readyz /suggestions.json".split()
)
CASES, METRICS = "/cases/", "/metrics/"
ENGLISH, CARE = "en", "care"
# Parameters for whose single values a list is exported.
LISTED = {CASES: PARAMETERS, METRICS: ("indicator",)}
LIST_FILES = ("atom", "csv")  # of each list of a single value
PAGED = "page"


@dataclass(frozen=True)
class File:
    """`path`: from the root of the copy. `query`: parameters left to the script of the page."""

    path: str
    query: str = ""
    is_page: bool = True


def in_language(address: str, language: str) -> str:
    """The address of a Chinese page in another language."""
    return f"/{ENGLISH}{address}" if language == ENGLISH else address


def language_of(address: str) -> str:
    return ENGLISH if address.startswith(f"/{ENGLISH}/") else "zh"


def bare(address: str) -> str:
    """The address without its language prefix."""
    return address[len(ENGLISH) + 1 :] if language_of(address) == ENGLISH else address


def is_page(path: str) -> bool:
    return path.endswith("/")


def list_address(name: str, value: str, path: str = CASES) -> str:
    return f"{path}?{urlencode({name: value})}"


@lru_cache(maxsize=50_000)
def file_of(address: str, view: str = "") -> File | None:
    """The file of an address without a fragment; None if it needs a server.

    Parameters without a file are dropped; those of the list of cases are passed to its script.
    """
    path, _mark, query = address.partition("?")
    if bare(path).startswith(SERVER_ONLY):
        return None
    pairs = [(name, value) for name, value in parse_qsl(query) if name != "view"]
    if not is_page(path):
        return File(_machine_file(path, pairs), is_page=False)
    folder = "/".join(filter(None, (CARE if view else "", path.strip("/"))))
    states = _states(bare(path), pairs)
    if states is None:
        return File(_index(folder), urlencode(pairs))
    return File(_index("/".join(filter(None, (folder, *states)))))


def _states(path: str, pairs: list[tuple[str, str]]) -> list[str] | None:
    """The folders for the parameters of a page; None if the script has to answer them."""
    chosen = [(name, value) for name, value in pairs if name in LISTED.get(path, ())]
    number = [(name, value) for name, value in pairs if name == PAGED and value != "1"][:1]
    others = [name for name, _value in pairs if name not in (PAGED, *LISTED.get(path, ()))]
    if path == CASES and (others or len(chosen) > 1):
        return None
    if path == METRICS and len(chosen) == 1 and others:
        number = []  # another order or a narrower table
    return [_folder(name, value) for name, value in (*chosen[:1], *number)]


def _folder(name: str, value: str) -> str:
    """Replaces colons, which some file systems do not allow."""
    return f"{name}={value.replace(':', '.')}"


def _index(folder: str) -> str:
    return f"{folder}/index.html" if folder else "index.html"


def _machine_file(path: str, pairs: list[tuple[str, str]]) -> str:
    name = path.lstrip("/")
    parameters = dict(pairs)
    if parameters.pop("language", "") == ENGLISH:
        name = f"{ENGLISH}/{name}"
    stem, _dot, ending = name.rpartition(".")
    listed = LISTED.get(f"{path.rpartition('.')[0]}/", ())
    if ending in LIST_FILES and len(parameters) == 1 and next(iter(parameters)) in listed:
        return f"{stem}/{_folder(*next(iter(parameters.items())))}.{ending}"
    if ending == "xml" and "p" in parameters:
        return f"{stem}/{_folder('p', parameters['p'])}.{ending}"
    return name


def relative(target: str, page: str) -> str:
    """The relative path from one file to another."""
    return "../" * page.count("/") + target
