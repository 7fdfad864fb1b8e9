"""Review of a case: its draft compared with its last version, and who may publish it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from stories.admin.case_status import as_text, last_document, publication_of
from stories.admin.forms.publishing import CommentForm, PublishForm
from stories.choices import EditKind, SubmissionState, VersionKind
from stories.documents import diff
from stories.models.case import Case
from stories.models.history import Edit
from stories.models.review import ReviewComment, Submission
from stories.presenters import versions
from stories.presenters.versions import ChangePresenter
from stories.publishing import history, publisher
from stories.publishing.check import check
from stories.publishing.publisher import Note
from stories.queries.snapshot import Library

PLACE_LIMIT = 300  # characters of a comment's place
# Edits that make a user an author of the change; publishing and returning do not.
WRITING = (EditKind.SAVED, EditKind.RESTORED, EditKind.TERMS)


@dataclass
class Row:
    """One change. `words`: its presenters, one per language; one in all if both are the same.

    `refused_comment`: the invalid comment form posted for this change.
    """

    path: tuple[str, ...]
    kind_label: str
    section: str
    where: str
    words: list[ChangePresenter]
    number: int = 0
    comments: list[ReviewComment] = field(default_factory=list)
    refused_comment: CommentForm | None = None

    @property
    def place(self) -> str:
        """As a comment stores it, for when the statement is gone."""
        return " › ".join(filter(None, [self.section, self.where]))[:PLACE_LIMIT]

    @property
    def path_text(self) -> str:
        return json.dumps(self.path, ensure_ascii=False)


class Review:
    """The data of the review pages: about 30 queries. `sections`: (label, rows) of changes."""

    def __init__(self, case: Case, refused_comment: CommentForm | None = None) -> None:
        self.case, self.refused_comment = case, refused_comment
        self.is_comment_placed = False
        self.publication = publication_of(case)
        result = check(case, has_versions=self.publication is not None)
        self.faults, self.warnings, document = result.faults, result.warnings, result.dumped
        self.document, self.dumped = result.document, document
        self.hash = publisher.sha256(as_text(document).encode())
        before = last_document(self.publication) if self.publication else {}
        self.is_withdrawn = bool(self.publication and self.publication.withdrawn_at)
        self.is_unchanged = bool(before) and as_text(before) == as_text(document)
        self.sections = changes_in_both_languages(before, document)
        for number, row in enumerate((row for _label, rows in self.sections for row in rows), 1):
            row.number = number
        self.submission = case.submissions.waiting().select_related("by").first()
        self.last_submission = case.submissions.select_related("by", "decided_by").first()
        self.comments_elsewhere = self._place_comments()

    @property
    def may_be_published(self) -> bool:
        return not self.faults and (self.is_withdrawn or not self.is_unchanged)

    @property
    def may_be_submitted(self) -> bool:
        return self.may_be_published and not self.submission

    @property
    def is_returned(self) -> bool:
        last = self.last_submission
        return bool(last and last.state == SubmissionState.RETURNED)

    @property
    def is_changed_since(self) -> bool:
        """Whether the case was changed after it was submitted."""
        return bool(self.submission and self.submission.sha256 != self.hash)

    def form(self, data: Any) -> PublishForm | None:
        """The publishing form; None for a first version, or if nothing can be published."""
        if not self.publication or not self.may_be_published:
            return None
        proposed = self.submission
        names = ("kind", "note_zh", "note_en")
        initial = {name: getattr(proposed, name) for name in names} if proposed else {}
        return PublishForm(data, seen=self.hash, initial=initial)

    def _place_comments(self) -> list[ReviewComment]:
        """Attach the open comments to the rows of changes; return those without a row."""
        rows = {row.path: row for _label, rows in self.sections for row in rows}
        if self.refused_comment and (row := rows.get(self.refused_comment.statement)):
            row.refused_comment, self.is_comment_placed = self.refused_comment, True
        elsewhere: list[ReviewComment] = []
        for comment in self.case.review_comments.filter(is_done=False).select_related("by"):
            row = rows.get(tuple(comment.path))
            (row.comments if row else elsewhere).append(comment)
        return elsewhere


def writers_of(case: Case) -> set[int]:
    """Primary keys of the users who wrote the unpublished changes: 2 to 3 queries."""
    edits = Edit.objects.of_case(case.pk)
    published = edits.filter(kind=EditKind.PUBLISHED).values_list("pk", flat=True).first()
    edits = edits.filter(kind__in=WRITING, pk__gt=published or 0)
    waiting = Submission.objects.waiting().filter(case=case).values_list("by", flat=True)
    return {pk for pk in [*edits.values_list("by", flat=True), *waiting] if pk}


def refusal_to_publish(case: Case, user: Any) -> str:
    """Why this user may not publish the case; "" if they may."""
    if settings.FOUR_EYES and user.pk in writers_of(case):
        return gettext("You wrote some of this, so somebody else has to publish it.")
    return ""


def refusal_to_publish_as_submitted(review: Review, user: Any) -> str:
    """Why the case cannot be published with the note of its submission; "" if it can."""
    sent = review.submission
    if sent is None or not review.may_be_published:
        return gettext("It does not wait for review, or does not pass the check.")
    if review.is_changed_since:
        return gettext("It was changed after it was submitted: look at it first.")
    if not (sent.kind and sent.note_zh and sent.note_en):
        return gettext("It was submitted without a note for readers in both languages.")
    return refusal_to_publish(review.case, user)


def close_submission(
    case: Case, user: Any, state: SubmissionState, at: Any, answer: str = ""
) -> None:
    """Close the open submission with a decision; does nothing if there is none."""
    case.submissions.waiting().update(state=state, decided_by=user, decided_at=at, answer=answer)


def submit_as_it_is(case: Case, user: Any, note: Note) -> bool:
    """Submit a published case with a note for readers, unless it has faults, no changes or an open
    submission. Whether it was submitted. About 30 queries."""
    publication = publication_of(case)
    if not publication or publication.withdrawn_at or case.submissions.waiting().exists():
        return False
    result = check(case, has_versions=True)
    if result.faults or as_text(last_document(publication)) == as_text(result.dumped):
        return False
    digest = publisher.sha256(as_text(result.dumped).encode())
    words = {"message": note.zh, "note_zh": note.zh, "note_en": note.en}
    Submission.objects.create(case=case, sha256=digest, by=user, kind=VersionKind.UPDATE, **words)
    history.record(case, EditKind.SUBMITTED, user, note.zh)
    return True


def changes_in_both_languages(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, list[Row]]]:
    """(section label, changes) in the order of the document; labels in the active language."""
    found: dict[tuple[str, ...], list[ChangePresenter]] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            terms = Library.now().presented_terms()
            for _section, changes in versions.presented(before, after, terms):
                for presenter in changes:
                    found.setdefault(presenter.path, []).append(presenter)
    sections: dict[str, list[Row]] = {}
    terms = Library.now().presented_terms()
    for change in diff.changes(before, after):
        if words := found.get(change.path):
            place, kind = versions.place_and_kind(change, before, after, terms)
            section = versions.section_label(change.path)
            row = Row(change.path, kind, section, place, _once(words))
            sections.setdefault(section, []).append(row)
    return list(sections.items())


def places_of(paths: list[list[str]], document: Mapping[str, Any]) -> list[str]:
    """The statements at these paths of the document as breadcrumbs."""
    terms = Library.now().presented_terms()
    return [" › ".join(versions.place_of(path, document, terms)) for path in paths]


def _once(words: list[ChangePresenter]) -> list[ChangePresenter]:
    """One presenter if a number or name is the same in both languages."""
    same = len(words) > 1 and words[0].pieces == words[1].pieces
    return words[:1] if same else words
