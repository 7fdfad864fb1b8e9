"""Places of the code table for the forms of the desk: found by any name, and stored as rows on use.

A place of the table becomes a row, with the places above it, only when an editor chooses it.
"""

from collections.abc import Collection, Iterator
from functools import cache

from django.db import transaction

from stories.admin.keys import free_key
from stories.admin.term_search import folded
from stories.choices import PlaceLevel
from stories.models.vocabulary import Place
from stories.reading import divisions, place_names
from stories.reading.divisions import Division
from stories.search import sounds, writer

PREFIX = "gb-"  # prefix of a form value that is a code without a row
STANDARD_OF = "{standard}, {edition}"
# Suffix of a name below the county → its level.
LEVELS = {
    **dict.fromkeys(("街道", "镇", "乡", "苏木"), PlaceLevel.SUBDISTRICT),
    **dict.fromkeys(("社区", "嘎查", "村"), PlaceLevel.COMMUNITY),
    "小区": PlaceLevel.ESTATE,
}


def found(typed: str, rows: Collection[str], limit: int) -> list[Division]:
    """Present places whose names (former ones included), code or pinyin contain every word, those
    whose name begins with the first word first. The codes in `rows` are left out. No query."""
    words = folded(typed).split()
    if not words:
        return []
    fitting = [
        (not any(name.startswith(words[0]) for name in names), division.code, division)
        for division, names, text in _searched()
        if division.code not in rows and all(word in text for word in words)
    ]
    return [division for _is_within, _code, division in sorted(fitting, key=_order)[:limit]]


def _order(entry: tuple[bool, str, Division]) -> tuple[bool, bool, str]:
    is_within, code, division = entry
    return is_within, division.level == PlaceLevel.COUNTY, code


@cache
def _searched() -> list[tuple[Division, list[str], str]]:
    """(place, folded names, searched text) of each present place."""
    entries = []
    for division in divisions.current():
        chinese = [division.name, *(f.name for f in division.former_names if f.is_telling)]
        english = [place_names.english(division.code, name).text for name in chinese]
        spoken = [sounds.transcribed(name).replace(" ", "") for name in chinese]
        names = [folded(name) for name in (*chinese, *english, *spoken, division.code)]
        above = [folded(step.name) for step in divisions.chain(division.code)[:-1]]
        entries.append((division, names, "\n".join([*names, *above])))
    return entries


def division_of(value: str) -> Division | None:
    """The present place with the code in a form value such as gb-110101; None if there is none."""
    division = divisions.of(value.removeprefix(PREFIX)) if value.startswith(PREFIX) else None
    return division if division and division.is_current else None


def adopt(division: Division) -> Place:
    """The row of the division, created with missing places above it: 1 query, and 1 for each."""
    with transaction.atomic():
        steps = divisions.chain(division.code)
        rows = {row.code: row for row in Place.objects.filter(code__in=[s.code for s in steps])}
        above: Place | None = None
        for step in steps:
            above = rows.get(step.code) or _made(step, above)
    assert above is not None  # the chain ends with the place itself
    return above


def _made(division: Division, above: Place | None) -> Place:
    english = place_names.english(division.code, division.name)
    edition = divisions.present_edition()
    writer.begin_revision()
    return Place.objects.create(
        code=division.code,
        parent=above,
        level=division.level,
        label_zh=division.name,
        label_en=english.text,
        is_label_en_proposed=not english.is_sure,
        standard=STANDARD_OF.format(standard=divisions.STANDARD, edition=edition),
    )


def level_of(name: str) -> str:
    """The level that a name's suffix implies; "" if it implies none."""
    return LEVELS.get(place_names.stem_below(name)[1], "")


def below(above: Place, name_zh: str, name_en: str, level: str) -> Place:
    """The place of this name within another, created with a generated key if missing. Without an
    English name one is proposed: 3 queries."""
    with transaction.atomic():
        known = Place.objects.filter(parent=above, label_zh=name_zh).first()
        if known:
            return known
        county = above.code[:6]
        begins = f"{county}-"
        codes = Place.objects.filter(code__startswith=begins).values_list("code", flat=True)
        taken = {code.removeprefix(begins) for code in codes}
        stem, _kind = place_names.stem_below(name_zh)
        key = free_key(stem, taken, between="") or free_key("place", taken)
        writer.begin_revision()
        return Place.objects.create(
            code=f"{county}-{key}",
            parent=above,
            level=level,
            label_zh=name_zh,
            label_en=name_en or place_names.english_below(name_zh)[:90],
            is_label_en_proposed=not name_en,
        )


def notes(division: Division) -> Iterator[str]:
    """Notes for the list of choices: the places above it, former names, code."""
    yield " ".join(step.name for step in divisions.chain(division.code)[:-1])
    yield from (f.name for f in division.former_names if f.name != division.name and f.is_telling)
    yield division.code
