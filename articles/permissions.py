"""The one policy for guides: who reads, who writes; django-wiki asks here too.

Settings name these functions, so nothing here may import a model while it is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartwiki.languages import language_codes

if TYPE_CHECKING:
    from wiki.models import Article

    from articles.models import Guide, RevisionInfo, Translation
    from smartwiki.accounts.policy import Person, Rule

EDITOR = "editor"


def audience_of(person: Person) -> int:
    """Return the strictest `Audience` that `person` belongs to."""
    from articles.models import Audience

    if person.is_anonymous or not person.is_active:
        return Audience.PUBLIC
    return Audience.STAFF if person.is_team else Audience.MEMBERS


def sees_drafts(person: Person) -> bool:
    """Say whether `person` sees drafts and deleted guides: editors of any language do."""
    return not person.is_anonymous and person.has_role(EDITOR)


def can_write(person: Person, guide: Guide, language: str) -> bool:
    """Say whether `person` may publish `guide` in `language`."""
    return (
        not person.is_anonymous
        and person.has_role(EDITOR, language)
        and guide.audience <= audience_of(person)
    )


def languages_of(person: Person) -> list[str]:
    """Return the languages in which `person` may publish."""
    if person.is_anonymous:
        return []
    return [language for language in language_codes() if person.has_role(EDITOR, language)]


def can_answer_for(person: Person, guide: Guide, language: str) -> bool:
    """Say whether `person` may sign `guide` off as still accurate: its editors and its owner."""
    owns = guide.owner_id is not None and guide.owner_id == person.pk
    return can_write(person, guide, language) or (
        owns
        and not person.is_anonymous
        and person.is_team
        and guide.audience <= audience_of(person)
    )


def can_propose(person: Person, guide: Guide) -> bool:
    """Say whether `person` may write a text of `guide` that somebody else publishes."""
    return sees_drafts(person) and guide.audience <= audience_of(person)


def can_manage(person: Person, guide: Guide) -> bool:
    """Say whether `person` may move, delete and restore `guide`: its place is every language's."""
    return can_write(person, guide, guide.source_language)


def can_read(person: Person, translation: Translation) -> bool:
    """Say whether `person` may read this text."""
    from articles.models import Translation

    return Translation.objects.filter(pk=translation.pk).readable_by(person).exists()


def can_suggest(person: Person, translation: Translation) -> bool:
    """Say whether `person` may propose a change of this text: of what they read as a member."""
    from articles.models import Translation

    listed = Translation.objects.listed_for(person).filter(pk=translation.pk)
    return person.is_authenticated and listed.exists()


def can_read_suggestion(person: Person, suggestion: RevisionInfo) -> bool:
    """Say whether `person` may read what somebody handed in: its author, and who may publish it."""
    from articles.models import RevisionInfo

    found = RevisionInfo.objects.filter(pk=suggestion.pk)
    return person.is_authenticated and (
        found.by(person).exists() or found.for_reviewer(person).exists()
    )


RULES: dict[str, Rule] = {
    "guide.read": can_read,  # a Translation
    "guide.suggest": can_suggest,  # a Translation
    "guide.propose": can_propose,  # a Guide
    "guide.publish": lambda person, text: can_write(person, *text),  # (Guide, language)
    "guide.answer_for": lambda person, text: can_answer_for(person, *text),  # (Guide, language)
    "guide.manage": can_manage,  # a Guide
    "suggestion.read": can_read_suggestion,  # a RevisionInfo
    "guide.desk": lambda person, thing: sees_drafts(person),
}


def can_read_article(article: Article, person: Person) -> bool:
    """django-wiki's question: may `person` read this article?"""
    return _may(person, "guide.read", _text_of(article))


def can_write_article(article: Article, person: Person) -> bool:
    """django-wiki's question: may `person` change this article?"""
    text = _text_of(article)
    return text is not None and _may(person, "guide.publish", (text.guide, text.language))


def can_administer_article(article: Article, person: Person) -> bool:
    """django-wiki's question: may `person` do what only administrators do?"""
    return _may(person, "site.administer", article)


def _may(person: Person, action: str, thing: object) -> bool:
    from smartwiki.accounts.policy import can

    return thing is not None and can(person, action, thing)


def _text_of(article: Article) -> Translation | None:
    from articles.models import Translation

    return Translation.objects.select_related("guide").filter(article=article).first()
