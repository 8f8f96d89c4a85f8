"""The mails about an account: for each what it is about, what it says, and what can be done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from smartwiki.notify import Recipient, queue

IGNORE = _("If this was not you, you need do nothing: without this mail nobody can go on.")
NOT_YOU = _("If this was not you, choose a new password now, and tell the team.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail; `url` names the entry of allauth's context to which the button leads.

    `to_anybody`: nobody has proved to have the address, so the mail holds no word that whoever
    gave the address could have written to somebody else with it, not even a name.
    """

    subject: Promise
    paragraphs: tuple[Promise, ...]
    button: Promise | None = None
    url: str = ""
    to_anybody: bool = False


def _second_factor(what: Promise) -> Letter:
    """A mail that says that what protects an account is different now."""
    changed = _("What you sign in with on {site_name} was changed just now.")
    return Letter(what, (changed, NOT_YOU), _("I did not do this"), "forgotten_url")


# By the beginning of the names of the templates that allauth would use.
LETTERS = {
    "account/email/email_confirmation_signup": Letter(
        _("Confirm your address"),
        (
            _("Welcome! Somebody, probably you, is making an account on {site_name}."),
            _("Confirm that this address is yours, and you can sign in."),
            IGNORE,
        ),
        _("Confirm my address"),
        "activate_url",
        to_anybody=True,
    ),
    "account/email/email_confirmation": Letter(
        _("Confirm your address"),
        (
            _("You asked to sign in on {site_name} with this address."),
            _("Confirm that it is yours. Until then nothing changes."),
            IGNORE,
        ),
        _("Confirm my address"),
        "activate_url",
        to_anybody=True,
    ),
    "account/email/account_already_exists": Letter(
        _("You already have an account"),
        (
            _("Somebody, probably you, wanted to make an account here with this address."),
            _("You have one already: sign in, or choose a new password if you forgot yours."),
            IGNORE,
        ),
        _("Choose a new password"),
        "password_reset_url",
    ),
    "account/email/unknown_account": Letter(
        _("No account with this address"),
        (
            _("Somebody, probably you, asked for a new password on {site_name} for this address."),
            _("There is no account with it. Perhaps you sign in with another address?"),
            _("If this was not you, you need do nothing."),
        ),
        _("Go to {site_name}"),
        "home_url",
    ),
    "account/email/password_reset_key": Letter(
        _("Choose a new password"),
        (
            _("You asked for a new password on {site_name}."),
            _("The link works once, for one day."),
            IGNORE,
        ),
        _("Choose a new password"),
        "password_reset_url",
    ),
    "account/email/password_changed": Letter(
        _("Your password was changed"),
        (_("The password of your account on {site_name} was changed just now."), NOT_YOU),
        _("I did not do this"),
        "forgotten_url",
    ),
    "account/email/password_reset": Letter(
        _("Your password was changed"),
        (_("The password of your account on {site_name} was changed just now."), NOT_YOU),
        _("I did not do this"),
        "forgotten_url",
    ),
    "account/email/password_set": Letter(
        _("You have a password now"),
        (_("A password was set for your account on {site_name} just now."), NOT_YOU),
        _("I did not do this"),
        "forgotten_url",
    ),
    "account/email/email_changed": Letter(
        _("Your address was changed"),
        (
            _("You now sign in on {site_name} with {to_email}, no longer with {from_email}."),
            _("If this was not you, tell the team now."),
        ),
    ),
    "invitation": Letter(
        _("You are invited"),
        (
            _("{inviter} invites you to make an account on {site_name}."),
            _("The link counts for {days} days; with it your address is confirmed too."),
            _("If you did not expect this, you need do nothing."),
        ),
        _("Make my account"),
        "accept_url",
    ),
    "mfa/email/totp_activated": _second_factor(_("An app was set up for signing in")),
    "mfa/email/totp_deactivated": _second_factor(_("An app is no longer needed for signing in")),
    "mfa/email/webauthn_added": _second_factor(_("A passkey was added to your account")),
    "mfa/email/webauthn_removed": _second_factor(_("A passkey was removed from your account")),
    "mfa/email/recovery_codes_generated": _second_factor(_("You have new recovery codes")),
}


def send(kind: str, to: str, context: Mapping[str, Any]) -> None:
    """Queue the mail called `kind`, in the active language."""
    letter = LETTERS[kind]
    facts = {
        "site_name": settings.SITE_NAME,
        "home_url": reverse("home"),
        "forgotten_url": reverse("account_reset_password"),
        **context,
    }
    person = facts.get("user")
    name = "" if letter.to_anybody else getattr(person, "name", "")
    queue(
        Recipient(to, get_language() or "", name, person),
        "account",
        {
            "subject": str(letter.subject).format(**facts),
            "paragraphs": [str(paragraph).format(**facts) for paragraph in letter.paragraphs],
            "button": str(letter.button).format(**facts) if letter.button else "",
            "action_url": facts.get(letter.url, ""),
        },
        key=f"account:{uuid.uuid4()}",
    )
