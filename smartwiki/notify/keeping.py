"""How long the site remembers whom it wrote to."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from smartwiki.notify.following import forget_unconfirmed
from smartwiki.notify.models import Message

State = Message.State


def tidy_up() -> None:
    """Forget what is no longer needed: see `forget_recipients`, `forget_unconfirmed`."""
    forget_recipients()
    forget_unconfirmed()
    call_command("prune_db_task_results", verbosity=0)


def forget_recipients() -> int:
    """Forget to whom messages went, and what was in them, MAIL_KEPT_DAYS after they were queued.

    The row stays, so that its key still says that this was sent. Returns how many were forgotten.
    """
    old = timezone.now() - timedelta(days=settings.MAIL_KEPT_DAYS)
    finished = Message.objects.filter(created_at__lt=old).exclude(
        state__in=[State.WAITING, State.SENDING]
    )
    return finished.exclude(email="").update(
        email="", name="", reply_to="", context={}, user=None, subscription=None
    )
