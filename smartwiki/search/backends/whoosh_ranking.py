"""Which pages answer a query, and how well."""

from __future__ import annotations

from itertools import compress
from math import sqrt

from smartwiki.search.backends import MOST_CALLED, SOME, Scope
from smartwiki.search.backends.whoosh_reading import OpenedIndex
from smartwiki.search.backends.whoosh_scores import Scores, either, every
from smartwiki.search.queries import Query

EXACT_SCORE = 1000.0  # more than any text can get


def answers(query: Query, scope: Scope, opened: OpenedIndex, *, any_word: bool) -> Scores:
    """Return the pages within `scope` that answer a query, each with how well.

    What stands in the title counts as much again as the best that the word gets anywhere.
    """
    met = [opened.scores(clause.node) for clause in query.wanted]
    titled = [opened.titled(clause.node) for clause in query.wanted]
    best = [max(scores.values(), default=0.0) for scores in met]
    exact = opened.called(query.exact) if query.exact else set()
    unwanted = set().union(*(opened.scores(node) for node in query.excluded))
    allowed = opened.allowed(scope)

    def seen(found: Scores) -> Scores:
        there = dict(compress(found.items(), map(allowed.__getitem__, found)))
        return {n: there[n] for n in there.keys() - unwanted} if unwanted else there

    found = seen(either(met) if any_word else every(met))
    parts = {}
    if len(met) > 1 and not any_word and len(found) >= SOME:
        parts = {n: part for n, part in _about(query, met, titled, best).items() if n not in found}
        found |= seen({n: sum(scores.get(n, 0.0) for scores in met) for n in parts})
    for numbers, score in zip(titled, best, strict=True):
        for number in numbers & found.keys():
            found[number] += score
    for number in parts.keys() & found.keys():
        found[number] *= sqrt(parts[number])
    return found | seen({n: found.get(n, 0.0) + EXACT_SCORE for n in exact})


def _about(
    query: Query, met: list[Scores], titled: list[set[int]], best: list[float]
) -> dict[int, float]:
    """Return the pages that have a word in the title, and what part of the query they meet.

    That is half of the words at least, and all that is quoted.
    """
    found = {}
    quoted = [scores for scores, clause in zip(met, query.wanted, strict=True) if clause.quoted]
    for number in set().union(*(each for each in titled if len(each) < MOST_CALLED)):
        there = [score for scores, score in zip(met, best, strict=True) if number in scores]
        if 2 * len(there) >= len(met) and all(number in scores for scores in quoted):
            found[number] = sum(there) / sum(best)
    return found
