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
        asked = cls(case, kind, parameters, **known)
        asked.resolve()
        return asked

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


def form_of(asked: FormRequest, data: Any) -> Any:
    """The form with initial values from the selected text; `data` is the POST data, or None."""
    if asked.kind == "date":
        return DateEntryForm(data, case=asked.case, initial=_words(asked) | _date(asked))
    if asked.kind == "gist":
        return GistEntryForm(data, case=asked.case, passages=passages_to_sum_up(asked))
    if asked.kind == "rest":
        words = list(_open(asked))[: forms.REST_LIMIT]
        rest = [_left_out(one) for one in words] if data is None else None
        return forms.RestFormSet(data, initial=rest, prefix="rest")
    form, _model, _title = FORMS[asked.kind]
    known = type(form.__name__, (form,), _known(asked))
    initial = {} if asked.row else _words(asked) | _FILLED.get(asked.kind, _nothing)(asked)
    return known(data, instance=asked.row or _new(asked), initial=initial)


def _known(asked: FormRequest) -> dict[str, Any]:
    lists = CaseLists(asked.case, asked.meanwhile)
    return {"lists": lists, "is_sent_again": asked.is_sent_again}


def title_of(asked: FormRequest) -> str:
    if asked.kind in PLAIN:
        return str(PLAIN[asked.kind])
    model: Any = asked.model
    new = str(FORMS[asked.kind][2])
    return f"{model._meta.verbose_name}: {asked.row}" if asked.row else new


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


def passages_to_sum_up(asked: FormRequest) -> list[Passage]:
    """The requested passage, or else all cited passages without a gist."""
    rows = Passage.objects.filter(source__case=asked.case).order_by(
        "source__position", "source__pk", "position", "pk"
    )
    if key := asked.number("passage"):
        return [get_object_or_404(rows, pk=key)]
    cited = rows.filter(citations__isnull=False).distinct()
    return [row for row in cited if not (row.gist_zh and row.gist_en)]


def _new(asked: FormRequest) -> Any:
    if asked.kind == "cite":
        if asked.at is None or isinstance(asked.at, Metric):
            raise Http404
        column = str(asked.at._meta.model_name).replace("followup", "follow_up")
        return Citation(**{column: asked.at})
    return asked.model(case=asked.case)


def open_fragments(asked: FormRequest) -> Counter[tuple[int, str]]:
    """(primary key of the passage, fragment) → number of its open numerals."""
    return Counter((words.passage.row.pk, words.printed) for words in _open(asked))


def _open(asked: FormRequest) -> list[Words]:
    document = rest_of(exporter.dump(asked.case))
    return list(article.open_words(asked.texts, document)) if document else []


def _left_out(words: Words) -> dict[str, Any]:
    reason = words.reason
    return {"passage": words.passage.row.pk, "printed": words.printed, "reason": reason}


# ---------------------------------------------------------------- initial values


def _nothing(_asked: FormRequest) -> dict[str, Any]:
    return {}


def _words(asked: FormRequest) -> dict[str, Any]:
    words = asked.words
    return {"passage": words.passage.row.pk, "printed": words.printed} if words else {}


def _problem(asked: FormRequest) -> dict[str, Any]:
    return {"type": _key(terms.proposed("problem-type", asked.nearby))}


def _measure(asked: FormRequest) -> dict[str, Any]:
    problems = list(Problem.objects.filter(case=asked.case))
    at = asked.at if isinstance(asked.at, Problem) else None
    solves = [at] if at else problems if len(problems) == 1 else []
    return {
        "type": _key(terms.proposed("measure-type", asked.nearby)),
        "status": proposals.status(asked.nearby.passage),
        "solves": [problem.pk for problem in solves],
    }


def _metric(asked: FormRequest) -> dict[str, Any]:
    at = asked.at.measure if isinstance(asked.at, Metric) else asked.at
    measure = at if isinstance(at, Measure) else None
    term = terms.proposed("indicator", asked.nearby)
    kind = term.kind if term and measure else Kind.CONTEXT if not measure else ""
    quantity = asked.nearby.quantity
    found: dict[str, Any] = {"measure": _key(measure), "indicator": _key(term), "kind": kind}
    if term and quantity:
        low, high = quantities.in_unit(quantity, term.unit_zh)
        found |= {"low": low, "high": high, "qualifier": quantity.qualifier.value}
    return found


def _date(asked: FormRequest) -> dict[str, Any]:
    words = asked.words
    if words is None:
        return {}
    above = words.passage.above + words.passage.text.folded[: words.start]
    read = date_proposals.read(words.folded, words.passage.source.issued, above)
    found = {"edtf": read.edtf, "inferred": read.inferred} if read else {}
    if isinstance(asked.at, Measure):
        found["of"] = f"when-{asked.at.pk}"
    return found


def _reason(asked: FormRequest) -> dict[str, Any]:
    return {"reason": asked.words.reason} if asked.words else {}


def _key(row: Any) -> Any:
    return row.pk if row is not None else None


_FILLED = {
    "problem": _problem,
    "measure": _measure,
    "metric": _metric,
    "left_out": _reason,
}
