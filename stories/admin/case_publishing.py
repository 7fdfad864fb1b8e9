"""Publishing and withdrawing cases, from the change list or the publishing page.

Check, comparison and publication share one transaction, with the case locked.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from stories.admin.case_review import CaseReview, back_to_the_change, is_comment
from stories.admin.case_status import publication_of
from stories.admin.desk import change_url, naming
from stories.admin.fault_links import fault_links
from stories.admin.forms.publishing import ReturnForm, WithdrawForm
from stories.admin.reviews import (
    Review,
    close_submission,
    refusal_to_publish,
    refusal_to_publish_as_submitted,
)
from stories.choices import EditKind, SubmissionState, VersionKind
from stories.documents.schema import CaseDocument
from stories.languages import within_marks
from stories.models.case import Case
from stories.models.version import Publication
from stories.publishing import publisher
from stories.publishing.case_publisher import publish_case
from stories.publishing.check import check
from stories.publishing.publisher import NO_NOTE, Note


class CasePublishing(CaseReview):
    """The publishing actions and page of `CaseAdmin`, for users who may publish."""

    actions = ["publish", "publish_submitted", "withdraw", "change_tags"]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("stories.publish_case")

    @admin.action(description=_("Publish the chosen cases"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Publish first versions, each in its own transaction.

        A case with versions is published on its own page, where its note is written.
        """
        for pk in queryset.values_list("pk", flat=True):
            with transaction.atomic():
                case = Case.objects.select_for_update().get(pk=pk)
                has_versions = publication_of(case) is not None
                result = check(case, has_versions)
                faults, document = result.faults, result.document
                refusal = refusal_to_publish(case, request.user)
                if document and not faults and not has_versions and not refusal:
                    self._publish(request, case, document)
            if refusal:
                self.message_user(request, _refused(case, refusal), messages.ERROR)
            elif faults:
                text = gettext("“{}” is not published. It does not pass the check:")
                message = format_html("{} {}", naming(text, case), fault_links(case, faults))
                self.message_user(request, message, messages.ERROR)
            elif has_versions:
                page = reverse("admin:stories_case_publish", args=[case.pk])
                link = format_html('<a href="{}">{}</a>', page, gettext("See what changed."))
                text = naming(gettext("“{}” has versions already."), case)
                self.message_user(request, format_html("{} {}", text, link), messages.WARNING)
            else:
                self.message_user(request, naming(gettext("“{}” is published."), case))

    @admin.action(
        description=_("Publish the chosen cases with the notes that they were submitted with"),
        permissions=["publish"],
    )
    def publish_submitted(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Publish later versions that are unchanged since their submission, each in its own
        transaction: for a change of a term that affects many cases."""
        for pk in queryset.values_list("pk", flat=True):
            with transaction.atomic():
                case = Case.objects.select_for_update().get(pk=pk)
                review = Review(case)
                refusal = refusal_to_publish_as_submitted(review, request.user)
                if review.document and not refusal:
                    sent: Any = review.submission
                    note = Note(sent.note_zh, sent.note_en)
                    self._publish(request, case, review.document, VersionKind(sent.kind), note)
            if refusal:
                self.message_user(request, _refused(case, refusal), messages.ERROR)
            else:
                self.message_user(request, naming(gettext("“{}” is published."), case))

    @admin.action(description=_("Withdraw the chosen cases"), permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Show the form for the reason, which readers see; once it is valid, withdraw the cases."""
        published = Publication.objects.current().values("slug")
        cases = list(queryset.filter(slug__in=published))
        if not cases:
            self.message_user(request, gettext("None of these is published."), messages.WARNING)
            return None
        form = WithdrawForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            for case in cases:
                self._withdraw(request, case, form.note)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Withdraw"),
            "cases": cases,
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/case/withdraw.html", context)

    def _withdraw(self, request: HttpRequest, case: Case, reason: Note) -> None:
        with transaction.atomic():
            publisher.withdraw(case.slug, reason)
            case.mark_withdrawn()
            self.record(request, case, EditKind.WITHDRAWN)
        self.log_change(request, case, _("Withdrawn."))
        self.message_user(request, naming(gettext("“{}” is withdrawn: a draft again."), case))

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.publish_page)
        return [path("<int:pk>/publish/", page, name="stories_case_publish"), *super().get_urls()]

    def publish_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The changes to be published and, from version 2 on, the form for the note."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._publish_page(request, Review(get_object_or_404(Case, pk=pk)))
        with transaction.atomic():  # publish exactly what is compared
            case = get_object_or_404(Case.objects.select_for_update(), pk=pk)
            if is_comment(request):
                review = Review(case, self.comment(request, case))
                if not review.refused_comment:
                    return back_to_the_change(request)
                return self._publish_page(request, review)
            if "_return" in request.POST:
                return self._return(request, case)
            review = Review(case)
            form = review.form(request.POST)
            may_publish = review.may_be_published and not refusal_to_publish(case, request.user)
            if may_publish and review.document and (form is None or form.is_valid()):
                kind = VersionKind(form.cleaned_data["kind"]) if form else VersionKind.FIRST
                self._publish(request, case, review.document, kind, form.note if form else NO_NOTE)
                self.message_user(request, naming(gettext("“{}” is published."), case))
                return HttpResponseRedirect(change_url(case))
        return self._publish_page(request, review, form=form)

    def _return(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Return the case to its editor, with the reviewer's answer."""
        form = ReturnForm(request.POST)
        is_waiting = case.submissions.waiting().exists()
        if form.is_valid() and is_waiting:
            answer = form.cleaned_data["answer"]
            close_submission(case, request.user, SubmissionState.RETURNED, now(), answer)
            self.record(request, case, EditKind.RETURNED, answer)
            self.message_user(request, naming(gettext("“{}” is returned."), case))
            return HttpResponseRedirect(reverse("admin:index"))
        if not is_waiting:
            form.add_error(None, gettext("The case does not wait for review any more."))
        return self._publish_page(request, Review(case), return_form=form)

    def _publish_page(self, request: HttpRequest, review: Review, **forms: Any) -> HttpResponse:
        """`forms`: bound forms, which replace the blank ones in the context."""
        context = {
            **self.review_context(request, review),
            "title": gettext("Publish “%(case)s”") % {"case": within_marks(review.case)},
            "form": review.form(None),
            "refusal": refusal_to_publish(review.case, request.user),
            "return_form": ReturnForm() if review.submission else None,
            **forms,
        }
        return TemplateResponse(request, "admin/stories/case/publish.html", context)

    def _publish(
        self,
        request: HttpRequest,
        case: Case,
        document: CaseDocument,
        kind: VersionKind = VersionKind.FIRST,
        note: Note = NO_NOTE,
    ) -> None:
        """Publish a document that has passed the check; runs within a transaction."""
        version = publish_case(case, document, kind, note)
        close_submission(case, request.user, SubmissionState.PUBLISHED, version.published_at)
        case.review_comments.update(is_done=True)
        text = gettext("Published as version %(number)s.") % {"number": version.number}
        self.log_change(request, case, text)
        self.record(request, case, EditKind.PUBLISHED, text)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {"may_publish": self.has_publish_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


def _refused(case: Case, reason: str) -> str:
    return format_html("“{}”{}{}", within_marks(case), pgettext("before a value", ": "), reason)
