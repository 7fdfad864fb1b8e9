"""Settings of the tests: the project's, without what only slows tests or writes to disk."""

from caselib.settings import *  # noqa: F403  # tests start from every setting of the project
from caselib.settings import STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files are served from their sources, as collectstatic does not run for tests.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
