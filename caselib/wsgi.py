"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from caselib.figures import Figures
from caselib.page_cache import PageCache
from caselib.proxies import Proxies
from caselib.request_log import RequestLog
from caselib.revision_watch import RevisionWatch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caselib.settings")
django = get_wsgi_application()  # first: it configures Django, with which the revision is read
pages = PageCache(django, RevisionWatch(import_string("stories.search.reader.revision")))
watched = Figures(pages) if settings.FIGURES_PORT else pages
application = Proxies(watched if settings.REQUEST_LOG == "none" else RequestLog(watched))
