"""Warnings to an editor before publishing.

Worded as faults are, but they never prevent publishing.
"""

from collections.abc import Iterator, Mapping

from stories.choices import GlanceQuestion, GlanceState
from stories.documents import rules
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, numbered
from stories.documents.terms import Terms
from stories.reading import dates, quantities
from stories.reading.faults import Bare

LONG_ABSTRACT = 280  # characters of Chinese; the shipped cases have up to 277


# Classifiers that imply what is counted, grouped by thing; 个, 处 and the like do not.
# Source: 现代汉语词典, 7th edition 2016, appendix on measure words, read 2026-11.
_COUNTED = ("人 名 位 口", "户", "盏", "棵 株", "栋 幢 座", "家", "车 辆", "部 台", "所")
_KIND_OF = {word: n for n, words in enumerate(_COUNTED) for word in words.split()}


def warnings(document: CaseDocument, raws: Mapping[str, bytes], terms: Terms) -> list[Fault]:
    """`raws`: SHA-256 → bytes of the texts at hand."""
    return [
        *_text_warnings(document, raws),
        *_date_warnings(document),
        *_abstract_warnings(document),
        *_problem_warnings(document),
        *_metric_warnings(document),
        *_unit_warnings(document, terms),
        *_question_warnings(document),
    ]


def _text_warnings(document: CaseDocument, raws: Mapping[str, bytes]) -> Iterator[Fault]:
    for path, source in numbered("sources", document.sources):
        if source.reading.sha256 not in raws:
            yield Fault(path, "unproved-source")


def _date_warnings(document: CaseDocument) -> Iterator[Fault]:
    """Something that has begun must have begun before its source was issued; a plan need not."""
    issued = {source.key: source.issued for source in document.sources}
    plans = {
        f"{path}.when"
        for path, measure in numbered("measures", document.measures)
        if measure.status in rules.PLANS
    }
    for path, date in document.dates():
        day = issued.get(date.source)
        if (
            path == "ended"
            or path in plans
            or not day
            or dates.fault(day)
            or dates.fault(date.edtf)
        ):
            continue
        if dates.sort_key(date.edtf)[1] > dates.sort_key(day)[0]:
            yield Fault(f"{path}.edtf", "date-after-issue", {"edtf": date.edtf, "issued": day})


def _abstract_warnings(document: CaseDocument) -> Iterator[Fault]:
    if (count := len(document.abstract.zh)) > LONG_ABSTRACT:
        yield Fault("abstract.zh", "long-abstract", {"count": count})


def _problem_warnings(document: CaseDocument) -> Iterator[Fault]:
    met = {solve.problem for measure in document.measures for solve in measure.solves}
    for path, problem in numbered("problems", document.problems):
        if problem.key not in met:
            yield Fault(path, "problem-without-measure")


def _metric_warnings(document: CaseDocument) -> Iterator[Fault]:
    if not any(document.metrics()):
        yield Fault("measures", "no-metric-at-all")


def _unit_warnings(document: CaseDocument, terms: Terms) -> Iterator[Fault]:
    """Numbers whose classifier contradicts the indicator: households for lamps."""
    for path, metric in document.metrics():
        wanted = terms.units.get(metric.indicator, ("", ""))[1]
        for quantity in quantities.read(metric.cite.printed)[:1]:
            kinds = [_KIND_OF.get(unit) for unit in (quantity.unit, wanted)]
            if None not in kinds and kinds[0] != kinds[1]:
                units = {"given": Bare(quantity.unit), "wanted": Bare(wanted)}
                yield Fault(f"{path}.indicator", "counts-another-thing", units)


def _question_warnings(document: CaseDocument) -> Iterator[Fault]:
    for question in GlanceQuestion.values:
        answer = getattr(document.glance, question)
        if answer.state == GlanceState.NOT_CODED:
            yield Fault(f"glance.{question}", "question-not-looked-at")
