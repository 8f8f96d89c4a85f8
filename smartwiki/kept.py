"""What a process keeps in its memory, bounded by what it weighs: see docs/decisions/0069."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
SHARE = 16  # what would take more than this part of the whole is not kept: it pushes others out
MEGABYTE = 2**20


class Kept(LRUCache[K, V]):
    """The values used last, up to so many megabytes; `weigh` tells the bytes of one."""

    def __init__(self, megabytes: float, weigh: Callable[[V], int]) -> None:
        super().__init__(megabytes * MEGABYTE, weigh)
        self._weigh = weigh
        self._lock = Lock()

    def find(self, key: K) -> V | None:
        """Return what is kept under `key`, which is used now."""
        with self._lock:
            return self.get(key)

    def keep(self, key: K, value: V) -> None:
        """Keep a value, unless it is too heavy."""
        with self._lock:
            if self._weigh(value) <= self.maxsize / SHARE:
                self[key] = value
            else:
                self.pop(key, None)
