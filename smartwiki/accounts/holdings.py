"""What is kept about people who have an account."""

from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartwiki.privacy import Held, Holding, Retention
from smartwiki.privacy.registry import Subject


def sessions_of(subject: Subject) -> Q:
    """Return how to find the sessions in which a person is signed in."""
    own = UserSession.objects.filter(user=subject.person)
    return Q(session_key__in=own.values("session_key"))


ACCOUNT = Holding(
    name="account",
    title=_("Your account"),
    kept=_(
        "Your e-mail address, your name, your language, your roles here, and when you signed in "
        "last. Of your password only a fingerprint is kept, from which nobody can read it; of a "
        "second factor only what is needed to check it."
    ),
    erased=_("It is deleted."),
    tables=(
        Held(
            "accounts.User",
            addresses=("email",),
            where=lambda subject: Q(pk=subject.person.pk),
            shows=("email", "name", "language", "date_joined", "last_login", "is_staff"),
            called=_("Your particulars"),
        ),
        Held("account.EmailAddress", ("user",), ("email",), ("email", "verified")),
        Held(
            "mfa.Authenticator",
            ("user",),
            shows=("type", "created_at", "last_used_at"),
            called=_("Second steps and passkeys"),
        ),
        Held(
            "socialaccount.SocialAccount",
            ("user",),
            shows=("provider", "uid", "extra_data", "last_login"),
            covers=("extra_data",),
            called=_("Signing in through another service"),
        ),
        Held("accounts.Grant", ("user",), shows=("role", "language", "granted_at")),
        Held(
            "accounts.Grant",
            ("granted_by",),
            shows=("role", "granted_at"),
            becomes={},
            called=_("Roles that you gave"),
        ),
        Held("accounts.Invitation", (), ("email",), ("email", "role", "invited_at")),
        Held(
            "accounts.Invitation",
            ("invited_by",),
            shows=("role", "invited_at"),
            becomes={},
            called=_("Invitations that you sent"),
        ),
        Held(
            "accounts.User_groups",
            ("user",),
            shows=("group__name",),
            called=_("Groups in the administration"),
        ),
        Held(
            "accounts.User_user_permissions",
            ("user",),
            shows=("permission__name",),
            called=_("Permissions in the administration"),
        ),
        Held(
            "admin.LogEntry",
            ("user",),
            shows=("action_time", "object_repr"),
            called=_("What you changed in the administration"),
        ),
    ),
    retention=(
        Retention(
            _("Invitations to make an account"),
            "INVITATIONS_KEPT_DAYS",
            "accounts.Invitation",
            lambda before: Q(invited_at__lt=before),
        ),
    ),
)
SESSIONS = Holding(
    name="sessions",
    title=_("Where you are signed in"),
    kept=_(
        "For each browser in which you are signed in: since when, what the browser calls itself, "
        "and the network address. You see them in your account, so that you notice a stranger."
    ),
    erased=_("You are signed out everywhere, and this is deleted."),
    tables=(
        Held(
            "sessions.Session",
            where=sessions_of,
            shows=("expire_date",),
            called=_("How long you stay signed in"),
        ),
        Held(
            "usersessions.UserSession",
            ("user",),
            shows=("created_at", "last_seen_at", "ip", "user_agent"),
            covers=("ip",),
            called=_("Browsers and devices"),
        ),
    ),
    retention=(
        Retention(
            _("After you were last seen there"),
            "SESSIONS_KEPT_DAYS",
            "usersessions.UserSession",
            lambda before: Q(last_seen_at__lt=before),
        ),
        Retention(
            _("Sessions that have expired, at the latest after"),
            "SESSIONS_KEPT_DAYS",
            "sessions.Session",
            lambda before: Q(expire_date__lt=before),
        ),
    ),
)
