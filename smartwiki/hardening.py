"""What every response says to browsers, and what is refused before a view or a form sees it.

`LanguageMiddleware` calls this, so that no page passes through one more middleware.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# Nothing here needs a device; who embeds nothing needs no allowance for others.
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
LARGEST_REQUEST = 25_000_000  # bytes: a file (smartwiki.files) and its form
SENT_A_MINUTE = 120  # forms of one person; nobody types faster
SENT_BY_VISITORS = 60  # forms a minute from one address, which an office may share
BEACONS = {"reading", "search-seen"}  # sent by pages, not people; each has a limit of its own


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Refuse what is too large to be read at all, and what comes too often; None: go on.

    To be asked once the person is known, and before anything reads what was sent.
    """
    from smartwiki.views import too_large, too_many_requests

    if request.method in SAFE_METHODS:
        return None
    if _announced_size(request) > LARGEST_REQUEST:
        return too_large(request)
    if request.resolver_match is None or request.resolver_match.url_name in BEACONS:
        return None
    is_known = request.user.is_authenticated
    wait = _wait_of_person(request) if is_known else _wait_of_visitor(request)
    return too_many_requests(request, wait) if wait else None


def add_headers(response: HttpResponseBase) -> None:
    """Add what Django and django-csp do not know."""
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", PERMISSIONS)


def add_headers_to_file(headers: Any, path: str, url: str) -> None:
    """The same for a static file, once, when the process starts."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _announced_size(request: HttpRequest) -> int:
    """The size of the body in bytes; without one, or with nonsense, Django reads nothing."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def _wait_of_visitor(request: HttpRequest) -> int:
    from smartwiki.spam import client_address, seconds_to_wait

    return seconds_to_wait(client_address(request), "form", limit=SENT_BY_VISITORS, seconds=60)


def _wait_of_person(request: HttpRequest) -> int:
    """Count by the minute of the clock, which takes the shared cache the least work."""
    minute, second = divmod(int(time.time()), 60)
    key = f"sent:{request.user.pk}:{minute}"
    number = 1
    if not cache.add(key, number, 60):
        with suppress(ValueError):  # it ended just now
            number = cache.incr(key)
    return 60 - second if number > SENT_A_MINUTE else 0
