"""Who asks: each with its permission, so that no view forgets it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can


def administrator(request: HttpRequest) -> User:
    """Return the administrator who asks. Raises PermissionDenied for others."""
    if not can(request.user, "people.manage"):
        raise PermissionDenied
    return signed_in(request)


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in person. Raises PermissionDenied for a visitor."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
