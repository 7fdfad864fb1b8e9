"""Every setting of the project. What differs between deployments is one CASELIB_* variable.

A variable that is not understood stops the start with one line that names it.
"""

import logging
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # settings are read before requests exist
    from django.http import HttpRequest

BASE_DIR = Path(__file__).resolve().parent.parent
KNOWN_VARIABLES = {
    "CASELIB_ALLOWED_HOSTS",
    "CASELIB_CONTACT",
    "CASELIB_DATABASE_URL",
    "CASELIB_DATA_DIR",
    "CASELIB_DEBUG",
    "CASELIB_HTTPS",
    "CASELIB_ICP_NUMBER",
    "CASELIB_POLICE_NUMBER",
    "CASELIB_PUBLISHER",
    "CASELIB_SECRET_KEY",
    "CASELIB_SITE_URL",
    "CASELIB_TRUSTED_PROXIES",
    "CASELIB_WORKERS",
}


def refuse(message: str) -> NoReturn:
    raise SystemExit(f"caselib: {message}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str) -> bool:
    value = text(name, "false").lower()
    if value not in ("true", "false"):
        refuse(f"{name}={value}: write true or false")
    return value == "true"


def whole_number(name: str, default: int, least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < least:
        refuse(f"{name}={value}: write a whole number, {least} or more")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(data_dir: Path) -> dict[str, object]:
    url = text("CASELIB_DATABASE_URL", f"sqlite:///{data_dir / 'caselib.sqlite3'}")
    if not re.match(r"(sqlite:///|postgres(ql)?://)[^?]", url):
        refuse("CASELIB_DATABASE_URL: write sqlite:///… or postgres://…")
    try:
        # Kept open for 600 seconds, and looked at first, so that a restarted server does no harm.
        parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError:  # its text would show the password
        refuse("CASELIB_DATABASE_URL: this is no address; percent-encode odd characters")
    settings: dict[str, object] = {**parsed}
    if url.startswith("postgres"):
        settings["OPTIONS"] = {"connect_timeout": 10, **parsed.get("OPTIONS", {})}  # seconds
    else:
        # WAL lets readers go on while an editor saves; the timeout is in seconds.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    return settings


def secret_key(data_dir: Path) -> str:
    """The key from the environment, else the one kept in the data folder, made on first run."""
    if key := text("CASELIB_SECRET_KEY"):
        return key
    key_file = data_dir / "secret-key"
    try:
        if not key_file.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
        return key_file.read_text()
    except OSError as error:
        refuse(
            f"cannot write {key_file} ({error.strerror}): set CASELIB_DATA_DIR to a folder of yours"
        )


for variable in os.environ:
    if variable.startswith("CASELIB_") and variable not in KNOWN_VARIABLES:
        refuse(f"{variable} is not a setting; there are {', '.join(sorted(KNOWN_VARIABLES))}")

DATA_DIR = Path(text("CASELIB_DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve()
DEBUG = flag("CASELIB_DEBUG")
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = words("CASELIB_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
SITE_URL = text("CASELIB_SITE_URL").rstrip("/")  # "" means: as the request came
HTTPS = flag("CASELIB_HTTPS")
TRUSTED_PROXIES = whole_number("CASELIB_TRUSTED_PROXIES", 0)  # in front of this server
# The foot of every page: who publishes the site, where errors are reported (an e-mail address, the
# address of a page, or words), and the filing numbers that sites in China must show.
PUBLISHER = text("CASELIB_PUBLISHER")
CONTACT = text("CASELIB_CONTACT")
ICP_NUMBER = text("CASELIB_ICP_NUMBER")
POLICE_NUMBER = text("CASELIB_POLICE_NUMBER")
WORKERS = whole_number("CASELIB_WORKERS", 2, least=1)  # processes of gunicorn

INSTALLED_APPS = [
    "stories",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "taggit",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "caselib.middleware.Gzip",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "caselib.care.CareView",
    "caselib.middleware.LanguageInPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
DESK = ("/admin/", "/en/admin/")  # where its addresses begin
ROOT_URLCONF = "caselib.urls"
WSGI_APPLICATION = "caselib.wsgi.application"
TEMPLATES = [
    {  # the pages
        "BACKEND": "stories.web.jinja.Pages",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {},
    },
    {  # the desk
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stories.web.site.both_languages",
            ],
        },
    },
]

DATABASES = {"default": database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "caselib" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

CASES_DIR = BASE_DIR / "fixtures" / "cases"
VOCABULARY_DIR = BASE_DIR / "fixtures" / "vocabulary"
DEFAULT_CARD = BASE_DIR / "static" / "card.png"

# The page of a case on the desk has a row of fields for each of its parts: about 900 with 26
# measures. Django's own limit is 1,000, against requests that would wear the server out.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # fields of one form

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "pictures"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "caselib.assets.BundlingStorage"},
}


def client_address(request: "HttpRequest") -> str:
    """Each proxy adds the address it was asked from: the first of those that ours added."""
    passed_on = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < TRUSTED_PROXIES <= len(passed_on) and passed_on[-TRUSTED_PROXIES].strip():
        return passed_on[-TRUSTED_PROXIES].strip()
    return str(request.META.get("REMOTE_ADDR", ""))  # a test that logs in directly has none


# django-axes throttles logins: after five failures of one name from one address, a quarter of an
# hour's wait.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5  # attempts
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = client_address
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "caselib.error_pages.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # the server in front of this one redirects
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if "*" not in host]


def one_line(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


UNANSWERED_LOG = DATA_DIR / "unanswered.log"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": lambda: one_line}},
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        # A strange Host header or a forged cookie is the sender's fault: no trace of our code.
        "refusals": {"class": "logging.StreamHandler", "filters": ["one_line"]},
        # Questions that found nothing: day and words, nothing of the reader.
        "unanswered": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": UNANSWERED_LOG,
            "maxBytes": 5 * 2**20,
            "backupCount": 1,
            "encoding": "utf-8",
            "delay": True,
            "formatter": "day",
        },
    },
    "formatters": {"day": {"format": "%(asctime)s\t%(message)s", "datefmt": "%Y-%m-%d"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a page that is not there is no warning
        "django.security": {"handlers": ["refusals"], "propagate": False},
        "caselib.unanswered": {"handlers": ["unanswered"], "level": "INFO", "propagate": False},
    },
}
