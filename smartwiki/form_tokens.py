"""The CSRF token of a form, as Django makes it and at a tenth of the work.

Django draws each of the 64 letters with `secrets.choice`, which was a third of all that a page kept
for members takes. The letters are as random here, and are drawn at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH

LETTERS = len(CSRF_ALLOWED_CHARS)
PLACES = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}
FAIR = 256 - 256 % LETTERS  # of a byte's values those from which every letter is as likely


def token_of(request: HttpRequest) -> str:
    """Return the token of the person who asks, the same in all forms of a page.

    As Django's `get_token`: the secret of the cookie, or a new one, which
    `CsrfViewMiddleware` then sends; and hidden behind a mask, so that no two pages show the
    same letters to somebody who measures how well they compress.
    """
    if not hasattr(request, "form_token"):
        secret = request.META.get("CSRF_COOKIE") or "".join(letters())
        request.META.update(CSRF_COOKIE=secret, CSRF_COOKIE_NEEDS_UPDATE=True)
        request.form_token = _hidden(secret)  # type: ignore[attr-defined]
    return request.form_token  # type: ignore[attr-defined, no-any-return]


def _hidden(secret: str) -> str:
    mask = list(letters())
    shifted = (
        CSRF_ALLOWED_CHARS[(PLACES[letter] + PLACES[by]) % LETTERS]
        for letter, by in zip(secret, mask, strict=True)
    )
    return "".join([*mask, *shifted])


def letters() -> Iterator[str]:
    """Draw as many letters as a secret has."""
    drawn = 0
    while drawn < CSRF_SECRET_LENGTH:
        for byte in secrets.token_bytes(CSRF_SECRET_LENGTH):
            if byte < FAIR and drawn < CSRF_SECRET_LENGTH:
                drawn += 1
                yield CSRF_ALLOWED_CHARS[byte % LETTERS]
