"""The administration: for administrators, who sign in where everybody does."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from smartwiki.accounts.policy import can


class AdminSite(admin.AdminSite):
    """Django's, with our rule of who gets in, and no sign-in that would ask for less."""

    site_header = site_title = "SmartWiki"

    def has_permission(self, request: HttpRequest) -> bool:
        return can(request.user, "site.administer")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        page = secure_admin_login(super().login)
        response: HttpResponse = page(request, extra_context)
        return response
