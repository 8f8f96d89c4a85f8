"""What the site must know of a language besides its name."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.utils import translation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LanguageSetup:
    """`stemmer`: the Snowball algorithm for search. `fallback`: what to show instead, in order."""

    stemmer: str
    fallback: tuple[str, ...]


def language_codes() -> list[str]:
    """Return the site's languages, the default one first in doubt."""
    return [code for code, _name in settings.LANGUAGES]


def language_choices() -> list[tuple[str, str]]:
    """Return the choices of a language field, without tying migrations to the settings."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


@cache
def own_name(language: str) -> str:
    """Return the language's name in that language itself, such as "Nederlands"."""
    with translation.override(language):
        return str(dict(settings.LANGUAGES)[language]).capitalize()


def best(by_language: Mapping[str, T], wanted: str, source: str) -> T:
    """Return what there is for a reader of `wanted`: that, the source language, or the next best.

    Raises LookupError when there is nothing at all.
    """
    for language in (wanted, source, *settings.LANGUAGE_SETUP[wanted].fallback):
        with suppress(KeyError):
            return by_language[language]
    raise LookupError(f"nothing to show in any language (wanted {wanted})")


def in_each_language(make: Callable[[], T], languages: Iterable[str]) -> dict[str, T]:
    """Call `make` once with each language active."""
    made = {}
    for language in languages:
        with translation.override(language):
            made[language] = make()
    return made
