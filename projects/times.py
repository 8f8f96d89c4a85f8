"""When pages change although nobody changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from projects.models import Call


def next_midnight(now: datetime) -> datetime:
    """Return the beginning of tomorrow, in the site's time zone."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def next_change(calls: Iterable[Call], now: datetime) -> datetime | None:
    """Return the next moment at which one of `calls` opens or closes."""
    moments = [moment for call in calls for moment in (call.opens_at, call.closes_at)]
    return min((moment for moment in moments if moment and moment > now), default=None)
