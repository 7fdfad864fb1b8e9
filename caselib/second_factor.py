"""The second factor of a person at the desk: codes of an app (TOTP), and codes for its loss.

django-otp keeps them: one device of each kind a person. Whoever has that of the app has a factor.
"""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_variables
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from caselib.logins import is_known
from caselib.settings import CODES_IN_A_ROW

KEY_LENGTH = 20  # bytes, as SHA-1 has. Source: RFC 4226, section 4, read 2026-11
RECOVERY_CODES = 10
APP_CODE = re.compile(r"[0-9]{6}")
BLOCKED_FOR = timedelta(days=1)  # after the last of CODES_IN_A_ROW


def new_key() -> str:
    """A secret for an app, in hexadecimal digits."""
    return str(random_hex(KEY_LENGTH))


def device_of(user: Any) -> Any:
    """That of the app, or None: 1 query."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def has_factor(user: Any) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def recovery_code_count(user: Any) -> int:
    """Those that are left."""
    return int(StaticToken.objects.filter(device__user=user).count())


@sensitive_variables("key", "code")
def set_up(user: Any, key: str, code: str) -> Any:
    """The device of an app that has this key, or None where the code is not of it.

    The code that confirms it is used up. Whoever has a factor keeps it: None too.
    """
    with transaction.atomic():
        get_user_model()._default_manager.select_for_update().get(pk=user.pk)
        if has_factor(user):
            return None
        device = TOTPDevice.objects.create(user=user, key=key, name="app")
        if not device.verify_token(_normalized(code)):
            transaction.set_rollback(True)
            return None
    return device


def renew_recovery_codes(user: Any) -> list[str]:
    """Ten codes, each good once; those of before are void."""
    with transaction.atomic():
        get_user_model()._default_manager.select_for_update().get(pk=user.pk)
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery")
        codes = [StaticToken.random_token() for _n in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def remove(user: Any) -> bool:
    """Both kinds of codes; whether there was a factor."""
    StaticDevice.objects.filter(user=user).delete()
    return bool(TOTPDevice.objects.filter(user=user).delete()[0])


def is_app_code(typed: str) -> bool:
    return APP_CODE.fullmatch(_normalized(typed)) is not None


def is_blocked(request: HttpRequest, user: Any) -> bool:
    """Whether so many wrong codes were sent that codes are taken from known addresses alone.

    It ends a day after the last of them. Whoever guesses codes has the password already; by this
    they get one guess a day, and its owner is still let in from where they work.
    """
    device = device_of(user)
    if device is None or device.throttling_failure_count < CODES_IN_A_ROW:
        return False
    since = now() - (device.throttling_failure_timestamp or now())
    return since < BLOCKED_FOR and not is_known(user.get_username(), get_client_ip_address(request))


class CodeBackend(BaseBackend):
    """Judges the code after the password, so that wrong codes are counted as wrong passwords are.

    `username` is that of the person who gave the right password.
    """

    @sensitive_variables("token")
    def authenticate(  # type: ignore[override]  # Django looks at the names of the arguments
        self, request: HttpRequest | None, username: str = "", token: str = ""
    ) -> Any:
        """The person, with the device that took the code as `otp_device`, or None."""
        user = get_user_model()._default_manager.filter(username=username, is_active=True).first()
        if request is None or user is None or is_blocked(request, user):
            return None
        device = _verify(user, _normalized(token))
        if device is None:
            return None
        user.otp_device = device  # type: ignore[attr-defined]  # where django-otp looks for it
        return user


@sensitive_variables("code")
def _verify(user: Any, code: str) -> Any:
    """The device that took the code, which it takes once; None where none did."""
    model = TOTPDevice if APP_CODE.fullmatch(code) else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    return device and verify_token(user, device.persistent_id, code)


@sensitive_variables("typed")
def _normalized(typed: str) -> str:
    """As codes are stored: full-width digits as ASCII, small letters, no spaces, no hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).lower()
