"""What readers see of the projects."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from projects.models import Project
from projects.overview import Overview
from projects.pages import Moved, StatusPage, status_page
from projects.references import project_url
from smartwiki.visitor_cache import for_visitors, true_until


@require_safe
@for_visitors
def overview(request: HttpRequest) -> HttpResponse:
    page = Overview(get_language(), request.user, request.GET)
    context: dict[str, Any] = {"page": page}
    if request.GET:
        context["noindex"] = True  # search engines get the whole list
    return true_until(render(request, "projects/overview.html", context), page.until)


@require_safe
@for_visitors
def project(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = project_for_reader(request, slug)
    except Moved as moved:
        return redirect(project_url(moved.project, get_language()))
    context = {
        "page": page,
        "may_edit": page.project.may_be_edited_by(request.user),
        **page.languages_context(),
    }
    if not page.project.is_published:
        context["noindex"] = True
    return true_until(render(request, "projects/project.html", context), page.until)


def project_for_reader(request: HttpRequest, slug: str) -> StatusPage:
    """Return a project's page for the person who asks.

    Raises Http404 where they may see none, and Moved when its address in this language is another.
    """
    try:
        return status_page(slug, get_language(), request.user)
    except Project.DoesNotExist as error:
        raise Http404 from error
