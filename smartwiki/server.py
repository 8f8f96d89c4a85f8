"""What gunicorn does for each request beside answering it: a number, a line, a count.

Used by deploy/gunicorn.conf.py. Outside of Django and after the answer, so that readers wait for
none of it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import wsgi

from smartwiki import balancing, logs
from smartwiki.sending import WholeResponse

PROBES = ("/healthz", "/readyz")
M_ARENA_MAX = -8  # of glibc's <malloc.h>
METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"  # the library's own variable


class RequestLogger(Logger):
    """Gunicorn's logger, which writes JSON and counts; probes are neither noted nor counted."""

    counted: _Counted | None = None

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(logs.Formatter())

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        path = environ.get("PATH_INFO", "")
        if path in PROBES:
            return
        status, method = resp.status_code, environ.get("REQUEST_METHOD", "")
        seconds = request_time.total_seconds()
        if self.counted:
            self.counted.count(method, status, seconds)
        if self.access_log_enabled:
            facts = {
                "method": method,
                "path": logs.without_secrets(path),
                "status": status,
                "bytes": resp.sent,
                "milliseconds": round(seconds * 1000, 1),
            }
            self.access_log.info("Answered", extra=facts)


class _Counted:
    """Counts in files that all processes share; imported late, since the library looks at once."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Histogram

        self._answers = Counter(
            "smartwiki_answers", "Answers, by method and status.", ["method", "status"]
        )
        self._seconds = Histogram("smartwiki_seconds", "How long answers took, in seconds.")

    def count(self, method: str, status: int, seconds: float) -> None:
        known = method if method in ("GET", "HEAD", "POST") else "other"
        self._answers.labels(known, status).inc()
        self._seconds.observe(seconds)


def on_starting(server: Any) -> None:
    """Send answers in one piece, use little memory, and begin with empty counts.

    Files of processes that are gone would be added up for ever.
    """
    wsgi.Response = WholeResponse  # of all workers, which are forked from here
    use_little_memory()
    if folder := os.environ.get(METRICS_DIR):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)


def use_little_memory() -> None:
    """Have the C library keep one heap for all threads of this process and those that it forks.

    By itself glibc keeps one for each thread, and what is free in one is of no use to another.
    Python's threads take turns, so that none waits for it. Other C libraries are left as they are.
    """
    if tune := getattr(ctypes.CDLL(None), "mallopt", None):
        tune(M_ARENA_MAX, 1)


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the processor of a new process: that of the fewest others (decision 83), and a place.

    PIN_WORKERS=1 or 0 says whether to; by itself where there is a process for each processor.
    """
    there = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    by_itself = "1" if server.cfg.workers >= len(there) else "0"
    if there and os.environ.get("PIN_WORKERS", by_itself) == "1":
        taken = Counter(getattr(each, "processor", None) for each in server.WORKERS.values())
        worker.processor = min(there, key=lambda each: taken[each])
    balancing.give_place(server, worker)


def post_fork(server: Any, worker: Any) -> None:
    """Keep a process to its processor, and let it have counts of its own."""
    if hasattr(worker, "processor"):
        os.sched_setaffinity(0, [worker.processor])
    if os.environ.get(METRICS_DIR):
        worker.log.counted = _Counted()


def pre_request(worker: Any, req: Any) -> None:
    """Give each request a number for the log; it may be the last one of its connection."""
    if isinstance(worker, balancing.FairWorker) and worker.gives_away():
        req.force_close()
    wanted = next((value for name, value in req.headers if name == "X-REQUEST-ID"), "")
    logs.begin_request(wanted)


def child_exit(server: Any, worker: Any) -> None:
    """Let go of the place and the live values of a process that ended; its counts stay."""
    balancing.take_place(worker)
    if os.environ.get(METRICS_DIR):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
