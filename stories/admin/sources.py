"""The sources of a case: inlines on its page, and their own admin pages with passages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from stories.admin.articles import marked_article
from stories.admin.desk import Stacked, Tabular
from stories.admin.forms.sources import PassageForm, SourceForm
from stories.admin.intake import Intake
from stories.admin.stored_text import StoredText
from stories.models.sources import Passage, Person, Source
from stories.publishing.texts import without_text

SOURCE_FIELDSETS: Any = [
    (
        None,
        {
            "fields": [
                ("key", "type", "position"),
                "title_zh",
                "title_en",
                ("container_zh", "container_en"),
                ("publisher_zh", "publisher_en"),
                ("section_zh", "section_en"),
                ("url", "archived_url", "accessed"),
                ("url_note_zh", "url_note_en"),
            ],
            "description": _("A source without an address says why."),
        },
    ),
    (
        _("How independent it is"),
        {
            "fields": [
                ("reported_by", "independence", "same_report_as"),
                ("independence_note_zh", "independence_note_en"),
            ],
        },
    ),
    (
        _("Date of issue"),
        {
            "fields": ["issued", ("issued_note_zh", "issued_note_en")],
            "description": _("A source without a date says why."),
        },
    ),
    (
        _("The copy that was read"),
        {
            "fields": [
                "condition",
                ("condition_note_zh", "condition_note_en"),
                "sha256",
                "marks",
                "shows",
            ],
            "description": _("The text itself is kept for the desk alone."),
        },
    ),
    (_("Private persons"), {"fields": [("withhold", "forget_names")]}),
]


class SourceInline(Stacked):
    model = Source
    form = SourceForm
    fieldsets = SOURCE_FIELDSETS
    show_change_link = True


class PersonInline(Tabular):
    model = Person
    fields = ["name_zh", "name_en", "role", "position"]


class PassageInline(Tabular):
    model = Passage
    form = PassageForm
    fields = ["locator", "lines", "gist_zh", "gist_en", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("source")


class TextFilter(admin.SimpleListFilter):
    """Filters by whether the text of the source is stored."""

    title = _("text")
    parameter_name = "text"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("not at hand"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return without_text(queryset) if self.value() == "no" else queryset


@admin.register(Source)
class SourceAdmin(Intake, StoredText):
    form = SourceForm
    fieldsets = [*SOURCE_FIELDSETS, (_("The article"), {"fields": ["article"]})]
    readonly_fields = ["article"]
    inlines = [PersonInline, PassageInline]
    list_display = ["__str__", "case", "type", "issued", "condition"]
    list_filter = [TextFilter, "type", "condition", "reported_by", "independence"]
    list_select_related = ["case"]
    search_fields = ["key", "title_zh", "title_en", "container_zh", "container_en"]

    @admin.display(description=_("text"))
    def article(self, source: Source) -> SafeString:
        """The text with its numerals marked, visible to staff only."""
        return marked_article(source)
