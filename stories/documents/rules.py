"""The editorial rules that a program can check; each violation is a fault.

Source: the project's editorial rules, read 2026-11: plans are no results, every cited passage has a
gist, every printed fragment a gloss, no private person is named, an end is open only if stated.
"""

import re
from collections.abc import Iterator, Mapping

from stories.choices import (
    GIST_LIMIT,
    FollowUpState,
    Kind,
    MeasureStatus,
    NotSaid,
    UnitCostState,
    WholeState,
)
from stories.documents import conversion, privacy
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, Date, Metric, Text, numbered
from stories.reading import dates, source_text
from stories.reading.faults import Bare

PLANS = (MeasureStatus.PLANNED, MeasureStatus.DISCUSSED)
FINISHED = (MeasureStatus.DONE, MeasureStatus.AWAITING_ACCEPTANCE)
REPEATED = 12  # characters of a passage that its gist may not repeat
LEAST_TELLING = 3  # numbers on the first screen, if the case has as many results
# Words of a requirement or an aim, not a result.
_AIMS = re.compile("不得少于|不得低于|力争|确保|拟")
# Words for something that is still going on.
_GOES_ON = re.compile("以来|至今|起|目前|现在|仍|一直|持续|每|长期|常态|今后|不断")
_SENTENCE_ENDS = {"zh": re.compile(r"[。！？；](?=.)"), "en": re.compile(r"[.!?](?=\s+[A-Z“‘])")}


def faults(document: CaseDocument) -> Iterator[Fault]:
    """Violations that can be found with or without the texts of the sources."""
    yield from _passage_faults(document)
    yield from _gloss_faults(document)
    yield from _heading_faults(document)
    yield from _metric_faults(document)
    yield from _telling_faults(document)
    yield from _open_end_faults(document)
    yield from _not_said_faults(document)
    yield from _link_faults(document)
    yield from _unit_cost_faults(document)
    yield from _change_faults(document)
    yield from _follow_up_faults(document)
    yield from _source_faults(document)
    yield from _privacy_faults(document)


def gist_faults(
    document: CaseDocument, source: str, passages: Mapping[str, str]
) -> Iterator[Fault]:
    """Gists that repeat their passage. `passages`: locator → folded text of the source."""
    for path, part in numbered("sources", document.sources):
        if part.key != source:
            continue
        for gist_path, passage in numbered(f"{path}.passages", part.passages):
            text = passages.get(passage.locator, "")
            if passage.gist and (run := _repeated(passage.gist.zh, text)):
                yield Fault(f"{gist_path}.gist", "copied-gist", {"run": run})


def _repeated(gist: str, text: str) -> str:
    """The first run of REPEATED characters, ignoring signs, in both texts; "" if there is none."""
    gist, text = (re.sub(r"\W", "", source_text.fold(words)) for words in (gist, text))
    runs = (gist[n : n + REPEATED] for n in range(len(gist) - REPEATED + 1))
    return next((run for run in runs if run in text), "")


def _passage_faults(document: CaseDocument) -> Iterator[Fault]:
    cited = {(part.source, part.at) for path, part in document.printed() if "left_out" not in path}
    for path, source in numbered("sources", document.sources):
        if [passage.locator for passage in source.passages] != list(source.reading.lines):
            yield Fault(f"{path}.passages", "passages-disagree")
        for passage_path, passage in numbered(f"{path}.passages", source.passages):
            if passage.kind != (kind := conversion.kind_of(passage.locator)):
                expected = {"locator": passage.locator, "kind": kind}
                yield Fault(f"{passage_path}.kind", "wrong-passage-kind", expected)
            if passage.gist:
                yield from _length_faults(f"{passage_path}.gist", passage.gist)
            elif (source.key, passage.locator) in cited:
                yield Fault(f"{passage_path}.gist", "no-gist")


def _length_faults(path: str, gist: Text) -> Iterator[Fault]:
    for language, ends in _SENTENCE_ENDS.items():
        sentences = len(ends.findall(getattr(gist, language).strip())) + 1
        if sentences > GIST_LIMIT:
            parameters = {"count": sentences, "limit": GIST_LIMIT}
            yield Fault(f"{path}.{language}", "long-gist", parameters)


def _gloss_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, part in document.printed():
        if part.gloss is None:
            yield Fault(f"{path}.gloss", "no-gloss", {"printed": part.printed})


def _heading_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, problem in numbered("problems", document.problems):
        if problem.heading is None:
            yield Fault(f"{path}.heading", "no-heading")


def _metric_faults(document: CaseDocument) -> Iterator[Fault]:
    known = {metric.key for _path, metric in document.metrics()}
    for path, metric in document.metrics():
        if metric.scope is None:
            yield Fault(f"{path}.scope", "no-scope")
        if metric.kind is None:
            yield Fault(f"{path}.kind", "missing")
        elif metric.kind != Kind.TARGET and _AIMS.search(metric.cite.printed):
            yield Fault(f"{path}.kind", "aim", {"printed": metric.cite.printed})
        yield from _whole_faults(path, metric, known)
    for path, metric in numbered("context", document.context):
        if metric.kind not in (None, Kind.CONTEXT):
            yield Fault(f"{path}.kind", "no-context")
    for path, measure in numbered("measures", document.measures):
        for metric_path, metric in numbered(f"{path}.metrics", measure.metrics):
            if measure.status in PLANS and metric.kind not in (None, Kind.TARGET):
                yield Fault(f"{metric_path}.kind", "no-target", {"status": measure.status})
    yield from _mixed_faults(document)


def _whole_faults(path: str, metric: Metric, known: set[str]) -> Iterator[Fault]:
    whole = metric.whole
    if (whole.state == WholeState.STATED) != (whole.metric is not None):
        yield Fault(f"{path}.whole", "whole-disagrees")
    elif whole.metric is not None and (whole.metric not in known or whole.metric == metric.key):
        yield Fault(f"{path}.whole.metric", "no-other-metric", {"key": whole.metric})


def _mixed_faults(document: CaseDocument) -> Iterator[Fault]:
    kinds = {metric.key: metric.kind for _path, metric in document.metrics()}
    for path, derived in numbered("derived", document.derived):
        are_targets = {kinds[key] == Kind.TARGET for key in derived.of if kinds.get(key)}
        if len(are_targets) > 1:
            yield Fault(f"{path}.of", "operand-kinds")


def _telling_faults(document: CaseDocument) -> Iterator[Fault]:
    metrics = {metric.key: metric for _path, metric in document.metrics()}
    for n, key in enumerate(document.telling):
        path = f"telling[{n}]"
        if key not in metrics:
            yield Fault(path, "no-such-metric", {"key": key})
        elif key in document.telling[:n]:
            yield Fault(path, "doubled", {"key": key})
        elif metrics[key].kind == Kind.TARGET:
            yield Fault(path, "telling-target", {"key": key})
    results = [m for m in metrics.values() if m.kind not in (Kind.TARGET, Kind.CONTEXT, None)]
    if len(document.telling) < min(LEAST_TELLING, len(results)):
        yield Fault("telling", "too-few-telling", {"least": LEAST_TELLING})


def _open_end_faults(document: CaseDocument) -> Iterator[Fault]:
    ends: list[tuple[str, Date | None, MeasureStatus | None]] = [
        ("began", document.began, None),
        ("ended", document.ended, None),
    ]
    for path, measure in numbered("measures", document.measures):
        ends.append((f"{path}.when", measure.when, measure.status))
    for path, date, status in ends:
        if date is None or not date.edtf.endswith(f"/{dates.OPEN}"):
            continue
        if status in FINISHED:
            yield Fault(f"{path}.edtf", "finished-open-end")
        elif not _GOES_ON.search(date.printed):
            yield Fault(f"{path}.edtf", "unsaid-open-end", {"printed": date.printed})


def _not_said_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, measure in numbered("measures", document.measures):
        if len(set(measure.not_said)) < len(measure.not_said):
            yield Fault(f"{path}.not_said", "doubled-value")
        if measure.when and NotSaid.TIME in measure.not_said:
            yield Fault(f"{path}.not_said", "time-is-said")


def _link_faults(document: CaseDocument) -> Iterator[Fault]:
    measures = {measure.key for measure in document.measures}
    for path, change in numbered("changes", document.changes):
        for n, key in enumerate(change.measures):
            if key not in measures:
                yield Fault(f"{path}.measures[{n}]", "no-such-measure", {"key": key})
    for path, part in numbered("follow_up", document.follow_up):
        if part.measure is not None and part.measure not in measures:
            yield Fault(f"{path}.measure", "no-such-measure", {"key": part.measure})
    sources_ = {source.key for source in document.sources}
    for path, source in numbered("sources", document.sources):
        same = source.same_report_as
        if same is not None and (same not in sources_ or same == source.key):
            yield Fault(f"{path}.same_report_as", "no-other-source", {"key": same})


def _unit_cost_faults(document: CaseDocument) -> Iterator[Fault]:
    cost = document.unit_cost
    known = {
        UnitCostState.STATED: {metric.key for _path, metric in document.metrics()},
        UnitCostState.COMPUTED: {derived.key for derived in document.derived},
    }.get(cost.state)
    if known is None and (cost.of is not None or cost.note is None):
        yield Fault("unit_cost", "cost-not-computable")
    elif known is not None and cost.of not in known:
        yield Fault("unit_cost.of", "no-such-number", {"key": cost.of})


def _change_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, change in numbered("changes", document.changes):
        if (change.after is None) != (not change.after_cites):
            yield Fault(f"{path}.after", "after-disagrees")


def _follow_up_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, part in numbered("follow_up", document.follow_up):
        is_answered = part.state == FollowUpState.ANSWERED
        if is_answered != bool(part.text and part.cites):
            yield Fault(path, "follow-up-disagrees")
        if (part.state == FollowUpState.NOT_LOOKED) != (part.looked_on is None):
            yield Fault(f"{path}.looked_on", "look-disagrees")


def _source_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, source in numbered("sources", document.sources):
        if source.url is None and source.url_note is None:
            yield Fault(f"{path}.url_note", "no-address-note")
        if source.independence_note is None:
            yield Fault(f"{path}.independence_note", "no-independence-note")


def _privacy_faults(document: CaseDocument) -> Iterator[Fault]:
    for source in document.sources:
        for path, text in _texts(document.model_dump(mode="json")):
            for name in privacy.names_in(text, source.key, source.withheld_names):
                whose = {"name": name, "source": Bare(source.key)}
                yield Fault(path, "private-name", whose)


def _texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every text in plain lists and dicts."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from _texts(part, f"{path}[{n}]")
