"""What results show of pages, kept in memory until what readers can see changes.

The same pages are found again and again by ever other words, so each is read once under a number
of the content (see `smartwiki.models.ContentVersion`), for all who may see the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import router

from smartwiki.kept import Kept
from smartwiki.models import ContentVersion
from smartwiki.search.documents import Card, audiences_of, by_kind, sources

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

CARDS_KEPT = 8  # megabytes in each process

Topics = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A state of the content, and the database that it is read from (a copy may lag behind)."""

    database: str
    number: int


def reading() -> Reading:
    """Return what is read now; to be asked before anything is read that is kept."""
    database = router.db_for_read(ContentVersion)
    return Reading(database, ContentVersion.current(database))


def _weight(card: Card) -> int:
    """Return about how many bytes a card takes: many letters take two."""
    return 1_000 + 2 * len(card.text)


@dataclass(slots=True)
class _State:
    number: int = -1
    cards: Kept[tuple[str, str, frozenset[str]], Card] = field(
        default_factory=lambda: Kept(CARDS_KEPT, _weight)
    )
    topics: dict[tuple[str, frozenset[str]], Topics] = field(default_factory=dict)


_kept = _State()


def forget() -> None:
    """Keep nothing of what was read so far."""
    _kept_under(-1)


def _kept_under(number: int) -> _State:
    global _kept
    kept = _kept
    if kept.number != number:
        kept = _kept = _State(number)
    return kept


def cards(keys: Iterable[str], language: str, person: Person, state: Reading) -> dict[str, Card]:
    """Return what results in `language` show of those of `keys` that `person` may read."""
    kept, who = _kept_under(state.number).cards, audiences_of(person)
    known = {key: kept.find((key, language, who)) for key in keys}
    missing = by_kind(key for key, card in known.items() if card is None)
    for kind, some in missing.items():
        read = sources[kind].cards(some, language, person)
        known.update(read)
        for key, card in read.items():
            kept.keep((key, language, who), card)
    return {key: card for key, card in known.items() if card}


def topics(language: str, person: Person, state: Reading) -> Topics:
    """Return (topic, title) of the parts of the site that `person` can look in."""
    kept, who = _kept_under(state.number).topics, audiences_of(person)
    if (language, who) not in kept:
        kept[language, who] = [
            topic for source in sources.values() for topic in source.topics(language, person)
        ]
    return kept[language, who]
