"""Configuration that cannot work is refused at start-up."""

from typing import Any

import Stemmer
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_language_setup(**kwargs: Any) -> list[CheckMessage]:
    """Every language needs a stemmer for search and other languages to fall back to."""
    codes = {code for code, _name in settings.LANGUAGES}
    errors: list[CheckMessage] = []
    for code in sorted(codes):
        setup = settings.LANGUAGE_SETUP.get(code)
        if setup is None:
            errors.append(
                Error(
                    f"The language {code!r} of LANGUAGES has no entry in LANGUAGE_SETUP.",
                    hint="Give it a stemmer and a fallback.",
                    id="smartwiki.E001",
                )
            )
            continue
        if setup.stemmer not in Stemmer.algorithms():
            errors.append(
                Error(
                    f"LANGUAGE_SETUP[{code!r}] names an unknown stemmer, {setup.stemmer!r}.",
                    hint=f"Known: {', '.join(Stemmer.algorithms())}.",
                    id="smartwiki.E002",
                )
            )
        if set(setup.fallback) != codes - {code}:
            errors.append(
                Error(
                    f"The fallback of {code!r} must list every other language once.",
                    id="smartwiki.E003",
                )
            )
    return errors
