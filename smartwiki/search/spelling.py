"""Did you mean: for a word that no page has, the nearest one that the reader may know of."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from rapidfuzz.distance import OSA

from smartwiki.search.backends import KnownWord, Scope, backend
from smartwiki.search.folding import fold
from smartwiki.search.queries import Clause, Query

CANDIDATES = 30
MOST_UNKNOWN = 4  # words of a query that are looked at: each costs milliseconds
SHORTEST = 3  # letters of a word that may be only the beginning of one
LONG_WORD = 5  # letters
TWO_SLIPS = 6  # letters; a shorter word may differ in one place only


def did_you_mean(
    text: str, query: Query, scope: Scope, exists: Callable[[Clause], bool]
) -> str | None:
    """Return `text` with unknown words replaced, or None when there is nothing to propose.

    `exists` says whether any page meets a clause by itself.
    """
    unknown = (word for clause in query.wanted if not exists(clause) for word in clause.words)
    changes = [
        (word.start, word.end, nearest.shown)
        for word in islice(unknown, MOST_UNKNOWN)
        if (nearest := nearest_word(word.text, query.language, scope.audiences))
    ]
    for start, end, better in sorted(changes, reverse=True):
        text = text[:start] + better + text[end:]
    return text if changes else None


def nearest_word(word: str, language: str, audiences: frozenset[str]) -> KnownWord | None:
    """Return the known word that differs least from `word`, and of those the most common.

    When none is near, the most common that begins with `word`, or else the longest that a long
    word begins with.
    """
    folded = fold(word)
    most = 2 if len(folded) >= TWO_SLIPS else 1
    ranked = [
        (OSA.distance(folded, known.word), -known.n, known.word, known)
        for known in backend().similar_words(language, folded, audiences, CANDIDATES)
        if known.word != folded
    ]
    near = [each for each in ranked if each[0] <= most]
    if near:
        return min(near, key=lambda each: each[:3])[3]
    return _longer(folded, language, audiences) or _beginning(folded, language, audiences)


def _longer(folded: str, language: str, audiences: frozenset[str]) -> KnownWord | None:
    """Return the most common known word that begins with `folded`: « bib-liotheek »."""
    if len(folded) < SHORTEST:
        return None
    return next(iter(backend().complete_words(language, folded, audiences, 1)), None)


def _beginning(folded: str, language: str, audiences: frozenset[str]) -> KnownWord | None:
    """Return the longest known word that `folded` begins with: « Mitglied-schaft »."""
    if len(folded) < 2 * LONG_WORD:
        return None
    begun = backend().complete_words(language, folded[:LONG_WORD], audiences, 10 * CANDIDATES)
    return max(
        (known for known in begun if folded.startswith(known.word)),
        key=lambda known: len(known.word),
        default=None,
    )
