"""The desk's index page: lists of open work, with links to where it is done.

Each list is limited; its number of queries does not depend on the number of cases.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from stories.choices import SubmissionState, TermStatus
from stories.models.case import Case
from stories.models.history import Edit
from stories.models.review import Submission
from stories.models.sources import Source
from stories.models.version import Publication
from stories.models.vocabulary import BodyKind, Indicator, MeasureType, ProblemType, Tag
from stories.publishing.check import fault_counts
from stories.publishing.texts import without_text

SHOWN = 10  # entries per list
# Term models, and the reverse relation from each to the rows that use it.
USES: list[tuple[type[Any], str]] = [
    (MeasureType, "measures"),
    (ProblemType, "problems"),
    (Indicator, "metrics"),
    (Tag, "case_tags"),
    (BodyKind, "actors"),
]


@dataclass(frozen=True)
class Waiting:
    """One list of open work: heading, total count and the first entries as links.

    `url`: of the whole list, "" if there is none.
    """

    title: str
    count: int
    rows: list[tuple[str, str, str]]  # URL, text, remark
    url: str = ""


def waiting_lists(request: HttpRequest) -> list[Waiting]:
    """The lists with entries, none for users who cannot edit cases: about 45 queries, of which 30
    check the first drafts."""
    if not request.user.has_perm("stories.change_case"):
        return []
    found = [
        to_review(request),
        returned(),
        drafts(),
        stale_english(),
        sources_without_text(),
        unused_terms(),
    ]
    return [part for part in found if part.count]


def to_review(request: HttpRequest) -> Waiting:
    may_publish = request.user.has_perm("stories.publish_case")
    page = "admin:stories_case_publish" if may_publish else "admin:stories_case_submit"
    rows = Submission.objects.waiting().select_related("case", "by").order_by("at")
    return Waiting(
        gettext("To review"),
        rows.count(),
        [
            (reverse(page, args=[row.case_id]), str(row.case), _by(row.by, row.at))
            for row in rows[:SHOWN]
        ],
        f"{reverse('admin:stories_case_changelist')}?review={SubmissionState.WAITING}",
    )


def returned() -> Waiting:
    last = Submission.objects.filter(case=OuterRef("case")).order_by("-pk").values("pk")[:1]
    rows = Submission.objects.filter(pk=Subquery(last), state=SubmissionState.RETURNED)
    rows = rows.select_related("case", "decided_by").order_by("decided_at")
    return Waiting(
        gettext("Returned"),
        rows.count(),
        [
            (
                reverse("admin:stories_case_submit", args=[row.case_id]),
                str(row.case),
                _by(row.decided_by, row.decided_at),
            )
            for row in rows[:SHOWN]
        ],
        f"{reverse('admin:stories_case_changelist')}?review={SubmissionState.RETURNED}",
    )


def drafts() -> Waiting:
    """Cases with unpublished changes and no open submission; the latest first."""
    published = Publication.objects.current().filter(slug=OuterRef("slug"))
    at = published.values("published_at")[:1]
    rows = Case.objects.annotate(public_since=Subquery(at))
    rows = rows.filter(Q(public_since=None) | Q(changed_at__gt=F("public_since")))
    rows = rows.filter(~Exists(Submission.objects.waiting().filter(case=OuterRef("pk"))))
    first = list(rows.order_by("-changed_at")[:SHOWN])
    counts = fault_counts(first)
    return Waiting(
        gettext("Drafts"),
        rows.count(),
        [
            (reverse("admin:stories_case_change", args=[row.pk]), str(row), _points(counts[row.pk]))
            for row in first
        ],
        reverse("admin:stories_case_changelist"),
    )


def stale_english() -> Waiting:
    """Cases with a text whose Chinese was changed after its English."""
    last = Edit.objects.values("case_pk").annotate(last=Max("pk")).values("last")
    rows = Edit.objects.filter(pk__in=last, case_pk__in=Case.objects.values("pk"))
    rows = rows.exclude(stale=[]).order_by("-pk")
    first = list(rows.defer("packed")[:SHOWN])
    titles = Case.objects.in_bulk([row.case_pk for row in first])
    return Waiting(
        gettext("English older than the Chinese"),
        rows.count(),
        [
            (
                reverse("admin:stories_case_submit", args=[row.case_pk]) + "#stale-english",
                str(titles[row.case_pk]),
                _texts(len(row.stale)),
            )
            for row in first
        ],
    )


def sources_without_text() -> Waiting:
    rows = without_text(Source.objects.select_related("case")).order_by("-pk")
    return Waiting(
        gettext("Sources without their text"),
        rows.count(),
        [
            (reverse("admin:stories_source_change", args=[row.pk]), str(row), str(row.case))
            for row in rows[:SHOWN]
        ],
        f"{reverse('admin:stories_source_changelist')}?text=no",
    )


def unused_terms() -> Waiting:
    """The vocabulary lists, each with its number of terms that no case on the desk uses."""
    counts = [
        (model, model._default_manager.filter(**{use: None}, status=TermStatus.ACTIVE).count())
        for model, use in USES
    ]
    rows = [
        (
            f"{reverse(f'admin:stories_{model._meta.model_name}_changelist')}?used=no",
            str(model._meta.verbose_name_plural),
            str(count),
        )
        for model, count in counts
        if count
    ]
    return Waiting(gettext("Terms without use"), sum(n for _model, n in counts), rows)


def _by(user: Any, at: Any) -> str:
    day = date_format(localtime(at), "Y-m-d H:i")
    return format_html("{}, {}", user, day) if user else day


def _points(count: int) -> str:
    if not count:
        return gettext("passes the check")
    return ngettext("%(count)s open point", "%(count)s open points", count) % {"count": count}


def _texts(count: int) -> str:
    return ngettext("%(count)s text", "%(count)s texts", count) % {"count": count}
