"""Whole pages, kept for visitors: one query says whether a page is still true."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, cast

from cachetools import LRUCache
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from smartwiki.models import ContentVersion

P = ParamSpec("P")
PAGES_KEPT = 1000  # in each process; about 30 KB a page
ANSWERS_KEPT = 500  # apart, so that no flood of questions pushes the pages out
LONGEST_QUESTION = 500  # characters of a query string; the answer to a longer one is not kept

# What makes a request somebody's own. Without these nobody is signed in and nothing is waiting.
PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}


@dataclass(frozen=True, slots=True)
class _Page:
    version: int
    content: bytes
    content_type: str
    etag: str
    until: datetime | None = None


_pages: LRUCache[str, _Page] = LRUCache(PAGES_KEPT)
_answers: LRUCache[str, _Page] = LRUCache(ANSWERS_KEPT)
_lock = Lock()


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
    """Keep a view's pages for visitors until `ContentVersion` changes (see also `true_until`).

    A kept page is the same for every visitor, so it may hold no CSRF token. Browsers and proxies
    must ask each time (`no-cache`) and get a 304 while the page is the same; what a signed-in
    person sees is private and never kept here.
    """

    return _kept(view, _pages, lambda request: "" if _question(request) else request.path)


def answers_for_visitors(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Keep a view's pages as `for_visitors` does, one for each query string."""
    return _kept(view, _answers, _address)


def _question(request: HttpRequest) -> str:
    return str(request.META["QUERY_STRING"])


def _address(request: HttpRequest) -> str:
    question = _question(request)
    return f"{request.path}?{question}" if len(question) <= LONGEST_QUESTION else ""


def _kept(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    pages: LRUCache[str, _Page],
    name_of: Callable[[HttpRequest], str],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Keep the view's pages in `pages` under their name; what has none is made each time."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not PERSONAL_COOKIES.isdisjoint(
            request.COOKIES
        ):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["Cookie"])
            return response
        version = ContentVersion.current()
        name = name_of(request)
        page = pages.get(name)
        if page is None or not _is_true(page, version):
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                patch_vary_headers(response, ["Cookie"])
                return response
            page = _page(response, version)
            if name:
                with _lock:
                    pages[name] = page
        return _respond(request, page)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], wrapped)


def _is_true(page: _Page, version: int) -> bool:
    return page.version == version and (page.until is None or timezone.now() < page.until)


def _page(response: HttpResponse, version: int) -> _Page:
    digest = hashlib.sha256(response.content).hexdigest()[:24]
    etag = f'"{digest}"'
    return _Page(version, response.content, response["Content-Type"], etag, _until(response))


def _respond(request: HttpRequest, page: _Page) -> HttpResponse:
    response = HttpResponse(page.content, content_type=page.content_type)
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie"
    return cast(HttpResponse, get_conditional_response(request, etag=page.etag, response=response))
