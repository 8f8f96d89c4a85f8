"""A text as readers will see it, before anybody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from smartwiki.markdown import render, resolve, targets_of

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


def preview(text: str, language: str, person: Person) -> SafeString:
    """Return safe HTML, made as the published page makes it."""
    rendered = render(text, language=language)
    return resolve(rendered.html, targets_of(rendered.references, language, person))
