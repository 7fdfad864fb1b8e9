"""The rounds of `crafted_forms`, in a process with a test client instead of a server."""

import json
import random
import sys
from collections import Counter
from itertools import product
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  # what follows needs the set-up
from django.contrib.auth.models import Group, User  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

from stories.models.initial_passwords import InitialPassword  # noqa: E402
from tests.desk import Fields, a_member  # noqa: E402

ODD = [
    *("", "-1", "0", "NaN", "1e999", "9" * 400, "x" * 20_000, "\x00", "\ud800", "\x1b[31m", "‮"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "../../etc/passwd", "é" * 5000),
    *("[]", "{}", "null", "true", "2021-02-30", "99999-99-99", "http://[", "1,2,3", " ", "𠮷"),
]
EXTRA = [
    "_saveasnew",
    "_popup",
    "_to_field",
    "_changelist_filters",
    "next",
    "_continue",
    "_publish",
]
QUERIES = [
    "?_popup=1&_to_field=x",
    "?q=%00",
    "?p=-1",
    "?o=9.-9.x",
    "?pk__in=a",
    "?case__slug__regex=((",
    "?e=1",
]
# The pages of accounts and the forms posted to them.
OF_ACCOUNTS = {
    "login": "username password code next",
    "password_change": "old_password new_password1 new_password2",
    "second_factor": "offer code confirmation _remove _renew",
    "sessions": "session _all",
    "auth_user_sessions": "session _reset_factor",
    "auth_user_password_change": "password1 password2 usable_password",
}
KINDS = ("anonymous", "without a group", "editor", "reviewer", "superuser")


def people() -> dict[str, Client]:
    """Clients by role; a failing view gives them a response, as in a browser."""
    users = {
        "without a group": User.objects.create_user("nobody", is_staff=True),
        "editor": a_member("editors"),
        "reviewer": a_member("reviewers"),
        "superuser": User.objects.get(is_superuser=True),
    }
    InitialPassword.objects.settle(users["superuser"])
    made = {"anonymous": Client(raise_request_exception=False, SERVER_NAME="localhost")}
    for kind, user in users.items():
        made[kind] = Client(raise_request_exception=False, SERVER_NAME="localhost")
        made[kind].force_login(user, "django.contrib.auth.backends.ModelBackend")
    return made


def addresses() -> dict[str, str]:
    """Name → address: list, empty form and one row of each model, and further pages."""
    names = ("index", "password_change", "second_factor", "sessions")
    found = {name: reverse(f"admin:{name}") for name in names}
    for model in apps.get_models():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        one = [row and row.pk]
        for page, arguments in (
            ("changelist", []),
            ("add", []),
            ("change", one),
            ("sessions", one),
        ):
            if arguments != [None]:
                try:
                    found[f"{label} {page}"] = reverse(f"admin:{label}_{page}", args=arguments)
                except NoReverseMatch:
                    continue
    return found


def permissions(clients: dict[str, Client]) -> list[str]:
    """Which role gets which page, requested with GET, which changes nothing."""
    lines, wrong = [], []
    table = {
        n: {k: c.get(a).status_code for k, c in clients.items()} for n, a in addresses().items()
    }
    for name, got in table.items():
        of_accounts = name.startswith(("auth_", "axes_", "sessions_", "admin_"))
        expected = {
            "anonymous": got["anonymous"] == 302,
            "without a group": got["without a group"] == (200 if " " not in name else 403),
            "editor": not of_accounts or got["editor"] == 403,
            "reviewer": not of_accounts or got["reviewer"] == 403,
            "superuser": got["superuser"] in (200, 302, 403),
        }
        wrong += [
            f"{name}: {kind} gets {got[kind]}" for kind, holds in expected.items() if not holds
        ]
    assert not wrong, wrong
    for kind in KINDS:
        counts = Counter(got[kind] for got in table.values())
        counted = ", ".join(f"{n} × {status}" for status, n in sorted(counts.items()))
        lines.append(f"{len(table)} addresses of the desk, {kind}: {counted}")
    return lines


def fields_of(client: Client, address: str) -> dict[str, Any]:
    text = client.get(address).content.decode()
    for form in ("case_form", *(f"{m._meta.model_name}_form" for m in apps.get_models())):
        parser = Fields(form)
        parser.feed(text)
        if parser.values:
            return parser.values
    return {}


def crafted(clients: dict[str, Client], rounds: int) -> list[str]:
    lot, found = random.Random(20261127), Counter[int]()
    forms = [address for name, address in addresses().items() if name.endswith((" change", " add"))]
    asked: dict[tuple[str, str], dict[str, Any]] = {}
    for _n in range(rounds):
        kind, address = lot.choice(KINDS[2:]), lot.choice(forms)
        if (kind, address) not in asked:
            asked[kind, address] = fields_of(clients[kind], address)
        values = dict(asked[kind, address])
        for name in lot.sample(sorted(values), min(len(values), lot.randint(1, 6))):
            values[name] = lot.choice([lot.choice(ODD), [lot.choice(ODD), "2"]])
        for name in lot.sample(EXTRA, lot.randint(0, 2)):
            values[name] = lot.choice(ODD)
        query = lot.choice(QUERIES) if lot.random() < 0.3 else ""
        try:
            response = clients[kind].post(address + query, values)
        except UnicodeEncodeError:  # half a character: no request at all
            continue
        found[response.status_code] += 1
        assert response.status_code < 500, (kind, address + query, values)
        listing = address.rsplit("/", 3)[0] + "/"
        answer = clients[kind].get(listing + lot.choice(QUERIES)).status_code
        found[answer] += 1
        assert answer < 500, (kind, listing)
    counted = ", ".join(f"{n:,} × {status}" for status, n in sorted(found.items()))
    return [f"{rounds} forms, and as many lists with odd parameters: {counted}"]


def account_forms(clients: dict[str, Client], values: list[str]) -> list[str]:
    """Each of these values in every field of the account pages, by all kinds of user."""
    found = Counter[int]()
    person = User.objects.get(username="nobody").pk
    for name, fields in OF_ACCOUNTS.items():
        address = reverse(f"admin:{name}", args=[person] if name.startswith("auth_") else [])
        for kind, value in product(KINDS, values):
            for sent in (
                dict.fromkeys(fields.split(), value),
                *({f: value} for f in fields.split()),
            ):
                try:
                    status = clients[kind].post(address, sent).status_code
                except UnicodeEncodeError:  # half a character: no request at all
                    continue
                found[status] += 1
                assert status < 500, (kind, address, sent)
    told = ", ".join(f"{n:,} × {status}" for status, n in sorted(found.items()))
    return [f"odd values in every field of the pages of accounts: {told}"]


def main(rounds: int) -> None:
    assert Group.objects.count() >= 2
    clients = people()
    lines = permissions(clients)
    odd = ODD if rounds > 100 else ODD[::6]
    print(json.dumps(lines + crafted(clients, rounds) + account_forms(clients, odd)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
