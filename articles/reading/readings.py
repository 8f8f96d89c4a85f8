"""How often guides are read: a number for each translation and day, and nothing of readers."""

from __future__ import annotations

import hashlib
import secrets
from threading import Lock

from cachetools import LRUCache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Reading, Translation

READINGS_AN_HOUR = 600  # from one address; an office may share one

# A digest whose key nobody knows and which ends with the process: nothing of an address is kept.
# In memory, since a query for it would cost as much as the count that it guards.
_key = secrets.token_bytes(32)
_sent: LRUCache[tuple[int, bytes], int] = LRUCache(50_000)
_lock = Lock()


def is_plausible(address: str) -> bool:
    """Say whether people at `address` could read this much within an hour."""
    hour = int(timezone.now().timestamp()) // 3600
    sender = hour, hashlib.blake2b(address.encode(), key=_key, digest_size=16).digest()
    with _lock:
        _sent[sender] = _sent.get(sender, 0) + 1
        return _sent[sender] <= READINGS_AN_HOUR


def count_reading(translation: int) -> None:
    """Count one more reading today of the translation with this number; unknown ones are ignored.

    One statement in the ordinary case; only a day's first reading needs more.
    """
    today = Reading.objects.filter(translation=translation, day=timezone.localdate())
    if today.update(count=F("count") + 1):
        return
    if not Translation.objects.filter(pk=translation).exists():
        return
    try:
        with transaction.atomic():
            Reading.objects.create(translation_id=translation, day=timezone.localdate(), count=1)
    except IntegrityError:  # somebody else was the first reader
        today.update(count=F("count") + 1)
