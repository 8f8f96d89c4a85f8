"""The history of a text: every revision, what changed between two, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import access, publishing
from articles.models import RevisionInfo, Translation
from articles.navigation import guide_url
from articles.writing.differences import (
    Block,
    differences,
    rendered_paragraphs,
    source_paragraphs,
    without_what_is_same,
)
from articles.writing.previews import preview
from smartwiki.accounts.policy import can
from smartwiki.languages import own_name

ON_A_PAGE = 50
SOURCE = "source"


@never_cache
@require_safe
def history(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """List the revisions of a text, the newest first."""
    translation = access.translation_for_writer(request, pk, language)
    revisions = (
        RevisionInfo.objects.readable_by(request.user)
        .filter(revision__article=translation.article_id)
        .select_related("revision__user", "revision__previous_revision", "reviewer")
        .defer(
            *("html", "toc", "references", "revision__content"),
            "revision__previous_revision__content",
        )
        .order_by("-revision__revision_number")
    )
    page = Paginator(revisions, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "articles/history.html", _context(request, translation, page=page))


@never_cache
@require_safe
def revision(request: HttpRequest, pk: int, language: str, number: int) -> HttpResponse:
    """Show one revision as it was."""
    translation = access.translation_for_writer(request, pk, language)
    info = access.revision_of(request, translation, number)
    context = _context(
        request,
        translation,
        info=info,
        html=preview(info.revision.content, language, request.user),
        is_present=info == translation.published,
    )
    return render(request, "articles/revision.html", context)


@never_cache
@require_safe
def compare(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show what differs between revisions `from` and `to`, as readers see it or `as=source`."""
    translation = access.translation_for_writer(request, pk, language)
    newer = access.revision_of(request, translation, request.GET.get("to"))
    older = access.revision_of(request, translation, request.GET.get("from"))
    if older.revision.revision_number > newer.revision.revision_number:
        older, newer = newer, older
    as_source = request.GET.get("as") == SOURCE
    blocks = _differences(older, newer, as_source=as_source)
    context = _context(
        request,
        translation,
        older=older,
        newer=newer,
        as_source=as_source,
        facts=_changed_facts(older, newer),
        blocks=without_what_is_same(blocks),
        is_same=all(block.kind == "same" for block in blocks),
    )
    return render(request, "articles/compare.html", context)


@require_POST
def revert(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Publish an earlier text again, as a new revision."""
    translation = access.translation_for_publisher(request, pk, language)
    info = access.revision_of(request, translation, request.POST.get("number"))
    base = request.POST.get("base", "")
    change = publishing.Change(
        author=access.writer(request),
        message=_("Back to the text of revision {number}").format(
            number=info.revision.revision_number
        ),
        based_on=info.based_on,
    )
    try:
        with transaction.atomic():
            saved = publishing.revert(
                translation, info, change, base=access.revision_of(request, translation, base)
            )
    except publishing.StaleBaseError:
        messages.error(
            request,
            _("Somebody published a newer text meanwhile. Nothing was changed: look again."),
        )
        return redirect("writing:history", pk, language)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("writing:history", pk, language)
    if saved.changed:
        messages.success(request, _("The earlier text is published again."))
    else:
        messages.info(request, _("This is the published text already."))
    return redirect(guide_url(language, translation.path))


def _differences(older: RevisionInfo, newer: RevisionInfo, *, as_source: bool) -> list[Block]:
    if as_source:
        old, new = older.revision.content, newer.revision.content
        return differences(source_paragraphs(old), source_paragraphs(new))
    return differences(rendered_paragraphs(older.html), rendered_paragraphs(newer.html))


def _changed_facts(older: RevisionInfo, newer: RevisionInfo) -> list[tuple[str, list[Block]]]:
    """Title and summary, where they changed."""
    pairs = [
        (_("Title"), older.revision.title, newer.revision.title),
        (_("Summary"), older.summary, newer.summary),
    ]
    return [
        (name, differences([old] if old else [], [new] if new else []))
        for name, old, new in pairs
        if old != new
    ]


def _context(request: HttpRequest, translation: Translation, **more: Any) -> dict[str, Any]:
    language = translation.language
    return {
        "guide": translation.guide,
        "translation": translation,
        "language": language,
        "language_name": own_name(language),
        "guide_url": guide_url(language, translation.path),
        "may_publish": can(request.user, "guide.publish", (translation.guide, language)),
        "base_number": translation.published.revision.revision_number
        if translation.published
        else None,
        **more,
    }
