"""Consistent terminology: variants refused by docs/glossary.md are in no case and no vocabulary."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

GLOSSARY = Path(settings.BASE_DIR) / "docs" / "glossary.md"
VOCABULARY = sorted(Path(settings.VOCABULARY_DIR).glob("*.json"))
CASES = sorted(Path(settings.CASES_DIR).glob("*.json"))
# Not our words: what sources print, and what readers search for.
FREE = {"printed", "keywords"}
QUOTED = re.compile("“([^“”]+)”")
# Quoted in definitions as words of the field, not as names of terms.
WORDS_OF_THE_FIELD = {"第一书记", "flying wires", "飞线"}


def refused() -> list[str]:
    """The variants in `code` in the last column of the glossary."""
    rows = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [variant for row in rows for variant in re.findall("`([^`]+)`", row)]


def texts_of_vocabulary(file: Path) -> Iterator[tuple[str, str]]:
    """(language, text) of labels and definitions; synonyms and examples are free."""
    for row in json.loads(file.read_text("utf-8")):
        for name, text in row["fields"].items():
            if name.startswith(("label_", "definition_", "unit_")):
                yield ("en" if "_en" in name else "zh"), text


def texts_of_document(value: Any) -> Iterator[tuple[str, str]]:
    """(language, text) of every text in two languages."""
    if isinstance(value, list):
        for item in value:
            yield from texts_of_document(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("zh", "en") and isinstance(item, str):
                yield name, item
            elif name not in FREE:
                yield from texts_of_document(item)


def texts(file: Path) -> list[tuple[str, str]]:
    if file in CASES:
        return list(texts_of_document(json.loads(file.read_text("utf-8"))))
    return list(texts_of_vocabulary(file))


def holds(text: str, variant: str) -> bool:
    """English words match whole or with an ending, case-insensitively."""
    if not variant.isascii():
        return variant in text
    return bool(re.search(rf"(?<![\w-]){re.escape(variant)}", text, re.IGNORECASE))


@pytest.mark.parametrize("file", [*VOCABULARY, *CASES], ids=lambda file: file.stem)
def test_no_refused_variant_is_written(file: Path) -> None:
    variants = refused()
    assert len(variants) > 30
    assert [(v, text) for _, text in texts(file) for v in variants if holds(text, v)] == []


@pytest.mark.parametrize("file", [*VOCABULARY, *CASES], ids=lambda file: file.stem)
def test_quotation_marks_are_typographic(file: Path) -> None:
    assert [text for _language, text in texts(file) if re.search("[\"'`＂＇]", text)] == []


@pytest.mark.parametrize("file", [*VOCABULARY, *CASES], ids=lambda file: file.stem)
def test_quotation_marks_are_paired(file: Path) -> None:
    assert [text for _language, text in texts(file) if text.count("“") != text.count("”")] == []


def terms(file: Path) -> list[dict[str, Any]]:
    return [row["fields"] for row in json.loads(file.read_text("utf-8"))]


def test_a_definition_refers_to_other_terms_by_their_labels() -> None:
    """Renaming a label includes the definitions that mention it."""
    every = [fields for file in VOCABULARY for fields in terms(file)]
    for language in ("zh", "en"):
        inner = str.maketrans("“”", "‘’")  # nested quotation marks
        labels = {fields[f"label_{language}"].translate(inner) for fields in every}
        quoted = {
            name
            for fields in every
            for name in QUOTED.findall(fields.get(f"definition_{language}", ""))
        }
        assert quoted - labels - WORDS_OF_THE_FIELD == set()


@pytest.mark.parametrize("file", VOCABULARY, ids=lambda file: file.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_other_words_are_no_labels_and_stand_once(file: Path, language: str) -> None:
    labels = {fields[f"label_{language}"] for fields in terms(file)}
    for fields in terms(file):
        words = [*fields[f"synonyms_{language}"], *fields.get(f"examples_{language}", [])]
        assert [word for word, count in Counter(words).items() if count > 1] == []
        assert {fields[f"label_{language}"]} & set(words) == set(), fields[f"label_{language}"]
        assert labels & set(fields[f"synonyms_{language}"]) == set()


@pytest.mark.parametrize(
    "name", ["measure_types", "problem_types", "tags", "indicators", "body_kinds"]
)
def test_a_term_is_found_by_many_words(name: str) -> None:
    """Colloquial, official and policy words: at least six synonyms in Chinese and four in English.

    Examples are not evidence of a case, and so do not count.
    """
    for fields in active(name):
        counts = [len(fields[f"synonyms_{language}"]) for language in ("zh", "en")]
        assert counts[0] >= 6 and counts[1] >= 4, fields["slug"]


@pytest.mark.parametrize("file", VOCABULARY, ids=lambda file: file.stem)
def test_no_two_terms_of_a_vocabulary_share_a_synonym(file: Path) -> None:
    synonyms = Counter(
        word.casefold()
        for fields in terms(file)
        for language in ("zh", "en")
        for word in fields[f"synonyms_{language}"]
    )
    assert [word for word, count in synonyms.items() if count > 1] == []


@pytest.mark.parametrize("name", ["measure_types", "problem_types", "tags"])
def test_terms_are_related_both_ways_to_others_in_use(name: str) -> None:
    related = {fields["slug"]: natural_keys(fields["related"]) for fields in active(name)}
    pairs = {(term, other) for term, others in related.items() for other in others}
    assert pairs == {(other, term) for term, other in pairs}
    assert [term for term, other in pairs if term == other] == []
    assert max(map(len, related.values())) <= 6


@pytest.mark.parametrize("name", ["measure_types", "problem_types"])
def test_every_type_is_related_to_another(name: str) -> None:
    assert [fields["slug"] for fields in active(name) if not fields["related"]] == []


def active(name: str) -> list[dict[str, Any]]:
    every = terms(Path(settings.VOCABULARY_DIR) / f"{name}.json")
    return [fields for fields in every if fields["status"] == "active"]


def natural_keys(rows: list[list[str]]) -> list[str]:
    return [slug for (slug,) in rows]
