"""The parts of the case as the workbench displays them, with texts and citations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from stories.admin.desk import change_url
from stories.choices import DatedEvent, GlanceState
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.metrics import Metric
from stories.models.sources import Citation
from stories.reading import dates, figures

# Labels of the text fields, without their language.
_TEXTS = {
    "abstract": _("abstract"),
    "after": pgettext_lazy("side of a change", "after"),
    "before": pgettext_lazy("side of a change", "before"),
    "condition_note": _("note on the condition"),
    "container": _("paper or site"),
    "heading": _("heading"),
    "independence_note": _("note on the independence"),
    "issued_note": _("note on the date"),
    "key_message": _("key message"),
    "name_as_reported": _("name as reported"),
    "note": _("note"),
    "period_note": _("note on the period"),
    "question": _("question"),
    "reading_note": _("why it is read so"),
    "scope": _("scope"),
    "statement": _("statement"),
    "subject": _("subject"),
    "summary": _("summary"),
    "text": _("answer"),
    "title": _("title"),
    "unit_cost_note": _("note on the unit cost"),
    "url_note": _("note on the address"),
}


@dataclass(frozen=True)
class Pair:
    """A text in both languages."""

    label: str
    zh: str
    en: str

    @property
    def lacks_english(self) -> bool:
        return bool(self.zh) and not self.en


@dataclass(frozen=True)
class Item:
    """A part of a case. `name`: kind-pk; `kind`: the form that edits it, "" if there is none.

    `number`: a metric in words, Chinese and English.
    """

    name: str
    kind: str
    pk: int
    label: str
    pairs: Sequence[Pair] = ()
    number: tuple[str, str] = ("", "")
    notes: Sequence[str] = ()
    citations: Sequence[Citation] = ()
    items: Sequence["Item"] = ()
    url: str = ""
    may_cite: bool = False
    is_unanswered: bool = False  # a question that is not coded yet

    @property
    def missing(self) -> int:
        """Number of its texts without English."""
        return sum(pair.lacks_english for pair in self.pairs) + sum(
            not citation.gloss for citation in self.citations
        )


@dataclass(frozen=True)
class Section:
    label: str
    items: list[Item] = field(default_factory=list)
    adds: str = ""  # kind of the form that can be opened without selected text

    @property
    def missing(self) -> int:
        return sum(item.missing + sum(below.missing for below in item.items) for item in self.items)


def sections(case: Case) -> list[Section]:
    """All parts of the case by section: about 20 queries."""
    return [
        Section(gettext("In short"), [_in_short(case)]),
        Section(gettext("Problems"), [_problem(row) for row in _cited(case.problems, "type")]),
        Section(gettext("Measures"), [_measure(row) for row in _measures(case)]),
        Section(gettext("Numbers of the place"), list(_context(case))),
        Section(gettext("Glance"), [_glance(row) for row in _cited(case.glances)]),
        Section(gettext("Changes and follow-ups"), list(_further(case))),
        Section(gettext("Left out"), [_left_out(row) for row in _left_outs(case)], "rest"),
        Section(gettext("Sources"), [_source(row) for row in case.sources.all()], "gist"),
    ]


def _cited(rows: Any, *related: str) -> Any:
    found = rows.select_related(*related) if related else rows
    return found.prefetch_related("citations__passage__source")


def _left_outs(case: Case) -> Any:
    return case.left_out.select_related("passage__source")


def _measures(case: Case) -> Any:
    rows = _cited(case.measures).prefetch_related("type_links__type", "solves__problem")
    return rows.prefetch_related("metrics__indicator", "metrics__citations__passage__source")


def _pairs(row: Model, *names: str) -> list[Pair]:
    found = [
        Pair(str(_TEXTS[name]), getattr(row, f"{name}_zh"), getattr(row, f"{name}_en"))
        for name in names
    ]
    return [pair for pair in found if pair.zh or pair.en]


def _item(row: Any, kind: str, label: Any, **given: Any) -> Item:
    return Item(f"{kind}-{row.pk}", kind, row.pk, str(label), **given)


def _in_short(case: Case) -> Item:
    names = ("title", "key_message", "abstract", "name_as_reported", "unit_cost_note")
    citations = list(case.citations.select_related("passage__source"))
    return _item(
        case,
        "case",
        gettext("The case"),
        pairs=_pairs(case, *names, "period_note"),
        notes=[str(case.place), *_dates(case, citations)],
        citations=[citation for citation in citations if not citation.event],
        url=change_url(case),
        may_cite=True,
    )


def _dates(row: Any, citations: Iterable[Citation]) -> Iterator[str]:
    """Dates in words: Began: 2022年3月 / March 2022 (“3月”, year inferred)"""
    printed = {citation.event: citation.printed for citation in citations}
    for event in DatedEvent:
        edtf = getattr(row, event.value, "")
        if edtf and not dates.fault(edtf):
            both = " / ".join(dates.in_words(edtf, language) for language in ("zh", "en"))
            inferred = getattr(row, f"get_{event.value}_inferred_display")()
            notes = [f"“{printed[event.value]}”"] if event.value in printed else []
            notes += [str(inferred)] if inferred else []
            beside = f" ({', '.join(notes)})" if notes else ""
            yield f"{event.label}{pgettext('before a value', ': ')}{both}{beside}"


def _problem(row: Any) -> Item:
    return _item(
        row,
        "problem",
        row.type,
        pairs=_pairs(row, "heading", "statement"),
        citations=row.statement_citations,
        url=change_url(row),
        may_cite=True,
    )


def _measure(row: Measure) -> Item:
    citations = list(row.citations.all())
    answers = [str(solve.problem.heading_zh or solve.problem) for solve in row.solves.all()]
    notes = [str(row.get_status_display()), *_dates(row, citations)]
    if answers:
        notes.append(gettext("answers: %(problems)s") % {"problems": ", ".join(answers)})
    return _item(
        row,
        "measure",
        row.type or row._meta.verbose_name,
        pairs=_pairs(row, "title", "summary"),
        notes=notes,
        citations=row.statement_citations,
        items=[_metric(metric) for metric in row.metrics.all()],
        url=change_url(row),
        may_cite=True,
    )


def _context(case: Case) -> Iterator[Item]:
    rows = case.metrics.filter(measure=None).select_related("indicator")
    for row in rows.prefetch_related("citations__passage__source"):
        yield _metric(row)


def _metric(row: Metric) -> Item:
    term = row.indicator
    unit = figures.Unit(term.dimension, term.unit_zh, term.unit_en, term.unit_en_one)
    written = [
        str(figures.write(row.low, row.high, row.qualifier, unit, language))
        for language in ("zh", "en")
    ]
    notes = [str(row.get_kind_display())] if row.kind else []
    if row.reading_note_zh or row.reading_note_en:
        notes.append(gettext("read otherwise than the program does"))
    return _item(
        row,
        "metric",
        term,
        pairs=_pairs(row, "scope", "reading_note"),
        number=(written[0], written[1]),
        notes=notes,
        citations=row.statement_citations,
        url=change_url(row),
    )


def _glance(row: Any) -> Item:
    return _item(
        row,
        "glance",
        row.get_question_display(),
        pairs=_pairs(row, "text"),
        notes=[str(row.get_state_display())],
        citations=row.statement_citations,
        url=change_url(row),
        may_cite=row.is_stated,
        is_unanswered=row.state == GlanceState.NOT_CODED,
    )


def _further(case: Case) -> Iterator[Item]:
    """Changes and follow-ups, which are edited on their admin pages."""
    for row in _cited(case.changes):
        names = ("subject", "before", "after")
        pairs, citations = _pairs(row, *names), list(row.citations.all())
        yield Item(
            *(f"change-{row.pk}", "", row.pk, str(row._meta.verbose_name)),
            pairs=pairs,
            citations=citations,
            url=change_url(row),
        )
    for row in _cited(case.follow_ups):
        yield Item(
            *(f"follow_up-{row.pk}", "", row.pk, str(row._meta.verbose_name)),
            pairs=_pairs(row, "question", "text"),
            notes=[str(row.get_state_display())],
            citations=row.statement_citations,
            url=change_url(row),
            may_cite=True,
        )


def _left_out(row: Any) -> Item:
    cited = Citation(passage=row.passage, printed=row.printed, gloss=row.gloss)
    pairs, reason = _pairs(row, "note"), row.get_reason_display()
    return _item(row, "left_out", reason, pairs=pairs, citations=[cited])


def _source(row: Any) -> Item:
    names = ("title", "container", "url_note", "independence_note", "condition_note")
    return _item(row, "source", row, pairs=_pairs(row, *names, "issued_note"), url=change_url(row))
