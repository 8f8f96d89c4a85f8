"""A worker of gunicorn that leaves connections to the process that has fewer (decision 85).

All processes wait at the same door. The one that happens to be awake takes all that come at once,
as those of a proxy or of a load generator do, and answers them by itself while others rest.
"""

from __future__ import annotations

import mmap
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

MOST_PROCESSES = 256
MORE = 2  # connections that a process must have more than another to leave one to it
PAUSE = 0.0005  # seconds in which the other may take it
PATIENCE = 20  # pauses without taking one: the other may be stuck or gone
FAR_MORE = 4  # connections that a process must have more than another to give one away
EVERY = 0.1  # seconds between two looks whether to give one away

# For each process, shared by all: one more than its connections; 0 is nobody's, or takes no more.
_open = memoryview(mmap.mmap(-1, 4 * MOST_PROCESSES)).cast("i")


def give_place(server: Any, worker: Any) -> None:
    """Give a process that is about to be forked a place in the table."""
    taken = {getattr(each, "place", None) for each in server.WORKERS.values()}
    worker.place = next((each for each in range(MOST_PROCESSES) if each not in taken), None)
    take_place(worker)


def take_place(worker: Any) -> None:
    """Say that a process takes no more connections, or is gone."""
    if worker.place is not None:
        _open[worker.place] = 0


class FairWorker(ThreadWorker):
    """Gunicorn's worker with threads, which shares out connections."""

    place: int | None = None
    left = 0  # connections that were left to others since it took one
    looked_at = 0.0  # whether to give one away, in seconds of the monotonic clock

    def accept(self, listener: Any) -> None:
        if self._leaves_it():
            time.sleep(PAUSE)
            return
        super().accept(listener)
        self._tell()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        self._tell()
        super().wait_for_and_dispatch_events(timeout)

    def gives_away(self) -> bool:
        """Whether to end the present connection: its reader comes back, and finds another process.

        For what came when the other was not there yet. Not all at once, since the other may be
        stuck: then the same process takes it again.
        """
        now = time.monotonic()
        if now - self.looked_at < EVERY:
            return False
        self.looked_at = now
        return self._more_than_another() >= FAR_MORE

    def _leaves_it(self) -> bool:
        leaves = self._more_than_another() >= MORE and self.left < PATIENCE
        self.left = self.left + 1 if leaves else 0
        return leaves

    def _more_than_another(self) -> int:
        others = [count - 1 for place, count in enumerate(_open) if count and place != self.place]
        return int(self.nr_conns - min(others, default=self.nr_conns))

    def _tell(self) -> None:
        if self.place is not None:
            _open[self.place] = self.nr_conns + 1 if self.alive else 0
