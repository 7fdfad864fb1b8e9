"""Shared fixtures: the shipped vocabulary and cases, a browser; and the profile of hypothesis."""

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
from django.contrib.auth.models import User
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
from stories.pictures import fonts
from stories.publishing import glossary
from stories.queries.snapshot import Library
from stories.queries.vocabulary import Vocabulary
from tests import chromium
from tests.desk import PASSWORD, a_member, make_groups, the_desk_of

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
    """Mark browser tests and run their files first: they take longest, and a worker that begins one
    at the end keeps the other waiting. In each file, run tests with `library` last: its rows stay
    until the end of the file, and the other tests need an empty database."""
    for item in items:
        if "browser" in fixtures_of(item):
            item.add_marker("browser")
    slow = {item.path for item in items if item.get_closest_marker("browser")}
    in_order = sorted(dict.fromkeys(item.path for item in items), key=lambda path: path not in slow)
    files = {path: n for n, path in enumerate(in_order)}
    items.sort(key=lambda item: (files[item.path], "library" in fixtures_of(item)))


def pytest_collection_finish() -> None:
    """Exclude imported objects from garbage collection, which took an eighth of the run time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def fixtures_of(item: pytest.Item) -> Collection[str]:
    """Names of all fixtures of a test, indirect ones included."""
    return getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True, scope="module")
def every_module_begins_in_the_default_language() -> None:
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def no_language_is_left_behind() -> Iterator[None]:
    """Reset the language after a test: a request to /en/ leaves English active in the thread."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture(autouse=True, scope="session")
def tests_write_into_no_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Store pictures in a temporary folder."""
    data = tmp_path_factory.mktemp("data")
    with override_settings(MEDIA_ROOT=data / "pictures"):
        yield


@pytest.fixture(autouse=True, scope="module")
def data_sets_of_a_module_are_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(EXPORTS_DIR=tmp_path_factory.mktemp("exports")):
        yield


@pytest.fixture(autouse=True)
def no_library_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reset caches of the process, because the database is rolled back after a test."""
    monkeypatch.setattr(Library, "_last", None)
    monkeypatch.setattr(Vocabulary, "_last", None)


@pytest.fixture
def vocabulary(db: None) -> None:
    """The shipped vocabulary in the database; its files are read once per run."""
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
    """The five shipped cases, loaded once per module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loadcases", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def site(library: None) -> Iterator[str]:
    """URL of a server with the five shipped cases, for a browser that only reads.

    It shares the database connection, and so the rollback after the module. Stopping it waits for
    the threads of kept-alive connections, because a later one could not close the connection.
    """
    server = LiveServer("localhost")
    server.thread.httpd.daemon_threads = False
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def copy(library: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five shipped cases as static files; baked once per run."""
    if not _copies:
        folder = tmp_path_factory.mktemp("copy") / "site"
        bake(Plan(folder))
        _copies.append(folder)
    return _copies[0]


@pytest.fixture(scope="session")
def terms() -> Terms:
    """The shipped vocabulary in the form that checks need, without a database."""
    return glossary.shipped_terms(sorted(settings.VOCABULARY_DIR.glob("*.json")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not chromium.PATH:
        message = f"no Chromium here (looked for {', '.join(chromium.NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{message}, and CI=true requires one")
        pytest.skip(message)
    # Playwright runs an event loop in this thread, so Django would refuse queries as unsafe in
    # async code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def versions_can_be_wiped(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Permit the deletion of versions, because live servers flush the database; then create the
    groups of the migration again. Django's `serialized_rollback` does not work within Playwright's
    event loop."""
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
    """A page in a new context; tests that use it are marked `browser`."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def page_errors(page: Page, site: str) -> list[str]:
    """A list that collects errors of the page and its requests to other sites."""
    wrong: list[str] = []
    page.on("console", lambda said: None if "404 (Not" in said.text else wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # Leaving a page aborts its pending requests, which is no error.
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
def no_han_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without fonts in any folder or in fontconfig."""
    monkeypatch.setattr(fonts, "FOLDERS", ())
    monkeypatch.setenv("PATH", "")
    fonts.han_face.cache_clear()
    yield
    fonts.han_face.cache_clear()


@pytest.fixture
def li(db: None) -> User:
    """An editor who logs in with PASSWORD."""
    user = a_member("editors", "li")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def editor(db: None) -> Client:
    return the_desk_of("editors")


@pytest.fixture
def reviewer(db: None) -> Client:
    return the_desk_of("reviewers")
