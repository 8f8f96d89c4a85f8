"""The audit log, for administrators."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartwiki.accounts.policy import can
from smartwiki.audit import record
from smartwiki.audit.forms import FilterForm
from smartwiki.audit.pages import COLUMNS, exported, page_of
from smartwiki.spreadsheets import csv_stream


def refuse_all_but_administrators(request: HttpRequest) -> None:
    """Let administrators go on; raises PermissionDenied for others."""
    if not can(request.user, "site.administer"):
        raise PermissionDenied


@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the latest entries, those that the filters leave, `?before=` that number."""
    refuse_all_but_administrators(request)
    form = FilterForm(request.GET)
    number = request.GET.get("before", "")
    before = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    rows, older = page_of(form.found(), before)
    filters = request.GET.copy()
    filters.pop("before", None)
    context = {
        "form": form,
        "rows": rows,
        "older": older,
        "is_older": before is not None,
        "filters": filters.urlencode(),
        "is_filtered": any(filters.values()),
        "noindex": True,
    }
    return render(request, "audit/log.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Hand out the entries that the filters leave as CSV; the log says who took it.

    A POST, since it writes an entry.
    """
    refuse_all_but_administrators(request)
    form = FilterForm(request.POST)
    entries = form.found()
    record(request.user, "audit.exported", rows=entries.count())
    day = timezone.localdate().isoformat()
    return csv_stream(COLUMNS, exported(entries), f"audit-{day}.csv")
