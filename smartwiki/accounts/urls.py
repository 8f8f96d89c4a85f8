"""The addresses of accounts.

django-allauth finds its pages by names of its own, without a namespace; of its pages only those are
here for which we have a template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as allauth
from django.forms import Form
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import View

from smartwiki.accounts import forms, views


class AlphanumericConverter(StringConverter):
    """A number that a mail names, which a hyphen ends."""

    regex = "[0-9A-Za-z]+"


register_converter(AlphanumericConverter, "alphanumeric")


def page(
    view: type[View[Any]], template: str, form: type[Form] | None = None, **options: Any
) -> Callable[..., HttpResponseBase]:
    """Return one of allauth's pages with a template and a form of ours."""
    if form:
        options["form_class"] = form
    return view.as_view(
        template_name=f"accounts/{template}.html", extra_context={"noindex": True}, **options
    )


entrance: list[URLPattern | URLResolver] = [
    path(
        pgettext_lazy("address", "sign-in/"),
        page(allauth.LoginView, "sign_in", forms.SignInForm),
        name="account_login",
    ),
    path(
        pgettext_lazy("address", "sign-out/"),
        require_POST(allauth.LogoutView.as_view()),
        name="account_logout",
    ),
    path(
        pgettext_lazy("address", "sign-up/"),
        page(
            allauth.SignupView,
            "sign_up",
            forms.SignUpForm,
            template_name_signup_closed="accounts/sign_up_closed.html",
        ),
        name="account_signup",
    ),
    path(
        pgettext_lazy("address", "closed/"),
        page(allauth.AccountInactiveView, "closed"),
        name="account_inactive",
    ),
    path(
        pgettext_lazy("address", "confirm/"),
        page(allauth.EmailVerificationSentView, "address_mailed"),
        name="account_email_verification_sent",
    ),
    path(
        pgettext_lazy("address", "confirm/<str:key>/"),
        page(views.ConfirmAddressView, "address_confirm"),
        name="account_confirm_email",
    ),
    path(
        pgettext_lazy("address", "password/forgotten/"),
        page(allauth.PasswordResetView, "password_forgotten", forms.ResetPasswordForm),
        name="account_reset_password",
    ),
    path(
        pgettext_lazy("address", "password/mailed/"),
        page(allauth.PasswordResetDoneView, "password_mailed"),
        name="account_reset_password_done",
    ),
    path(
        pgettext_lazy("address", "password/new/<alphanumeric:uidb36>-<str:key>/"),
        page(allauth.PasswordResetFromKeyView, "password_new", forms.NewPasswordForm),
        name="account_reset_password_from_key",
    ),
    path(
        pgettext_lazy("address", "password/done/"),
        page(allauth.PasswordResetFromKeyDoneView, "password_done"),
        name="account_reset_password_from_key_done",
    ),
]

settings_pages: list[URLPattern | URLResolver] = [
    path(
        pgettext_lazy("address", "password/"),
        page(allauth.PasswordChangeView, "password_change", forms.ChangePasswordForm),
        name="account_change_password",
    ),
    path(
        pgettext_lazy("address", "password/first/"),
        page(allauth.PasswordSetView, "password_first", forms.SetPasswordForm),
        name="account_set_password",
    ),
    path(
        pgettext_lazy("address", "address/"),
        page(allauth.EmailView, "address", forms.ChangeAddressForm),
        name="account_email",
    ),
    path(
        pgettext_lazy("address", "once-more/"),
        page(allauth.ReauthenticateView, "once_more", forms.ReauthenticateForm),
        name="account_reauthenticate",
    ),
]

own: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("", views.overview, name="overview"),
        path(pgettext_lazy("address", "devices/"), views.list_devices, name="devices"),
        path(
            pgettext_lazy("address", "devices/sign-out/"),
            views.sign_out_elsewhere,
            name="sign-out-elsewhere",
        ),
    ],
    "accounts",
)
urlpatterns = [*entrance, *settings_pages]
