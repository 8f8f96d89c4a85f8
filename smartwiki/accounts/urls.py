"""The addresses of accounts.

django-allauth finds its pages by names of its own, without a namespace; of its pages only those are
here for which we have a template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.providers.openid_connect import views as openid
from django.forms import Form
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import View

from smartwiki.accounts import forms, people, views


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
        page(views.SignInView, "sign_in", forms.SignInForm),
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

second_factor: list[URLPattern | URLResolver] = [
    path(
        pgettext_lazy("address", "second-step/"),
        page(mfa.IndexView, "second_step"),
        name="mfa_index",
    ),
    path(
        pgettext_lazy("address", "second-step/sign-in/"),
        page(
            mfa.AuthenticateView,
            "second_step_sign_in",
            forms.CodeForm,
            webauthn_form_class=forms.PasskeySecondStepForm,
        ),
        name="mfa_authenticate",
    ),
    path(
        pgettext_lazy("address", "second-step/once-more/"),
        page(mfa.ReauthenticateView, "once_more_code", forms.CodeOnceMoreForm),
        name="mfa_reauthenticate",
    ),
    path(
        pgettext_lazy("address", "second-step/app/"),
        page(totp.ActivateTOTPView, "app", forms.SetUpAppForm),
        name="mfa_activate_totp",
    ),
    path(
        pgettext_lazy("address", "second-step/app/remove/"),
        page(totp.DeactivateTOTPView, "app_remove"),
        name="mfa_deactivate_totp",
    ),
    path(
        pgettext_lazy("address", "second-step/codes/"),
        never_cache(page(recovery_codes.ViewRecoveryCodesView, "codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        pgettext_lazy("address", "second-step/codes/new/"),
        page(recovery_codes.GenerateRecoveryCodesView, "codes_new"),
        name="mfa_generate_recovery_codes",
    ),
]

passkeys: list[URLPattern | URLResolver] = [
    path(
        pgettext_lazy("address", "passkeys/"),
        page(webauthn.ListWebAuthnView, "passkeys"),
        name="mfa_list_webauthn",
    ),
    path(
        pgettext_lazy("address", "passkeys/add/"),
        page(webauthn.AddWebAuthnView, "passkey_add", forms.AddPasskeyForm),
        name="mfa_add_webauthn",
    ),
    path(
        pgettext_lazy("address", "passkeys/once-more/"),
        page(webauthn.ReauthenticateWebAuthnView, "once_more_passkey", forms.PasskeyOnceMoreForm),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        pgettext_lazy("address", "passkeys/sign-in/"),
        webauthn.LoginWebAuthnView.as_view(form_class=forms.PasskeySignInForm),
        name="mfa_login_webauthn",
    ),
    path(
        pgettext_lazy("address", "passkeys/<int:pk>/remove/"),
        page(webauthn.RemoveWebAuthnView, "passkey_remove"),
        name="mfa_remove_webauthn",
    ),
    path(
        pgettext_lazy("address", "passkeys/<int:pk>/rename/"),
        page(webauthn.EditWebAuthnView, "passkey_rename", forms.RenamePasskeyForm),
        name="mfa_edit_webauthn",
    ),
]

# Outside of languages: a provider knows one address to return to.
oidc: list[URLPattern | URLResolver] = [
    path("<str:provider_id>/sign-in/", require_POST(openid.login), name="openid_connect_login"),
    path("<str:provider_id>/return/", openid.callback, name="openid_connect_callback"),
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
        path(
            pgettext_lazy("address", "invitation/<str:token>/"),
            views.accept_invitation,
            name="invitation",
        ),
        path(pgettext_lazy("address", "people/"), people.people, name="people"),
        path(pgettext_lazy("address", "people/invite/"), people.invite, name="invite"),
        path(
            pgettext_lazy("address", "people/invitations/<int:pk>/withdraw/"),
            people.withdraw_invitation,
            name="withdraw-invitation",
        ),
        path(pgettext_lazy("address", "people/<int:pk>/"), people.person, name="person"),
        path(pgettext_lazy("address", "people/<int:pk>/give/"), people.give_role, name="give-role"),
        path(pgettext_lazy("address", "people/<int:pk>/take/"), people.take_role, name="take-role"),
        path(pgettext_lazy("address", "people/<int:pk>/close/"), people.close, name="close"),
        path(pgettext_lazy("address", "people/<int:pk>/reopen/"), people.reopen, name="reopen"),
    ],
    "accounts",
)
urlpatterns = [*entrance, *settings_pages, *second_factor, *passkeys]
