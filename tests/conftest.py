"""What every test may ask for: the shipped vocabulary, a browser; and how properties are tried."""

import gc
import os
from collections.abc import Collection, Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from stories.bake.baker import Plan, bake
from stories.documents.terms import Terms
from stories.models.vocabulary import MeasureFamily, Place
from stories.publishing import glossary
from stories.queries.snapshot import Library
from stories.queries.vocabulary import Vocabulary
from tests import chromium
from tests.desk import make_groups, the_desk_of

# The same examples in every run: a test that fails once fails again.
hypothesis_settings.register_profile(
    "caselib", derandomize=True, deadline=None, database=None, max_examples=100
)
hypothesis_settings.load_profile("caselib")

VOCABULARY_MODELS: list[type[models.Model]] = [
    Place,
    MeasureFamily,
    *glossary.VOCABULARY.values(),
]
# Local variables of the frame below all tests: more than half of what is allocated for it is free
# for the frames above.
ROOM = 70_000
_copies: list[Path] = []
_vocabulary: dict[type[models.Model], list[models.Model]] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Any:
    """Run the tests above a very large frame.

    CPython 3.11 allocates frames in chunks of 16 KiB and frees a chunk as soon as it is empty, so a
    loop at the edge of one maps and unmaps memory at each call. A frame that does not fit makes a
    large chunk. Of a test of the desk this saves 275,000 system calls and 28 % of the CPU time."""
    if hasattr(config, "is_above_large_frame"):
        return None
    config.is_above_large_frame = True  # type: ignore[attr-defined]
    names = "=".join(f"_{n}" for n in range(ROOM))
    scope: dict[str, Any] = {}
    exec(f"def large_frame(run):\n    if not run: {names} = 0\n    return run()", scope)
    return scope["large_frame"](lambda: config.hook.pytest_cmdline_main(config=config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser. In each file, run the tests that need the shipped cases
    last: `library` stays until the end of the file, and the others begin with an empty database."""
    for item in items:
        if "browser" in fixtures_of(item):
            item.add_marker("browser")
    files = {path: n for n, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (files[item.path], "library" in fixtures_of(item)))


def pytest_collection_finish() -> None:
    """What is imported stays: the garbage collector passes it over, and comes seldom. It took an
    eighth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def fixtures_of(item: pytest.Item) -> Collection[str]:
    """Those that other fixtures ask for included."""
    return getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True, scope="module")
def every_module_begins_in_the_default_language() -> None:
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """A request to an address under /en/ leaves English active in the thread that made it; what
    was active before the test is active after it again."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture(autouse=True, scope="session")
def tests_write_into_no_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No pictures."""
    data = tmp_path_factory.mktemp("data")
    with override_settings(MEDIA_ROOT=data / "pictures"):
        yield


@pytest.fixture(autouse=True, scope="module")
def data_sets_of_a_module_are_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(EXPORTS_DIR=tmp_path_factory.mktemp("exports")):
        yield


@pytest.fixture(autouse=True)
def no_library_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test makes is undone in the database, and with it in what the process has read."""
    monkeypatch.setattr(Library, "_last", None)
    monkeypatch.setattr(Vocabulary, "_last", None)


@pytest.fixture
def vocabulary(db: None) -> None:
    """The shipped vocabulary in the database; its files are read once in a run."""
    if not _vocabulary:
        call_command("loaddata", *sorted(settings.VOCABULARY_DIR.glob("*.json")), verbosity=0)
        for model in VOCABULARY_MODELS:
            _vocabulary[model] = list(model._default_manager.order_by("pk"))
        return
    for model, rows in _vocabulary.items():
        model._default_manager.bulk_create(rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), VOCABULARY_MODELS):
            cursor.execute(statement)


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The five shipped cases, loaded once for the tests of a module, and undone behind them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loadcases", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def site(library: None) -> Iterator[str]:
    """The address of a server with the five shipped cases, for a browser that only reads.

    It shares the connection, and with it what is undone behind the module. Its stop waits for the
    threads of kept-alive requests: one that ended later could not close the connection any more.
    """
    server = LiveServer("localhost")
    server.thread.httpd.daemon_threads = False
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def copy(library: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five shipped cases as files, for a stick; made once in a run."""
    if not _copies:
        folder = tmp_path_factory.mktemp("copy") / "site"
        bake(Plan(folder))
        _copies.append(folder)
    return _copies[0]


@pytest.fixture(scope="session")
def terms() -> Terms:
    """The shipped vocabulary as the checks need it, without a database."""
    return glossary.shipped_terms(sorted(settings.VOCABULARY_DIR.glob("*.json")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not chromium.PATH:
        message = f"no Chromium here (looked for {', '.join(chromium.NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{message}, and CI=true requires one")
        pytest.skip(message)
    # Playwright's loop runs in this thread as long as the browser does; Django takes that for
    # asynchronous code and would refuse every query.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def versions_can_be_wiped(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """For live servers, whose end wipes all rows: the database refuses to delete a version, as it
    should. The groups that a migration made are made again for the files that follow; Django's
    `serialized_rollback` finds nothing to restore within the loop of a browser."""
    triggers = import_module("stories.migrations.0015_versions")
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            triggers.allow_changes(apps, editor)
        yield
        with connection.schema_editor() as editor:
            triggers.refuse_changes(apps, editor)
        make_groups()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh context; a test that asks for it carries the mark `browser`."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def told_wrong(page: Page, site: str) -> list[str]:
    """Grows by whatever goes wrong in the page, and by what it asks of another site."""
    wrong: list[str] = []
    page.on("console", lambda said: None if "404 (Not" in said.text else wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # A page that is left takes with it what it was still fetching: that is no failure of ours.
    page.on(
        "requestfailed",
        lambda request: (
            None
            if request.failure == "net::ERR_ABORTED"
            else wrong.append(f"failed: {request.url} ({request.failure})")
        ),
    )
    page.on(
        "request",
        lambda request: None if request.url.startswith(site) else wrong.append(request.url),
    )
    return wrong


@pytest.fixture
def editor(db: None) -> Client:
    return the_desk_of("editors")


@pytest.fixture
def reviewer(db: None) -> Client:
    return the_desk_of("reviewers")
