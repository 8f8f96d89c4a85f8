"""Who sees which guide, in verbs that chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Count, F, Q, When
from tree_queries.query import TreeQuerySet

from articles import permissions

MAX_DEPTH = 6  # levels below a topic; keeps breadcrumbs readable and each page's queries few

if TYPE_CHECKING:
    from articles.models import Guide, Translation  # noqa: F401 (the base class names it)
    from smartwiki.accounts.policy import Person


class GuideQuerySet(TreeQuerySet["Guide"]):
    """Guides of the tree."""

    def present(self) -> Self:
        """Leave out deleted guides."""
        return self.filter(deleted_at=None)

    def readable_by(self, person: Person) -> Self:
        """Keep what `person` may know of: visible to them, and for readers published somewhere."""
        guides = self.filter(audience__lte=permissions.audience_of(person))
        if permissions.sees_drafts(person):
            return guides
        return guides.present().filter(translations__published__isnull=False).distinct()


GuideManager = models.Manager.from_queryset(GuideQuerySet)


class TranslationQuerySet(models.QuerySet["Translation"]):
    """Guides, each in one language."""

    def published(self) -> Self:
        """Leave out drafts and deleted guides."""
        return self.filter(published__isnull=False, guide__deleted_at=None)

    def readable_by(self, person: Person) -> Self:
        """Keep what `person` may read; editors also see drafts and what is deleted."""
        translations = self.filter(guide__audience__lte=permissions.audience_of(person))
        return translations if permissions.sees_drafts(person) else translations.published()

    def listed_for(self, person: Person) -> Self:
        """Keep what belongs in lists and in the tree for `person`: nothing deleted, no drafts."""
        return self.published().filter(guide__audience__lte=permissions.audience_of(person))

    def listed_or_of(self, guide: Guide, person: Person) -> Self:
        """Keep what `listed_for` keeps, and of `guide` itself all that `person` may read."""
        listed = Q(pk__in=self.model.objects.listed_for(person).values("pk"))
        own = Q(pk__in=self.model.objects.readable_by(person).filter(guide=guide).values("pk"))
        return self.filter(listed | own)

    def in_language_or_source(self, language: str, *, always: Guide | None = None) -> Self:
        """Keep `language` and what stands in for it, and of the guide `always` every language."""
        return self.filter(
            Q(language=language) | Q(language=F("guide__source_language")) | Q(guide=always)
        )

    def around(self, guide: Guide, ancestors: list[int], linked: set[int]) -> Self:
        """Keep the guide itself, its ancestors, siblings and children, and the `linked` guides."""
        return self.filter(
            Q(guide__in=[guide.pk, *ancestors, *linked])
            | Q(guide__parent=guide.pk)
            | (Q(guide__parent=guide.parent_id) if guide.parent_id else Q(guide__parent=None))
        )

    def with_ancestors(self) -> Self:
        """Add the numbers of the guide's ancestors, see `Translation.ancestor_ids`."""
        return self.annotate(
            **{f"up_{n}": F("guide" + "__parent" * n + "_id") for n in range(1, MAX_DEPTH + 1)}
        )

    def count_by_topic(self) -> Iterable[tuple[int | None, int]]:
        """Return (topic's number, number of guides below it)."""
        below = self.filter(guide__topic__isnull=False).order_by().values("guide__topic")
        counted = below.annotate(n=Count("guide", distinct=True))
        return [(row["guide__topic"], row["n"]) for row in counted]

    def count_by_depth(self) -> Iterable[tuple[int, int]]:
        """Return (depth, number of guides at it), the top first."""
        levels = self.order_by("guide__depth").values("guide__depth")
        counted = levels.annotate(n=Count("guide", distinct=True))
        return [(row["guide__depth"], row["n"]) for row in counted]

    def with_words_in_slug(self, words: list[str]) -> Self:
        """Keep what has at least one of `words` in its address, the most recent first."""
        any_word = Q()
        for word in words:
            any_word |= Q(slug__contains=word)
        return self.filter(any_word).order_by("-changed_at", "pk")

    def holding_words(self, words: list[str]) -> Self:
        """Keep what holds every word in title, summary or text; a title's match comes first."""
        in_title = Q()
        for word in words:
            in_title &= Q(title__icontains=word)
            self = self.filter(
                Q(title__icontains=word)
                | Q(summary__icontains=word)
                | Q(published__revision__content__icontains=word)
            )
        return self.order_by(Case(When(in_title, then=0), default=1), "guide__position", "pk")
