"""What administrators change in Django's admin is in the audit log too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from smartwiki.audit.recording import record


class AuditedAdmin(admin.ModelAdmin[Any]):
    """To inherit from first: each change is recorded, with the names of the fields alone."""

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record(request.user, "admin.added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record(request.user, "admin.changed", obj, fields=changed_fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        for each in queryset:
            record(request.user, "admin.deleted", each)
        return super().log_deletions(request, queryset)


def changed_fields(message: Any) -> list[str]:
    """Return which fields, and which rows of an inline, Django's own message says were changed."""
    parts = [change for each in message if isinstance(each, dict) for change in each.values()]
    return [str(name) for part in parts for name in part.get("fields") or [part.get("name", "")]]
