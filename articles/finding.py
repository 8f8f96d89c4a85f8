"""Guides as search sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import permissions
from articles.models import Audience, Translation
from articles.navigation import group_by_guide, guide_url, link_to
from smartwiki.markdown import plain_text
from smartwiki.search.documents import Card, Document, key_of, language_of, number_of
from smartwiki.search.outbox import changed

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

KIND = "guide"


def key_of_translation(translation: Translation) -> str:
    """Return the name by which search knows a translation."""
    return key_of(KIND, translation.guide_id, translation.language)


def note_change(guides: Iterable[int]) -> None:
    """Tell search that the guides of these numbers changed; needs a transaction."""
    changed(
        key_of(KIND, guide, language)
        for guide, language in Translation.objects.filter(guide__in=list(guides))
        .order_by("pk")
        .values_list("guide", "language")
    )


class GuideSource:
    """See `smartwiki.search.documents.Source`."""

    kind = KIND

    def label(self) -> str:
        return _("Guides")

    def audiences(self, person: Person) -> frozenset[str]:
        widest = permissions.audience_of(person)
        return frozenset(_audience(each) for each in Audience.values if each <= widest)

    def every_key(self) -> Iterator[str]:
        published = Translation.objects.published().order_by("pk")
        for guide, language in published.values_list("guide", "language").iterator():
            yield key_of(KIND, guide, language)

    def documents(self, keys: Iterable[str]) -> list[Document]:
        found = (
            Translation.objects.published()
            .filter(_any_of(keys))
            .select_related("guide", "published")
            .prefetch_related("old_paths")
        )
        return [_document(translation) for translation in found]

    def cards(
        self, keys: Iterable[str], language: str, person: Person, *, with_text: bool = True
    ) -> Mapping[str, Card]:
        listed = Translation.objects.listed_for(person)
        found = listed.filter(_any_of(keys)).select_related("guide")
        if with_text:
            found = found.select_related("published")
        topics = {translation.guide.topic_id for translation in found}
        titles = self._topic_titles(language, person, topics) if with_text else {}
        return {
            key_of_translation(each): Card(
                title=each.title,
                url=guide_url(language, each.path),
                summary=each.summary,
                text=_text(each) if with_text else "",
                topic=titles.get(each.guide.topic_id or 0, ""),
            )
            for each in found
        }

    def topics(self, language: str, person: Person) -> list[tuple[str, str]]:
        return [(str(pk), title) for pk, title in self._topic_titles(language, person).items()]

    def address_to_create(self) -> str:
        return reverse("writing:new")

    def _topic_titles(
        self, language: str, person: Person, only: Iterable[int | None] | None = None
    ) -> dict[int, str]:
        """The titles of the top of the tree, for a reader of `language` (one query)."""
        top = Translation.objects.listed_for(person).filter(guide__depth=0)
        if only is not None:
            top = top.filter(guide__in=[pk for pk in only if pk])
        ordered = top.select_related("guide").order_by("guide__position", "guide")
        return {pk: link_to(each, language).title for pk, each in group_by_guide(ordered).items()}


def _document(translation: Translation) -> Document:
    guide = translation.guide
    old_paths = (redirect.path for redirect in translation.old_paths.all())
    return Document(
        key=key_of_translation(translation),
        audience=_audience(guide.audience),
        title=translation.title,
        topic=str(guide.topic_id or guide.pk),
        summary=translation.summary,
        text=_text(translation),
        addresses=(translation.path, translation.slug, *old_paths),
    )


def _audience(audience: int) -> str:
    return f"{KIND}{audience}"


def _text(translation: Translation) -> str:
    return plain_text(translation.published.html) if translation.published else ""


def _any_of(keys: Iterable[str]) -> Q:
    by_language: dict[str, list[int]] = {}
    for key in keys:
        by_language.setdefault(language_of(key), []).append(number_of(key))
    wanted = Q(pk__in=[])
    for language, guides in by_language.items():
        wanted |= Q(language=language, guide__in=guides)
    return wanted
