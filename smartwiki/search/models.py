"""What search keeps in the database: the outbox, the glossary, and what is asked."""

from __future__ import annotations

import uuid

from django.db import connections, models, router
from django.utils.translation import gettext_lazy as _

from smartwiki.languages import language_choices


class Target(models.Model):
    """A generation of the index that must hear of every change: the current one, and one that is
    being made."""

    name = models.CharField(max_length=50, primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Dirty(models.Model):
    """A page that changed and that one target has not taken in yet: the outbox.

    `token` is new at each change (a counter could return to a value that was seen before), so that
    what changed again meanwhile stays in the outbox.
    """

    pk = models.CompositePrimaryKey("key", "target")
    key = models.CharField(max_length=100)
    target = models.ForeignKey(Target, models.CASCADE, db_column="target")
    token = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["target", "changed_at"])]

    def __str__(self) -> str:
        return f"{self.key} for {self.target_id}"

    @classmethod
    def waits(cls) -> bool:
        """Say whether anything does (in SQL, since each search asks)."""
        with connections[router.db_for_read(cls)].cursor() as cursor:
            cursor.execute("SELECT 1 FROM search_dirty LIMIT 1")
            return cursor.fetchone() is not None


class Concept(models.Model):
    """A thing that people call by several words, in one language or in several."""

    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("glossary entry")
        verbose_name_plural = _("glossary entries")

    def __str__(self) -> str:
        return " / ".join(self.names.values_list("words", flat=True))


class ConceptNames(models.Model):
    """What a concept is called in one language: words or short phrases, with commas between."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    words = models.CharField(_("words"), max_length=500)
    explanation = models.CharField(_("explanation"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("names of a glossary entry")
        verbose_name_plural = _("names of glossary entries")
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "language"], name="concept_names_once_for_each_language"
            ),
            models.CheckConstraint(condition=~models.Q(words=""), name="concept_names_some"),
        ]

    def __str__(self) -> str:
        return self.words

    def listed(self) -> list[str]:
        """Return the words and phrases one by one."""
        return [word.strip() for word in self.words.split(",") if word.strip()]


class AskedQuery(models.Model):
    """How often something was asked on one day; nothing in it says by whom.

    `sessions` counts browser tabs, each once a query (the browser counts, so that the site need
    not recognise anybody). `clicks` opened a result, at ranks that add up to `ranks`; `missed`
    said that a page on this is missing.
    """

    day = models.DateField()
    language = models.CharField(max_length=10, choices=language_choices)
    query = models.CharField(max_length=100)
    results = models.PositiveIntegerField(help_text="How many were found, when last asked.")
    sessions = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    ranks = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "language", "query"], name="asked_query_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.query}"
