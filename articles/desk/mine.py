"""What waits for one person: to review, to look at again, to finish; and what they suggested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from articles.desk import freshness
from articles.models import Draft, RevisionInfo, Translation
from articles.navigation import group_by_guide, link_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from articles.querysets import RevisionInfoQuerySet
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person

SHOWN = 50


def work_of(person: User) -> dict[str, Any]:
    """Return the lists of "my work" (six queries)."""
    overdue = freshness.overdue_of(person, SHOWN)
    return {
        "to_review": to_review(person)[:SHOWN],
        "overdue": [(text, freshness.due_on(text)) for text in overdue],
        "drafts": Draft.objects.filter(author=person).select_related("guide")[:SHOWN],
        "suggestions": suggestions_by(person)[:SHOWN],
    }


def to_review(person: Person) -> QuerySet[RevisionInfo]:
    """Return what waits for somebody who may publish it, the oldest first."""
    pending = RevisionInfo.objects.pending().for_reviewer(person).exclude(revision__user=person.pk)
    return _with_translation(pending).order_by("revision__created")


def suggestions_by(person: Person) -> QuerySet[RevisionInfo]:
    """Return what `person` suggested or handed in, the latest first."""
    handed_in = RevisionInfo.objects.by(person).filter(published_at=None)
    return _with_translation(handed_in).order_by("-revision__created")


def suggestions_begun_by(person: User) -> list[Translation]:
    """Return the texts of which `person` has kept a suggestion without sending it, the latest
    first; each has `kept_at`."""
    texts = Translation.objects.listed_for(person).filter(
        guide__drafts__author=person, guide__drafts__language=F("language")
    )
    return list(texts.annotate(kept_at=F("guide__drafts__changed_at")).order_by("-kept_at"))


def topics(person: Person, language: str) -> list[tuple[int, str]]:
    """Return the topics by number and title (one query)."""
    texts = (
        Translation.objects.listed_for(person)
        .in_language_or_source(language)
        .down_to(0)
        .select_related("guide")
        .order_by("guide__position", "guide")
    )
    return [(pk, link_to(each, language).title) for pk, each in group_by_guide(texts).items()]


def _with_translation(revisions: RevisionInfoQuerySet) -> RevisionInfoQuerySet:
    return revisions.without_texts().select_related(
        "revision__user", "reviewer", "revision__article__translation__guide"
    )
