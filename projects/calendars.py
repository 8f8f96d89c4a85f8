"""iCalendar (RFC 5545) of milestones and of the days on which calls close."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event, vText

from projects.dates import last_day
from projects.models import Call, Milestone, Project
from projects.pages import Moved, call_url
from projects.references import project_url
from projects.texts import without_control, words
from projects.views import project_for_reader
from smartwiki.addresses import full_url
from smartwiki.visitor_cache import for_visitors


@require_safe
@for_visitors
def all_projects(request: HttpRequest) -> HttpResponse:
    milestones = Milestone.objects.filter(project__is_published=True).select_related("project")
    calls = Call.objects.of_published_projects().begun().select_related("project")
    return _calendar(_("The projects"), reverse("projects:overview"), milestones, calls)


@require_safe
@for_visitors
def one_project(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = project_for_reader(request, slug)
    except Moved as moved:
        return redirect(project_url(moved.project, get_language(), "calendar"))
    milestones = page.project.milestones.select_related("project")
    calls = [call for call in page.calls if call.has_begun(page.now)]
    return _calendar(page.title.text, project_url(page.project, page.language), milestones, calls)


def _calendar(
    name: str, path: str, milestones: Iterable[Milestone], calls: Iterable[Call]
) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", "-//SmartWiki//projects//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(without_control(name)))  # escaped: unknown to icalendar
    calendar.add("url", full_url(path))
    language = get_language()
    for milestone in milestones:
        if milestone.due:
            calendar.add_component(_milestone(milestone, language))
    for call in calls:
        if call.closes_at:
            calendar.add_component(_closing(call, language))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _milestone(milestone: Milestone, language: str) -> Event:
    """A whole day: the last one of the month or year, where no more than that is known."""
    project = milestone.project
    day = last_day(milestone.due)
    label = _("Done: {milestone}") if milestone.done_on else "{milestone}"
    title = label.format(milestone=words(milestone, "title", language, project.source_language))
    return _event(
        f"milestone-{milestone.pk}", day, title, project, project_url(project, language), language
    )


def _closing(call: Call, language: str) -> Event:
    project = call.project
    title = _("Call closes: {call}").format(
        call=words(call, "title", language, project.source_language)
    )
    assert call.closes_at  # noqa: S101 (see the caller)
    return _event(
        f"call-{call.pk}", call.closes_at, title, project, call_url(call, language), language
    )


def _event(
    uid: str, when: date | datetime, title: str, project: Project, path: str, language: str
) -> Event:
    event = Event()
    event.add("uid", f"{uid}-{language}@{full_url('').split('//')[-1]}")
    event.add("dtstamp", (project.news_at or timezone.now()).astimezone(UTC))
    event.add("summary", without_control(title))
    about = words(project, "title", language, project.source_language)
    event.add("description", without_control(about))
    event.add("url", full_url(path))
    if isinstance(when, datetime):
        event.add("dtstart", when.astimezone(UTC))
        event.add("dtend", when.astimezone(UTC))
    else:
        event.add("dtstart", when)
        event.add("dtend", when + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    return event
