"""When pages change although nobody changes them, and how long ago something was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import npgettext_lazy

from projects.models import Call

# What stands behind "for", "since" or "within": Django's own German has “2 Tage” there.
_UNITS: dict[str, Any] = {
    "year": npgettext_lazy("time since", "%(num)d year", "%(num)d years", "num"),
    "month": npgettext_lazy("time since", "%(num)d month", "%(num)d months", "num"),
    "week": npgettext_lazy("time since", "%(num)d week", "%(num)d weeks", "num"),
    "day": npgettext_lazy("time since", "%(num)d day", "%(num)d days", "num"),
    "hour": npgettext_lazy("time since", "%(num)d hour", "%(num)d hours", "num"),
    "minute": npgettext_lazy("time since", "%(num)d minute", "%(num)d minutes", "num"),
}


def next_midnight(now: datetime) -> datetime:
    """Return the beginning of tomorrow, in the site's time zone."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def next_change(calls: Iterable[Call], now: datetime) -> datetime | None:
    """Return the next moment at which one of `calls` opens or closes."""
    moments = [moment for call in calls for moment in (call.opens_at, call.closes_at)]
    return min((moment for moment in moments if moment and moment > now), default=None)


def time_since(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago `moment` was, in its two largest units: “1 week, 2 days”."""
    return timesince(moment, now, time_strings=_UNITS)
