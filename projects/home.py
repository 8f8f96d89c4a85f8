"""The open calls, on the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from projects.models import Call
from projects.pages import call_url
from projects.texts import words
from smartwiki.home import HomeSection

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

SHOWN = 3


def open_calls_section(language: str, person: Person) -> HomeSection:
    """Return the calls that close first; those without a closing date come last (two queries)."""
    now = timezone.now()
    published = Call.objects.of_published_projects().closing_after(now)
    calls = published.begun(now).select_related("project").without_texts()[:SHOWN]
    content = [
        {
            "title": words(call, "title", language, call.project.source_language),
            "project": words(call.project, "title", language, call.project.source_language),
            "url": call_url(call, language),
            "closes_at": call.closes_at,
        }
        for call in calls
    ]
    return HomeSection("projects/_home_calls.html", content, published.next_change(now))
