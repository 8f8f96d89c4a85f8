"""Showing where the words stand: one highlighter for both engines, on the database's text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smartwiki.search.analysis import Analyser, analyser

SNIPPET = 220  # characters
LEAD = 50  # characters shown before the first word that was found
ENOUGH = 12  # words found in a text: a stretch is chosen among these
LONGEST = 30_000  # characters of a text that are looked through

MOST_LETTERS = 1_000_000  # of what was seen in a language and is kept in mind

Span = tuple[int, int]


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

    def learn(self, chunks: set[str]) -> None:
        """Note where in each new chunk something can be found."""
        if chunks <= self.known:
            return
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

    def found(self, forms: frozenset[str], chunks: set[str]) -> dict[str, list[Span]]:
        """Return those of `chunks` with words that have one of `forms`, and where these stand."""
        places: dict[str, set[Span]] = {}
        for form in forms:
            by_chunk = self.by_term.get(form, {})
            for chunk in chunks & by_chunk.keys():
                places.setdefault(chunk, set()).update(by_chunk[chunk])
        return {chunk: sorted(spans) for chunk, spans in places.items()}


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

    def highlight(self, text: str) -> SafeString:
        """Return all of `text` as HTML, with the words that were found marked."""
        text = unicodedata.normalize("NFC", text)
        return _marked(text, list(self._spans(text)))

    def snippet(self, text: str) -> SafeString | None:
        """Return the stretch of `text` with most of the words; None when it holds none."""
        text = unicodedata.normalize("NFC", text[:LONGEST])
        spans = list(islice(self._spans(text), ENOUGH))
        if not spans:
            return None
        start, end = _window(text, spans)
        within = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
        return format_html(
            "{}{}{}",
            "… " if start else "",
            _marked(text[start:end], within),
            " …" if end < len(text) else "",
        )

    def _spans(self, text: str) -> Iterator[Span]:
        chunks = text.split(" ")
        different = set(chunks)
        self._seen.learn(different)
        found = self._seen.found(self._forms, different)
        if found:
            ends = list(accumulate(map(len, chunks)))
            for number, chunk in enumerate(chunks):
                if chunk in found:
                    start = ends[number] + number - len(chunk)  # so many spaces before
                    for a, b in found[chunk]:
                        yield start + a, start + b


def _window(text: str, spans: list[Span]) -> Span:
    """The stretch with the most different words that were found, cut between words."""

    def richness(first: int) -> int:
        start = spans[first][0]
        held = (text[a:b].lower() for a, b in spans[first:] if b <= start + SNIPPET - LEAD)
        return len(set(held))

    best = max(range(len(spans)), key=lambda first: (richness(first), -first))
    start = max(0, spans[best][0] - LEAD)
    end = min(len(text), start + SNIPPET)
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
    if end < len(text):
        end = max(text.rfind(" ", 0, end + 1), spans[best][1])
    return start, end


def _marked(text: str, spans: list[Span]) -> SafeString:
    befores = [0, *(end for _start, end in spans)]
    return format_html(
        "{}{}",
        format_html_join(
            "",
            "{}<mark>{}</mark>",
            (
                (text[before:start], text[start:end])
                for before, (start, end) in zip(befores, spans, strict=False)
            ),
        ),
        text[befores[-1] :],
    )
