"""What every part of the site shares in the database."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class ContentVersion(models.Model):
    """One row with one number, raised in each transaction that changes what readers can see.

    A page that was kept under the present number is true; under any other it is forgotten. The row
    is also the lock of changes that concern several pages (see `articles.tree`).
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("content version")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="content_version_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls, database: str = DEFAULT_DB_ALIAS) -> int:
        """Return the present number (one query, in SQL: it is half the work of a kept page)."""
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT number FROM smartwiki_contentversion WHERE id = 1")
            return int(cursor.fetchone()[0])

    @classmethod
    def lock(cls) -> None:
        """Wait until no other transaction holds this lock; needs a transaction."""
        cls.objects.select_for_update().get(pk=1)

    @classmethod
    def bump(cls) -> None:
        """Tell every process that what readers can see has changed."""
        cls.objects.filter(pk=1).update(number=F("number") + 1)


class Outcome(models.Model):
    """Something came of what somebody said: both by kind and number, see `smartwiki.heard`."""

    voice_kind = models.CharField(max_length=20)
    voice = models.PositiveBigIntegerField()
    result_kind = models.CharField(max_length=20)
    result = models.PositiveBigIntegerField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    named_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(
                fields=["voice_kind", "voice", "result_kind", "result"], name="outcome_once"
            )
        ]
        indexes = [models.Index(fields=["result_kind", "result"])]

    def __str__(self) -> str:
        return f"{self.voice_kind}:{self.voice} → {self.result_kind}:{self.result}"
