"""The project's settings, with what would only slow the tests or write to disk taken out."""

from caselib.settings import *  # noqa: F403  # tests start from every setting of the project
from caselib.settings import STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files come from where they are written: nothing has been collected for a test.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
