"""What projects are sorted by, and the strategy that they belong to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.texts import WithBody


class Facet(models.Model):
    """A category, an axis, a team or an office: one table, so that a page asks once for all."""

    class Kind(models.TextChoices):
        CATEGORY = "category", _("category")
        AXIS = "axis", _("axis of the strategy")
        TEAM = "team", _("team")
        OFFICE = "office", _("office")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=150, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["category", "axis", "team", "office"]),
                name="facet_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Category(Facet):
    fixed_kind = Facet.Kind.CATEGORY

    class Meta:
        proxy = True
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Axis(Facet):
    fixed_kind = Facet.Kind.AXIS

    class Meta:
        proxy = True
        verbose_name = _("axis of the strategy")
        verbose_name_plural = _("axes of the strategy")


class Team(Facet):
    fixed_kind = Facet.Kind.TEAM

    class Meta:
        proxy = True
        verbose_name = _("team")
        verbose_name_plural = _("teams")


class Office(Facet):
    fixed_kind = Facet.Kind.OFFICE

    class Meta:
        proxy = True
        verbose_name = _("office")
        verbose_name_plural = _("offices")


class Strategy(WithBody):
    """The one row that says what the projects are for, shown above the overview."""

    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    launched_count = models.PositiveSmallIntegerField(
        _("projects launched"),
        default=0,
        help_text=_("How many projects were launched, whether or not they have a page here."),
    )
    first_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="strategy_one_row"),
            models.CheckConstraint(
                condition=Q(first_year=None)
                | Q(last_year=None)
                | Q(last_year__gte=models.F("first_year")),
                name="strategy_years_in_order",
                violation_error_message=_("The last year comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
