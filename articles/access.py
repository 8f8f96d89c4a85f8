"""Fetching what a person wants to change: each with its permission, so that no view forgets it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from articles.models import Guide, RevisionInfo, Translation
from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can
from smartwiki.languages import language_codes


def guide_for_writer(request: HttpRequest, pk: int) -> Guide:
    """Return a guide of which the person may write a text. Raises PermissionDenied or Http404."""
    guide = get_object_or_404(
        Guide.objects.readable_by(request.user).select_related("parent", "topic"), pk=pk
    )
    if not can(request.user, "guide.propose", guide):
        raise PermissionDenied
    return guide


def guide_for_manager(request: HttpRequest, pk: int) -> Guide:
    """Return a guide that the person may move, delete and restore."""
    guide = guide_for_writer(request, pk)
    if not can(request.user, "guide.manage", guide):
        raise PermissionDenied
    return guide


def translation_for_writer(request: HttpRequest, pk: int, language: str) -> Translation:
    """Return a guide's text in `language` that the person may write, to publish or to propose."""
    guide_for_writer(request, pk)
    return get_object_or_404(
        Translation.objects.select_related("guide", "published__revision"),
        guide=pk,
        language=known_language(language),
    )


def translation_for_publisher(request: HttpRequest, pk: int, language: str) -> Translation:
    """Return a guide's text that the person may publish."""
    translation = translation_for_writer(request, pk, language)
    if not can(request.user, "guide.publish", (translation.guide, language)):
        raise PermissionDenied
    return translation


def translation_for_reader(request: HttpRequest, pk: int) -> Translation:
    """Return a text that readers see and this person may read. Raises Http404."""
    texts = Translation.objects.listed_for(request.user).select_related("guide", "published")
    return get_object_or_404(texts, pk=pk)


def translation_for_answerer(request: HttpRequest, pk: int, language: str) -> Translation:
    """Return a published text that the person may sign off: its editors and its owner may."""
    texts = Translation.objects.listed_for(request.user).select_related("guide")
    translation = get_object_or_404(texts, guide=pk, language=known_language(language))
    if not can(request.user, "guide.answer_for", (translation.guide, language)):
        raise PermissionDenied
    return translation


def suggestion_for_reviewer(request: HttpRequest, pk: int) -> RevisionInfo:
    """Return what was handed in and waits, or waited, for the person to decide about it.

    Raises Http404 where there is nothing that they know of, PermissionDenied where others decide.
    """
    handed_in = RevisionInfo.objects.exclude(state=RevisionInfo.State.PUBLISHED)
    suggestion = get_object_or_404(
        handed_in.select_related("revision__user", "revision__previous_revision", "based_on"),
        pk=pk,
    )
    if not handed_in.for_reviewer(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return suggestion


def revision_of(
    request: HttpRequest, translation: Translation, number: str | int | None
) -> RevisionInfo:
    """Return the revision of `translation` with this number (1, 2, 3…). Raises Http404."""
    if not str(number).isascii() or not str(number).isdigit() or len(str(number)) > 9:
        raise Http404
    return get_object_or_404(
        RevisionInfo.objects.readable_by(request.user).select_related("revision__user"),
        revision__article=translation.article_id,
        revision__revision_number=number,
    )


def named_text(request: HttpRequest) -> tuple[Guide | None, str]:
    """Return the guide and language that a posted form names; no guide: one that is being made.

    Raises PermissionDenied or Http404.
    """
    language = known_language(request.POST.get("language", ""))
    number = request.POST.get("guide", "")
    if number:
        known = number.isascii() and number.isdigit() and len(number) < 10
        return guide_for_writer(request, int(number) if known else 0), language
    if not can(request.user, "guide.desk"):
        raise PermissionDenied
    return None, language


def writer(request: HttpRequest) -> User:
    """Return the signed-in person. Raises PermissionDenied for a visitor."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def editor(request: HttpRequest) -> User:
    """Return the signed-in editor, of any language. Raises PermissionDenied for others."""
    if not can(request.user, "guide.desk"):
        raise PermissionDenied
    return writer(request)


def known_language(language: str) -> str:
    """Return `language` when the site has it. Raises Http404."""
    if language not in language_codes():
        raise Http404
    return language
