"""The tables of the index: which cases and metrics hold what, and the text that is searched.

All of it is made of the rows of the cases, by `index` alone, and can be made anew.
"""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from pyroaring import BitMap

from stories.vocabulary import CaseState


class Unescaped(json.JSONEncoder):
    """Chinese as itself, three bytes a character instead of six, and no blanks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


class Revision(models.Model):
    """One row. `token` is another one after every change that a reader could see."""

    token = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="revision_is_one_row")]

    def __str__(self) -> str:
        return self.token


def stored(members: BitMap) -> bytes:
    """As the column of a posting has them."""
    members.run_optimize()
    return bytes(members.serialize())


class Posting(models.Model):
    """The cases that hold one key: a facet's value or a gram of the text."""

    PUBLISHED = CaseState.PUBLISHED  # the key of what readers see, in the space of states

    KEPT = ("cases",)

    space = models.CharField(max_length=10)
    key = models.CharField(max_length=110)
    cases = models.BinaryField()  # a roaring bitmap of primary keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.key}"

    @classmethod
    def of(cls, space: str, key: str, cases: BitMap) -> "Posting":
        return cls(space=space, key=key, cases=stored(cases))

    def members(self) -> BitMap:
        return BitMap.deserialize(bytes(self.cases))


class MetricPosting(models.Model):
    """The metrics of published cases that hold one key: a facet's value or a size."""

    KEPT = ("count", "metrics")

    space = models.CharField(max_length=10)
    key = models.CharField(max_length=110)
    count = models.PositiveIntegerField()  # metrics
    metrics = (
        models.BinaryField()
    )  # a roaring bitmap of the index's own numbers: entries.metric_keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="metricposting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.key}"

    @classmethod
    def of(cls, space: str, key: str, metrics: BitMap) -> "MetricPosting":
        return cls(space=space, key=key, count=len(metrics), metrics=stored(metrics))

    def members(self) -> BitMap:
        return BitMap.deserialize(bytes(self.metrics))


class CaseText(models.Model):
    """What the index holds of one case; `raw` and `folded` are of one length."""

    case = models.OneToOneField(
        "Case", models.CASCADE, primary_key=True, related_name="indexed_text"
    )
    raw = models.TextField()
    folded = models.TextField()
    parts = models.JSONField(encoder=Unescaped)  # [starts in the texts, tiers, anchors]
    values = models.JSONField(encoder=Unescaped)  # [facet, value, anchor]
    indexed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"index of {self.case_id}"


class CasePage(models.Model):
    """What pages show of one case. A database reads a row from its beginning: the texts that are
    searched stand elsewhere, and what many rows are read for comes first."""

    case = models.OneToOneField(
        "Case", models.CASCADE, primary_key=True, related_name="indexed_page"
    )
    card = models.JSONField(encoder=Unescaped)  # in lists: entries.card
    document = models.JSONField(encoder=Unescaped)  # on its own page: the case document

    def __str__(self) -> str:
        return f"page of {self.case_id}"
