"""Every setting of the project. Differences between deployments are CASELIB_* variables.

A variable with an invalid value stops the start with one line that names it.
"""

import logging
import os
import re
import secrets
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

KEY_LENGTH = 50  # characters at least, as of Django's check of a deployment
BASE_DIR = Path(__file__).resolve().parent.parent
KNOWN_VARIABLES = {
    "CASELIB_ALLOWED_HOSTS",
    "CASELIB_CONTACT",
    "CASELIB_DATABASE_URL",
    "CASELIB_DATA_DIR",
    "CASELIB_DEBUG",
    "CASELIB_FIGURES_PORT",
    "CASELIB_FOUR_EYES",
    "CASELIB_HTTPS",
    "CASELIB_ICP_NUMBER",
    "CASELIB_IDENTIFIER_PREFIX",
    "CASELIB_PICTURES",
    "CASELIB_POLICE_NUMBER",
    "CASELIB_PUBLISHER",
    "CASELIB_REQUEST_LOG",
    "CASELIB_ROLE",
    "CASELIB_SECOND_FACTOR",
    "CASELIB_SECRET_KEY",
    "CASELIB_SITE_URL",
    "CASELIB_TRUSTED_PROXIES",
    "CASELIB_WORKERS",
}


# A database that went away is noticed in seconds, not after the quarter of an hour of TCP itself.
FAILS_SOON = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 5000,  # milliseconds
    "keepalives_idle": 3,  # seconds
    "keepalives_interval": 1,
    "keepalives_count": 3,
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


def one_of(name: str, *values: str) -> str:
    """The first value is the default."""
    value = text(name, values[0])
    if value not in values:
        refuse(f"{name}={value}: write {' or '.join(values)}")
    return value


def matching(name: str, pattern: str, example: str) -> str:
    """The variable's value, which must match `pattern`; "" if it is not set."""
    value = text(name)
    if value and not re.fullmatch(pattern, value, re.ASCII):
        refuse(f"{name}={value}: write a value {example}")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(data_dir: Path, is_reader: bool) -> dict[str, object]:
    url = text("CASELIB_DATABASE_URL", f"sqlite:///{data_dir / 'caselib.sqlite3'}")
    if not re.match(r"(sqlite:///|postgres(ql)?://)[^?]", url):
        refuse("CASELIB_DATABASE_URL: write sqlite:///… or postgres://…")
    try:
        # Persistent for 600 seconds, with a health check, so that a restarted server does no harm.
        parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError:  # the exception's text would show the password
        refuse("CASELIB_DATABASE_URL: this is no address; percent-encode odd characters")
    settings: dict[str, object] = {**parsed}
    if url.startswith("postgres"):
        settings["OPTIONS"] = {**FAILS_SOON, **parsed.get("OPTIONS", {})}
    elif is_reader:
        # The database itself refuses writes by a process that serves readers.
        settings["NAME"] = f"{Path(str(parsed['NAME'])).absolute().as_uri()}?mode=ro"
        settings["OPTIONS"] = {"uri": True, "timeout": 20}  # seconds
    else:
        # WAL lets readers go on while an editor saves; the timeout is in seconds.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    return settings


def picture_storage() -> dict[str, Any]:
    """The storage of picture files: the data folder, or s3://bucket/folder?endpoint=…&region=…

    boto3 reads write credentials from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Either way this
    server sends the pictures to readers, so that those of a withdrawn case are not public.
    """
    if not (url := text("CASELIB_PICTURES")):
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or set(parameters) - {"endpoint", "region"}:
        refuse("CASELIB_PICTURES: write s3://bucket/folder?endpoint=https://…&region=…")
    if not find_spec("storages") or not find_spec("boto3"):
        refuse("CASELIB_PICTURES: install django-storages[s3]; docs/deploy.md says how")
    options = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "endpoint_url": parameters.get("endpoint"),
        "region_name": parameters.get("region"),
        "file_overwrite": True,  # names are random, so no check for an existing file is needed
        "client_config": import_module("botocore.config").Config(
            connect_timeout=3,  # seconds
            read_timeout=10,  # seconds
            retries={"total_max_attempts": 2},
        ),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def secret_key(data_dir: Path) -> str:
    """The key from the environment, else from the data folder, where it is created on first run."""
    if key := text("CASELIB_SECRET_KEY"):
        return key
    key_file = data_dir / "secret-key"
    try:
        if not key_file.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            make_key(key_file)
        key = key_file.read_bytes().decode("ascii", "replace").strip()
    except OSError as error:
        refuse(
            f"cannot write {key_file} ({error.strerror}): set CASELIB_DATA_DIR to a folder of yours"
        )
    if len(key) < KEY_LENGTH or not key.isascii() or not key.isprintable():
        refuse(f"{key_file} holds no key: remove it; another is made, and everybody logs in again")
    return key


def make_key(file: Path) -> None:
    """Create the file atomically; of two processes that do so, the first one's key is used."""
    draft = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as written:
            written.write(secrets.token_urlsafe(50))
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


for variable in os.environ:
    if variable.startswith("CASELIB_") and variable not in KNOWN_VARIABLES:
        refuse(f"{variable} is not a setting; there are {', '.join(sorted(KNOWN_VARIABLES))}")

DATA_DIR = Path(text("CASELIB_DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve()
DEBUG = flag("CASELIB_DEBUG")
# reader: the public pages alone, with no desk, login or session, and a database it cannot write.
ROLE = one_of("CASELIB_ROLE", "all", "reader")
REQUEST_LOG = one_of("CASELIB_REQUEST_LOG", "none", "text", "json")  # logs each request
HEALTH = ("/healthz", "/readyz")  # answered for any Host header, as load balancers use the address
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = words("CASELIB_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
OWN_HOST = "".join(ALLOWED_HOSTS[:1]).lstrip("*.") or "localhost"  # one that is allowed
SITE_URL = text("CASELIB_SITE_URL").rstrip("/")  # "" means: as the request came
HTTPS = flag("CASELIB_HTTPS")
FOUR_EYES = flag("CASELIB_FOUR_EYES")  # the author of a case may not publish it
# Two-factor authentication: for users who have set it up, for all users, or for none.
SECOND_FACTOR = one_of("CASELIB_SECOND_FACTOR", "optional", "required", "off")
TRUSTED_PROXIES = whole_number("CASELIB_TRUSTED_PROXIES", 0)  # in front of this server
# The foot of every page: who publishes the site, where errors are reported (an e-mail address, the
# address of a page, or words), and the filing numbers that sites in China must show.
PUBLISHER = text("CASELIB_PUBLISHER")
CONTACT = text("CASELIB_CONTACT")
ICP_NUMBER = text("CASELIB_ICP_NUMBER")
POLICE_NUMBER = text("CASELIB_POLICE_NUMBER")
# Prefix of the publisher's DOIs (10.12345) or Handles (20.500.12345); "" if none is registered.
IDENTIFIER_PREFIX = matching("CASELIB_IDENTIFIER_PREFIX", r"\d+(\.\d+)+", "such as 10.12345")
FIGURES_PORT = whole_number("CASELIB_FIGURES_PORT", 0)  # on 127.0.0.1; 0 disables it
WORKERS = whole_number("CASELIB_WORKERS", 2, least=1)  # processes of gunicorn

INSTALLED_APPS = [
    "stories",
    "caselib.desk.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "taggit",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
]
MIDDLEWARE = [
    "caselib.middleware.EveryAnswer",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "caselib.middleware.Gzip",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "caselib.care.CareView",
    "caselib.middleware.LanguageInPath",
    "django.middleware.common.CommonMiddleware",
    "caselib.middleware.DeskParameters",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
if ROLE == "reader":
    _DESK_ALONE = ("DeskConfig", "sessions", "messages", "axes", "auth.middleware", "csrf", "OTP")
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.endswith(_DESK_ALONE)]
    MIDDLEWARE = [m for m in MIDDLEWARE if not any(part in m for part in _DESK_ALONE)]
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

DATABASES = {"default": database(DATA_DIR, is_reader=ROLE == "reader")}
REVISION_CHANNEL = "caselib_revision"  # channel of PostgreSQL's NOTIFY, which reaches all servers
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
# An article's text may be pasted up to the size limit of a file.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 2**20  # bytes of a request without its files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "pictures"
EXPORTS_DIR = DATA_DIR / "exports"  # the library as a data set, rebuilt for each revision
STORAGES = {
    "default": picture_storage(),
    "staticfiles": {"BACKEND": "caselib.assets.BundlingStorage"},
}


# django-axes throttles logins: after five failures of one name from one address, a quarter of an
# hour's wait; slower limits of an address and of a name alone are in caselib.logins.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "caselib.second_factor.CodeBackend",
]
AXES_FAILURE_LIMIT = 5  # attempts
ATTEMPTS_OF_ADDRESS = 50  # within the time of a lock, whatever the names
ATTEMPTS_OF_NAME = 100  # within it, from addresses where its owner has not logged in before
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_HANDLER = "caselib.logins.Handler"
AXES_CLIENT_IP_CALLABLE = "caselib.proxies.counted_address"
AXES_USERNAME_CALLABLE = "caselib.logins.stored_name"
# Fields whose values are not stored with an attempt; that of a password never is.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "confirmation"]
# Wrong codes count as wrong passwords do. django-otp's own throttling is off: with it, whoever has
# the password could lock out its owner.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
CODES_IN_A_ROW = 20  # wrong codes of a user; further ones are accepted from known addresses only
OTP_TOTP_ISSUER = PUBLISHER or urlsplit(SITE_URL).hostname or OWN_HOST  # as apps name the entry
SESSION_ENGINE = "stories.models.desk_sessions"  # whose, since when, from which browser
LOGIN_REDIRECT_URL = "admin:index"  # where `next` leads to another site
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
# Permissions-Policy: the browser features that pages may use.
# Source: W3C, Permissions Policy, list of features, read 2026-11
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer autoplay browsing-topics camera display-capture encrypted-media "
        "geolocation gyroscope hid idle-detection magnetometer microphone midi payment "
        "publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking"
    ).split()
)
SECURE_SSL_REDIRECT = False  # the server in front of this one redirects
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # as above; docs/deploy.md shows how
    "security.W005",  # other hosts of the domain are not ours to decide on,
    "security.W021",  # nor is an entry in the browsers' preload lists
]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if HTTPS:
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if "*" not in host]


def one_line(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


UNANSWERED_LOG = DATA_DIR / "unanswered.log"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": lambda: one_line}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "error"},
        # An invalid Host header or a forged cookie is the sender's fault: log no traceback.
        "refusals": {"class": "logging.StreamHandler", "filters": ["one_line"]},
        "requests": {
            "class": "logging.StreamHandler",
            "formatter": "json" if REQUEST_LOG == "json" else "text",
        },
        # Searches without a result: day and words, nothing about the reader.
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
    "formatters": {
        "day": {"format": "%(asctime)s\t%(message)s", "datefmt": "%Y-%m-%d"},
        "text": {"format": "%(asctime)s %(message)s", "datefmt": "%Y-%m-%dT%H:%M:%S%z"},
        "json": {"()": "caselib.request_log.RequestLine"},
        "error": {"()": "caselib.outage_log.OutageLine"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a 404 is no warning
        "django.security": {"handlers": ["refusals"], "propagate": False},
        "caselib.requests": {"handlers": ["requests"], "level": "INFO", "propagate": False},
        "caselib.unanswered": {"handlers": ["unanswered"], "level": "INFO", "propagate": False},
    },
}
if ROLE == "reader":  # it writes no files but static ones
    LOGGING["handlers"]["unanswered"] = {"class": "logging.NullHandler"}
