"""Which passwords are too easy to guess."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 72  # letters that are looked at: the time grows with their square
FEWEST_GUESSES = 10**8  # what may be tried at a sign-in that is slowed down: zxcvbn's score 3


class GuessableValidator(CommonPasswordValidator):
    """Refuse what leaked, and what is put together from that, names, dates and rows of keys.

    Of the 20,000 passwords that Django knows 187 have twelve letters. zxcvbn counts the guesses
    that somebody needs who knows the 30,000 most common ones, English words, names and the person's
    own (ASVS 2.1.7). Nothing leaves the site.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is guessed in fewer than `FEWEST_GUESSES`."""
        from zxcvbn import zxcvbn  # takes 14 MB, which a worker that nobody asks has no use for

        own = [settings.SITE_NAME, getattr(user, "email", ""), getattr(user, "name", "")]
        known = [word for text in own for word in re.split(r"\W+", str(text)) if word]
        guesses = zxcvbn(password[:LONGEST], user_inputs=known)["guesses"]
        if guesses < FEWEST_GUESSES or password.lower().strip() in self.passwords:
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        """Say what makes a password that is not refused."""
        return _(
            "This password is easy to guess. Four words that have nothing to do with each other"
            " make a better one."
        )
