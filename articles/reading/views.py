"""Reading guides."""

from __future__ import annotations

import re
from http import HTTPStatus
from itertools import takewhile

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles import navigation
from articles.desk.views import desk_context
from articles.following import topic_of
from articles.models import Translation
from articles.navigation import NavLink
from articles.reading.feedback import FeedbackForm
from articles.reading.pages import Moved, guide_page
from smartwiki.addresses import error_context
from smartwiki.home import home_sections
from smartwiki.visitor_cache import for_visitors, true_until

SUGGESTED = 5  # guides on a page that is not there
ALIKE = 4  # letters that two addresses begin with, to resemble each other
TAILS = 3  # of an address that are looked for: two short queries each
PATH = re.compile(r"[a-z0-9-]{1,100}(?:/[a-z0-9-]{1,100}){0,6}")


@require_safe
@for_visitors
def home(request: HttpRequest) -> HttpResponse:
    language = get_language()
    context = {
        "topics": navigation.topics(language, request.user),
        "verified": navigation.recently("verified_on", language, request.user),
        "changed": navigation.recently("changed_at", language, request.user),
        "sections": (sections := home_sections(language, request.user)),
    }
    response = render(request, "home.html", context)
    return true_until(response, *(section.until for section in sections))


@require_safe
@for_visitors
def tree(request: HttpRequest) -> HttpResponse:
    nodes = navigation.whole_tree(get_language(), request.user)
    return render(request, "articles/tree.html", {"nodes": nodes})


@require_safe
@for_visitors
def guide(request: HttpRequest, path: str) -> HttpResponse:
    language = get_language()
    if not PATH.fullmatch(path):
        return _tidied(path, language)
    try:
        page = guide_page(path, language, request.user)
    except Moved as moved:
        return redirect(moved.url, permanent=moved.permanent)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "follow_topic": topic_of(page.guide),
        "feedback": FeedbackForm(translation=page.translation) if not page.is_draft else None,
        **desk_context(page, request.user),
        **page.languages_context(),
    }
    return render(request, "articles/guide.html", context)


def _tidied(path: str, language: str) -> HttpResponse:
    """Lead from an address in capitals or with doubled slashes to the one that was meant."""
    meant = re.sub(r"/{2,}", "/", path.strip("/")).lower()
    if meant == path or not PATH.fullmatch(meant):
        raise Http404
    return redirect(navigation.guide_url(language, meant), permanent=True)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with guides whose address resembles the one that was asked for."""
    context = {"suggestions": _suggestions(request), "path": request.path, **error_context()}
    return render(request, "404.html", context, status=HTTPStatus.NOT_FOUND)


def _suggestions(request: HttpRequest) -> list[NavLink]:
    """Find guides whose addresses begin like the end of the one that was asked for."""
    language = get_language()
    asked = re.findall(r"[a-z0-9-]{4,100}", request.path[-200:].lower())
    if not asked or request.resolver_match is None:
        return []
    listed = Translation.objects.listed_for(request.user).in_language_or_source(language)
    alike: dict[int, tuple[int, NavLink]] = {}
    for tail in _tails(asked[-1]):
        for each in listed.select_related("guide").beside_slug(tail, SUGGESTED):
            same = _alike(each.slug, tail)
            if same >= ALIKE and same > alike.get(each.guide_id, (0, None))[0]:
                alike[each.guide_id] = same, navigation.link_to({each.language: each}, language)
    best = sorted(alike.values(), key=lambda found: -found[0])
    return [link for _same, link in best[:SUGGESTED]]


def _tails(slug: str) -> list[str]:
    """Return a slug, and what is left of it without its first words: "la-note" holds "note"."""
    words = slug.strip("-").split("-")
    tails = ["-".join(words[start:]) for start in range(len(words))]
    return [tail for tail in tails if len(tail) >= ALIKE][:TAILS]


def _alike(one: str, other: str) -> int:
    """Return how many letters both begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
