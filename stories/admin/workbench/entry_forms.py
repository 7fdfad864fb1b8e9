"""Builds the entry form for a request of the workbench, with values read from the selected text."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from stories.admin.forms import terms
from stories.admin.forms.case_choices import CaseLists, somebody
from stories.admin.forms.fields import is_key
from stories.admin.forms.terms import Nearby, TermField
from stories.admin.workbench import article, forms
from stories.admin.workbench.case_forms import CaseEntryForm, DateEntryForm, GistEntryForm
from stories.admin.workbench.words import CaseTexts, Words
from stories.choices import Kind
from stories.models.case import Case
from stories.models.measures import Measure, Problem
from stories.models.metrics import Metric
from stories.models.questions import FollowUp, Glance
from stories.models.sources import Citation, LeftOut, Passage, Source
from stories.publishing import exporter
from stories.publishing.check import rest_of
from stories.reading import date_proposals, proposals, quantities

# kind → (form, model, title of a new row)
FORMS: dict[str, tuple[Any, type[Model], Any]] = {
    "problem": (forms.ProblemEntryForm, Problem, _("New problem")),
    "measure": (forms.MeasureEntryForm, Measure, _("New measure")),
    "metric": (forms.MetricEntryForm, Metric, _("New number")),
    "cite": (forms.CiteEntryForm, Citation, _("Further citation")),
    "left_out": (forms.LeftOutEntryForm, LeftOut, _("Number left out")),
    "glance": (forms.GlanceEntryForm, Glance, _("Glance")),
    "case": (CaseEntryForm, Case, _("In short")),
    "source": (forms.SourceEntryForm, Source, _("Source")),
}
PLAIN = {"date": _("Date"), "gist": _("Gists"), "rest": _("What else is left out")}
KINDS = (*FORMS, *PLAIN)
EDITED_ONLY = ("glance", "case", "source")  # kinds whose rows are created elsewhere
REMOVABLE = MADE = ("problem", "measure", "metric", "cite", "left_out")
AT: dict[str, type[Model]] = {"problem": Problem, "measure": Measure, "glance": Glance}
AT |= {"case": Case, "metric": Metric, "follow_up": FollowUp}


@dataclass(frozen=True)
class FormRequest:
    """The parameters of a form's URL: edited row, related statement, selected text."""

    case: Case
    kind: str
    parameters: Mapping[str, str]
    meanwhile: Callable[[], str] = somebody  # returns who changed the case last, and when
    is_sent_again: bool = False  # repeats a save, with no edit by others since

    @classmethod
    def of(
        cls, request: HttpRequest, case: Case, kind: str, made: str = "", **known: Any
    ) -> "FormRequest":
        """Parse and resolve the URL. `made`: kind-pk of the row that this form has already created,
        which it then edits. Raises Http404 for an unknown kind, row, statement or selection."""
        if kind not in KINDS:
            raise Http404
        parameters = request.GET.dict()
        if kind in MADE and "row" not in parameters and made.startswith(f"{kind}-"):
            parameters = {"row": made.removeprefix(f"{kind}-")}
        form_request = cls(case, kind, parameters, **known)
        form_request.resolve()
        return form_request

    def url_on(self, page: str) -> str:
        return f"{page}?{urlencode(self.parameters)}"

    def resolve(self) -> None:
        """Resolve all parameters, so that a wrong one raises Http404."""
        for name in ("row", "at", "words"):
            getattr(self, name)

    @property
    def model(self) -> type[Model]:
        return FORMS[self.kind][1] if self.kind in FORMS else Passage

    @cached_property
    def row(self) -> Any:
        """The edited row; None for a new one. Raises Http404 for a row of another case."""
        key = self.number("row")
        if key is None:
            if self.kind in EDITED_ONLY:
                raise Http404
            return None
        if self.kind in PLAIN:
            raise Http404
        found: Any = get_object_or_404(self.model, pk=key)
        if _case_of(found) != self.case:
            raise Http404
        return found

    @cached_property
    def at(self) -> Any:
        """The statement that the form refers to; None if there is none."""
        name = self.parameters.get("at", "")
        kind, _dash, key = name.partition("-")
        if not name:
            return None
        if kind not in AT or not is_key(key):
            raise Http404
        found: Any = get_object_or_404(AT[kind], pk=int(key))
        if _case_of(found) != self.case:
            raise Http404
        return found

    @cached_property
    def texts(self) -> CaseTexts:
        return CaseTexts(self.case)

    @cached_property
    def words(self) -> Words | None:
        """The selected text; None if there is none. Raises Http404 if it is outside the passage."""
        key = self.number("passage")
        start, end = self.number("start"), self.number("end")
        if key is None or start is None or end is None:
            return None
        passage = self.texts.passages.get(key)
        if passage is None or not start < end <= len(passage.text.text):
            raise Http404
        words = passage.words(start, end)
        return words if words.start < words.end else None

    @cached_property
    def nearby(self) -> Nearby:
        words = self.words
        if words is None:
            return Nearby()
        return Nearby.of(words.passage.text.folded, words.start, words.end)

    def number(self, name: str) -> int | None:
        text = self.parameters.get(name, "")
        if text and not is_key(text):
            raise Http404
        return int(text) if text else None


def _case_of(row: Any) -> Case:
    if isinstance(row, Case):
        return row
    if isinstance(row, Citation):
        return _case_of(row.target)
    found: Case = row.case
    return found


def form_of(form_request: FormRequest, data: Any) -> Any:
    """The form with initial values from the selected text; `data` is the POST data, or None."""
    if form_request.kind == "date":
        return DateEntryForm(
            data, case=form_request.case, initial=_words(form_request) | _date(form_request)
        )
    if form_request.kind == "gist":
        return GistEntryForm(
            data, case=form_request.case, passages=passages_to_sum_up(form_request)
        )
    if form_request.kind == "rest":
        words = list(_open(form_request))[: forms.REST_LIMIT]
        rest = [_left_out(one) for one in words] if data is None else None
        return forms.RestFormSet(data, initial=rest, prefix="rest")
    form, _model, _title = FORMS[form_request.kind]
    known = type(form.__name__, (form,), _known(form_request))
    initial = (
        {}
        if form_request.row
        else _words(form_request) | _FILLED.get(form_request.kind, _nothing)(form_request)
    )
    return known(data, instance=form_request.row or _new(form_request), initial=initial)


def _known(form_request: FormRequest) -> dict[str, Any]:
    lists = CaseLists(form_request.case, form_request.meanwhile)
    return {"lists": lists, "is_sent_again": form_request.is_sent_again}


def title_of(form_request: FormRequest) -> str:
    if form_request.kind in PLAIN:
        return str(PLAIN[form_request.kind])
    model: Any = form_request.model
    new = str(FORMS[form_request.kind][2])
    return f"{model._meta.verbose_name}: {form_request.row}" if form_request.row else new


def of_words() -> list[tuple[str, str]]:
    """(kind, label) of the forms that selected text can open."""
    named = ("metric", "date", "left_out", "problem", "measure")
    return [(kind, str(PLAIN[kind] if kind in PLAIN else FORMS[kind][2])) for kind in named]


def with_addresses(form: Any, url_of: Callable[[str], str]) -> None:
    """Set the URL of each search box for terms, selected text included."""
    for field in getattr(form, "fields", {}).values():
        if isinstance(field, TermField):
            box: Any = field.widget
            box.url = url_of(box.model_name)


def passages_to_sum_up(form_request: FormRequest) -> list[Passage]:
    """The requested passage, or else all cited passages without a gist."""
    rows = Passage.objects.filter(source__case=form_request.case).order_by(
        "source__position", "source__pk", "position", "pk"
    )
    if key := form_request.number("passage"):
        return [get_object_or_404(rows, pk=key)]
    cited = rows.filter(citations__isnull=False).distinct()
    return [row for row in cited if not (row.gist_zh and row.gist_en)]


def _new(form_request: FormRequest) -> Any:
    if form_request.kind == "cite":
        if form_request.at is None or isinstance(form_request.at, Metric):
            raise Http404
        column = str(form_request.at._meta.model_name).replace("followup", "follow_up")
        return Citation(**{column: form_request.at})
    return form_request.model(case=form_request.case)


def open_fragments(form_request: FormRequest) -> Counter[tuple[int, str]]:
    """(primary key of the passage, fragment) → number of its open numerals."""
    return Counter((words.passage.row.pk, words.printed) for words in _open(form_request))


def _open(form_request: FormRequest) -> list[Words]:
    document = rest_of(exporter.dump(form_request.case))
    return list(article.open_words(form_request.texts, document)) if document else []


def _left_out(words: Words) -> dict[str, Any]:
    reason = words.reason
    return {"passage": words.passage.row.pk, "printed": words.printed, "reason": reason}


# ---------------------------------------------------------------- initial values


def _nothing(_asked: FormRequest) -> dict[str, Any]:
    return {}


def _words(form_request: FormRequest) -> dict[str, Any]:
    words = form_request.words
    return {"passage": words.passage.row.pk, "printed": words.printed} if words else {}


def _problem(form_request: FormRequest) -> dict[str, Any]:
    return {"type": _key(terms.proposed("problem-type", form_request.nearby))}


def _measure(form_request: FormRequest) -> dict[str, Any]:
    problems = list(Problem.objects.filter(case=form_request.case))
    at = form_request.at if isinstance(form_request.at, Problem) else None
    solves = [at] if at else problems if len(problems) == 1 else []
    return {
        "type": _key(terms.proposed("measure-type", form_request.nearby)),
        "status": proposals.status(form_request.nearby.passage),
        "solves": [problem.pk for problem in solves],
    }


def _metric(form_request: FormRequest) -> dict[str, Any]:
    at = form_request.at.measure if isinstance(form_request.at, Metric) else form_request.at
    measure = at if isinstance(at, Measure) else None
    term = terms.proposed("indicator", form_request.nearby)
    kind = term.kind if term and measure else Kind.CONTEXT if not measure else ""
    quantity = form_request.nearby.quantity
    found: dict[str, Any] = {"measure": _key(measure), "indicator": _key(term), "kind": kind}
    if term and quantity:
        low, high = quantities.in_unit(quantity, term.unit_zh)
        found |= {"low": low, "high": high, "qualifier": quantity.qualifier.value}
    return found


def _date(form_request: FormRequest) -> dict[str, Any]:
    words = form_request.words
    if words is None:
        return {}
    above = words.passage.above + words.passage.text.folded[: words.start]
    read = date_proposals.read(words.folded, words.passage.source.issued, above)
    found = {"edtf": read.edtf, "inferred": read.inferred} if read else {}
    if isinstance(form_request.at, Measure):
        found["of"] = f"when-{form_request.at.pk}"
    return found


def _reason(form_request: FormRequest) -> dict[str, Any]:
    return {"reason": form_request.words.reason} if form_request.words else {}


def _key(row: Any) -> Any:
    return row.pk if row is not None else None


_FILLED = {
    "problem": _problem,
    "measure": _measure,
    "metric": _metric,
    "left_out": _reason,
}
