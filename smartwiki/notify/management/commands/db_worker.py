"""The worker of django-tasks, which also takes up what one that was killed left behind."""

import logging
import os
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.db import close_old_connections
from django_tasks_db.management.commands import db_worker

from smartwiki.notify.delivery import look_after, sweep_tasks

EVERY = 30  # seconds
logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--stop-with-parent",
            action="store_true",
            help="Stop when the process that started this one has ended.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        look_after()
        sweep_tasks()
        stops_with_parent = options.pop("stop_with_parent")
        if not options["batch"]:
            parent = os.getppid() if stops_with_parent else None
            threading.Thread(target=_watch, args=[parent], daemon=True).start()
        super().handle(**options)


def _watch(parent: int | None) -> None:
    pause, waited = threading.Event(), 0
    while not pause.wait(1):
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        waited += 1
        if waited >= EVERY:
            waited = 0
            _look_after_once()


def _look_after_once() -> None:
    try:
        look_after()
    except Exception:
        logger.exception("What was left in the queue of mails could not be taken up")
    finally:
        close_old_connections()
