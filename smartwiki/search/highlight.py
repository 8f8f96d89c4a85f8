"""Showing where the words stand: one highlighter for both engines, on the database's text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smartwiki.search.analysis import Analyser, analyser

SNIPPET = 220  # characters
LEAD = 50  # characters shown before the first word that was found
ENOUGH = 12  # words found in a text: a stretch is chosen among these
LONGEST = 30_000  # characters of a text that are looked through

Span = tuple[int, int]


def highlight(text: str, forms: frozenset[str], language: str) -> SafeString:
    """Return all of `text` as HTML, with the words that have one of `forms` marked."""
    text = unicodedata.normalize("NFC", text)
    return _marked(text, list(_spans(text, forms, language)))


def snippet(text: str, forms: frozenset[str], language: str) -> SafeString | None:
    """Return the stretch of `text` that holds most of `forms`; None when it holds none."""
    text = unicodedata.normalize("NFC", text[:LONGEST])
    spans = list(islice(_spans(text, forms, language), ENOUGH))
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


def _spans(text: str, forms: frozenset[str], language: str) -> Iterator[Span]:
    rules = analyser(language)
    known: dict[str, bool] = {}
    for word in rules.words(text):
        matches = known.get(word.text)
        if matches is None:
            matches = known[word.text] = _matches(rules, word.text, forms)
        if matches:
            yield word.start, word.end


def _matches(rules: Analyser, word: str, forms: frozenset[str]) -> bool:
    terms = rules.terms(word)
    return not forms.isdisjoint(terms.main) or any(
        not forms.isdisjoint(part) for part in terms.parts
    )


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
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = enumerate(pairwise(edges))  # every second piece was found
    return format_html_join(
        "", "{}", ((_piece(text[a:b], found=bool(n % 2)),) for n, (a, b) in pieces)
    )


def _piece(text: str, *, found: bool) -> str:
    return format_html("<mark>{}</mark>", text) if found else text


def forms_of(nodes: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return every form that `nodes` ask for."""
    return frozenset(form for forms in nodes for form in forms)
