"""Atom feeds of what is new: in all projects, or in one; one feed for each language."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import Project, Update
from projects.pages import Moved
from projects.references import project_url
from projects.texts import references_of, without_control, words
from projects.views import project_for_reader
from smartwiki.addresses import full_url
from smartwiki.markdown import resolve, targets_of
from smartwiki.visitor_cache import for_visitors

ENTRIES = 50


@require_safe
@for_visitors
def all_projects(request: HttpRequest) -> HttpResponse:
    updates = (
        Update.objects.filter(project__is_published=True)
        .select_related("project")
        .order_by("-published_at", "-pk")[:ENTRIES]
    )
    title = _("News of the projects")
    return _feed(request, updates, title, reverse("projects:overview"))


@require_safe
@for_visitors
def one_project(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = project_for_reader(request, slug)
    except Moved as moved:
        return redirect(project_url(moved.project, get_language(), "feed"))
    for update in page.updates:
        update.project = page.project
    address = project_url(page.project, page.language)
    return _feed(request, page.updates[:ENTRIES], page.title.text, address)


def _feed(request: HttpRequest, updates: Iterable[Update], title: str, path: str) -> HttpResponse:
    language = get_language()
    feed = Atom1Feed(
        title=without_control(title),
        link=full_url(path),
        description="",
        language=language,
        feed_url=full_url(request.path),
    )
    for update in updates:
        project = update.project
        address = f"{full_url(project_url(project, language))}#update-{update.pk}"
        feed.add_item(
            title=without_control(_title(update, project, language)),
            link=address,
            unique_id=f"{full_url('/')}projects/update/{update.pk}/{language}",
            description=without_control(_content(update, project, language, request)),
            pubdate=update.published_at,
            updateddate=update.published_at,
        )
    return HttpResponse(
        feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


def _title(update: Update, project: Project, language: str) -> str:
    parts = (words(each, "title", language, project.source_language) for each in (project, update))
    return " – ".join(map(str, parts))


def _content(update: Update, project: Project, language: str, request: HttpRequest) -> str:
    """The entry's HTML, with the change of status before its text."""
    _shown, html = update.html_for("body", language, project.source_language)
    targets = targets_of(references_of(html), language, request.user)
    parts = [_with_full_addresses(resolve(html, targets))]
    if update.status:
        reason = words(update, "reason", language, project.source_language)
        parts.insert(0, format_html("<p>{}: {}</p>", update.get_status_display(), reason.text))
    return "".join(parts)


def _with_full_addresses(html: str) -> str:
    """A feed is read elsewhere, where a path alone leads nowhere."""
    for attribute in ("href", "src"):
        html = html.replace(f'{attribute}="/', f'{attribute}="{full_url("/")}')
    return html
