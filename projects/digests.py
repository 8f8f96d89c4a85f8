"""What of the projects waits for their leads, for their digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models import Call, Project, Status
from projects.texts import words
from smartwiki.accounts.models import User
from smartwiki.notify.digests import Entry, Section

REMIND_EVERY = 7  # days


class SilentProjects:
    """The alarm: a status that nobody confirmed for PROJECT_CONFIRM_AFTER weeks, once a week."""

    def people(self, since: datetime) -> Iterable[int]:
        leads = Project.objects.exclude(status__in=[Status.DONE, Status.NOT_PURSUED])
        return set(leads.filter(leads__isnull=False).values_list("leads", flat=True))

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        day, today = timezone.localdate(since), timezone.localdate()
        led = Project.objects.published().editable_by(person).filter(leads=person.pk)
        silent = [each for each in led if each.is_silent(today)]
        if not any(_is_reminded_between(each, day, today) for each in silent):
            return None
        text = _("Nobody has confirmed the status for {number} weeks or more.").format(
            number=settings.PROJECT_CONFIRM_AFTER
        )
        entries = [_entry(each, language, text) for each in silent]
        return Section(_("Is the status still true?"), entries, reverse("project_desk:index"))


class AnswersToCalls:
    """What people answered to the calls of one's projects since."""

    def people(self, since: datetime) -> Iterable[int]:
        answered = Call.objects.filter(responses__created_at__gt=since)
        numbers = answered.filter(project__leads__isnull=False)
        return set(numbers.values_list("project__leads", flat=True))

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        led = Project.objects.editable_by(person).filter(leads=person.pk)
        calls = (
            Call.objects.filter(project__in=led, responses__created_at__gt=since)
            .annotate(number=Count("responses"))
            .select_related("project")
            .order_by("pk")
        )
        entries = []
        for call in calls:
            title = words(call, "title", language, call.project.source_language)
            number = ngettext("{number} new answer", "{number} new answers", call.number)
            url = reverse("project_desk:answers", args=[call.project_id, call.pk])
            text = number.format(number=call.number)
            entries.append(Entry(title.text, url, text, language=title.language))
        return Section(_("Answers to your calls"), entries)


SOURCES = (SilentProjects(), AnswersToCalls())


def _entry(project: Project, language: str, text: str) -> Entry:
    title = words(project, "title", language, project.source_language)
    url = reverse("project_desk:project", args=[project.pk])
    return Entry(title.text, url, text, language=title.language)


def _is_reminded_between(project: Project, day: date, today: date) -> bool:
    """Say whether a reminder falls after `day`: when silence begins, and each week after that."""
    begins = project.silent_from() or today
    if begins == date.min:  # it was never confirmed: Mondays
        begins = date(2024, 1, 1)
    weeks = (today - begins).days // REMIND_EVERY
    return (day - begins).days < weeks * REMIND_EVERY
