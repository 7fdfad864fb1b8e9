"""Forms of metrics and computed numbers."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stories.admin.fault_rows import field_of
from stories.admin.forms.base import KEY_TAKEN
from stories.admin.forms.case_choices import refuse_unknown, rows_by_key
from stories.admin.forms.citations import CitingForm
from stories.admin.forms.fields import (
    KeysField,
    claim_field,
    gloss_field,
    passage_field,
    printed_field,
)
from stories.documents import metric_checks
from stories.models.metrics import Metric, Operand


class NumberForm(CitingForm):
    """Displays numbers without trailing zeros."""

    numbers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.numbers:
            number = self.initial.get(name)
            if isinstance(number, Decimal):
                self.initial[name] = Decimal(f"{number.normalize():f}")


class MetricForm(NumberForm):
    """A metric with its citation; an error is added if it disagrees with the printed fragment."""

    numbers = ("low", "high")
    passage = passage_field(help_text=_("Where the number is printed."))
    printed = printed_field(
        help_text=_("The fragment that holds this one number, copied exactly: 四百多盏.")
    )
    gloss = gloss_field()
    claim = claim_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.lists.case and not self.instance.case_id:
            self.instance.case = self.lists.case

    def clean_key(self) -> str:
        """Django does not check the key, because the case is no field of the form."""
        key: str = self.cleaned_data["key"]
        others = Metric.objects.filter(case=self.instance.case_id, key=key)
        if "key" in self.changed_data and others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(KEY_TAKEN)
        return key

    def _compare(self, event: str, printed: str) -> None:
        row = self.cleaned_data
        if not (row.get("indicator") and row.get("qualifier")) or self.errors:
            return
        unit = (row["indicator"].dimension, row["indicator"].unit_zh)
        bounds = (row.get("low"), row.get("high"), row["qualifier"])
        is_overruled = bool(row.get("reading_note_zh") or row.get("reading_note_en"))
        if fault := metric_checks.number_fault(bounds, printed, unit, is_overruled):
            self.add_error(field_of(fault.path, self.fields), fault.words())


class DerivedForm(NumberForm):
    numbers = ("value",)
    events = ()
    of = KeysField(
        label=_("of"),
        help_text=_("Keys of metrics of this case, in order, with commas between: a ratio is a/b."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["of"] = [row.metric.key for row in self.instance.operands.all()]

    def clean_of(self) -> list[Metric]:
        keys: list[str] = self.cleaned_data["of"]
        metrics = rows_by_key(Metric, self.lists.case, keys)
        refuse_unknown(keys, metrics)
        return metrics

    def save_parts(self) -> None:
        super().save_parts()
        if "of" in self.changed_data:
            self.instance.operands.all().delete()
            Operand.objects.bulk_create(
                Operand(derived=self.instance, position=n, metric=metric)
                for n, metric in enumerate(self.cleaned_data["of"])
            )
