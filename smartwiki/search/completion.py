"""Completing what somebody is typing: titles lead to the page itself, words to a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.urls import reverse
from django.utils.http import urlencode

from smartwiki.search.analysis import analyser
from smartwiki.search.backends import backend
from smartwiki.search.documents import audiences_of, by_kind, sources
from smartwiki.search.folding import fold, fold_title

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

SHORTEST = 3  # letters
TITLES, WORDS = 5, 4
CONSIDERED = 30  # of which the best are shown


class Option(TypedDict):
    """A line of the list: `kind` is "page" or "word"."""

    kind: str
    text: str
    url: str


def options(text: str, language: str, person: Person) -> list[Option]:
    """Return what `text` could become for this reader; raises SearchUnavailableError."""
    words = fold_title(text).split()
    if not words or len(words[-1]) < SHORTEST:
        return []
    audiences = audiences_of(person)
    return [
        *_words(text, words[-1], language, audiences),
        *_titles(words, language, person, audiences),
    ]


def _titles(
    words: list[str], language: str, person: Person, audiences: frozenset[str]
) -> list[Option]:
    keys = backend().complete_titles(language, words, audiences, CONSIDERED)
    cards = [
        card
        for kind, some in by_kind(keys).items()
        for card in sources[kind].cards(some, language, person, with_text=False).values()
    ]
    typed = " ".join(words)
    cards.sort(key=lambda card: (not fold_title(card.title).startswith(typed), len(card.title)))
    return [{"kind": "page", "text": card.title, "url": card.url} for card in cards[:TITLES]]


def _words(text: str, begun: str, language: str, audiences: frozenset[str]) -> list[Option]:
    """The text with its last word completed; of the forms of a word, the most common."""
    rules = analyser(language)
    by_stem: dict[str, str] = {}
    for known in backend().complete_words(language, begun, audiences, CONSIDERED):
        main = rules.terms(known.shown).main
        if main and known.word != fold(text):
            by_stem.setdefault(main[0], known.shown)
    before = text[: text.rfind(" ") + 1]
    return [
        {
            "kind": "word",
            "text": before + shown,
            "url": f"{reverse('search')}?{urlencode({'q': before + shown})}",
        }
        for shown in list(by_stem.values())[:WORDS]
    ]
