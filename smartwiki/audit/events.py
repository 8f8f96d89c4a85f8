"""What can happen, and how it is called on the page.

An app says once (in `AppConfig.ready`) which events it records: `register_events({...})`.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

EVENTS: dict[str, StrOrPromise] = {
    "signin.succeeded": _("signed in"),
    "signin.failed": _("failed to sign in"),
    "signin.ended": _("signed out"),
    "audit.exported": _("exported the audit log"),
    "audit.pruned": _("deleted old entries of the audit log"),
}


def register_events(events: Mapping[str, StrOrPromise]) -> None:
    """Add events, `"thing.happened": _("did something")`: the words follow the actor's name."""
    EVENTS.update(events)
