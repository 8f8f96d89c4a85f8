"""A thread in each process that keeps the index fresh, and makes it anew when it is broken."""

from __future__ import annotations

import logging
import os
import time
from threading import Event, Lock, Thread
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from smartwiki.search.backends import backend
from smartwiki.search.models import Target
from smartwiki.search.outbox import drain
from smartwiki.search.rebuild import forget_abandoned, rebuild

DEBOUNCE = 0.1  # seconds: edits that come together are taken in together
SWEEP = 2.0  # seconds: what another process left behind waits no longer
AFTER_FAILURE = 30.0  # seconds

logger = logging.getLogger(__name__)

_awake = Event()
_starting = Lock()
_process: int | None = None
_broken: str | None = None  # the generation that could not be read


def start_once(**kwargs: Any) -> None:
    """Start the thread of this process (at its first request: a fork would not have the thread)."""
    global _process
    if _process == os.getpid() or not settings.SEARCH_WORKER:
        return
    with _starting:
        if _process != os.getpid():
            _process = os.getpid()
            Thread(target=_run, name="search", daemon=True).start()


def wake() -> None:
    """Look at the outbox soon."""
    _awake.set()


def report_broken() -> None:
    """Say that the index in use could not be read, so that it is made anew."""
    global _broken
    _broken = backend().current()
    _awake.set()


def look_after() -> None:
    """Do once what there is to do: make the index anew, or take changes in.

    An index that the database does not know (it came back from a backup) hears of no change.
    """
    global _broken
    present = backend().current()
    targets = set(Target.objects.values_list("name", flat=True))
    if present is None or present == _broken or present not in targets:
        if rebuild():
            _broken = None
        return
    _broken = None
    drain()
    if len(targets) > 1:
        forget_abandoned()


def _run() -> None:
    pause = 0.0  # at once the first time
    while True:
        if _awake.wait(pause):
            time.sleep(DEBOUNCE)
            _awake.clear()
        pause = SWEEP
        try:
            look_after()
        except Exception:
            logger.exception("The search index could not be brought up to date")
            pause = AFTER_FAILURE
        finally:
            close_old_connections()
