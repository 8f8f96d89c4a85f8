"""The one way in which a comment changes its state: locked, counted and recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from projects.comments.models import Comment, State, Transition
from smartwiki.accounts.models import User
from smartwiki.audit import record
from smartwiki.models import ContentVersion

Actor = Transition.Actor

# From where to where a comment may go; what is withdrawn stays so.
WAYS: dict[str, tuple[State, ...]] = {
    "": (State.UNCONFIRMED, State.PENDING, State.APPROVED),
    State.UNCONFIRMED: (State.PENDING, State.APPROVED, State.WITHDRAWN),
    State.PENDING: (State.APPROVED, State.REJECTED, State.SPAM, State.WITHDRAWN),
    State.APPROVED: (
        State.PENDING,
        State.REJECTED,
        State.SPAM,
        State.WITHDRAWN,
        State.HIDDEN,
    ),
    State.HIDDEN: (State.APPROVED, State.REJECTED, State.SPAM, State.WITHDRAWN),
    State.REJECTED: (
        State.PENDING,
        State.APPROVED,
        State.SPAM,
        State.HIDDEN,
        State.WITHDRAWN,
    ),
    State.SPAM: (
        State.PENDING,
        State.APPROVED,
        State.REJECTED,
        State.HIDDEN,
        State.WITHDRAWN,
    ),
    State.WITHDRAWN: (),
}
LEAVES_A_TRACE = {State.APPROVED, State.HIDDEN}  # on the pages that readers see


@dataclass(frozen=True, slots=True)
class Step:
    """Who does something to a comment, and why. `reason`: in words, as the author is told."""

    actor: str
    by: User | None = None
    why: str = ""
    reason: str = ""
    batch: UUID | None = None


class NoSuchWayError(Exception):
    """A comment cannot go from where it is to where it should."""


def lock(pk: int) -> Comment:
    """Return a comment that nobody else changes until the transaction ends.

    Raises Comment.DoesNotExist.
    """
    try:
        return lock_all([pk])[pk]
    except KeyError as error:
        raise Comment.DoesNotExist from error


def lock_all(pks: Iterable[int]) -> dict[int, Comment]:
    """Return several comments as `lock` does.

    What began a conversation is locked with its answers, and always by rising number, so that no
    two transactions wait for each other.
    """
    wanted = set(pks)
    answers = Comment.objects.filter(pk__in=wanted, thread__isnull=False)
    begun = answers.values_list("thread", flat=True)  # a comment never changes its thread
    rows = Comment.objects.select_for_update(of=("self",)).select_related("author", "project")
    locked = rows.filter(pk__in=wanted.union(begun)).order_by("pk")
    return {comment.pk: comment for comment in locked if comment.pk in wanted}


def move(
    comment: Comment, after: str, step: Step, *, waiting_since: datetime | None = None
) -> Transition:
    """Take a locked comment a step further and record it; `after` may be where it is already.

    `waiting_since`: from when on it waits for a moderator, now for what becomes pending.
    Raises NoSuchWayError.
    """
    before, now = comment.state, timezone.now()
    if after != before and after not in WAYS[before]:
        raise NoSuchWayError(f"{before} → {after}")
    waited_since, comment.waiting_since = comment.waiting_since, waiting_since
    if after == State.PENDING and waiting_since is None:
        comment.waiting_since = now
    comment.state, comment.held_by, comment.held_until = after, None, None
    if after == State.APPROVED:
        comment.approved_at = comment.approved_at or now
    else:
        comment.pinned_at = None
    if comment.pk:
        comment.version += 1
    comment.save()
    _put_on_top(comment)
    if LEAVES_A_TRACE & {before, after}:
        ContentVersion.bump()
    if step.actor == Actor.TEAM:
        record(step.by, "comment.moderated", comment, before=before, after=after)
    return _record(comment, before, step, now, waited_since)


def _put_on_top(comment: Comment) -> None:
    """A conversation stands above the others while it holds an official answer that is pinned."""
    begun = comment.thread_id or comment.pk
    pinned = Comment.objects.filter(Q(pk=begun) | Q(thread=begun), pinned_at__isnull=False)
    Comment.objects.filter(pk=begun).update(is_on_top=pinned.exists())


def _record(
    comment: Comment, before: str, step: Step, now: datetime, waited_since: datetime | None
) -> Transition:
    waited = None
    if waited_since and step.actor == Actor.TEAM and comment.waiting_since is None:
        waited = max(0, int((now - waited_since).total_seconds()))
    return Transition.objects.create(
        comment=comment,
        before=before,
        after=comment.state,
        actor=step.actor,
        by=step.by,
        at=now,
        why=step.why,
        reason=step.reason,
        waited=waited,
        waiting_before=waited_since,
        version=comment.version,
        batch=step.batch,
    )
