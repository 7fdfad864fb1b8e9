"""Views of the workbench: the page, its entry forms, and the lookups made while they are filled in.

GET never writes; a form that is sent twice is saved once.
"""

import hashlib
import uuid
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib.admin.utils import construct_change_message
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from stories.admin.case_status import publication_of
from stories.admin.desk import DeskAdmin
from stories.admin.forms import terms
from stories.admin.forms.base import end_of
from stories.admin.forms.fields import is_key
from stories.admin.saving import is_by, last_change
from stories.admin.workbench import entry_forms
from stories.admin.workbench.article import accounts
from stories.admin.workbench.board import sections
from stories.admin.workbench.entry_forms import FormRequest
from stories.admin.workbench.points import points
from stories.admin.workbench.words import CaseTexts
from stories.choices import PRINTED_LIMIT, EditKind, Qualifier
from stories.documents import metric_checks
from stories.models.case import Case
from stories.models.sources import LeftOut
from stories.models.vocabulary import Indicator
from stories.publishing import history
from stories.publishing.check import check, rest_of
from stories.reading import figures, quantities, source_text

FOLDER = "admin/stories/workbench"
ANSWER_LIMIT = 80  # characters of a search text


class CaseWorkbench(DeskAdmin):
    """The workbench views of `CaseAdmin`."""

    def get_urls(self) -> list[Any]:
        begin, wrapped = "<int:pk>/workbench/", self.admin_site.admin_view
        read_or_write = require_http_methods(["GET", "HEAD", "POST"])
        pages: list[tuple[str, Any, str]] = [
            ("", require_safe(self.workbench), "workbench"),
            ("terms/<str:name>/", require_safe(self.fitting_terms), "terms"),
            ("reading/", require_safe(self.reading), "reading"),
            ("form/<str:kind>/", read_or_write(self.entry_form), "entry_form"),
        ]
        own = [
            path(begin + rest, wrapped(view), name=f"stories_case_{name}")
            for rest, view, name in pages
        ]
        every_term = wrapped(require_safe(self.all_terms))
        return [
            path("terms/<str:name>/", every_term, name="stories_case_all_terms"),
            *own,
            *super().get_urls(),
        ]

    # ------------------------------------------------------------ the page

    def workbench(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page: source texts on the left, the case on the right. About 80 queries."""
        case = self._case(request, pk)
        if request.headers.get("X-Requested-With") == "workbench":
            return self._content(request, case)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Workbench"),
            "opts": self.opts,
            "limit": PRINTED_LIMIT,
            "is_nav_sidebar_enabled": False,
            **self._state(request, case),
        }
        return render(request, f"{FOLDER}/page.html", context)

    def _content(self, request: HttpRequest, case: Case, made: str = "") -> HttpResponse:
        """The part of the page that a save changes. `made`: kind-pk of the saved row."""
        context = self._state(request, case)
        response = render(request, f"{FOLDER}/_content.html", context)
        if made:
            response["X-Made"] = made
        return response

    def _state(self, request: HttpRequest, case: Case) -> dict[str, Any]:
        result = check(case, has_versions=publication_of(case) is not None)
        document = result.document or rest_of(result.dumped)
        faults, warnings = points(case, result.faults, result.warnings)
        return {
            "case": case,
            "accounts": accounts(CaseTexts(case), document),
            "sections": sections(case),
            "points": faults,
            "is_whole": not result.faults,
            "warnings": warnings,
            "may_publish": request.user.has_perm("stories.publish_case"),
        }

    def _case(self, request: HttpRequest, pk: int) -> Case:
        case = get_object_or_404(Case.objects.select_related("place"), pk=pk)
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        return case

    # ------------------------------------------------------------ forms

    def entry_form(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """An entry form; after a successful POST, the changed part of the page."""
        case = self._case(request, pk)
        if request.method == "POST":
            return self._save(request, case, kind)
        form_request = FormRequest.of(request, case, kind)
        _require(request, form_request)
        if form_request.words and form_request.words.is_too_long:
            return self._refused(request, form_request)
        return self._form(request, form_request, entry_forms.form_of(form_request, None))

    def _save(self, request: HttpRequest, case: Case, kind: str) -> HttpResponse:
        token, content = _token(request), _digest(request)
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            sent = history.was_sent_before(token)
            if sent is None or sent.content != content:
                # Read under the lock, so that concurrent saves are not overwritten.
                made_before = sent.location if sent else ""
                case = self._case(request, case.pk)
                known = {
                    "meanwhile": partial(last_change, request, case),
                    "is_sent_again": bool(made_before) and is_by(request, case),
                }
                form_request = FormRequest.of(request, case, kind, made_before, **known)
                _require(request, form_request)
                if "remove" in request.POST:
                    response = self._remove(request, form_request)
                    history.note_answer(token, _removed(response), content)
                    return response
                history.record_found(form_request.case)
                form = entry_forms.form_of(form_request, request.POST)
                if not form.is_valid():
                    history.note_answer(token, made_before, sent.content if sent else "")
                    status = HTTPStatus.UNPROCESSABLE_ENTITY
                    return self._form(request, form_request, form, status)
                made = self._write(request, form_request, form)
                history.note_answer(token, made, content)
            else:
                made = sent.location
        return self._content(request, Case.objects.get(pk=case.pk), made)

    def _write(self, request: HttpRequest, form_request: FormRequest, form: Any) -> str:
        """Save the form. kind-pk of the row created or changed."""
        row = _left_out(form_request, form) if form_request.kind == "rest" else form.save()
        self._note(request, form_request, form, row)
        history.record(form_request.case, EditKind.SAVED, request.user)
        return f"{form_request.kind}-{row.pk}"

    def _note(self, request: HttpRequest, form_request: FormRequest, form: Any, row: Any) -> None:
        """Log the change in the case's history, in the format of Django's inlines."""
        Case.objects.filter(pk=form_request.case.pk).update(changed_at=now())
        change: dict[str, Any] = {"name": entry_forms.title_of(form_request), "object": str(row)}
        if isinstance(form, ModelForm) and form_request.row is not None:
            message = construct_change_message(form, [], False)  # type: ignore[arg-type]  # takes ModelForms
            change["fields"] = message[0]["changed"]["fields"] if message else []
        action = (
            "added"
            if form_request.row is None and form_request.kind in entry_forms.FORMS
            else "changed"
        )
        change.setdefault("fields", [])
        self.log_change(request, form_request.case, [{action: change}])

    def _remove(self, request: HttpRequest, form_request: FormRequest) -> HttpResponse:
        row = form_request.row
        if row is None or form_request.kind not in entry_forms.REMOVABLE:
            raise BadRequest("remove")
        name = str(row)
        history.record_found(form_request.case)
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, RestrictedError):
            message = gettext("Something else rests on it: change that first.")
            return self._refused(request, form_request, message)
        change = {"name": str(form_request.model._meta.verbose_name), "object": name}
        Case.objects.filter(pk=form_request.case.pk).update(changed_at=now())
        self.log_change(request, form_request.case, [{"deleted": change}])
        history.record(form_request.case, EditKind.SAVED, request.user)
        return self._content(request, form_request.case)

    def _form(
        self,
        request: HttpRequest,
        form_request: FormRequest,
        form: Any,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        def url_of(name: str) -> str:
            page = reverse("admin:stories_case_terms", args=[form_request.case.pk, name])
            return f"{page}?{request.GET.urlencode()}"

        entry_forms.with_addresses(form, url_of)
        context = {
            "form": form,
            "form_request": form_request,
            "title": entry_forms.title_of(form_request),
            "url": form_request.url_on(request.path),
            "token": request.POST.get("token") or uuid.uuid4(),
            "limit": PRINTED_LIMIT,
            "is_removable": form_request.row is not None
            and form_request.kind in entry_forms.REMOVABLE,
            "is_rest": form_request.kind == "rest",
            "kinds": entry_forms.of_words(),
        }
        return render(request, f"{FOLDER}/_entry_form.html", context, status=status)

    def _refused(
        self, request: HttpRequest, form_request: FormRequest, message: str = ""
    ) -> HttpResponse:
        """An error for a selection that is too long, with its length, or with this message."""
        count = len(form_request.words.printed) if form_request.words else 0
        context = {"message": message, "count": count, "limit": PRINTED_LIMIT}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, f"{FOLDER}/_refused.html", context, status=status)

    # ------------------------------------------------------------ lookups

    def fitting_terms(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """The terms that match the typed and the selected text, as options."""
        form_request = FormRequest(self._case(request, pk), "", request.GET)
        return self._terms(request, name, form_request.nearby)

    def all_terms(self, request: HttpRequest, name: str) -> HttpResponse:
        """The terms that match the typed text, on pages without a case."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._terms(request, name, terms.Nearby())

    def _terms(self, request: HttpRequest, name: str, nearby: terms.Nearby) -> HttpResponse:
        if name not in terms.MODELS:
            raise Http404
        typed = request.GET.get("q", "")[:ANSWER_LIMIT]
        choices = [terms.Choice.of(term) for term in terms.offered(name, typed, nearby)]
        if name == "place":
            choices += map(terms.Choice.of_division, terms.of_code_table(typed))
        return render(request, f"{FOLDER}/_terms.html", {"choices": choices})

    def reading(self, request: HttpRequest, pk: int) -> JsonResponse:
        """How a fragment reads in an indicator's unit, as JSON: bounds and words, or the fault."""
        self._case(request, pk)
        key, printed = request.GET.get("indicator", ""), request.GET.get("printed", "")
        if not is_key(key) or len(printed) > PRINTED_LIMIT:
            raise BadRequest("reading")
        term = get_object_or_404(Indicator, pk=int(key))
        return JsonResponse(_reading(term, printed))


def _require(request: HttpRequest, form_request: FormRequest) -> None:
    """Raise PermissionDenied unless the user may add, change or delete rows of this kind."""
    if form_request.kind in entry_forms.PLAIN:
        needed = ["add_leftout" if form_request.kind == "rest" else "change_case"]
    elif "remove" in request.POST:
        needed = [f"delete_{form_request.model._meta.model_name}"]
    else:
        action = "add" if form_request.row is None else "change"
        needed = [f"{action}_{form_request.model._meta.model_name}"]
    if not request.user.has_perms([f"stories.{name}" for name in needed]):
        raise PermissionDenied


def _token(request: HttpRequest) -> str:
    try:
        return uuid.UUID(request.POST.get("token", "")).hex
    except ValueError as error:
        raise BadRequest("token") from error


def _digest(request: HttpRequest) -> str:
    """SHA-256 of the request's URL and POST data."""
    sent = (request.get_full_path(), sorted(request.POST.lists()))
    return hashlib.sha256(repr(sent).encode()).hexdigest()


def _removed(response: HttpResponse) -> str:
    return "removed" if response.status_code == HTTPStatus.OK else ""


def _left_out(form_request: FormRequest, formset: Any) -> Case:
    """Store the numbers of the rest form that have a reason and are still open. Raises BadRequest
    for a fragment that is not in its passage."""
    position = end_of(LeftOut.objects.filter(case=form_request.case))
    still_open = entry_forms.open_fragments(form_request)
    rows = []
    for given in formset.cleaned_data:
        if not given.get("reason"):
            continue
        passage = form_request.texts.passages.get(given["passage"])
        if not passage or not source_text.occurrences(passage.text.folded, given["printed"]):
            raise BadRequest("rest")
        fragment = (given["passage"], given["printed"])
        if not still_open[fragment]:
            continue
        still_open[fragment] -= 1
        names = ("printed", "reason", "gloss")
        values = {name: given[name] for name in names}
        rows.append(
            LeftOut(case=form_request.case, passage=passage.row, position=position, **values)
        )
        position += 1
    LeftOut.objects.bulk_create(rows)
    return form_request.case


def _reading(term: Indicator, printed: str) -> dict[str, Any]:
    found = quantities.read(printed)
    bounds: metric_checks.Bounds = (Decimal(1), Decimal(1), Qualifier.EXACT.value)
    if len(found) == 1:
        bounds = (*quantities.in_unit(found[0], term.unit_zh), found[0].qualifier.value)
    unit = (term.dimension, term.unit_zh)
    if fault := metric_checks.number_fault(bounds, printed, unit, is_overruled=False):
        return {"fault": fault.words(), "kind": term.kind}
    low, high = ("" if n is None else f"{n.normalize():f}" for n in bounds[:2])
    number = {"low": low, "high": high, "qualifier": bounds[2]}
    return {**number, "words": _written(bounds, term), "kind": term.kind}


def _written(bounds: metric_checks.Bounds, term: Indicator) -> str:
    """The number in words, Chinese and English: 超过400盏 / over 400 lamps."""
    unit = figures.Unit(term.dimension, term.unit_zh, term.unit_en, term.unit_en_one)
    return " / ".join(str(figures.write(*bounds, unit, language)) for language in ("zh", "en"))
