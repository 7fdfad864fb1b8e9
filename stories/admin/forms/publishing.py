"""Forms that go with publishing and withdrawing: the note for readers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import invisible_error, without_invisible
from stories.choices import VersionKind
from stories.publishing.publisher import Note
from stories.reading import characters


class NoteForm(forms.Form):
    """A few sentences for readers, in both languages."""

    note_zh = forms.CharField(label=_("note, Chinese"), widget=forms.Textarea(attrs={"rows": 3}))
    note_en = forms.CharField(label=_("note, English"), widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in ("note_zh", "note_en"):
            text = without_invisible(self.cleaned_data.get(name, ""))
            if character := characters.invisible(text):
                self.add_error(name, invisible_error(character))
            else:
                self.cleaned_data[name] = " ".join(text.split())
        return self.cleaned_data

    @property
    def note(self) -> Note:
        return Note(self.cleaned_data["note_zh"], self.cleaned_data["note_en"])


class PublishForm(NoteForm):
    """What changed and why, for a version after the first.

    `seen`: the hash of the document that was compared; another one has to be compared first.
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


class SubmitForm(forms.Form):
    """What the reviewer should know; of a later version also what its note could say."""

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
        given = super().clean() or {}
        return {name: without_invisible(value) for name, value in given.items()}


class ReturnForm(forms.Form):
    answer = forms.CharField(
        label=_("what is to be done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In either language; readers do not see it."),
    )


class CommentForm(forms.Form):
    """`path`: the steps of a statement in the document, `place`: the same in words."""

    text = forms.CharField(label=_("comment"), max_length=2000)
    path = forms.JSONField()
    place = forms.CharField(max_length=300, required=False)

    def clean_path(self) -> list[str]:
        path: Any = self.cleaned_data["path"]
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            raise ValidationError(_("There is no such statement."))
        return path


class WithdrawForm(NoteForm):
    """Why a case is withdrawn: in both languages, or in neither."""

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
