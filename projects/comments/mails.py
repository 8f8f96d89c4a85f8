"""What commenters are told, each in their own language; sent once the transaction has succeeded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone, translation

from projects.comments.addresses import (
    comment_url,
    confirm_url,
    own_url,
    own_url_for_member,
)
from projects.comments.models import Comment, Transition
from projects.models.project import Project
from projects.texts import words
from smartwiki.notify import Recipient, queue, recall

AGAIN_AFTER = timedelta(minutes=3)
QUOTED = 300  # characters of a comment, so that its author knows which one it is


def ask_to_confirm(comment: Comment) -> None:
    """Send a visitor the link that proves the address, and again if asked for some minutes later.

    The mail holds no word of the comment, nor its author's name: it may go to anybody's address.
    """
    language = comment.language
    context = {
        "project": project_title(comment.project, language),
        "confirm_url": confirm_url(comment),
        "own_url": own_url(comment),
    }
    key = f"comment-confirm:{comment.pk}:{(timezone.now() - comment.created_at) // AGAIN_AFTER}"
    queue(Recipient(comment.email, language), "comment_confirm", context, key)


def tell_approved(comment: Comment, at: datetime | None = None) -> None:
    """Tell the author; not before `at`, so that it can be taken back till then."""
    _tell(comment, "comment_approved", approved_key(comment), at=at)


def tell_rejected(comment: Comment, step: Transition, at: datetime | None = None) -> None:
    key = rejected_key(comment, step.version)
    _tell(comment, "comment_rejected", key, at=at, reason=step.reason)


def approved_key(comment: Comment) -> str:
    return f"comment-approved:{comment.pk}"


def rejected_key(comment: Comment, version: int) -> str:
    return f"comment-rejected:{comment.pk}:{version}"


def answered_keys(answer: Comment) -> list[str]:
    """Return the keys of the mails that tell others of an answer."""
    asked = {answer.thread_id, answer.answers_to_id} - {None}
    return [f"comment-answered:{pk}:{answer.pk}" for pk in sorted(filter(None, asked))]


def take_back(comment: Comment) -> bool:
    """Take back what was to be told of a decision and has not left yet.

    Returns whether that its publication was among it.
    """
    rejected = [rejected_key(comment, version) for version in range(1, comment.version + 1)]
    keys = [approved_key(comment), *answered_keys(comment), *rejected]
    return approved_key(comment) in recall(keys)


def tell_answered(answer: Comment, at: datetime | None = None) -> None:
    """Tell who began the conversation, and who is answered in it, but nobody of their own words."""
    asked = {each.pk: each for each in (answer.thread, answer.answers_to) if each}
    for comment in asked.values():
        if comment.is_shown and not _same_author(comment, answer):
            kind = "comment_answered_officially" if answer.is_official else "comment_answered"
            more = {
                "answer": quote(answer.body),
                "answer_name": answer.shown_name,
                "answer_language": answer.language,
                "answer_url": comment_url(answer, language_of(comment)),
            }
            key = f"comment-answered:{comment.pk}:{answer.pk}"
            _tell(comment, kind, key, at=at, **more)


def tell_outcome(comment: Comment, key: str, title: str, url: str) -> None:
    """Tell an author what became of their comment; title and url are in their language."""
    _tell(comment, "comment_outcome", key, outcome_title=title, outcome_url=url)


def recipient_of(comment: Comment) -> Recipient | None:
    """Return where an author is written to; nobody once their traces are erased."""
    if comment.author:
        return Recipient.of(comment.author)
    if comment.email:
        return Recipient(comment.email, comment.language, comment.name)
    return None


def language_of(comment: Comment) -> str:
    """Return the language in which an author is written to."""
    return comment.author.language if comment.author else comment.language


def project_title(project: Project, language: str) -> str:
    return words(project, "title", language, project.source_language).text


def quote(text: str) -> str:
    """Return the beginning of a text, as a mail cites it."""
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1].rstrip() + "…"


def _same_author(one: Comment, other: Comment) -> bool:
    if one.author_id or other.author_id:
        return one.author_id == other.author_id
    return one.email == other.email


def _tell(
    comment: Comment, kind: str, key: str, *, at: datetime | None = None, **more: Any
) -> None:
    recipient = recipient_of(comment)
    if recipient is None:
        return
    language = language_of(comment)
    with translation.override(language):
        own = own_url_for_member(comment) if comment.author else own_url(comment)
    context = {
        "project": project_title(comment.project, language),
        "quote": quote(comment.body),
        "quote_language": comment.language,
        "comment_url": comment_url(comment, language),
        "own_url": own,
        **more,
    }
    queue(recipient, kind, context, key, not_before=at)
