"""The same page in other languages: for the language menu and for search engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import translation

from smartwiki.languages import language_codes, own_name
from smartwiki.middleware import REMEMBER


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """An entry of the language menu; `exists` is False where another language is shown."""

    code: str
    name: str
    url: str
    is_current: bool
    exists: bool


@dataclass(frozen=True, slots=True)
class Alternate:
    """The full address of the same page, for `<link rel="alternate">`."""

    hreflang: str
    url: str


@cache
def address_in(language: str, name: str) -> str:
    """Return the path of the page called `name` (a URL name without arguments) in `language`."""
    with translation.override(language):
        return reverse(name)


def full_url(path: str) -> str:
    """Return the public address of a path of this site."""
    return settings.SITE_URL.rstrip("/") + path


def languages_context(
    language: str,
    paths: Mapping[str, str],
    *,
    missing: Mapping[str, str] | None = None,
    default: str = "",
) -> dict[str, Any]:
    """Return the template context of a page that exists at `paths` (by language).

    `missing`: where readers of a language without the page are led. `default`: the language for
    readers of none of them (x-default). A page in a missing language keeps out of search engines.
    """
    places = {**(missing or {}), **paths}
    alternates = [Alternate(code, full_url(path)) for code, path in paths.items()]
    if default in paths:
        alternates.append(Alternate("x-default", full_url(paths[default])))
    return {
        "page_languages": [
            PageLanguage(
                code, own_name(code), f"{places[code]}?{REMEMBER}", code == language, code in paths
            )
            for code in language_codes()
            if code in places
        ],
        "alternates": alternates,
        "canonical_url": full_url(places[language if language in paths else default])
        if default or language in paths
        else "",
        "noindex": language not in paths,
    }


def same_page_context(request: HttpRequest) -> dict[str, Any]:
    """Return `languages_context` for a page that exists in every language at its own address."""
    if request.resolver_match is None:
        return error_context()
    language = translation.get_language()
    paths = {code: translate_url(request.path, code) for code in language_codes()}
    return languages_context(language, paths, default=settings.LANGUAGE_CODE)


def error_context() -> dict[str, Any]:
    """Return `languages_context` for a page that is not there: its menu leads to the homes."""
    homes = {code: address_in(code, "home") for code in language_codes()}
    context = languages_context(translation.get_language(), homes)
    return context | {"alternates": [], "canonical_url": "", "noindex": True}
