"""Which pages answer a query, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from smartwiki.search.backends import MOST_CALLED, SOME, Scope
from smartwiki.search.backends.whoosh_reading import OpenedIndex
from smartwiki.search.backends.whoosh_scores import Flags, Scores, meet_all, total
from smartwiki.search.queries import Clause, Query

EXACT_SCORE = 1000.0  # more than any text can get
STRETCH = 64  # pages


def answers(query: Query, scope: Scope, opened: OpenedIndex, *, any_word: bool) -> Scores:
    """Return how well pages within `scope` answer a query.

    What stands in the title counts as much again as the best that the word gets anywhere.
    """
    seen = opened.allowed(scope).copy()
    for node in query.excluded:
        seen[opened.scores(node) > 0] = False
    found = np.zeros(len(seen))
    if query.wanted:
        found = _meeting(query.wanted, seen, opened, any_word=any_word)
    if query.exact:
        found[opened.called(query.exact) & seen] += EXACT_SCORE
    return found


def best_of(found: Scores, most: int) -> list[int]:
    """Return up to so many of the pages that answer, the best first, and by their number."""
    enough = _reached_by(found, most)
    numbers = np.flatnonzero(found >= enough if enough else found > 0)
    scores = found[numbers]
    if len(numbers) > most:
        least = np.partition(scores, -most)[-most]
        better, last = scores > least, np.flatnonzero(scores == least)
        better[last[: most - np.count_nonzero(better)]] = True
        numbers, scores = numbers[better], scores[better]
    best: list[int] = numbers[np.argsort(-scores, kind="stable")].tolist()
    return best


def _reached_by(found: Scores, most: int) -> float:
    """Return a score that at least so many pages reach, and few others: 0 where it is not known.

    It is what the best pages of as many stretches of the index reach.
    """
    stretches = found[: len(found) // STRETCH * STRETCH].reshape(-1, STRETCH)
    if len(stretches) < most:
        return 0.0
    return float(np.partition(stretches.max(axis=1), -most)[-most])


def _meeting(
    clauses: Sequence[Clause], seen: Flags, opened: OpenedIndex, *, any_word: bool
) -> Scores:
    met = [opened.scores(clause.node) for clause in clauses]
    best = np.array([each.max(initial=0.0) for each in met])
    if not (best.any() if any_word else best.all()):
        return np.zeros(len(seen))  # as mostly in other languages than the reader's
    titled = [opened.titled(clause.node) for clause in clauses]
    scores = total([*met, *(flags * score for flags, score in zip(titled, best, strict=True))])
    enough = scores > 0 if any_word else meet_all(met)
    found = scores * (enough & seen)
    if len(clauses) > 1 and not any_word and np.count_nonzero(found) >= SOME:
        others = _called_so(titled, seen & ~enough)
        parts = _parts(clauses, [each[others] for each in met], best)
        found[others] = scores[others] * np.sqrt(parts)
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
