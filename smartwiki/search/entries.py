"""From a document to what both engines store, so that they hold the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from smartwiki.search import separable
from smartwiki.search.analysis import Analyser, analyser
from smartwiki.search.documents import Document
from smartwiki.search.folding import fold, fold_title
from smartwiki.search.inclusive import expand

GAP = 100  # positions between the parts of a page, so that no phrase runs from one into another
LONGEST_TERM = 200  # characters
MOST_WORDS = 40_000  # of one page; the rest of a longer text is not found


class Part(Enum):
    """A part of a page: PostgreSQL's weight, and how many mentions in the text it is worth: a whole
    number, since Whoosh keeps mentions as such.
    """

    TITLE = "A", 12.0
    SUMMARY = "B", 4.0
    ADDRESS = "C", 2.0
    TEXT = "D", 1.0

    def __init__(self, letter: str, weight: float) -> None:
        self.letter = letter
        self.weight = weight


class Posting(NamedTuple):
    """A term at one place of a page."""

    term: str
    position: int
    part: Part


@dataclass(frozen=True, slots=True)
class Entry:
    """All that an engine stores of a document.

    `exact`: what finds the page by being its whole title or address. `title_words`: folded, for
    completion. `words`: folded form and the form to show, for completion and did-you-mean.
    """

    key: str
    kind: str
    language: str
    audience: str
    topic: str
    exact: list[str]
    postings: list[Posting]
    title_words: list[str]
    words: dict[str, str]


def entry_of(document: Document) -> Entry:
    """Analyse a document."""
    rules = analyser(document.language)
    parts = [
        (Part.TITLE, document.title),
        (Part.SUMMARY, document.summary),
        (Part.ADDRESS, " ".join(re.sub(r"[-/]", " ", path) for path in document.addresses)),
        (Part.TEXT, document.text),
    ]
    texts = [(part, unicodedata.normalize("NFC", text)) for part, text in parts]
    postings, seen = _read(rules, texts)
    exact = {fold_title(text)[:LONGEST_TERM] for text in (document.title, *document.addresses)}
    return Entry(
        key=document.key,
        kind=document.kind,
        language=document.language,
        audience=document.audience,
        topic=document.topic,
        exact=sorted(exact - {""}),
        postings=postings,
        title_words=sorted({fold(word) for word in fold_title(document.title).split()}),
        words=_words_to_show(rules, seen),
    )


def _read(rules: Analyser, texts: list[tuple[Part, str]]) -> tuple[list[Posting], set[str]]:
    """Return the postings, and the words that readers may be shown."""
    postings: list[Posting] = []
    seen: set[str] = set()
    position = 0
    for part, text in texts:
        verbs = dict(separable.verbs(rules, text))
        for together in rules.joined(text):
            if len(together) > 1:
                joined = "".join(word.text for word in together)
                postings += [Posting(term, position, part) for term in rules.terms(joined).main]
            for word in together:
                terms = rules.all_terms(word.text)
                if verb := verbs.get(word.start):
                    terms = (*terms, *rules.terms(verb).main)
                if not terms:
                    continue  # takes no place, so that « note de frais » is a phrase of two
                postings += [Posting(term, position, part) for term in terms]
                position += 1
                if part != Part.ADDRESS:  # has no accents: not a form to show
                    seen.add(word.text)
            if position > MOST_WORDS:
                return postings, seen
        position += GAP
    return postings, seen


def _words_to_show(rules: Analyser, seen: set[str]) -> dict[str, str]:
    forms = (form for word in sorted(seen) for form in expand(rules.language, word))
    return {fold(form): form for form in forms if len(form) > 2 and not form.isdigit()}
