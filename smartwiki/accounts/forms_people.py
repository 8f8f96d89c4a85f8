"""The forms with which administrators invite people and give roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from smartwiki.accounts.forms import OurWords
from smartwiki.accounts.models import Grant, Invitation, User
from smartwiki.accounts.roles import ADMINISTRATOR

ROLES = [*Grant.Role.choices, (ADMINISTRATOR, _("administrator"))]


class RoleForm(forms.Form):
    """A role, for an editor in one language or in all of them."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    language = forms.ChoiceField(
        label=_("Editor: publishes in"),
        choices=[("", _("every language")), *settings.LANGUAGES],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Only an editor's role is for a language."""
        cleaned = super().clean() or {}
        if cleaned.get("role") != Grant.Role.EDITOR:
            cleaned["language"] = ""
        return cleaned


class InvitationForm(forms.ModelForm[Invitation]):
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("member")), *Grant.Role.choices], required=False
    )

    class Meta:
        model = Invitation
        fields = ["email", "language", "role", "role_language"]
        labels = {
            "email": _("E-mail address"),
            "language": _("Language of the mail"),
            "role_language": _("Editor: publishes in"),
        }

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") != Grant.Role.EDITOR:
            cleaned["role_language"] = ""
        return cleaned


class AcceptForm(OurWords):
    """What somebody who is invited says of themselves."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        validate_password(password, person)
        return password
