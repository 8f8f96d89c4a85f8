"""Showing where the words stand: one highlighter for both engines, on the database's text."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate
from threading import Lock

from cachetools import LRUCache
from django.utils.html import escape
from django.utils.safestring import SafeString

from smartwiki.search.analysis import Analyser, analyser

SNIPPET = 220  # characters
LEAD = 50  # characters shown before the first word that was found
ENOUGH = 12  # words found in a text: a stretch is chosen among these
LONGEST = 30_000  # characters of a text that are looked through

MOST_LETTERS = 1_000_000  # of what was seen in a language and is kept in mind
MOST_TEXTS = 500  # of a language that are kept in mind, about 20 KB each

MORE_BEFORE, MORE_BEHIND = escape("… "), escape(" …")

Span = tuple[int, int]


class _Text:
    """A text that was read: in composed form, with what stands between its spaces."""

    __slots__ = ("_places", "_spaced", "chunks", "text")

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        self._spaced = f" {self.text} "
        self.chunks = frozenset(self.text.split(" "))
        self._places: dict[str, tuple[int, ...]] = {}

    def places(self, chunk: str) -> tuple[int, ...]:
        """Return where `chunk` begins."""
        if chunk not in self._places:
            self._places[chunk] = tuple(self._look_for(f" {chunk} "))
        return self._places[chunk]

    def _look_for(self, between: str) -> Iterator[int]:
        at = self._spaced.find(between)
        while at >= 0:
            yield at
            at = self._spaced.find(between, at + len(between) - 1)


class _Seen:
    """What stood between two spaces in texts so far, by the terms that it is found by.

    Nearly all of a text was seen before, so to look through it is a set operation; no word goes
    across a space. It is shared by threads: what is known is under all of its terms already.
    """

    def __init__(self, rules: Analyser) -> None:
        self.rules = rules
        self.known: set[str] = set()
        self.letters = 0
        self.by_term: dict[str, dict[str, tuple[Span, ...]]] = {}
        self._texts: LRUCache[str, _Text] = LRUCache(MOST_TEXTS)
        self._lock = Lock()

    def read(self, text: str) -> _Text:
        """Return a text, known now; long ones are kept, since they are shown again and again."""
        with self._lock:
            known = self._texts.get(text)
        if known is None:
            known = _Text(text)
            self._learn(known.chunks)
            if len(text) > SNIPPET:
                with self._lock:
                    self._texts[text] = known
        return known

    def _learn(self, chunks: frozenset[str]) -> None:
        """Note where in each new chunk something can be found."""
        for chunk in chunks - self.known:
            places: dict[str, list[Span]] = {}
            for term, span in self._places(chunk):
                places.setdefault(term, []).append(span)
            for term, spans in places.items():
                self.by_term.setdefault(term, {})[chunk] = tuple(spans)
            self.known.add(chunk)
            self.letters += len(chunk)

    def _places(self, chunk: str) -> Iterator[tuple[str, Span]]:
        pieces = self.rules.pieces(chunk)
        ends = list(accumulate(map(len, pieces)))
        for word, end in zip(pieces[1::2], ends[1::2], strict=True):
            lead, terms = self.rules.read(word)
            for term in terms:
                yield term, (end - len(word) + lead, end)


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
        self._marks: dict[str, tuple[Span, ...]] = {}
        self._marks_of = -1  # how much was seen when these marks were gathered

    def highlight(self, text: str) -> SafeString:
        """Return all of `text` as HTML, with the words that were found marked."""
        read = self._seen.read(text)
        return _marked(read.text, self._spans(read))

    def snippet(self, text: str) -> SafeString | None:
        """Return the stretch of `text` with most of the words; None when it holds none."""
        read = self._seen.read(text[:LONGEST])
        spans = self._spans(read)[:ENOUGH]
        if not spans:
            return None
        start, end = _window(read.text, spans)
        within = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
        found = _marked(read.text[start:end], within)
        if start:
            found = MORE_BEFORE + found
        return found + MORE_BEHIND if end < len(read.text) else found

    def _spans(self, read: _Text) -> list[Span]:
        marks = self._gathered()
        return sorted(
            (at + start, at + end)
            for chunk in read.chunks & marks.keys()
            for at in read.places(chunk)
            for start, end in marks[chunk]
        )

    def _gathered(self) -> dict[str, tuple[Span, ...]]:
        """Return what was seen so far that has one of the forms, and where in it these stand."""
        if self._marks_of != len(self._seen.known):
            self._marks_of = len(self._seen.known)
            places: dict[str, set[Span]] = {}
            for form in self._forms:
                for chunk, spans in list(self._seen.by_term.get(form, {}).items()):
                    places.setdefault(chunk, set()).update(spans)
            self._marks = {chunk: tuple(spans) for chunk, spans in places.items()}
        return self._marks


def _window(text: str, spans: list[Span]) -> Span:
    """The stretch with the most different words that were found, cut between words."""
    words = [text[a:b].lower() for a, b in spans]

    def richness(first: int) -> int:
        last = spans[first][0] + SNIPPET - LEAD
        held = zip(words[first:], spans[first:], strict=True)
        return len({word for word, (_start, end) in held if end <= last})

    best = max(range(len(spans)), key=lambda first: (richness(first), -first))
    start = max(0, spans[best][0] - LEAD)
    end = min(len(text), start + SNIPPET)
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
    if end < len(text):
        end = max(text.rfind(" ", 0, end + 1), spans[best][1])
    return start, end


def _marked(text: str, spans: list[Span]) -> SafeString:
    """Escape `text` and mark `spans` in it (pieces are joined once: it is done for each result)."""
    pieces, before = [], 0
    for start, end in spans:
        pieces += [
            html.escape(text[before:start]),
            "<mark>",
            html.escape(text[start:end]),
            "</mark>",
        ]
        before = end
    return SafeString("".join([*pieces, html.escape(text[before:])]))
