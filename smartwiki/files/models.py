"""What is known of a kept file; each app says to what its files belong and who may see them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A picture or a document; one upload serves all languages."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        DOCUMENT = "document", _("document")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    folder = models.UUIDField(unique=True, help_text="Where the storage has it.")
    filename = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="In bytes.")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    widths = models.JSONField(default=list, help_text="Pictures: the widths there are, in pixels.")
    alt = models.CharField(_("description"), max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    scheme: ClassVar[str]  # what stands before its number in a text, as in `media:7`
    store: ClassVar[str]  # the folder of the storage
    addresses: ClassVar[str]  # the namespace of the addresses "picture" and "document"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.filename

    @property
    def is_picture(self) -> bool:
        return self.kind == self.Kind.PICTURE

    @property
    def as_text(self) -> str:
        """What a person writes to show the file in a text."""
        name = "!" if self.is_picture else ""
        return f"{name}[{'' if name else self.filename}]({self.scheme}:{self.pk})"

    def stored_as(self, width: int | None = None) -> str:
        """Return the name in the storage, of a picture in one of its `widths`."""
        return f"{self.store}/{self.folder}/{width or 'file'}"
