from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from smartwiki.accounts.access import asks_again, asks_first
from smartwiki.accounts.models import Grant, User
from smartwiki.audit import record
from smartwiki.audit.admin import AuditedAdmin

# Not offered: what is not used (roles are grants, the host is a setting), and what allauth keeps,
# which people change themselves, with a confirmed address and a second factor.
admin.site.unregister([Group, Site])
for model in list(admin.site._registry):
    if model.__module__.startswith("allauth."):
        admin.site.unregister(model)


class GrantInline(admin.TabularInline[Grant, User]):
    model = Grant
    fk_name = "user"
    extra = 0
    readonly_fields = ["granted_by", "granted_at"]


@admin.register(User)
@method_decorator(asks_first, name="add_view")
@method_decorator(asks_first, name="user_change_password")
@method_decorator(asks_again, name="changeform_view")
@method_decorator(asks_again, name="delete_view")
@method_decorator(asks_again, name="changelist_view")
class PersonAdmin(AuditedAdmin, UserAdmin[User]):
    """People and their roles."""

    ordering = ["name"]
    list_display = ["name", "email", "language", "is_active", "is_superuser"]
    list_filter = ["is_active", "is_superuser", "grants__role", "language"]
    search_fields = ["name", "email"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (_("Administration"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "language", "password1", "password2"]})]
    inlines = [GrantInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Note who gave each new role."""
        for grant in formset.save(commit=False):
            if grant.granted_by is None:
                grant.granted_by = request.user
            grant.save()
            record(request.user, "role.granted", grant.user, role=grant.role, **_where(grant))
        for grant in formset.deleted_objects:
            record(request.user, "role.withdrawn", grant.user, role=grant.role, **_where(grant))
            grant.delete()


def _where(grant: Grant) -> dict[str, str]:
    return {"language": grant.language} if grant.language else {}
