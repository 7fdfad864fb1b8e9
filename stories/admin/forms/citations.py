"""Forms of rows with citations: statements, dates and the sides of a change.

A citation has both a passage and a printed fragment, or is left empty.
"""

from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import DeskForm
from stories.admin.forms.fields import claim_field, gloss_field, passage_field, printed_field
from stories.choices import Claim
from stories.models.sources import Citation
from stories.reading import date_fragments, dates


class CitingForm(DeskForm):
    """Edits the first citation of a statement, number or date in the same row: passage, printed,
    gloss and, except for dates, claim."""

    # "" for the statement itself, or the name of a date or side of a change
    events: ClassVar[tuple[str, ...]] = ("",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for event in self.events if self.instance.pk else ():
            if citation := self._citation(event):
                for column, name in self._citing(event).items():
                    self.initial[name] = getattr(citation, column)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        for event in self.events:
            names = self._citing(event)
            passage, printed = names["passage_id"], names["printed"]
            given = [bool(self.cleaned_data.get(name)) for name in (passage, printed)]
            if all(given):
                self._compare(event, self.cleaned_data[printed])
            elif self._is_begun(names) and not self.errors.keys() & {passage, printed}:
                missing = printed if given[0] else passage
                self.add_error(missing, _("A citation has a passage and a printed fragment."))
        return self.cleaned_data

    def _is_begun(self, names: dict[str, str]) -> bool:
        """Whether a field of the citation was filled in; not the claim, which has a default."""
        filled = (name for column, name in names.items() if column != "claim")
        return any(self.cleaned_data.get(name) for name in filled)

    def _compare(self, event: str, printed: str) -> None:
        """Add an error if the row disagrees with the printed fragment."""

    def save_parts(self) -> None:
        super().save_parts()
        for event in self.events:
            if set(self._citing(event).values()) & set(self.changed_data):
                self._write_citation(event)

    def _write_citation(self, event: str) -> None:
        given = {
            column: self.cleaned_data.get(name) for column, name in self._citing(event).items()
        }
        current = self.instance.citations.filter(event=event).first()
        passage = given.pop("passage_id")
        if not passage:
            if current:
                current.delete()
            return
        citation = current or Citation(event=event, **{_target(self.instance): self.instance})
        citation.passage = passage
        for column, value in given.items():
            setattr(citation, column, value or (Claim.REPORTED if column == "claim" else ""))
        citation.save()

    def _citing(self, event: str) -> dict[str, str]:
        """column of the citation → field of this form."""
        start = f"{event}_" if event else ""
        columns = ("passage_id", "printed", "gloss", "claim")
        names = {column: f"{start}{column.removesuffix('_id')}" for column in columns}
        return {column: name for column, name in names.items() if name in self.fields}

    def _citation(self, event: str) -> Citation | None:
        return next((row for row in self.instance.citations.all() if row.event == event), None)


def _target(row: Model) -> str:
    """The foreign key of Citation that refers to this kind of row."""
    field: Any = type(row)._meta.get_field("citations")
    return str(field.field.name)


class DatedForm(CitingForm):
    """A row with dates; the citation of each date is edited beside it."""

    def _compare(self, event: str, printed: str) -> None:
        edtf = self.cleaned_data.get(event)
        if event not in self.cleaned_data:
            return
        if not edtf:
            self.add_error(event, _("The fragment is there, the date is not."))
            return
        try:
            inferred = self.cleaned_data.get(f"{event}_inferred") or None
            passage = self.cleaned_data.get(f"{event}_passage")
            issued = passage.source.issued if passage else None
            if finding := date_fragments.disagreement(printed, edtf, inferred, issued):
                self.add_error(event, finding.words())
        except dates.DateError:
            return  # reported by the validator of the field


class StatementForm(CitingForm):
    """A new measure, a problem or a glance answer, with its first citation."""

    passage = passage_field(help_text=_("The first citation; further ones on its own page."))
    printed = printed_field(help_text=_("The fragment that carries it, copied exactly."))
    gloss = gloss_field()
    claim = claim_field()


class SideForm(DeskForm):
    """A further citation of one side of a change."""

    side: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.event = self.side

    @classmethod
    def of(cls, side: str) -> type["SideForm"]:
        return type(f"{side.title()}Form", (cls,), {"side": side})
