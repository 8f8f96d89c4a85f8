"""Which pages answer a query, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smartwiki.search.backends import MOST_CALLED, SOME, Scope
from smartwiki.search.backends.whoosh_reading import OpenedIndex
from smartwiki.search.backends.whoosh_scores import Flags, Scores, meet_all, meet_any, total
from smartwiki.search.queries import Clause, Query

EXACT_SCORE = 1000.0  # more than any text can get
STRETCH = 64  # pages


class Answers(NamedTuple):
    """The numbers of pages that answer, in ascending order, and the score of each.

    Vectors with a place for every page of a large index are costly to have: the system gives their
    memory anew for each query. Past what clauses score, there is one for each page that answers.
    """

    numbers: NDArray[np.intp]
    scores: Scores

    def and_also(self, numbers: NDArray[np.intp], scores: Scores | float) -> Answers:
        """Return these and others: what is in both scores as much as in both together."""
        found = np.union1d(self.numbers, numbers)
        added = np.zeros(len(found))
        added[np.searchsorted(found, self.numbers)] = self.scores
        added[np.searchsorted(found, numbers)] += scores
        return Answers(found, added)

    def best(self, most: int) -> list[int]:
        """Return up to so many of the pages, the best first, and by their number."""
        best: list[int] = self.numbers[_best_of(self.scores, most)].tolist()
        return best


NONE = Answers(np.empty(0, np.intp), np.empty(0))


def answers(query: Query, scope: Scope, opened: OpenedIndex, *, any_word: bool) -> Answers:
    """Return which pages within `scope` answer a query, and how well.

    What stands in the title counts as much again as the best that the word gets anywhere.
    """
    seen = opened.allowed(scope)
    for node in query.excluded:
        if opened.stands(node):
            seen = seen & (opened.scores(node) == 0)
    found = NONE
    if query.wanted:
        found = _meeting(query.wanted, seen, opened, any_word=any_word)
    if query.exact:
        called = np.flatnonzero(opened.called(query.exact) & seen)
        if len(called):
            found = found.and_also(called, EXACT_SCORE)
    return found


def _best_of(scores: Scores, most: int) -> NDArray[np.intp]:
    """Return the places of up to so many of the highest, the highest first, and in their order."""
    enough = _reached_by(scores, most)
    places = np.flatnonzero(scores >= enough)
    high = scores[places]
    if len(places) > most:
        least = np.partition(high, -most)[-most]
        better, last = high > least, np.flatnonzero(high == least)
        better[last[: most - np.count_nonzero(better)]] = True
        places, high = places[better], high[better]
    return places[np.argsort(-high, kind="stable")]


def _reached_by(scores: Scores, most: int) -> float:
    """Return what at least so many reach, and few others: 0 where it is not known.

    It is what the best of as many stretches reach.
    """
    stretches = scores[: len(scores) // STRETCH * STRETCH].reshape(-1, STRETCH)
    if len(stretches) < most:
        return 0.0
    return float(np.partition(stretches.max(axis=1), -most)[-most])


def _meeting(
    clauses: Sequence[Clause], seen: Flags, opened: OpenedIndex, *, any_word: bool
) -> Answers:
    there = [opened.stands(clause.node) for clause in clauses]
    if not (any(there) if any_word else all(there)):
        return NONE  # as mostly in other languages than the reader's
    met = [opened.scores(clause.node) for clause in clauses]
    best = np.array([each.max(initial=0.0) for each in met])
    titled = [opened.titled(clause.node) for clause in clauses]

    def scores(pages: NDArray[np.intp]) -> Scores:
        in_title = (flags[pages] * score for flags, score in zip(titled, best, strict=True))
        return total([*(each[pages] for each in met), *in_title])

    enough = meet_any(met) if any_word else meet_all(met)
    pages = np.flatnonzero(enough & seen)
    found = Answers(pages, scores(pages))
    if len(clauses) > 1 and not any_word and len(pages) >= SOME:
        others = _called_so(titled, seen & ~enough)
        parts = _parts(clauses, [each[others] for each in met], best)
        others, parts = others[parts > 0], parts[parts > 0]
        if len(others):
            found = found.and_also(others, scores(others) * np.sqrt(parts))
    return found


def _called_so(titled: list[Flags], seen: Flags) -> NDArray[np.intp]:
    """Return the pages with a word in the title that few have there."""
    few = (flags for flags in titled if np.count_nonzero(flags) < MOST_CALLED)
    return np.flatnonzero(seen & reduce(or_, few, np.zeros_like(seen)))


def _parts(clauses: Sequence[Clause], met: list[Scores], best: NDArray[np.float64]) -> Scores:
    """Return what part of a query pages meet: 0 for less than half of it, or what is quoted."""
    there = np.array(met) > 0
    quoted = [clause.quoted for clause in clauses]
    half = 2 * there.sum(axis=0) >= len(clauses)
    parts: Scores = half * there[quoted].all(axis=0) * (best @ there) / best.sum()
    return parts
