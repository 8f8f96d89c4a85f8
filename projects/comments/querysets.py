"""Which comments are shown to whom, and which wait, in verbs that chain."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from projects.texts import column
from smartwiki.languages import language_codes

if TYPE_CHECKING:
    from projects.comments.models import Comment, Report  # noqa: F401 (the base classes name them)
    from projects.models import Project
    from smartwiki.accounts.models import User

# The words are gone from the page, but what others answered stays under a note in their place.
STILL_STANDS = ("withdrawn", "hidden")
NOT_SHOWN = ("unconfirmed", "pending", "rejected", "spam")
# Of a comment, what readers see: never an address.
SHOWN = (
    "project_id", "update_id", "call_id", "thread_id", "answers_to_id", "author_id", "name",
    "language", "body", "state", "is_official", "role", "pinned_at", "is_on_top", "created_at",
    "edited_at", "version",
)  # fmt: skip


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments."""

    def pending(self) -> Self:
        return self.filter(state="pending")

    def approved(self) -> Self:
        return self.filter(state="approved")

    def unconfirmed(self) -> Self:
        return self.filter(state="unconfirmed")

    def visible_on(self, project: Project) -> Self:
        """Keep what everybody reads on a project's pages."""
        return self.approved().filter(project=project).filter(_thread_is_shown())

    def visible(self) -> Self:
        """Keep what everybody reads, on any published project."""
        return self.approved().filter(_thread_is_shown(), project__is_published=True)

    def waiting(self) -> Self:
        """Keep what a moderator has to look at, the longest waiting first."""
        return self.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")

    def free_for(self, person: User, now: datetime | None = None) -> Self:
        """Leave out what another moderator was given a moment ago."""
        others = Q(held_until__gt=now or timezone.now()) & ~Q(held_by=person.pk)
        return self.exclude(others)

    def after(self, comment: Comment) -> Self:
        """Keep what comes later than `comment` in the order of `waiting`."""
        since = comment.waiting_since or comment.created_at
        later = Q(waiting_since__gt=since) | Q(pk__gt=comment.pk)
        return self.filter(later, waiting_since__gte=since)  # so, SQLite begins there in the index

    def threads_on(self, project: Project) -> Self:
        """Keep what begins a conversation that readers see, be it only for its answers."""
        answers = self.model._default_manager.filter(thread=OuterRef("pk"), state="approved")
        begins = Q(state="approved") | (Q(state__in=STILL_STANDS) & Exists(answers))
        return self.filter(begins, project=project, thread=None)

    def newest_first(self) -> Self:
        return self.order_by("-is_on_top", "-created_at", "-pk")

    def oldest_first(self) -> Self:
        return self.order_by("-is_on_top", "created_at", "pk")

    def in_conversation(self) -> Self:
        """Order replies: what the team pinned comes first, the rest as it was said."""
        return self.order_by(F("pinned_at").asc(nulls_last=True), "created_at", "pk")

    def of_person(self, person: User) -> Self:
        """Keep what a member said; nothing for a member who is not known (`any_member`)."""
        return self.filter(author=person.pk) if person.pk else self.none()

    def of_same_author(self, comment: Comment) -> Self:
        """Keep the other comments of the same member, or of the same address."""
        others = self.exclude(pk=comment.pk)
        if comment.author_id:
            return others.filter(author=comment.author_id)
        return others.filter(email=comment.email).exclude(email="")  # the index's own condition

    def for_readers(self) -> Self:
        """Load what a page shows: of the author the name alone, of the comment no address."""
        titles = [column("title", code) for code in language_codes()]
        subjects = [f"{each}__{title}" for each in ("update", "call") for title in titles]
        return self.select_related("author", "update", "call", "answers_to__author").only(
            *SHOWN, "author__name", "answers_to__name", "answers_to__author__name", *subjects
        )

    def with_context(self) -> Self:
        """Load what a moderator needs around a comment, in the same query.

        Reports are counted for the rows that are loaded: a join would count all that wait.
        """
        same = self.model._default_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
        number = same.annotate(number=Count("reports", filter=Q(reports__settled_at=None)))
        return self.select_related(
            "author", "project", "update", "call", "thread__author", "answers_to__author", "held_by"
        ).annotate(objections=Subquery(number.values("number")))

    def counted_on(self, project: Project) -> list[tuple[int | None, int | None, int]]:
        """Return (update, call, number) of what `visible_on` keeps, also for the project itself.

        What began a conversation that is not shown is looked up once, not for each answer.
        """
        own = self.approved().filter(project=project).order_by()
        unseen = self.model._default_manager.filter(project=project, thread=None)
        unseen = unseen.filter(state__in=NOT_SHOWN)
        rows = own.exclude(thread__in=unseen.values("pk")).values("update_id", "call_id")
        return list(rows.annotate(n=Count("pk")).values_list("update_id", "call_id", "n"))

    def languages_on(self, project: Project, languages: list[str]) -> list[str]:
        """Return those of `languages` in which somebody began a conversation (one query)."""
        begun = self.approved().filter(project=project, thread=None)
        found = (
            type(project)
            ._default_manager.filter(pk=project.pk)
            .values_list(*(Exists(begun.filter(language=code)) for code in languages))
        )
        return [code for code, is_there in zip(languages, found.get(), strict=True) if is_there]


def _thread_is_shown() -> Q:
    """An answer stays when the comment that began its conversation is withdrawn or under review."""
    return Q(thread=None) | Q(thread__state__in=["approved", *STILL_STANDS])


class ReportQuerySet(models.QuerySet["Report"]):
    """Readers' reports."""

    def open(self) -> Self:
        return self.filter(settled_at=None)
