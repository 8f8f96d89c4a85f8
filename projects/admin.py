"""For administrators: what a project lead cannot change at their desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from projects import publishing
from projects.models import (
    Axis,
    Category,
    Facet,
    Office,
    Project,
    ReadyReason,
    Strategy,
    Team,
)
from projects.texts import column
from smartwiki.audit.admin import AuditedAdmin
from smartwiki.languages import language_codes


class ProjectsAdmin(AuditedAdmin, TranslationAdmin[Any]):
    """Shows the fields of every language, and tells readers' pages of each change."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.tell([form.instance])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.tell([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        self.tell(queryset)
        super().delete_queryset(request, queryset)

    def tell(self, changed: Iterable[Any]) -> None:
        """Tell readers' pages, and search where projects changed."""
        publishing.tell(*(each for each in changed if isinstance(each, Project)))


@admin.register(Category, Axis, Team, Office)
class FacetAdmin(ProjectsAdmin):
    list_display = ["name", "position"]
    list_editable = ["position"]
    exclude = ["kind"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(kind=self.model.fixed_kind)

    def save_model(self, request: HttpRequest, obj: Facet, form: Any, change: bool) -> None:
        obj.kind = self.model.fixed_kind
        super().save_model(request, obj, form, change)


@admin.register(Strategy)
class StrategyAdmin(ProjectsAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Strategy.objects.exists()


@admin.register(Project)
class ProjectAdmin(ProjectsAdmin):
    """A new project, and who leads it; its status is changed at the desk, with a reason."""

    list_display = ["title", "status", "is_published", "confirmed_on"]
    list_filter = ["status", "is_published", "facets"]
    search_fields = ["key", *(column("title", code) for code in language_codes())]
    filter_horizontal = ["facets", "leads"]
    exclude = ["progress"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["status"] if obj else []


@admin.register(ReadyReason)
class ReadyReasonAdmin(AuditedAdmin, TranslationAdmin[Any]):
    """What moderators choose from when they reject a comment."""

    list_display = ["name", "position", "is_offered"]
    list_editable = ["position", "is_offered"]
