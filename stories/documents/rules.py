"""The editorial rules that a program can see, each broken one as `path: what`.

Source: the project's editorial rules, read 2026-11: plans are no results, every cited passage has a
gist, every printed fragment a gloss, no private person is named, an end is open only where said.
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
from stories.documents.schema import CaseDocument, Date, Metric, Text, numbered
from stories.reading import dates, source_text

PLANS = (MeasureStatus.PLANNED, MeasureStatus.DISCUSSED)
FINISHED = (MeasureStatus.DONE, MeasureStatus.AWAITING_ACCEPTANCE)
REPEATED = 12  # characters of a passage that its gist may not repeat
LEAST_TELLING = 3  # numbers on the first screen, where a case has so many results
# Words that print a requirement or an aim, not a result.
_AIMS = re.compile("不得少于|不得低于|力争|确保|拟")
# Words by which a source says that something goes on.
_GOES_ON = re.compile("以来|至今|起|目前|现在|仍|一直|持续|每|长期|常态|今后|不断")
_SENTENCE_ENDS = {"zh": re.compile(r"[。！？；](?=.)"), "en": re.compile(r"[.!?](?=\s+[A-Z“‘])")}


def faults(document: CaseDocument) -> Iterator[str]:
    """What breaks a rule, whether or not the text of a source is at hand."""
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


def gist_faults(document: CaseDocument, source: str, passages: Mapping[str, str]) -> Iterator[str]:
    """Gists that repeat their passage. `passages`: locator → folded text of the source."""
    for path, part in numbered("sources", document.sources):
        if part.key != source:
            continue
        for gist_path, passage in numbered(f"{path}.passages", part.passages):
            text = passages.get(passage.locator, "")
            if passage.gist and (run := _repeated(passage.gist.zh, text)):
                yield f"{gist_path}.gist: repeats {run!r} of the passage; say it in other words"


def _repeated(gist: str, text: str) -> str:
    """The first run of REPEATED characters, signs aside, that both hold; "" where none is."""
    gist, text = (re.sub(r"\W", "", source_text.fold(words)) for words in (gist, text))
    runs = (gist[n : n + REPEATED] for n in range(len(gist) - REPEATED + 1))
    return next((run for run in runs if run in text), "")


def _passage_faults(document: CaseDocument) -> Iterator[str]:
    cited = {(part.source, part.at) for path, part in document.printed() if "left_out" not in path}
    for path, source in numbered("sources", document.sources):
        if [passage.locator for passage in source.passages] != list(source.reading.lines):
            yield f"{path}.passages: are not those of reading.lines, in the same order"
        for passage_path, passage in numbered(f"{path}.passages", source.passages):
            if passage.kind != (kind := conversion.kind_of(passage.locator)):
                yield f"{passage_path}.kind: a passage at {passage.locator!r} is a {kind.value}"
            if passage.gist:
                yield from _length_faults(f"{passage_path}.gist", passage.gist)
            elif (source.key, passage.locator) in cited:
                yield f"{passage_path}.gist: is missing; statements rest on this passage"


def _length_faults(path: str, gist: Text) -> Iterator[str]:
    for language, ends in _SENTENCE_ENDS.items():
        sentences = len(ends.findall(getattr(gist, language).strip())) + 1
        if sentences > GIST_LIMIT:
            yield f"{path}.{language}: has {sentences} sentences; at most {GIST_LIMIT}"


def _gloss_faults(document: CaseDocument) -> Iterator[str]:
    for path, part in document.printed():
        if part.gloss is None:
            yield f"{path}.gloss: is missing; put {part.printed!r} into English"


def _heading_faults(document: CaseDocument) -> Iterator[str]:
    for path, problem in numbered("problems", document.problems):
        if problem.heading is None:
            yield f"{path}.heading: is missing; say what the source says was wrong"


def _metric_faults(document: CaseDocument) -> Iterator[str]:
    known = {metric.key for _path, metric in document.metrics()}
    for path, metric in document.metrics():
        if metric.scope is None:
            yield f"{path}.scope: is missing; say whom or what the number covers"
        if metric.kind is None:
            yield f"{path}.kind: is missing"
        elif metric.kind != Kind.TARGET and _AIMS.search(metric.cite.printed):
            yield f"{path}.kind: {metric.cite.printed!r} prints an aim; its kind is target"
        yield from _whole_faults(path, metric, known)
    for path, metric in numbered("context", document.context):
        if metric.kind not in (None, Kind.CONTEXT):
            yield f"{path}.kind: a number of the case itself is of kind context"
    for path, measure in numbered("measures", document.measures):
        for metric_path, metric in numbered(f"{path}.metrics", measure.metrics):
            if measure.status in PLANS and metric.kind not in (None, Kind.TARGET):
                yield f"{metric_path}.kind: of a measure that is {measure.status.value}: a target"
    yield from _mixed_faults(document)


def _whole_faults(path: str, metric: Metric, known: set[str]) -> Iterator[str]:
    whole = metric.whole
    if (whole.state == WholeState.STATED) != (whole.metric is not None):
        yield f"{path}.whole: names a metric exactly when the whole is stated"
    elif whole.metric is not None and (whole.metric not in known or whole.metric == metric.key):
        yield f"{path}.whole.metric: there is no other metric {whole.metric!r} in this document"


def _mixed_faults(document: CaseDocument) -> Iterator[str]:
    kinds = {metric.key: metric.kind for _path, metric in document.metrics()}
    for path, derived in numbered("derived", document.derived):
        are_targets = {kinds[key] == Kind.TARGET for key in derived.of if kinds.get(key)}
        if len(are_targets) > 1:
            yield f"{path}.of: mixes a target with results"


def _telling_faults(document: CaseDocument) -> Iterator[str]:
    metrics = {metric.key: metric for _path, metric in document.metrics()}
    for n, key in enumerate(document.telling):
        path = f"telling[{n}]"
        if key not in metrics:
            yield f"{path}: there is no metric {key!r} in this document"
        elif key in document.telling[:n]:
            yield f"{path}: {key!r} stands twice"
        elif metrics[key].kind == Kind.TARGET:
            yield f"{path}: {key!r} is a target, no result"
    results = [m for m in metrics.values() if m.kind not in (Kind.TARGET, Kind.CONTEXT, None)]
    if len(document.telling) < min(LEAST_TELLING, len(results)):
        yield f"telling: name {LEAST_TELLING} to 5 numbers that tell most of the case"


def _open_end_faults(document: CaseDocument) -> Iterator[str]:
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
            yield f"{path}.edtf: what is finished has no open end; write / for one not known"
        elif not _GOES_ON.search(date.printed):
            yield (
                f"{path}.edtf: {date.printed!r} does not say that it goes on; "
                "write / for an end that is not known"
            )


def _not_said_faults(document: CaseDocument) -> Iterator[str]:
    for path, measure in numbered("measures", document.measures):
        if len(set(measure.not_said)) < len(measure.not_said):
            yield f"{path}.not_said: names something twice"
        if measure.when and NotSaid.TIME in measure.not_said:
            yield f"{path}.not_said: names the time, and the measure has one"


def _link_faults(document: CaseDocument) -> Iterator[str]:
    measures = {measure.key for measure in document.measures}
    for path, change in numbered("changes", document.changes):
        for n, key in enumerate(change.measures):
            if key not in measures:
                yield f"{path}.measures[{n}]: there is no measure {key!r} in this document"
    for path, part in numbered("follow_up", document.follow_up):
        if part.measure is not None and part.measure not in measures:
            yield f"{path}.measure: there is no measure {part.measure!r} in this document"
    sources_ = {source.key for source in document.sources}
    for path, source in numbered("sources", document.sources):
        same = source.same_report_as
        if same is not None and (same not in sources_ or same == source.key):
            yield f"{path}.same_report_as: there is no other source {same!r} in this document"


def _unit_cost_faults(document: CaseDocument) -> Iterator[str]:
    cost = document.unit_cost
    known = {
        UnitCostState.STATED: {metric.key for _path, metric in document.metrics()},
        UnitCostState.COMPUTED: {derived.key for derived in document.derived},
    }.get(cost.state)
    if known is None and (cost.of is not None or cost.note is None):
        yield "unit_cost: a cost that is not computable has a note saying why, and no number"
    elif known is not None and cost.of not in known:
        yield f"unit_cost.of: there is no number {cost.of!r} of that kind in this document"


def _change_faults(document: CaseDocument) -> Iterator[str]:
    for path, change in numbered("changes", document.changes):
        if (change.after is None) != (not change.after_cites):
            yield f"{path}.after: has a text and citations, or neither"


def _follow_up_faults(document: CaseDocument) -> Iterator[str]:
    for path, part in numbered("follow_up", document.follow_up):
        is_answered = part.state == FollowUpState.ANSWERED
        if is_answered != bool(part.text and part.cites):
            yield f"{path}: an answered question, and no other, has a text and a citation"
        if (part.state == FollowUpState.NOT_LOOKED) != (part.looked_on is None):
            yield f"{path}.looked_on: the day of the last look, exactly where there was one"


def _source_faults(document: CaseDocument) -> Iterator[str]:
    for path, source in numbered("sources", document.sources):
        if source.url is None and source.url_note is None:
            yield f"{path}.url_note: a source without an address says why"
        if source.independence_note is None:
            yield f"{path}.independence_note: is missing; say what its independence follows from"


def _privacy_faults(document: CaseDocument) -> Iterator[str]:
    for source in document.sources:
        for path, text in _texts(document.model_dump(mode="json")):
            for name in privacy.names_in(text, source.key, source.withheld_names):
                yield f"{path}: names {name!r}, a private person whom source {source.key} names"


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
