"""Guides as search sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import permissions
from articles.models import Audience, Translation
from articles.navigation import group_by_guide, guide_url, link_to
from smartwiki.markdown import DASH, plain_text
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
        columns = ["guide", "language", "title", "path", "summary", "guide__topic"]
        if with_text:
            columns.append("published__html")
        rows = Translation.objects.listed_for(person).filter(_any_of(keys)).values_list(*columns)
        return {
            key_of(KIND, guide, code): Card(
                title=title,
                url=guide_url(language, path),
                summary=summary,
                text=plain_text(html[0], between=DASH) if html else "",
                topic=str(topic or ""),
            )
            for guide, code, title, path, summary, topic, *html in rows
        }

    def topics(self, language: str, person: Person) -> list[tuple[str, str]]:
        listed = Translation.objects.listed_for(person).in_language_or_source(language)
        top = listed.down_to(0)
        ordered = top.select_related("guide").order_by("guide__position", "guide")
        return [
            (str(pk), link_to(each, language).title) for pk, each in group_by_guide(ordered).items()
        ]

    def address_to_create(self) -> str:
        return reverse("writing:new")

    def untranslated(
        self, keys: Iterable[str], language: str, person: Person
    ) -> list[tuple[str, str]]:
        if language not in permissions.languages_of(person):
            return []
        known = Translation.objects.filter(language=language).values("guide")
        rows = (
            Translation.objects.listed_for(person)
            .filter(_any_of(keys), language=F("guide__source_language"))
            .exclude(guide__in=known)
            .order_by("pk")
            .values_list("title", "guide")
        )
        return [(title, reverse("translating:work", args=[pk, language])) for title, pk in rows]


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
    published = translation.published
    return plain_text(published.html, between=DASH) if published else ""


def _any_of(keys: Iterable[str]) -> Q:
    by_language: dict[str, list[int]] = {}
    for key in keys:
        by_language.setdefault(language_of(key), []).append(number_of(key))
    wanted = Q(pk__in=[])
    for language, guides in by_language.items():
        wanted |= Q(language=language, guide__in=guides)
    return wanted
