"""What of the projects can be followed, and what followers are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from projects.models import Call, Project, Update
from projects.pages import call_url
from projects.references import project_url
from projects.texts import WithBody, words
from smartwiki.markdown import DASH, plain_text
from smartwiki.notify import announce
from smartwiki.notify.announcing import Event
from smartwiki.notify.following import Card

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

PROJECT, ALL, CALLS = "project", "projects", "calls"
UPDATE_EVENT, CALL_EVENT = "project_update", "call_opened"
NEWS_FOR = timedelta(days=7)  # what is older when it is entered is history
EXCERPT = 300  # characters


def find_project(number: int | None, language: str, person: Person) -> Card | None:
    """See `smartwiki.notify.following.Find`."""
    project = Project.objects.readable_by(person).filter(pk=number).first()
    if project is None:
        return None
    title = words(project, "title", language, project.source_language)
    return Card(title.text, project_url(project, language), title.language, (ALL,))


def find_all(number: int | None, language: str, person: Person) -> Card | None:
    """Every project there is or will be."""
    if number is not None:
        return None
    return Card(_("The cooperative’s projects"), reverse("projects:overview"), wider=(CALLS,))


def find_calls(number: int | None, language: str, person: Person) -> Card | None:
    """Every call for contribution there is or will be."""
    if number is not None:
        return None
    return Card(_("Calls for contribution"), reverse("projects:overview"), wider=(ALL,))


def tell_of_update(update: Update, project: Project) -> None:
    """Announce an entry of the journal of a project that readers see."""
    if project.is_published and update.published_at > timezone.now() - NEWS_FOR:
        topics = [f"{PROJECT}:{project.pk}", ALL]
        announce(topics, UPDATE_EVENT, {"update": update.pk}, key=f"project-update:{update.pk}")


def tell_of_calls(project: Project) -> None:
    """Announce the project's open calls, and note when to announce those that are to open."""
    from projects.tasks import call_opens

    now = timezone.now()
    for call in Call.objects.filter(project=project).closing_after(now):
        if call.opens_at and call.opens_at > now:
            call_opens.using(run_after=call.opens_at).enqueue(call.pk)
        elif project.is_published:
            tell_of_call(call)


def tell_of_open_calls() -> None:
    """Announce what opened lately and was not announced (see `manage.py daily`)."""
    now = timezone.now()
    opened = Call.objects.of_published_projects().begun(now).closing_after(now)
    for call in opened.filter(opens_at__gt=now - NEWS_FOR):
        tell_of_call(call)


def tell_of_call(call: Call) -> bool:
    """Announce that a call is open, once; return False when that was done before."""
    topics = [CALLS, ALL, f"{PROJECT}:{call.project_id}"]
    return announce(topics, CALL_EVENT, {"call": call.pk}, key=f"call-opened:{call.pk}")


def describe_update(context: Mapping[str, Any], language: str, person: Person) -> Event | None:
    """Say what the journal of a project says now."""
    readable = Project.objects.readable_by(person)
    update = (
        (Update.objects.filter(project__in=readable).select_related("project"))
        .filter(pk=context["update"])
        .first()
    )
    if update is None:
        return None
    project = update.project
    title = words(update, "title", language, project.source_language)
    reason = words(update, "reason", language, project.source_language)
    return Event(
        label=_label(update, words(project, "title", language, project.source_language).text),
        title=title.text,
        url=f"{project_url(project, language)}#update-{update.pk}",
        text=" ".join(filter(None, [reason.text, _excerpt(update, language, project)])),
        language=title.language,
    )


def describe_call(context: Mapping[str, Any], language: str, person: Person) -> Event | None:
    """Say what is asked, while it is asked."""
    calls = Call.objects.filter(project__in=Project.objects.readable_by(person))
    call = calls.select_related("project").filter(pk=context["call"]).first()
    if call is None or not call.is_open():
        return None
    title = words(call, "title", language, call.project.source_language)
    label = _("Call for contribution")
    if call.closes_at:
        closes = date_format(timezone.localtime(call.closes_at), "DATE_FORMAT")
        label = _("Call for contribution, until {date}").format(date=closes)
    return Event(
        label=label,
        title=title.text,
        url=call_url(call, language),
        text=_excerpt(call, language, call.project),
        language=title.language,
    )


def _label(update: Update, project_title: str) -> str:
    if update.status:
        return _("{project}: new status “{status}”").format(
            project=project_title, status=update.get_status_display()
        )
    return _("News of the project “{project}”").format(project=project_title)


def _excerpt(text: WithBody, language: str, project: Project) -> str:
    _shown, html = text.html_for("body", language, project.source_language)
    return Truncator(plain_text(html, between=DASH)).chars(EXCERPT)
