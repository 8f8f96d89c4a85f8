"""What the editor's script asks while a person writes; all answers are JSON or a bit of HTML."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import access
from articles.models import Translation, Writing, validate_slug
from articles.navigation import group_by_guide, link_to
from articles.slugs import slug_from
from articles.writing import drafts
from articles.writing.previews import preview_answer
from smartwiki.accounts.policy import can
from smartwiki.languages import own_name

FOUND = 12  # guides in the list from which a link is chosen


@require_POST
def keep_draft(request: HttpRequest) -> JsonResponse:
    """Keep what somebody has typed so far, note that they are there, and say who else is."""
    person = access.writer(request)
    guide, language = access.named_text(request)
    base = drafts.base_in(request)
    if "text" in request.POST:
        drafts.keep(person, guide, language, request.POST, base)
    if guide is None:
        return JsonResponse({"others": []})
    drafts.note_presence(person, guide, language)
    translation = guide.translations.filter(language=language).first()
    present = translation.present() if translation else None
    return JsonResponse(
        {
            "others": Writing.names_of_others(guide, language, person),
            "newer": bool(present and present != base),
        }
    )


@require_POST
def show_preview(request: HttpRequest) -> HttpResponse:
    """Return a text as readers would see it: safe HTML."""
    _guide, language = access.named_text(request)
    return preview_answer(request.POST.get("text", ""), language, request.user)


@never_cache
@require_safe
def find_guides(request: HttpRequest) -> JsonResponse:
    """Find guides to link to, by words of their title, in the language of the text.

    Whoever writes may ask, members who suggest too: they find what they may read.
    """
    person = access.writer(request)
    language = access.known_language(request.GET.get("language", ""))
    found = Translation.objects.listed_for(person).in_language_or_source(language)
    found = found.with_words_in_title(request.GET.get("q", ""))
    rows = found.select_related("guide").order_by("guide__depth", "title")[: 2 * FOUND]
    links = {pk: link_to(each, language) for pk, each in group_by_guide(rows).items()}
    return JsonResponse(
        {
            "guides": [
                {
                    "number": pk,
                    "title": link.title,
                    "language": own_name(link.language) if link.language else "",
                    "summary": link.summary,
                }
                for pk, link in list(links.items())[:FOUND]
            ]
        }
    )


@never_cache
@require_safe
def check_slug(request: HttpRequest) -> JsonResponse:
    """Say whether an address is well formed; without one, make it from `title`."""
    _refuse_readers(request)
    slug = request.GET.get("slug", "") or slug_from(request.GET.get("title", "")[:300])
    try:
        validate_slug(slug)
    except ValidationError as error:
        return JsonResponse({"slug": slug, "problem": " ".join(error.messages) if slug else ""})
    parent, guide = _number(request, "parent"), _number(request, "guide")
    taken = Translation.objects.filter(slug=slug, guide__parent=parent).exclude(guide=guide)
    other = taken.first()
    problem = (
        _("The guide “{title}” already has this address here.").format(title=other.title)
        if other
        else ""
    )
    return JsonResponse({"slug": slug, "problem": problem})


def _refuse_readers(request: HttpRequest) -> None:
    if not can(request.user, "guide.desk"):
        raise PermissionDenied


def _number(request: HttpRequest, name: str) -> int | None:
    number = request.GET.get(name, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
