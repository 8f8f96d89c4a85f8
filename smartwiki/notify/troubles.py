"""For administrators: the messages that were not sent, in their digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from smartwiki.accounts.models import User
from smartwiki.notify.digests import MOST_ENTRIES, Entry, Section
from smartwiki.notify.models import Message


class UnsentMessages:
    """What failed or is in doubt since."""

    def people(self, since: datetime) -> Iterable[int]:
        if not Message.objects.needing_somebody().filter(created_at__gt=since).exists():
            return []
        return set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        if not person.is_superuser:
            return None
        troubled = Message.objects.needing_somebody().filter(created_at__gt=since).order_by("-pk")
        entries = [
            Entry(
                _("Message {number} ({kind})").format(number=each.pk, kind=each.kind),
                reverse("admin:notify_message_change", args=[each.pk]),
                each.last_error,
                str(each.get_state_display()),
            )
            for each in troubled[:MOST_ENTRIES]
        ]
        return Section(
            _("Mails that were not sent"), entries, reverse("admin:notify_message_changelist")
        )
