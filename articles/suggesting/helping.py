"""What the editor's script asks while a member writes a suggestion.

The same as for editors (see `articles.writing.helping`), for any text that the member may read;
but nobody learns who is writing.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import access
from articles.writing import drafts
from articles.writing.forms import MAX_TEXT
from articles.writing.previews import preview_answer


@require_POST
def keep_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a member has typed so far, and say whether the text was changed meanwhile."""
    person, translation = access.writer(request), access.translation_for_reader(request, pk)
    if len(request.POST.get("text", "")) > MAX_TEXT:  # nobody fills the database with drafts
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    base = drafts.base_in(request)
    if "text" in request.POST:
        drafts.keep(person, translation.guide, translation.language, request.POST, base)
    return JsonResponse({"others": [], "newer": translation.published != base})


@require_POST
def show_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a text as the member would see it: safe HTML."""
    person, translation = access.writer(request), access.translation_for_reader(request, pk)
    return preview_answer(request.POST.get("text", ""), translation.language, person)


@require_POST
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away what a member has not sent, because they say so."""
    person, translation = access.writer(request), access.translation_for_reader(request, pk)
    drafts.discard(person, translation.guide, translation.language)
    messages.success(request, _("Your unsaved text was thrown away."))
    return redirect("suggestions:suggest", pk)
