"""Reviews: submissions of cases by editors, and reviewers' comments.

Not public; a version has its own note.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stories.choices import SubmissionState, VersionKind
from stories.models.case import Case
from stories.models.vocabulary import closed_list


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def waiting(self) -> "SubmissionQuerySet":
        return self.filter(state=SubmissionState.WAITING)


class Submission(models.Model):
    """A case submitted for review. `sha256`: of the submitted document, to detect later changes.

    `kind`, `note_zh` and `note_en` are a proposal for the version; the reviewer decides.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="submissions")
    state = models.CharField(
        _("state"), max_length=10, choices=SubmissionState, default=SubmissionState.WAITING
    )
    message = models.TextField(_("note for the reviewer"), blank=True)
    kind = models.CharField(max_length=10, choices=VersionKind, blank=True)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("what is to be done"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-pk"]
        constraints = [
            closed_list("state", SubmissionState),
            closed_list("kind", VersionKind, blank=True),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=SubmissionState.WAITING),
                name="submission_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_state_display()}"


class ReviewComment(models.Model):
    """A reviewer's comment on a statement. `path`: its steps in the document, as in the diff;
    `place`: the same in words, at the time of the comment."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="review_comments")
    path = models.JSONField()
    place = models.CharField(max_length=300)
    text = models.TextField(_("comment"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"
