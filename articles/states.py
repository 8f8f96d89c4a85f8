"""How a translation stands against its source: worked out by the database, never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from articles.models import Translation

TRANSLATED = "published__based_on__revision__revision_number"


class State(models.TextChoices):
    """The states, the most pressing first.

    A translation is outdated when its source has a later published revision, of significance minor
    or more, than the one it is based on; badly when one of these is major. What corresponds to no
    known revision is older than all of them.
    """

    MISSING = "missing", _("missing")
    BADLY_OUTDATED = "badly_outdated", _("badly outdated")
    OUTDATED = "outdated", _("outdated")
    DRAFT = "draft", _("draft")
    CURRENT = "current", _("up to date")
    SOURCE = "source", _("source text")

    @property
    def initial(self) -> str:
        """The first letter, which no other state has."""
        return str(self.value)[0]


OUTDATED = (State.OUTDATED, State.BADLY_OUTDATED)


def state_of(translations: QuerySet[Translation]) -> Case:
    """Return the expression that gives a row of `translations` (all of them) its `State`."""
    return Case(
        When(published=None, then=Value(State.DRAFT)),
        When(language=F("guide__source_language"), then=Value(State.SOURCE)),
        When(_source_changed(translations, "major"), then=Value(State.BADLY_OUTDATED)),
        When(_source_changed(translations, "minor"), then=Value(State.OUTDATED)),
        default=Value(State.CURRENT),
        output_field=models.CharField(),
    )


def _source_changed(translations: QuerySet[Translation], significance: str) -> Exists:
    revision = "article__articlerevision"
    later = Q(
        **{
            f"{revision}__info__state": "published",
            f"{revision}__info__significance": significance,
            f"{revision}__revision_number__gt": Coalesce(OuterRef(TRANSLATED), 0),
        }
    )
    source = translations.filter(
        guide=OuterRef("guide"), language=OuterRef("guide__source_language")
    )
    return Exists(source.filter(later))
