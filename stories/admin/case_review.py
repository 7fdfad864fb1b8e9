"""The review of a case: submitting it, returning it, and comments on its statements."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from stories.admin.desk import DeskAdmin, change_url
from stories.admin.fault_links import fault_links
from stories.admin.forms.base import TypedForm
from stories.admin.forms.fields import is_key
from stories.admin.forms.publishing import CommentForm, ReturnForm, SubmitForm
from stories.admin.reviews import Review, close_submission, places_of
from stories.choices import EditKind, SubmissionState
from stories.models.case import Case
from stories.models.review import ReviewComment, Submission
from stories.publishing import history


class CaseReview(DeskAdmin):
    """The review pages of `CaseAdmin`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/submit/", view(self.submit_page), name="stories_case_submit"),
            path(
                "<int:pk>/return/",
                view(require_POST(self.return_page)),
                name="stories_case_return",
            ),
            path(
                "<int:pk>/comment/",
                view(require_POST(self.comment_page)),
                name="stories_case_comment",
            ),
            *super().get_urls(),
        ]

    def submit_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The unpublished changes, and the form to submit them if the case has no faults."""
        if request.method != "POST":
            review = Review(self._permitted(request, pk, Case.objects.all()))
            form = SubmitForm(review=review) if review.may_be_submitted else None
            return self._submit_page(request, review, form)
        with transaction.atomic():
            case = self._locked(request, pk)
            if "_take_back" in request.POST:
                return self._take_back(request, case)
            if "_english_is_right" in request.POST:
                history.accept_english(case)
                return HttpResponseRedirect(request.path)
            review = Review(case)
            form = SubmitForm(request.POST, review=review) if review.may_be_submitted else None
            if form and form.is_valid():
                return self._submit(request, review, form)
        return self._submit_page(request, review, form)

    def _submit_page(
        self, request: HttpRequest, review: Review, form: SubmitForm | None
    ) -> HttpResponse:
        case = review.case
        title = gettext("Submit “%(case)s” for review") % {"case": case}
        return TemplateResponse(
            request,
            "admin/stories/case/submit.html",
            {**self.review_context(request, review), "title": title, "form": form},
        )

    def _submit(self, request: HttpRequest, review: Review, form: SubmitForm) -> HttpResponse:
        case = review.case
        given = form.cleaned_data
        Submission.objects.create(case=case, sha256=review.hash, by_id=request.user.pk, **given)
        self.record(request, case, EditKind.SUBMITTED, given["message"])
        self.message_user(request, format_html(gettext("“{}” is submitted for review."), case))
        return HttpResponseRedirect(change_url(case))

    def _take_back(self, request: HttpRequest, case: Case) -> HttpResponse:
        close_submission(case, request.user, SubmissionState.TAKEN_BACK, now())
        self.message_user(request, format_html(gettext("“{}” is a draft again."), case))
        return HttpResponseRedirect(change_url(case))

    def return_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the case to its editor with an answer."""
        if not request.user.has_perm("stories.publish_case"):
            raise PermissionDenied
        form = ReturnForm(request.POST)
        with transaction.atomic():
            case = self._locked(request, pk)
            page = reverse("admin:stories_case_publish", args=[pk])
            if not case.submissions.waiting().exists():
                warning = gettext("“{}” does not wait for review any more.")
                self.message_user(request, format_html(warning, case), "warning")
                return HttpResponseRedirect(page)
            if not form.is_valid():
                self.message_user(request, _first_error(form), "error")
                return HttpResponseRedirect(f"{page}#return_form")
            answer = form.cleaned_data["answer"]
            close_submission(case, request.user, SubmissionState.RETURNED, now(), answer)
            self.record(request, case, EditKind.RETURNED, answer)
        self.message_user(request, format_html(gettext("“{}” is returned."), case))
        return HttpResponseRedirect(reverse("admin:index"))

    def comment_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a comment on a statement, or mark one as done; then redirect back."""
        with transaction.atomic():
            case = self._locked(request, pk)
            if done := request.POST.get("done", ""):
                if not is_key(done):
                    raise BadRequest("done")
                case.review_comments.filter(pk=done).update(is_done=True)
            else:
                self._comment(request, case)
        names = {"submit": "stories_case_submit", "publish": "stories_case_publish"}
        name = names.get(request.POST.get("back", ""), "stories_case_change")
        return HttpResponseRedirect(reverse(f"admin:{name}", args=[pk]))

    def _comment(self, request: HttpRequest, case: Case) -> None:
        form = CommentForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _first_error(form), "error")
            return
        given = form.cleaned_data
        same = {"case": case, "path": given["path"], "text": given["text"], "by": request.user}
        if not ReviewComment.objects.filter(**same, is_done=False).exists():
            ReviewComment.objects.create(**same, place=given["place"])

    def review_context(self, request: HttpRequest, review: Review) -> dict[str, Any]:
        case = review.case
        return {
            **self.admin_site.each_context(request),
            "case": case,
            "review": review,
            "faults": fault_links(case, review.faults) if review.faults else "",
            "warnings": fault_links(case, review.warnings) if review.warnings else "",
            "stale": places_of(history.stale_texts(case), review.dumped),
            "opts": self.opts,
        }

    def _locked(self, request: HttpRequest, pk: int) -> Case:
        return self._permitted(request, pk, Case.objects.select_for_update())

    def _permitted(self, request: HttpRequest, pk: int, cases: QuerySet[Case]) -> Case:
        case = get_object_or_404(cases, pk=pk)
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        return case


def _first_error(form: TypedForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
