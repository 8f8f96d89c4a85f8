"""Sign-ins, failed ones and sign-outs: observed, since the code is Django's and allauth's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from smartwiki.accounts.models import User
from smartwiki.audit.recording import record

NAMES = ("username", "email", "login")  # under which the ways to sign in hand over an address


def succeeded(user: User, **kwargs: Any) -> None:
    record(user, "signin.succeeded")


def ended(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record(user, "signin.ended")


def failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Note whose account it was, if anybody's: what was typed may be a password, so never that."""
    typed = next((str(credentials[name]) for name in NAMES if credentials.get(name)), "")
    address = typed.strip().lower().replace("\0", "")
    account = get_user_model().objects.filter(email=address).first()
    record(None, "signin.failed", account)
