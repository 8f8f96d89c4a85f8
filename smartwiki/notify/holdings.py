"""What is kept to send mails."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartwiki.notify.models import Message
from smartwiki.privacy import Held, Holding, Retention
from smartwiki.privacy.registry import Subject

State = Message.State


def subscriptions_of(subject: Subject) -> Q:
    """Return how to find what a person follows, with an account or with an address alone."""
    return Q(follower__user=subject.person) | Q(follower__email__in=subject.addresses)


MAIL = Holding(
    name="mail",
    title=_("What you follow, and mails to you"),
    kept=_(
        "What you follow, how often you want to hear of it, and in which language; without an "
        "account also your e-mail address. Of each mail to you: to whom it goes and what it is "
        "about, so that it is sent once only."
    ),
    erased=_("It is deleted, and you get no more mails."),
    tables=(
        Held(
            "notify.Subscription",
            where=subscriptions_of,
            shows=("topic", "rhythm", "created_at", "confirmed_at"),
        ),
        Held(
            "notify.Message",
            ("user",),
            ("email", "reply_to"),
            shows=("kind", "email", "language", "state", "created_at", "sent_at"),
            called=_("Mails to you"),
        ),
        Held(
            "notify.Follower",
            ("user",),
            ("email",),
            ("email", "language", "created_at"),
            called=_("Where we write to you"),
        ),
    ),
    retention=(
        Retention(
            _("Mails, after they were queued"),
            "MAIL_KEPT_DAYS",
            "notify.Message",
            lambda before: (
                Q(created_at__lt=before)
                & ~Q(state__in=[State.WAITING, State.SENDING])
                & ~Q(email="", user=None, name="")
            ),
            becomes={
                **dict.fromkeys(("email", "name", "reply_to"), ""),
                "context": {},
                "user": None,
                "subscription": None,
            },
        ),
        Retention(
            _("Addresses that nobody confirmed"),
            "UNCONFIRMED_KEPT_DAYS",
            "notify.Follower",
            lambda before: (
                Q(user=None, created_at__lt=before) & ~Q(subscriptions__confirmed_at__isnull=False)
            ),
        ),
    ),
)
