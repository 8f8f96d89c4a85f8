"""What is to be done once a day, without the command knowing the apps.

An app says once (in `AppConfig.ready`) what it does then: `register_daily(queue_reminders)`. A job
may be done twice on a day without harm, since a timer may fire twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Job = Callable[[], object]

_jobs: list[Job] = []


def register_daily(job: Job) -> None:
    """Do `job` each day, after those that were registered before."""
    if job not in _jobs:
        _jobs.append(job)


def do_daily_work() -> None:
    """Do what was registered, as `do_all` does."""
    do_all(_jobs)


def do_all(jobs: Iterable[Job]) -> None:
    """Do each of `jobs`; one that fails does not keep the others from being done.

    Raises ExceptionGroup with what failed, once all were tried.
    """
    failed: list[Exception] = []
    for job in jobs:
        try:
            job()
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("what is to be done daily", failed)
