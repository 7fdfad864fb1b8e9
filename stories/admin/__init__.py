"""The editors' desk: Django's admin, adapted to how cases are written, reviewed and published.

Saving changes rows only; publishing stores the next version, which is what readers see.
"""

from django.contrib import admin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from stories.admin import cases, parts, sources, vocabulary
from stories.admin.access import people

__all__ = ["cases", "parts", "people", "sources", "vocabulary"]

admin.site.site_header = _("Desk of the case library")
admin.site.site_title = _("Desk of the case library")
admin.site.index_title = _("What is there to edit")
admin.site.site_url = reverse_lazy("overview")  # type: ignore[assignment]  # in the active language
