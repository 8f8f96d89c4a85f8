"""What stands around a guide: where it is, what is below it, what comes before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from articles import permissions
from articles.models import Translation
from articles.standing import shown_at_depths, shown_below
from smartwiki.addresses import address_in
from smartwiki.languages import best
from smartwiki.typography import keep_together

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from smartwiki.accounts.policy import Person

TREE_PAGE_LIMIT = 300  # guides on one page; a larger tree shows fewer levels

ByLanguage = dict[str, Translation]


@dataclass(slots=True)
class NavLink:
    """A link to a guide; `language` only when it differs from the page's."""

    title: str
    url: str
    language: str = ""
    summary: str = ""
    icon: str = ""
    date: date | None = None
    children_count: int = 0


@dataclass(slots=True)
class Node:
    """A guide in a tree of links."""

    link: NavLink
    children: list[Node] = field(default_factory=list)
    more: int = 0  # guides below a topic, when not all of them are shown


def guide_url(language: str, path: str) -> str:
    """Return the address of a guide's `path` under the prefix of `language`."""
    return f"{address_in(language, 'articles:tree')}{path}/"


def link_to(translations: ByLanguage, language: str) -> NavLink:
    """Link a reader of `language` to a guide that exists in `translations`."""
    guide = next(iter(translations.values())).guide
    shown = best(translations, language, guide.source_language)
    return NavLink(
        title=keep_together(shown.title, shown.language),
        url=guide_url(language, shown.path),
        language="" if shown.language == language else shown.language,
        summary=keep_together(shown.summary, shown.language),
        icon=guide.icon,
    )


def group_by_guide(translations: Iterable[Translation]) -> dict[int, ByLanguage]:
    """Group translations by their guide's number, guides in the order of `translations`."""
    grouped: dict[int, ByLanguage] = defaultdict(dict)
    for translation in translations:
        grouped[translation.guide_id][translation.language] = translation
    return dict(grouped)


def topics(language: str, person: Person) -> list[NavLink]:
    """Return the top of the tree, each with the number of guides below it (two queries)."""
    listed = Translation.objects.listed_for(person).in_language_or_source(language)
    counts = shown_below(language, permissions.audience_of(person))
    top = group_by_guide(_in_tree_order(listed.down_to(0)))
    links = []
    for pk, translations in top.items():
        links.append(link := link_to(translations, language))
        link.children_count = counts.get(pk, 0)
    return links


def whole_tree(language: str, person: Person) -> list[Node]:
    """Return the tree as far down as fits on a page (two queries; one more for what does not)."""
    listed = Translation.objects.listed_for(person).in_language_or_source(language)
    audience = permissions.audience_of(person)
    numbers = shown_at_depths(language, audience)
    depth, total = 0, 0
    for level, count in numbers.items():
        total += count
        if total > TREE_PAGE_LIMIT and level > 0:
            break
        depth = level
    below = shown_below(language, audience) if total > TREE_PAGE_LIMIT else {}
    nodes: dict[int, Node] = {}
    top = []
    shown = group_by_guide(_in_tree_order(listed.down_to(depth)))
    for pk, translations in shown.items():
        nodes[pk] = Node(link_to(translations, language), more=below.get(pk, 0))
        parent = next(iter(translations.values())).guide.parent_id
        if parent is None:
            top.append(nodes[pk])
        elif parent in nodes:  # else it is not published, and what is below it is found by search
            nodes[parent].children.append(nodes[pk])
    return top


def recently(field_name: str, language: str, person: Person, number: int = 5) -> list[NavLink]:
    """Return the guides with the latest date in `field_name`, in `language` only (one query)."""
    latest = (
        Translation.objects.listed_for(person)
        .filter(language=language, **{f"{field_name}__isnull": False})
        .select_related("guide")
        .order_by(f"-{field_name}", "pk")[:number]
    )
    links = []
    for translation in latest:
        links.append(link := link_to({language: translation}, language))
        link.date = getattr(translation, field_name)
    return links


def _in_tree_order(translations: QuerySet[Translation]) -> QuerySet[Translation]:
    """Parents before children, siblings in their order."""
    return translations.select_related("guide").order_by(
        "guide__depth", "guide__position", "guide", "language"
    )
