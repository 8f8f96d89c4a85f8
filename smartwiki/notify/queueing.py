"""Putting a message in the queue, in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.template.loader import select_template
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from smartwiki.accounts.models import User
    from smartwiki.notify.models import Announcement, Message, Subscription

PERSONAL = 10  # somebody waits for it: before what goes to many
TO_MANY = 0
READY_MADE = "ready_made"  # the kind of a message that some other code has composed


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for; with `user` it is never sent to an account that was closed."""

    email: str
    language: str
    name: str = ""
    user: User | None = None

    @classmethod
    def of(cls, user: User, language: str = "") -> Recipient:
        """Return a person with an account, in their own language unless told otherwise."""
        return cls(user.email, language or user.language, user.name, user)


def queue(
    recipient: Recipient,
    kind: str,
    context: Mapping[str, Any],
    key: str,
    *,
    reply_to: str = "",
    priority: int = PERSONAL,
    announcement: Announcement | None = None,
    subscription: Subscription | None = None,
    stop_path: str = "",
    not_before: datetime | None = None,
) -> bool:
    """Queue a message, once for each `key`; return False when it was queued before.

    Takes part in the caller's transaction: what is rolled back is not sent. `kind` names the
    templates `mail/<kind>.subject.txt`, `.txt` and `.html`; `context` is what they show and can be
    written as JSON, with paths of this site under names that end in `url`: they become full
    addresses. `key` says what the message is about and holds no e-mail address, such as
    "comment-confirm:42". `stop_path`: where one click ends such messages (RFC 8058). `not_before`:
    until then it can be recalled, see `recall`.

    Raises TemplateDoesNotExist for a kind without templates.
    """
    from smartwiki.notify.models import Message

    if kind != READY_MADE:
        for part in PARTS:
            select_template(template_names(kind, part))
    with transaction.atomic():
        message, is_new = Message.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "email": recipient.email,
                "name": in_one_line(recipient.name)[:150],
                "language": recipient.language,
                "user": recipient.user,
                "context": dict(context),
                "reply_to": reply_to,
                "priority": priority,
                "announcement": announcement,
                "subscription": subscription,
                "stop_path": stop_path,
            },
        )
        if is_new:
            enqueue_delivery(message, not_before)
    return is_new


@transaction.atomic
def recall(keys: Collection[str]) -> set[str]:
    """Take messages out of the queue again; return the keys of those that had not left yet.

    They can be queued anew. Part of the caller's transaction.
    """
    from smartwiki.notify.models import Message

    waiting = Message.objects.filter(key__in=keys, state=Message.State.WAITING)
    recalled = set(waiting.select_for_update().values_list("key", flat=True))
    Message.objects.filter(key__in=recalled).delete()
    return recalled


def have_left(keys: Collection[str]) -> int:
    """Return how many of these messages were sent, or perhaps sent."""
    from smartwiki.notify.models import Message

    state = Message.State
    left = [state.SENDING, state.SENT, state.UNSURE]
    return Message.objects.filter(key__in=keys, state__in=left).count()


def in_one_line(text: str) -> str:
    """Return `text` as it can stand in a header: in one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


PARTS = ("subject.txt", "txt", "html")


def template_names(kind: str, part: str) -> list[str]:
    """Return the names of a part's template: the kind's own, or that of all events."""
    from smartwiki.notify.announcing import is_event

    names = [f"mail/{kind}.{part}"]
    return [*names, f"mail/event.{part}"] if is_event(kind) else names


def enqueue_delivery(message: Message, at: datetime | None = None) -> None:
    """Give the message to a worker, `at` a time or as soon as one is free."""
    from smartwiki.notify.tasks import deliver_message

    task = deliver_message.using(priority=message.priority, run_after=at)
    result = task.enqueue(message.pk)
    type(message).objects.filter(pk=message.pk).update(
        task_id=result.id, next_try_at=at or timezone.now()
    )
