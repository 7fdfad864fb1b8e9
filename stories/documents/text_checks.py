"""Validates a document against the texts of its sources.

Each printed fragment must occur in its passage, and every numeral of a passage must be accounted
for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from stories.choices import NumeralState
from stories.documents import rules
from stories.documents.faults import Fault
from stories.documents.schema import CaseDocument, Cite, Date, LeftOut, numbered
from stories.reading import numerals, quantities, source_text
from stories.reading.faults import Bare
from stories.reading.numerals import Numeral

_Span = tuple[int, int, NumeralState]  # of characters in a folded passage
ACCOUNTING = "(accounting)"  # path of unaccounted numerals
NO_TEXT = "no-text-at-hand"  # the only fault that is not one of the document


def text_faults(document: CaseDocument, raws: Mapping[str, bytes]) -> list[Fault]:
    """The faults of a document against its articles. `raws`: SHA-256 → bytes of the files at hand.

    Each printed fragment must occur in its passage. Every numeral of every passage but the title
    must be within the fragment of a metric, a date or an entry of left_out, once for each time it
    is printed.
    """
    found: list[Fault] = []
    for path, source in numbered("sources", document.sources):
        reading = source.reading
        if reading.sha256 not in raws:
            found.append(Fault(f"{path}.reading.sha256", NO_TEXT))
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


def disproved(document: CaseDocument, raws: Mapping[str, bytes]) -> list[Fault]:
    """The same, only for sources whose text is at hand."""
    return [fault for fault in text_faults(document, raws) if fault.code != NO_TEXT]


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
    """Whether every occurrence of a fragment is cut from a larger quantity: 300盏 of 近300盏."""
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


def numeral_states(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> dict[str, list[tuple[Numeral, NumeralState]]]:
    """locator → every numeral of the passage with its state; the title has none.

    `passages`: locator → folded passage of the source with this key.
    """
    return _states(_accounted(document, key, passages)[0], passages)


def _states(
    spans: Mapping[str, list[_Span]], passages: Mapping[str, str]
) -> dict[str, list[tuple[Numeral, NumeralState]]]:
    found: dict[str, list[tuple[Numeral, NumeralState]]] = {}
    for locator, passage in passages.items():
        for numeral in numerals.find(passage) if locator != "T" else ():
            states = (
                state
                for start, end, state in spans[locator]
                if start <= numeral.start and numeral.end <= end
            )
            found.setdefault(locator, []).append((numeral, next(states, NumeralState.OPEN)))
    return found


def _accounting_faults(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> Iterator[Fault]:
    spans, surplus = _accounted(document, key, passages)
    yield from surplus
    for locator, found in _states(spans, passages).items():
        for numeral, state in found:
            if state == NumeralState.OPEN:
                near = passages[locator][max(0, numeral.start - 6) : numeral.end + 6]
                where = {"source": Bare(key), "locator": Bare(locator), "near": Bare(near)}
                yield Fault(ACCOUNTING, "unaccounted", {**where, "numeral": numeral.text})


def _accounted(
    document: CaseDocument, key: str, passages: Mapping[str, str]
) -> tuple[dict[str, list[_Span]], list[Fault]]:
    """locator → accounted spans; and the faults of entries without a numeral."""
    spans: dict[str, list[_Span]] = {locator: [] for locator in passages}
    taken: Counter[tuple[str, str]] = Counter()
    surplus = []
    for path, entry in accounting_entries(document):
        if entry.source != key or entry.at not in passages:
            continue
        places = _whole_places(passages[entry.at], entry.printed)
        fragment = (entry.at, source_text.fold(entry.printed))
        if taken[fragment] < len(places):
            spans[entry.at].append((*places[taken[fragment]], _state_of(entry)))
        elif places and path.startswith("left_out"):
            parameters = {"printed": entry.printed, "locator": Bare(entry.at)}
            surplus.append(Fault(f"{path}.printed", "accounted-too-often", parameters))
        taken[fragment] += 1
    return spans, surplus


def _state_of(entry: Cite | Date | LeftOut) -> NumeralState:
    if isinstance(entry, LeftOut):
        return NumeralState.LEFT_OUT
    return NumeralState.DATE if isinstance(entry, Date) else NumeralState.METRIC


def accounting_entries(document: CaseDocument) -> Iterator[tuple[str, Cite | Date | LeftOut]]:
    """(path, part) of every part that accounts for a numeral."""
    yield from ((f"{path}.cite", metric.cite) for path, metric in document.metrics())
    yield from document.dates()
    yield from numbered("left_out", document.left_out)


def _whole_places(passage: str, printed: str) -> list[tuple[int, int]]:
    """Occurrences of a fragment that do not cut a numeral: 3个 in 13个 is none."""
    edges = {n for numeral in numerals.find(passage) for n in _inside(numeral)}
    return [
        (start, end)
        for start, end in source_text.occurrences(passage, printed)
        if not edges & {start, end}
    ]


def _inside(numeral: Numeral) -> range:
    return range(numeral.start + 1, numeral.end)
