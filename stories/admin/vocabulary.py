"""The admin pages of the open vocabulary. A term in use cannot be deleted, only deprecated.

Public pages show terms as they are now, so a change of a term is public at once.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit import admin as taggit_admin

from stories.admin.desk import change_url, naming, row_count
from stories.admin.forms.fields import EXCLUDED, is_key
from stories.admin.forms.places import PlaceChoice, chosen
from stories.admin.forms.vocabulary import LabelledForm, PlaceForm, TermForm
from stories.admin.term_changes import TermChanges
from stories.admin.term_search import matching
from stories.choices import TermStatus
from stories.models.case import Case, CaseTag, InferredPlace
from stories.models.measures import Actor, Measure, Problem
from stories.models.metrics import Metric
from stories.models.version import Publication, Version
from stories.models.vocabulary import (
    BodyKind,
    FormerAddress,
    Indicator,
    MeasureFamily,
    MeasureType,
    Place,
    ProblemType,
    Tag,
)
from stories.publishing.term_changes import FACETS, key_of, note_former_address
from stories.search import analyzer, reader, writer

# Model that uses terms → path to its case.
PATH_TO_CASE: dict[type[Model], str] = {
    Actor: "measure__case",
    Case: "pk",
    CaseTag: "content_object",
    InferredPlace: "case",
    Measure: "case",
    Metric: "case",
    Problem: "case",
}


@dataclass(frozen=True)
class Use:
    """The rows of one kind that use a term; `rows`: their cases, or the rows themselves."""

    kind: Any
    count: int
    rows: list[tuple[str, str]]  # (label, URL on the desk)
    are_in_cases: bool


def uses(term: Any) -> list[Use]:
    """What uses a term and so prevents its deletion: one or two queries per model."""
    found = []
    for relation in term._meta.related_objects:
        model: Any = relation.related_model
        users = model._default_manager.filter(**{relation.field.name: term})
        if count := users.count():
            rows = users
            if path := PATH_TO_CASE.get(model):
                rows = Case.objects.filter(pk__in=users.order_by().values(path))
            links = [(str(row), change_url(row)) for row in rows]
            in_cases = model is not Case and model in PATH_TO_CASE
            found.append(Use(model._meta.verbose_name_plural, count, links, in_cases))
    return found


def published_uses(term: Any) -> list[Publication]:
    """The published cases that use a term in any of their versions: 2 to 3 queries.

    The index covers current versions; the texts of the fewer older ones are searched for the term's
    slug.
    """
    facet = FACETS[type(term)]
    key = (facet, key_of(term))
    found = set(reader.cases_by_key([key]).get(key, ()))
    older = Version.objects.former().filter(document__contains=json.dumps(key[1]))
    for pk, document in older.values_list("publication_id", "document"):
        if pk not in found and key in analyzer.entry(json.loads(document)).values:
            found.add(pk)
    return list(Publication.objects.filter(pk__in=reader.among(found)))


class UseFilter(admin.SimpleListFilter):
    """Filters by whether a row on the desk uses the term."""

    title = _("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("used")), ("no", _("without use"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        names = [name for name in queryset.query.annotations if name.endswith("_uses")]
        unused = Q(**dict.fromkeys(names, 0))
        return queryset.filter(unused if self.value() == "no" else ~unused)


class VocabularyAdmin(TermChanges):
    form = LabelledForm
    used_by: tuple[str, ...] = ()
    search_fields = ["label_zh", "label_en"]  # needed for autocompletion; see get_search_results
    delete_confirmation_template = "admin/stories/term_delete_confirmation.html"
    key_field = "slug"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counts = {f"{name}_uses": row_count(*self._users(name)) for name in self.used_by}
        rows: QuerySet[Any] = super().get_queryset(request).annotate(**counts)
        return rows

    def _users(self, name: str) -> tuple[type[Model], str]:
        """The model that uses the term, and its foreign key."""
        relation: Any = self.model._meta.get_field(name)
        if relation.many_to_many:
            return relation.through, relation.field.m2m_reverse_field_name()
        return relation.related_model, relation.field.name

    @admin.display(description=_("used"))
    def use_count(self, term: Any) -> int:
        return sum(getattr(term, f"{name}_uses") for name in self.used_by)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Terms with every word in their names; deprecated ones are not offered."""
        if request.path.endswith("/autocomplete/"):
            queryset = self.offered(queryset)
            if is_key(excluded := request.GET.get(EXCLUDED, "")):
                queryset = queryset.exclude(pk=excluded)
        if not search_term.strip():
            return queryset, False
        found = [term.pk for term in matching(self.model, search_term)]
        return queryset.filter(pk__in=found), False

    def offered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=TermStatus.ACTIVE)

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.is_in_use = bool(obj and (uses(obj) or published_uses(obj)))
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Redirect the former public address to the new one."""
        super().save_related(request, form, formsets, change)
        before = form.initial.get(self.key_field)
        if change and before and before != key_of(form.instance):
            note_former_address(self.model, before, key_of(form.instance))
        writer.begin_revision()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        writer.begin_revision()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Protect a term that a version uses, even if no row on the desk does any more."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        published = [str(row) for term in objs for row in published_uses(term)]
        return deleted, counts, lacking, [*protected, *published]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        term = self.get_object(request, object_id)
        if term and request.method == "POST" and "_deprecate" in request.POST:
            return self._deprecate(request, term)
        context = {
            "uses": _all_uses(term) if term else [],
            "may_be_deprecated": getattr(term, "status", "") == TermStatus.ACTIVE,
        }
        return super().delete_view(request, object_id, {**(extra_context or {}), **context})

    def _deprecate(self, request: HttpRequest, term: Any) -> HttpResponseRedirect:
        term = get_object_or_404(self.model, pk=term.pk)
        if self.has_change_permission(request, term) and hasattr(term, "status"):
            term.status = TermStatus.DEPRECATED
            term.save()
            writer.begin_revision()
            self.log_change(request, term, _("Deprecated."))
            message = gettext("“{}” is deprecated: kept where it is used, no longer offered.")
            self.message_user(request, naming(message, term), messages.SUCCESS)
        return HttpResponseRedirect(change_url(term))


def _all_uses(term: Any) -> list[Use]:
    published = published_uses(term)
    rows = [(row.slug, row.get_absolute_url()) for row in published]
    further = [Use(_("published versions of cases"), len(rows), rows, False)] if rows else []
    return [*uses(term), *further]


LABELS: Any = (None, {"fields": [("label_zh", "label_en"), ("synonyms_zh", "synonyms_en")]})
WORDS: Any = (
    None,
    {"fields": [*LABELS[1]["fields"], ("examples_zh", "examples_en")]},
)
MEANING: Any = (_("Meaning"), {"fields": [("definition_zh", "definition_en")]})
MEANING_AND_RELATED: Any = (
    _("Meaning"),
    {"fields": [("definition_zh", "definition_en"), "related"]},
)
STATUS: Any = (
    _("Status"),
    {
        "fields": ["status", "replaced_by"],
        "description": _(
            "A term that should no longer be chosen is deprecated, not removed: cases keep it."
        ),
    },
)


class TermAdmin(VocabularyAdmin):
    form = TermForm
    list_display = ["label_zh", "label_en", "slug", "status", "use_count"]
    list_filter = ["status", UseFilter]
    autocomplete_fields = ["replaced_by"]
    fieldsets = [(None, {"fields": [("slug", "position")]}), WORDS, MEANING, STATUS]


@admin.register(MeasureFamily)
class MeasureFamilyAdmin(TermAdmin):
    used_by = ("types",)


@admin.register(MeasureType)
class MeasureTypeAdmin(TermAdmin):
    used_by = ("measures",)
    fieldsets = [
        (None, {"fields": ["family", ("slug", "position")]}),
        WORDS,
        MEANING_AND_RELATED,
        STATUS,
    ]
    autocomplete_fields = ["family", "related", "replaced_by"]
    list_display = ["label_zh", "label_en", "slug", "family", "status", "use_count"]
    list_filter = ["status", UseFilter, "family"]
    list_select_related = ["family"]


@admin.register(ProblemType)
class ProblemTypeAdmin(TermAdmin):
    used_by = ("problems",)
    fieldsets = [
        (None, {"fields": [("slug", "position")]}),
        WORDS,
        MEANING_AND_RELATED,
        STATUS,
    ]
    autocomplete_fields = ["related", "replaced_by"]


@admin.register(BodyKind)
class BodyKindAdmin(TermAdmin):
    used_by = ("actors",)


@admin.register(Indicator)
class IndicatorAdmin(TermAdmin):
    used_by = ("metrics",)
    fieldsets = [
        (None, {"fields": [("slug", "position")]}),
        WORDS,
        (
            _("What it counts"),
            {
                "fields": ["kind", "dimension", ("unit_zh", "unit_en", "unit_en_one")],
                "description": _(
                    "Pages show the unit at once; numbers are held against dimension and unit "
                    "when their case is published."
                ),
            },
        ),
        MEANING,
        STATUS,
    ]
    list_display = ["label_zh", "label_en", "slug", "kind", "unit_zh", "status", "use_count"]
    list_filter = ["status", UseFilter, "kind", "dimension"]


# Taggit registers its own Tag, which cases do not use. Importing its admin here makes sure that it
# is registered before it is unregistered.
admin.site.unregister(taggit_admin.Tag)


@admin.register(Tag)
class TagAdmin(TermAdmin):
    used_by = ("case_tags",)
    fieldsets = [(None, {"fields": ["slug"]}), WORDS, MEANING_AND_RELATED, STATUS]
    autocomplete_fields = ["related", "replaced_by"]


@admin.register(Place)
class PlaceAdmin(VocabularyAdmin):
    form = PlaceForm
    used_by = ("cases", "inferred_in", "measures", "children")
    key_field = "code"
    fieldsets = [
        (
            None,
            {
                "fields": [("code", "standard"), ("level", "parent"), "statistical_code"],
                "description": _("The chain runs from the site up to the province."),
            },
        ),
        LABELS,
        (None, {"fields": ["is_label_en_proposed"]}),
    ]
    autocomplete_fields = ["parent"]
    list_display = ["label_zh", "label_en", "code", "level", "parent", "use_count"]
    list_filter = ["level", "is_label_en_proposed", UseFilter]
    list_select_related = ["parent"]

    def get_urls(self) -> list[Any]:
        by_hand = self.admin_site.admin_view(super().add_view)
        return [path("add/by-hand/", by_hand, name="stories_place_by_hand"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Add a place of the code table, or one below it; other places are added at by-hand/."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PlaceChoice(request.POST or None)
        if request.method == "POST" and form.is_valid():
            place = chosen(form.cleaned_data)
            self.log_addition(request, place, [{"added": {}}])
            return self.response_add(request, place)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Add a place"),
            "form": form,
            "is_popup": IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST,
            "is_popup_var": IS_POPUP_VAR,
        }
        return TemplateResponse(request, "admin/stories/place_choice.html", context)

    def offered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        former = FormerAddress.objects.filter(facet=FACETS[Place])
        return queryset.exclude(code__in=former.values("value"))
