"""Case document → index entry: postings, searched text, metrics and card. Pure.

Defines the spaces (fields of the index) and the keys of each.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from stories.choices import ANSWERING_STAGES, Basis, Dimension, Kind, MeasureStatus
from stories.documents import evidence
from stories.documents.rows import case_row, metric_rows
from stories.reading import dates, quantities, units
from stories.reading.quantities import Quantity
from stories.search import english, sizes, sounds, tokenizer

# The tiers of a hit, best first: spaces of grams. Implemented measures rank before planned ones,
# any measure before a problem, and keywords, which readers do not see, last.
TIERS = ("in_title", "in_done", "in_planned", "in_problem", "in_rest", "in_keyword")
TITLE, DONE_MEASURE, PLANNED_MEASURE, PROBLEM, REST, KEYWORD = TIERS
# Further spaces: published cases; types of measures with a metric; places of cases with a metric.
STATE, MEASURED, COUNTED = "state", "measured", "counted"
# Keys of the space of states: all cases; cases with a part that cannot be presented.
PUBLISHED, DAMAGED = "published", "damaged"
# Pairs of problem type and measure type ("dark-streets:street-lighting"), one space for each stage
# of the measure; problems without any measure.
ANSWERS = ANSWERED, AWAITING, PLANNED = ("answered", "awaiting", "planned")
UNANSWERED = "unanswered"
STATED = "stated"  # the pairs that a source states; the others are inferred
SOURCE = "source"  # the key of a source → its case
# Counts per case: the keys are numbers.
COUNTS = MEASURES, METRICS, CITATIONS = ("measures", "metrics", "citations")
# Raised when a release changes the entries: cases with another form are indexed anew.
FORM, PRESENT_FORM = "form", "12"
# For near results: stems of English words; pinyin of Chinese titles, headings and short texts as
# pairs of syllables, and of titles and headings as triples of initials; metrics and derived
# numbers, alone and with their dimension.
STEM, SOUND, INITIALS, NUMBER = ("stem", "sound", "initials", "number")
SHORT_TEXT = 12  # characters
# Spaces of the values of facets.
VALUES = ("place", "tag", "problem", "measure", "actor", "indicator", "year", "evidence")
_ANSWER_OF_STATUS = {
    MeasureStatus.DONE.value: ANSWERED,
    MeasureStatus.UNDER_WAY.value: ANSWERED,
    MeasureStatus.AWAITING_ACCEPTANCE.value: AWAITING,
    MeasureStatus.PLANNED.value: PLANNED,
    MeasureStatus.DISCUSSED.value: PLANNED,
}
_NOT_BEGUN = (MeasureStatus.PLANNED.value, MeasureStatus.DISCUSSED.value)
Key = tuple[str, str]  # space and key of a posting


@dataclass(frozen=True)
class Entry:
    """The index entry of one case."""

    raw: str
    # (start in `folded`, tier, anchor, start in `raw`), in order
    parts: tuple[tuple[int, str, str, int], ...]
    values: Mapping[Key, str]  # (facet, value) as the document has them → anchor of the first
    folded: str
    card: Mapping[str, Any]
    row: Mapping[str, Any]  # what tables say of the case
    metrics: Sequence["MetricEntry"]

    def posting_keys(self) -> set[Key]:
        """(space, key) of every posting that the case belongs to."""
        return {(space, key) for space, keys in self.spaces().items() for key in keys}

    def spaces(self) -> dict[str, set[str]]:
        """The same by space."""
        found = {tier: tokenizer.grams(self.text_of(tier)) for tier in TIERS}
        found[STEM] = {stem for stem, _start, _end in english.stems(self.folded)}
        headings, short_texts = self._spoken_texts()
        found[SOUND] = sounds.pairs(" ".join([*headings, *short_texts]))
        found[INITIALS] = sounds.initials(" ".join(headings))
        for facet, value in self.values:
            found.setdefault(facet, set()).add(value)
        return found

    def _spoken_texts(self) -> tuple[list[str], list[str]]:
        """(titles and headings, which are the first text of their part; other short texts)."""
        headings: list[str] = []
        short_texts: list[str] = []
        ends = [*(start - 1 for start, *_rest in self.parts[1:]), len(self.folded)]
        last = None
        for (start, tier, anchor, _raw_start), end in zip(self.parts, ends, strict=False):
            if tier == TITLE or (tier not in (REST, KEYWORD) and anchor != last):
                headings.append(self.folded[start:end])
            elif end - start <= SHORT_TEXT:
                short_texts.append(self.folded[start:end])
            last = anchor
        return headings, short_texts

    def text_of(self, tier: str) -> str:
        """The folded text of one tier, whose parts are contiguous."""
        start = self._starts.get(tier)
        if start is None:
            return ""
        after = [other for other in self._starts.values() if other > start]
        return self.folded[start : min(after, default=None)]

    @cached_property
    def _starts(self) -> dict[str, int]:
        return {tier: start for start, tier, *_rest in reversed(self.parts)}

    def text(self) -> dict[str, Any]:
        """column → value of a row of IndexedText."""
        return {
            "raw": self.raw,
            "folded": self.folded,
            "parts": list(zip(*self.parts, strict=True)),
            "values": sorted((*key, anchor) for key, anchor in self.values.items()),
        }


@dataclass(frozen=True)
class MetricEntry:
    """The index entry of one metric; `begin` and `end` are steps of stories.search.sizes."""

    key: str
    indicator: str
    kind: str
    types: tuple[str, ...]  # of its measure
    begin: int
    end: int
    row: Mapping[str, Any] | None  # what tables say of it


def entry(document: Mapping[str, Any], is_damaged: bool = False) -> Entry:
    """Index a case document, given as plain lists and dicts. `is_damaged`: a part of it cannot be
    presented, whatever the vocabulary contains."""
    texts = _texts(document)
    raw: list[str] = []
    folded: list[str] = []
    parts: list[tuple[int, str, str, int]] = []
    start = raw_start = 0
    for tier in TIERS:
        for anchor, text in texts[tier]:
            if text:
                parts.append((start, tier, anchor, raw_start))
                raw.append(text)
                folded.append(tokenizer.fold(text))
                start += len(folded[-1]) + 1
                raw_start += len(text) + 1
    metrics = tuple(_metric_entries(document))
    values = _values(document) | ({(STATE, DAMAGED): ""} if is_damaged else {})
    return Entry(
        "\n".join(raw),
        tuple(parts),
        values,
        "\n".join(folded),
        card(document),
        case_row(document),
        metrics,
    )


def card(document: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a case that lists show."""
    return {
        "slug": document["slug"],
        "title": document["title"],
        "message": document["key_message"],
        "place": document["place"],
        "began": (document["began"] or {}).get("edtf", ""),
        "ended": (document["ended"] or {}).get("edtf", ""),
        "problems": list(dict.fromkeys(part["type"] for part in document["problems"])),
        "measures": len(document["measures"]),
        "tags": list(document["tags"]),
        "telling": _telling(document),
        "residents": _residents(document),
        "evidence": [value.value for value in evidence.summary(document).values],
    }


def _telling(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first metric of the case's first screen, without its citation."""
    metrics = {metric["key"]: metric for metric in _metrics(document)}
    first = next((metrics[key] for key in document["telling"] if key in metrics), None)
    names = ("key", "indicator", "low", "high", "qualifier", "scope")
    return {name: first[name] for name in names} if first else None


def _texts(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """tier → (anchor, text) of all searched text, in both languages."""
    texts: dict[str, list[tuple[str, str]]] = {tier: [] for tier in TIERS}

    def add(tier: str, anchor: str, text: Mapping[str, str] | None) -> None:
        if text:
            texts[tier] += (anchor, text["zh"]), (anchor, text["en"])

    add(TITLE, "", document["title"])
    add(REST, "", document["key_message"])
    add(REST, "", document["abstract"])
    add(REST, "", document["name_as_reported"])
    for part in document["sources"]:
        add(REST, "sources", part["title"])
    for part in document["problems"]:
        anchor = f"problem-{part['key']}"
        add(PROBLEM, anchor, part["heading"])
        add(PROBLEM, anchor, part["statement"])
        texts[KEYWORD] += _keywords(anchor, part)
    for part in document["measures"]:
        anchor = f"measure-{part['key']}"
        tier = PLANNED_MEASURE if part["status"] in _NOT_BEGUN else DONE_MEASURE
        add(tier, anchor, part["title"])
        add(tier, anchor, part["summary"])
        texts[KEYWORD] += _keywords(anchor, part)
        for actor in part["actors"]:
            add(REST, anchor, actor["name"])
    for part in _metrics(document):
        anchor = f"metric-{part['key']}"
        add(REST, anchor, part["scope"])
        texts[REST].append((anchor, part.get("cite", {}).get("printed", "")))
    for part in document["derived"]:
        add(REST, f"computed-{part['key']}", part["label"])
    for question, part in document["glance"].items():
        add(REST, f"glance-{question}", part["text"])
    return texts


def _residents(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Numbers of residents that sources give, each with its scope in Chinese, "" without one; see
    `covers_place`. Numbers that are a part of another number are left out."""
    found = []
    for metric in document["context"]:
        if metric["indicator"] == "residents" and not metric["whole"]["metric"]:
            number = metric["high"] if metric["low"] is None else metric["low"]
            scope = metric["scope"]["zh"] if metric["scope"] else ""
            found.append({"number": number, "scope": scope})
    return found


_OF_ALL = re.compile(
    r"(全域|全区|全体|全部|辖区|总|常住|户籍|在住|现有|内|的)*(居民|人口|人)?(总数)?"
)


def covers_place(scope: str, names: Iterable[str]) -> bool:
    """Whether a number of residents covers the case's own place as a whole.

    A metric has no place field, only words. It has no scope, or its scope is the name of the place
    plus a word for all: 烟柳园社区的全部居民, not 汉阳区紫荆花社区居民.
    """
    return not scope or any(
        scope.startswith(name) and _OF_ALL.fullmatch(scope, len(name)) for name in names
    )


def _keywords(anchor: str, part: Mapping[str, Any]) -> list[tuple[str, str]]:
    keywords = part["keywords"]
    return [(anchor, word) for word in (*keywords["zh"], *keywords["en"])]


def _metrics(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for measure in document["measures"]:
        yield from measure["metrics"]
    yield from document["context"]


def _values(document: Mapping[str, Any]) -> dict[Key, str]:
    values = {(FORM, PRESENT_FORM): "", (STATE, PUBLISHED): "", ("place", document["place"]): ""}
    values |= {("tag", slug): "" for slug in document["tags"]}
    values |= {("year", str(year)): "" for year in years(document)}
    metrics = list(_metrics(document))
    for number, anchor in _numbers(document):
        values.setdefault((NUMBER, number), anchor)
    values[MEASURES, str(len(document["measures"]))] = ""
    values[METRICS, str(len(metrics))] = ""
    values[CITATIONS, str(_cites(document))] = ""
    if metrics:
        values[COUNTED, document["place"]] = ""
    for part in document["problems"]:
        values.setdefault(("problem", part["type"]), f"problem-{part['key']}")
    for part in metrics:
        values.setdefault(("indicator", part["indicator"]), f"metric-{part['key']}")
    problems = {part["key"]: part["type"] for part in document["problems"]}
    for part in document["measures"]:
        anchor = f"measure-{part['key']}"
        for key in _values_of_measure(part, problems):
            values.setdefault(key, anchor)
    solved = {solve["problem"] for part in document["measures"] for solve in part["solves"]}
    values |= {(SOURCE, part["key"]): "" for part in document["sources"]}
    answered = {problems[key] for key in solved & problems.keys()}
    values |= {(UNANSWERED, slug): "" for slug in set(problems.values()) - answered}
    values |= {("evidence", value.value): "" for value in evidence.summary(document).values}
    return values


def _numbers(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, anchor) of metrics, then of derived numbers."""
    for part in _metrics(document):
        for bound in (part["low"], part["high"]):
            if bound is not None:
                yield number_key(bound), f"metric-{part['key']}"
        for key in sized_keys(part.get("cite", {}).get("printed", "")):
            yield key, f"metric-{part['key']}"
    for part in document["derived"]:
        number = number_key(part["value"])
        for key in (number, *sized_keys(f"{number}{part['unit']['zh']}")):
            yield key, f"computed-{part['key']}"


@lru_cache(maxsize=50_000)  # parsing takes 0.2 ms, and short fragments recur
def sized_keys(printed: str) -> frozenset[str]:
    """Keys of the numbers of a fragment with what they measure, in its base unit: 400平米 and
    400平方米 are "400 area", 400盏 is "400 count"."""
    return frozenset(key for quantity in quantities.read(printed) for key in keys_of(quantity))


def keys_of(quantity: Quantity) -> Iterator[str]:
    """Keys of each bound; for a change, of both its numbers."""
    for part in quantity.parts:
        yield from keys_of(part)
    kind, size = str(quantity.dimension or Dimension.COUNT), Decimal(1)
    if kind == Dimension.TIME:  # days, months and years are not converted into one another
        kind = units.same_time(quantity.unit)
    elif kind != Dimension.COUNT:
        size = units.size(quantity.unit) or size
    for bound in (quantity.low, quantity.high):
        if bound is not None:
            yield f"{number_key(bound * size)} {kind}"


def number_key(number: Decimal | float) -> str:
    """400 and 400.0 → 400."""
    return f"{Decimal(str(number)).normalize():f}"


def _values_of_measure(part: Mapping[str, Any], problems: Mapping[str, str]) -> list[Key]:
    values = [("measure", slug) for slug in part["types"]]
    values += [("place", where["place"]) for where in part["where"]]
    values += [("actor", actor["kind"]) for actor in part["actors"]]
    if part["metrics"]:
        values += [(MEASURED, slug) for slug in part["types"]]
    for solve in part["solves"]:
        if problem := problems.get(solve["problem"]):  # in a draft, the reference may be dangling
            answer = _answer(part["status"], solve["stage"])
            spaces = [answer, STATED] if solve["basis"] == Basis.STATED else [answer]
            values += [(s, f"{problem}:{slug}") for s in spaces for slug in part["types"]]
    return values


def _answer(status: str, stage: str) -> str:
    """The stage of an answer; a survey, plan or funding, even a finished one, only prepares it."""
    return _ANSWER_OF_STATUS[status] if stage in ANSWERING_STAGES else PLANNED


def _cites(document: Mapping[str, Any]) -> int:
    """The number of citations in the document, including those of dates."""
    measures = document["measures"]
    cited = [document, *document["problems"], *measures, *document["glance"].values()]
    cited += document["follow_up"]
    dated = [document["began"], document["ended"], *(part["when"] for part in measures)]
    return (
        sum(len(part["cites"]) for part in cited)
        + sum(len(c["before_cites"]) + len(c["after_cites"]) for c in document["changes"])
        + sum(1 for date in dated if date and date["source"])
        + sum(1 for part in _metrics(document) if "cite" in part)
    )


def _metric_entries(document: Mapping[str, Any]) -> Iterator[MetricEntry]:
    rows = {row["key"]: row for row in metric_rows(document)}
    for measure in (*document["measures"], {"types": (), "metrics": document["context"]}):
        for metric in measure["metrics"]:
            yield _metric_entry(metric, tuple(measure["types"]), rows.get(metric["key"]))


def _metric_entry(
    metric: Mapping[str, Any], types: tuple[str, ...], row: Mapping[str, Any] | None
) -> MetricEntry:
    begin, end = sizes.span(metric["low"], metric["high"], metric["qualifier"])
    kind = metric["kind"] or Kind.CONTEXT.value
    return MetricEntry(metric["key"], metric["indicator"], kind, types, begin, end, row)


def years(document: Mapping[str, Any]) -> range:
    """From the first year of the case to its last; empty without a date, or with dates so far apart
    that the check refuses them."""
    found: set[int] = set()
    for date in (document["began"], document["ended"]):
        try:
            found |= set(dates.read(date["edtf"]).years) if date else set()
        except dates.DateError:
            continue  # in a draft; the checks report it
    is_readable = found and max(found) - min(found) <= dates.SPAN_LIMIT
    return range(min(found), max(found) + 1) if is_readable else range(0)
