"""What every part of the site shares in the database."""

from django.db import connection, models
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
    def current(cls) -> int:
        """Return the present number (one query, in SQL: it is half the work of a kept page)."""
        with connection.cursor() as cursor:
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
