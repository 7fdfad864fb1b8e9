"""Forms of the vocabulary: terms, places and tags."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import DeskForm
from stories.admin.forms.fields import ListField
from stories.models.vocabulary import Tag

SYNONYMS_HELP = _("Words that mean all of it, one a line. They find the cases that have it.")
EXAMPLES_HELP = _("Words for one instance of it, one a line. They only suggest it to readers.")


class LabelledForm(DeskForm):
    """A value of a vocabulary; `is_in_use` is set by the desk for the row at hand."""

    is_in_use: ClassVar[bool] = False
    synonyms_zh = ListField(label=_("synonyms, Chinese"), required=False, help_text=SYNONYMS_HELP)
    synonyms_en = ListField(label=_("synonyms, English"), required=False, help_text=SYNONYMS_HELP)

    def _may_wait(self, name: str) -> bool:
        return False

    def _is_addressed(self) -> bool:
        return self.is_in_use


class TermForm(LabelledForm):
    """A term; places have no instances, and so no examples."""

    examples_zh = ListField(label=_("examples, Chinese"), required=False, help_text=EXAMPLES_HELP)
    examples_en = ListField(label=_("examples, English"), required=False, help_text=EXAMPLES_HELP)

    def clean_related(self) -> QuerySet[Any]:
        related: QuerySet[Any] = self.cleaned_data["related"]
        if self.instance in related:
            raise ValidationError(_("A term is not related to itself."))
        return related


class TagForm(TermForm):
    def clean_label_zh(self) -> str:
        """taggit's own name of a tag is its Chinese label, and unique."""
        label: str = self.cleaned_data["label_zh"]
        if Tag.objects.filter(name=label).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a tag with this label already."))
        return label
