"""Suggestions: a member proposes a text, somebody who may publish decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing
from articles.merging import Conflict
from articles.models import RevisionInfo, Translation
from articles.publishing import Change, ConflictError, Text
from smartwiki.audit import record
from smartwiki.heard import Result, forget, hand_on, name_voices
from smartwiki.models import ContentVersion

if TYPE_CHECKING:
    from smartwiki.accounts.models import User

State = RevisionInfo.State
MOST_WAITING = 20  # of one person, so that nobody can flood the editors


@dataclass(slots=True)
class Proposal:
    """A suggestion as it would stand in the present text; `conflicts`: what has changed there."""

    text: Text
    conflicts: list[Conflict] = field(default_factory=list)


@transaction.atomic
def suggest(
    translation: Translation, text: Text, change: Change, *, base: RevisionInfo | None
) -> RevisionInfo:
    """Keep a suggestion, which readers do not see; `base`: the revision that it was written on.

    Raises ValidationError when nothing is different, when the person has too many that wait, and
    as `publishing.submit` does.
    """
    if text == Text.of(base):
        raise ValidationError(_("You have not changed anything yet."), code="unchanged")
    waiting = RevisionInfo.objects.pending().filter(revision__user=change.author)
    if waiting.count() >= MOST_WAITING:
        raise ValidationError(
            _("{number} of your suggestions wait already: please let us read these first.").format(
                number=MOST_WAITING
            ),
            code="too_many",
        )
    return publishing.submit(translation, text, change, base=base)


def base_of(suggestion: RevisionInfo) -> RevisionInfo | None:
    """Return the revision that a suggestion was written on."""
    previous = suggestion.revision.previous_revision
    if previous is None:
        return None
    return RevisionInfo.objects.select_related("revision").filter(revision=previous).first()


def proposal(suggestion: RevisionInfo) -> Proposal:
    """Return the suggestion merged onto the text that is published now."""
    present, base = text_of(suggestion).published, base_of(suggestion)
    if present is None or present == base:
        return Proposal(Text.of(suggestion))
    try:
        return Proposal(publishing.merge(present, base, Text.of(suggestion)))
    except ConflictError as conflict:
        return Proposal(conflict.text, conflict.conflicts)


@transaction.atomic
def accept(
    suggestion: RevisionInfo,
    reviewer: User,
    text: Text,
    *,
    significance: str,
    base: RevisionInfo | None,
    voices: Mapping[str, Iterable[int]] = MappingProxyType({}),
) -> RevisionInfo:
    """Publish a suggestion as `text`, as it is or amended; the credit stays its author's.

    `base`: the published revision onto which the reviewer saw it merged. `voices`: of which
    comments and answers it comes (see `smartwiki.heard`).

    Raises ConflictError as `publishing.save` does, and ValidationError when somebody else has
    decided meanwhile and as `name_voices` does.
    """
    ContentVersion.lock()
    _refuse_decided(suggestion)
    translation = text_of(suggestion)
    change = Change(
        author=suggestion.revision.user,
        message=suggestion.revision.user_message,
        significance=significance,
        based_on=_later(suggestion, translation.published),
        publisher=reviewer,
    )
    saved = publishing.save(translation, text, change, base=base, show=True)
    saved.info.reviewer, saved.info.reviewed_at = reviewer, timezone.now()
    saved.info.save(update_fields=["reviewer", "reviewed_at"])
    name_voices(Result("revision", suggestion.pk), voices, reviewer, is_public=False)
    hand_on(Result("revision", suggestion.pk), Result("revision", saved.info.pk))
    suggestion.became = saved.info
    _decide(suggestion, State.ACCEPTED, reviewer)
    record(reviewer, "suggestion.accepted", suggestion)
    return saved.info


@transaction.atomic
def decline(suggestion: RevisionInfo, reviewer: User, reason: str) -> None:
    """Turn a suggestion down, with a reason that its author reads.

    Raises ValidationError when somebody else has decided meanwhile.
    """
    ContentVersion.lock()
    _refuse_decided(suggestion)
    suggestion.reason = reason
    _decide(suggestion, State.REJECTED, reviewer)
    forget("revision", suggestion.pk)
    record(reviewer, "suggestion.declined", suggestion)


def text_of(suggestion: RevisionInfo) -> Translation:
    """Return the text that a suggestion would change."""
    texts = Translation.objects.select_related("guide", "published__revision")
    return texts.get(article=suggestion.revision.article_id)


def _refuse_decided(suggestion: RevisionInfo) -> None:
    suggestion.refresh_from_db(fields=["state"])
    if suggestion.state != State.PENDING:
        raise ValidationError(_("Somebody has already decided about this."), code="decided")


def _decide(suggestion: RevisionInfo, state: State, reviewer: User) -> None:
    suggestion.state, suggestion.reviewer, suggestion.reviewed_at = state, reviewer, timezone.now()
    suggestion.save(update_fields=["state", "reviewer", "reviewed_at", "reason", "became"])


def _later(suggestion: RevisionInfo, present: RevisionInfo | None) -> RevisionInfo | None:
    """The later of the source versions that the suggestion and the present text are based on."""
    bases = [info.based_on for info in (suggestion, present) if info and info.based_on]
    return max(bases, key=lambda basis: basis.revision.revision_number, default=None)
