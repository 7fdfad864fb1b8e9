"""The open vocabulary, as far as checks of documents need it."""

import pytest
from django.conf import settings

from stories.models.sources import Passage, Source
from stories.models.vocabulary import MeasureType
from stories.publishing import glossary
from tests.builders import a_measure_type

pytestmark = pytest.mark.usefixtures("vocabulary")


def test_the_stored_vocabulary_is_the_shipped_one() -> None:
    files = sorted(settings.VOCABULARY_DIR.glob("*.json"))
    assert glossary.stored_terms() == glossary.shipped_terms(files)


def test_the_stored_vocabulary_counts_where_there_is_one() -> None:
    a_measure_type(slug="moon-landing")
    assert "moon-landing" in glossary.terms([]).slugs["measure type"]


def test_the_shipped_vocabulary_counts_where_none_is_stored() -> None:
    for model in (Source, Passage, MeasureType):
        model.objects.all().delete()
    assert glossary.terms([]).slugs["measure type"] == frozenset()


def test_a_deprecated_term_is_known_with_its_replacement() -> None:
    instead = a_measure_type(slug="new")
    a_measure_type(slug="old", status="deprecated", replaced_by=instead)
    a_measure_type(slug="older", status="deprecated")
    expected = {("measure type", "old"): "new", ("measure type", "older"): ""}
    assert expected.items() <= glossary.stored_terms().deprecated.items()
