"""Flat records of cases, metrics, terms and sources, each text in both languages.

One shape serves CSV, JSON Lines and the API: columns and schemas are derived from its fields.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices
from django.utils.timezone import localtime
from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, Field

from stories import links
from stories.choices import (
    BEYOND_PLANS,
    Claim,
    Condition,
    Evidence,
    Independence,
    Kind,
    PlaceLevel,
    Qualifier,
    ReportedBy,
    SourceType,
    TermStatus,
)
from stories.languages import DJANGO_CODES
from stories.presenters.places import history_of
from stories.presenters.sources import SourcePresenter
from stories.queries.snapshot import Library

Number = int | float


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Record):
    """The same in Chinese and in English."""

    zh: str
    en: str


class Labelled(Record):
    """A value of a closed list or of the vocabulary, with its label."""

    value: str
    label: Text


class CaseRecord(Record):
    slug: str = Field(description="Stable identifier of the case")
    version: int = Field(description="Number of the version that this is made of")
    published_on: str = Field(description="Day on which this version was published")
    url: Text = Field(description="Address of the page of the case")
    document: str = Field(description="Address of the case document (JSON)")
    title: Text
    key_message: Text = Field(description="The case in one sentence")
    abstract: Text
    place: Labelled = Field(description="Code and name of the place that the case is about")
    name_as_reported: Text = Field(description="Name of the place as the source prints it")
    began: str | None = Field(description="When it began, EDTF; null where no source says")
    ended: str | None = Field(description="When it ended, EDTF; null where no source says")
    problem_types: list[Labelled] = Field(description="Types of the problems, each once")
    measure_types: list[Labelled] = Field(description="Types of the measures, each once")
    tags: list[Labelled]
    evidence: list[Labelled] = Field(description="What is known of the evidence")
    measure_count: int = Field(description="Number of measures")
    metric_count: int = Field(description="Number of figures, those of the place included")
    sources: list[str] = Field(description="Keys of the sources")


class MetricRecord(Record):
    case: str = Field(description="Slug of the case; with the key it identifies the figure")
    key: str = Field(description="Key of the figure within its case")
    version: int = Field(description="Number of the version of the case")
    url: Text = Field(description="Address of the figure on the page of its case")
    case_title: Text
    place: Labelled = Field(description="Code and name of the place that the case is about")
    measure: str | None = Field(description="Key of its measure; null for the place itself")
    measure_title: Text | None
    measure_types: list[Labelled] = Field(description="Types of its measure, the main one first")
    indicator: Labelled = Field(description="What is counted")
    kind: Labelled = Field(description="Where it stands in the logic model")
    is_planned: bool = Field(description="Whether it is a target or of a measure only planned")
    qualifier: Labelled = Field(description="How the printed number bounds the true one")
    low: Number | None = Field(description="Lower bound, in the unit; null where none is printed")
    high: Number | None = Field(description="Upper bound, in the unit; null where none is printed")
    unit: Text
    scope: Text | None = Field(description="What the figure covers")
    period: Text | None = Field(description="The time that it covers")
    note: Text | None
    reading_note: Text | None = Field(description="Why an editor reads the fragment so")
    printed: str = Field(description="The fragment of the source that prints it")
    gloss: str | None = Field(description="The fragment in English")
    source: str = Field(description="Key of the source")
    locator: str = Field(
        description="Passage: 12 a paragraph, T title, H heading, C caption, E note"
    )
    claim: Labelled = Field(description="In whose words the source says it")


class SourceRecord(Record):
    key: str = Field(description="Stable identifier of the source")
    case: str = Field(description="Slug of the case that rests on it")
    url: Text = Field(description="Address of the page of the source")
    type: Labelled = Field(description="Item type of CSL 1.0.2")
    title: Text
    authors: list[Text]
    editors: list[Text]
    container: Text | None = Field(description="Paper or site")
    publisher: Text | None
    issued: str | None = Field(description="When it was published, EDTF")
    section: Text | None = Field(description="Page or section")
    original_url: str | None = Field(description="Address of the source itself")
    archived_url: str | None = Field(description="Address of an archived copy")
    accessed: str | None = Field(description="When it was read, EDTF")
    reported_by: Labelled
    independence: Labelled
    condition: Labelled = Field(description="State of the text that was read")
    sha256: str = Field(description="SHA-256 of the text that was read")


class TermRecord(Record):
    value: str = Field(description="Slug, which does not change")
    label: Text
    definition: Text
    synonyms_zh: list[str]
    synonyms_en: list[str]
    family: Labelled | None = Field(description="Of a measure type")
    status: Labelled
    replaced_by: str | None = Field(
        description="Slug of the term that a deprecated one gave way to"
    )
    case_count: int = Field(description="Number of published cases that have it")
    url: Text | None = Field(description="Address of its page, null where it has none")


class IndicatorRecord(Record):
    value: str = Field(description="Slug, which does not change")
    label: Text
    definition: Text
    unit: Text
    kind: Labelled = Field(description="Where it usually stands in the logic model")
    case_count: int = Field(description="Number of published cases that have it")


class PlaceRecord(Record):
    value: str = Field(
        description="Code: of GB/T 2260 down to the county, below it a name behind it"
    )
    label: Text
    level: Labelled
    parent: str | None = Field(description="Code of the place that it lies in")
    standard: str | None = Field(description="Standard and edition that the code is from")
    statistical_code: str | None = Field(description="Twelve digits, where known")
    code_since: str | None = Field(
        description="First edition since 1980 of the code table with the code, YYYY-MM"
    )
    code_until: str | None = Field(
        description="Last edition with the code, YYYY-MM; null while the present one has it"
    )
    former_names: list[Text] = Field(description="Names that it had before, the latest first")
    former_codes: list[str] = Field(description="The code that goes with each former name")
    successor: str | None = Field(
        description="Code that the place has, or is a part of, since its own ended; null if unknown"
    )
    case_count: int = Field(description="Number of published cases about it or a place in it")
    url: Text


# ---------------------------------------------------------------- records from presenters


def case_record(
    library: Library, row: Mapping[str, Any], number: int, published_at: datetime, site: str
) -> CaseRecord:
    """`row`: of `documents.rows`; `number` of its version, and when that was published."""
    slug = row["slug"]
    copied = ("slug", "began", "ended", "measure_count", "metric_count", "sources")
    return CaseRecord(
        version=number,
        published_on=localtime(published_at).date().isoformat(),
        url=addresses(site, "case", slug),
        document=site + links.of("case-document", slug),
        **{name: row[name] for name in copied},
        title=text(row["title"]),
        key_message=text(row["key_message"]),
        abstract=text(row["abstract"]),
        place=_term(library, "place", row["place"]),
        name_as_reported=text(row["name_as_reported"]),
        problem_types=_terms(library, "problem", row["problem_types"]),
        measure_types=_terms(library, "measure", row["measure_types"]),
        tags=_terms(library, "tag", row["tags"]),
        evidence=[closed(Evidence, value) for value in row["evidence"]],
    )


def metric_record(
    library: Library, row: Mapping[str, Any], version: int, site: str
) -> MetricRecord:
    """`row`: of `documents.rows`."""
    indicator = library.terms["indicator"][row["indicator"]]
    kind = row["kind"] or indicator.kind
    is_of_plan = row["measure"] is not None and row["measure_status"] not in BEYOND_PLANS
    copied = ("case", "key", "measure", "low", "high", "printed", "gloss", "source", "locator")
    return MetricRecord(
        version=version,
        url=addresses(site, "case", row["case"], anchor=f"metric-{row['key']}"),
        **{name: row[name] for name in copied},
        case_title=text(row["case_title"]),
        place=_term(library, "place", row["place"]),
        measure_types=_terms(library, "measure", row["measure_types"]),
        indicator=_term(library, "indicator", row["indicator"]),
        kind=closed(Kind, kind),
        is_planned=kind == Kind.TARGET or is_of_plan,
        qualifier=closed(Qualifier, row["qualifier"]),
        unit=_text_of(indicator, "unit"),
        measure_title=optional(row["measure_title"]),
        scope=optional(row["scope"]),
        period=optional(row["period"]),
        note=optional(row["note"]),
        reading_note=optional(row["reading_note"]),
        claim=closed(Claim, row["claim"]),
    )


def source_record(source: SourcePresenter, site: str) -> SourceRecord:
    data = source.data
    return SourceRecord(
        key=data["key"],
        case=source.case.data["slug"],
        url=addresses(site, "source", data["key"]),
        type=closed(SourceType, data["type"]),
        title=text(data["title"]),
        authors=[text(person["name"]) for person in data["authors"]],
        editors=[text(person["name"]) for person in data["editors"]],
        **{name: optional(data[name]) for name in ("container", "publisher", "section")},
        issued=data["issued"],
        original_url=data["url"],
        archived_url=data["archived_url"],
        accessed=data["accessed"],
        reported_by=closed(ReportedBy, data["reported_by"]),
        independence=closed(Independence, data["independence"]),
        condition=closed(Condition, data["condition"]),
        sha256=data["reading"]["sha256"],
    )


def term_records(library: Library, facet: str, site: str) -> Iterator[TermRecord]:
    """`facet` is `family`, `measure`, `problem`, `tag` or `actor`. In the order of the vocabulary,
    including terms without a case. No query."""
    is_family = facet == "family"  # families are among the measure types, as their parents
    page = {"measure": "measure-type", "problem": "problem-type"}.get(facet)
    facet = "measure" if is_family else facet
    rows = library.terms[facet]
    slugs = {
        row.pk: slug
        for slug, row in rows.items()
        if facet != "measure" or _is_family(library, slug) == is_family
    }
    for slug in slugs.values():
        row, parent = rows[slug], library.nodes[facet][slug].parent
        yield TermRecord(
            value=slug,
            label=_text_of(row, "label"),
            definition=_text_of(row, "definition"),
            synonyms_zh=row.synonyms_zh,
            synonyms_en=row.synonyms_en,
            family=_term(library, facet, parent) if parent else None,
            status=closed(TermStatus, row.status),
            replaced_by=slugs.get(row.replaced_by_id),
            case_count=len(library.of(facet, slug)),
            url=addresses(site, page, slug) if page else None,
        )


def indicator_records(library: Library) -> Iterator[IndicatorRecord]:
    """In the order of the vocabulary. No query."""
    for slug, row in library.terms["indicator"].items():
        yield IndicatorRecord(
            value=slug,
            label=_text_of(row, "label"),
            definition=_text_of(row, "definition"),
            unit=_text_of(row, "unit"),
            kind=closed(Kind, row.kind),
            case_count=len(library.of("indicator", slug)),
        )


def place_records(library: Library, site: str) -> Iterator[PlaceRecord]:
    """Places of published cases, by code. No query."""
    for code, row in library.terms["place"].items():
        if code in library.cases_by_value["place"]:
            yield PlaceRecord(
                value=code,
                label=_text_of(row, "label"),
                level=closed(PlaceLevel, row.level),
                parent=row.parent.code if row.parent else None,
                standard=row.standard or None,
                statistical_code=row.statistical_code or None,
                **_history(row),
                case_count=len(library.of("place", code)),
                url=addresses(site, "place", code),
            )


def _history(row: Any) -> dict[str, Any]:
    """field → value from the code table."""
    history = history_of(row)
    former = history.former if history else ()
    return {
        "code_since": history.since if history else None,
        "code_until": (history.until or None) if history else None,
        "former_names": [_text_of(name, "label") for name in former],
        "former_codes": [name.code for name in former],
        "successor": history.successor.code if history and history.successor else None,
    }


# ---------------------------------------------------------------- texts in both languages


def text(words: Mapping[str, str]) -> Text:
    return Text(zh=words["zh"], en=words["en"])


def optional(words: Mapping[str, str] | None) -> Text | None:
    return text(words) if words else None


@lru_cache
def closed(choices: type[TextChoices], value: str) -> Labelled:
    """A value of a closed list."""
    labels = {}
    for language, code in DJANGO_CODES.items():
        with override(code):
            labels[language] = str(choices(value).label)
    return Labelled(value=value, label=text(labels))


def addresses(site: str, name: str, *arguments: str | int, anchor: str = "") -> Text:
    """A page's address in each language, with scheme and host."""
    behind = f"#{anchor}" if anchor else ""
    paths = links.in_each(DJANGO_CODES.values(), name, *arguments)
    zh, en = (f"{site}{path}{behind}" for path in paths)
    return Text(zh=zh, en=en)


def _text_of(row: Any, column: str) -> Text:
    return Text(zh=getattr(row, f"{column}_zh"), en=getattr(row, f"{column}_en"))


def _term(library: Library, facet: str, value: str) -> Labelled:
    made: dict[str, Labelled] = library.memoized(f"labelled: {facet}", dict)
    if value not in made:
        label = _text_of(library.terms[facet][value], "label")
        made[value] = Labelled(value=value, label=label)
    return made[value]


def _terms(library: Library, facet: str, values: Iterable[str]) -> list[Labelled]:
    """Without duplicates, in their order."""
    return [_term(library, facet, value) for value in dict.fromkeys(values)]


def _is_family(library: Library, value: str) -> bool:
    return any(node.value == value for node in library.below["measure"].get("", ()))
