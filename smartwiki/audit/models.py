"""What the audit log keeps. The database itself refuses to change it: see `triggers`."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Something that somebody did.

    No foreign keys: an entry outlives what it is about, and a deletion may not change it. Of a
    person only the number is kept, so that who is erased elsewhere is nameless here too.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.PositiveBigIntegerField(null=True)
    event = models.CharField(max_length=50)
    kind = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    address = models.CharField(max_length=43, blank=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("entries of the audit log")
        indexes = [
            models.Index(fields=["actor", "id"]),
            models.Index(fields=["event", "id"]),
            models.Index(fields=["kind", "key", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor or '–'} {self.event} {self.label}".strip()


class Pruning(models.Model):
    """The announcement that entries before a day may be deleted: without one none can be."""

    at = models.DateTimeField(default=timezone.now)
    before = models.DateTimeField()

    def __str__(self) -> str:
        return f"before {self.before:%Y-%m-%d}"
