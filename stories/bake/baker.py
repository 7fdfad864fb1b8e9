"""Writes the static export: unit by unit in this process, or in a pool of processes.

The output depends only on the revision, the code and the settings.
"""

import hashlib
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connections
from django.urls import Resolver404, resolve
from django.utils.translation import override

from caselib import interrupts
from stories.bake import addresses, search_index
from stories.bake.folder import CopyFolder
from stories.bake.messages import messages
from stories.bake.requests import Answer, Site
from stories.bake.rewriting import Rewriter, standard_view
from stories.bake.scripts import script
from stories.bake.units import Unit, Units
from stories.languages import DJANGO_CODES
from stories.models.search_index import IndexedText
from stories.models.version import Publication
from stories.queries.snapshot import Library

UNITS_OF_A_TASK = 10
VIEWS = 2  # of a page: the standard and the care view
CODE = ("caselib", "stories", "templates", "static")  # source folders that pages depend on
# Settings that appear on pages.
SHOWN = ("SITE_URL", "PUBLISHER", "CONTACT", "ICP_NUMBER", "POLICE_NUMBER", "IDENTIFIER_PREFIX")
DESK_FILES = ("admin", "admin-desk")  # static files that no public page uses
MISSING = "/no-such-page/"
_NEXT = re.compile(r'<a rel="next" href="([^"]*)"')
_LOCATION = re.compile("<loc>([^<]*)</loc>")
_WHOLE_LIST = re.compile(r"/cases/(\?page=\d+)?")
_CARD = re.compile(r'<li>\s*(<article class="case-card">.*?</article>)\s*</li>', re.DOTALL)
_SLUG = re.compile(r'<h3 class="case-card__title"><a href="[^"]*/cases/([\w-]+)/"')
_LOCAL = re.compile(r'(?:\s(?:href|src|srcset)="|[ ,])(/[^"\s#?,]+)')
Progress = Callable[[int, int], None]  # units done, of how many


class BakeError(Exception):
    """An address that the site does not answer with a public page."""


@dataclass(frozen=True)
class Plan:
    """What to export and where; `url` is "" if the public address of the copy is unknown."""

    target: Path
    url: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    processes: int = 1

    @property
    def site(self) -> str:
        return self.url or settings.SITE_URL or f"http://{settings.OWN_HOST}"

    @property
    def made_of(self) -> str:
        """Digest of the code, the settings and the options of the export."""
        digest = hashlib.blake2b(digest_size=16)
        settings_shown = [getattr(settings, name) for name in SHOWN]
        digest.update(repr([self.site, self.url, self.languages, *settings_shown]).encode())
        for name in CODE:
            for file in sorted((Path(settings.BASE_DIR) / name).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(file.read_bytes())
        return digest.hexdigest()


@dataclass
class Baked:
    """Counts of an export: `files` include pages, but not their compressed forms; `left_out` are
    addresses of cases that no page can show."""

    pages: int = 0
    files: int = 0
    made: int = 0
    reused: int = 0
    left_out: tuple[str, ...] = ()

    def add(self, other: "Baked") -> None:
        self.pages += other.pages
        self.files += other.files
        self.made += other.made
        self.reused += other.reused
        self.left_out += other.left_out


def bake(plan: Plan, progress: Progress = lambda done, count: None) -> Baked:
    """Raises FolderError or BakeError; then the previous copy remains unchanged."""
    with override(settings.LANGUAGE_CODE):
        library = Library.present()
        folder = CopyFolder(plan.target, f"{library.revision}\n{plan.made_of}\n")
        with folder.alone():
            folder.begin()
            baked = _write(plan, folder, library, progress)
            interrupts.ignore()
            folder.switch()
    return baked


def _write(plan: Plan, folder: CopyFolder, library: Library, progress: Progress) -> Baked:
    units = Units(library, plan.made_of, with_cards=bool(plan.url))
    count, baked = len(units), Baked()
    for number, done in enumerate(_done(plan, folder, units), 1):
        baked.add(done)
        progress(min(number * UNITS_OF_A_TASK, count), count)
    _write_shared(plan, folder, library)
    if not library.is_present():
        raise BakeError("something was published meanwhile: run it again, it goes on from here")
    return baked


def _done(plan: Plan, folder: CopyFolder, units: Units) -> Iterator[Baked]:
    """Yields results in order of the tasks; only a few are queued, so that memory use is
    constant.
    """
    tasks = _tasks(units)
    known = units.known_names()
    if plan.processes < 2:
        baker = UnitBaker(plan, folder, known)
        yield from map(baker.bake, tasks)
        return
    # Forked processes inherit Django's setup and the compiled templates.
    with ProcessPoolExecutor(
        plan.processes,
        get_context("fork"),
        initializer=_begin_process,
        initargs=(plan, folder, known),
    ) as pool:
        waiting = deque(pool.submit(_bake_task, task) for task in islice(tasks, 4 * plan.processes))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_bake_task, task) for task in islice(tasks, 1))


def _tasks(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    remaining = iter(units)
    while some := list(islice(remaining, UNITS_OF_A_TASK)):
        yield some


_of_process: list["UnitBaker"] = []


def _begin_process(plan: Plan, folder: CopyFolder, known: frozenset[str]) -> None:
    interrupts.in_worker_process()
    connections.close_all()  # inherited from the parent process
    _of_process.append(UnitBaker(plan, folder, known))


def _bake_task(task: list[Unit]) -> Baked:
    return _of_process[0].bake(task)


class UnitBaker:
    """Writes units; one per process."""

    def __init__(self, plan: Plan, folder: CopyFolder, known: frozenset[str]) -> None:
        self.plan, self.folder, self.known = plan, folder, known
        self.site = Site(plan.site, plan.languages)
        self.rewriter = Rewriter(plan.site, bool(plan.url))

    def bake(self, task: Iterable[Unit]) -> Baked:
        baked = Baked()
        for unit in task:
            if self.folder.is_done(unit.name, unit.made_of) or self.folder.reuse(
                unit.name, unit.made_of
            ):
                baked.reused += 1
            else:
                baked.add(self._make(unit))
        return baked

    def _make(self, unit: Unit) -> Baked:
        baked = Baked(made=1)
        files: list[str] = []
        waiting, seen = deque(unit.addresses), set(unit.addresses)
        while waiting:
            address = waiting.popleft()
            for localized in self._in_languages(address):
                answer = self.site.get(localized, is_care=True)
                if answer.status == 404 and unit.case:
                    baked.left_out += (localized,)
                    continue
                if answer.status != 200 and not (unit.may_be_gone and answer.status == 410):
                    raise BakeError(f"{localized} is answered {answer.status}")
                written, linked = self._write(localized, answer)
                files += written
                baked.pages += VIEWS if answer.is_html else 0
                more = [a for a in linked if a not in seen and self._is_followed(a, unit)]
                more += [a for a in _next(answer) if a not in seen]
                seen.update(more)
                waiting.extend(more)
        if unit.case:
            files.append(self._write_case(unit))
        self.folder.finish(unit.name, unit.made_of, files)
        baked.files = len(files)
        return baked

    def _in_languages(self, address: str) -> Iterable[str]:
        """The address of a page or a list of addresses in each language."""
        path = address.partition("?")[0]
        if addresses.is_page(path) or path.endswith("card.png"):
            return [addresses.in_language(address, language) for language in self.plan.languages]
        is_english = address.endswith("language=en")
        return [address] if not is_english or "en" in self.plan.languages else []

    def _write(self, localized: str, answer: Answer) -> tuple[list[str], list[str]]:
        """The files written, and the local addresses that a page or text file links to."""
        found = addresses.file_of(localized)
        if found is None:
            raise BakeError(f"{localized} is no file")
        if answer.stream is not None:
            self.folder.write_stream(found.path, answer.stream)
            return [found.path], []
        if not answer.is_html:
            content = self._text(answer)
            self.folder.write(found.path, content)
            is_sitemap = answer.url_name == "sitemap"
            parts = _LOCATION.findall(content.decode()) if is_sitemap else []
            return [found.path], [part.removeprefix(self.plan.site) for part in parts]
        care = answer.body.decode()
        html = standard_view(care) or self.site.get(localized).body.decode()
        files = [self._write_page(localized, html, ""), self._write_page(localized, care, "care")]
        if _WHOLE_LIST.fullmatch(addresses.bare(localized)):
            files += self._write_cards(localized, html)
        return files, [addresses.bare(address) for address in _LOCAL.findall(html)]

    def _write_page(self, localized: str, html: str, view: str) -> str:
        found = addresses.file_of(localized, view)
        if found is None:
            raise BakeError(f"{localized} is no file")
        self.folder.write(
            found.path, self.rewriter.page(html, found.path, localized, view).encode()
        )
        return found.path

    def _text(self, answer: Answer) -> bytes:
        if "xml" in answer.content_type:
            return self.rewriter.text(answer.body.decode()).encode()
        return answer.body

    def _is_followed(self, address: str, unit: Unit) -> bool:
        name = _name_of(address)
        if not name:
            return False
        return name in unit.follows if unit.follows is not None else name not in self.known

    def _write_case(self, unit: Unit) -> str:
        row = IndexedText.objects.get(pk=unit.case)
        slug = unit.name.partition("/")[2]
        path, content = search_index.case_file(Library.present(), slug, row)
        self.folder.write(path, content)
        return path

    def _write_cards(self, localized: str, html: str) -> list[str]:
        """The cards of a list, each as a script, with links relative to the list's own page."""
        language = addresses.language_of(localized)
        page = addresses.file_of(addresses.in_language(addresses.CASES, language))
        cards = {match[1]: card for card in _CARD.findall(html) if (match := _SLUG.search(card))}
        pks = Publication.objects.filter(slug__in=cards).values_list("slug", "pk")
        files = []
        for slug, pk in pks:
            path = f"search/card/{language}/{pk}.js"
            linked = self.rewriter.page(cards[slug], page.path if page else "", localized)
            self.folder.write(path, script(f"card/{language}/{pk}", linked))
            files.append(path)
        return files


@lru_cache(maxsize=10_000)
def _name_of(address: str) -> str:
    """Name of the URL pattern; "" if the address is not public or needs a server."""
    if address.startswith((settings.STATIC_URL, *addresses.SERVER_ONLY)):
        return ""
    try:
        return resolve(address).url_name or ""
    except Resolver404:
        return ""


def _next(answer: Answer) -> list[str]:
    """The address of the next page of a list, in Chinese."""
    if not answer.is_html:
        return []
    found = _NEXT.search(answer.body.decode())
    return [addresses.bare(found[1].replace("&amp;", "&"))] if found else []


# ---------------------------------------------------------------- shared files


def _write_shared(plan: Plan, folder: CopyFolder, library: Library) -> None:
    files = [*_write_static(folder), *_write_missing_page(plan, folder)]
    for language in plan.languages:
        with override(DJANGO_CODES[language]):
            path = f"search/messages.{language}.js"
            folder.write(path, script("messages", messages()))
            files.append(path)
    if plan.languages == ("en",):
        folder.write(
            "index.html",
            b'<!doctype html><meta http-equiv="refresh" content="0; url=en/index.html">\n',
        )
        files.append("index.html")
    work = Path(tempfile.mkdtemp(prefix=".bake-", dir=folder.part.parent))
    try:
        for path, content in search_index.shared_files(library, work):
            folder.write(path, content)
            files.append(path)
    finally:
        shutil.rmtree(work)
    folder.finish("shared", folder.stamp.replace("\n", " "), files)


def _write_static(folder: CopyFolder) -> Iterator[str]:
    """Static files under their hashed names."""
    for finder in get_finders():
        for path, storage in finder.list([]):
            if path.partition("/")[0] in DESK_FILES:
                continue
            name = staticfiles_storage.url(path).removeprefix(settings.STATIC_URL)
            is_hashed = name != path
            source = staticfiles_storage if is_hashed else storage
            with source.open(name if is_hashed else path) as file:
                folder.write(f"static/{name}", file.read())
            yield f"static/{name}"


def _write_missing_page(plan: Plan, folder: CopyFolder) -> Iterator[str]:
    """404.html, which a host serves at any depth, so that its links are relative to the host's
    root. Its other language is that of the overview.
    """
    site, rewriter = Site(plan.site, plan.languages), Rewriter(plan.site, bool(plan.url))
    language = plan.languages[0]
    html = site.get(addresses.in_language(MISSING, language)).body.decode().replace(MISSING, "/")
    root = "/" + plan.url.partition("://")[2].partition("/")[2]
    page = rewriter.page(html, "404.html", addresses.in_language("/", language))
    if plan.url:
        page = re.sub(
            r'(?<=\s)(href|src|action)="(?![a-z]+:|#|/)', rf'\1="{root.rstrip("/")}/', page
        )
    folder.write("404.html", page.encode())
    yield "404.html"
