"""The choices of fields that refer to other rows of the same case."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stories.models.case import Case
from stories.models.measures import Measure, Problem
from stories.models.metrics import Metric
from stories.models.sources import Passage, Source


def somebody() -> str:
    return gettext("Somebody")


class CaseLists:
    """The choices for the fields of one case; each list is queried once per form class.

    `meanwhile`: returns who has changed the case or term since the page was rendered.
    """

    def __init__(self, case: Case | None, meanwhile: Callable[[], str] = somebody) -> None:
        self.case = case
        self.meanwhile = meanwhile
        self._known: dict[str, list[Any]] = {}

    @property
    def is_addressed(self) -> bool:
        """Whether the case was ever published, so that its URLs must not change."""
        return bool(self.case and self.case.published_at)

    def limit(self, name: str, field: Any) -> None:
        kind = "passage" if name.endswith("passage") else name
        if kind == "passage" or kind in _CHOSEN_FROM:
            field.queryset = self._rows(kind)
            if kind not in self._known:
                self._known[kind] = self._choices(kind)
            if kind == "passage" and not field.help_text:
                field.help_text = _("Of a source of this case; add passages on its page.")
            blank = [("", "---------")] if field.empty_label is not None else []
            field.choices = [*blank, *self._known[kind]]

    def _rows(self, kind: str) -> QuerySet[Any]:
        if kind == "passage":
            rows = Passage.objects.filter(source__case=self.case).select_related("source")
            return rows.order_by("source__position", "source__pk", "position", "pk")
        rows_of_case: QuerySet[Any] = _CHOSEN_FROM[kind].objects.filter(case=self.case)
        return rows_of_case.select_related("indicator") if kind == "whole_metric" else rows_of_case

    def _choices(self, kind: str) -> list[Any]:
        rows = self._rows(kind)
        if kind != "passage":
            return [(row.pk, _chosen_as(row)) for row in rows]
        groups: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            groups.setdefault(row.source.key, []).append((row.pk, str(row)))
        return list(groups.items())


# Form field → model whose rows in the case it offers.
_CHOSEN_FROM: dict[str, Any] = {
    "measure": Measure,
    "problem": Problem,
    "same_report_as": Source,
    "whole_metric": Metric,
}


def _chosen_as(row: Any) -> str:
    return f"{row.key}: {row.indicator if isinstance(row, Metric) else row}"


def rows_by_key(model: Any, case: Any, keys: Sequence[str]) -> list[Any]:
    """The rows of a case with these keys, in this order; None for a key without a row."""
    found = model.objects.filter(case=case, key__in=keys) if keys else ()
    rows = {row.key: row for row in found}
    return [rows.get(key) for key in keys]


def refuse_unknown(keys: Sequence[str], rows: Sequence[Any]) -> None:
    if unknown := [key for key, row in zip(keys, rows, strict=True) if row is None]:
        raise ValidationError(_("There is no “%(key)s” in this case."), params={"key": unknown[0]})
