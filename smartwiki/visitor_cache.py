"""Whole pages, kept for visitors: one query says whether a page is still true."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, cast

from cachetools import LRUCache
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from smartwiki.models import ContentVersion

P = ParamSpec("P")
PAGES_KEPT = 1000  # in each process; about 30 KB a page

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
_lock = Lock()
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
    """Keep a view's pages for visitors until `ContentVersion` changes (see also `true_until`).

    A kept page is the same for every visitor, so it may hold no CSRF token. Browsers and proxies
    must ask each time (`no-cache`) and get a 304 while the page is the same; what a signed-in
    person sees is private and never kept here.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not PERSONAL_COOKIES.isdisjoint(
            request.COOKIES
        ):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["Cookie"])
            return response
        page = _pages.get(request.path)
        try:
            version = _version_now()
        except (OperationalError, InterfaceError):
            if page is None or request.META["QUERY_STRING"]:
                raise
            return _respond(request, page)  # better an older page than none: decision 48
        if page is None or not _is_true(page, version) or request.META["QUERY_STRING"]:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                patch_vary_headers(response, ["Cookie"])
                return response
            page = _keep(request, response, version)
        return _respond(request, page)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], wrapped)


def _version_now() -> int:
    """Return the present number; while the database is away, find that out once a second only."""
    global _away_until
    if time.monotonic() < _away_until:
        raise OperationalError("The database was away just now.")
    try:
        return ContentVersion.current()
    except (OperationalError, InterfaceError):
        _away_until = time.monotonic() + AWAY_FOR
        raise


def _is_true(page: _Page, version: int) -> bool:
    return page.version == version and (page.until is None or timezone.now() < page.until)


def _keep(request: HttpRequest, response: HttpResponse, version: int) -> _Page:
    digest = hashlib.sha256(response.content).hexdigest()[:24]
    etag = f'"{digest}"'
    page = _Page(version, response.content, response["Content-Type"], etag, _until(response))
    if not request.META["QUERY_STRING"]:
        with _lock:
            _pages[request.path] = page
    return page


def _respond(request: HttpRequest, page: _Page) -> HttpResponse:
    response = HttpResponse(page.content, content_type=page.content_type)
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie"
    return cast(HttpResponse, get_conditional_response(request, etag=page.etag, response=response))
