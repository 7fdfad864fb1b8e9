"""The tables of the search index. They are built from the current versions, can be rebuilt at any
time, and never refer to rows of the desk."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from pyroaring import BitMap

from stories.models.version import Publication


class Unescaped(json.JSONEncoder):
    """Stores Chinese unescaped, 3 bytes per character instead of 6, and without white space."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


class Revision(models.Model):
    """A single row. `token` changes with every change visible to readers, `vocabulary` with every
    change of terms or places."""

    token = models.CharField(max_length=32)
    vocabulary = models.CharField(max_length=32, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="revision_is_one_row")]

    def __str__(self) -> str:
        return self.token


class Posting(models.Model):
    """The posting list of a key, which is a facet value or a gram of the text.

    `cases`: serialized roaring bitmap of the primary keys of publications.
    """

    space = models.CharField(max_length=10)
    key = models.CharField(max_length=110)
    cases = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "key"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.key}"

    @classmethod
    def of(cls, space: str, key: str, cases: BitMap) -> "Posting":
        return cls(space=space, key=key, cases=cls.serialize(cases))

    @staticmethod
    def serialize(cases: BitMap) -> bytes:
        cases.run_optimize()
        return bytes(cases.serialize())

    def members(self) -> BitMap:
        return BitMap.deserialize(bytes(self.cases))


class IndexedText(models.Model):
    """The searchable text of a published case, raw and folded."""

    publication = models.OneToOneField(
        Publication, models.CASCADE, primary_key=True, related_name="indexed_text"
    )
    raw = models.TextField()
    folded = models.TextField()
    parts = models.JSONField(encoder=Unescaped)  # [starts in folded, tiers, anchors, starts in raw]
    values = models.JSONField(encoder=Unescaped)  # [facet, value, anchor]
    indexed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"text of {self.publication_id}"


class IndexedCard(models.Model):
    """A published case in lists (`analyzer.card` of its document) and tables (`rows.case_row`)."""

    publication = models.OneToOneField(
        Publication, models.CASCADE, primary_key=True, related_name="indexed_card"
    )
    card = models.JSONField(encoder=Unescaped)
    row = models.JSONField(encoder=Unescaped, default=dict)

    def __str__(self) -> str:
        return f"card of {self.publication_id}"


class IndexedMetric(models.Model):
    """A metric of a published case, with the columns by which the table of metrics filters and
    sorts.

    `begin` and `end`: its bounds as steps on a common scale, see stories.search.sizes.
    """

    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="indexed_metrics", db_index=False
    )
    key = models.CharField(max_length=50)
    indicator = models.CharField(max_length=50)  # slug
    kind = models.CharField(max_length=10)
    begin = models.BigIntegerField()
    end = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "key"], name="indexedmetric_once")
        ]
        indexes = [
            models.Index(fields=["indicator", "publication", "key"], name="metric_of_indicator"),
            models.Index(fields=["-begin", "publication", "key"], name="metric_by_size"),
            models.Index(fields=["kind"], name="metric_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.key}"


class IndexedMetricType(models.Model):
    """A type of the measure that a metric belongs to."""

    # Types are deleted first, because a cascade would read every metric before deleting it.
    metric = models.ForeignKey(IndexedMetric, models.DO_NOTHING, related_name="types")
    type = models.CharField(max_length=50)  # slug

    class Meta:
        indexes = [models.Index(fields=["type", "metric"], name="metric_of_type")]

    def __str__(self) -> str:
        return self.type


class IndexedMetricRow(models.Model):
    """What tables say of a metric: `rows.metric_rows` of its document. Not in the table of metrics
    itself, whose rows are scanned by filters and stay short.
    """

    # Deleted before the metric, as its types are.
    metric = models.OneToOneField(
        IndexedMetric, models.DO_NOTHING, primary_key=True, related_name="row"
    )
    row = models.JSONField(encoder=Unescaped)

    def __str__(self) -> str:
        return f"row of {self.metric_id}"
