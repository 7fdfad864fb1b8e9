"""The old history of the desk is thinned out; who wrote what, and what can be restored, stays."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils.timezone import now

from stories.choices import EditKind
from stories.models.case import Case
from stories.models.history import Edit
from stories.publishing import diagnosis, history
from tests.builders import a_draft
from tests.commands import run
from tests.desk import a_member

pytestmark = pytest.mark.django_db
SAVED, PUBLISHED, SUBMITTED = EditKind.SAVED, EditKind.PUBLISHED, EditKind.SUBMITTED


def edits(*kinds: EditKind, days: int = 400, name: str = "li") -> Case:
    """A case with these edits of one day."""
    case = Case.objects.first() or a_draft()
    user = None
    for kind in kinds:
        user = user or a_member("editors", f"{name}-{Edit.objects.count()}")
        Case.objects.update(title_en=f"Title {Edit.objects.count()}")
        edit = history.record(Case.objects.get(), kind, user)
        noon = now().replace(hour=4, minute=0) - timedelta(days=days)  # 12:00 in China
        Edit.objects.filter(pk=edit.pk if edit else 0).update(at=noon, by_name=name)
    return case


def numbers() -> list[int]:
    """Which of the edits are there, from 1."""
    first = Edit.objects.order_by("pk").values_list("pk", flat=True)[0]
    return list(Edit.objects.order_by("pk").values_list(F("pk") - first + 1, flat=True))


def test_of_the_edits_of_a_person_and_day_the_last_stays() -> None:
    edits(SAVED, SAVED, SAVED, SAVED, PUBLISHED)
    edits(SAVED, days=300)
    assert run("thinedits") == "3 edits deleted, 3 are there\n"
    assert numbers() == [1, 5, 6]


def test_a_dry_run_deletes_nothing() -> None:
    edits(SAVED, SAVED, SAVED, PUBLISHED)
    assert run("thinedits", "--dry-run") == "2 edits would be deleted, 4 are there\n"


def test_edits_of_two_people_or_days_stay() -> None:
    edits(SAVED, SAVED, name="li", days=402)
    edits(SAVED, name="wang", days=402)
    edits(SAVED, name="wang", days=401)
    edits(PUBLISHED, name="zhao", days=400)
    assert history.spare_edits() == []


def test_what_was_not_published_since_stays() -> None:
    edits(SAVED, SAVED, PUBLISHED, SAVED, SAVED, SAVED, SUBMITTED)
    run("thinedits")
    assert numbers() == [1, 3, 4, 5, 6, 7]


def test_young_edits_stay_and_the_age_can_be_chosen() -> None:
    edits(SAVED, SAVED, SAVED, PUBLISHED, days=30)
    assert history.spare_edits() == []
    run("thinedits", "--days", "20")
    assert numbers() == [1, 4]


def test_the_doctor_speaks_of_many_edits_that_can_be_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edits(SAVED, SAVED, SAVED, PUBLISHED)
    complaint = "edits that the history can do without: 2: manage.py thinedits"
    assert complaint not in map(str, diagnosis.complaints())
    monkeypatch.setattr(diagnosis, "SPARE_EDITS", 2)
    assert complaint in map(str, diagnosis.complaints())
