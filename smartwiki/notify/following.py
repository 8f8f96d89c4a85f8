"""Following: who wants to hear of what, and how they begin and end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartwiki.notify.models import Follower, Subscription
from smartwiki.notify.queueing import Recipient, queue

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person

Rhythm = Subscription.Rhythm
SALT = "smartwiki.notify.following"
CONFIRM_WITHIN = timedelta(days=7)
MOST_UNCONFIRMED = 5  # of one address: nobody can be flooded with questions
MOST_FOLLOWED = 500  # of one follower


@dataclass(frozen=True, slots=True)
class Card:
    """Something that can be followed, for one person in one language.

    `url`: its path. `language`: of the title where that is not the reader's. `wider`: topics that
    contain it, such as the whole part of a guide.
    """

    title: str
    url: str
    language: str = ""
    wider: tuple[str, ...] = ()


class Find(Protocol):
    def __call__(self, number: int | None, language: str, person: Person) -> Card | None:
        """Return what has this number (None: the kind has no numbers) if `person` may read it."""
        ...


_followables: dict[str, Find] = {}


def register_followable(kind: str, find: Find) -> None:
    """Let the topics "<kind>:<number>" (or "<kind>" alone) be followed."""
    _followables[kind] = find


def card_of(topic: str, language: str, person: Person) -> Card | None:
    """Return what a topic is, for `person`; None when there is nothing that they may read."""
    kind, colon, number = topic.partition(":")
    find = _followables.get(kind)
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    if find is None or (colon and not is_number):
        return None
    with translation.override(language):
        return find(int(number) if colon else None, language, person)


def subscriptions_of(user: User) -> QuerySet[Subscription]:
    """Return what a person with an account follows."""
    return Subscription.objects.filter(follower__user=user).order_by("pk")


@transaction.atomic
def follow(user: User, topic: str, rhythm: str = Rhythm.AT_ONCE) -> Subscription:
    """Let a person with an account follow a topic; twice is the same as once.

    Raises ValidationError for somebody who follows very many.
    """
    follower = follower_of(user)
    _refuse_too_many(follower)
    subscription, _is_new = Subscription.objects.get_or_create(
        follower=follower,
        topic=topic,
        defaults={"rhythm": rhythm, "confirmed_at": timezone.now()},
    )
    return subscription


def unfollow(user: User, topic: str) -> bool:
    """End it; return False when it had ended before."""
    return bool(subscriptions_of(user).filter(topic=topic).delete()[0])


def follower_of(user: User) -> Follower:
    """Return a person as a follower, made when it is needed first (never while reading)."""
    return Follower.objects.get_or_create(user=user, defaults={"language": user.language})[0]


@transaction.atomic
def ask_to_follow(email: str, topic: str, rhythm: str, language: str) -> None:
    """Note that somebody without an account wants to follow, and ask the address whether it is so.

    Nothing that is in force changes before the answer. Raises ValidationError when too many
    questions wait for an answer of this address.
    """
    follower, _is_new = Follower.objects.get_or_create(
        email=email.lower(), defaults={"language": language}
    )
    _refuse_too_many(follower)
    recent = timezone.now() - timedelta(days=1)
    asked = follower.subscriptions.filter(confirmed_at=None, created_at__gte=recent)
    if asked.exclude(topic=topic).count() >= MOST_UNCONFIRMED:
        raise ValidationError(
            _("Several mails to this address wait for an answer. Please look there first."),
            code="too_many",
        )
    subscription, _is_new = Subscription.objects.get_or_create(
        follower=follower, topic=topic, defaults={"rhythm": rhythm}
    )
    _ask(subscription, rhythm, language)


def confirm(token: str) -> Subscription:
    """Let the address that a token was sent to follow; twice is the same as once.

    Raises signing.BadSignature for a token that is not ours or too old, and
    Subscription.DoesNotExist when it was ended meanwhile.
    """
    subscription, asked = asked_for(token)
    with transaction.atomic():
        subscription.rhythm = asked["rhythm"]
        subscription.confirmed_at = subscription.confirmed_at or timezone.now()
        subscription.save(update_fields=["rhythm", "confirmed_at"])
        Follower.objects.filter(pk=subscription.follower_id).update(language=asked["language"])
    return subscription


def asked_for(token: str) -> tuple[Subscription, Mapping[str, Any]]:
    """Return what a token asks to confirm; raises as `confirm` does."""
    asked = signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
    found = Subscription.objects.select_related("follower__user")
    return found.get(pk=asked["number"], code=asked["code"]), asked


def _ask(subscription: Subscription, rhythm: str, language: str) -> None:
    """Ask once an hour at most, however often the button is pressed."""
    asked = {
        "number": subscription.pk,
        "code": subscription.code,
        "rhythm": rhythm,
        "language": language,
    }
    hour = timezone.now().strftime("%Y%m%d%H")
    with translation.override(language):
        url = reverse("follow:confirm", args=[signing.dumps(asked, salt=SALT)])
    queue(
        Recipient(subscription.follower.email, language),
        "follow_confirm",
        {"topic": subscription.topic, "url": url},
        f"follow-confirm:{subscription.pk}:{rhythm}:{language}:{hour}",
    )


def _refuse_too_many(follower: Follower) -> None:
    if follower.subscriptions.count() >= MOST_FOLLOWED:
        raise ValidationError(_("You follow very many pages already."), code="too_many")
