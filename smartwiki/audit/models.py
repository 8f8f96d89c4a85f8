"""What the audit log keeps. The database itself refuses to change it: see `triggers`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartwiki.spelling import has_word

MOST_PEOPLE = 200  # whose names are searched for; more is no name


class EntryQuerySet(models.QuerySet["Entry"]):
    def mentioning(self, words: str) -> EntryQuerySet:
        """Return what concerns people called so (by name or address), or an object called so."""
        people = get_user_model().objects.filter(has_word("name", words) | Q(email=words.lower()))
        numbers = list(people.values_list("pk", flat=True)[:MOST_PEOPLE])
        return self.filter(
            has_word("label", words)
            | Q(actor__in=numbers)
            | Q(kind=person_kind(), key__in=[str(number) for number in numbers])
        )

    def between(self, first: date | None, last: date | None) -> EntryQuerySet:
        """Return what happened on those days and in between; None: from the first, to the last."""
        found = self
        if first:
            found = found.filter(at__gte=_midnight(first))
        if last:
            found = found.filter(at__lt=_midnight(last + timedelta(days=1)))
        return found

    def latest_first(self, *, before: int | None = None) -> EntryQuerySet:
        """Order by number; `before`: only what was written before that entry."""
        found = self.filter(pk__lt=before) if before else self
        return found.order_by("-pk")


def person_kind() -> str:
    """Return the kind of object that a person is."""
    return str(get_user_model()._meta.label_lower)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


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

    objects = EntryQuerySet.as_manager()

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
