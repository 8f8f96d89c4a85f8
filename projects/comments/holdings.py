"""What is kept of people who comment, and of those who moderate."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.comments.models import State
from smartwiki.privacy import Held, Holding, Retention

REFUSED = [State.REJECTED, State.SPAM, State.WITHDRAWN]

COMMENTS = Holding(
    name="comments",
    title=_("Your comments"),
    kept=_(
        "Your comment, your name and its language; without an account also your e-mail address, "
        "which nobody sees, and a fingerprint of your network address against abuse. What you "
        "report, and what moderators decide, with the time."
    ),
    erased=_("Your comments stay without your name, and so do the answers to them."),
    tables=(
        Held(
            "projects.Report",
            ("author",),
            shows=("reason", "text", "created_at"),
            becomes={"sender": ""},
            covers=("sender",),
            called=_("What you reported"),
        ),
        Held(
            "projects.Transition",
            ("by",),
            shows=("after", "reason", "at"),
            becomes={},
            called=_("What you decided about comments"),
        ),
        Held(
            "projects.Comment",
            ("held_by",),
            shows=("held_until",),
            becomes={},
            called=_("Comments that you are reading as a moderator"),
        ),
        Held(
            "projects.Comment",
            ("author",),
            ("email",),
            shows=("project__title", "name", "email", "language", "body", "state", "created_at"),
            becomes={"name": "", "email": "", "sender": ""},
            covers=("sender",),
        ),
    ),
    retention=(
        Retention(
            _("Comments whose address nobody confirmed"),
            "UNCONFIRMED_KEPT_DAYS",
            "projects.Comment",
            lambda before: Q(state=State.UNCONFIRMED, created_at__lt=before),
        ),
        Retention(
            _("Addresses of comments that are not published"),
            "REFUSED_KEPT_DAYS",
            "projects.Comment",
            lambda before: Q(state__in=REFUSED, created_at__lt=before) & ~Q(email=""),
            becomes={"email": ""},
        ),
        Retention(
            _("Fingerprints of network addresses, of comments"),
            "FINGERPRINTS_KEPT_DAYS",
            "projects.Comment",
            lambda before: Q(created_at__lt=before) & ~Q(sender=""),
            becomes={"sender": ""},
        ),
        Retention(
            _("Fingerprints of network addresses, of reports"),
            "FINGERPRINTS_KEPT_DAYS",
            "projects.Report",
            lambda before: Q(created_at__lt=before) & ~Q(sender=""),
            becomes={"sender": ""},
        ),
    ),
    not_personal=("projects.Transition.actor",),  # in which role, not who
)
