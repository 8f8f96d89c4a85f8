"""A guide as a reader sees it: found by its path, built with two queries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from articles.models import Audience, Guide, PathRedirect, RevisionInfo, Translation
from articles.navigation import ByLanguage, NavLink, group_by_guide, guide_url, link_to
from articles.states import OUTDATED
from smartwiki.addresses import languages_context
from smartwiki.languages import best, language_codes, own_name
from smartwiki.markdown import RENDERER_VERSION, Target, render, resolve, targets_of
from smartwiki.typography import keep_together

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A language in which a guide exists."""

    code: str
    name: str
    url: str


class Moved(Exception):
    """The guide is at another address."""

    def __init__(self, url: str, *, permanent: bool) -> None:
        super().__init__(url)
        self.url = url
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class GuidePage:
    """Everything that the page of a guide shows."""

    translation: Translation
    reader_language: str
    html: SafeString
    toc: list[dict[str, Any]]
    breadcrumbs: list[NavLink]
    children: list[NavLink]
    previous: NavLink | None
    next: NavLink | None
    languages: list[LanguageLink]
    source: Translation | None

    @property
    def guide(self) -> Guide:
        return self.translation.guide

    @property
    def title(self) -> str:
        return keep_together(self.translation.title, self.language)

    @property
    def summary(self) -> str:
        return keep_together(self.translation.summary, self.language)

    @property
    def language(self) -> str:
        return self.translation.language

    @property
    def is_fallback(self) -> bool:
        return self.language != self.reader_language

    @property
    def published_at(self) -> datetime | None:
        return self.translation.changed_at

    @property
    def verified_on(self) -> date | None:
        return self.translation.verified_on

    @property
    def verified_by(self) -> str:
        return self.translation.verified_by.name if self.translation.verified_by else ""

    @property
    def visibility(self) -> str:
        return Audience(self.guide.audience).name.lower()

    @property
    def state(self) -> str:
        state: str = self.translation.state
        return state

    @property
    def is_outdated(self) -> bool:
        return self.state in OUTDATED and self.source is not None

    @property
    def source_url(self) -> str:
        return guide_url(self.source.language, self.source.path) if self.source else ""

    @property
    def is_draft(self) -> bool:
        return self.translation.published is None

    @property
    def is_deleted(self) -> bool:
        return self.guide.deleted_at is not None

    def languages_context(self) -> dict[str, Any]:
        """Return what `smartwiki.addresses.languages_context` says of this page."""
        exists = {link.code: link.url for link in self.languages}
        missing = {
            code: guide_url(code, self.translation.path)
            for code in language_codes()
            if code not in exists
        }
        source = self.guide.source_language
        return languages_context(
            self.reader_language,
            exists,
            missing=missing,
            default=source if source in exists else self.language,
        )


def guide_page(path: str, language: str, person: Person) -> GuidePage | None:
    """Find the guide at `path` for a reader of `language` (two queries for a visitor).

    Returns None when there is nothing that `person` may see there. Raises Moved when it is
    elsewhere: for good (an old path) or for this language.
    """
    at_path = list(
        Translation.objects.readable_by(person)
        .filter(path=path)
        .select_related("guide", "published", "verified_by")
        .with_ancestors()
        .with_state()
    )
    if not at_path:
        _follow_old_path(path, language, person)
        return None
    found = min(at_path, key=lambda translation: translation.language != language)
    linked = {pk for each in at_path if each.published for pk in _linked_guides(each.published)}
    neighbours = group_by_guide(
        Translation.objects.around(found.guide, found.ancestor_ids, linked)
        .listed_or_of(found.guide, person)
        .in_language_or_source(language, always=found.guide)
        .select_related("guide")
        .order_by("guide__position", "guide", "language")
    )
    shown = best(neighbours[found.guide_id], language, found.guide.source_language)
    if shown.path != path:
        raise Moved(guide_url(language, shown.path), permanent=False)
    shown = next(translation for translation in at_path if translation.pk == shown.pk)
    return _build(shown, language, person, neighbours)


def _follow_old_path(path: str, language: str, person: Person) -> None:
    old = PathRedirect.objects.filter(
        path=path, translation__in=Translation.objects.readable_by(person)
    ).select_related("translation")
    redirect = min(old, key=lambda each: each.language != language, default=None)
    if redirect:
        raise Moved(guide_url(language, redirect.translation.path), permanent=True)


def _linked_guides(info: RevisionInfo) -> list[int]:
    numbers: list[int] = info.references.get("guide", [])
    return numbers


def _build(
    shown: Translation, language: str, person: Person, around: dict[int, ByLanguage]
) -> GuidePage:
    guide = shown.guide
    info = shown.published or shown.latest_revision()
    html, toc = _text_of(info, shown.language) if info else ("", [])
    links = {pk: link_to(translations, language) for pk, translations in around.items()}
    references = info.references if info else {}
    files = {"media": references["media"]} if "media" in references else {}
    others = {scheme: n for scheme, n in references.items() if scheme not in ("guide", "media")}
    targets = {
        "guide": _targets(links),
        **targets_of(files, shown.language, person),  # described in the language of the text
        **targets_of(others, language, person),
    }
    siblings = [pk for pk, each in around.items() if _guide_of(each).parent_id == guide.parent_id]
    children = [pk for pk, each in around.items() if _guide_of(each).parent_id == guide.pk]
    here = siblings.index(guide.pk)
    return GuidePage(
        translation=shown,
        reader_language=language,
        html=resolve(html, targets),
        toc=toc,
        breadcrumbs=[links[pk] for pk in shown.ancestor_ids if pk in links],
        children=[links[pk] for pk in children],
        previous=links[siblings[here - 1]] if here > 0 else None,
        next=links[siblings[here + 1]] if here + 1 < len(siblings) else None,
        languages=[
            LanguageLink(code, own_name(code), guide_url(code, around[guide.pk][code].path))
            for code in language_codes()
            if code in around[guide.pk]
        ],
        source=around[guide.pk].get(guide.source_language),
    )


def _guide_of(translations: ByLanguage) -> Guide:
    return next(iter(translations.values())).guide


def _targets(links: dict[int, NavLink]) -> dict[int, Target]:
    return {pk: Target(link.url, link.title, link.language) for pk, link in links.items()}


def _text_of(info: RevisionInfo, language: str) -> tuple[str, list[dict[str, Any]]]:
    """The text as it was rendered when it was saved; anew only after an upgrade (see
    `manage.py render_revisions`)."""
    if info.rendered_with == RENDERER_VERSION:
        return info.html, info.toc
    rendered = render(info.revision.content, language=language)
    return rendered.html, [asdict(heading) for heading in rendered.toc]
