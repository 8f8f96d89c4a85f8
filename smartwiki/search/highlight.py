"""Showing where the words stand: one highlighter for both engines, on the database's text."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from itertools import accumulate, islice
from typing import NamedTuple

from django.utils.safestring import SafeString

from smartwiki.kept import Kept
from smartwiki.search.analysis import Analyser, analyser

SNIPPET = 220  # characters
LEAD = 50  # characters shown before the first word that was found
ENOUGH = 12  # words found in a text: a stretch is chosen among these
LONGEST = 30_000  # characters of a text that are looked through

MOST_LETTERS = 250_000  # of what was seen in a language and is kept in mind, at 40 bytes
TEXTS_KEPT = 3  # megabytes of each language
CHUNKS_KEPT = 2_000  # of each language, of those that were marked

MORE_BEFORE, MORE_BEHIND = "… ", " …"

Span = tuple[int, int]
Places = tuple[tuple[str, Span], ...]


class _Text(NamedTuple):
    """What is kept of a text that was read: what stands between its spaces, each once.

    Not the text itself, which takes as much again; `composed` is that where it has another form.
    """

    chunks: tuple[str, ...]
    composed: str | None

    def weight(self) -> int:
        """Return about how many bytes it takes."""
        return 400 + 8 * len(self.chunks) + 2 * len(self.composed or "")


class _Seen:
    """What stood between two spaces in texts so far, by the terms that it is found by.

    Nearly all of a text was seen before, so to look through it is a set operation; no word goes
    across a space. It is shared by threads: what is known is under all of its terms already.
    """

    def __init__(self, rules: Analyser) -> None:
        self.rules = rules
        self.known: dict[str, str] = {}  # each chunk, so that all texts share it
        self.letters = 0
        self.by_term: dict[str, list[str]] = {}
        self._texts: Kept[int, _Text] = Kept(TEXTS_KEPT, _Text.weight)
        self.places = lru_cache(CHUNKS_KEPT)(self._take_apart)

    def read(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return a text in composed form and its chunks; known now and kept, by its hash.

        Texts with the same hash would be marked less than they could, if there ever were any.
        """
        known = self._texts.find(hash(text))
        if known is None:
            composed = unicodedata.normalize("NFC", text)
            chunks = set(composed.split(" "))
            self._learn(chunks)
            shared = tuple(self.known[chunk] for chunk in chunks)
            known = _Text(shared, composed if composed != text else None)
            self._texts.keep(hash(text), known)
        return known.composed or text, known.chunks

    def _learn(self, chunks: set[str]) -> None:
        """Note by which terms each new chunk can be found."""
        for chunk in chunks:
            if chunk in self.known:
                continue
            for term in {term for term, _span in self._take_apart(chunk)}:
                self.by_term.setdefault(term, []).append(chunk)
            self.known[chunk] = chunk
            self.letters += len(chunk)

    def _take_apart(self, chunk: str) -> Places:
        """Return each term of a chunk with where in it that stands."""
        pieces = self.rules.pieces(chunk)
        ends = accumulate(map(len, pieces))
        return tuple(
            (term, (end - len(word) + lead, end))
            for word, end in islice(zip(pieces, ends, strict=True), 1, None, 2)
            for lead, terms in [self.rules.read(word)]
            for term in terms
        )


_seen: dict[str, _Seen] = {}


def _seen_in(language: str) -> _Seen:
    """Return what was seen in a language; it begins anew when it became too much."""
    seen = _seen.get(language)
    if seen is None or seen.letters > MOST_LETTERS:
        seen = _seen[language] = _Seen(analyser(language))
    return seen


class Highlighter:
    """Marks the words that have one of `forms` in texts of `language`."""

    def __init__(self, forms: Iterable[str], language: str) -> None:
        self._forms = frozenset(forms)
        self._seen = _seen_in(language)
        self._found: set[str] = set()  # the chunks that have a form
        self._found_among = -1  # how much was seen when these were gathered
        self._marks: dict[str, set[Span]] = {}

    def highlight(self, text: str) -> SafeString:
        """Return all of `text` as HTML, with the words that were found marked."""
        text, chunks = self._seen.read(text)
        return _marked(text, self._spans(text, chunks))

    def snippet(self, text: str) -> SafeString | None:
        """Return the stretch of `text` with most of the words; None when it holds none."""
        text, chunks = self._seen.read(text[:LONGEST])
        spans = self._spans(text, chunks)[:ENOUGH]
        if not spans:
            return None
        start, end = _window(text, spans)
        within = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
        before = MORE_BEFORE if start else ""
        return _marked(text[start:end], within, before, MORE_BEHIND if end < len(text) else "")

    def _spans(self, text: str, chunks: Iterable[str]) -> list[Span]:
        found = self._gathered().intersection(chunks)
        if not found:
            return []
        spaced = f" {text} "
        return sorted(
            (at + start, at + end)
            for chunk in found
            for at in _places(f" {chunk} ", spaced)
            for start, end in self._marks_in(chunk)
        )

    def _gathered(self) -> set[str]:
        """Return what was seen so far that has one of the forms."""
        if self._found_among != len(self._seen.known):
            self._found_among = len(self._seen.known)
            by_term = self._seen.by_term
            self._found = {chunk for form in self._forms for chunk in by_term.get(form, ())}
        return self._found

    def _marks_in(self, chunk: str) -> set[Span]:
        """Return where in a chunk the forms stand."""
        if chunk not in self._marks:
            places = self._seen.places(chunk)
            self._marks[chunk] = {span for term, span in places if term in self._forms}
        return self._marks[chunk]


def _places(chunk: str, text: str) -> list[int]:
    """Return where a chunk and the spaces around it stand; those behind and before can be one."""
    places, at = [], text.find(chunk)
    while at >= 0:
        places.append(at)
        at = text.find(chunk, at + len(chunk) - 1)
    return places


def _window(text: str, spans: list[Span]) -> Span:
    """The stretch with the most different words that were found, cut between words."""
    best = _richest(text, spans) if spans[-1][1] > spans[0][0] + SNIPPET - LEAD else 0
    start = max(0, spans[best][0] - LEAD)
    end = min(len(text), start + SNIPPET)
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
    if end < len(text):
        end = max(text.rfind(" ", 0, end + 1), spans[best][1])
    return start, end


def _richest(text: str, spans: list[Span]) -> int:
    """Return from which of the words on the most different ones fit on one stretch."""
    words = [text[a:b].lower() for a, b in spans]
    ends = [end for _start, end in spans]
    best, most, different = 0, 0, len(set(words))
    for first, (begin, _end) in enumerate(spans):
        last = bisect_right(ends, begin + SNIPPET - LEAD)
        richness = len(set(words[first:last]))
        if richness > most:
            best, most = first, richness
        if most == different:
            break
    return best


def _marked(text: str, spans: list[Span], before: str = "", behind: str = "") -> SafeString:
    """Escape `text`, mark `spans` in it, and put what is HTML already before and behind."""
    pieces, at = [before], 0  # joined once: it is done for each result
    for start, end in spans:
        pieces += escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"
        at = end
    return SafeString("".join([*pieces, escape(text[at:]), behind]))
