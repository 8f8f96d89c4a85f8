"""Verbs in two parts: Dutch « Vul het formulier in » and German « Füllen Sie es aus »."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smartwiki.search import lexicon
from smartwiki.search.analysis import Analyser
from smartwiki.search.folding import fold
from smartwiki.search.wordforms import dictionary_forms, is_dictionary_form

_PARTICLES = {
    "nl": """
        aan af achter bij binnen bijeen door in langs mee na neer om onder op open over rond samen
        terug thuis toe uit vast vol voor vooraf voort vrij weer weg
    """,
    "de": """
        ab an auf aus bei ein fest fort frei her heraus herunter hin hinzu hoch los mit nach teil
        um unter vor voraus vorbei weg weiter wieder zu zurück zusammen
    """,
}
_APART = {language: frozenset(particles.split()) for language, particles in _PARTICLES.items()}
_BETWEEN = {"nl": "te", "de": "zu"}  # « af te sluiten »
SHORTEST = 4  # letters of an infinitive: « gaan »
_CLAUSE = re.compile(r"[^.,;:!?()\[\]|–—]+")


def verbs(rules: Analyser, text: str) -> Iterator[tuple[int, str]]:
    """Yield where in `text` a verb stands whose particle stands elsewhere, and the two as one word.

    The particle ends its clause, or stands before « te » or « zu » and the verb. What the list of
    words does not know is no verb: « Dat is niet in » has none.
    """
    if rules.language not in _APART:
        return
    for clause in _CLAUSE.finditer(text):
        words = list(rules.words(clause[0]))
        for at, verb in _in_clause(rules.language, [word.text for word in words]):
            yield clause.start() + words[at].start, verb


def _in_clause(language: str, words: list[str]) -> Iterator[tuple[int, str]]:
    pairs = [(at, words[-1]) for at in range(len(words) - 1)]
    pairs += [
        (at, words[at - 2]) for at in range(2, len(words)) if words[at - 1] == _BETWEEN[language]
    ]
    for at, particle in pairs:
        if particle in _APART[language] and (verb := _joined(language, particle, words[at])):
            yield at, verb


def _joined(language: str, particle: str, word: str) -> str | None:
    for infinitive in _infinitives(language, word):
        if fold(particle + infinitive) in lexicon.words(language):
            return particle + infinitive
    return None


def _infinitives(language: str, word: str) -> Iterator[str]:
    candidates = [*dictionary_forms(language, word), word]
    if is_dictionary_form(language, word + "en"):
        candidates.insert(-1, word + "en")  # « dien », which is a noun too
    yield from (each for each in candidates if each.endswith("n") and len(each) >= SHORTEST)
