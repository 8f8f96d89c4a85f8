"""Threads that take turns as often as can be: what is not safe to share soon shows."""

import sys
import threading
from collections.abc import Callable


def run_in_threads(work: Callable[[], None], number: int) -> None:
    """Run `work` in so many threads at once under forced switching; what it raises is lost."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _each in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
