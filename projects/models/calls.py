"""Calls for contribution, and what people answer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.models.project import Project
from projects.querysets import CallQuerySet
from projects.texts import BODY_LIMIT, WithBody, by_language, needed
from smartwiki.languages import language_choices

MESSAGE_LIMIT = 10_000  # characters


class Call(WithBody):
    """A call for contribution, open between two moments; its results are published with it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="calls")
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("what we ask"), max_length=BODY_LIMIT, blank=True)
    contact = models.EmailField(
        _("contact address"), blank=True, help_text=_("Everybody can read it on the page.")
    )
    opens_at = models.DateTimeField(
        _("opens"), null=True, blank=True, help_text=_("Empty: it is open already.")
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty: no closing date yet.")
    )
    results = models.TextField(_("results"), max_length=BODY_LIMIT, blank=True)

    rendered_fields = ("body", "results")

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for contribution")
        verbose_name_plural = _("calls for contribution")
        ordering = [F("closes_at").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_opening",
                violation_error_message=_("A call closes after it opens."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def has_begun(self, now: datetime | None = None) -> bool:
        return self.opens_at is None or self.opens_at <= (now or timezone.now())

    def is_open(self, now: datetime | None = None) -> bool:
        """Say whether answers are taken: from the opening on, and no longer at the closing."""
        now = now or timezone.now()
        return self.has_begun(now) and (self.closes_at is None or now < self.closes_at)

    def clean(self) -> None:
        errors: dict[str, ValidationError] = {}
        if not by_language(self, "title"):
            errors |= needed("title", gettext("Give a title in at least one language."))
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = ValidationError(gettext("A call closes after it opens."))
        if errors:
            raise ValidationError(errors)


class CallResponse(models.Model):
    """One person's answer to a call, for the project's team only."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="responses")
    name = models.CharField(_("your name"), max_length=150)
    email = models.EmailField(_("your e-mail address"))
    message = models.TextField(_("your message"), max_length=MESSAGE_LIMIT)
    language = models.CharField(max_length=10, choices=language_choices)
    consented_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("answer to a call")
        verbose_name_plural = _("answers to calls")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.call}"
