"""Whole pages, kept for members: the same for all who have no role, but for what is personal.

Nothing of anybody is in what is kept: it is made for `any_member`, and names, tokens, messages and
choices are filled in for each answer (`smartwiki.personal`). It never leaves this process's memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from cachetools import LRUCache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from smartwiki.models import ContentVersion
from smartwiki.personal import Pieces, any_member, fill, leave_holes, pieces_of

HTML = "text/html; charset=utf-8"
PAGES_KEPT = 1000  # in each process; about 30 KB a page


@dataclass(frozen=True, slots=True)
class _Page:
    version: int
    until: datetime | None
    pieces: Pieces


_pages: LRUCache[tuple[str, str], _Page] = LRUCache(PAGES_KEPT)
_lock = Lock()


def is_for_any_member(request: HttpRequest) -> bool:
    """Say whether the page asked for is the same for every member without a role."""
    person = request.user
    return (
        request.method in ("GET", "HEAD")
        and not request.META["QUERY_STRING"]
        and person.is_authenticated
        and not person.is_team
        and not person.is_staff
        and not person.lacks_second_factor
    )


def answer_member(
    request: HttpRequest, make: Callable[[], HttpResponse], until: Callable[..., datetime | None]
) -> HttpResponse:
    """Answer with a kept page, or with a new one, which is kept when it is a page.

    `make` calls the view; `until` tells how long its response is true.
    """
    key = (request.scheme or "", request.path)
    version = ContentVersion.current()  # before the page is made: a later change is not in it
    page = _pages.get(key)
    if page is None or page.version != version or (page.until and page.until <= timezone.now()):
        person, holes = request.user, leave_holes(request)
        request.user = any_member()
        try:
            response = make()
        finally:
            request.user = person
            del request.holes  # type: ignore[attr-defined]
        if response.status_code != 200 or response.headers["Content-Type"] != HTML:
            return response
        page = _Page(version, until(response), pieces_of(response.text, holes))
        with _lock:
            _pages[key] = page
    return HttpResponse(fill(page.pieces, request))
