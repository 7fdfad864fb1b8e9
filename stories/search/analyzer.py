"""A case document → its entry in the index: its text in parts, its values, its card; and the
spaces and keys that it and its metrics belong to. Pure.
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

# The tiers of a hit, best first: spaces of grams. Measures that were carried out stand before
# those only planned, any measure before a problem, and keywords, which no reader sees, behind all.
TIERS = ("in_title", "in_done", "in_planned", "in_problem", "in_rest", "in_keyword")
TITLE, DONE_MEASURE, PLANNED_MEASURE, PROBLEM, REST, KEYWORD = TIERS
# Further spaces: published cases; types of measures that have a metric; the place of a case that
# has one.
STATE, MEASURED, COUNTED = "state", "measured", "counted"
# Keys of the space of states: every case; those of which a part cannot be presented.
PUBLISHED, DAMAGED = "published", "damaged"
# Which problem type a measure of which type answers ("dark-streets:street-lighting"), by how far
# the measure has come; a problem that no measure at all answers.
ANSWERS = ANSWERED, AWAITING, PLANNED = ("answered", "awaiting", "planned")
UNANSWERED = "unanswered"
STATED = "stated"  # which of these answers a source states; the others are inferred here
SOURCE = "source"  # the key of a source → its case
# How many of each a case has: their keys are numbers.
COUNTS = MEASURES, METRICS, CITATIONS = ("measures", "metrics", "citations")
# What the index holds of a case changes with releases: those of another form are indexed anew.
FORM, PRESENT_FORM = "form", "12"
# What is near a question: stems of English words; how Chinese titles, headings and short texts
# sound, by pairs of syllables, and titles and headings by three initials; numbers stated or
# computed, alone and with what they measure.
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
    """What the index holds of one case."""

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
        found[SOUND] = sounds.pairs(" ".join(self._spoken_texts(SHORT_TEXT)))
        found[INITIALS] = sounds.initials(" ".join(self._spoken_texts(0)))
        for facet, value in self.values:
            found.setdefault(facet, set()).add(value)
        return found

    def _spoken_texts(self, length: int) -> Iterator[str]:
        """Titles and headings, the first text of their part, and what is no longer than this."""
        last = None
        for n, (start, tier, anchor, _raw_start) in enumerate(self.parts):
            end = self.parts[n + 1][0] - 1 if n + 1 < len(self.parts) else len(self.folded)
            is_heading = tier not in (REST, KEYWORD) and anchor != last
            if end - start <= length or tier == TITLE or is_heading:
                yield self.folded[start:end]
            last = anchor

    def text_of(self, tier: str) -> str:
        """The folded text of one tier; its parts stand together."""
        start = self._starts.get(tier)
        if start is None:
            return ""
        after = [other for other in self._starts.values() if other > start]
        return self.folded[start : min(after, default=None)]

    @cached_property
    def _starts(self) -> dict[str, int]:
        return {tier: start for start, tier, *_rest in reversed(self.parts)}

    def text(self) -> dict[str, Any]:
        """column → value of IndexedText."""
        return {
            "raw": self.raw,
            "folded": self.folded,
            "parts": list(zip(*self.parts, strict=True)),
            "values": sorted((*key, anchor) for key, anchor in self.values.items()),
        }


@dataclass(frozen=True)
class MetricEntry:
    """What the index holds of one metric; `begin` and `end` are steps of stories.search.sizes."""

    key: str
    indicator: str
    kind: str
    types: tuple[str, ...]  # of its measure
    begin: int
    end: int
    row: Mapping[str, Any] | None  # what tables say of it


def entry(document: Mapping[str, Any], is_damaged: bool = False) -> Entry:
    """A case document, as plain lists and dicts, as the index holds it. `is_damaged`: a part of
    it cannot be presented, whatever the vocabulary holds."""
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
    """What a list shows of a case."""
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
    """The metric that tells most of the case, without its citation."""
    metrics = {metric["key"]: metric for metric in _metrics(document)}
    first = next((metrics[key] for key in document["telling"] if key in metrics), None)
    names = ("key", "indicator", "low", "high", "qualifier", "scope")
    return {name: first[name] for name in names} if first else None


def _texts(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """tier → (anchor, text) of all that is searched, in both languages."""
    texts: dict[str, list[tuple[str, str]]] = {tier: [] for tier in TIERS}

    def say(tier: str, anchor: str, text: Mapping[str, str] | None) -> None:
        if text:
            texts[tier] += (anchor, text["zh"]), (anchor, text["en"])

    say(TITLE, "", document["title"])
    say(REST, "", document["key_message"])
    say(REST, "", document["abstract"])
    say(REST, "", document["name_as_reported"])
    for part in document["sources"]:
        say(REST, "sources", part["title"])
    for part in document["problems"]:
        anchor = f"problem-{part['key']}"
        say(PROBLEM, anchor, part["heading"])
        say(PROBLEM, anchor, part["statement"])
        texts[KEYWORD] += _keywords(anchor, part)
    for part in document["measures"]:
        anchor = f"measure-{part['key']}"
        tier = PLANNED_MEASURE if part["status"] in _NOT_BEGUN else DONE_MEASURE
        say(tier, anchor, part["title"])
        say(tier, anchor, part["summary"])
        texts[KEYWORD] += _keywords(anchor, part)
        for actor in part["actors"]:
            say(REST, anchor, actor["name"])
    for part in _metrics(document):
        anchor = f"metric-{part['key']}"
        say(REST, anchor, part["scope"])
        texts[REST].append((anchor, part.get("cite", {}).get("printed", "")))
    for part in document["derived"]:
        say(REST, f"computed-{part['key']}", part["label"])
    for question, part in document["glance"].items():
        say(REST, f"glance-{question}", part["text"])
    return texts


def _residents(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many residents sources give, each with its scope in Chinese, "" without one; see
    `covers_place`. What the source states as a part of another number is left out."""
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
    """Whether the scope of a number of residents is the case's own place as a whole.

    A metric has no place of its own, only words. It has no scope, or it is named after the
    place and what else it says is a word for all: 烟柳园社区的全部居民, not 汉阳区紫荆花社区居民.
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
    """(key, anchor) of what is stated, and then of what is computed from it."""
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


@lru_cache(maxsize=50_000)  # reading takes 0.2 ms, and short fragments come again
def sized_keys(printed: str) -> frozenset[str]:
    """Keys of the numbers of a fragment with what they measure, in its base unit: 400平米 and
    400平方米 are "400 area", 400盏 is "400 count"."""
    return frozenset(key for quantity in quantities.read(printed) for key in keys_of(quantity))


def keys_of(quantity: Quantity) -> Iterator[str]:
    """Of each bound; of a change those of both its numbers."""
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
        if problem := problems.get(solve["problem"]):  # a draft's may be dangling
            answer = _answer(part["status"], solve["stage"])
            spaces = [answer, STATED] if solve["basis"] == Basis.STATED else [answer]
            values += [(s, f"{problem}:{slug}") for s in spaces for slug in part["types"]]
    return values


def _answer(status: str, stage: str) -> str:
    """How far an answer has come; a survey, plan or fund, even a finished one, only prepares it."""
    return _ANSWER_OF_STATUS[status] if stage in ANSWERING_STAGES else PLANNED


def _cites(document: Mapping[str, Any]) -> int:
    """How many citations the document has, those of dates included."""
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
    """From the first year of the case to its last; none where it has no date, or dates so far
    apart that the check refuses them."""
    found: set[int] = set()
    for date in (document["began"], document["ended"]):
        try:
            found |= set(dates.read(date["edtf"]).years) if date else set()
        except dates.DateError:
            continue  # a draft's; the check names it
    is_readable = found and max(found) - min(found) <= dates.SPAN_LIMIT
    return range(min(found), max(found) + 1) if is_readable else range(0)
