"""Saving on the desk: idempotent, merged with concurrent edits, and recorded in the history.

A save is one transaction, in which the case is locked.
"""

import hashlib
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext

from stories.admin.forms import merging
from stories.admin.forms.case_choices import CaseLists
from stories.admin.forms.fields import is_key
from stories.choices import EditKind
from stories.models.case import Case
from stories.models.history import Edit
from stories.pictures import storage
from stories.publishing import history

if TYPE_CHECKING:  # Django's own classes cannot be subscripted at run time
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

TOKEN, SEEN = "_token", "_seen"  # form fields: page token, last edit known to the page


def case_of(row: Any) -> Case | None:
    """The case of a row; None on the page for a new one."""
    return row if row is None or isinstance(row, Case) else getattr(row, "case", None)


class Saving(ModelAdmin):
    """The saving half of `DeskAdmin`."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Undo stored files if the save fails, and save a form only once if it is sent twice."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, *args, **kwargs)
        with storage.undone_on_failure(), transaction.atomic():
            digest = _digest(request)
            if digest and (sent := history.was_sent_before(digest)) is not None:
                self.message_user(request, gettext("This was saved already."), messages.WARNING)
                return HttpResponseRedirect(sent.location)
            typed = merging.own_texts(request.POST)
            if object_id and typed and not self._is_there(object_id):
                return self._deleted_page(request, typed)
            response = super().changeform_view(request, object_id, *args, **kwargs)
            history.note_answer(digest, response.headers.get("Location", ""))
        return response

    def _is_there(self, object_id: str) -> bool:
        pk = unquote(object_id)
        return not is_key(pk) or self.model._default_manager.filter(pk=pk).exists()

    def _deleted_page(self, request: HttpRequest, typed: list[str]) -> HttpResponse:
        """A 409 page with the texts typed for a row that was deleted meanwhile, to be copied."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("This was deleted meanwhile"),
            "typed": typed,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/stories/deleted.html", context, status=409)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Before a save, lock the case and record changes made outside the desk."""
        row: Any = super().get_object(request, object_id, from_field)
        if request.method == "POST" and (case := case_of(row)) is not None:
            Case.objects.select_for_update().get(pk=case.pk)
            history.record_found(case)
            row = super().get_object(request, object_id, from_field)
        return row

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.lists = CaseLists(case_of(obj), partial(meanwhile, request, obj))
        return form

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> Any:
        """Leave out rows that were deleted since the page was rendered."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "POST" and obj.pk:
            rows = inline.model._default_manager.filter(pk__in=_ids(given["data"], prefix))
            present = {str(pk) for pk in rows.values_list("pk", flat=True)}
            may_add = inline.has_add_permission(request, obj)
            data, files, lost = merging.without_deleted(
                given["data"], given["files"], prefix, present, may_add
            )
            given |= {"data": data, "files": files}
            if lost:
                text = gettext("{} deleted a part that you changed. You had written: “{}”.")
                who = meanwhile(request, obj)
                self.message_user(
                    request, format_html(text, who, "”, “".join(lost)), messages.WARNING
                )
        return given

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        case = case_of(context["original"])
        edits = Edit.objects.of_case(case.pk).values_list("pk", flat=True) if case else ()
        seen = next(iter(edits[:1]), 0)
        marks = {"token": secrets.token_hex(8), "seen": seen}
        return super().render_change_form(request, {**context, **marks}, *args, **kwargs)

    def record(self, request: HttpRequest, case: Case, kind: EditKind, note: str = "") -> None:
        history.record(case, kind, request.user, note)


def meanwhile(request: HttpRequest, row: Any) -> str:
    """Names and times of the edits of the row's case since the page was rendered."""
    case = case_of(row)
    if case is None:
        return _last_change_of(row) if row is not None else gettext("Somebody")
    seen = request.POST.get(SEEN, "")
    edits = Edit.objects.of_case(case.pk).exclude(kind=EditKind.FOUND).defer("packed")
    edits = edits.filter(pk__gt=int(seen) if is_key(seen) else 0)
    found = [_who(_name(edit, request.user), edit.at) for edit in edits[:5]]
    return ", ".join(found) or gettext("Somebody")


def last_change(request: HttpRequest, case: Case) -> str:
    """Who changed the case last and when, for a page that does not know what it showed."""
    edit = Edit.objects.of_case(case.pk).exclude(kind=EditKind.FOUND).defer("packed").first()
    return _who(_name(edit, request.user), edit.at) if edit else gettext("Somebody")


def is_by(request: HttpRequest, case: Case) -> bool:
    """Whether who asks was the last to change the case: 1 query."""
    last = Edit.objects.of_case(case.pk).values_list("by", flat=True).first()
    return last is not None and last == request.user.pk


def _name(edit: Edit, user: Any) -> str:
    return gettext("You, in another window,") if edit.by_id == user.pk else edit.by_name


def _last_change_of(term: Any) -> str:
    kind = ContentType.objects.get_for_model(term)
    entry = LogEntry.objects.filter(content_type=kind, object_id=term.pk).first()
    return _who(entry.user.get_username(), entry.action_time) if entry else gettext("Somebody")


def _who(name: str, at: Any) -> str:
    return f"{name or gettext('Somebody')} ({date_format(localtime(at), 'Y-m-d H:i')})"


def _digest(request: HttpRequest) -> str:
    """SHA-256 of everything sent, the page's token included; "" if there is no token."""
    if TOKEN not in request.POST:
        return ""
    sent = [*sorted(request.POST.lists()), request.path]
    files = [
        (name, file.name, file.size)
        for name in sorted(request.FILES)
        for file in request.FILES.getlist(name)
    ]
    return hashlib.sha256(repr((sent, files)).encode()).hexdigest()


def _ids(data: QueryDict, prefix: str) -> list[str]:
    return [pk for pk in merging.row_ids(data, prefix) if is_key(pk)]
