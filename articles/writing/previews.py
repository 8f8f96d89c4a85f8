"""A text as readers will see it, before anybody does."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.writing.forms import MAX_TEXT
from smartwiki.markdown import render, resolve, targets_of

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


def preview(text: str, language: str, person: Person) -> SafeString:
    """Return safe HTML, made as the published page makes it."""
    rendered = render(text, language=language)
    return resolve(rendered.html, targets_of(rendered.references, language, person))


def preview_answer(text: str, language: str, person: Person) -> HttpResponse:
    """Answer the editor's script: safe HTML, or a sentence when there is too much to show."""
    if len(text) > MAX_TEXT:
        message = _("The text is too long for a preview.")
        return HttpResponse(message, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return HttpResponse(preview(text.replace("\0", ""), language, person))
