"""The review of a case: submitting it, and comments on its statements."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext

from stories.admin.desk import DeskAdmin, change_url, naming
from stories.admin.fault_links import fault_links
from stories.admin.forms.fields import is_key
from stories.admin.forms.publishing import CommentForm, SubmitForm
from stories.admin.reviews import Review, close_submission, places_of
from stories.choices import EditKind, SubmissionState
from stories.languages import within_marks
from stories.models.case import Case
from stories.models.review import ReviewComment, Submission
from stories.publishing import history


class CaseReview(DeskAdmin):
    """The review pages of `CaseAdmin`."""

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.submit_page)
        return [path("<int:pk>/submit/", page, name="stories_case_submit"), *super().get_urls()]

    def submit_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The unpublished changes, and the form to submit them if the case has no faults."""
        if request.method != "POST":
            review = Review(self._permitted(request, pk, Case.objects.all()))
            return self._submit_page(request, review, _blank_form(review))
        with transaction.atomic():
            case = self._locked(request, pk)
            if "_take_back" in request.POST:
                return self._take_back(request, case)
            if "_english_is_right" in request.POST:
                history.accept_english(case)
                return HttpResponseRedirect(request.path)
            if is_comment(request):
                review = Review(case, self.comment(request, case))
                if not review.refused_comment:
                    return back_to_the_change(request)
                return self._submit_page(request, review, _blank_form(review))
            review = Review(case)
            form = SubmitForm(request.POST, review=review) if review.may_be_submitted else None
            if form and form.is_valid():
                return self._submit(request, review, form)
        return self._submit_page(request, review, form)

    def _submit_page(
        self, request: HttpRequest, review: Review, form: SubmitForm | None
    ) -> HttpResponse:
        case = review.case
        title = gettext("Submit “%(case)s” for review") % {"case": within_marks(case)}
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
        self.message_user(request, naming(gettext("“{}” is submitted for review."), case))
        return HttpResponseRedirect(change_url(case))

    def _take_back(self, request: HttpRequest, case: Case) -> HttpResponse:
        close_submission(case, request.user, SubmissionState.TAKEN_BACK, now())
        self.message_user(request, naming(gettext("“{}” is a draft again."), case))
        return HttpResponseRedirect(change_url(case))

    def comment(self, request: HttpRequest, case: Case) -> CommentForm | None:
        """Save a comment on a statement, or mark one as done. The form if it is invalid."""
        if done := request.POST.get("_done", ""):
            if not is_key(done):
                raise BadRequest("_done")
            case.review_comments.filter(pk=done).update(is_done=True)
            return None
        form = CommentForm(request.POST)
        if not form.is_valid():
            return form
        given = form.cleaned_data
        same = {"case": case, "path": given["path"], "text": given["text"], "by": request.user}
        if not ReviewComment.objects.filter(**same, is_done=False).exists():
            ReviewComment.objects.create(**same, place=given["place"])
        self.message_user(request, gettext("The comment is saved."))
        return None

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


def _blank_form(review: Review) -> SubmitForm | None:
    return SubmitForm(review=review) if review.may_be_submitted else None


def is_comment(request: HttpRequest) -> bool:
    """Whether the request comes from a comment form, not from the form that decides on the case."""
    return "_comment" in request.POST or "_done" in request.POST


def back_to_the_change(request: HttpRequest) -> HttpResponse:
    """Redirect to the page, at the change whose form was sent."""
    number = request.POST.get("number", "")
    anchor = f"#change-{number}" if is_key(number) else ""
    return HttpResponseRedirect(f"{request.path}{anchor}")
