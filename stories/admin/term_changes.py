"""The admin page on which a term is merged or renamed, with every case that uses it.

Rows change at once; the cases are submitted for review, and readers see the change on publication.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop, ngettext

from stories.admin.desk import DeskAdmin, change_url
from stories.admin.forms.term_changes import MergeForm, RenameForm
from stories.admin.reviews import submit_as_it_is
from stories.languages import within_marks
from stories.models.case import Case
from stories.publishing import term_changes
from stories.publishing.publisher import Note
from stories.search import writer

CASES_SHOWN = 50
# Notes for readers.
HAS_NEW_ADDRESS = gettext_noop("The term “%(old)s” has a new address.")
IS_CALLED = gettext_noop("The term “%(old)s” became “%(new)s”.")


class TermChanges(DeskAdmin):
    """The page of `VocabularyAdmin` for merging and renaming."""

    change_form_template = "admin/stories/term_change_form.html"

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.become_page)
        name = f"stories_{self.model._meta.model_name}_become"
        return [path("<int:pk>/become/", page, name=name), *super().get_urls()]

    def become_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge the term into another, or give it another slug."""
        if not (
            self.has_change_permission(request) and request.user.has_perm("stories.change_case")
        ):
            raise PermissionDenied
        terms = self.model._default_manager
        if request.method != "POST":
            term: Any = get_object_or_404(terms, pk=pk)
            return self._become_page(request, term, MergeForm(term=term), RenameForm(term=term))
        with transaction.atomic():
            term = get_object_or_404(terms.select_for_update(), pk=pk)
            is_rename = "_rename" in request.POST
            merge = MergeForm(None if is_rename else request.POST, term=term)
            rename = RenameForm(request.POST if is_rename else None, term=term)
            if (rename if is_rename else merge).is_valid():
                return self._become(request, term, merge, rename, is_rename)
        return self._become_page(request, term, merge, rename)

    def _become_page(
        self, request: HttpRequest, term: Any, merge: MergeForm, rename: RenameForm
    ) -> HttpResponse:
        cases = term_changes.cases_with(term).distinct().order_by("slug")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Merge or rename “%(term)s”") % {"term": within_marks(term)},
            "term": term,
            "cases": [(case, change_url(case)) for case in cases[:CASES_SHOWN]],
            "case_count": cases.count(),
            "merge": merge,
            "rename": rename,
            "media": self.media + merge.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/term_become.html", context)

    def _become(
        self, request: HttpRequest, term: Any, merge: MergeForm, rename: RenameForm, is_rename: bool
    ) -> HttpResponse:
        user: Any = request.user
        if is_rename:
            key = rename.cleaned_data["key"]
            note = _in_both(HAS_NEW_ADDRESS, term, term)
            into, cases = term_changes.rename(term, key, user, _own(note))
        else:
            into = merge.cleaned_data["into"]
            note = _in_both(IS_CALLED, term, into)
            cases = term_changes.merge(term, into, user, _own(note))
        writer.begin_revision()
        self.log_change(request, term, _own(note))
        handed_in = sum(submit_as_it_is(case, user, note) for case in cases)
        self._notify(request, cases, handed_in)
        return HttpResponseRedirect(change_url(into))

    def _notify(self, request: HttpRequest, cases: list[Case], handed_in: int) -> None:
        count = len(cases)
        text = ngettext("%(count)s case follows.", "%(count)s cases follow.", count)
        page = f"{reverse('admin:stories_case_changelist')}?review=waiting"
        waiting = ngettext(
            "%(count)s published case waits for review.",
            "%(count)s published cases wait for review.",
            handed_in,
        )
        link = format_html('<a href="{}">{}</a>', page, waiting % {"count": handed_in})
        message = format_html("{} {}", text % {"count": count}, link if handed_in else "")
        self.message_user(request, message)


def _in_both(message: str, old: Any, new: Any) -> Note:
    """A note for readers in both languages."""
    words = {}
    for code, language in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(code):
            labels = {"old": within_marks(old.label), "new": within_marks(new.label)}
            words[language] = gettext(message) % labels
    return Note(**words)


def _own(note: Note) -> str:
    return note.en if translation.get_language() == "en" else note.zh
