"""Telling everybody who follows something that something happened to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from smartwiki.notify.queueing import TO_MANY, Recipient, queue

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person
    from smartwiki.notify.models import Announcement, Follower, Message, Subscription


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, in the language that was asked for (active then).

    `label`: what kind of thing it is, such as "New guide". `title`: of what it happened to.
    `url`: its path. `text`: a sentence or two more, plain. `language`: of title and text where
    they exist only in another one.
    """

    label: str
    title: str
    url: str
    text: str = ""
    language: str = ""


class Describe(Protocol):
    def __call__(self, context: Mapping[str, Any], language: str, person: Person) -> Event | None:
        """Say what happened to `person` as it is now; None when they may not read it (any more)."""
        ...


_events: dict[str, Describe] = {}


def register_event(kind: str, describe: Describe) -> None:
    """Let `kind` be announced; `describe` is asked when the message is sent."""
    _events[kind] = describe


def is_event(kind: str) -> bool:
    return kind in _events


def announce(topic: str | Iterable[str], kind: str, context: Mapping[str, Any], key: str) -> bool:
    """Tell the followers of `topic` (or of several) that something happened, once for each `key`.

    Takes part in the caller's transaction; the followers are looked up in the background. A
    follower of several of the topics is told once. `context` names what happened, with numbers:
    the words are made when the message is sent, see `register_event`. Returns False when it was
    announced before; raises ImproperlyConfigured for a kind that nobody registered.
    """
    from smartwiki.notify.models import AnnouncedTopic, Announcement

    if kind not in _events:
        raise ImproperlyConfigured(f"No app registered the event {kind!r}.")
    topics = [topic] if isinstance(topic, str) else list(dict.fromkeys(topic))
    with transaction.atomic():
        announcement, is_new = Announcement.objects.get_or_create(
            key=key, defaults={"kind": kind, "context": dict(context)}
        )
        if is_new:
            AnnouncedTopic.objects.bulk_create(
                AnnouncedTopic(announcement=announcement, topic=each) for each in topics
            )
            enqueue_telling(announcement)
    return is_new


def enqueue_telling(announcement: Announcement) -> None:
    """Give the announcement to a worker."""
    from smartwiki.notify.tasks import tell_followers

    result = tell_followers.enqueue(announcement.pk)
    type(announcement).objects.filter(pk=announcement.pk).update(task_id=result.id)


def tell_followers(number: int) -> int:
    """Queue a message to each follower who wants to know at once; return how many are new.

    Killed half-way and done again, it tells nobody twice: the keys are the same.
    """
    from smartwiki.notify.models import Announcement, Subscription

    announcement = Announcement.objects.filter(pk=number, told_at=None).first()
    if announcement is None:
        return 0
    subscriptions = (
        Subscription.objects.confirmed()
        .filter(
            topic__in=announcement.topics.values("topic"),
            rhythm=Subscription.Rhythm.AT_ONCE,
            confirmed_at__lte=announcement.created_at,
        )
        .select_related("follower__user")
        .order_by("pk")
    )
    told = sum(_tell(announcement, each) for each in subscriptions.iterator(chunk_size=500))
    Announcement.objects.filter(pk=number).update(told_at=timezone.now())
    return told


def event_for(message: Message) -> Event | None:
    """Return what a message's announcement says to its recipient, if they follow it still."""
    announcement, subscription = message.announcement, message.subscription
    if announcement is None or subscription is None or subscription.confirmed_at is None:
        return None
    return describe(announcement, message.language, person_of(subscription.follower))


def describe(announcement: Announcement, language: str, person: Person) -> Event | None:
    """Return what happened, for `person` in `language`; None when they may not read it."""
    registered = _events.get(announcement.kind)
    if registered is None:
        return None
    with translation.override(language):
        return registered(announcement.context, language, person)


def person_of(follower: Follower) -> Person:
    """Return who a follower is, for the rules of what they may read."""
    from django.contrib.auth.models import AnonymousUser

    return follower.user or AnonymousUser()


def recipient_of(follower: Follower) -> Recipient:
    """Return where to write to a follower, in the language that they chose."""
    if follower.user:
        return Recipient.of(follower.user, follower.language)
    return Recipient(follower.email, follower.language)


def mark_of(email: str) -> str:
    """Return what stands for an address in a key: the same for the same, and never readable."""
    secret = f"{settings.SECRET_KEY} {email.lower()}"
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _tell(announcement: Announcement, subscription: Subscription) -> bool:
    recipient = recipient_of(subscription.follower)
    return queue(
        recipient,
        announcement.kind,
        {},
        f"{announcement.key}:{mark_of(recipient.email)}",
        priority=TO_MANY,
        announcement=announcement,
        subscription=subscription,
        stop_path=stop_path_of(subscription.code),
    )


def stop_path_of(code: str, what: str = "") -> str:
    """Return the path at which one click ends a subscription (or a follower's digest, `what`)."""
    name, written = ("stop-digest", [what]) if what else ("stop", [])
    in_groups = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
    return reverse(name, args=[in_groups, *written])
