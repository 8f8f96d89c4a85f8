"""Where links by a guide's number lead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from articles.models import Translation
from articles.navigation import group_by_guide, link_to
from smartwiki.markdown import Target

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


def guide_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the guides that `person` may see, in `language` or the source language."""
    found = Translation.objects.listed_for(person).filter(guide__in=list(numbers))
    grouped = group_by_guide(found.in_language_or_source(language).select_related("guide"))
    links = {pk: link_to(translations, language) for pk, translations in grouped.items()}
    return {pk: Target(link.url, link.title, link.language) for pk, link in links.items()}
