"""Commands speak the language of the person who gives them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

from smartwiki.languages import language_codes

P = ParamSpec("P")
R = TypeVar("R")


def operator_language() -> str:
    """Return the language of the shell (`LC_ALL`, `LC_MESSAGES`, `LANG`, as POSIX orders them).

    In a language that the site does not have, and in the plain `C` of a timer, it is English.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            code = value.split(".")[0].split("_")[0].lower()
            return code if code in language_codes() else "en"
    return str(settings.LANGUAGE_CODE)


def in_operator_language(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command's `handle` in the operator's language."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(operator_language()):
            return command(*args, **kwargs)

    return wrapped
