"""Converts values of a case document to columns. A missing value is "", a missing number None."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from stories.choices import Shows
from stories.documents import schema
from stories.documents.schema import Date, Text
from stories.models.case import Case
from stories.models.measures import Measure
from stories.models.sources import Source
from stories.models.vocabulary import Place


def source_row(case: Case, position: int, part: schema.Source) -> Source:
    return Source(
        case=case,
        position=position,
        key=part.key,
        type=part.type,
        issued=part.issued or "",
        url=part.url or "",
        archived_url=part.archived_url or "",
        accessed=part.accessed or "",
        reported_by=part.reported_by,
        independence=part.independence,
        condition=part.condition,
        sha256=part.reading.sha256,
        marks=part.reading.marks,
        withheld_names=part.withheld_names,
        shows=part.shows or Shows.FRAGMENT,  # left empty by an editor, or missing in a draft
        **texts(
            title=part.title,
            container=part.container,
            publisher=part.publisher,
            issued_note=part.issued_note,
            url_note=part.url_note,
            independence_note=part.independence_note,
            section=part.section,
            condition_note=part.condition_note,
        ),
    )


def measure_row(case: Case, position: int, part: schema.Measure) -> Measure:
    row = Measure(
        case=case,
        position=position,
        key=part.key,
        status=part.status,
        before_case=part.before_case,
        not_said=part.not_said,
        **texts(title=part.title, summary=part.summary),
        **keywords(part.keywords),
    )
    set_date(row, "when", part.when)
    return row


def texts(**texts: Text | None) -> dict[str, str]:
    """Columns of bilingual texts: title=Text(…) → title_zh and title_en; None → both empty."""
    return {
        f"{column}_{language}": getattr(text, language) if text else ""
        for column, text in texts.items()
        for language in ("zh", "en")
    }


def keywords(keywords: schema.Keywords) -> dict[str, list[str]]:
    return {"keywords_zh": keywords.zh, "keywords_en": keywords.en}


def set_text(row: Model, column: str, text: Text | None) -> None:
    for name, words in texts(**{column: text}).items():
        setattr(row, name, words)


def set_date(row: Model, column: str, date: Date | None) -> None:
    setattr(row, column, date.edtf if date else "")
    setattr(row, f"{column}_inferred", (date.inferred or "") if date else "")


def rows_by_slug(model: type[Any], slugs: Iterable[str]) -> dict[str, Any]:
    return {row.slug: row for row in model.objects.filter(slug__in=set(slugs))}


def places_by_code(codes: Iterable[str]) -> dict[str, Place]:
    return {place.code: place for place in Place.objects.filter(code__in=set(codes))}
