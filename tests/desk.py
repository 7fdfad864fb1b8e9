"""Helpers for tests of the desk: users, and pages that are read and posted as forms."""

import json
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from stories.models.case import Case
from stories.publishing import exporter, publisher

PASSWORD = "a lamp in every lane"  # of the fixture `li`
SAVE, SAVE_AND_GO_ON = {"_save": "Save"}, {"_continue": "Save and continue editing"}


def a_member(group: str, name: str = "") -> User:
    user = User.objects.create_user(name or f"one-of-{group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def make_groups() -> None:
    """Create both groups again after a live server has flushed the database."""
    permissions = Permission.objects.filter(content_type__app_label="stories")
    for name, rows in (
        ("editors", permissions.exclude(codename="publish_case")),
        ("reviewers", permissions),
    ):
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            group.permissions.set(rows)


def the_desk_of(group: str) -> Client:
    client = Client()
    client.force_login(a_member(group))
    return client


def address(name: str, *args: Any, language: str = "zh-hans") -> str:
    with translation.override(language):
        return reverse(f"admin:stories_{name}", args=args)


def page_of(row: Any, page: str = "change", language: str = "zh-hans") -> str:
    return address(f"{row._meta.model_name}_{page}", row.pk, language=language)


class Fields(HTMLParser):
    """The fields of a page's form as a browser would submit them unchanged."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.form_id = form_id
        self.is_in_form = False
        self.select = self.textarea = ""
        self.first_option: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_in_form = given.get("id") == self.form_id
        if not self.is_in_form or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            is_box = given.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in given:
                self.add(name, given.get("value", "on" if is_box else ""))
        elif tag == "textarea":
            self.textarea = name
            self.values[name] = ""
        elif tag == "select":
            self.select, self.first_option = name, None if "multiple" in given else ""
        elif tag == "option" and self.select:
            if "selected" in given:
                self.add(self.select, given["value"])
            elif self.first_option == "":
                self.first_option = given["value"]

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            # Browsers drop the line break that Django writes after the tag.
            self.values[self.textarea] = self.values[self.textarea].removeprefix("\n")
            self.textarea = ""
        if tag == "select":
            if self.select not in self.values and self.first_option is not None:
                self.values[self.select] = self.first_option
            self.select = ""

    def add(self, name: str, value: str) -> None:
        if name in self.values:
            before = self.values[name]
            self.values[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            self.values[name] = value


def as_rendered(client: Client, row: Any) -> dict[str, Any]:
    response = client.get(page_of(row))
    assert response.status_code == 200
    fields = Fields(f"{row._meta.model_name}_form")
    fields.feed(response.text)
    return fields.values


def send(client: Client, row: Any, changes: dict[str, Any] | None = None) -> HttpResponse:
    """Post the page of the row with these changes."""
    values = as_rendered(client, row) | (changes or {}) | SAVE
    return client.post(page_of(row), values)  # type: ignore[return-value]


def errors_of(response: Any) -> list[str]:
    """All form errors of the page, as `where: what`."""
    context = response.context
    form = context["adminform"].form
    errors = [f"{name}: {what}" for name, whats in form.errors.items() for what in whats]
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        errors += [f"{formset.prefix}: {what}" for what in formset.non_form_errors()]
        for n, part in enumerate(formset.forms):
            for name, whats in part.errors.items():
                errors += [f"{formset.prefix}-{n}-{name}: {what}" for what in whats]
    return errors


def a_new_row(values: dict[str, Any], prefix: str, **fields: Any) -> dict[str, Any]:
    """Changes that add a row to an inline."""
    number = int(values[f"{prefix}-TOTAL_FORMS"])
    blank = {
        name.replace("__prefix__", str(number)): value
        for name, value in values.items()
        if name.startswith(f"{prefix}-__prefix__-")
    }
    filled = {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return {**blank, **filled, f"{prefix}-TOTAL_FORMS": number + 1}


def without_rows(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Changes that remove every row of an inline."""
    return {f"{prefix}-{n}-DELETE": "on" for n in range(int(values[f"{prefix}-INITIAL_FORMS"]))}


def withdraw(case: Case) -> Case:
    """Withdraw the case, which makes it a draft; its versions stay."""
    publisher.withdraw(case.slug)
    case.mark_withdrawn()
    return case


def act(client: Client, action: str, case: Case, **further: str) -> str:
    """The list of cases after a bulk action, with its messages."""
    values = {"action": action, "_selected_action": [case.pk], "index": 0, **further}
    cases = address("case_changelist", language="en")
    return client.post(cases, values, follow=True).text


def written(case: Case) -> str:
    """The document as text, because the order of its parts counts."""
    return json.dumps(exporter.dump(case), ensure_ascii=False)


def publish(client: Client, case: Case, **changes: str) -> Any:
    """Publish a later version, after opening the page that compares it."""
    page = page_of(case, "publish")
    seen = client.get(page).context["review"].hash
    note = {"kind": "correction", "note_zh": "已更正。", "note_en": "Corrected."}
    return client.post(page, note | {"seen": seen} | changes)


def parts_of(case: Case) -> list[Any]:
    metric = case.metrics.get(key="lamps")
    glance = case.glances.get(question="cost")
    measure = case.measures.get(key="lamps")
    further = [case.changes.get(), case.follow_ups.get()]
    return [case, measure, case.sources.get(), case.problems.get(), *further, metric, glance]


def is_public(case: Case, text: str) -> bool:
    return text in Client().get(f"/en/cases/{case.slug}/").text


def offered(client: Client, model: str, field: str, term: str) -> list[str]:
    asked = {"app_label": "stories", "model_name": model, "field_name": field, "term": term}
    found = client.get("/en/admin/autocomplete/", asked).json()["results"]
    return [choice["text"] for choice in found]
