"""Pages of the desk that only read: none of them writes, locks a row, or opens a transaction, which
would block every other editor on SQLite."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from stories.models.case import Case
from stories.publishing import history
from tests.builders import a_change, a_complete_case, a_follow_up
from tests.workbench import a_case_with_its_article

pytestmark = pytest.mark.django_db
# Within the transaction of a test, a nested one is a savepoint.
WRITES = "INSERT|UPDATE|DELETE|REPLACE|SAVEPOINT|BEGIN"
MORE_THAN_READING = re.compile(rf"\s*({WRITES})|.*FOR UPDATE", re.DOTALL)
SENT_ONLY = ("restore",)


@contextmanager
def statements() -> Iterator[list[str]]:
    """A list that collects every statement other than a read, sessions aside."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if MORE_THAN_READING.match(sql) and "django_session" not in sql:
            found.append(sql[:100])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


def pages(texts: dict[str, Any]) -> Iterator[str]:
    """URLs of all pages of the desk's models, for first rows. `texts`: further arguments."""
    patterns = [own for part in admin.site.urls[0] for own in getattr(part, "url_patterns", [])]
    for name in [pattern.name for pattern in patterns if pattern.name]:
        _app, model, page = [*name.split("_", 2), "", ""][:3]
        if not name.startswith("stories_") or page in SENT_ONLY:
            continue
        row = apps.get_model("stories", model)._default_manager.order_by("pk").first()
        values = {"pk": getattr(row, "pk", 0), "object_id": getattr(row, "pk", 0), **texts}
        for needed in ([], ["pk"], ["object_id"], ["sha256"], ["name"], ["kind"], ["file"]):
            for further in ([], ["pk"]):
                try:
                    kwargs = {key: values[key] for key in {*needed, *further}}
                    yield reverse(f"admin:{name}", kwargs=kwargs)
                except (NoReverseMatch, KeyError):
                    continue


def test_no_page_that_is_looked_at_writes_or_locks(vocabulary: None, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    case = a_case_with_its_article()
    other = a_complete_case()
    a_change(case=other)
    a_follow_up(case=other)
    history.record_found(case)
    texts = {"sha256": case.sources.get().sha256, "name": "indicator", "kind": "rest"}
    addresses = sorted(set(pages(texts)))
    assert len(addresses) > 80
    answers, written = set(), {}
    for address in [*addresses, reverse("admin:index")]:
        with statements() as found:
            answers.add(client.get(address).status_code)
        if found:
            written[address] = found
    assert written == {}
    assert answers <= {200, 302, 400, 403}
    assert Case.objects.count() == 2
