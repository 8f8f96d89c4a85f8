"""Who sees which project, in verbs that chain."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Min, Q
from django.utils import timezone

from projects.texts import column
from smartwiki.languages import language_codes

if TYPE_CHECKING:
    from projects.models import Call, Project  # noqa: F401 (the base classes name them)
    from smartwiki.accounts.policy import Person

PROJECT_LEAD = "project_lead"


class ProjectQuerySet(models.QuerySet["Project"]):
    """Projects."""

    def published(self) -> Self:
        return self.filter(is_published=True)

    def editable_by(self, person: Person) -> Self:
        """Keep what `person` may change: leads their own projects, administrators all."""
        if person.is_anonymous or not person.has_role(PROJECT_LEAD):
            return self.none()
        return self if person.is_administrator else self.filter(leads=person.pk)

    def readable_by(self, person: Person) -> Self:
        """Keep what is published, and for those who may change it also what is not yet."""
        own = self.model.objects.editable_by(person).values("pk")
        if person.is_anonymous or not person.has_role(PROJECT_LEAD):
            return self.published()
        return self.filter(Q(is_published=True) | Q(pk__in=own))

    def latest_news_first(self) -> Self:
        return self.order_by(F("news_at").desc(nulls_last=True), "pk")

    def without_texts(self) -> Self:
        """Leave the long texts in the database: lists do not show them."""
        return self.defer("rendered", *(column("body", code) for code in language_codes()))

    def with_leads(self) -> Self:
        """Add each lead's name as `lead`: a project comes once for each (see `projects.pages`)."""
        return self.annotate(lead=F("leads__name")).order_by("leads__name")


class CallQuerySet(models.QuerySet["Call"]):
    """Calls for contribution."""

    def begun(self, now: datetime | None = None) -> Self:
        """Keep those that are or were open."""
        return self.filter(Q(opens_at=None) | Q(opens_at__lte=now or timezone.now()))

    def closing_after(self, now: datetime) -> Self:
        """Keep those that are open or will be."""
        return self.filter(Q(closes_at=None) | Q(closes_at__gt=now)).order_by(
            F("closes_at").asc(nulls_last=True), "pk"
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next moment at which one of these opens or closes (one query)."""
        moments = self.order_by().aggregate(
            opens=Min("opens_at", filter=Q(opens_at__gt=now)),
            closes=Min("closes_at", filter=Q(closes_at__gt=now)),
        )
        return min((each for each in moments.values() if each), default=None)

    def without_texts(self) -> Self:
        """Leave the long texts in the database, those of the projects too."""
        texts = [column(name, code) for name in ("body", "results") for code in language_codes()]
        bodies = [f"project__{column('body', code)}" for code in language_codes()]
        return self.defer("rendered", *texts, "project__rendered", *bodies)

    def of_published_projects(self) -> Self:
        return self.filter(project__is_published=True)
