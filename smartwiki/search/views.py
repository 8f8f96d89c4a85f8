"""Searching, for readers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from smartwiki.accounts.policy import can
from smartwiki.languages import language_codes, own_name
from smartwiki.search import asked, completion, worker
from smartwiki.search.backends import SearchUnavailableError
from smartwiki.search.documents import sources
from smartwiki.search.queries import tidy
from smartwiki.search.results import PER_PAGE, Results, Wanted, find

LAST_PAGE = 100


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The results page; `q` may be anything at all."""
    language = get_language()
    wanted = _wanted(request)
    context: dict[str, Any] = {
        "query": wanted.text,
        "wanted": wanted,
        "choices": _choices(request),
        "is_editor": can(request.user, "search.desk"),
        "noindex": True,
    }
    status = HTTPStatus.OK
    if wanted.text:
        try:
            results = find(wanted, language, request.user)
        except SearchUnavailableError:
            worker.report_broken()
            context["is_unavailable"] = True
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            context |= {"results": results, **_links(wanted, results)}
            context["ticket"] = asked.ticket(wanted.text, language, results)
    response = render(request, "search/results.html", context, status=status)
    if status != HTTPStatus.OK:
        response.headers["Retry-After"] = "30"
    return _own(response)


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """What `q` could become, for the list below the search box; empty below three letters."""
    try:
        options = completion.options(tidy(request.GET.get("q", "")), get_language(), request.user)
    except SearchUnavailableError:
        options = []
    return _own(JsonResponse({"options": options}))


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Count a query that was shown, or (`rank`) one of its results that was opened."""
    rank = request.POST.get("rank", "")
    is_rank = rank.isascii() and rank.isdigit() and 0 < int(rank[:6]) <= LAST_PAGE * PER_PAGE
    try:
        ticket = asked.read(request.POST.get("ticket", ""))
    except asked.NoTicketError:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if rank and not is_rank:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    asked.count(ticket, sessions=0 if rank else 1, rank=int(rank or 0))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def missing(request: HttpRequest) -> HttpResponse:
    """Note that somebody misses a page on what they looked for."""
    try:
        asked.count(asked.read(request.POST.get("ticket", "")), missed=1)
    except asked.NoTicketError:
        messages.error(request, _("That took too long: please search again, then tell us."))
    else:
        messages.success(request, _("Thank you. Our editors see what people miss."))
    return redirect("search")


def _wanted(request: HttpRequest) -> Wanted:
    """Read the address; a choice that does not exist is no choice."""
    language, kind = request.GET.get("language", ""), request.GET.get("kind", "")
    page = request.GET.get("page", "")
    return Wanted(
        text=tidy(request.GET.get("q", "")),
        language=language if language in language_codes() else "",
        kind=kind if kind in sources else "",
        topic=tidy(request.GET.get("topic", ""))[:50],
        page=min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and int(page) else 1,
    )


def _choices(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    """What results can be limited to."""
    language = get_language()
    return {
        "languages": [(code, own_name(code)) for code in language_codes()],
        "kinds": [(kind, source.label()) for kind, source in sources.items()],
        "topics": [
            topic for source in sources.values() for topic in source.topics(language, request.user)
        ],
    }


def _links(wanted: Wanted, results: Results) -> dict[str, str]:
    """The addresses of the pages before and after, and of the suggestion."""
    links = {}
    if wanted.page > 1:
        links["previous_page"] = wanted.address(page=wanted.page - 1)
    if wanted.page < min(results.pages, LAST_PAGE):
        links["next_page"] = wanted.address(page=wanted.page + 1)
    if wanted.language or wanted.topic or wanted.kind:
        links["everywhere_url"] = wanted.address(language="", topic="", kind="", page=1)
    if results.suggestion:
        links["suggestion_url"] = wanted.address(text=results.suggestion, page=1)
    return links


def _own(response: HttpResponse) -> HttpResponse:
    """Results depend on who asks."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response
