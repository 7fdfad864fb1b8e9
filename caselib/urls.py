"""Addresses: the desk and the pages under their language, machine formats without one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from stories.urls import machine_formats, pages

handler400 = "stories.views.bad_request"
handler500 = "stories.views.server_error"
urlpatterns = [
    *machine_formats,
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("", include(pages)),
        prefix_default_language=False,
    ),
]
