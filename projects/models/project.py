"""A project and its addresses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.dates import PartialDateField, first_day, last_day
from projects.models.facets import Facet
from projects.querysets import ProjectQuerySet
from projects.texts import BODY_LIMIT, WithBody, by_language, column
from smartwiki.languages import language_choices

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

validate_slug = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    _("Use only lower-case letters without accents, digits, and single hyphens between them."),
)


class Status(models.TextChoices):
    """How a project stands, in the cooperative's own words (Smart in Progress)."""

    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    POSTPONED = "postponed", _("Postponed")
    NOT_PURSUED = "not_pursued", _("Not pursued")

    @property
    def icon(self) -> str:
        """The name of the icon that stands beside it."""
        return {
            Status.PLANNED: "calendar",
            Status.IN_PROGRESS: "arrow-right",
            Status.DONE: "check",
            Status.POSTPONED: "clock",
            Status.NOT_PURSUED: "close",
        }[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing more is expected, so that silence is no alarm."""
        return self in (Status.DONE, Status.NOT_PURSUED)


class Project(WithBody):
    """One of the cooperative's transformation projects, with a public status page."""

    source_language = models.CharField(
        _("source language"),
        max_length=10,
        choices=language_choices,
        default=settings.LANGUAGE_CODE,
        help_text=_("The language in which this project is written first."),
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    slug = models.CharField(_("address"), max_length=100, blank=True, validators=[validate_slug])
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = models.TextField(_("text"), max_length=BODY_LIMIT, blank=True)

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.PLANNED
    )
    progress = models.PositiveSmallIntegerField(
        _("progress (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    facets = models.ManyToManyField(
        Facet,
        blank=True,
        related_name="projects",
        verbose_name=_("categories, axes, teams and offices"),
    )
    leads = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="led_projects",
        verbose_name=_("project leads"),
    )
    launched = PartialDateField(_("launched"))
    expected_end = PartialDateField(_("expected end"))
    ended = PartialDateField(_("ended"))
    confirmed_on = models.DateField(_("status last confirmed on"), null=True, blank=True)
    related_guides = models.JSONField(default=list, blank=True, editable=False)
    is_published = models.BooleanField(_("published"), default=False)
    takes_comments = models.BooleanField(_("takes comments"), default=True)
    news_at = models.DateTimeField(null=True, editable=False)
    key = models.CharField(
        _("key"),
        max_length=100,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The name of the project in imported and exported files."),
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=Q(progress=None) | Q(progress__lte=100), name="project_progress_percent"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="project_status_known"
            ),
        ]
        indexes = [models.Index(fields=["is_published", "-news_at"])]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    def audit_label(self) -> str:
        return str(self)

    @property
    def state(self) -> Status:
        return Status(self.status)

    def titles(self) -> dict[str, str]:
        return by_language(self, "title")

    def slug_for(self, language: str) -> str:
        """Return the address for a reader of `language`, which may be another language's."""
        slugs = by_language(self, "slug")
        return slugs.get(language) or slugs[self.source_language]

    def silent_from(self) -> date | None:
        """Return the day from which the status needs a new confirmation; None when it needs none.

        The rule: PROJECT_CONFIRM_AFTER weeks after it was last confirmed, and at once when it
        never was, unless nothing more is expected of the project.
        """
        if self.state.is_final:
            return None
        if self.confirmed_on is None:
            return date.min
        return self.confirmed_on + timedelta(weeks=settings.PROJECT_CONFIRM_AFTER)

    def is_silent(self, today: date | None = None) -> bool:
        begins = self.silent_from()
        return begins is not None and begins <= (today or timezone.localdate())

    def may_be_edited_by(self, person: Person) -> bool:
        return bool(Project.objects.editable_by(person).filter(pk=self.pk).exists())

    def clean(self) -> None:
        errors: dict[str, ValidationError] = {}
        self._check_titles_and_slugs(errors)
        self._check_dates(errors)
        if errors:
            raise ValidationError(errors)

    def _check_titles_and_slugs(self, errors: dict[str, ValidationError]) -> None:
        for field in ("title", "slug"):
            name = column(field, self.source_language)
            if not getattr(self, name):
                errors[name] = ValidationError(
                    gettext("This is needed in the project's source language."), code="required"
                )
        slugs = by_language(self, "slug")
        taken = Address.objects.filter(slug__in=slugs.values()).exclude(project=self.pk)
        for address in taken.select_related("project"):
            for code, slug in slugs.items():
                if slug == address.slug:
                    errors[column("slug", code)] = ValidationError(
                        gettext("The project “{title}” has or had this address.").format(
                            title=address.project
                        ),
                        code="unique",
                    )

    def _check_dates(self, errors: dict[str, ValidationError]) -> None:
        for name in ("expected_end", "ended"):
            end = getattr(self, name)
            if self.launched and end and last_day(end) < first_day(self.launched):
                errors[name] = ValidationError(
                    gettext("This is before the project was launched."), code="order"
                )
        if self.ended and not self.state.is_final:
            errors["ended"] = ValidationError(
                gettext("Only a project that is done or not pursued has ended."), code="status"
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep every address that the project ever had leading to it."""
        self.key = self.key or self.slug_for(self.source_language)
        with transaction.atomic():
            super().save(*args, **kwargs)
            for slug in set(by_language(self, "slug").values()):
                Address.objects.get_or_create(slug=slug, project=self)


class Address(models.Model):
    """A slug that a project has or had, in whatever language: it means that project only."""

    slug = models.CharField(max_length=100, unique=True)
    project = models.ForeignKey(Project, models.CASCADE, related_name="addresses")

    def __str__(self) -> str:
        return self.slug
