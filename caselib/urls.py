"""Root URL configuration: the desk and the pages under their language, machine formats without."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from stories.web.urls import machine_formats, pages

handler400 = "caselib.error_pages.bad_request"
handler403 = "caselib.error_pages.permission_denied"
handler404 = "caselib.error_pages.page_not_found"
handler500 = "caselib.error_pages.server_error"
desk = [path("admin/", admin.site.urls)] if settings.ROLE == "all" else []
urlpatterns = [
    *machine_formats,
    *i18n_patterns(
        *desk,
        path("", include(pages)),
        prefix_default_language=False,
    ),
]
