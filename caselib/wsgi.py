"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from caselib.page_cache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caselib.settings")
application = PageCache(get_wsgi_application(), import_string("stories.search.reader.revision"))
