"""Whole pages, kept for visitors: one query says whether a page is still true.

`VisitorCacheMiddleware` keeps them, with the headers that everything gave them, and
`answering_again` gives them to the next readers without Django's handling of a request.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus
from typing import Concatenate, NamedTuple, ParamSpec, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from smartwiki.kept import Kept
from smartwiki.member_cache import (
    answer_early,
    answer_member,
    is_for_any_member,
    keep_headers,
)
from smartwiki.models import ContentVersion
from smartwiki.replica import reading_copy

P = ParamSpec("P")
PAGES_KEPT = 32  # megabytes in each process: some 700 guides
ANSWERS_KEPT = 10  # apart, so that no flood of questions pushes the pages out
BESIDE = 4_000  # bytes: the headers of a page and what it is found by
LONGEST_QUESTION = 500  # characters of a query string; the answer to a longer one is not kept

# What makes a request somebody's own. Without these nobody is signed in and nothing is waiting.
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}

COMPRESS: dict[str, Callable[[bytes], bytes]] = {  # the shortest first
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")  # RFC 9110, 13.1; pages have no date
UNCHANGED = ("ETag", "Cache-Control", "Vary")  # what a 304 repeats (RFC 9110, 15.4.5)
TEXTS = ("text/", "application/json", "application/atom+xml", "image/svg+xml")

Key = tuple[str | None, str, str]  # http or https, the path, and the query string


class _Form(NamedTuple):
    """A page in one encoding."""

    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer as it left the site, with all its headers."""

    version: int
    until: datetime | None
    content: bytes
    headers: dict[str, str]
    compressed: dict[str, _Form] = field(default_factory=dict)

    def is_true(self, version: int) -> bool:
        return self.version == version and (self.until is None or timezone.now() < self.until)

    def form_for(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, _Form]:
        """Return it as short as the browser understands, or that nothing has changed."""
        if environ.get("HTTP_IF_NONE_MATCH") == self.headers["ETag"]:  # as browsers send it
            return HTTPStatus.NOT_MODIFIED, _Form({n: self.headers[n] for n in UNCHANGED}, b"")
        encoding = _encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if not encoding or not self.headers["Content-Type"].startswith(TEXTS):
            return HTTPStatus.OK, _Form(self.headers, self.content)
        if encoding not in self.compressed:  # once; nothing secret is in it that length tells
            content = COMPRESS[encoding](self.content)
            sizes = {"Content-Encoding": encoding, "Content-Length": str(len(content))}
            self.compressed[encoding] = _Form(self.headers | sizes, content)
        return HTTPStatus.OK, self.compressed[encoding]

    def answer(self, request: HttpRequest) -> HttpResponse:
        status, form = self.form_for(request.META)
        if status is HTTPStatus.NOT_MODIFIED:
            return HttpResponseNotModified(headers=form.headers)
        response = HttpResponse(form.content, headers=form.headers)
        etag = self.headers["ETag"]
        return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))

    def weight(self) -> int:
        """Return the bytes that it will take, once it is compressed in both ways."""
        return BESIDE + len(self.content) * 3 // 2


def _encoding_for(accepted: str) -> str:
    """Return the shortest encoding that `Accept-Encoding` names without a wish; none is fine."""
    named = {each.strip() for each in accepted.split(",")}
    return next((encoding for encoding in COMPRESS if encoding in named), "")


_pages: Kept[Key, _Page] = Kept(PAGES_KEPT, _Page.weight)
_answers: Kept[Key, _Page] = Kept(ANSWERS_KEPT, _Page.weight)
_away_until = 0.0
AWAY_FOR = 1.0  # seconds in which a database that was away is not asked again


def true_until(response: HttpResponse, *moments: datetime | None) -> HttpResponse:
    """Note on a response that it is true only until the first of `moments` (None: for ever)."""
    known = [moment for moment in (*moments, _until(response)) if moment]
    if known:
        response.true_until = min(known)  # type: ignore[attr-defined]
    return response


def _until(response: HttpResponse) -> datetime | None:
    return getattr(response, "true_until", None)


def for_visitors(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view's pages be kept for visitors until `ContentVersion` changes (see `true_until`).

    A kept page is the same for every visitor, so it may hold no CSRF token. Browsers and proxies
    must ask each time (`no-cache`) and get a 304 while the page is the same. What a signed-in
    person sees is private; what all members without a role see alike is kept apart, without
    anything of anybody (see `smartwiki.member_cache`).
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _is_for_anybody(request):
            response = _answer_person(request, partial(view, request, *args, **kwargs))
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["Cookie"])
            return response
        version = ContentVersion.current()  # before the page is made: a later change is not in it
        response = reading_copy(version, partial(view, request, *args, **kwargs))
        patch_vary_headers(response, ["Cookie"])
        if response.status_code != 200:
            return response
        response.headers["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:24]}"'
        response.headers["Cache-Control"] = "no-cache"
        response.made_under = version  # type: ignore[attr-defined]
        return response

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], wrapped)


def answers_for_visitors(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view's pages be kept as `for_visitors` does, one for each query string."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.is_answer = True  # type: ignore[attr-defined]
        return response

    return for_visitors(cast(Callable[Concatenate[HttpRequest, P], HttpResponse], wrapped))


def answering_again(application: WSGIApplication) -> WSGIApplication:
    """Answer visitors with what is kept for them, and leave everything else to `application`.

    Django's handling of a request, with its signals and its response, is more work than all that
    there is to do. See docs/decisions/0054-kept-pages-are-answered-before-django.md.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = _kept_for(environ)
        if page is None:
            return application(environ, start_response)
        status, form = page.form_for(environ)
        start_response(f"{status.value} {status.phrase}", list(form.headers.items()))
        return [form.content]

    return answer


def _kept_for(environ: WSGIEnvironment) -> _Page | None:
    """Return the page that answers wholly; any doubt is Django's to settle."""
    request = WSGIRequest(dict(environ))  # it writes the path into what it is given, decoded
    if request.method != "GET" or not _is_for_anybody(request):
        return None
    try:
        page = _kept(request)
    except DisallowedHost:
        return None
    if page is None:
        return None
    close_old_connections()  # as Django does after each request
    conditions = {environ[name] for name in CONDITIONS if name in environ}
    return page if conditions <= {page.headers["ETag"]} else None


def _kept(request: HttpRequest) -> _Page | None:
    """Return the page kept for what is asked, if it is true; raises DisallowedHost."""
    question = request.META["QUERY_STRING"]
    page = (_answers if question else _pages).find(_key(request))
    if page is None or not _may_be_shown(page):
        return None
    request.get_host()  # refuses a name that is not this site's
    return page


def _key(request: HttpRequest) -> Key:
    return request.scheme, request.path, request.META["QUERY_STRING"]


class VisitorCacheMiddleware:
    """Keep what `for_visitors` allows, and answer with it before anything else is done.

    To be the first: what is kept has the headers that all others gave it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_for_anybody(request):
            response = answer_early(request)
            if response is None:
                response = self.get_response(request)
                keep_headers(response)
            return response
        page = _kept(request)
        if page:
            return page.answer(request)
        response = self.get_response(request)
        page = _page_of(response)
        if page is None:
            return response
        question = request.META["QUERY_STRING"]
        if not question:
            _pages.keep(_key(request), page)
        elif hasattr(response, "is_answer") and len(question) <= LONGEST_QUESTION:
            _answers.keep(_key(request), page)
        return page.answer(request)


def _page_of(response: HttpResponse) -> _Page | None:
    version = getattr(response, "made_under", None)
    if version is None or response.cookies:
        return None
    patch_vary_headers(response, ["Accept-Encoding"])
    return _Page(version, _until(response), response.content, dict(response.items()))


def _answer_person(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    if is_for_any_member(request):
        return answer_member(request, make, _until)
    return make()


def _is_for_anybody(request: HttpRequest) -> bool:
    """Say whether the request only reads, and comes from nobody in particular."""
    return request.method in ("GET", "HEAD") and (
        "HTTP_COOKIE" not in request.META or PERSONAL_COOKIES.isdisjoint(request.COOKIES)
    )


def _may_be_shown(page: _Page) -> bool:
    """Say whether a page is true, or better than none while the database is away: decision 48."""
    global _away_until
    if time.monotonic() < _away_until:
        return True
    try:
        return page.is_true(ContentVersion.current())
    except (OperationalError, InterfaceError):
        _away_until = time.monotonic() + AWAY_FOR
        return True
