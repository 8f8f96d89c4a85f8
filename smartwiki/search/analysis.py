"""From text to terms: the one analyser, so that both engines see the same words.

What it does, with examples, is the table in tests/search/test_analysis.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from threading import local
from typing import NamedTuple

import Stemmer
from django.conf import settings

from smartwiki.search import compounds, dictionary, inclusive, lexicon, wordforms
from smartwiki.search.folding import APOSTROPHES, fold
from smartwiki.search.stopwords import STOP_WORDS

# Raise when the same text would come out as other terms, or when they lie in the index otherwise.
RULES_VERSION = 7
LONGEST = 80  # characters: what is longer is no word
WORDS_KEPT = 10_000  # of each language that are not analysed again, at about 1 KB

_WORD = r"[^\W_]+(?:['’ʼ][^\W_]+)*"
_ELISION = re.compile(rf"(?:{inclusive.ELIDED})'(?=\w)")
_HYPHENS = ("-", "\u2010", "\u2011")


class Word(NamedTuple):
    """A word of a text: its normal form (lower case, without elision), and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a word is found by: `main`, or every one of `parts` (each any of its terms).

    A word that says nothing has no `main`.
    """

    main: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    part_words: tuple[str, ...] = ()


class Analyser:
    """The rules of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._algorithm = settings.LANGUAGE_SETUP[language].stemmer
        self._stemmers = local()  # a Stemmer is not to be shared between threads
        self._stop_words = {fold(word) for word in STOP_WORDS.get(language, ())}
        special = inclusive.PATTERNS.get(language)
        word = rf"{special}|{_WORD}" if special else _WORD
        self._word, self._between = re.compile(word), re.compile(f"({word})")
        self.terms = lru_cache(maxsize=WORDS_KEPT)(self._terms)
        self.all_terms = lru_cache(maxsize=WORDS_KEPT)(self._all_terms)
        self._normal_form = lru_cache(maxsize=WORDS_KEPT)(self._make_normal)

    def words(self, text: str) -> Iterator[Word]:
        """Yield the words of `text`, which should be in Unicode's composed form (NFC)."""
        for match in self._word.finditer(text):
            start, end = match.span()
            if end - start <= LONGEST:
                word, dropped = self._normal_form(match[0])
                yield Word(word, start + dropped, end)

    def pieces(self, text: str) -> list[str]:
        """Cut `text` into what is no word, a word as written, what is no word, … in turn."""
        return self._between.split(text)

    def read(self, written: str) -> tuple[int, tuple[str, ...]]:
        """Return how many letters a word as written has before it (an elision), and its terms."""
        if len(written) > LONGEST:
            return 0, ()
        word, dropped = self._normal_form(written)
        return dropped, self.all_terms(word)

    def joined(self, text: str) -> Iterator[list[Word]]:
        """Yield the words of `text`, those joined by hyphens together in one list."""
        together: list[Word] = []
        for word in self.words(text):
            if together and text[together[-1].end : word.start] not in _HYPHENS:
                yield together
                together = []
            together.append(word)
        if together:
            yield together

    def _terms(self, word: str) -> Terms:
        """Return what `word` (in its normal form) is found by."""
        forms = inclusive.expand(self.language, word)
        if all(fold(form) in self._stop_words for form in forms):
            return Terms(())
        main = dict.fromkeys(term for form in forms for term in self._stems(form))
        parts = compounds.split(self.language, fold(forms[0]))
        return Terms(tuple(main), tuple(self._stems(part) for part in parts), parts)

    def _stems(self, word: str) -> tuple[str, ...]:
        """Stem a word, and what it comes from, with and without accents.

        A word typed without accents has either stem. The French stemmer takes « dossier » for a
        verb, but not « dossiers »: stemming again makes them meet.
        """
        origins = wordforms.origins(self.language, word)
        forms = (word, *(form for form in origins if fold(form) not in self._stop_words))
        found = dict.fromkeys(
            stem for form in forms for stem in (self._stem(fold(form)), fold(self._stem(form)))
        )
        if self.language == "fr":
            found |= {self._stem(stem): None for stem in found if stem.endswith("er")}
        return tuple(found)

    def _stem(self, word: str) -> str:
        try:
            stemmer = self._stemmers.stemmer
        except AttributeError:
            stemmer = self._stemmers.stemmer = Stemmer.Stemmer(self._algorithm)
        return str(stemmer.stemWord(word))

    def _all_terms(self, word: str) -> tuple[str, ...]:
        """Return what a page with `word` is found by: its terms, and those of its parts' parts."""
        return tuple(dict.fromkeys((*self.terms(word).main, *self._of_parts(self.terms(word)))))

    def _of_parts(self, terms: Terms) -> Iterator[str]:
        for word, part in zip(terms.part_words, terms.parts, strict=True):
            yield from part
            yield from self._of_parts(self.terms(word))

    def _make_normal(self, written: str) -> tuple[str, int]:
        """Return a word in lower case without elision, and how many letters that drops before."""
        word, dropped = written, 0
        if not word.isalnum():
            word = word.translate(APOSTROPHES)
            if self.language == "fr" and (elision := _ELISION.match(word.lower())):
                word, dropped = word[elision.end() :], elision.end()
            elif self.language in ("en", "nl") and word[-2:] in ("'s", "'S"):
                word = word[:-2]
        is_german = self.language == "de"
        return inclusive.lower_german(word) if is_german else word.lower(), dropped


@cache
def analyser(language: str) -> Analyser:
    """Return the analyser of one of the site's languages."""
    return Analyser(language)


def version() -> str:
    """Name the rules: an index made by others must be made anew."""
    setup = ",".join(
        f"{code}={settings.LANGUAGE_SETUP[code].stemmer}" for code, _name in settings.LANGUAGES
    )
    stemmer, words, forms = _stemmer_version(), lexicon.version(), dictionary.version()
    return f"{RULES_VERSION};{setup};stemmer {stemmer};words {words};{forms}"


@cache  # asked at each search, and to look it up takes a millisecond
def _stemmer_version() -> str:
    return metadata.version("pystemmer")
