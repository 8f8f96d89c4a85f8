"""`/healthz` (the process answers) and `/readyz` (what it needs answers too), for machines.

They are answered before Django's middleware: whatever the Host header, without TLS, without
cookies, and never kept by anybody. See docs/decisions/0045-probes-answer-before-django.md.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections
from django.db.models import Case, Min, When
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from smartwiki.models import ContentVersion
from smartwiki.notify import delivery
from smartwiki.replica import replica_state
from smartwiki.search import worker
from smartwiki.search.backends import backend
from smartwiki.search.models import Dirty

OK, FAILED, MISSING, LATE, UNKNOWN = "ok", "failed", "missing", "late", "unknown"

logger = logging.getLogger(__name__)


def answering_probes(application: WSGIApplication) -> WSGIApplication:
    """Answer the two addresses of this module, and leave all others to `application`."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        probe = PROBES.get(environ["PATH_INFO"])
        if probe is None:
            return application(environ, start_response)
        status, answered = probe()
        body = json.dumps(answered).encode() + b"\n"
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer


def alive() -> tuple[HTTPStatus, dict[str, object]]:
    """Say that this process answers; nothing else is asked."""
    return HTTPStatus.OK, {"alive": True}


def ready() -> tuple[HTTPStatus, dict[str, object]]:
    """Ask each part; 503 says which one failed, and the log why.

    A replica is named too, but the site is ready without it: everything is read from the primary.
    """
    worker.start_once()  # a new node makes its index before its first reader
    try:
        parts = parts_now()
        answers = parts["database"] == OK and replica_state()
    finally:
        close_old_connections()
    is_ready = set(parts.values()) == {OK}
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return status, {"ready": is_ready, **parts, **({"replica": answers} if answers else {})}


def parts_now() -> dict[str, str]:
    """Return the state of each part; the others are unknown while the database is away."""
    database = _state("database", _database)
    if database != OK:
        return {"database": database, **dict.fromkeys(PARTS, UNKNOWN)}
    return {"database": database, **{name: _state(name, ask) for name, ask in PARTS.items()}}


def oldest_waiting() -> datetime | None:
    """Return since when the longest waiting work waits: of search, or of the workers."""
    since = [
        Dirty.objects.aggregate(since=Min("changed_at"))["since"],
        delivery.oldest_waiting(),  # also what no task will send
        DBTaskResult.objects.ready().aggregate(since=Min(_due))["since"],
    ]
    return min((each for each in since if each), default=None)


# A task that waits for its moment is late only after that; one without has the largest date.
_due = Case(When(run_after__lt=get_date_max(), then="run_after"), default="enqueued_at")


def cache_state() -> str:
    """Return whether the shared cache answers."""
    return _state("cache", _cache)


def _state(name: str, ask: Callable[[], str]) -> str:
    try:
        return ask()
    except Exception as error:
        logger.warning("Not ready: %s (%s)", name, type(error).__name__)
        return FAILED


def _database() -> str:
    ContentVersion.current()
    return OK


def _cache() -> str:
    ping = getattr(cache, "ping", None)  # of smartwiki.cache, which hides that Redis is away
    if ping is None:
        cache.get("readyz")
    else:
        ping()
    return OK


def _search() -> str:
    return OK if backend().current() else MISSING


def _queue() -> str:
    since = oldest_waiting()
    limit = timedelta(seconds=settings.QUEUE_LATE_AFTER)
    return LATE if since and timezone.now() - since > limit else OK


PARTS: dict[str, Callable[[], str]] = {"cache": _cache, "search": _search, "queue": _queue}
PROBES = {"/healthz": alive, "/readyz": ready}
