"""The one policy for guides: who reads, who writes; django-wiki asks here too.

Settings name these functions, so nothing here may import a model while it is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartwiki.languages import language_codes

if TYPE_CHECKING:
    from wiki.models import Article

    from articles.models import Guide
    from smartwiki.accounts.policy import Person

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


def can_read_article(article: Article, person: Person) -> bool:
    """django-wiki's question: may `person` read this article?"""
    from articles.models import Translation

    return Translation.objects.filter(article=article).readable_by(person).exists()


def can_write_article(article: Article, person: Person) -> bool:
    """django-wiki's question: may `person` change this article?"""
    from articles.models import Translation

    translation = Translation.objects.select_related("guide").filter(article=article).first()
    return translation is not None and can_write(person, translation.guide, translation.language)


def can_administer_article(article: Article, person: Person) -> bool:
    """django-wiki's question: may `person` do what only administrators do?"""
    return not person.is_anonymous and person.is_active and person.is_superuser
