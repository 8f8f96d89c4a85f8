"""What a project aims at, and what has happened in it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.dates import PartialDateField
from projects.models.project import Project, Status
from projects.texts import BODY_LIMIT, WithBody, by_language, needed


class Objective(models.Model):
    """Something that the project wants to reach, and how one will know."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="objectives")
    text = models.CharField(_("objective"), max_length=500, blank=True)
    indicator = models.CharField(_("how it is measured"), max_length=300, blank=True)
    target = models.CharField(_("target"), max_length=100, blank=True)
    present = models.CharField(_("now"), max_length=100, blank=True)
    due = PartialDateField(_("due"))
    reached = models.BooleanField(_("reached"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Milestone(models.Model):
    """A step on the way, with the date by which it is due and that on which it was done."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200, blank=True)
    due = PartialDateField(_("due"))
    done_on = PartialDateField(_("done on"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.title


class Update(WithBody):
    """A dated entry of a project's journal; it may change the status, and then says why."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="updates")
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"), max_length=BODY_LIMIT, blank=True)
    status = models.CharField(
        _("new status"), max_length=20, blank=True, choices=Status.choices, default=""
    )
    status_before = models.CharField(
        max_length=20, blank=True, choices=Status.choices, default="", editable=False
    )
    reason = models.CharField(_("reason for the new status"), max_length=500, blank=True)
    progress = models.PositiveSmallIntegerField(
        _("progress (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress=None) | Q(progress__lte=100), name="update_progress_percent"
            ),
            models.CheckConstraint(
                condition=Q(status="", status_before="")
                | (Q(status__in=Status.values) & ~Q(status=F("status_before"))),
                name="update_status_changes",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-published_at"]),
            models.Index(fields=["-published_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        errors: dict[str, ValidationError] = {}
        if not by_language(self, "title"):
            errors |= needed("title", gettext("Give a title in at least one language."))
        if self.status and not by_language(self, "reason"):
            message = gettext("Say why the status changes, in at least one language.")
            errors |= needed("reason", message)
        if errors:
            raise ValidationError(errors)
