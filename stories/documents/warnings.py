"""What an editor should look at before publishing, and may publish nevertheless.

Worded as faults are. Its law: nothing here keeps a document from being published.
"""

from collections.abc import Iterator, Mapping

from stories.choices import GlanceQuestion, GlanceState
from stories.documents import rules
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, numbered
from stories.reading import dates

LONG_ABSTRACT = 280  # characters of Chinese; the shipped cases have up to 277


def warnings(document: CaseDocument, raws: Mapping[str, bytes]) -> list[Fault]:
    """`raws`: SHA-256 → bytes of the texts at hand."""
    return [
        *_text_warnings(document, raws),
        *_date_warnings(document),
        *_abstract_warnings(document),
        *_problem_warnings(document),
        *_metric_warnings(document),
        *_question_warnings(document),
    ]


def _text_warnings(document: CaseDocument, raws: Mapping[str, bytes]) -> Iterator[Fault]:
    for path, source in numbered("sources", document.sources):
        if source.reading.sha256 not in raws:
            yield Fault(path, "unproved-source")


def _date_warnings(document: CaseDocument) -> Iterator[Fault]:
    """What has begun has begun before the source that says so was issued; a plan has not."""
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


def _question_warnings(document: CaseDocument) -> Iterator[Fault]:
    for question in GlanceQuestion.values:
        answer = getattr(document.glance, question)
        if answer.state == GlanceState.NOT_CODED:
            yield Fault(f"glance.{question}", "question-not-looked-at")
