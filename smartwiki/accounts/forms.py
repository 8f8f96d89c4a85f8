"""The forms of accounts: allauth's, with our labels and nothing inside the fields but text."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from smartwiki.accounts.models import User
from smartwiki.spam import GuardedForm

LABELS = {
    "code": _("Code"),
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "oldpassword": _("Present password"),
    "password": _("Password"),
    "password1": _("Password"),
    "remember": _("Keep me signed in on this device"),
}
PASSWORD_HELP = _("At least 12 characters; a few words in a row are easy to remember.")


class OurWords(forms.Form):
    """Labels of ours instead of allauth's, one field for a new password, and no placeholders."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = self.labels.get(name) or LABELS.get(name) or field.label
        if "email" in self.fields:  # no longer than the database takes
            self.fields["email"].validators.append(MaxLengthValidator(254))
            self.fields["email"].widget.attrs["maxlength"] = 254
        if "password1" in self.fields:
            self.fields["password1"].help_text = PASSWORD_HELP


class SignInForm(OurWords, allauth.LoginForm):
    pass


class SignUpForm(OurWords, allauth.SignupForm, GuardedForm):
    """Name, address and password; machines are kept out as in every form for everybody."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Take as long for an address that has an account as for a new one."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):
    pass


class NewPasswordForm(OurWords, allauth.ResetPasswordKeyForm):
    labels = {"password1": _("New password")}


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    labels = {"password1": _("New password")}


class SetPasswordForm(OurWords, allauth.SetPasswordForm):
    labels = {"password1": _("New password")}


class ChangeAddressForm(OurWords, allauth.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):
    pass


class CodeForm(OurWords, mfa.AuthenticateForm):
    pass


class CodeOnceMoreForm(OurWords, mfa.ReauthenticateForm):
    pass


class SetUpAppForm(OurWords, totp.ActivateTOTPForm):
    labels = {"code": _("The code that the app shows")}


class PasskeyForm(OurWords):
    """What a browser says of a passkey: anybody can send anything instead."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except (AttributeError, KeyError, TypeError, ValueError):  # allauth expects all its parts
            self.add_error(None, _("The passkey was not used. Try again, or take another way."))


class PasskeySignInForm(PasskeyForm, webauthn.LoginWebAuthnForm):
    pass


class PasskeySecondStepForm(PasskeyForm, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyOnceMoreForm(PasskeyForm, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(PasskeyForm, webauthn.AddWebAuthnForm):
    labels = {
        "name": _("What you call it"),
        "passwordless": _("Use it instead of my password"),
    }


class RenamePasskeyForm(OurWords, webauthn.EditWebAuthnForm):
    labels = {"name": _("What you call it")}


class ProfileForm(forms.ModelForm[User]):
    """What a person says of themselves."""

    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "language": forms.RadioSelect,
        }
        help_texts = {
            "name": _("Shown beside what you write."),
            "language": _("The language in which we write to you."),
        }
