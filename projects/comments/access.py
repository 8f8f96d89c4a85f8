"""Who may moderate, and who may answer officially."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from projects.models import Project
from smartwiki.accounts.models import Grant, User
from smartwiki.accounts.policy import can

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


def may_moderate(person: Person) -> TypeGuard[User]:
    """Say whether `person` decides what is published, on every project."""
    return person.is_authenticated and person.has_role(Grant.Role.MODERATOR)


def may_answer_officially(person: Person, project: Project) -> TypeGuard[User]:
    """Say whether `person` speaks for a project: its leads, and moderators."""
    if not person.is_authenticated:
        return False
    return may_moderate(person) or project.may_be_edited_by(person)


def moderator(request: HttpRequest) -> User:
    """Return the moderator who asks; raises PermissionDenied for anybody else."""
    if not can(request.user, "comment.moderate"):
        raise PermissionDenied
    return cast(User, request.user)
