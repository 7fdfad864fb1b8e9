"""Bulk actions that exchange, add or remove a type, place or tag on many measures or cases.

They change rows; readers see the change when each case is published.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stories.admin.desk import DeskAdmin
from stories.admin.forms.term_changes import ExchangeForm
from stories.models.case import Case, CaseTag
from stories.models.measures import Measure, TypeLink, Where
from stories.publishing import term_changes

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Tie:
    """The model of the link between a term and a measure or case, and its two foreign keys."""

    model: type[Model]
    part: str
    term: str
    title: Any


TYPES = Tie(TypeLink, "measure", "type", _("Change a type of the chosen measures"))
PLACES = Tie(Where, "measure", "place", _("Change a place of the chosen measures"))
TAGS = Tie(CaseTag, "content_object", "tag", _("Change a tag of the chosen cases"))


class BulkTerms(DeskAdmin):
    def exchange(
        self, request: HttpRequest, queryset: QuerySet[Any], action: str, tie: Tie
    ) -> HttpResponse | None:
        """Show the form in which the terms are chosen; once it is valid, exchange them."""
        data = request.POST if "confirmed" in request.POST else None
        form = ExchangeForm(data, column=tie.model._meta.get_field(tie.term))
        rows = list(queryset)
        if form.is_valid():
            old, new = form.cleaned_data["old"], form.cleaned_data["new"]
            with transaction.atomic():
                count = _exchange(request, rows, tie, old, new)
                bare = _without_type(rows) if tie is TYPES else []
                if not bare:
                    self._notify(request, count)
                    return None
                transaction.set_rollback(True)
            names = ", ".join(map(str, bare[:NAMES_SHOWN]))
            form.add_error("new", gettext("Without a type would be: %s") % names)
        context = {
            **self.admin_site.each_context(request),
            "title": tie.title,
            "rows": rows,
            "form": form,
            "action": action,
            "media": self.media + form.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/exchange.html", context)

    def _notify(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)s row is changed.", "%(count)s rows are changed.", count)
        self.message_user(request, text % {"count": count})


class MeasureTerms(BulkTerms):
    """Bulk actions of `MeasureAdmin`."""

    actions = ["change_types", "change_places"]

    @admin.action(description=TYPES.title, permissions=["change"])
    def change_types(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.exchange(request, queryset, "change_types", TYPES)

    @admin.action(description=PLACES.title, permissions=["change"])
    def change_places(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.exchange(request, queryset, "change_places", PLACES)


class CaseTags(BulkTerms):
    """Bulk actions of `CaseAdmin`."""

    @admin.action(description=TAGS.title, permissions=["change"])
    def change_tags(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.exchange(request, queryset, "change_tags", TAGS)


def _exchange(request: HttpRequest, rows: list[Any], tie: Tie, old: Any, new: Any) -> int:
    """Number of rows changed. Cases without a selected row are not touched."""
    part, term = tie.part, tie.term
    ties = tie.model._default_manager.filter(**{f"{part}__in": rows})
    having = set(ties.filter(**{term: old}).values_list(part, flat=True)) if old else set()
    chosen = [row for row in rows if not old or row.pk in having]
    cases = {row.pk if isinstance(row, Case) else row.case_id for row in chosen}
    counts: list[int] = []
    columns = {"part": part, "term": term}

    def change() -> None:
        counts.append(term_changes.exchange(chosen, tie.model, columns, old, new))

    note = f"{old or '–'} → {new or '–'}"
    found = Case.objects.filter(pk__in=cases)
    term_changes.change_cases(found, request.user, note, change)
    return counts[0]


def _without_type(rows: list[Any]) -> list[Measure]:
    return list(Measure.objects.filter(pk__in=[row.pk for row in rows], type_links=None))
