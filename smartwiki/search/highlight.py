"""Showing where the words stand: one highlighter for both engines, on the database's text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smartwiki.search.analysis import analyser

SNIPPET = 220  # characters
LEAD = 50  # characters shown before the first word that was found
ENOUGH = 12  # words found in a text: a stretch is chosen among these
LONGEST = 30_000  # characters of a text that are looked through

Span = tuple[int, int]


class _Lead(dict[str, int]):
    """By a word as written: how many letters stand before what was found; -1 for other words."""

    def __init__(self, forms: frozenset[str], language: str) -> None:
        self.forms, self.rules = forms, analyser(language)

    def __missing__(self, written: str) -> int:
        lead, terms = self.rules.read(written)
        self[written] = lead = -1 if self.forms.isdisjoint(terms) else lead
        return lead


class Highlighter:
    """Marks the words that have one of `forms` in texts of `language`.

    The texts of one page of results share most of their words: each is judged once.
    """

    def __init__(self, forms: Iterable[str], language: str) -> None:
        self._rules = analyser(language)
        self._lead = _Lead(frozenset(forms), language)

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
        pieces = self._rules.pieces(text)
        found = {word for word in set(pieces[1::2]) if self._lead[word] >= 0}
        if found:
            ends = list(accumulate(map(len, pieces)))
            for word, end in zip(pieces[1::2], ends[1::2], strict=True):
                if word in found:
                    yield end - len(word) + self._lead[word], end


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
