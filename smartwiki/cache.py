"""The cache that all processes share: in Redis, or in the database.

While Redis is away, each process counts by itself: docs/decisions/0046-a-cache-may-go-away.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections, router, transaction
from redis.exceptions import RedisError

RETRY_AFTER = 5.0  # seconds in which Redis is not asked again

logger = logging.getLogger(__name__)


class CountingDatabaseCache(DatabaseCache):
    """Django's, in which two processes that count at once are counted twice."""

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Return the new number; raises ValueError for a key that is not there."""
        using = router.db_for_write(self.cache_model_class)
        with transaction.atomic(using=using):  # on SQLite, it has the file to itself from here
            if connections[using].vendor == "postgresql":
                self._lock(using, self.make_and_validate_key(key, version=version))
            return int(super().incr(key, delta, version))

    def _lock(self, using: str, cache_key: str) -> None:
        table = connections[using].ops.quote_name(self.cache_model_class._meta.db_table)
        with connections[using].cursor() as cursor:
            row = f"SELECT 1 FROM {table} WHERE cache_key = %s FOR UPDATE"  # noqa: S608 (our table)
            cursor.execute(row, [cache_key])


class LenientRedisCache(RedisCache):
    """A Redis whose absence is no error: the process's own memory stands in for it."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._address = server
        self._own = LocMemCache("lenient", {"KEY_PREFIX": params.get("KEY_PREFIX", "")})

    def ping(self) -> None:
        """Raise RedisError when Redis does not answer."""
        self._cache.get_client().ping()

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(RedisCache.add, LocMemCache.add, key, value, *args, **kwargs))

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._ask(RedisCache.get, LocMemCache.get, key, *args, **kwargs)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._ask(RedisCache.set, LocMemCache.set, key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(RedisCache.touch, LocMemCache.touch, key, *args, **kwargs))

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(RedisCache.delete, LocMemCache.delete, key, *args, **kwargs))

    def get_many(self, keys: Any, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        found = self._ask(RedisCache.get_many, LocMemCache.get_many, keys, *args, **kwargs)
        return dict(found)

    def has_key(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(RedisCache.has_key, LocMemCache.has_key, key, *args, **kwargs))

    def incr(self, key: Any, *args: Any, **kwargs: Any) -> int:
        return int(self._ask(RedisCache.incr, LocMemCache.incr, key, *args, **kwargs))

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return list(self._ask(RedisCache.set_many, LocMemCache.set_many, data, *args, **kwargs))

    def delete_many(self, keys: Any, *args: Any, **kwargs: Any) -> None:
        self._ask(RedisCache.delete_many, LocMemCache.delete_many, keys, *args, **kwargs)

    def clear(self) -> None:
        self._ask(RedisCache.clear, LocMemCache.clear)

    def _ask(
        self,
        redis: Callable[..., Any],
        memory: Callable[..., Any],
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        if time.monotonic() >= _away_until.get(self._address, 0.0):
            try:
                return redis(self, *args, **kwargs)
            except RedisError as error:
                logger.warning("The shared cache is away (%s)", type(error).__name__)
                _away_until[self._address] = time.monotonic() + RETRY_AFTER
        return memory(self._own, *args, **kwargs)


# For all threads: Django makes a cache object for each of them.
_away_until: dict[str, float] = {}
