"""Limits for what anybody may send, without keeping anybody's address."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac


def is_within_limit(request: HttpRequest, action: str, number: int, seconds: int) -> bool:
    """Count one more `action` from where the request comes; False beyond `number` in `seconds`.

    What is kept, for `seconds` and no longer, is a keyed digest of the address whose key changes
    each day: nobody can get the address back, or follow it from one day to the next.
    """
    day = timezone.localdate().isoformat()
    digest = salted_hmac(f"{action} {day}", _address_of(request), algorithm="sha256").hexdigest()
    key = f"limit:{digest}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= number
    except ValueError:  # forgotten between the two steps
        return True


def _address_of(request: HttpRequest) -> str:
    """The visitor's address; behind our own proxy it is what the proxy added last."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
