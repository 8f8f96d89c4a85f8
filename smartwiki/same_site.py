"""Forms on pages kept for visitors, which can hold no CSRF token: only this site may send them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")


def from_this_site(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view take a POST without a token when the browser says that our own page sent it.

    Only for views that do nothing in the name of the person who is signed in. See
    docs/decisions/0007-feedback-without-cookies.md.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not was_sent_by_us(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], csrf_exempt(wrapped))


def was_sent_by_us(request: HttpRequest) -> bool:
    """Say whether a page of this site sent the request.

    Browsers tell in `Sec-Fetch-Site` (Fetch Metadata, W3C), older ones in `Origin`, the oldest
    in `Referer`; what tells nothing is refused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        parts = urlsplit(sender)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())
