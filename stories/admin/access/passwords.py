"""Changing passwords at the desk: the user's own, and another user's by an administrator."""

from typing import Any

from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.forms import AdminPasswordChangeForm as OfAnother
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext

from stories.admin.access import gate
from stories.models.initial_passwords import InitialPassword


class PasswordForm(AdminPasswordChangeForm):
    """Changes the user's own password. All other sessions of the user end with it."""

    def clean_new_password2(self) -> Any:
        chosen = self.cleaned_data.get("new_password2")
        if chosen and self.user.check_password(chosen):
            raise ValidationError(gettext("This is the password you have now."), code="same")
        return chosen


class PasswordChange(PasswordChangeView):
    form_class = PasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        InitialPassword.objects.settle(form.user)
        self.request.session[gate.PASSWORD_DUE] = False
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_due = gate.is_password_due(self.request)
        return super().get_context_data(**kwargs) | {"is_password_due": is_due}


class PasswordOfAnother(OfAnother):  # type: ignore[type-arg]  # it cannot be subscripted
    """Sets the password of another user, who has to choose a new one at the next login."""

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        if user.has_usable_password():
            InitialPassword.objects.set_for(user)
        else:
            InitialPassword.objects.settle(user)
        return user
