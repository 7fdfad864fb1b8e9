"""The page on which users set up or remove their second factor, or renew its recovery codes."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as note_factor
from django_otp.plugins.otp_totp.models import TOTPDevice

from caselib import second_factor
from stories.admin.access import gate
from stories.admin.access.login import CodeField
from stories.models.desk_sessions import DeskSession

SALT = "caselib.second-factor"
OFFERED_FOR = timedelta(hours=1)  # how long the key offered on a page is valid
QR_SCALE = 5  # CSS pixels per module


@dataclass(frozen=True)
class Offer:
    """A new key for the user's authenticator app; stored once a code made with it was entered."""

    user: Any
    key: str

    @property
    def signed(self) -> str:
        return signing.dumps([self.user.pk, self.key], salt=SALT)

    @property
    def printed(self) -> str:
        """The key as apps accept it typed: base32 in groups of four."""
        digits = base64.b32encode(bytes.fromhex(self.key)).decode()
        return " ".join(digits[n : n + 4] for n in range(0, len(digits), 4))

    @property
    def url(self) -> str:
        return str(TOTPDevice(user=self.user, key=self.key).config_url)

    @property
    def picture(self) -> str:
        """The `otpauth:` URL as a QR code (data URI); dark on light in both colour schemes."""
        code = segno.make(self.url, error="m")
        return code.svg_data_uri(scale=QR_SCALE, light="#fff", dark="#000")


class SetUpForm(forms.Form):
    offer = forms.CharField(widget=forms.HiddenInput)
    code = CodeField(label=_("The six digits that the app shows"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.device = user, None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        key, code = key_of(cleaned.get("offer", ""), self.user), cleaned.get("code")
        if code and not key:
            self.add_error("code", gettext("That took too long: here is a new key."))
        elif key and code:
            self.device = second_factor.set_up(self.user, key, code)
            if self.device is None:
                self.add_error("code", gettext("This code is not of this key. Is the clock right?"))
        return cleaned


class ConfirmForm(forms.Form):
    """Reauthenticates the user; a failure counts towards the lockout as a failed login does."""

    confirmation = forms.CharField(
        label=_("Your password, or a code of the app"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_confirmation(self) -> str:
        typed = self.cleaned_data["confirmation"]
        name = self.request.user.get_username()
        kind = "token" if second_factor.is_app_code(typed) else "password"
        if authenticate(self.request, username=name, **{kind: typed}) != self.request.user:
            raise ValidationError(gettext("This is neither your password nor a new code."))
        return str(typed)


@sensitive_post_parameters("code", "offer", "confirmation")
def page(request: HttpRequest) -> HttpResponse:
    if settings.SECOND_FACTOR == "off":
        raise Http404
    has_factor = second_factor.has_factor(request.user)
    return _with_factor(request) if has_factor else _without_factor(request)


def key_of(signed: str, user: Any) -> str | None:
    try:
        owner, key = signing.loads(signed, salt=SALT, max_age=OFFERED_FOR)
    except (signing.BadSignature, ValueError):
        return None
    return str(key) if owner == user.pk else None


def _without_factor(request: HttpRequest) -> HttpResponse:
    sent = request.POST if "code" in request.POST else None
    form = SetUpForm(sent, user=request.user)
    if form.is_valid():
        note_factor(request, form.device)
        request.session[gate.WITHOUT_FACTOR] = False
        sessions = DeskSession.objects.of(request.user)
        sessions.but(request.session.session_key).delete()  # they logged in without a code
        codes = second_factor.renew_recovery_codes(request.user)
        return _answer(request, codes=codes, is_new=True)
    key = key_of(request.POST.get("offer", ""), request.user) or second_factor.new_key()
    offer = Offer(request.user, key)
    return _answer(request, form=form, offer=offer, is_required=gate.is_factor_due(request))


def _with_factor(request: HttpRequest) -> HttpResponse:
    is_asked = request.method == "POST" and "confirmation" in request.POST
    form = ConfirmForm(request.POST if is_asked else None, request=request)
    if form.is_valid():
        if "_remove" not in request.POST:
            return _answer(request, codes=second_factor.renew_recovery_codes(request.user))
        second_factor.remove(request.user)
        request.session[gate.WITHOUT_FACTOR] = True
        messages.success(request, gettext("The second factor was removed."))
        return HttpResponseRedirect(reverse("admin:second_factor"))
    left = second_factor.recovery_code_count(request.user)
    device = second_factor.device_of(request.user)
    return _answer(request, form=form, device=device, left=left)


def _answer(request: HttpRequest, **context: Any) -> HttpResponse:
    shared = admin.site.each_context(request)
    context |= {"title": gettext("Second factor"), "mode": settings.SECOND_FACTOR}
    return TemplateResponse(request, "admin/access/second_factor.html", shared | context)
