"""What is to be sent and to whom: these rows are the truth, the tasks only do the work."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from smartwiki.languages import language_choices

GRACE = timedelta(minutes=1)  # a task is written in the same transaction: later, one is missing
CODE_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # none that look alike in print
CODE_LENGTH = 12  # 58 bits: nobody guesses one of a million


def new_code() -> str:
    """Return a secret that can be typed from paper."""
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))


class Follower(models.Model):
    """Somebody who is told of things: a person with an account, or an e-mail address."""

    class Digest(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        NEVER = "never", _("never")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="follower"
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language of mails"), max_length=10, choices=language_choices)
    work = models.CharField(
        _("what waits for me"), max_length=10, choices=Digest.choices, default=Digest.DAILY
    )
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    told_work_at = models.DateTimeField(null=True, editable=False)
    told_daily_at = models.DateTimeField(null=True, editable=False)
    told_weekly_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | (Q(user=None) & ~Q(email="")),
                name="follower_is_person_or_address",
            ),
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="follower_email_once"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="follower_email_lower"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"  # never the address: this may end up in a log

    def told_at(self, what: str) -> datetime | None:
        """Return when the last digest of this sort ("work", "daily", "weekly") was queued."""
        moment: datetime | None = getattr(self, f"told_{what}_at")
        return moment

    def note_told(self, what: str, now: datetime) -> None:
        setattr(self, f"told_{what}_at", now)
        self.save(update_fields=[f"told_{what}_at"])


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Who follows what."""

    def confirmed(self) -> Self:
        """Keep what is in force: members' at once, visitors' once they confirmed."""
        active = Q(follower__user=None) | Q(follower__user__is_active=True)
        return self.filter(active, confirmed_at__isnull=False)


class Subscription(models.Model):
    """One thing that a follower wants to hear of, and how often."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="subscriptions")
    topic = models.CharField(_("topic"), max_length=60)
    rhythm = models.CharField(
        _("how often"), max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE
    )
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["follower", "topic"], name="subscription_once"),
            models.CheckConstraint(
                condition=Q(rhythm__in=["at_once", "daily", "weekly"]),
                name="subscription_rhythm_known",
            ),
        ]
        indexes = [models.Index(fields=["topic", "rhythm"])]

    def __str__(self) -> str:
        return f"#{self.follower_id}: {self.topic}"


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """What happened."""

    def forgotten(self) -> Self:
        """Keep what was not told to the followers, and which no task will tell."""
        ready = DBTaskResult.objects.filter(id=OuterRef("task_id"), status=TaskResultStatus.READY)
        old = timezone.now() - GRACE
        return self.filter(~Exists(ready), told_at=None, created_at__lt=old).order_by("pk")


class Announcement(models.Model):
    """Something that happened to what can be followed; `context` names it, with numbers only."""

    key = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=50)
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    task_id = models.UUIDField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [
            models.Index(fields=["created_at"]),
            models.Index(
                fields=["told_at"], condition=Q(told_at=None), name="announcement_to_be_told"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class AnnouncedTopic(models.Model):
    """A topic whose followers hear of an announcement."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["announcement", "topic"], name="announced_topic_once")
        ]
        indexes = [models.Index(fields=["topic"])]

    def __str__(self) -> str:
        return self.topic


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages, by what is to be done with them."""

    def due(self) -> Self:
        return self.filter(state=Message.State.WAITING, next_try_at__lte=timezone.now())

    def forgotten(self) -> Self:
        """Keep what should have been tried by now, and which no task will try."""
        ready = DBTaskResult.objects.filter(id=OuterRef("task_id"), status=TaskResultStatus.READY)
        old = timezone.now() - GRACE
        return self.due().filter(~Exists(ready), next_try_at__lt=old).order_by("next_try_at")

    def abandoned(self, lease: timedelta) -> Self:
        """Keep what a worker began to send longer ago than sending can take."""
        return self.filter(state=Message.State.SENDING, claimed_at__lt=timezone.now() - lease)

    def needing_somebody(self) -> Self:
        """Keep what will not be sent, or may not have been, unless a person decides."""
        return self.filter(state__in=[Message.State.FAILED, Message.State.UNSURE])


class Message(models.Model):
    """One message to one recipient, and what became of it.

    waiting → (sending) → sent; refused for good: failed; begun by a worker that was killed before
    it could note the answer: unsure, and never sent again by itself; no longer wanted or allowed
    when it was to be sent: dropped.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNSURE = "unsure", _("perhaps sent")
        DROPPED = "dropped", _("no longer to be sent")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=50)
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    reply_to = models.EmailField(blank=True)
    context = models.JSONField(default=dict)
    announcement = models.ForeignKey(Announcement, models.CASCADE, null=True, related_name="+")
    subscription = models.ForeignKey(Subscription, models.SET_NULL, null=True, related_name="+")
    stop_path = models.CharField(max_length=100, blank=True)
    priority = models.SmallIntegerField(default=0)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    task_id = models.UUIDField(null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("queued"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "sending", "sent", "failed", "unsure", "dropped"]
                ),
                name="message_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="message_sent_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"  # never the address: this may end up in a log

    def move(self, state: State, *, expected: tuple[State, ...], **fields: object) -> bool:
        """Change the state if it is still one of those expected; say whether it was.

        One statement, so that of two processes only one succeeds.
        """
        mine = Message.objects.filter(pk=self.pk, state__in=expected)
        if self.claim and state != self.State.SENDING:
            mine = mine.filter(claim=self.claim)
        moved = mine.update(state=state, **fields)
        return bool(moved)
