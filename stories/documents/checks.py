"""Everything that can be wrong with a case document, as faults.

What the command runs on files is what the desk runs before publishing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from stories.choices import (
    ABSTRACT_LIMIT,
    METRIC_LIMIT,
    Dimension,
    GlanceQuestion,
    GlanceState,
    Operation,
    PersonRole,
    Qualifier,
)
from stories.documents import rules, schema
from stories.documents.faults import (
    AUTHORS,
    CHANGE,
    DERIVED,
    EDITORS,
    FOLLOW_UP,
    INDICATOR,
    KIND_OF_BODY,
    MEASURE,
    MEASURE_TYPE,
    METRIC,
    PLACE,
    PROBLEM,
    PROBLEM_TYPE,
    SOURCE,
    TAG,
    Fault,
)
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
from stories.reading import date_fragments, dates, numerals, quantities, source_text
from stories.reading.faults import Bare, Finding, Word

Bounds = tuple[Decimal | None, Decimal | None, str]  # low, high, qualifier
ACCOUNTING = "(accounting)"  # path of a numeral that no part accounts for


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

    def faults(self, path: str, kind: Word, slug: str) -> Iterator[Fault]:
        """One at most. `kind`: the list that the term at this path belongs to."""
        term = {"list": kind, "term": slug}
        if slug not in self.slugs.get(kind, frozenset()):
            yield Fault(path, "unknown-term", term)
        elif instead := self.deprecated.get((kind, slug)):
            yield Fault(path, "replaced-term", {**term, "instead": instead})
        elif instead is not None:
            yield Fault(path, "deprecated-term", term)


def faults(document: CaseDocument, terms: Terms) -> list[Fault]:
    """Everything wrong with a document of the right shape; [] when nothing is."""
    checks: tuple[Callable[[], Iterator[Fault]], ...] = (
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


def file_faults(file: Path, terms: Terms, raws: Mapping[str, bytes] | None = None) -> list[Fault]:
    """Everything wrong with a file; with `raws`, see text_faults, also against the articles."""
    try:
        document = schema.read_file(file)
    except DocumentError as error:
        return error.faults + rest_faults(error.rest, terms, raws)
    found = [*schema.form_faults(file.read_bytes(), document), *faults(document, terms)]
    return found if raws is None else found + text_faults(document, raws)


def rest_faults(
    rest: Rest | None, terms: Terms, raws: Mapping[str, bytes] | None = None
) -> list[Fault]:
    """What is wrong with the rest of a misshapen document, beside its shape."""
    if rest is None:
        return []
    found = faults(rest.document, terms)
    if raws is not None:
        found += text_faults(rest.document, raws)
    left_out_paths = frozenset(_paths_without_meaning(rest))
    return [fault for fault in found if not is_within(fault.path, left_out_paths)]


def _paths_without_meaning(rest: Rest) -> Iterator[str]:
    """The paths of a rest at which a fault could come from a stand-in alone."""
    yield from rest.aside
    yield from _citations_without_meaning(rest)
    yield from _numbers_without_meaning(rest)
    yield from _links_without_meaning(rest)
    document = rest.document
    entries = [path for path, _part in _entries(document)]
    is_source_unknown = STAND_IN in {source.key for source in document.sources}
    if is_source_unknown or any(
        rest.lacks(f"{path}.{name}") for path in entries for name in ("source", "at", "printed")
    ):
        yield ACCOUNTING


def _links_without_meaning(rest: Rest) -> Iterator[str]:
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


def _citations_without_meaning(rest: Rest) -> Iterator[str]:
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


def _numbers_without_meaning(rest: Rest) -> Iterator[str]:
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


def _term_faults(document: CaseDocument, terms: Terms) -> Iterator[Fault]:
    used = [("place", PLACE, document.place)]
    used += [(f"tags[{n}]", TAG, slug) for n, slug in enumerate(document.tags)]
    for path, problem in numbered("problems", document.problems):
        used.append((f"{path}.type", PROBLEM_TYPE, problem.type))
    for path, measure in numbered("measures", document.measures):
        used += [
            (type_path, MEASURE_TYPE, slug)
            for type_path, slug in numbered(f"{path}.types", measure.types)
        ]
        used += [
            (f"{where_path}.place", PLACE, where.place)
            for where_path, where in numbered(f"{path}.where", measure.where)
        ]
        used += [
            (f"{actor_path}.kind", KIND_OF_BODY, actor.kind)
            for actor_path, actor in numbered(f"{path}.actors", measure.actors)
        ]
    used += [(f"{path}.indicator", INDICATOR, m.indicator) for path, m in document.metrics()]
    for path, kind, slug in used:
        yield from terms.faults(path, kind, slug)
    is_known = document.place in terms.slugs.get("place", frozenset())
    chain = terms.chain(document.place)
    for path, code in numbered("place_inferred", document.place_inferred):
        if is_known and code not in chain:
            yield Fault(path, "place-outside", {"place": code})


def _key_faults(document: CaseDocument) -> Iterator[Fault]:
    for kind, keys in _keys(document).items():
        for path, key in _second(keys):
            yield Fault(path, "taken-key", {"key": key, "kind": kind})
    for values in _values(document):
        for path, value in _second(values):
            yield Fault(path, "doubled", {"key": value})
    known = {problem.key for problem in document.problems}
    for path, measure in numbered("measures", document.measures):
        for solve_path, solve in numbered(f"{path}.solves", measure.solves):
            if solve.problem not in known:
                parameters = {"key": solve.problem}
                yield Fault(f"{solve_path}.problem", "no-such-problem", parameters)


_Keys = list[tuple[str, str]]  # (path, key)


def _keys(document: CaseDocument) -> dict[Word, _Keys]:
    """Kind of part → the keys of all such parts; no two have the same."""

    def keys(name: str, parts: Sequence[Any]) -> _Keys:
        return [(f"{path}.key", part.key) for path, part in numbered(name, parts)]

    return {
        SOURCE: keys("sources", document.sources),
        PROBLEM: keys("problems", document.problems),
        MEASURE: keys("measures", document.measures),
        METRIC: [(f"{path}.key", metric.key) for path, metric in document.metrics()],
        DERIVED: keys("derived", document.derived),
        CHANGE: keys("changes", document.changes),
        FOLLOW_UP: keys("follow_up", document.follow_up),
        TAG: list(numbered("tags", document.tags)),
    }


def _values(document: CaseDocument) -> Iterator[_Keys]:
    """Lists in which a value stands once."""
    yield list(numbered("place_inferred", document.place_inferred))
    for path, measure in numbered("measures", document.measures):
        yield list(numbered(f"{path}.types", measure.types))
        where = numbered(f"{path}.where", measure.where)
        yield [(f"{where_path}.place", part.place) for where_path, part in where]
        solves = numbered(f"{path}.solves", measure.solves)
        yield [(f"{solve_path}.problem", part.problem) for solve_path, part in solves]
    for path, derived in numbered("derived", document.derived):
        yield list(numbered(f"{path}.of", derived.of))
    for path, change in numbered("changes", document.changes):
        yield list(numbered(f"{path}.measures", change.measures))


def _second(keys: _Keys) -> _Keys:
    """Those that stand in the list already."""
    first: dict[str, str] = {}
    return [(path, key) for path, key in keys if first.setdefault(key, path) != path]


def _citation_faults(document: CaseDocument) -> Iterator[Fault]:
    locators = {source.key: set(source.reading.lines) for source in document.sources}
    for path, part in document.printed():
        if part.source not in locators:
            yield Fault(f"{path}.source", "no-such-source", {"key": part.source})
        elif part.at not in locators[part.source]:
            place = {"source": part.source, "locator": part.at}
            yield Fault(f"{path}.at", "no-such-passage", place)


def _metric_faults(document: CaseDocument, terms: Terms) -> Iterator[Fault]:
    for path, metric in document.metrics():
        bounds = (_decimal(metric.low), _decimal(metric.high), metric.qualifier.value)
        unit = terms.units.get(metric.indicator, ("", ""))
        is_overruled = metric.reading_note is not None
        if fault := number_fault(bounds, metric.cite.printed, unit, is_overruled):
            yield replace(fault, path=f"{path}.{fault.path}")


def number_fault(
    bounds: Bounds, printed: str, unit: tuple[str, str], is_overruled: bool
) -> Fault | None:
    """How a metric disagrees with its fragment, with a path in the metric; None when it does not.

    `unit`: the indicator's dimension and Chinese unit. `is_overruled`: an editor says why the
    fragment is read otherwise, so only low, high and qualifier have to agree with one another.
    """
    if finding := quantities.bounds_fault(*bounds):
        return Fault.of("qualifier", finding)
    if is_overruled:
        return None
    found = quantities.read(printed)
    if len(found) != 1:
        return Fault("cite.printed", "number-count", {"printed": printed, "count": len(found)})
    if code := _NO_AMOUNT.get(found[0].meaning):
        return Fault("cite.printed", code, {"printed": printed})
    return _disagreement(bounds, printed, found[0], unit)


_NO_AMOUNT = {
    quantities.Meaning.UNCLEAR: "number-unclear",
    quantities.Meaning.CHANGE: "number-change",
}


def _disagreement(
    stated: Bounds, printed: str, quantity: quantities.Quantity, unit: tuple[str, str]
) -> Fault | None:
    dimension = unit[0]
    if dimension and not quantities.fits(quantity, *unit):
        units = {
            "given": _unit(quantity.unit, quantity.dimension),
            "wanted": _unit(unit[1], dimension),
        }
        return Fault("indicator", "unit-disagrees", {"printed": printed, **units})
    readings: list[Bounds] = [
        (*quantities.in_unit(reading, unit[1]), reading.qualifier.value)
        for reading in quantity.readings
    ]
    if stated in readings:
        return None
    read = readings[0]
    names = ("low", "high", "qualifier")
    wrong = next(n for n, s, r in zip(names, stated, read, strict=True) if s != r)
    both = {"read": _either(readings), "stated": _in_words(stated)}
    return Fault(wrong, "number-disagrees", {"printed": printed, **both})


def _unit(unit: str, dimension: str | None) -> Finding:
    if not unit or not dimension:  # there is no dimension where no unit is printed
        return Finding("no-unit")
    return Finding("unit", {"unit": Bare(unit), "dimension": Dimension(dimension)})


_BETWEEN = {Qualifier.RANGE: "range-of-numbers", Qualifier.SEVERAL: "several-of-numbers"}


def _either(readings: list[Bounds]) -> Finding:
    """近三年 is nearly three years, or the last three: the editor says which."""
    first, *others = (_in_words(reading) for reading in readings)
    return Finding("either-number", {"one": first, "other": others[0]}) if others else first


def _in_words(bounds: Bounds) -> Finding:
    low, high, qualifier = bounds[0], bounds[1], Qualifier(bounds[2])
    if qualifier == Qualifier.ABOUT and low != high:
        about = {"low": low, "high": high, "qualifier": qualifier}
        return Finding("qualified-range", about)
    if qualifier in _BETWEEN:
        return Finding(_BETWEEN[qualifier], {"low": low, "high": high})
    number = high if low is None else low
    if qualifier == Qualifier.EXACT:
        return Finding("exact-number", {"number": number})
    return Finding("qualified-number", {"qualifier": qualifier, "number": number})


def _date_faults(document: CaseDocument) -> Iterator[Fault]:
    issued = {source.key: source.issued for source in document.sources}
    for path, date in document.dates():
        try:
            if finding := date_fragments.disagreement(
                date.printed, date.edtf, date.inferred, issued.get(date.source)
            ):
                yield Fault.of(path, finding)
        except dates.DateError as error:
            yield Fault.of(f"{path}.edtf", error.finding)
    began, ended = (date.edtf if date else "" for date in (document.began, document.ended))
    are_dates = not any(dates.fault(edtf) for edtf in (began, ended) if edtf)
    if are_dates and (finding := dates.pair_fault(began, ended)):
        yield Fault.of("ended.edtf" if ended else "began.edtf", finding)
    for path, text in _undisputed_dates(document):
        if finding := dates.fault(text):
            yield Fault.of(path, finding)


def _undisputed_dates(document: CaseDocument) -> Iterator[tuple[str, str]]:
    """(path, EDTF) of the dates that no printed fragment carries."""
    for path, source in numbered("sources", document.sources):
        for name in ("issued", "accessed"):
            if edtf := getattr(source, name):
                yield f"{path}.{name}", edtf
    for path, follow_up in numbered("follow_up", document.follow_up):
        if follow_up.looked_on:
            yield f"{path}.looked_on", follow_up.looked_on


def _derived_faults(document: CaseDocument) -> Iterator[Fault]:
    metrics = {metric.key: metric for _path, metric in document.metrics()}
    for path, derived in numbered("derived", document.derived):
        missing = [key for key in derived.of if key not in metrics]
        if missing:
            yield Fault(f"{path}.of", "no-such-metric", {"key": missing[0]})
            continue
        if derived.op != Operation.SUM and len(derived.of) != 2:
            yield Fault(f"{path}.of", "operand-count", {"operation": derived.op})
            continue
        operands = [metrics[key] for key in derived.of]
        if derived.op != Operation.RATIO and len({o.indicator for o in operands}) > 1:
            yield Fault(f"{path}.of", "operand-indicators", {"operation": derived.op})
        is_exact = all(operand.qualifier == Qualifier.EXACT for operand in operands)
        if derived.qualifier != (Qualifier.EXACT if is_exact else Qualifier.ABOUT):
            yield Fault(f"{path}.qualifier", "not-exact" if is_exact else "not-about")
        if any(operand.low is None and operand.high is None for operand in operands):
            continue  # a fault of that metric
        value = _computed(derived, [_middle(operand) for operand in operands])
        if value is None:
            yield Fault(f"{path}.of", "division-by-nothing")
        elif round(value, _places(derived.value)) != _decimal(derived.value):
            parameters = {"computed": round(value, 4), "given": derived.value}
            yield Fault(f"{path}.value", "computed-disagrees", parameters)


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


def _glance_faults(document: CaseDocument) -> Iterator[Fault]:
    for question in GlanceQuestion.values:
        answer: Answer = getattr(document.glance, question)
        stated = answer.state in (GlanceState.STATED, GlanceState.PARTLY)
        if stated and not (answer.text and answer.cites):
            yield Fault(f"glance.{question}", "answer-without-evidence")
        elif not stated and (answer.text or answer.cites):
            yield Fault(f"glance.{question}", "answer-not-stated")


def _source_faults(document: CaseDocument) -> Iterator[Fault]:
    for path, source in numbered("sources", document.sources):
        if not source.issued and not source.issued_note:
            yield Fault(f"{path}.issued_note", "no-date-note")
        for name, people, is_editor in (
            (AUTHORS, source.authors, False),
            (EDITORS, source.editors, True),
        ):
            for person_path, person in numbered(f"{path}.{name}", people):
                if (person.role == PersonRole.EDITOR) != is_editor:
                    parameters = {"role": person.role, "list": name}
                    yield Fault(f"{person_path}.role", "wrong-role", parameters)
        lines = Counter(n for numbers in source.reading.lines.values() for n in numbers)
        for n in sorted(n for n, count in lines.items() if count > 1):
            yield Fault(f"{path}.reading.lines", "shared-line", {"number": n})


def _length_faults(document: CaseDocument) -> Iterator[Fault]:
    if len(document.abstract.zh) > ABSTRACT_LIMIT:
        parameters = {"count": len(document.abstract.zh), "limit": ABSTRACT_LIMIT}
        yield Fault("abstract.zh", "abstract-too-long", parameters)
    metrics = len(list(document.metrics()))
    if metrics > METRIC_LIMIT:
        parameters = {"count": metrics, "limit": METRIC_LIMIT}
        yield Fault("measures", "too-many-metrics", parameters)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def text_faults(document: CaseDocument, raws: Mapping[str, bytes]) -> list[Fault]:
    """What the articles disprove. `raws`: SHA-256 → bytes of the article files at hand.

    Each printed fragment stands in its passage, and every numeral expression of every passage
    but the title is held by the fragment of a metric, a date, or an entry of left_out: one
    entry for each time it is printed.
    """
    found: list[Fault] = []
    for path, source in numbered("sources", document.sources):
        reading = source.reading
        if reading.sha256 not in raws:
            found.append(Fault(f"{path}.reading.sha256", "no-text-at-hand"))
            continue
        try:
            passages = source_text.passages(raws[reading.sha256], reading.lines, reading.marks)
        except source_text.SourceError as error:
            found += [Fault.of(f"{path}.reading.lines", finding) for finding in error.findings]
            continue
        found += _fragment_faults(document, source.key, passages)
        found += _accounting_faults(document, source.key, passages)
        found += rules.gist_faults(document, source.key, passages)
    return found


def _fragment_faults(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> Iterator[Fault]:
    for path, part in document.printed():
        passage = passages.get(part.at) if part.source == key else None
        if passage is not None and not source_text.occurrences(passage, part.printed):
            parameters = {"printed": part.printed, "locator": Bare(part.at)}
            yield Fault(f"{path}.printed", "not-in-passage", parameters)
    for path, metric in document.metrics():
        passage = passages.get(metric.cite.at) if metric.cite.source == key else None
        if passage is None or metric.reading_note is not None:
            continue
        if _is_cut(metric.cite.printed, passage):
            parameters = {"printed": metric.cite.printed, "locator": Bare(metric.cite.at)}
            yield Fault(f"{path}.cite.printed", "cut-number", parameters)


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
) -> Iterator[Fault]:
    spans, surplus = _accounted(document, key, passages)
    yield from surplus
    for locator, passage in passages.items():
        if locator == "T":
            continue
        for numeral in numerals.find(passage):
            held = any(s <= numeral.start and numeral.end <= e for s, e in spans[locator])
            if not held:
                near = passage[max(0, numeral.start - 6) : numeral.end + 6]
                where = {"source": Bare(key), "locator": Bare(locator), "near": Bare(near)}
                yield Fault(ACCOUNTING, "unaccounted", {**where, "numeral": numeral.text})


def _accounted(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> tuple[dict[str, list[tuple[int, int]]], list[Fault]]:
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
            parameters = {"printed": entry.printed, "locator": Bare(entry.at)}
            surplus.append(Fault(f"{path}.printed", "accounted-too-often", parameters))
        taken[fragment] += 1
    return spans, surplus


def _entries(document: CaseDocument) -> Iterator[tuple[str, Cite | Date | LeftOut]]:
    """(path, the part) of everything that accounts for a numeral."""
    yield from ((f"{path}.cite", metric.cite) for path, metric in document.metrics())
    yield from document.dates()
    yield from numbered("left_out", document.left_out)


def _whole_places(passage: str, printed: str) -> list[tuple[int, int]]:
    """Where a fragment stands without cutting a numeral: 3个 does not stand so in 13个."""
    edges = {n for numeral in numerals.find(passage) for n in _inside(numeral)}
    return [
        (start, end)
        for start, end in source_text.occurrences(passage, printed)
        if not edges & {start, end}
    ]


def _inside(numeral: numerals.Numeral) -> range:
    return range(numeral.start + 1, numeral.end)
