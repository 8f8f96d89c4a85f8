"""Who asks: each with its permission, so that no view forgets it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can

View = Callable[..., HttpResponseBase]


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


def asks_again(view: View) -> View:
    """Have administrators alone send a form, and those again give their password or code first.

    Not when they did so in the last minutes. What was sent is done once they have given it.
    """
    lately = reauthentication_required(enabled=lambda request: request.method == "POST")(view)

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        administrator(request)
        answer: HttpResponseBase = lately(request, *arguments, **named)
        return answer

    return guarded


def asks_first(view: View) -> View:
    """The same before a form is even shown: what is typed in it is a password, so none is kept."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        administrator(request)
        try:
            reauthentication_required(lambda _request: None)(request)
        except ReauthenticationRequired:
            back = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_reauthenticate')}?{back}")
        return view(request, *arguments, **named)

    return guarded
