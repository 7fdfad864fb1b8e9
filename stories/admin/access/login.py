"""Login to the desk: the password, then a code if the user has a second factor.

Both steps have one URL, so that the login dialog of the workbench needs only that.
"""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from caselib import second_factor

PENDING = "login_pending"  # session key: the user whose password was accepted
PATIENCE = timedelta(minutes=10)  # time allowed between password and code
STEP = "X-Login-Step"  # response header for the login dialog: the next step, "password" or "code"
CODE_LENGTH = 30  # characters, spaces included


class CodeField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        widget = forms.TextInput(attrs={**attributes, "autocapitalize": "none"})
        super().__init__(max_length=CODE_LENGTH, widget=widget, **kwargs)


class CodeForm(forms.Form):
    """The second step of the login. `person`: the user whose password was accepted."""

    error_css_class = "errors"
    code = CodeField(label=_("Code of the app, or a recovery code"))

    def __init__(self, *args: Any, request: HttpRequest, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.person = request, person
        self.user: Any = None

    def clean_code(self) -> str:
        name, code = self.person.get_username(), self.cleaned_data["code"]
        self.user = authenticate(self.request, username=name, token=code)
        if self.user is None:
            raise ValidationError(self._why(), code="wrong")
        return str(code)

    def _why(self) -> str:
        if second_factor.is_blocked(self.request, self.person):
            return gettext(
                "Too many wrong codes were entered for this account. Log in from where you have "
                "logged in before, wait a day, or ask an administrator."
            )
        return gettext("This code does not fit, or was used before. Wait for the next one.")


class DeskLogin(LoginView):
    template_name = "admin/login.html"

    def get_form_class(self) -> Any:
        return CodeForm if self._is_code() else AdminAuthenticationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | ({"person": self.person} if self._is_code() else {})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.person = _person_of(request.session.get(PENDING))
        if "code" in request.POST and not self.person:  # the password step has expired
            return self._ask(AdminAuthenticationForm(request), is_late=True)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if isinstance(form, CodeForm):
            return self._let_in(form.user, self.request.session.pop(PENDING)["backend"])
        user = form.get_user()
        if settings.SECOND_FACTOR != "off" and second_factor.has_factor(user):
            self.request.session[PENDING] = {
                "user": user.pk,
                "backend": user.backend,
                "hash": user.get_session_auth_hash(),
                "at": now().isoformat(),
            }
            return self._ask(CodeForm(request=self.request, person=user))
        return self._let_in(user, user.backend)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        context["asks_for_code"] = isinstance(context["form"], CodeForm)
        step = "code" if context["asks_for_code"] else "password"
        return super().render_to_response(context, headers={STEP: step}, **kwargs)

    def _is_code(self) -> bool:
        return "code" in self.request.POST and self.person is not None

    def _ask(self, form: forms.Form, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **context))

    def _let_in(self, user: Any, backend: str) -> HttpResponse:
        login(self.request, user, backend)
        return HttpResponseRedirect(self.get_success_url())


def _person_of(pending: dict[str, Any] | None) -> Any:
    """The user whose password was accepted; None if that has expired or the password changed."""
    if not pending or now() - datetime.fromisoformat(pending["at"]) > PATIENCE:
        return None
    user = get_user_model()._default_manager.filter(pk=pending["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == pending["hash"] else None
