"""Forms of the vocabulary: terms, places and tags."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stories.admin.forms.base import DeskForm
from stories.admin.forms.fields import ListField
from stories.models.vocabulary import Place
from stories.reading import characters
from stories.search import tokenizer

SYNONYMS_HELP = _("Words that mean all of it, one a line. They find the cases that have it.")
EXAMPLES_HELP = _("Words for one instance of it, one a line. They only suggest it to readers.")


class LabelledForm(DeskForm):
    """A value of a vocabulary. `is_in_use`: set by the admin; the key is then read-only."""

    is_in_use: ClassVar[bool] = False
    synonyms_zh = ListField(label=_("synonyms, Chinese"), required=False, help_text=SYNONYMS_HELP)
    synonyms_en = ListField(label=_("synonyms, English"), required=False, help_text=SYNONYMS_HELP)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a label equal to another term's but for case, width, script or white space."""
        super().clean()
        for name in ("label_zh", "label_en"):
            label = self.cleaned_data.get(name)
            if label and name in self.changed_data and (other := self._same(name, label)):
                message = _("“%(term)s” (%(key)s) has this label already.")
                self.add_error(name, ValidationError(message, params=other))
        return self.cleaned_data

    def _same(self, name: str, label: str) -> dict[str, str] | None:
        """Another term with this label: 1 query. Terms that were replaced are not considered."""
        key = "code" if hasattr(self.instance, "code") else "slug"
        found = one_form(label)
        for other, other_key in self._others().values_list(name, key):
            if one_form(other) == found:
                return {"term": other, "key": other_key}
        return None

    def _others(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
        return rows.filter(replaced_by=None)

    def _may_wait(self, name: str) -> bool:
        return False

    def _is_addressed(self) -> bool:
        return self.is_in_use


class TermForm(LabelledForm):
    """A term with examples; places have none."""

    examples_zh = ListField(label=_("examples, Chinese"), required=False, help_text=EXAMPLES_HELP)
    examples_en = ListField(label=_("examples, English"), required=False, help_text=EXAMPLES_HELP)

    def clean_replaced_by(self) -> Any:
        """Refuse the term itself, and terms that it replaces."""
        chosen = instead = self.cleaned_data["replaced_by"]
        seen: set[int] = set()
        while instead is not None and instead.pk not in seen:
            if instead.pk == self.instance.pk:
                raise ValidationError(
                    _("A term is not replaced by itself.")
                    if instead == chosen
                    else _("“%(term)s” is replaced by this one already."),
                    params={"term": chosen},
                )
            seen.add(instead.pk)
            instead = instead.replaced_by
        return chosen

    def clean_related(self) -> QuerySet[Any]:
        related: QuerySet[Any] = self.cleaned_data["related"]
        if self.instance in related:
            raise ValidationError(_("A term is not related to itself."))
        return related


class PlaceForm(LabelledForm):
    """Places may share a label if they lie in different places."""

    def _others(self) -> QuerySet[Any]:
        rows = Place.objects.exclude(pk=self.instance.pk)
        return rows.filter(parent=self.cleaned_data.get("parent"))


def one_form(label: str) -> str:
    """A label in comparable form: folded, without white space and invisible characters."""
    visible = (c for c in tokenizer.fold(label) if not c.isspace() and not characters.invisible(c))
    return "".join(visible)
