"""Searching, for readers."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from smartwiki.accounts.policy import can
from smartwiki.languages import language_codes, own_name
from smartwiki.same_site import from_this_site
from smartwiki.search import asked, completion, shown, worker
from smartwiki.search.backends import MOST_FOUND, SearchUnavailableError
from smartwiki.search.documents import sources
from smartwiki.search.models import Dirty
from smartwiki.search.queries import tidy
from smartwiki.search.results import LAST_PAGE, Results, Wanted, find
from smartwiki.visitor_cache import answers_for_visitors, true_until


@require_safe
@answers_for_visitors
def search(request: HttpRequest) -> HttpResponse:
    """The results page; `q` may be anything at all."""
    language = get_language()
    wanted = _wanted(request)
    until = _true_until()
    state = shown.reading()
    choices = _choices(request, state)
    context: dict[str, Any] = {
        "query": wanted.text,
        "wanted": wanted,
        "choices": choices,
        "is_editor": can(request.user, "search.desk"),
        "noindex": True,
        "keeps_frame": True,
    }
    status = HTTPStatus.OK
    if wanted.text:
        try:
            results = find(wanted, language, request.user, dict(choices["topics"]), state)
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
    return true_until(response, until)


@require_safe
@answers_for_visitors
def complete(request: HttpRequest) -> HttpResponse:
    """What `q` could become, for the list below the search box; empty below three letters."""
    until = _true_until()
    try:
        options = completion.options(tidy(request.GET.get("q", "")), get_language(), request.user)
    except SearchUnavailableError:
        options = []
        until = timezone.now()
    return true_until(JsonResponse({"options": options}), until)


@require_POST
@from_this_site
def seen(request: HttpRequest) -> HttpResponse:
    """Count a query that was shown, or (`rank`) one of its results that was opened."""
    rank = request.POST.get("rank", "")
    is_rank = rank.isascii() and rank.isdigit() and 0 < int(rank[:6]) <= MOST_FOUND
    try:
        ticket = asked.read(request.POST.get("ticket", ""))
    except asked.NoTicketError:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if rank and not is_rank:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    asked.count(ticket, sessions=0 if rank else 1, rank=int(rank or 0))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@from_this_site
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


def _choices(request: HttpRequest, state: shown.Reading) -> dict[str, list[tuple[str, str]]]:
    """What results can be limited to."""
    language = get_language()
    return {
        "languages": [(code, own_name(code)) for code in language_codes()],
        "kinds": [(kind, source.label()) for kind, source in sources.items()],
        "topics": shown.topics(language, request.user, state),
    }


def _links(wanted: Wanted, results: Results) -> dict[str, str]:
    """The addresses of the pages before and after, and of the suggestion."""
    links = {}
    if wanted.page > 1:
        links["previous_page"] = wanted.address(page=wanted.page - 1)
    if wanted.page < results.pages:
        links["next_page"] = wanted.address(page=wanted.page + 1)
    if wanted.language or wanted.topic or wanted.kind:
        links["everywhere_url"] = wanted.address(language="", topic="", kind="", page=1)
    if results.suggestion:
        links["suggestion_url"] = wanted.address(text=results.suggestion, page=1)
    return links


def _true_until() -> datetime:
    """Say how long a page that is made from now on may be kept for visitors.

    What waits in the outbox was published already but is not found yet, so until it is taken in
    there is nothing to keep. Else it is as long as the ticket on it is good for somebody who reads.
    """
    now = timezone.now()
    return now if Dirty.waits() else now + asked.TICKET_AGE / 2
