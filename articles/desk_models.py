"""What editors need besides the texts themselves: drafts, who is writing, and files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import permissions
from smartwiki.files.models import StoredFile
from smartwiki.languages import language_choices

if TYPE_CHECKING:
    from articles.models import Guide
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person

PRESENT_FOR = timedelta(seconds=60)  # somebody who writes says so more often than this


class Draft(models.Model):
    """What a person has written and not saved yet: one for each text, kept until it is saved."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    guide = models.ForeignKey(
        "articles.Guide",
        models.CASCADE,
        null=True,
        related_name="drafts",
        help_text="Empty while the guide itself is not made yet.",
    )
    language = models.CharField(max_length=10, choices=language_choices)
    base = models.ForeignKey(
        "articles.RevisionInfo",
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The revision that the person began with.",
    )
    title = models.CharField(max_length=200, blank=True)
    slug = models.CharField(max_length=100, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["author", "guide", "language"], name="draft_once_for_each_text"
            ),
            models.UniqueConstraint(
                fields=["author"], condition=Q(guide=None), name="draft_one_new_guide"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WritingQuerySet(models.QuerySet["Writing"]):
    def now(self) -> Self:
        """Keep those who said so within the last minute."""
        return self.filter(seen_at__gte=timezone.now() - PRESENT_FOR)


class Writing(models.Model):
    """Somebody has the editor of a text open, and was last heard of at `seen_at`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    guide = models.ForeignKey("articles.Guide", models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, choices=language_choices)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WritingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "language", "person"], name="writing_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.language})"

    @classmethod
    def names_of_others(cls, guide: Guide, language: str, person: User) -> list[str]:
        """Return who else is writing this text now."""
        others = cls.objects.now().filter(guide=guide, language=language).exclude(person=person)
        return list(others.order_by("person__name").values_list("person__name", flat=True))


class MediaQuerySet(models.QuerySet["Media"]):
    def readable_by(self, person: Person) -> Self:
        """Keep the files of guides that `person` may read, and what they added themselves."""
        open_files = Q(guide__audience__lte=permissions.audience_of(person))
        if not permissions.sees_drafts(person):
            open_files &= Q(guide__deleted_at=None, guide__translations__published__isnull=False)
        if person.is_authenticated:
            open_files |= Q(guide=None, added_by=person)
        return self.filter(open_files).distinct()


class Media(StoredFile):
    """A picture or a document of a guide."""

    guide = models.ForeignKey(
        "articles.Guide",
        models.CASCADE,
        null=True,
        related_name="media",
        verbose_name=_("guide"),
        help_text="Empty while the guide itself is not made yet.",
    )

    scheme = "media"
    store = "guides"
    addresses = "files"

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="document", width=None)
                | Q(kind="picture", width__isnull=False, height__isnull=False),
                name="media_pictures_have_a_size",
            )
        ]
