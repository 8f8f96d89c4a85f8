"""What comments bring into the digests of moderators and of project leads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.comments.access import may_moderate
from projects.comments.addresses import comment_url
from projects.models import Comment, Project
from projects.texts import words
from projects.times import time_since
from smartwiki.accounts.models import Grant, User
from smartwiki.notify.digests import MOST_ENTRIES, Entry, Section

MOST_COUNTED = 1000  # nobody needs a greater number to know that there is much to do


class WaitingComments:
    """What waits for moderators, every day until nothing does: people wait for an answer."""

    def people(self, since: datetime) -> Iterable[int]:
        if not Comment.objects.waiting().exists():
            return set()
        moderators = Grant.objects.filter(role=Grant.Role.MODERATOR)
        return set(moderators.values_list("user", flat=True))

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        oldest = Comment.objects.waiting().first()
        if not may_moderate(person) or oldest is None or oldest.waiting_since is None:
            return None
        number = len(Comment.objects.waiting().values_list("pk", flat=True)[:MOST_COUNTED])
        title = ngettext(
            "{number} comment waits for a moderator",
            "{number} comments wait for a moderator",
            number,
        )
        text = _("The first has been waiting for {time}.").format(
            time=time_since(oldest.waiting_since)
        )
        entry = Entry(title.format(number=number), reverse("moderation:queue"), text)
        return Section(_("Comments to moderate"), [entry], reverse("moderation:queue"))


class CommentsOnProjects:
    """What readers said on one's projects since, once a moderator has approved it."""

    def people(self, since: datetime) -> Iterable[int]:
        commented = Project.objects.filter(
            comments__approved_at__gt=since, comments__state="approved", leads__isnull=False
        )
        return set(commented.values_list("leads", flat=True))

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        led = Project.objects.published().editable_by(person).filter(leads=person.pk)
        comments = (
            Comment.objects.visible()
            .filter(project__in=led, approved_at__gt=since)
            .exclude(author=person.pk)
            .select_related("project", "author")
            .order_by("approved_at", "pk")
        )
        entries = [_entry(each, language) for each in comments[:MOST_ENTRIES]]
        return Section(_("Comments on your projects"), entries)


SOURCES = (WaitingComments(), CommentsOnProjects())


def _entry(comment: Comment, language: str) -> Entry:
    title = words(comment.project, "title", language, comment.project.source_language)
    text = _("{name} wrote").format(name=comment.shown_name)
    return Entry(title.text, comment_url(comment, language), text, language=title.language)
