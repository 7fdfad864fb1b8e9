"""The editors' desk: stock Django admin, fitted to how a case is made.

A published case is never saved in a state that the check refuses.
"""

from django.contrib import admin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from stories.admin import cases, parts, vocabulary

__all__ = ["cases", "parts", "vocabulary"]

admin.site.site_header = _("Desk of the case library")
admin.site.site_title = _("Desk of the case library")
admin.site.index_title = _("What is there to edit")
admin.site.site_url = reverse_lazy("overview")  # type: ignore[assignment]  # as the page's language
