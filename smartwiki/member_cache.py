"""Whole pages, kept for members: the same for all who have no role, but for what is personal.

Nothing of anybody is in what is kept: it is made for `any_member`, and names, tokens, messages and
choices are filled in for each answer (`smartwiki.personal`). It never leaves this process's memory.

The first answer passes through everything; its headers are kept with it, and `answer_early` gives
the next ones before anything else is done. See docs/decisions/0052-members-are-answered-early.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import activate, get_language

from smartwiki.accounts.early import read_early
from smartwiki.kept import Kept
from smartwiki.models import ContentVersion
from smartwiki.personal import Pieces, any_member, fill, leave_holes, pieces_of

HTML = "text/html; charset=utf-8"
PAGES_KEPT = 24  # megabytes in each process: some 800 guides
BESIDE = 4_000  # bytes: the headers of a page, its holes, and what it is found by


@dataclass(slots=True)
class _Page:
    version: int
    until: datetime | None
    language: str
    pieces: Pieces
    headers: dict[str, str] = field(default_factory=dict)  # once the first answer has all of them

    def is_true(self, version: int) -> bool:
        return self.version == version and (self.until is None or timezone.now() < self.until)

    def weight(self) -> int:
        return BESIDE + sum(len(piece) for piece in self.pieces if isinstance(piece, bytes))


_pages: Kept[tuple[str, str], _Page] = Kept(PAGES_KEPT, _Page.weight)
_csrf = CsrfViewMiddleware(lambda request: HttpResponse())  # for what it does with the cookie


def answer_early(request: HttpRequest) -> HttpResponse | None:
    """Answer a member with a kept page; None: everything else has to be done first.

    Nobody gets one whom Django would not have known as a member without a role, or for whom
    something waits to be said.
    """
    if (
        request.method not in ("GET", "HEAD")
        or request.META["QUERY_STRING"]
        or CookieStorage.cookie_name in request.COOKIES
    ):
        return None
    page = _pages.find((request.scheme or "", request.path))
    if page is None or not page.headers:
        return None
    request.get_host()  # refuses a name that is not this site's
    activate(page.language)  # of what is filled in, and of what is said when the database is away
    early = read_early(request)
    if early.member is None or not page.is_true(early.version):
        return None
    request.user = early.member
    _csrf.process_request(request)
    response = HttpResponse(fill(page.pieces, request), headers=page.headers)
    response.headers["Content-Length"] = str(len(response.content))
    _csrf.process_response(request, response)  # sets the cookie of the token
    return response


def keep_headers(response: HttpResponse) -> None:
    """Keep the headers that everything gave to the first answer with a page."""
    page: _Page | None = getattr(response, "member_page", None)
    if page is not None and response.status_code == 200:
        page.headers = dict(response.items())


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
    # Read before the page is made: a later change is not in it.
    version = getattr(request, "early_version", None) or ContentVersion.current()
    page = _pages.find(key)
    if page is None or not page.is_true(version):
        person, holes = request.user, leave_holes(request)
        request.user = any_member()
        try:
            response = make()
        finally:
            request.user = person
            del request.holes  # type: ignore[attr-defined]
        if response.status_code != 200 or response.headers["Content-Type"] != HTML:
            return response
        language = get_language() or settings.LANGUAGE_CODE
        page = _Page(version, until(response), language, pieces_of(response.text, holes))
        _pages.keep(key, page)
    response = HttpResponse(fill(page.pieces, request))
    response.member_page = page  # type: ignore[attr-defined]
    return response
