"""What people look for, counted without knowing who they are: work for editors.

A page of results carries a signed ticket that says what was asked and how much was found. The
browser hands it back once a tab (the query was seen), and when a result is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Case, F, IntegerField, Max, OuterRef, Subquery, Sum, When
from django.utils import timezone

from smartwiki.search.folding import fold_title
from smartwiki.search.models import AskedQuery
from smartwiki.search.results import Results

KEPT = timedelta(days=settings.SEARCHES_KEPT_DAYS)
FEWEST_SESSIONS = 3  # what fewer asked is shown to nobody: it could point to a person
BAD_RANK = 5  # on average
TICKET_AGE = timedelta(hours=12)
MOST_A_DAY = 20_000  # different queries; more is no people
LONGEST = 100  # characters
LISTED = 50

_SALT = "smartwiki.search.asked"


class NoTicketError(Exception):
    """The ticket is none of ours, or too old."""


@dataclass(frozen=True, slots=True)
class Ticket:
    query: str  # folded, so that spellings of one question count together
    language: str
    results: int


def ticket(text: str, language: str, results: Results) -> str:
    """Return a signed ticket for a page of results, or "" for what is not counted."""
    query = fold_title(text)[:LONGEST].strip()
    return signing.dumps([query, language, results.total], salt=_SALT) if query else ""


def read(signed: str) -> Ticket:
    """Raise NoTicketError for anything but a ticket of the last hours."""
    try:
        return Ticket(*signing.loads(signed, salt=_SALT, max_age=TICKET_AGE))
    except (signing.BadSignature, TypeError) as error:
        raise NoTicketError from error


def count(seen: Ticket, *, sessions: int = 0, rank: int = 0, missed: int = 0) -> None:
    """Add to today's figures: a session, a result opened at `rank`, a page that is missing."""
    today = timezone.localdate()
    row = {"day": today, "language": seen.language, "query": seen.query}
    if not AskedQuery.objects.filter(**row).exists():
        if AskedQuery.objects.filter(day=today).count() >= MOST_A_DAY:
            return
        AskedQuery.objects.filter(day__lt=today - KEPT).delete()
        AskedQuery.objects.get_or_create(**row, defaults={"results": seen.results})
    AskedQuery.objects.filter(**row).update(
        results=seen.results,
        sessions=F("sessions") + sessions,
        clicks=F("clicks") + (1 if rank else 0),
        ranks=F("ranks") + rank,
        missed=F("missed") + missed,
    )


def _by_query() -> Any:
    """The figures of the days that are kept, for each query that enough sessions asked."""
    recent = AskedQuery.objects.filter(day__gte=timezone.localdate() - KEPT)
    latest = recent.filter(language=OuterRef("language"), query=OuterRef("query")).order_by("-day")
    return (
        recent.values("language", "query")
        .annotate(
            asked=Sum("sessions"),
            opened=Sum("clicks"),
            rank_sum=Sum("ranks"),
            missing=Sum("missed"),
            last=Max("day"),
            found=Subquery(latest.values("results")[:1]),
        )
        .filter(asked__gte=FEWEST_SESSIONS)
    )


def without_result() -> list[dict[str, Any]]:
    """Return what was asked and not found, the most wanted first."""
    return list(_by_query().filter(found=0).order_by("-missing", "-asked", "query")[:LISTED])


def badly_ranked() -> list[dict[str, Any]]:
    """Return what was found but not opened, or opened far down; the most asked first."""
    rank = Case(When(opened__gt=0, then=F("rank_sum") / F("opened")), output_field=IntegerField())
    rows = _by_query().filter(found__gt=0).annotate(rank=rank)
    return list(
        (rows.filter(opened=0) | rows.filter(rank__gt=BAD_RANK)).order_by("-asked")[:LISTED]
    )
