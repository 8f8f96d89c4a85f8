"""How often guides are read: a number for each translation and day, and nothing of readers."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Reading

RECENT = timedelta(days=28)


def count_reading(translation: int) -> None:
    """Count one more reading today of the translation with this number; unknown ones are ignored.

    One statement in the ordinary case; only a day's first reading needs a second.
    """
    today = Reading.objects.filter(translation=translation, day=timezone.localdate())
    if today.update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            Reading.objects.create(translation_id=translation, day=timezone.localdate(), count=1)
    except IntegrityError:  # somebody else was the first reader, or there is no such text
        today.update(count=F("count") + 1)
