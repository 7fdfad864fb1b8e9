"""Records edits of cases, restores them as drafts, and makes form submissions idempotent.

Code of the desk that changes rows of a case records it here in the same transaction.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime, now

from stories.choices import EditKind
from stories.documents import conversion, diff
from stories.documents.faults import DOCUMENT, DocumentError, Fault
from stories.documents.schema import Shape
from stories.models.case import Case
from stories.models.history import Edit, EditedPicture, SavedForm
from stories.models.sources import Source
from stories.models.version import Publication
from stories.publishing import exporter, publisher
from stories.publishing.row_writer import RowWriter

EDITS_READ = 20  # edits in memory at a time; each contains a whole case
SENT_FORM_LIFETIME = timedelta(days=2)
SPARE_AFTER_DAYS = 365
DELETED_AT_ONCE = 500  # edits
NO_ONE: Any = None
_FIELDS = frozenset(name for part in Shape.__subclasses__() for name in part.model_fields)


def record(case: Case, kind: EditKind, by: Any = NO_ONE, note: str = "") -> Edit | None:
    """Record the case as it is now; None if a save has changed nothing. About 25 queries."""
    document = exporter.dump(case)
    text = _as_text(document)
    digest = publisher.sha256(text)
    last = Edit.objects.of_case(case.pk).first()
    if kind in (EditKind.SAVED, EditKind.FOUND) and last and last.sha256 == digest:
        return None
    stale: list[list[str]] = []
    if last and kind != EditKind.RESTORED:
        stale = diff.stale_english(last.document, document, last.stale)
    edit = Edit.objects.create(
        case_pk=case.pk,
        slug=case.slug,
        title_zh=case.title_zh,
        title_en=case.title_en,
        kind=kind,
        by=by,
        by_name=(by.get_full_name() or by.get_username()) if by else "",
        note=note,
        sha256=digest,
        packed=zlib.compress(text),
        stale=stale,
    )
    EditedPicture.objects.bulk_create(
        EditedPicture(edit=edit, name=part["file"]) for part in document["pictures"]
    )
    return edit


def record_found(case: Case) -> None:
    """Record changes made outside the desk, so that the next edit is not blamed for them."""
    record(case, EditKind.FOUND)


def restore(case_pk: int, document: Any, by: Any, note: str = "") -> Case:
    """Restore a document as the draft of its case, which is created again if it was deleted.

    A draft may be incomplete, so its structure is not checked. Raises DocumentError if its slug or
    the key of a source now belongs to another case, or a term no longer exists.
    """
    part = _plain(conversion.converted(document))
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(pk=case_pk).first()
        if case:
            record_found(case)
        else:
            case = _new_case(part)
        _refuse_taken(case, part)
        try:
            RowWriter(case, part).write()
        except KeyError as error:
            lost = {"term": str(error.args[0])}
            raise DocumentError([Fault(DOCUMENT, "term-gone", lost)]) from error
        if case.pk != case_pk:
            Edit.objects.filter(case_pk=case_pk).update(case_pk=case.pk)
        record(case, EditKind.RESTORED, by, note)
    return case


def redact(slug: str, words: Sequence[str]) -> int:
    """Blank words in every edit of a case, notes included, so that restoring one does not bring
    them back; return the number of edits changed."""
    count = 0
    for edit in Edit.objects.filter(slug=slug).order_by("pk").iterator(chunk_size=EDITS_READ):
        held: list[str] = []
        said = {name: getattr(edit, name) for name in ("title_zh", "title_en", "note")}
        document = publisher.blanked_in(edit.document, words, "", held)
        for name, text in publisher.blanked_in(said, words, "", held).items():
            setattr(edit, name, text)
        if held:
            text = _as_text(document)
            edit.sha256, edit.packed = publisher.sha256(text), zlib.compress(text)
            edit.save()
            count += 1
    return count


def spare_edits(days: int = SPARE_AFTER_DAYS) -> list[int]:
    """Primary keys of edits that may be deleted: saved more than `days` days ago, and followed on
    the same day by another edit of the same person. 1 query.

    Never among them: the first and the last edit of a case, and edits that are not published yet,
    from which a reviewer sees who wrote what.
    """
    edits = Edit.objects.order_by("case_pk", "-pk")
    rows = edits.values_list("pk", "case_pk", "kind", "by_name", "at").iterator()
    before, found = now() - timedelta(days=days), []
    for _case_pk, of_case in groupby(rows, key=itemgetter(1)):
        is_published, next_one = False, None
        for pk, _case, kind, name, at in list(of_case)[:-1]:
            this_one = (localtime(at).date(), name)
            if is_published and kind == EditKind.SAVED and at < before and this_one == next_one:
                found.append(pk)
            is_published, next_one = is_published or kind == EditKind.PUBLISHED, this_one
    return found


def delete_edits(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), DELETED_AT_ONCE):
        Edit.objects.filter(pk__in=keys[start : start + DELETED_AT_ONCE]).delete()


def stale_texts(case: Case) -> list[list[str]]:
    """The paths of texts whose English is older than their Chinese: 1 query."""
    last = Edit.objects.of_case(case.pk).values_list("stale", flat=True).first()
    return last or []


def accept_english(case: Case) -> None:
    """Mark all English texts of the case as up to date."""
    if (last := Edit.objects.of_case(case.pk).first()) is not None:
        Edit.objects.filter(pk=last.pk).update(stale=[])


def was_sent_before(digest: str) -> SavedForm | None:
    """The submission if it was saved before; otherwise None, and it is registered until
    `note_answer`.

    Waits while the same submission is being saved.
    """
    SavedForm.objects.filter(at__lt=now() - SENT_FORM_LIFETIME).delete()
    form, is_new = SavedForm.objects.get_or_create(digest=digest)
    return None if is_new else form


def note_answer(digest: str, location: str, content: str = "") -> None:
    """Store where the saved form redirected; with "" the form was not saved and is unregistered."""
    form = SavedForm.objects.filter(digest=digest)
    if location:
        form.update(location=location, content=content)
    else:
        form.delete()


def _as_text(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


class _Part(dict[str, Any]):
    """Part of an unchecked document, with the attributes that a checked one has.

    Fields that a draft lacks are None. Not a document with stand-ins, which would be restored too.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in _FIELDS:
            raise AttributeError(name)
        return self.get(name)


def _plain(document: Any) -> Any:
    """The document with attribute access, like `CaseDocument`."""
    return json.loads(json.dumps(document), object_hook=_Part)


def _new_case(document: Any) -> Case:
    """A new draft; if it was published before, it keeps its slug and so its URLs."""
    if Case.objects.filter(slug=document.slug).exists():
        raise DocumentError([Fault(DOCUMENT, "case-there", {"slug": document.slug})])
    published = Publication.objects.filter(slug=document.slug).first()
    first = published.first_published_at if published else None
    return Case(slug=document.slug, published_at=first)


def _refuse_taken(case: Case, document: Any) -> None:
    keys = [source.key for source in document.sources]
    taken = Source.objects.filter(key__in=keys).exclude(case=case.pk).select_related("case")
    if (source := taken.first()) is not None:
        where = {"key": source.key, "case": source.case.slug}
        raise DocumentError([Fault(DOCUMENT, "source-taken", where)])
