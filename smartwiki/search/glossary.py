"""Words for the same thing, in one language or across languages, used while searching.

So « onkosten » finds the French page about « frais », and « lid » the page about « leden ».
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from smartwiki.languages import language_codes
from smartwiki.search.analysis import Analyser, analyser
from smartwiki.search.folding import fold
from smartwiki.search.models import ConceptNames
from smartwiki.search.queries import AnyOf, Less, Node, Phrase, Query, Term, node_of, with_synonyms
from smartwiki.search.shown import Reading, reading

SYNONYM = 0.5  # what another word for the same thing is worth beside the word that was typed
BRIDGE = 0.25  # and one that was found through a word of another language

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the cooperative means by words that were searched for."""

    words: str
    text: str


@dataclass(slots=True)
class Glossary:
    """Every concept: by its names' stems in each language, and what it is called."""

    by_stems: dict[str, dict[Stems, list[int]]] = field(default_factory=dict)
    names: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    explanations: dict[tuple[int, str], Explanation] = field(default_factory=dict)
    longest: int = 1  # words in the longest name

    def expand(self, query: Query) -> Query:
        """Return `query` where each name of a concept may be met by its other names."""
        return with_synonyms(
            query,
            [
                (first, end, nodes)
                for first, end, concepts in self._matches(query)
                if (nodes := self._nodes(concepts, query.language))
            ],
        )

    def explain(self, query: Query) -> list[Explanation]:
        """Return what is known of the concept that `query` as a whole names."""
        return [
            self.explanations[pk, query.language]
            for first, end, concepts in self._matches(query)
            if (first, end) == (0, len(query.wanted))
            for pk in concepts
            if (pk, query.language) in self.explanations
        ]

    def _matches(self, query: Query) -> list[tuple[int, int, dict[int, float]]]:
        """The stretches of clauses that name concepts, the longest first at each place.

        Each concept with what its other names are worth.
        """
        found = []
        first = 0
        while first < len(query.wanted):
            for end in range(min(len(query.wanted), first + self.longest), first, -1):
                if concepts := self._named(query, first, end):
                    found.append((first, end, concepts))
                    first = end - 1
                    break
            first += 1
        return found

    def _named(self, query: Query, first: int, end: int) -> dict[int, float]:
        words = [word.text for clause in query.wanted[first:end] for word in clause.words]
        found: dict[int, float] = {}
        for language, known in self.by_stems.items():
            worth = SYNONYM if language == query.language else BRIDGE
            for concept in known.get(_stems(analyser(language), words), ()):
                found[concept] = max(worth, found.get(concept, 0.0))
        return found

    def _nodes(self, concepts: dict[int, float], language: str) -> tuple[Less, ...]:
        rules = analyser(language)
        names: dict[Node, float] = {}
        for concept, worth in concepts.items():
            for name in self.names.get((concept, language), ()):
                if node := _node(rules, name):
                    names[node] = max(worth, names.get(node, 0.0))
        return tuple(
            Less(AnyOf(tuple(node for node in names if names[node] == worth)), worth)
            for worth in sorted(set(names.values()), reverse=True)
        )


def glossary(state: Reading | None = None) -> Glossary:
    """Return the glossary of a state of the content, by default the present one."""
    return _load(state or reading())


@lru_cache(maxsize=1)
def _load(state: Reading) -> Glossary:
    found = Glossary({code: {} for code in language_codes()})
    known = ConceptNames.objects.using(state.database)
    for names in known.filter(language__in=language_codes()).order_by("pk"):
        rules = analyser(names.language)
        key = names.concept_id, names.language
        found.names[key] = names.listed()
        if names.explanation:
            found.explanations[key] = Explanation(names.listed()[0], names.explanation)
        for name in names.listed():
            stems = _stems(rules, [word.text for word in rules.words(name)])
            found.by_stems[names.language].setdefault(stems, []).append(names.concept_id)
            found.longest = max(found.longest, len(stems))
    return found


def _stems(rules: Analyser, words: list[str]) -> Stems:
    """What `words` are compared by; words that say nothing are left out, as in a query."""
    mains = (rules.terms(word).main for word in words)
    return tuple(main[0] for main in mains if main) or tuple(map(fold, words))


def _node(rules: Analyser, name: str) -> Node | None:
    words = [word.text for word in rules.words(name) if rules.terms(word.text).main]
    if len(words) == 1:
        return node_of(rules, words[0])
    return Phrase(tuple(Term(rules.terms(word).main) for word in words)) if words else None
