"""Who sees which guide, in verbs that chain."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from tree_queries.query import TreeQuerySet

from articles import permissions
from articles.calendar import months_before
from articles.states import State, state_of
from smartwiki.languages import language_codes
from smartwiki.spelling import has_word

MAX_DEPTH = 6  # levels below a topic; keeps breadcrumbs readable and each page's queries few

if TYPE_CHECKING:
    # The base classes name them:
    from articles.models import Guide, RevisionInfo, Translation  # noqa: F401
    from smartwiki.accounts.policy import Person


class GuideQuerySet(TreeQuerySet["Guide"]):
    """Guides of the tree."""

    def present(self) -> Self:
        """Leave out deleted guides."""
        return self.filter(deleted_at=None)

    def deleted_by_themselves(self) -> Self:
        """Keep deleted guides, the latest first; not those that went with a guide above them."""
        with_parent = Q(parent__deleted_at=F("deleted_at"))
        gone = self.filter(deleted_at__isnull=False).exclude(with_parent)
        return gone.order_by("-deleted_at", "pk")

    def readable_by(self, person: Person) -> Self:
        """Keep what `person` may know of: visible to them, and for readers published somewhere."""
        guides = self.filter(audience__lte=permissions.audience_of(person))
        if permissions.sees_drafts(person):
            return guides
        return guides.present().filter(translations__published__isnull=False).distinct()

    def in_state(self, language: str, *states: State, are_few: bool = True) -> Self:
        """Keep the guides that are in one of `states` in `language`; in some, if that is `ANY`.

        When they `are_few`, all of them are put in order; else guides are looked through in order
        until there are enough.
        """
        from articles.models import Standing
        from articles.standing import ANY, in_one_of

        if are_few:
            languages = language_codes() if language == ANY else [language]
            there = Standing.objects.filter(language__in=languages, state__in=states)
            return self.filter(pk__in=there.values("guide"))
        there = Standing.objects.filter(in_one_of(states, language), guide=OuterRef("pk"))
        return self.filter(Exists(there))


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
        listed = Q(published__isnull=False, guide__deleted_at=None)
        if permissions.sees_drafts(person):
            listed |= Q(guide=guide)
        return self.filter(listed, guide__audience__lte=permissions.audience_of(person))

    def in_language_or_source(self, language: str, *, always: Guide | None = None) -> Self:
        """Keep `language` and what stands in for it, and of the guide `always` every language."""
        return self.filter(
            Q(language=language) | Q(language=F("guide__source_language")) | Q(guide=always)
        )

    def around(self, guide: Guide, ancestors: list[int], linked: set[int]) -> Self:
        """Keep the guide itself, its ancestors, siblings and children, and the `linked` guides.

        Guides are found first, by their indexes: so it takes no longer in a larger tree.
        """
        guides = guide.__class__._default_manager
        named = guides.filter(pk__in=[guide.pk, *ancestors, *linked]).order_by().values("pk")
        below = guides.filter(parent=guide.pk).order_by().values("pk")
        beside = guides.filter(parent=guide.parent_id).order_by().values("pk")
        return self.filter(guide__in=named.union(below, beside))

    def down_to(self, depth: int) -> Self:
        """Keep the levels from the top to `depth`: guides are found first, by their index."""
        guides = self.model._meta.get_field("guide").related_model._default_manager
        return self.filter(guide__in=guides.filter(depth__lte=depth).order_by().values("pk"))

    def with_ancestors(self) -> Self:
        """Add the numbers of the guide's ancestors, see `Translation.ancestor_ids`."""
        return self.annotate(
            **{f"up_{n}": F("guide" + "__parent" * n + "_id") for n in range(1, MAX_DEPTH + 1)}
        )

    def with_state(self) -> Self:
        """Add `state`, how each stands against its source (see `articles.states.State`)."""
        return self.annotate(state=state_of(self.model.objects.all()))

    def with_last_checked(self) -> Self:
        """Add `last_checked`, the date on which the text was verified, or else changed."""
        return self.annotate(last_checked=Coalesce("verified_on", TruncDate("changed_at")))

    def overdue(self, today: date | None = None) -> Self:
        """Keep published texts whose review is due: nobody verified them for too many months."""
        today = today or timezone.localdate()
        late = Q(pk__in=[])
        for months in self.published().values_list("guide__review_every", flat=True).distinct():
            if months:
                late |= Q(
                    guide__review_every=months, last_checked__lte=months_before(today, months)
                )
        return self.published().with_last_checked().filter(late)

    def with_words_in_title(self, text: str) -> Self:
        """Keep what has all words of `text` in its title, the first eight of them."""
        found = self
        for word in text.replace("\0", " ").split()[:8]:
            found = found.filter(has_word("title", word[:60]))
        return found

    def beside_slug(self, slug: str, number: int) -> list[Translation]:
        """Return what stands next to `slug` in the order of addresses (two queries, by index).

        Neighbours there begin alike, so what was cut off or has a letter too much is among them.
        """
        after, before = self.filter(slug__gte=slug), self.filter(slug__lt=slug)
        return [*after.order_by("slug")[:number], *before.order_by("-slug")[:number]]


def _not_suggested() -> Q:
    on_published = Q(revision__previous_revision__info__state="published")
    return Q(state="published") | ~on_published


class RevisionInfoQuerySet(models.QuerySet["RevisionInfo"]):
    """Revisions, with what they mean."""

    def pending(self) -> Self:
        """Keep what waits for somebody who may publish it."""
        waiting = self.filter(published_at=None, state="pending")
        return waiting.filter(revision__article__translation__guide__deleted_at=None)

    def without_texts(self) -> Self:
        """Leave the texts in the database: lists do not show them."""
        return self.defer("html", "toc", "references", "revision__content")

    def by(self, person: Person) -> Self:
        """Keep what `person` wrote."""
        return self.filter(revision__user=person.pk)

    def not_suggested(self) -> Self:
        """Leave out what was handed in for a text that readers saw already, also once decided."""
        return self.filter(_not_suggested())

    def readable_by(self, person: Person) -> Self:
        """Of texts that `person` may write, keep what they may read.

        A suggestion is read by who made it, and by those who may publish in its language.
        """
        languages = permissions.languages_of(person)
        return self.filter(
            _not_suggested()
            | Q(revision__user=person.pk)
            | Q(revision__article__translation__language__in=languages)
        )

    def for_reviewer(self, person: Person) -> Self:
        """Keep what `person` may publish."""
        guide = "revision__article__translation__guide"
        languages = permissions.languages_of(person)
        return self.filter(
            **{f"{guide}__audience__lte": permissions.audience_of(person)},
            revision__article__translation__language__in=languages,
        )
