"""Two-factor authentication of editors: TOTP codes of an app, and recovery codes.

Stored by django-otp, one device of each kind per user. A user with a confirmed TOTP device has a
second factor.
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
    """A random TOTP secret, in hexadecimal digits."""
    return str(random_hex(KEY_LENGTH))


def device_of(user: Any) -> Any:
    """The user's TOTP device, or None: 1 query."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def has_factor(user: Any) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def recovery_code_count(user: Any) -> int:
    """The number of unused recovery codes."""
    return int(StaticToken.objects.filter(device__user=user).count())


@sensitive_variables("key", "code")
def set_up(user: Any, key: str, code: str) -> Any:
    """Create the TOTP device with this key; None if the code is wrong.

    The confirming code is used up. A user who already has a factor keeps it: None too.
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
    """Ten new single-use codes; the former ones become invalid."""
    with transaction.atomic():
        get_user_model()._default_manager.select_for_update().get(pk=user.pk)
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery")
        codes = [StaticToken.random_token() for _n in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def remove(user: Any) -> bool:
    """Delete both kinds of devices; whether there was a factor."""
    StaticDevice.objects.filter(user=user).delete()
    return bool(TOTPDevice.objects.filter(user=user).delete()[0])


def is_app_code(typed: str) -> bool:
    return APP_CODE.fullmatch(_normalized(typed)) is not None


def is_blocked(request: HttpRequest, user: Any) -> bool:
    """Whether codes are accepted from known addresses only, after too many wrong ones.

    Lasts a day after the last wrong code. Whoever guesses codes already has the password; they get
    one guess a day, while the owner can still log in from their usual addresses.
    """
    device = device_of(user)
    if device is None or device.throttling_failure_count < CODES_IN_A_ROW:
        return False
    since = now() - (device.throttling_failure_timestamp or now())
    return since < BLOCKED_FOR and not is_known(user.get_username(), get_client_ip_address(request))


class CodeBackend(BaseBackend):
    """Authenticates the code after the password, so that wrong codes count as wrong passwords do.

    `username` belongs to the user who gave the right password.
    """

    @sensitive_variables("token")
    def authenticate(  # type: ignore[override]  # Django looks at the names of the arguments
        self, request: HttpRequest | None, username: str = "", token: str = ""
    ) -> Any:
        """The user, with the device that accepted the code as `otp_device`, or None."""
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
    """The device that accepted the code, which is then used up; None if none did."""
    model = TOTPDevice if APP_CODE.fullmatch(code) else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    return device and verify_token(user, device.persistent_id, code)


@sensitive_variables("typed")
def _normalized(typed: str) -> str:
    """The stored form of a code: full-width digits as ASCII, lower case, no spaces or hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).lower()
