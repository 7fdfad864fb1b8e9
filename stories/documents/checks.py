"""Everything that can be wrong with a case document, each fault as `path: what`.

What the command runs on files is what the desk runs before publishing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from stories.choices import (
    ABSTRACT_LIMIT,
    METRIC_LIMIT,
    GlanceQuestion,
    GlanceState,
    Operation,
    PersonRole,
    Qualifier,
)
from stories.documents import rules, schema
from stories.documents.schema import (
    STAND_IN,
    Answer,
    CaseDocument,
    Cite,
    Date,
    Derived,
    DocumentError,
    LeftOut,
    Metric,
    Rest,
    is_within,
    numbered,
)
from stories.reading import dates, quantities, source_text

Bounds = tuple[Decimal | None, Decimal | None, str]  # low, high, qualifier


@dataclass(frozen=True)
class Terms:
    """The open vocabulary, as far as a check needs it. `deprecated`: (list, slug) → replacement."""

    slugs: Mapping[str, frozenset[str]]  # by list: place, tag, problem type, …
    units: Mapping[str, tuple[str, str]]  # indicator → (dimension, Chinese unit)
    deprecated: Mapping[tuple[str, str], str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)  # place → the place it lies in

    def chain(self, place: str) -> list[str]:
        """From the place itself up to its province; each place once, even in a circle."""
        found: list[str] = []
        while place and place not in found:
            found.append(place)
            place = self.parents.get(place, "")
        return found

    def fault(self, kind: str, slug: str) -> str:
        if slug not in self.slugs.get(kind, frozenset()):
            return f"unknown {kind} {slug!r}"
        if (kind, slug) in self.deprecated:
            instead = self.deprecated[kind, slug]
            return f"{kind} {slug!r} is deprecated" + (f"; use {instead!r}" if instead else "")
        return ""


def faults(document: CaseDocument, terms: Terms) -> list[str]:
    """Everything wrong with a document of the right shape, as `path: what`; [] when nothing is."""
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _term_faults(document, terms),
        lambda: _key_faults(document),
        lambda: _citation_faults(document),
        lambda: _metric_faults(document, terms),
        lambda: _date_faults(document),
        lambda: _derived_faults(document),
        lambda: _glance_faults(document),
        lambda: _source_faults(document),
        lambda: _length_faults(document),
        lambda: rules.faults(document),
    )
    return [fault for check in checks for fault in check()]


def file_faults(file: Path, terms: Terms, raws: Mapping[str, bytes] | None = None) -> list[str]:
    """Everything wrong with a file; with `raws`, see text_faults, also against the articles."""
    try:
        document = schema.read_file(file)
    except DocumentError as error:
        return error.problems + rest_faults(error.rest, terms, raws)
    found = [*schema.form_faults(file.read_bytes(), document), *faults(document, terms)]
    return found if raws is None else found + text_faults(document, raws)


def rest_faults(
    rest: Rest | None, terms: Terms, raws: Mapping[str, bytes] | None = None
) -> list[str]:
    """What is wrong with the rest of a misshapen document, beside its shape."""
    if rest is None:
        return []
    found = faults(rest.document, terms)
    if raws is not None:
        found += text_faults(rest.document, raws)
    untold = frozenset(_untold(rest))
    return [fault for fault in found if not is_within(fault.partition(": ")[0], untold)]


def _untold(rest: Rest) -> Iterator[str]:
    """The paths of a rest at which a fault could come from a stand-in alone."""
    yield from rest.aside
    yield from _untold_citations(rest)
    yield from _untold_numbers(rest)
    yield from _untold_links(rest)
    document = rest.document
    entries = [path for path, _part in _entries(document)]
    is_source_unknown = STAND_IN in {source.key for source in document.sources}
    if is_source_unknown or any(
        rest.lacks(f"{path}.{name}") for path in entries for name in ("source", "at", "printed")
    ):
        yield "(accounting)"


def _untold_links(rest: Rest) -> Iterator[str]:
    """Where a part is named by its key, and not all keys are known."""
    document = rest.document
    if STAND_IN in {problem.key for problem in document.problems}:
        yield from (f"{path}.solves" for path, _part in numbered("measures", document.measures))
    if STAND_IN in {measure.key for measure in document.measures}:
        yield from (f"{path}.measures" for path, _part in numbered("changes", document.changes))
        yield from (f"{path}.measure" for path, _part in numbered("follow_up", document.follow_up))
    if STAND_IN in {source.key for source in document.sources}:
        for path, _part in numbered("sources", document.sources):
            yield f"{path}.same_report_as"
    known = {metric.key for _path, metric in document.metrics()}
    if STAND_IN in known:
        yield "telling"
        yield from (f"{path}.whole" for path, _metric in document.metrics())
    if STAND_IN in known | {derived.key for derived in document.derived}:
        yield "unit_cost"
    if rest.lacks("place"):
        yield "place_inferred"


def _untold_citations(rest: Rest) -> Iterator[str]:
    for path, _source in numbered("sources", rest.document.sources):
        if rest.lacks(f"{path}.reading"):
            yield f"{path}.passages"
    for path, _measure in numbered("measures", rest.document.measures):
        if rest.lacks(f"{path}.when"):
            yield f"{path}.not_said"
    paths = {source.key: path for path, source in numbered("sources", rest.document.sources)}
    for path, part in rest.document.printed():
        if part.source in paths and rest.lacks(f"{paths[part.source]}.reading"):
            yield f"{path}.at"
        if STAND_IN in paths:  # the key of a source is not known
            yield f"{path}.source"
            if part.source == STAND_IN:
                yield from (f"{path}.at", f"{path}.printed")


def _untold_numbers(rest: Rest) -> Iterator[str]:
    metrics = list(rest.document.metrics())
    unsure = set()
    for path, metric in metrics:
        if any(rest.lacks(f"{path}.{n}") for n in ("indicator", "low", "high", "qualifier")):
            unsure.add(metric.key)
            yield from (f"{path}.{name}" for name in ("low", "high", "qualifier"))
        if rest.lacks(f"{path}.kind"):
            unsure.add(metric.key)
    known = {metric.key for _path, metric in metrics}
    for path, derived in numbered("derived", rest.document.derived):
        if unsure & set(derived.of) or (STAND_IN in known and not known >= set(derived.of)):
            yield path


def _term_faults(document: CaseDocument, terms: Terms) -> Iterator[str]:
    used = [("place", "place", document.place)]
    used += [(f"tags[{n}]", "tag", slug) for n, slug in enumerate(document.tags)]
    for path, problem in numbered("problems", document.problems):
        used.append((f"{path}.type", "problem type", problem.type))
    for path, measure in numbered("measures", document.measures):
        used += [
            (type_path, "measure type", slug)
            for type_path, slug in numbered(f"{path}.types", measure.types)
        ]
        used += [
            (f"{where_path}.place", "place", where.place)
            for where_path, where in numbered(f"{path}.where", measure.where)
        ]
        used += [
            (f"{actor_path}.kind", "kind of body", actor.kind)
            for actor_path, actor in numbered(f"{path}.actors", measure.actors)
        ]
    used += [(f"{path}.indicator", "indicator", m.indicator) for path, m in document.metrics()]
    for path, kind, slug in used:
        if fault := terms.fault(kind, slug):
            yield f"{path}: {fault}"
    is_known = document.place in terms.slugs.get("place", frozenset())
    chain = terms.chain(document.place)
    for path, code in numbered("place_inferred", document.place_inferred):
        if is_known and code not in chain:
            yield f"{path}: {code!r} is not in the chain of the case's place"


def _key_faults(document: CaseDocument) -> Iterator[str]:
    lists: dict[str, list[tuple[str, str]]] = {
        "source": [(f"{p}.key", s.key) for p, s in numbered("sources", document.sources)],
        "problem": [(f"{p}.key", s.key) for p, s in numbered("problems", document.problems)],
        "measure": [(f"{p}.key", s.key) for p, s in numbered("measures", document.measures)],
        "metric": [(f"{p}.key", m.key) for p, m in document.metrics()],
        "derived": [(f"{p}.key", s.key) for p, s in numbered("derived", document.derived)],
        "change": [(f"{p}.key", s.key) for p, s in numbered("changes", document.changes)],
        "follow-up": [(f"{p}.key", s.key) for p, s in numbered("follow_up", document.follow_up)],
        "tag": [(p, slug) for p, slug in numbered("tags", document.tags)],
        ".place_inferred": list(numbered("place_inferred", document.place_inferred)),
    }
    for path, measure in numbered("measures", document.measures):
        lists[f"{path}.types"] = list(numbered(f"{path}.types", measure.types))
        lists[f"{path}.where"] = [
            (f"{p}.place", where.place) for p, where in numbered(f"{path}.where", measure.where)
        ]
        lists[f"{path}.solves"] = [
            (f"{p}.problem", solve.problem)
            for p, solve in numbered(f"{path}.solves", measure.solves)
        ]
    for path, derived in numbered("derived", document.derived):
        lists[f"{path}.of"] = list(numbered(f"{path}.of", derived.of))
    for path, change in numbered("changes", document.changes):
        lists[f"{path}.measures"] = list(numbered(f"{path}.measures", change.measures))
    for name, keys in lists.items():
        seen: set[str] = set()
        for path, key in keys:
            if key in seen:
                what = "stands twice" if "." in name else f"is the key of a second {name}"
                yield f"{path}: {key!r} {what}"
            seen.add(key)
    known = {key for _path, key in lists["problem"]}
    for path, measure in numbered("measures", document.measures):
        for solve_path, solve in numbered(f"{path}.solves", measure.solves):
            if solve.problem not in known:
                yield (
                    f"{solve_path}.problem: there is no problem {solve.problem!r} in this document"
                )


def _citation_faults(document: CaseDocument) -> Iterator[str]:
    locators = {source.key: set(source.reading.lines) for source in document.sources}
    for path, part in document.printed():
        if part.source not in locators:
            yield f"{path}.source: there is no source {part.source!r} in this document"
        elif part.at not in locators[part.source]:
            yield f"{path}.at: source {part.source!r} has no passage {part.at!r}"


def _metric_faults(document: CaseDocument, terms: Terms) -> Iterator[str]:
    for path, metric in document.metrics():
        bounds = (_decimal(metric.low), _decimal(metric.high), metric.qualifier.value)
        unit = terms.units.get(metric.indicator, ("", ""))
        if fault := number_fault(bounds, metric.cite.printed, unit):
            yield f"{path}.{fault}"


def number_fault(bounds: Bounds, printed: str, unit: tuple[str, str]) -> str:
    """How a metric disagrees with its fragment, as `field: what`; "" when it does not.

    `unit`: the indicator's dimension and Chinese unit.
    """
    if fault := quantities.bounds_fault(*bounds):
        return f"qualifier: {fault}"
    found = quantities.read(printed)
    if len(found) != 1:
        return (
            f"cite.printed: {printed!r} holds {len(found)} numbers; "
            "a metric's fragment holds exactly one"
        )
    return _disagreement(bounds, printed, found[0], unit)


def _disagreement(
    stated: Bounds, printed: str, quantity: quantities.Quantity, unit: tuple[str, str]
) -> str:
    dimension = unit[0]
    if dimension and not quantities.fits(quantity, *unit):
        shown = f"{quantity.unit} ({quantity.dimension})" if quantity.unit else "no unit"
        return (
            f"indicator: {printed!r} prints {shown}, the indicator counts {unit[1]} ({dimension})"
        )
    read: Bounds = (*quantities.in_unit(quantity, unit[1]), quantity.qualifier.value)
    if stated == read:
        return ""
    names = ("low", "high", "qualifier")
    wrong = next(n for n, s, r in zip(names, stated, read, strict=True) if s != r)
    return f"{wrong}: {printed!r} says {_shown(read)}, the metric says {_shown(stated)}"


def _shown(bounds: Bounds) -> str:
    low, high, qualifier = bounds
    numbers = {f"{n.normalize():f}" for n in (low, high) if n is not None}
    return f"{qualifier} {' to '.join(sorted(numbers, key=Decimal))}"


def _date_faults(document: CaseDocument) -> Iterator[str]:
    for path, date in document.dates():
        try:
            if fault := dates.disagreement(date.printed, date.edtf, date.inferred):
                yield f"{path}: {fault}"
        except dates.DateError as refusal:
            yield f"{path}.edtf: {refusal}"
    began, ended = (date.edtf if date else "" for date in (document.began, document.ended))
    are_dates = not any(dates.fault(edtf) for edtf in (began, ended) if edtf)
    if are_dates and (error := dates.pair_fault(began, ended)):
        yield f"{'ended' if ended else 'began'}.edtf: {error}"
    for path, text in _undisputed_dates(document):
        if error := dates.fault(text):
            yield f"{path}: {error}"


def _undisputed_dates(document: CaseDocument) -> Iterator[tuple[str, str]]:
    """(path, EDTF) of the dates that no printed fragment carries."""
    for path, source in numbered("sources", document.sources):
        for name in ("issued", "accessed"):
            if edtf := getattr(source, name):
                yield f"{path}.{name}", edtf
    for path, follow_up in numbered("follow_up", document.follow_up):
        if follow_up.looked_on:
            yield f"{path}.looked_on", follow_up.looked_on


def _derived_faults(document: CaseDocument) -> Iterator[str]:
    metrics = {metric.key: metric for _path, metric in document.metrics()}
    for path, derived in numbered("derived", document.derived):
        missing = [key for key in derived.of if key not in metrics]
        if missing:
            yield f"{path}.of: there is no metric {missing[0]!r} in this document"
            continue
        if derived.op != Operation.SUM and len(derived.of) != 2:
            yield f"{path}.of: a {derived.op} is of exactly two metrics"
            continue
        operands = [metrics[key] for key in derived.of]
        if derived.op != Operation.RATIO and len({o.indicator for o in operands}) > 1:
            yield f"{path}.of: a {derived.op} is of metrics of one indicator"
        is_exact = all(operand.qualifier == Qualifier.EXACT for operand in operands)
        if derived.qualifier != (Qualifier.EXACT if is_exact else Qualifier.ABOUT):
            yield f"{path}.qualifier: has to be {'exact' if is_exact else 'about'}"
        if any(operand.low is None and operand.high is None for operand in operands):
            continue  # a fault of that metric, told there
        value = _computed(derived, [_middle(operand) for operand in operands])
        if value is None:
            yield f"{path}.of: cannot divide by nothing"
        elif round(value, _places(derived.value)) != _decimal(derived.value):
            yield f"{path}.value: computes to {round(value, 4).normalize():f}, not {derived.value}"


def _computed(derived: Derived, values: list[Decimal]) -> Decimal | None:
    if derived.op == Operation.SUM:
        return sum(values, Decimal(0))
    if derived.op == Operation.DIFFERENCE:
        return values[0] - values[1]
    if not values[1]:
        return None
    return values[0] / values[1] * (100 if derived.unit.zh == "%" else 1)


def _middle(metric: Metric) -> Decimal:
    """The number a metric is computed with: the printed one, or the middle of a range."""
    bounds = [Decimal(str(n)) for n in (metric.low, metric.high) if n is not None]
    return sum(bounds, Decimal(0)) / len(bounds)


def _places(number: float) -> int:
    return max(0, -int(Decimal(str(number)).as_tuple().exponent))


def _glance_faults(document: CaseDocument) -> Iterator[str]:
    for question in GlanceQuestion.values:
        answer: Answer = getattr(document.glance, question)
        stated = answer.state in (GlanceState.STATED, GlanceState.PARTLY)
        if stated and not (answer.text and answer.cites):
            yield f"glance.{question}: a stated answer has a text and at least one citation"
        elif not stated and (answer.text or answer.cites):
            yield f"glance.{question}: only a stated answer has a text and citations"


def _source_faults(document: CaseDocument) -> Iterator[str]:
    for path, source in numbered("sources", document.sources):
        if not source.issued and not source.issued_note:
            yield f"{path}.issued_note: a source without a date says why"
        for name, people, is_editor in (
            ("authors", source.authors, False),
            ("editors", source.editors, True),
        ):
            for person_path, person in numbered(f"{path}.{name}", people):
                if (person.role == PersonRole.EDITOR) != is_editor:
                    yield f"{person_path}.role: {person.role.value!r} does not belong among {name}"
        lines = Counter(n for numbers in source.reading.lines.values() for n in numbers)
        for n in sorted(n for n, count in lines.items() if count > 1):
            yield f"{path}.reading.lines: line {n} belongs to two passages"


def _length_faults(document: CaseDocument) -> Iterator[str]:
    if len(document.abstract.zh) > ABSTRACT_LIMIT:
        yield f"abstract.zh: has {len(document.abstract.zh)} characters; at most {ABSTRACT_LIMIT}"
    metrics = len(list(document.metrics()))
    if metrics > METRIC_LIMIT:
        yield f"measures: with context they have {metrics} metrics; at most {METRIC_LIMIT}"


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def text_faults(document: CaseDocument, raws: Mapping[str, bytes]) -> list[str]:
    """What the articles disprove. `raws`: SHA-256 → bytes of the article files at hand.

    Each printed fragment stands in its passage, and every numeral expression of every passage
    but the title is held by the fragment of a metric, a date, or an entry of left_out: one
    entry for each time it is printed.
    """
    found: list[str] = []
    for path, source in numbered("sources", document.sources):
        reading = source.reading
        if reading.sha256 not in raws:
            found.append(f"{path}.reading.sha256: no file at hand has this SHA-256")
            continue
        try:
            passages = source_text.passages(raws[reading.sha256], reading.lines, reading.marks)
        except source_text.SourceError as error:
            found += [f"{path}.reading.lines: {problem}" for problem in error.problems]
            continue
        found += _fragment_faults(document, source.key, passages)
        found += _accounting_faults(document, source.key, passages)
        found += rules.gist_faults(document, source.key, passages)
    return found


def _fragment_faults(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> Iterator[str]:
    for path, part in document.printed():
        passage = passages.get(part.at) if part.source == key else None
        if passage is not None and not source_text.occurrences(passage, part.printed):
            yield f"{path}.printed: {part.printed!r} does not stand in passage {part.at}"
    for path, metric in document.metrics():
        passage = passages.get(metric.cite.at) if metric.cite.source == key else None
        if passage is not None and _is_cut(metric.cite.printed, passage):
            yield (
                f"{path}.cite.printed: {metric.cite.printed!r} cuts its number: "
                f"passage {metric.cite.at} says more than that about it"
            )


def _is_cut(printed: str, passage: str) -> bool:
    """Whether a fragment of one number means another wherever it stands: 300盏 of 近300盏."""
    found = quantities.read(printed)
    places = source_text.occurrences(passage, printed)
    if len(found) != 1:
        return False
    return bool(places) and all(
        not any(_is_same(found[0], whole) for whole in quantities.around(passage, start, end))
        for start, end in places
    )


def _is_same(part: quantities.Quantity, whole: quantities.Quantity) -> bool:
    bounds = (part.low, part.high, part.qualifier) == (whole.low, whole.high, whole.qualifier)
    return bounds and part.unit in ("", whole.unit)


def _accounting_faults(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> Iterator[str]:
    spans, surplus = _accounted(document, key, passages)
    yield from surplus
    for locator, passage in passages.items():
        if locator == "T":
            continue
        for numeral in quantities.numerals(passage):
            held = any(s <= numeral.start and numeral.end <= e for s, e in spans[locator])
            if not held:
                near = passage[max(0, numeral.start - 6) : numeral.end + 6]
                yield (
                    f"(accounting): {key} {locator}: {numeral.text!r} in …{near}… is no metric, "
                    "no date, and not in left_out"
                )


def _accounted(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> tuple[dict[str, list[tuple[int, int]]], list[str]]:
    """locator → spans that are accounted for; and the entries that no numeral is left for."""
    spans: dict[str, list[tuple[int, int]]] = {locator: [] for locator in passages}
    taken: Counter[tuple[str, str]] = Counter()
    surplus = []
    for path, entry in _entries(document):
        if entry.source != key or entry.at not in passages:
            continue
        places = _whole_places(passages[entry.at], entry.printed)
        fragment = (entry.at, source_text.fold(entry.printed))
        if taken[fragment] < len(places):
            spans[entry.at].append(places[taken[fragment]])
        elif places and path.startswith("left_out"):
            surplus.append(
                f"{path}.printed: {entry.printed!r} is accounted for more often than passage "
                f"{entry.at} prints it"
            )
        taken[fragment] += 1
    return spans, surplus


def _entries(document: CaseDocument) -> Iterator[tuple[str, Cite | Date | LeftOut]]:
    """(path, the part) of everything that accounts for a numeral."""
    yield from ((f"{path}.cite", metric.cite) for path, metric in document.metrics())
    yield from document.dates()
    yield from numbered("left_out", document.left_out)


def _whole_places(passage: str, printed: str) -> list[tuple[int, int]]:
    """Where a fragment stands without cutting a numeral: 3个 does not stand so in 13个."""
    edges = {n for numeral in quantities.numerals(passage) for n in _inside(numeral)}
    return [
        (start, end)
        for start, end in source_text.occurrences(passage, printed)
        if not edges & {start, end}
    ]


def _inside(numeral: quantities.Numeral) -> range:
    return range(numeral.start + 1, numeral.end)
