"""How django-allauth speaks and acts here: our words, our addresses, our mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import user_field
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from smartwiki.accounts import letters
from smartwiki.accounts.models import User
from smartwiki.addresses import full_url
from smartwiki.spam import client_address

# By the name of the template that allauth would use; what is not here is not said.
MESSAGES = {
    "account/messages/cannot_delete_primary_email.txt": _(
        "You sign in with {email}, so it cannot be removed."
    ),
    "account/messages/email_confirmation_failed.txt": _(
        "{email} could not be confirmed: somebody already signs in with it."
    ),
    "account/messages/email_confirmed.txt": _("{email} is confirmed."),
    "account/messages/logged_out.txt": _("You are signed out. See you soon!"),
    "account/messages/password_changed.txt": _("Your password is changed."),
    "account/messages/password_set.txt": _("Your password is set."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new recovery codes."),
    "mfa/messages/totp_activated.txt": _("From now on you sign in with a code of your app too."),
    "mfa/messages/totp_deactivated.txt": _("The app is no longer needed to sign in."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}

ONCE_MORE = {
    "reauthenticate": _("With my password"),
    "mfa_reauthenticate": _("With a code of my app"),
    "mfa_reauthenticate:webauthn": _("With my passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of a site."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("You already sign in with this address."),
        "email_password_mismatch": _(
            "The address or the password is not right. Please check both and try again."
        ),
        "email_taken": _("Somebody already signs in with this address."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. Please look at it again."),
        "incorrect_password": _("This password is not right."),
        "invalid_login": _("The address or the password is not right."),
        "invalid_or_expired_key": _("This link is too old or incomplete."),
        "invalid_password_reset": _("This link is too old, or was used already."),
        "rate_limited": _("That was a lot of attempts. Please wait a few minutes and try again."),
        "same_as_current": _("This is the same as before."),
        "too_many_login_attempts": _(
            "Too many attempts. Please wait a few minutes, or choose a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return str(settings.SIGN_UP) == "open"

    def new_user(self, request: HttpRequest) -> User:
        """Make somebody who reads the language of this page."""
        return User(language=get_language() or settings.LANGUAGE_CODE)

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: Any, commit: bool = True
    ) -> AbstractBaseUser:
        """Give a new person the name that they wrote."""
        user_field(user, "name", form.cleaned_data["name"])
        return super().save_user(request, user, form, commit)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address, unless it has become somebody else's in the meantime."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email=email_address.email).exists():
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False
        return bool(super().confirm_email(request, email_address))

    def is_safe_url(self, url: str) -> bool:
        """Lead only to pages of the very site that was asked."""
        request = self.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, once."""
        if message is None and message_template in MESSAGES:
            message = str(MESSAGES[message_template]).format(**(message_context or {}))
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return full_url(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return full_url(path.replace("UID-KEY", quote(key)))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead home, or to the second factor for whom it is due."""
        if getattr(request.user, "lacks_second_factor", False):
            return reverse("mfa_index")
        return super().get_login_redirect_url(request)

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": ONCE_MORE[method["id"]]} for method in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:overview")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(
            template_prefix, user, {"user": user, **(context or {})}, email
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of our mails in the language of the page that it was asked on."""
        if template_prefix in letters.LETTERS:
            letters.send(template_prefix, email, context)
