"""Forms of the workbench that were sent, by a token of each: sent twice, a form makes one row."""

from datetime import timedelta

from django.db import models
from django.utils.timezone import now

LIFETIME = timedelta(days=7)


class SentWorkbenchForm(models.Model):
    """`made`: what the form made or changed, as kind-pk."""

    token = models.UUIDField(unique=True)
    made = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "sent form of the workbench"

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def drop_old(cls) -> None:
        cls.objects.filter(sent_at__lt=now() - LIFETIME).delete()
