"""The judged questions: required numbers, existing cases, no contradictions."""

from collections import Counter

import pytest
from django.conf import settings

from tests.judged_queries import JUDGED, KINDS, Judged

SLUGS = {file.stem for file in settings.CASES_DIR.glob("*.json")}


def test_there_are_enough_of_every_kind() -> None:
    counts = Counter(judged.kind for judged in JUDGED)
    assert counts.keys() == KINDS.keys()
    assert [kind for kind, least in KINDS.items() if counts[kind] < least] == []
    assert len(JUDGED) >= 250


def test_they_stand_by_kind() -> None:
    kinds = [judged.kind for judged in JUDGED]
    assert kinds == sorted(kinds)


def test_none_is_judged_twice() -> None:
    asked = Counter(" ".join(judged.q.casefold().split()) for judged in JUDGED)
    assert [q for q, count in asked.items() if count > 1] == []


def test_some_have_no_answer_in_the_library() -> None:
    unanswered = Counter(judged.kind for judged in JUDGED if not judged.relevant)
    assert unanswered.total() >= 15
    assert unanswered.keys() == KINDS.keys()


def test_every_case_is_the_best_answer_to_some() -> None:
    assert {judged.best for judged in JUDGED} == SLUGS | {""}


@pytest.mark.parametrize("judged", JUDGED, ids=lambda judged: judged.q)
def test_cases_are_judged_one_way(judged: Judged) -> None:
    assert judged.language in ("zh", "en")
    assert judged.relevant | judged.acceptable <= SLUGS
    assert judged.relevant & judged.acceptable == set()
    assert judged.best in judged.relevant or not judged.best
    assert judged.best or len(judged.relevant) != 1
