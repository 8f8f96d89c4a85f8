"""Everything that happens to a comment: one transaction each, on rows that are locked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.comments import mails
from projects.comments.access import may_answer_officially, may_moderate
from projects.comments.models import Comment, State, Transition
from projects.comments.speaking import post
from projects.comments.steps import WAYS, Actor, Step, lock, lock_all, move
from smartwiki.accounts.models import User
from smartwiki.notify import have_left

TOLD_AFTER = timedelta(minutes=5)  # so long can a decision be undone without anybody knowing it
HELD_FOR = timedelta(minutes=2)  # while one moderator reads a comment, the others get the next

APPROVE, REJECT, SPAM, HIDE = "approve", "reject", "spam", "hide"
LEADS_TO = {
    APPROVE: State.APPROVED,
    REJECT: State.REJECTED,
    SPAM: State.SPAM,
    HIDE: State.HIDDEN,
}


class OvertakenError(Exception):
    """Somebody else was first: `last` says who did what, and nothing was changed."""

    def __init__(self, comment: Comment, last: Transition) -> None:
        super().__init__(f"comment {comment.pk} is at version {comment.version}")
        self.comment = comment
        self.last = last


@dataclass(slots=True)
class Together:
    """What one click did to several comments, and where somebody else was first.

    `told`: after undoing, of how many mails about it had left already.
    """

    batch: UUID
    done: list[Comment] = field(default_factory=list)
    overtaken: list[OvertakenError] = field(default_factory=list)
    told: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decides. `reasons`: for a rejection, in each language that is at hand."""

    what: str
    by: User
    reasons: dict[str, str] = field(default_factory=dict)

    def reason_for(self, comment: Comment) -> str:
        """Return the reason in the author's language, or in any other that there is."""
        language = comment.author.language if comment.author else comment.language
        return self.reasons.get(language) or next(filter(None, self.reasons.values()), "")


@transaction.atomic
def decide(pk: int, decision: Decision, *, seen: int) -> Transition | None:
    """Approve, reject, hide a comment or mark it as spam; None when there was nothing to change.

    `seen`: the version that the moderator read. Raises OvertakenError when the comment has changed
    since, PermissionDenied for who is no moderator (any more), ValidationError for a rejection
    without a reason, Comment.DoesNotExist.
    """
    _still_moderator(decision.by)
    return _decide(lock(pk), decision, seen, uuid4())


@transaction.atomic
def decide_together(seen: dict[int, int], decision: Decision) -> Together:
    """Do the same to several comments (`seen`: the version of each); raises as `decide`.

    Those that somebody else changed meanwhile are left as they are, and named.
    """
    _still_moderator(decision.by)
    together = Together(uuid4())
    for pk, comment in lock_all(seen).items():
        try:
            if _decide(comment, decision, seen[pk], together.batch):
                together.done.append(comment)
        except OvertakenError as overtaken:
            together.overtaken.append(overtaken)
    return together


@transaction.atomic
def undo(batch: UUID, by: User) -> Together:
    """Take back what one click did, where nobody has done anything since, and its mails."""
    _still_moderator(by)
    steps = {step.comment_id: step for step in Transition.objects.filter(batch=batch)}
    together = Together(uuid4())
    for pk, comment in lock_all(steps).items():
        step = steps[pk]
        if comment.version != step.version:
            together.overtaken.append(_overtaken(comment))
            continue
        comment.reports.filter(settled_at=step.at).update(settled_at=None)
        back = Step(Actor.TEAM, by, "undone", batch=together.batch)
        together.told += _untell(comment, step)
        if step.after == State.APPROVED and comment.approved_at == step.at:
            comment.approved_at = None  # as if it had never been shown
        move(comment, step.before, back, waiting_since=step.waiting_before)
        together.done.append(comment)
    return together


@transaction.atomic
def answer(pk: int, body: str, *, by: User, language: str, seen: int, pin: bool = False) -> Comment:
    """Answer officially; what still waits is approved with it, where `by` is a moderator.

    Raises as `decide`; a lead may answer only what everybody reads on their own projects.
    """
    comment = lock(pk)
    by = User.objects.get(pk=by.pk)
    if not may_answer_officially(by, comment.project):
        raise PermissionDenied
    if may_moderate(by) and (comment.waiting_since or not comment.is_shown):
        _decide(comment, Decision(APPROVE, by), seen, uuid4(), told_after=None)
    elif not comment.is_shown:
        raise _overtaken(comment)
    said = post(
        Comment(
            project=comment.project,
            update=comment.update,
            call=comment.call,
            answers_to=comment,
            author=by,
            language=language,
            body=body,
        ),
        official=True,
    )
    return _pin(said, by) if pin else said


@transaction.atomic
def pin(pk: int, by: User, *, is_pinned: bool = True) -> None:
    """Put an official answer right under its question, and their conversation on top; or undo it.

    Raises PermissionDenied, Comment.DoesNotExist, and ValidationError for what is not official.
    """
    comment = lock(pk)
    if not may_answer_officially(User.objects.get(pk=by.pk), comment.project):
        raise PermissionDenied
    if not (comment.is_official and comment.is_shown):
        raise ValidationError(_("Only an official answer can be pinned."), code="official")
    if bool(comment.pinned_at) != is_pinned:
        _pin(comment, by, is_pinned=is_pinned)


@transaction.atomic
def hold_next(by: User, after: Comment | None = None) -> Comment | None:
    """Return the comment that waits longest (of those after `after`), and keep it for `by`.

    For two minutes the other moderators are given other ones. Without any left after `after`, it
    begins anew; None when nothing waits.
    """
    waiting = Comment.objects.waiting().free_for(by)
    others = waiting.exclude(pk=after.pk) if after else waiting
    later = others.after(after) if after else others
    found = _first(later) or _first(others)
    if found:
        Comment.objects.filter(pk=found.pk).update(held_by=by, held_until=timezone.now() + HELD_FOR)
    return found


def _first(waiting: QuerySet[Comment]) -> Comment | None:
    skips = connection.features.has_select_for_update_skip_locked
    return waiting.select_for_update(skip_locked=skips).first()


def _still_moderator(by: User) -> None:
    """Ask the database anew: the right may have been taken away a second ago."""
    if not may_moderate(User.objects.get(pk=by.pk)):
        raise PermissionDenied


def _overtaken(comment: Comment) -> OvertakenError:
    last = comment.transitions.select_related("by").order_by("version").last()
    assert last is not None  # noqa: S101 (every comment begins with a step)
    return OvertakenError(comment, last)


def _untell(comment: Comment, step: Transition) -> int:
    """Take back the mails about a step; return how many have left already."""
    mails.take_back(comment)
    keys = [mails.rejected_key(comment, step.version)]
    if step.after == State.APPROVED and comment.approved_at == step.at:
        keys += [mails.approved_key(comment), *mails.answered_keys(comment)]
    return have_left(keys)


def _decide(
    comment: Comment,
    decision: Decision,
    seen: int,
    batch: UUID,
    told_after: timedelta | None = TOLD_AFTER,
) -> Transition | None:
    after = LEADS_TO[decision.what]
    reason = decision.reason_for(comment) if decision.what == REJECT else ""
    if decision.what == REJECT and not reason.strip():
        raise ValidationError(_("Say why, so that the author can understand it."), code="reason")
    if comment.version != seen or comment.state in (State.WITHDRAWN, State.UNCONFIRMED):
        raise _overtaken(comment)
    if after not in (comment.state, *WAYS[comment.state]):
        raise ValidationError(_("This cannot be done with a comment that waits."), code="way")
    if comment.state == after and comment.waiting_since is None:
        return None
    if mails.take_back(comment):  # that it was published is not known to anybody yet
        comment.approved_at = None
    is_new = comment.approved_at is None
    made = move(comment, after, Step(Actor.TEAM, decision.by, decision.what, reason, batch))
    comment.reports.open().update(settled_at=made.at)
    at = made.at + told_after if told_after else None
    if after == State.APPROVED and is_new:
        mails.tell_approved(comment, at)
        mails.tell_answered(comment, at)
    elif after == State.REJECTED:
        mails.tell_rejected(comment, made, at)
    return made


def _pin(comment: Comment, by: User, *, is_pinned: bool = True) -> Comment:
    step = Step(Actor.TEAM, by, "pinned" if is_pinned else "unpinned")
    comment.pinned_at = timezone.now() if is_pinned else None
    move(comment, State.APPROVED, step, waiting_since=comment.waiting_since)
    return comment
