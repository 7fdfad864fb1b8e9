"""Base classes of the desk's admin pages: forms that know their case, widgets and shared links.

Saving changes rows only; readers see a change once the case is published.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext_noop

from stories.admin.forms.base import DeskForm, DeskFormSet, end_of
from stories.admin.forms.case_choices import CaseLists
from stories.admin.forms.fields import TermSelect, TermSelectMultiple, is_key
from stories.admin.saving import Saving, case_of, meanwhile
from stories.choices import EditKind
from stories.languages import within_marks
from stories.models.case import Case
from stories.models.metrics import Metric
from stories.publishing import history

if TYPE_CHECKING:  # Django's own classes cannot be subscripted at run time
    ModelAdmin = admin.ModelAdmin[Any]
    InlineModelAdmin = admin.options.InlineModelAdmin[Any, Any]
    BaseModelAdmin = admin.options.BaseModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin
    InlineModelAdmin = admin.options.InlineModelAdmin
    BaseModelAdmin = object

LOOKS: Any = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 60})},
    models.URLField: {"assume_scheme": "https"},
}
# Headings and buttons of Django's admin with a Chinese of our own: Django's has spaces round names.
OWN_CHINESE = (
    gettext_noop("Select %s"),
    gettext_noop("Select %s to change"),
    gettext_noop("Select %s to view"),
    gettext_noop("Add %s"),
    gettext_noop("Change %s"),
    gettext_noop("View %s"),
    gettext_noop("Add %(name)s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Change history: %s"),
    gettext_noop(" By %(filter_title)s "),
)


def naming(message: str, row: models.Model) -> SafeString:
    """A message whose placeholder, in quotation marks, is replaced by the name of the row."""
    return format_html(message, within_marks(row))


def change_url(row: models.Model) -> str:
    """URL of the admin page of a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def workbench_url(case: Case) -> str:
    """URL of the workbench of the case."""
    return reverse("admin:stories_case_workbench", args=[case.pk])


def picture_url(file: str) -> str:
    """URL of a picture file for staff, published or not."""
    return reverse("admin:stories_case_picture", args=[file])


def note_change(request: HttpRequest, case: Case) -> None:
    """Record an edit of the case after saving a part; does nothing if the document is the same."""
    if history.record(case, EditKind.SAVED, request.user):
        Case.objects.filter(pk=case.pk).update(changed_at=now())


def row_count(model: type[models.Model], path: str) -> Coalesce:
    """Subquery that counts the related rows of a model, so that several counts do not multiply."""
    rows = model._default_manager.filter(**{path: OuterRef("pk")}).order_by()
    counts = rows.values(path).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


class Fields(BaseModelAdmin):
    """Form fields and widgets shared by pages and inlines."""

    formfield_overrides = LOOKS

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = TermSelect(db_field, admin.site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = TermSelectMultiple(db_field, admin.site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Offer to add a missing term, but not to change or remove one."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field


class DeskAdmin(Fields, Saving):
    form = DeskForm

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse Django's "save as new": the desk has no button for it."""
        if "_saveasnew" in request.POST:
            raise BadRequest("_saveasnew")
        return super().changeform_view(request, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Raise BadRequest for selected keys that are not numbers."""
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest(ACTION_CHECKBOX_NAME)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if hasattr(obj, "position") and obj.position is None:
            obj.position = end_of(type(obj)._default_manager.all())
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Leave out link rows, which have no text of their own."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = [model._meta for model in _ties()]
        names = tuple(f"{capfirst(str(tie.verbose_name))}: " for tie in ties)
        plurals = {tie.verbose_name_plural for tie in ties}
        counts = {name: count for name, count in counts.items() if name not in plurals}
        return _without(names, deleted), counts, lacking, protected

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without bulk deletion: a row's own delete page lists what is deleted with it."""
        actions = super().get_actions(request)
        return {name: action for name, action in actions.items() if name != "delete_selected"}


class PartAdmin(DeskAdmin):
    """The admin page of a part of a case, for what does not fit on the page of the case."""

    change_form_template = "admin/stories/part_change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Parts are added on the page of their case."""
        return False

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if obj.case.is_published else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note_change(request, form.instance.case)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        case = Case.objects.select_for_update().get(pk=obj.case_id)
        history.record_found(case)
        super().delete_model(request, obj)
        note_change(request, case)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Redirect to the history of the case, because an edit may change several parts."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:stories_case_history", args=[row.case_id]))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(change_url(_above(obj)))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        row = context["original"]
        above = [(part, change_url(part)) for part in dict.fromkeys([row.case, _above(row)])]
        return super().render_change_form(request, {**context, "above": above}, *args, **kwargs)


class DeskInline(Fields, InlineModelAdmin):
    form = DeskForm
    formset = DeskFormSet
    extra = 0
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """With the terms of the rows, which would otherwise cost a query each."""
        rows = super().get_queryset(request)
        terms = self.get_autocomplete_fields(request)
        return rows.select_related(*terms) if terms else rows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.lists = CaseLists(case_of(obj), partial(meanwhile, request, obj))
        return formset


class Tabular(DeskInline):
    template = "admin/edit_inline/tabular.html"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.is_row = True
        return formset


class Stacked(DeskInline):
    template = "admin/edit_inline/stacked.html"


def _ties() -> list[Any]:
    models_of_app = apps.get_app_config("stories").get_models(include_auto_created=True)
    return [model for model in models_of_app if model._meta.auto_created]


def _without(beginnings: tuple[str, ...], rows: Any) -> list[Any]:
    """A nested list of texts without those that begin with one of `beginnings`."""
    return [
        _without(beginnings, row) if isinstance(row, list) else row
        for row in rows
        if isinstance(row, list) or not str(row).startswith(beginnings)
    ]


def _above(row: Any) -> Any:
    """The parent row, on whose page this part is an inline."""
    return row.measure if isinstance(row, Metric) and row.measure else row.case
