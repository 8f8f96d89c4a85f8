"""What a moderator sees: the queue, one comment with all that helps to judge it, and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.cache import cache
from django.db.models import Case, Count, When
from django.utils import timezone
from django.utils.functional import cached_property

from projects.comments.conversation import Part
from projects.comments.models import Comment, ReadyReason, Report, State, Transition
from projects.comments.steps import WAYS, Actor
from projects.comments.texts import LINK
from projects.texts import Words, words
from projects.times import time_since

if TYPE_CHECKING:
    from smartwiki.accounts.models import User

A_PAGE = 25
COUNTED = 1000  # beyond that the desk says "more than 1000": nobody counts so far, and it is quick
EARLIER = 5
FIGURES_OF = timedelta(days=30)
WEEKS = 12
COUNTED_FOR = timedelta(minutes=5)
COUNTED_KEY = "comments-counted"
UNDOABLE_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many comments wait: exactly, or `COUNTED` and more."""

    number: int

    @property
    def is_more(self) -> bool:
        return self.number > COUNTED

    @property
    def shown(self) -> int:
        return min(self.number, COUNTED)


def waiting_now() -> Waiting:
    """Count what waits (one query, of a bounded cost)."""
    return Waiting(Comment.objects.waiting().order_by()[: COUNTED + 1].count())


class QueuePage:
    """A page of the queue, the longest waiting first; `after`: where the page before it ended."""

    def __init__(self, after: str, language: str) -> None:
        self.language = language
        rows = Comment.objects.waiting().with_context()
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
        start = Comment.objects.filter(pk=number).first() if number else None
        if start:
            rows = rows.after(start)
        found = list(rows[: A_PAGE + 1])
        self.has_next = len(found) > A_PAGE
        self.is_first = start is None
        self.items = [Item(comment, language) for comment in found[:A_PAGE]]

    @property
    def last(self) -> int:
        """Where the next page goes on."""
        return self.items[-1].comment.pk


@dataclass(frozen=True, slots=True)
class Item:
    """A comment in the queue."""

    comment: Comment
    language: str

    @property
    def project(self) -> Words:
        return words(
            self.comment.project, "title", self.language, self.comment.project.source_language
        )

    @property
    def time_since(self) -> str:
        return time_since(self.comment.created_at)

    @property
    def is_edited(self) -> bool:
        return self.comment.edited_at is not None

    @property
    def links(self) -> int:
        return len(LINK.findall(self.comment.body))


class CommentAtDesk:
    """One comment with its page's context, its author's earlier ones, its reports and history."""

    def __init__(self, comment: Comment, language: str) -> None:
        self.comment, self.language = comment, language
        self.item = Item(comment, language)
        self.part = Part(comment)

    @property
    def slug(self) -> str:
        return self.comment.project.slug_for(self.language)

    @property
    def is_settled(self) -> bool:
        return self.comment.waiting_since is None

    @property
    def is_reported(self) -> bool:
        """Whether it was on the page when readers objected: approving then means keeping it."""
        return self.comment.approved_at is not None

    @property
    def about(self) -> Words:
        """The title of the update or call that it is about."""
        subject = self.comment.update or self.comment.call
        source = self.comment.project.source_language
        return words(subject, "title", self.language, source) if subject else Words("")

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.comment.body)

    @cached_property
    def earlier(self) -> list[Comment]:
        """What the same author said before, the newest first (one query)."""
        found = Comment.objects.of_same_author(self.comment).exclude(state=State.UNCONFIRMED)
        return list(found.select_related("project").order_by("-created_at", "-pk")[:EARLIER])

    @cached_property
    def reports(self) -> list[Report]:
        return list(self.comment.reports.open())

    @cached_property
    def steps(self) -> list[Transition]:
        return list(self.comment.transitions.select_related("by"))

    @cached_property
    def reasons(self) -> list[ReadyReason]:
        return list(ReadyReason.objects.filter(is_offered=True))

    @property
    def decisions(self) -> set[str]:
        """What can be decided now: see `projects.comments.steps.WAYS`."""
        ways = WAYS[self.comment.state]
        again = not self.is_settled and self.comment.state == State.APPROVED
        return {way.value for way in ways} | ({State.APPROVED.value} if again else set())


@dataclass(frozen=True, slots=True)
class Done:
    """What the person's last click did, so that it can be undone."""

    batch: UUID
    steps: list[Transition]

    @property
    def after(self) -> State:
        return State(self.steps[0].after)

    @property
    def whose(self) -> str:
        return self.steps[0].comment.shown_name

    @property
    def number(self) -> int:
        return len(self.steps)

    @property
    def is_undoing(self) -> bool:
        return self.steps[0].why == "undone"


def what_was_done(batch: str, person: User) -> Done | None:
    """Return what `person` did with one click in the last hour, if it can be undone (one query)."""
    try:
        number = UUID(batch)
    except ValueError:
        return None
    since = timezone.now() - UNDOABLE_FOR
    found = Transition.objects.filter(batch=number, by=person, at__gt=since)
    steps = list(found.select_related("comment__author")[:200])
    return Done(number, steps) if steps else None


@dataclass(frozen=True, slots=True)
class Week:
    """How many comments came in one week, and how many of them are in each of `Figures.STATES`."""

    begins: date
    came: int
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Counted:
    """What takes the longer the more comments there are, as it was `at` a time.

    `median`: in seconds, of what was decided in the last 30 days.
    """

    at: datetime
    median: int | None
    decided: int
    weeks: list[Week]


@dataclass(frozen=True, slots=True)
class Figures:
    """How long comments wait, and how many there are. Times are in seconds."""

    STATES = (State.PENDING, State.APPROVED, State.REJECTED, State.SPAM, State.WITHDRAWN)

    now: datetime
    waiting: Waiting
    longest: int | None
    counted: Counted

    @property
    def longest_in_words(self) -> str:
        return self._in_words(self.longest)

    @property
    def median_in_words(self) -> str:
        return self._in_words(self.counted.median)

    def _in_words(self, seconds: int | None) -> str:
        if seconds is None:
            return ""
        return time_since(self.now - timedelta(seconds=seconds), self.now)


def figures(now: datetime | None = None) -> Figures:
    """Return the figures: what waits as it is now, the rest as it was counted last."""
    now = now or timezone.now()
    oldest = Comment.objects.waiting().values_list("waiting_since", flat=True).first()
    counted: Counted | None = cache.get(COUNTED_KEY)
    if counted is None:
        counted = _count(now)
        cache.set(COUNTED_KEY, counted, COUNTED_FOR.total_seconds())
    longest = int((now - oldest).total_seconds()) if oldest else None
    return Figures(now, waiting_now(), longest, counted)


def _count(now: datetime) -> Counted:
    """Count what was decided, and what came in (three queries)."""
    decided = Transition.objects.filter(
        at__gt=now - FIGURES_OF, actor=Actor.TEAM, waited__isnull=False
    )
    number = decided.count()
    middle = decided.order_by("waited").values_list("waited", flat=True)[number // 2 :][:1]
    return Counted(now, next(iter(middle), None), number, _weeks(now))


def _weeks(now: datetime) -> list[Week]:
    """Count by week, the last one first; weeks without comments are left out (one query)."""
    monday = timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    weeks = [monday - timedelta(weeks=number) for number in range(WEEKS)]
    # Comparing is much quicker than TruncWeek, which SQLite asks Python for.
    in_week = Case(*(When(created_at__gte=_midnight(each), then=n) for n, each in enumerate(weeks)))
    rows = (
        Comment.objects.filter(created_at__gte=_midnight(weeks[-1]))
        .exclude(state=State.UNCONFIRMED)
        .annotate(week=in_week)
        .values("week", "state")
        .annotate(number=Count("pk"))
        .order_by("week")
    )
    found: dict[date, dict[str, int]] = {}
    for row in rows:
        found.setdefault(weeks[row["week"]], {})[row["state"]] = row["number"]
    return [
        Week(begins, sum(states.values()), [states.get(each, 0) for each in Figures.STATES])
        for begins, states in found.items()
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
