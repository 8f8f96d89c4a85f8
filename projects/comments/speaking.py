"""What readers do with comments: say, confirm, edit, withdraw, report; one transaction each."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.comments import mails
from projects.comments.models import Comment, Report, Role, Rules, State
from projects.comments.steps import Actor, Step, lock, move
from projects.comments.texts import REPETITION_FROM, fingerprint
from projects.models.project import Project
from smartwiki.accounts.models import User

EDITABLE_FOR = timedelta(minutes=15)
REPEATED_WITHIN = timedelta(days=1)
EDITABLE = (State.UNCONFIRMED, State.PENDING, State.APPROVED)


class AlreadySaidError(Exception):
    """The same person has sent the same words before, such as by a double click."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(f"comment {comment.pk} says this already")
        self.comment = comment


@transaction.atomic
def post(comment: Comment, *, official: bool = False) -> Comment:
    """Take a new comment in; its author's name, address, words and place are set and cleaned.

    A visitor's waits for a confirmation of the address, a member's for a moderator; an `official`
    answer and that of a trusted author are published at once.

    Raises ValidationError (`closed`: the project takes none, `gone`: what it answers is not there,
    `repeated`: somebody else sent the same) and AlreadySaidError.
    """
    comment.fingerprint = fingerprint(comment.body)
    answered = _take_its_place(comment)  # locks what is answered, always before the project
    _refuse_closed(comment)
    _refuse_repetition(comment)
    if official:
        comment.is_official = True
        is_lead = comment.project.leads.filter(pk=comment.author_id).exists()
        comment.role = Role.LEAD if is_lead else Role.MODERATOR
        move(comment, State.APPROVED, Step(Actor.TEAM, comment.author, "official"))
    elif comment.author is None:
        move(comment, State.UNCONFIRMED, Step(Actor.AUTHOR))
        mails.ask_to_confirm(comment)
    else:
        _hand_in(comment, "")
    if answered and comment.is_shown:
        mails.tell_answered(comment)
    return comment


def ask_again(comment: Comment) -> None:
    """Send the link once more to a visitor who tries again, since the first may be lost."""
    if comment.state == State.UNCONFIRMED:
        mails.ask_to_confirm(comment)


@transaction.atomic
def confirm(pk: int) -> tuple[Comment, bool]:
    """Hand in a visitor's comment whose address is proved; False when that was done before.

    Raises Comment.DoesNotExist, and ValidationError when the project takes no comments any more
    (`closed`), or the same words were handed in since (`repeated`).
    """
    comment = lock(pk)
    if comment.state != State.UNCONFIRMED:
        return comment, False
    _refuse_closed(comment)
    _refuse_echo(comment)
    _hand_in(comment, "confirmed")
    if comment.is_shown:
        mails.tell_answered(comment)
    return comment, True


@transaction.atomic
def edit(pk: int, body: str, language: str) -> Comment:
    """Change an author's words; what was published waits for a moderator again.

    Raises ValidationError (`late`: the time for it is over), Comment.DoesNotExist.
    """
    comment = lock(pk)
    if not may_be_edited(comment):
        raise ValidationError(
            _("A comment can be changed for 15 minutes. You can still withdraw it."), code="late"
        )
    if (comment.body, comment.language) == (body, language):
        return comment
    comment.body, comment.language, comment.edited_at = body, language, timezone.now()
    comment.fingerprint = fingerprint(body)
    shown = comment.is_official or is_trusted(comment)
    after = State.PENDING if comment.is_shown and not shown else State(comment.state)
    step = Step(Actor.AUTHOR, comment.author, "edited")
    move(comment, after, step, waiting_since=comment.waiting_since)
    return comment


@transaction.atomic
def withdraw(pk: int) -> Comment:
    """Take an author's comment off the page, at any time; what others answered stays.

    Raises Comment.DoesNotExist.
    """
    comment = lock(pk)
    if comment.state != State.WITHDRAWN:
        mails.take_back(comment)
        move(comment, State.WITHDRAWN, Step(Actor.AUTHOR, comment.author, "withdrawn"))
    return comment


@transaction.atomic
def report(pk: int, said: Report) -> bool:
    """Take in what a reader objects to; False when the same person did before.

    Enough reports hide a comment until a moderator has looked; what the team said only waits.
    Raises Comment.DoesNotExist for what readers do not see.
    """
    comment = lock(pk)
    if not comment.is_shown:
        raise Comment.DoesNotExist
    said.comment = comment
    try:
        with transaction.atomic():
            said.save()
    except IntegrityError:
        return False
    now = timezone.now()
    many = comment.reports.open().count() >= Rules.current().hidden_after
    if many and not comment.is_official:
        since = comment.waiting_since or now
        move(comment, State.HIDDEN, Step(Actor.READERS, why="reports"), waiting_since=since)
    elif comment.waiting_since is None:
        Comment.objects.filter(pk=pk).update(waiting_since=now)
    return True


def may_be_edited(comment: Comment) -> bool:
    """Say whether the author may still change the words."""
    return comment.state in EDITABLE and timezone.now() < comment.created_at + EDITABLE_FOR


def is_trusted(comment: Comment) -> bool:
    """Say whether so many comments of this author were approved that the next needs no look.

    COMMENTS_TRUSTED_AFTER is the number, 0 for never; spam forfeits it.
    """
    if not settings.COMMENTS_TRUSTED_AFTER:
        return False
    others = Comment.objects.of_same_author(comment)
    approved = others.approved().count() >= settings.COMMENTS_TRUSTED_AFTER
    return approved and not others.filter(state=State.SPAM).exists()


def _hand_in(comment: Comment, why: str) -> None:
    if is_trusted(comment):
        move(comment, State.APPROVED, Step(Actor.RULE, why="trusted"))
    else:
        move(comment, State.PENDING, Step(Actor.AUTHOR, comment.author, why))


def _refuse_closed(comment: Comment) -> None:
    """Look at the project anew, and keep others out of it: of two equal comments one is first."""
    project = Project.objects.select_for_update(no_key=True).get(pk=comment.project_id)
    if not project.is_published or not project.takes_comments:
        raise ValidationError(
            _("This page takes no comments now. Your text was not sent."), code="closed"
        )


def _take_its_place(comment: Comment) -> Comment | None:
    """Put an answer into the conversation of what it answers, which it returns."""
    if comment.answers_to_id is None:
        return None
    answered = (
        Comment.objects.visible_on(comment.project)
        .select_for_update(of=("self",))
        .filter(pk=comment.answers_to_id)
        .first()
    )
    if answered is None:
        raise ValidationError(
            _("The comment that you answer is no longer on this page."), code="gone"
        )
    comment.thread_id = answered.thread_id or answered.pk
    comment.update_id, comment.call_id = answered.update_id, answered.call_id
    return answered


def _refuse_repetition(comment: Comment) -> None:
    """Notice a double click or a second try, and the same words from all sides."""
    own: User | None = comment.author
    same = _same_words(comment)
    mine = same.filter(author=own) if own else same.filter(email=comment.email)
    before = mine.filter(project=comment.project, answers_to=comment.answers_to_id).first()
    if before:
        raise AlreadySaidError(before)
    _refuse_echo(comment)


def _refuse_echo(comment: Comment) -> None:
    """Refuse long words that were handed in before.

    What waits for its address does not count: it may have been mistyped, and be put right now.
    """
    others = _same_words(comment).exclude(state=State.UNCONFIRMED)
    if len(comment.body) >= REPETITION_FROM and others.exists():
        raise ValidationError(
            _("This text was sent already. Say it in your own words, please."), code="repeated"
        )


def _same_words(comment: Comment) -> QuerySet[Comment]:
    lately = timezone.now() - REPEATED_WITHIN
    same = Comment.objects.filter(fingerprint=comment.fingerprint, created_at__gt=lately)
    return same.exclude(state=State.WITHDRAWN)
