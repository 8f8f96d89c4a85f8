"""Where links by a guide's number lead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation

from articles.models import PathRedirect, RevisionInfo, Translation
from articles.navigation import group_by_guide, link_to
from smartwiki.markdown import Target

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


def revision_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the texts that published revisions belong to, as far as `person` may see them."""
    revisions = RevisionInfo.objects.filter(
        pk__in=list(numbers), state=RevisionInfo.State.PUBLISHED
    ).values_list("pk", "revision__article__translation")
    of_revision = dict(revisions)
    listed = Translation.objects.listed_for(person).select_related("guide")
    texts = listed.in_bulk([pk for pk in of_revision.values() if pk])
    links = {pk: link_to({text.language: text}, language) for pk, text in texts.items()}
    return {
        number: Target(links[pk].url, links[pk].title, links[pk].language)
        for number, pk in of_revision.items()
        if pk in links
    }


def guide_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the guides that `person` may see, in `language` or the source language."""
    found = Translation.objects.listed_for(person).filter(guide__in=list(numbers))
    grouped = group_by_guide(found.in_language_or_source(language).select_related("guide"))
    links = {pk: link_to(translations, language) for pk, translations in grouped.items()}
    return {pk: Target(link.url, link.title, link.language) for pk, link in links.items()}


def guide_at(address: str) -> int | None:
    """Return the number of the guide whose page has this address in a language, or once had it."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:  # such as http://[
        return None
    language = translation.get_language_from_path(path)
    if language is None:
        return None
    with translation.override(language):
        try:
            page = resolve(path)
        except Resolver404:
            return None
    if page.view_name != "articles:guide":
        return None
    place = {"language": language, "path": page.kwargs["path"]}
    here = Translation.objects.filter(**place).values_list("guide", flat=True)
    before = PathRedirect.objects.filter(**place).values_list("translation__guide", flat=True)
    return here.first() or before.first()
