"""Pictures and documents of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.project import Project
from smartwiki.files.models import StoredFile

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def readable_by(self, person: Person) -> Self:
        """Keep the files of projects that `person` may read."""
        return self.filter(project__in=Project.objects.readable_by(person))


class Attachment(StoredFile):
    """A picture or a document of a project, for all its texts."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="attachments")

    scheme = "attachment"
    store = "projects"
    addresses = "project_files"

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="document", width=None)
                | Q(kind="picture", width__isnull=False, height__isnull=False),
                name="attachment_pictures_have_a_size",
            )
        ]
