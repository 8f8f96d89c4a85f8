"""One mail instead of many: what somebody follows, and what waits for them, by day or by week.

What is in a digest is read when it is sent, so that it never tells of what its reader may no
longer read; whether there is one is decided once a day (`manage.py daily`), idempotent by date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction
from django.utils import timezone, translation

from smartwiki.accounts.models import User
from smartwiki.notify import announcing
from smartwiki.notify.following import follower_of
from smartwiki.notify.models import AnnouncedTopic, Announcement, Follower, Subscription
from smartwiki.notify.queueing import TO_MANY, queue

if TYPE_CHECKING:
    from smartwiki.notify.models import Message

KIND = "digest"
WORK, DAILY, WEEKLY = "work", Subscription.Rhythm.DAILY, Subscription.Rhythm.WEEKLY
PERIODS = {DAILY: timedelta(days=1), WEEKLY: timedelta(days=7)}
LONGEST = timedelta(days=31)  # a digest that was not sent for long begins here
MOST_ENTRIES = 30  # in one section; the page behind it shows them all


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a digest: a title that leads to `url` (a path), and a sentence about it."""

    title: str
    url: str
    text: str = ""
    label: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What one part of the site has to say; `url`: the page that shows all of it."""

    title: str
    entries: list[Entry] = field(default_factory=list)
    url: str = ""


class Source(Protocol):
    """What waits for people in one part of the site."""

    def people(self, since: datetime) -> Iterable[int]:
        """Return the numbers of the users for whom there may be something (more is no harm)."""
        ...

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        """Return what there is for `person` now, in `language` (active); None for nothing.

        `since`: when the person was told last. What waits and has not changed since then is better
        left out: a mail that comes every day and says the same is not read.
        """
        ...


_sources: list[Source] = []


def register_digest(source: Source) -> None:
    """Let `source` have a section in people's digests, after those registered before."""
    if not any(type(each) is type(source) for each in _sources):
        _sources.append(source)


def queue_digests(now: datetime | None = None) -> int:
    """Queue today's digests; return how many are new. The second time on a day does nothing."""
    now = now or timezone.now()
    return _queue_work(now) + sum(_queue_followed(rhythm, now) for rhythm in PERIODS)


def sections_for(message: Message) -> list[Section]:
    """Return what a queued digest says now; nothing when there is no longer anything to say."""
    since = datetime.fromisoformat(message.context["since"])
    until = message.created_at
    follower = (
        Follower.objects.select_related("user").filter(pk=message.context["follower"]).first()
    )
    if follower is None:
        return []
    if message.context["what"] == WORK:
        wanted = follower.user and follower.work != Follower.Digest.NEVER
        return work_of(follower.user, follower.language, since) if wanted else []  # type: ignore[arg-type]
    return followed_by(follower, message.context["what"], since, until)


def work_of(person: User, language: str, since: datetime) -> list[Section]:
    """Return what waits for a person."""
    with translation.override(language):
        found = [source.section(person, language, since) for source in _sources]
    return [section for section in found if section and section.entries]


def followed_by(follower: Follower, rhythm: str, since: datetime, until: datetime) -> list[Section]:
    """Return what happened to what somebody follows at `rhythm`, the latest first."""
    topics = follower.subscriptions.filter(rhythm=rhythm, confirmed_at__isnull=False)
    announced = AnnouncedTopic.objects.filter(topic__in=topics.values("topic"))
    happened = Announcement.objects.filter(
        pk__in=announced.values("announcement"), created_at__gt=since, created_at__lte=until
    ).order_by("-created_at")
    person = announcing.person_of(follower)
    entries: dict[tuple[str, str], Entry] = {}  # a guide that changed three times is one line
    for each in happened[: MOST_ENTRIES * 3]:
        event = announcing.describe(each, follower.language, person)
        if event:
            entry = Entry(event.title, event.url, event.text, event.label, event.language)
            entries.setdefault((event.url, event.title), entry)
    return [Section("", list(entries.values())[:MOST_ENTRIES])] if entries else []


def _queue_work(now: datetime) -> int:
    people = set().union(*(source.people(now - LONGEST) for source in _sources))
    queued = 0
    for person in User.objects.filter(pk__in=people, is_active=True).order_by("pk"):
        with transaction.atomic():
            follower = follower_of(person)
            queued += _queue_one(follower, WORK, follower.work, now)
    return queued


def _queue_followed(rhythm: str, now: datetime) -> int:
    announced = AnnouncedTopic.objects.filter(announcement__created_at__gt=now - LONGEST)
    following = (
        Subscription.objects.confirmed()
        .filter(rhythm=rhythm, topic__in=announced.values("topic"))
        .values("follower")
    )
    queued = 0
    for follower in Follower.objects.filter(pk__in=following).select_related("user").order_by("pk"):
        with transaction.atomic():
            queued += _queue_one(follower, rhythm, rhythm, now)
    return queued


def _queue_one(follower: Follower, what: str, rhythm: str, now: datetime) -> int:
    """Queue a digest if it is time for one and there is something to say."""
    last = follower.told_at(what)
    if rhythm not in PERIODS or not _is_time(last, rhythm, now):
        return 0
    since = max(last or now - PERIODS[Subscription.Rhythm(rhythm)], now - LONGEST)
    if what == WORK:
        has_news = follower.user and work_of(follower.user, follower.language, since)
    else:
        has_news = followed_by(follower, what, since, now)
    if not has_news:
        return 0
    follower.note_told(what, now)
    context = {"what": what, "since": since.isoformat(), "follower": follower.pk}
    return queue(
        announcing.recipient_of(follower),
        KIND,
        context,
        f"digest-{what}:{follower.pk}:{timezone.localdate(now)}",
        priority=TO_MANY,
        stop_path=announcing.stop_path_of(follower.code, what),
    )


def _is_time(last: datetime | None, rhythm: str, now: datetime) -> bool:
    """Say whether this day (or this week, from Monday on) has had none yet."""
    if last is None:
        return True
    before, today = timezone.localdate(last), timezone.localdate(now)
    if rhythm == DAILY:
        return before < today
    return before.isocalendar()[:2] < today.isocalendar()[:2]


def content_of(message: Message) -> dict[str, Any]:
    """Return what the templates of a digest show."""
    sections = sections_for(message)
    return {
        "sections": sections,
        "is_work": message.context["what"] == WORK,
        "number": sum(len(section.entries) for section in sections),
    }
