"""Forms of the text intake: submitting a text, and correcting the source proposed from it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import invisible_error, without_invisible
from stories.admin.forms.fields import ListField
from stories.admin.forms.places import PlaceChoice
from stories.choices import Condition, PersonRole, ReportedBy, SourceType
from stories.models.case import Case
from stories.models.parts import is_edtf
from stories.reading import articles, characters, uploads
from stories.reading.articles import LINE_LIMIT, LineKind, Proposal, Reference
from stories.reading.faults import Finding
from stories.reading.uploads import UploadError

# Length limits of the columns of Source.
LIMITS = {"title_zh": 200, "title_en": 300, "container_zh": 100, "container_en": 150}


class IntakeForm(forms.Form):
    """A pasted or uploaded text. `raw`: its bytes, set once the form is valid."""

    raw: bytes

    case = forms.ModelChoiceField(
        Case.objects.order_by("-changed_at"),
        label=_("case"),
        required=False,
        empty_label=_("a new case"),
    )
    text = forms.CharField(
        label=_("text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "cols": 80}),
        help_text=_("Pasted as it is: what does not belong to the article is left out next."),
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        help_text=_("Text, HTML, Word (.docx) or PDF, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(uploads.FORMATS)}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        text, file = given.get("text") or "", given.get("file")
        if self.errors:
            return given
        if bool(text.strip()) == bool(file):
            raise ValidationError(_("Paste the text, or choose a file: one of them."))
        try:
            if file and file.size > uploads.SIZE_LIMIT:  # before it is read into memory
                raise UploadError("upload-too-large", limit=uploads.SIZE_LIMIT // 2**20)
            name, content = (file.name, file.read()) if file else (".txt", _typed(text))
            self.raw = uploads.raw_of(name, content)
        except UploadError as error:
            self.add_error("file" if file else "text", error.finding.words())
            return given
        if len(articles.lines_of(self.raw)) > LINE_LIMIT:
            finding = Finding("too-many-lines", {"limit": LINE_LIMIT})
            self.add_error("file" if file else "text", finding.words())
        return given


def _typed(text: str) -> bytes:
    """The pasted text in UTF-8, with \n as line end."""
    return text.replace("\r\n", "\n").strip("\n").encode("utf-8", "replace")


class ArticleForm(PlaceChoice):
    """The proposed source: its reference, and the kind of each line. English may follow later."""

    title_zh = forms.CharField(label=_("title as printed"))
    title_en = forms.CharField(label=_("title, translated"), required=False)
    container_zh = forms.CharField(label=_("paper or site, Chinese"), required=False)
    container_en = forms.CharField(label=_("paper or site, English"), required=False)
    issued = forms.CharField(
        label=_("issued"),
        required=False,
        validators=[is_edtf, MaxLengthValidator(40)],
        help_text=_("EDTF; empty where the copy does not say."),
    )
    people = ListField(
        label=_("Authors and editors"),
        required=False,
        help_text=_("One a line, the role first: reporter, correspondent, author or editor."),
    )
    type = forms.ChoiceField(label=_("type"), choices=SourceType)
    reported_by = forms.ChoiceField(label=_("reported by"), choices=ReportedBy)
    condition = forms.ChoiceField(label=_("condition"), choices=Condition)

    field_order = [
        *("title_zh", "title_en", "container_zh", "container_en", "issued", "people"),
        *("type", "reported_by", "condition", "place", "below_zh", "below_en", "below_level"),
    ]

    def __init__(self, *args: Any, proposal: Proposal, is_of_new_case: bool, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(proposal) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        if not is_of_new_case:
            for name in PlaceChoice.base_fields:
                del self.fields[name]
        for name in LIMITS:
            limit = LIMITS[name]
            field = self.fields[name]
            field.validators.append(MaxLengthValidator(limit))
            field.widget.attrs.update({"class": "vTextField", "maxlength": limit})
        for line in proposal.lines:
            self.fields[f"line-{line.number}"] = forms.ChoiceField(
                label=_("line %(number)s") % {"number": line.number},
                choices=LineKind,
                initial=proposal.kinds[line.number],
            )

    def reference(self) -> Iterator[tuple[forms.BoundField, list[tuple[int, str]]]]:
        """(field, origins) for each field of the reference; an origin is the number of a line and
        the names read from it, "" for other values."""
        found = self.proposal.reference
        for name in list(self.fields):
            if name == "people":
                yield self[name], _lines_of_people(found)
            elif not name.startswith("line-"):
                numbers = found.read_from.get(name.removesuffix("_zh"), ())
                yield self[name], [(number, "") for number in numbers]

    def lines(self) -> Iterator[tuple[forms.BoundField, articles.Line]]:
        for line in self.proposal.lines:
            yield self[f"line-{line.number}"], line

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not any(at.isdigit() for at in self.locators()):
            raise ValidationError(_("No line is a paragraph: of what is this the text?"))
        return self.cleaned_data

    def clean_people(self) -> list[tuple[str, str]]:
        return [_person(line) for line in self.cleaned_data["people"]]

    def locators(self) -> dict[str, list[int]]:
        numbers = [line.number for line in self.proposal.lines]
        return articles.locators((n, LineKind(self.cleaned_data[f"line-{n}"])) for n in numbers)


def _lines_of_people(reference: Reference) -> list[tuple[int, str]]:
    """(number of a line, the names read from it)."""
    names: dict[int, list[str]] = {}
    numbers = reference.read_from.get("people", ())
    for (_role, name), number in zip(reference.people, numbers, strict=True):
        names.setdefault(number, []).append(name)
    return [(number, "、".join(found)) for number, found in names.items()]


def _initial(proposal: Proposal) -> dict[str, Any]:
    return {
        "title_zh": proposal.title,
        "container_zh": proposal.reference.container,
        "issued": proposal.reference.issued,
        "people": [f"{role.label} {name}" for role, name in proposal.reference.people],
        "condition": _condition(proposal),
        "reported_by": ReportedBy.OTHER_MEDIA,
    }


def _condition(proposal: Proposal) -> Condition:
    if proposal.rewritten:
        return Condition.MACHINE_PARAPHRASED
    is_converted = proposal.is_traditional or proposal.has_pinyin or proposal.converted
    return Condition.MACHINE_CONVERTED if is_converted else Condition.COMPLETE


def _roles() -> dict[str, PersonRole]:
    """Label in either language → role."""
    found: dict[str, PersonRole] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(role.label).lower(): role for role in PersonRole}
    return found


def _person(line: str) -> tuple[str, str]:
    """(role, name) from a line such as "author Li Lei"; without a known role, an author."""
    line = without_invisible(line)
    if character := characters.invisible(line):
        raise ValidationError(invisible_error(character))
    first, _space, rest = line.replace("　", " ").partition(" ")
    role = _roles().get(first.rstrip(":：").lower())
    name = rest.strip() if role else line
    if not name or len(name) > 60:
        raise ValidationError(_("“%(line)s” names nobody.") % {"line": line[:80]})
    return (role or PersonRole.AUTHOR).value, name
