"""How many guides there are in which state: kept, so that no page has to count them all.

Each operation that changes what is counted calls `restate` in its own transaction, under
`ContentVersion.lock()`; `recount` works all of it out anew, once a day, whatever happened. See
docs/decisions/0067-counts-of-guides-are-kept.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import F, Q, Sum

from articles.records import Standing, Tally
from articles.states import State
from smartwiki.languages import language_codes
from smartwiki.models import ContentVersion

if TYPE_CHECKING:
    from articles.models import Guide
    from articles.querysets import GuideQuerySet

ANY = ""  # instead of a language: a guide as such, whatever languages it has
AT_ONCE = 500  # guides

_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)


class Place(NamedTuple):
    """What a guide is counted under, in one language; topics are in topic 0, below nothing.

    `state` of `ANY` language: the initials of the states that it has in the languages, in order.
    `is_shown`: readers of the language find it, in theirs or in its source language.
    """

    topic: int
    depth: int
    audience: int
    language: str
    state: str
    is_shown: bool


def restate(guides: Iterable[int]) -> None:
    """Count the guides of these numbers under what they are now."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(guides)
        return
    for some in _in_batches(guides):
        present = dict(_standings(some))
        old = {
            (each.guide_id, each.language): each for each in Standing.objects.filter(guide__in=some)
        }
        gone = [each.pk for key, each in old.items() if key not in present]
        new = [
            Standing(guide_id=guide, **place._asdict())
            for (guide, language), place in present.items()
            if (guide, language) not in old or _place_of(old[guide, language]) != place
        ]
        Standing.objects.filter(pk__in=gone).delete()
        Standing.objects.bulk_create(
            new,
            update_conflicts=True,
            unique_fields=["guide", "language"],
            update_fields=["topic", "depth", "audience", "state", "is_shown"],
        )
        difference = Counter(present.values())
        difference.subtract(_place_of(each) for each in old.values())
        _add(difference)


@contextmanager
def restating_once() -> Iterator[None]:
    """Let `restate` wait for the end of this block, which changes the same guides many times."""
    guides: set[int] = set()
    token = _waiting.set(guides)
    try:
        yield
    finally:
        _waiting.reset(token)
    restate(sorted(guides))


@transaction.atomic
def recount() -> None:
    """Work everything out anew: what an operation forgot, or an older version did not know."""
    from articles.models import Guide

    ContentVersion.lock()
    Tally.objects.all().delete()
    Standing.objects.all().delete()
    restate(list(Guide.objects.present().order_by("pk").values_list("pk", flat=True)))


def count_first(**of_the_signal: object) -> None:
    """After `migrate`, unless it took the tables away: count what was there before any count."""
    from articles.desk.dashboard import count_readers
    from articles.desk.over_time import count_readings
    from articles.models import Guide, ReadingSum

    if not {Tally._meta.db_table, ReadingSum._meta.db_table} <= set(
        connection.introspection.table_names()
    ):
        return
    older = Tally.objects.filter(language=ANY, state=State.SOURCE)  # that was all it said
    if older.exists() or (not Tally.objects.exists() and Guide.objects.exists()):
        recount()
        count_readers()
    if not ReadingSum.objects.exists():
        count_readings()


def totals_of(audience: int) -> Iterator[tuple[str, State, int]]:
    """Yield (language, state, number of guides) of what is for `audience` at most."""
    rows = Tally.objects.filter(audience__lte=audience).exclude(language=ANY).order_by()
    for row in rows.values("language", "state").annotate(n=Sum("number")):
        yield row["language"], State(row["state"]), row["n"]


def shown_below(language: str, audience: int) -> dict[int, int]:
    """Return, for each topic, the number of guides below it that readers of `language` find."""
    rows = Tally.objects.filter(
        audience__lte=audience, language=language, is_shown=True, topic__gt=0
    ).order_by()
    return dict(rows.values_list("topic").annotate(Sum("number")))


def shown_at_depths(language: str, audience: int) -> dict[int, int]:
    """Return, for each depth, the number of guides that readers of `language` find."""
    rows = Tally.objects.filter(audience__lte=audience, language=language, is_shown=True)
    return dict(rows.order_by("depth").values_list("depth").annotate(Sum("number")))


def published(audience: int) -> int:
    """Return the number of guides that are published in some language."""
    rows = Tally.objects.filter(audience__lte=audience, language=ANY, is_shown=True)
    return rows.aggregate(n=Sum("number"))["n"] or 0


def in_one_of(states: Collection[State], language: str) -> Q:
    """Return which rows say that a guide is in one of `states`: of `ANY` language, in some."""
    if language == ANY:
        return Q(language=ANY) & reduce(or_, (Q(state__contains=each.initial) for each in states))
    return Q(language=language, state__in=states)


def number_of(audience: int, language: str = ANY, states: Collection[State] = ()) -> int:
    """Return the number of guides for `audience` at most; in one of `states` where any is named.

    Those of `ANY` language are in one of `states` in at least one of them.
    """
    chosen = in_one_of(states, language) if states else Q(language=language)
    rows = Tally.objects.filter(chosen, audience__lte=audience)
    return rows.aggregate(n=Sum("number"))["n"] or 0


def pages_of(guides: GuideQuerySet, size: int, number: int | None) -> Paginator[Guide]:
    """Return pages of `size` guides; `number` says how many guides there are, None: count them."""
    pages: Paginator[Guide] = Paginator(guides, size)
    if number is not None:
        pages.__dict__["count"] = number
    return pages


def _standings(numbers: list[int]) -> Iterator[tuple[tuple[int, str], Place]]:
    """Yield the places of guides that are not deleted, by guide and language (two queries)."""
    from articles.models import Guide, Translation

    states: dict[int, dict[str, str]] = defaultdict(dict)
    texts = Translation.objects.filter(guide__in=numbers).with_state().order_by()
    for text in texts.select_related("guide"):
        states[text.guide_id][text.language] = text.state
    for each in Guide.objects.present().filter(pk__in=numbers).order_by():
        yield from _standings_of(each, states[each.pk])


def _standings_of(guide: Guide, states: dict[str, str]) -> Iterator[tuple[tuple[int, str], Place]]:
    shown = {code for code, state in states.items() if state != State.DRAFT}
    where = guide.topic_id or 0, guide.depth, guide.audience
    found = {code: State(states.get(code, State.MISSING)) for code in language_codes()}
    for code, state in found.items():
        is_shown = bool(shown & {code, guide.source_language})
        yield (guide.pk, code), Place(*where, code, str(state), is_shown)
    together = "".join(sorted({state.initial for state in found.values()}))
    yield (guide.pk, ANY), Place(*where, ANY, together, bool(shown))


def _place_of(standing: Standing) -> Place:
    return Place(*(getattr(standing, name) for name in Place._fields))


def _add(difference: Counter[Place]) -> None:
    for place, number in sorted(difference.items()):
        if number and not Tally.objects.filter(**place._asdict()).update(
            number=F("number") + number
        ):
            Tally.objects.create(**place._asdict(), number=number)


def _in_batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(numbers)
    while some := list(islice(remaining, AT_ONCE)):
        yield some
