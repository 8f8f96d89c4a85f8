"""Reading visitors' pages from a copy of the database (DATABASE_REPLICA_URL).

Only a page that is made for visitors is read from the copy, and only while the copy has all that
the page can show: it knows the same number of the content as the primary. Whatever is asked
outside of such a page, and everything after a write, goes to the primary. See
docs/decisions/0053-a-replica-is-used-while-it-is-as-far.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import (
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connections,
    models,
)

from smartwiki.models import ContentVersion

Made = TypeVar("Made")
PRIMARY, REPLICA = "default", "replica"
IN_STEP, BEHIND, AWAY = "ok", "behind", "away"
AWAY_FOR = 30.0  # seconds in which a copy that was away is not asked again
FAILURES = (OperationalError, InterfaceError, ProgrammingError)  # the last: a table is missing

logger = logging.getLogger(__name__)
_reads_copy: ContextVar[bool] = ContextVar("reads_copy", default=False)
_away_until = 0.0


class Router:
    """Django asks it which database a query goes to."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        reads_copy = _reads_copy.get() and not connections[PRIMARY].in_atomic_block
        return REPLICA if reads_copy else PRIMARY

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        _reads_copy.set(False)  # what comes after it reads what was written
        return PRIMARY

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True  # both hold the same

    def allow_migrate(self, database: str, app_label: str, **hints: Any) -> bool:
        return database == PRIMARY


def reading_copy(version: int, make: Callable[[], Made]) -> Made:
    """Call `make` so that it reads from the copy, if that knows `version`, the primary's number.

    A copy that goes away meanwhile is passed over: `make` is called again, so it may only read.
    """
    if not _knows(version):
        return make()
    token = _reads_copy.set(True)
    try:
        return make()
    except FAILURES as error:
        _pass_over(error)
    finally:
        _reads_copy.reset(token)
    return make()


def replica_state() -> str:
    """Return "ok", "behind" or "away": how the copy stands to the primary; "" where none is named.

    One that is behind or away is passed over, so that no reader notices.
    """
    if REPLICA not in connections.settings:
        return ""
    try:
        there = ContentVersion.current(REPLICA)
    except FAILURES as error:
        logger.warning("The replica does not answer: %s", type(error).__name__)
        return AWAY
    return IN_STEP if there >= ContentVersion.current() else BEHIND


def _knows(version: int) -> bool:
    """Say whether the copy can be asked and is as far as the primary."""
    if REPLICA not in connections.settings or time.monotonic() < _away_until:
        return False
    try:
        return ContentVersion.current(REPLICA) == version
    except FAILURES as error:
        _pass_over(error)
        return False


def _pass_over(error: Exception) -> None:
    global _away_until
    _away_until = time.monotonic() + AWAY_FOR
    logger.warning("The replica is not read for a while: %s", error)
