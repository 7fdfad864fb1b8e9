"""What an editor should look at before publishing, and may publish nevertheless.

Worded as faults are. Its law: nothing here keeps a document from being published.
"""

from collections.abc import Iterator, Mapping

from stories.choices import GlanceQuestion, GlanceState
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, numbered

LONG_ABSTRACT = 280  # characters of Chinese; the shipped cases have up to 277


def warnings(document: CaseDocument, raws: Mapping[str, bytes]) -> list[Fault]:
    """`raws`: SHA-256 → bytes of the texts at hand."""
    return [
        *_text_warnings(document, raws),
        *_abstract_warnings(document),
        *_problem_warnings(document),
        *_metric_warnings(document),
        *_question_warnings(document),
    ]


def _text_warnings(document: CaseDocument, raws: Mapping[str, bytes]) -> Iterator[Fault]:
    for path, source in numbered("sources", document.sources):
        if source.reading.sha256 not in raws:
            yield Fault(path, "unproved-source")


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
