"""What columns are called for the person whom they are about, where the database has no words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

WHEN = (
    "action_time",
    "added_at",
    "at",
    "changed_at",
    "created",
    "created_at",
    "granted_at",
    "invited_at",
    "named_at",
    "settled_at",
)

COLUMNS: Mapping[str, StrOrPromise] = dict.fromkeys(WHEN, _("when")) | {
    "address": _("network address"),
    "after": _("decision"),
    "confirmed_at": _("confirmed"),
    "content": _("text"),
    "date_joined": _("account made"),
    "due": _("due"),
    "event": _("what happened"),
    "expire_date": _("ends"),
    "extra_data": _("what that service says of you"),
    "held_until": _("until"),
    "id": _("number"),
    "ip": _("network address"),
    "is_staff": _("works in the administration"),
    "key": _("number"),
    "kind": _("kind"),
    "language": _("language"),
    "last_seen_at": _("last seen"),
    "last_used_at": _("last used"),
    "message": _("message"),
    "object_repr": _("about"),
    "provider": _("sign-in service"),
    "reason": _("reason"),
    "result_kind": _("what became of it"),
    "seen_at": _("last seen"),
    "text": _("text"),
    "title": _("title"),
    "type": _("kind"),
    "uid": _("number at that service"),
    "user_agent": _("browser"),
    "verified": _("confirmed"),
}
