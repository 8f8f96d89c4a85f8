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
    "role.granted": _("gave a role"),
    "role.withdrawn": _("took a role away"),
    "account.erased": _("erased their own account"),
    "audit.exported": _("exported the audit log"),
    "audit.pruned": _("deleted old entries of the audit log"),
    "admin.added": _("added in the administration"),
    "admin.changed": _("changed in the administration"),
    "admin.deleted": _("deleted in the administration"),
}

# How the facts of an entry are called; another one is shown under its own name.
FACTS: dict[str, StrOrPromise] = {
    "role": _("role"),
    "language": _("language"),
    "rows": _("rows"),
    "before": _("before"),
    "after": _("afterwards"),
    "revision": _("revision"),
    "significance": _("significance"),
    "status": _("status"),
    "below": _("now below guide"),
    "audience": _("readers"),
    "address": _("address"),
    "guides": _("guides"),
    "fields": _("fields"),
    "answer": _("answer"),
}

# How a fact is put in words where it is a code; another one is shown as it is.
VALUES: dict[str, StrOrPromise] = {}


def register_events(
    events: Mapping[str, StrOrPromise],
    facts: Mapping[str, StrOrPromise] | None = None,
    values: Mapping[str, StrOrPromise] | None = None,
) -> None:
    """Add events, `"thing.happened": _("did something")`: the words follow the actor's name.

    `facts`: how the facts that are noted with them are called, where FACTS does not say it;
    `values`: what their codes mean.
    """
    EVENTS.update(events)
    FACTS.update(facts or {})
    VALUES.update(values or {})
