"""The texts of sources, for the desk only: never in a document, an export or a public page.

A text is matched to sources by SHA-256, so that it survives the replacement of their rows.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceTextQuerySet(models.QuerySet["SourceText"]):
    def proposed(self) -> "SourceTextQuerySet":
        """Uploaded texts from which no source was created yet."""
        return self.filter(is_proposed=True)


class SourceText(models.Model):
    """The bytes of a text; passages refer to its lines, see `Passage.lines`.

    `sketch`: of the words in its passages, to find reprints; see `resemblance.sketch`.
    """

    sha256 = models.CharField(
        _("SHA-256"), max_length=64, unique=True, validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")]
    )
    raw = models.BinaryField(_("text"))
    sketch = models.JSONField(default=list)
    is_proposed = models.BooleanField(default=False)
    stored_at = models.DateTimeField(_("stored"), auto_now_add=True)

    objects = SourceTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a source")
        verbose_name_plural = _("texts of sources")

    def __str__(self) -> str:
        return self.sha256[:12]
