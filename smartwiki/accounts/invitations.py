"""Inviting somebody by mail: a signed link that works once and for some days."""

from __future__ import annotations

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartwiki.accounts import letters, roles
from smartwiki.accounts.models import Invitation, User
from smartwiki.audit import record

DAYS = 14
SALT = "smartwiki.invitation"


@transaction.atomic
def invite(invitation: Invitation, *, by: User) -> Invitation:
    """Send an invitation, in its language. Raises ValidationError where there is an account."""
    if User.objects.filter(email=invitation.email).exists():
        raise ValidationError(_("This person has an account already: give the role there."))
    Invitation.objects.waiting().filter(email=invitation.email).delete()
    invitation.invited_by = by
    invitation.save()
    record(by, "account.invited", invitation, role=invitation.role or "member")
    with translation.override(invitation.language):
        path = reverse("accounts:invitation", args=[token_of(invitation)])
        letters.send(
            "invitation", invitation.email, {"inviter": by.name, "days": DAYS, "accept_url": path}
        )
    return invitation


def token_of(invitation: Invitation) -> str:
    return signing.TimestampSigner(salt=SALT).sign_object([invitation.pk])


def find(token: str) -> Invitation | None:
    """Return the invitation that a link is for, if it still counts."""
    try:
        [pk] = signing.TimestampSigner(salt=SALT).unsign_object(token, max_age=DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.waiting().select_related("invited_by").filter(pk=pk).first()


@transaction.atomic
def accept(invitation: Invitation, *, name: str, password: str) -> User | None:
    """Make the account, its address confirmed by the link; None when it was used just before."""
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not waiting.update(accepted_at=timezone.now()):
        return None
    if User.objects.filter(email=invitation.email).exists():
        return None
    person = User.objects.create_user(
        invitation.email, password, name=name, language=invitation.language
    )
    inviter = invitation.invited_by
    if invitation.role and inviter and inviter.is_administrator:
        roles.give(person, invitation.role, invitation.role_language, by=inviter)
    return person
