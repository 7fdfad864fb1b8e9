"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from caselib.page_cache import KeptPages, code_version

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caselib.settings")
application = KeptPages(
    get_wsgi_application(),
    revision_file=settings.REVISION_FILE,
    code=code_version(settings.CODE_DIRS),
    never=(*settings.DESK, settings.STATIC_URL, settings.MEDIA_URL, "/healthz"),
)
