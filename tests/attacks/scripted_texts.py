"""Script in every text: pages of a library made of it are opened in a browser, and nothing runs.

Each page is opened as its policy has it, where nothing may be refused, and with the policy off,
where nothing may run. First the browser is shown pages that do not escape.
"""

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, sync_playwright

from tests import chromium
from tests.attacks.scripts import LISTEN, LOOK, LOUD, PAYLOADS, SHORT, TINY
from tests.attacks.server import ROOT, environment, log_of, prepare, serving

WAIT = 20_000  # milliseconds
PAGES, FEW = 900, 30
INTERRUPTED = "interrupted by another navigation"
SETTLED = 200  # milliseconds, in which a navigation that has begun ends
MOST_NAVIGATIONS = 20  # of a page that a script leads elsewhere
PLACES_OF_A_PAGE = {
    "text": "<p>{}</p>",
    "title": "<title>{}</title>",
    "textarea": "<textarea>{}</textarea>",
    "attribute": '<p tabindex=0 title="{}">.</p>',
    "attribute in single quotes": "<p tabindex=0 title='{}'>.</p>",
    "address": '<a href="{}">.</a>',
    "data": '<script type="application/ld+json">{{"name": "{}"}}</script>',
    "comment": "<!-- {} --><noscript><!-- {} --></noscript>",
    "program": 'x<script>const x = "{}"</script>',
    "other program": "x<script>const x = '{}'</script>",
    "template": "x<script>const x = `{}`</script>",
    "unescaped by a program": "<p id=p></p><script>p.innerHTML = `<b>{}</b>`</script>",
}
XML = '<feed xmlns="http://www.w3.org/2005/Atom"><title><![CDATA[{}]]></title></feed>'
OF_CHROMIUM = re.compile("Applying inline style|HIT refused: style-src-elem inline")
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"


def run(folder: Path, short: bool) -> list[str]:
    number = FEW if short else PAGES
    data = folder / "scripted"
    prepare(data)
    made = _library(data, folder / "documents")
    texts = {f"CASELIB_{n}": PAYLOADS[1] for n in ("PUBLISHER", "CONTACT", "ICP_NUMBER")}
    with _browser() as browser:
        lines = [_prove(browser)]
        with serving(data, CASELIB_POLICE_NUMBER=PAYLOADS[0], **texts) as port:
            lines += _visit(browser, f"http://127.0.0.1:{port}", made["session"], number)
    assert "Traceback" not in log_of(data), log_of(data)
    counts = "{put:,} of {texts:,} texts of six documents, {terms:,} of terms, {desk} at the desk"
    return [f"script in {counts.format(**made)}", *lines]


def _library(data: Path, documents: Path) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "tests.attacks.scripted_library", str(documents)],
        cwd=ROOT,
        env=environment(data, DJANGO_SETTINGS_MODULE="caselib.settings"),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
    return dict(json.loads(result.stdout))


@contextmanager
def _browser() -> Iterator[Browser]:
    assert chromium.PATH, "there is no Chromium here"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        yield browser
        browser.close()


class Watch:
    """A page of a browser, and what was noticed in it since it was last asked."""

    def __init__(self, context: BrowserContext) -> None:
        context.add_init_script(LISTEN)
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.found: list[str] = []
        self.page.on("console", lambda message: self._note(message.text))
        self.page.on("pageerror", lambda error: self._note(f"HIT error: {error}"))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.on("dialog", self._dismiss)

    def _note(self, text: str) -> None:
        if "HIT" in text or "Content Security Policy" in text:
            self.found.append(text[:300])

    def _dismiss(self, dialog: Dialog) -> None:
        self.found.append(f"HIT dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str) -> None:
        if urlsplit(url).path.endswith(("/hit.js", "/x")):
            self.found.append(f"HIT asked for {url[:200]}")

    def open(self, address: str) -> tuple[int, list[str]]:
        """(status, what was noticed); 0 for a file that the browser saves."""
        self.found.clear()
        while True:
            try:
                response = self.page.goto(address, wait_until="load")
                return (response.status if response else 0), self.look()
            except Error as error:
                if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                    return 0, list(self.found)
                if INTERRUPTED not in str(error) or len(self.found) > MOST_NAVIGATIONS:
                    raise
                self.found.append(f"HIT by the page before: {error}"[:200])
                self.page.wait_for_timeout(SETTLED)

    def leave(self) -> None:
        """Go to an empty page, also from one on its way to another or to a file that is saved."""
        for _attempt in range(MOST_NAVIGATIONS):
            try:
                self.page.goto("about:blank")
                return
            except Error as error:
                if INTERRUPTED not in str(error) and "ERR_ABORTED" not in str(error):
                    raise
                self.page.wait_for_timeout(SETTLED)

    def look(self) -> list[str]:
        try:
            self.found += self.page.evaluate(LOOK)
            if self.page.evaluate("document.contentType").endswith("xml"):
                # Chromium shows XML with a style sheet of its own, which the policy refuses.
                self.found = [text for text in self.found if not OF_CHROMIUM.search(text)]
        except Error as error:  # it is on its way to another page: nothing of ours does that
            self.found.append(f"HIT {error}"[:200])
        return list(self.found)


# ---------------------------------------------------------------- the proof that it is noticed


def _prove(browser: Browser) -> str:
    """Each payload is noticed in at least one page that forgets to escape it."""
    wanted, noticed = {*LOUD, SHORT, TINY}, {}
    for has_policy in (False, True):
        with _careless(has_policy) as site:
            watch = Watch(browser.new_context())
            noticed[has_policy] = {
                payload for payload in wanted if _is_noticed(watch, site, payload)
            }
            watch.page.context.close()
    for has_policy, found in noticed.items():
        missed = wanted - found
        assert not missed, f"policy {has_policy}: not noticed where nothing is escaped: {missed}"
    return f"{len(wanted)} scripts, each noticed where a page does not escape it, policy or not"


def _is_noticed(watch: Watch, site: str, payload: str) -> bool:
    for place in (*PLACES_OF_A_PAGE, "feed"):
        watch.leave()
        if watch.open(f"{site}/?{quote(place)}={quote(payload)}")[1]:
            return True
    return False


@contextmanager
def _careless(has_policy: bool) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Careless, has_policy))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Careless(BaseHTTPRequestHandler):
    """Puts what it is sent into a page as it is."""

    def __init__(self, has_policy: bool, *args: object) -> None:
        self.has_policy = has_policy
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        place, _is, payload = urlsplit(self.path).query.partition("=")
        form = XML if place == "feed" else PLACES_OF_A_PAGE.get(unquote(place), "")
        body = form.replace("{{", "{").replace("}}", "}").replace("{}", unquote(payload)).encode()
        self.send_response(200)
        kind = "application/xml" if place == "feed" else "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.has_policy:
            self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        with suppress(ConnectionError):  # a script has led the browser elsewhere meanwhile
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


# ---------------------------------------------------------------- the visit


def _visit(browser: Browser, site: str, session: str, number: int) -> list[str]:
    contexts = [browser.new_context(bypass_csp=is_off, locale="en") for is_off in (False, True)]
    for context in contexts:
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    watches = [Watch(context) for context in contexts]
    queue = Queue(_begin())
    statuses, wrong = Counter[int](), defaultdict[str, list[str]](list)
    for n, address in enumerate(queue.take(number)):
        if n % 3 == 0:
            _switch_view(contexts, site, is_care=n % 2 == 0)
        for watch in watches:
            status, found = watch.open(f"{site}{address}")
            wrong[address] += found
        statuses[status] += 1
        queue.add(_links(watches[0].page, site) if status else [])
    for watch in watches:
        for name, acts in ACTS.items():
            watch.leave()
            watch.found.clear()
            acts(watch.page, site)
            wrong[name] += watch.look()
    noticed = {address: notes for address, notes in wrong.items() if notes}
    assert not noticed, json.dumps(noticed, ensure_ascii=False, indent=1)[:6000]
    assert not [status for status in statuses if status >= 500], statuses
    counted = ", ".join(f"{n:,} × {status or 'saved'}" for status, n in sorted(statuses.items()))
    return [
        f"{statuses.total()} pages of {len(queue.taken)} kinds, each twice, 0 executed, 0 refused: "
        f"{counted}"
    ]


def _begin() -> list[str]:
    """Beside what links lead to: words, values and addresses that are script."""
    begin = ["/", "/en/", "/admin/", "/en/admin/", "/api/v1/docs", "/en/api/v1/docs", "/llms.txt"]
    begin += ["/cases.atom", "/corrections.atom", "/cases/hanyang/", "/en/cases/hanyang/v/1/"]
    begin += ["/cases/liudi.json", "/cases/liudi.jsonld", "/cases/liudi.bib", "/sitemap.xml"]
    begin += ["/oai?verb=ListRecords&metadataPrefix=oai_dc", "/en/compare/?case=liudi&case=yucai"]
    for script in (quote(payload, safe="") for payload in PAYLOADS):
        begin += [f"/cases/?q={script}", f"/en/cases/?q={script}&measure={script}"]
        begin += [f"/metrics/?indicator={script}&min={script}", f"/cases/{script}/", f"/{script}"]
        begin += [f"/api/v1/cases?{script}={script}", f"/oai?verb={script}", f"/data/{script}"]
        begin += [f"/suggestions.json?q={script}", f"/cases.csv?q={script}&{script}=1"]
        begin += [f"/en/admin/stories/case/?q={script}", f"/admin/login/?next={script}"]
    return begin


class Queue:
    """Addresses to visit, those first whose kind was visited least; public ones and the desk's
    take turns."""

    def __init__(self, begin: list[str]) -> None:
        self.waiting: dict[str, deque[str]] = defaultdict(deque)
        self.taken = Counter[str]()
        self.known: set[str] = set()
        self.add(begin)

    def add(self, addresses: list[str]) -> None:
        for address in addresses:
            if address not in self.known and not address.startswith("/en/admin/logout"):
                self.known.add(address)
                self.waiting[self._kind(address)].append(address)

    def take(self, number: int) -> Iterator[str]:
        for n in range(number):
            kinds = [kind for kind, waiting in self.waiting.items() if waiting]
            own = [kind for kind in kinds if ("admin" in kind) == (n % 3 == 2)] or kinds
            if not own:
                return
            kind = min(own, key=lambda kind: self.taken[kind])
            self.taken[kind] += 1
            yield self.waiting[kind].popleft()

    def _kind(self, address: str) -> str:
        """The address without what differs from row to row; of a query, how many names it has."""
        path, _mark, query = address.partition("?")
        steps = path.split("/")
        for n, step in enumerate(steps):
            if re.search(r"[%\d-]", step) or (n > 1 and "admin" not in steps and n < 4):
                steps[n] = "*" + step[step.rfind(".") :] if "." in step else step and "*"
        return "/".join(steps) + "?" * len({part.partition("=")[0] for part in query.split("&")})


def _links(page: Page, site: str) -> list[str]:
    addresses = page.evaluate("() => [...document.querySelectorAll('a[href]')].map((a) => a.href)")
    found = []
    for address in addresses:
        parts = urlsplit(address)
        if address.startswith(site) and not parts.path.startswith(("/media/", "/static/")):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def _switch_view(contexts: list[BrowserContext], site: str, is_care: bool) -> None:
    for context in contexts:
        view = "care" if is_care else "standard"
        context.add_cookies([{"name": "view", "value": view, "url": site}])


# ---------------------------------------------------------------- what only happens when asked for


def _type_a_search(page: Page, site: str) -> None:
    """Suggestions are made by a program of the page."""
    for language in ("", "/en"):
        page.goto(f"{site}{language}/cases/")
        for words in ("灯", "script", "hit", "<"):
            page.fill("input[name=q]", words)
            page.wait_for_timeout(400)


def _open_the_workbench(page: Page, site: str) -> None:
    """Marks of numerals, words that are chosen, and the forms that come of them."""
    page.goto(f"{site}/en/admin/stories/case/?q=liudi")
    link = page.evaluate(
        "() => document.querySelector('#result_list a[href*=\"/stories/case/\"]')?.href"
    )
    assert link, "no case in the list"
    page.goto(re.sub(r"/change/.*", "/workbench/", link), wait_until="networkidle")
    for selector in (".passage mark", ".passage [role=button]", "summary", "button[type=button]"):
        for target in page.query_selector_all(selector)[:8]:
            if target.is_visible():
                target.click(timeout=3000, force=True)
                page.wait_for_timeout(150)


ACTS = {"suggestions": _type_a_search, "workbench": _open_the_workbench}
