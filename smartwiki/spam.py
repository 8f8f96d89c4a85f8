"""Keeping machines out of forms that anybody may send: no third party, and no script needed."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

MINIMUM_SECONDS = 3  # nobody reads and fills in a form faster
MAXIMUM_SECONDS = 24 * 3600  # nobody leaves one open for longer
SALT = "smartwiki.spam"


class GuardedForm(forms.Form):
    """A form with a field that only machines fill in, and a signed time at which it was shown."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_at"] = signing.TimestampSigner(salt=SALT).sign("shown")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(gettext("Leave this field empty."), code="honeypot")
        return ""

    def clean_shown_at(self) -> str:
        """Refuse what came too fast or too late; what was typed stays in the form."""
        signer = signing.TimestampSigner(salt=SALT)
        value = str(self.cleaned_data["shown_at"])
        try:
            signer.unsign(value, max_age=MAXIMUM_SECONDS)
        except signing.BadSignature:
            self._show_again()
            raise ValidationError(
                gettext("This form was open for too long. Please send it once more."), code="late"
            ) from None
        try:
            signer.unsign(value, max_age=MINIMUM_SECONDS)
        except signing.SignatureExpired:
            return value
        if _is_of_the_future(value):  # the clock went back: nobody has to wait until it is there
            return value
        raise ValidationError(
            gettext("That was very fast. Please wait a few seconds and send it again."),
            code="fast",
        )

    def _show_again(self) -> None:
        """Put a new time into the form that is shown again."""
        self.data = dict(self.data.items()) | {"shown_at": self.initial["shown_at"]}


def _is_of_the_future(signed: str) -> bool:
    """Say whether a value that we signed was signed later than now."""
    moment = signing.b62_decode(signed.rsplit(":", 2)[1])
    return moment > time.time() + MINIMUM_SECONDS


def client_address(request: HttpRequest) -> str:
    """Return the address that the request came from (see `address_from`)."""
    return address_from(request.META)


def address_from(environ: Mapping[str, Any]) -> str:
    """Return the address that a request with this WSGI environment came from.

    Behind TRUSTED_PROXY_COUNT proxies, each of which adds to X-Forwarded-For, it is the entry
    that the first of them added: what comes before it can be invented by anybody.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(environ.get("REMOTE_ADDR", ""))


def is_within_limit(request: HttpRequest, what: str, *, limit: int, seconds: int) -> bool:
    """Count an attempt from this address, and say whether it is one of the first `limit`."""
    return seconds_to_wait(client_address(request), what, limit=limit, seconds=seconds) == 0


def seconds_to_wait(who: str, what: str, *, limit: int, seconds: int) -> int:
    """Count an attempt of `who`; return 0 for the first `limit`, then how many seconds to wait.

    The count is kept for `seconds` after the first attempt, in the cache that all processes share;
    of `who` (a network address, an account, an e-mail address) only a keyed hash is kept.
    """
    now = time.time()
    key = f"attempts:{what}:{keyed_hash(who)}"
    end = int(cache.get_or_set(f"{key}:until", int(now) + seconds, seconds) or 0)
    if end > now + seconds:  # the clock went back: nobody waits for longer than the limit says
        end = int(now) + seconds
        cache.set(f"{key}:until", end, seconds)
    left = max(1, math.ceil(end - now))
    count = f"{key}:{end}"
    cache.add(count, 0, left)
    try:
        attempts = cache.incr(count)
    except ValueError:  # it ended just now
        return 0
    return 0 if attempts <= limit else left


def keyed_hash(text: str) -> str:
    """Return what stands for an address where attempts are told apart; nobody reads it back."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{text}".encode()).hexdigest()[:32]


def wait_in_words(seconds: int) -> str:
    """Say how long to wait, in the reader's language."""
    if seconds < 90:
        return ngettext("{number} second", "{number} seconds", seconds).format(number=seconds)
    minutes = math.ceil(seconds / 60)
    return ngettext("{number} minute", "{number} minutes", minutes).format(number=minutes)
