"""Giving and taking roles, and closing accounts: each with who did it, in the audit log too."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from smartwiki.accounts import sessions
from smartwiki.accounts.models import User
from smartwiki.audit import record

ADMINISTRATOR = "administrator"  # no Grant: Django's own flags, which its administration reads


@transaction.atomic
def give(person: User, role: str, language: str = "", *, by: User | None) -> None:
    """Give `role`, for one language or (empty) every one; nothing happens where it is held."""
    if role == ADMINISTRATOR:
        changed = _administer(person, True)
    else:
        _grant, changed = person.grants.get_or_create(
            role=role, language=language, defaults={"granted_by": by}
        )
    if changed:
        sessions.limit_all_of(person)
        record(by, "role.granted", person, role=role, **_where(language))


@transaction.atomic
def take(person: User, role: str, language: str = "", *, by: User | None) -> None:
    """Take `role` away. Raises ValidationError for the last administrator."""
    if role == ADMINISTRATOR:
        _keep_one(person)
        changed = _administer(person, False)
    else:
        changed = bool(person.grants.filter(role=role, language=language).delete()[0])
    if changed:
        record(by, "role.withdrawn", person, role=role, **_where(language))


@transaction.atomic
def close(person: User, *, by: User | None) -> None:
    """Let nobody sign in with an account. Raises ValidationError for the last administrator."""
    _keep_one(person)
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        record(by, "account.closed", person)


@transaction.atomic
def reopen(person: User, *, by: User | None) -> None:
    """Let somebody sign in again."""
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        record(by, "account.reopened", person)


def _administer(person: User, administers: bool) -> bool:
    changed = User.objects.filter(pk=person.pk).exclude(is_superuser=administers)
    return bool(changed.update(is_superuser=administers, is_staff=administers))


def _keep_one(person: User) -> None:
    """Refuse to leave the site without an administrator, also when two are removed at once."""
    administrators = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    left = {each.pk for each in administrators.order_by("pk")} - {person.pk}
    if person.is_superuser and not left:
        raise ValidationError(
            _("Somebody has to run the site: make another administrator first."), code="last"
        )


def _where(language: str) -> dict[str, str]:
    return {"language": language} if language else {}
