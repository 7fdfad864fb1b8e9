"""Forms for submitting, reviewing, publishing and withdrawing a case."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import TypedForm
from stories.choices import VersionKind
from stories.publishing.publisher import Note


class NoteForm(TypedForm):
    """A note for readers in both languages; line breaks become spaces."""

    several_lines = ("note_zh", "note_en")
    note_zh = forms.CharField(label=_("note, Chinese"), widget=forms.Textarea(attrs={"rows": 3}))
    note_en = forms.CharField(label=_("note, English"), widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        super().clean()
        return _in_one_paragraph(self.cleaned_data, "note_zh", "note_en")

    @property
    def note(self) -> Note:
        return Note(self.cleaned_data["note_zh"], self.cleaned_data["note_en"])


def _in_one_paragraph(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return given | {name: " ".join(given[name].split()) for name in names if name in given}


class PublishForm(NoteForm):
    """The note of a version after the first.

    `seen`: SHA-256 of the document that was compared; an error if the case has changed since.
    """

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind.value, kind.label) for kind in VersionKind if kind != VersionKind.FIRST],
        widget=forms.RadioSelect,
        help_text=_("A correction mends what was wrong; an update adds what is new."),
    )
    field_order = ["kind", "note_zh", "note_en"]

    def __init__(self, *args: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.data.get("seen") != self.seen:
            changed = _("The case has been changed meanwhile. Look at what changed once more.")
            self.add_error(None, changed)
        return data


class SubmitForm(TypedForm):
    """A message for the reviewer and, for a later version, a proposal for its note."""

    several_lines = ("message", "note_zh", "note_en")
    message = forms.CharField(
        label=_("note for the reviewer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In either language; readers do not see it."),
    )
    kind = forms.ChoiceField(
        label=_("kind"),
        required=False,
        choices=[(kind.value, kind.label) for kind in VersionKind if kind != VersionKind.FIRST],
        initial=VersionKind.UPDATE,
        widget=forms.RadioSelect,
    )
    note_zh = forms.CharField(
        label=_("note for readers, Chinese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A proposal for the reviewer, who may change it."),
    )
    note_en = forms.CharField(
        label=_("note for readers, English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, review: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not review.publication:
            for name in ("kind", "note_zh", "note_en"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        return _in_one_paragraph(super().clean(), "note_zh", "note_en")


class ReturnForm(TypedForm):
    several_lines = ("answer",)
    answer = forms.CharField(
        label=_("what is to be done"),
        error_messages={"required": _("Say what is to be done.")},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In either language; readers do not see it."),
    )


class CommentForm(TypedForm):
    """A comment on a statement. `path`: its steps in the document; `place`: the same in words."""

    several_lines = ("text",)
    text = forms.CharField(
        label=_("comment"),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("The comment is empty.")},
    )
    path = forms.JSONField()
    place = forms.CharField(max_length=300, required=False)

    @property
    def statement(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data.get("path") or ())

    def clean_path(self) -> list[str]:
        path: Any = self.cleaned_data["path"]
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            raise ValidationError(_("There is no such statement."))
        return path


class WithdrawForm(NoteForm):
    """The reason for withdrawing a case: in both languages, or in neither."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note_zh"].label = _("reason, Chinese")
        self.fields["note_en"].label = _("reason, English")
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("note_zh")) != bool(data.get("note_en")) and not self.errors:
            missing = "note_en" if data["note_zh"] else "note_zh"
            self.add_error(missing, _("Give the reason in both languages, or in neither."))
        return data
