"""An engine behind a Protocol: Whoosh in a folder (default), or PostgreSQL (several machines)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from smartwiki.search.entries import Entry
from smartwiki.search.queries import Query

ENGINES = {
    "whoosh": "smartwiki.search.backends.whoosh.WhooshBackend",
    "postgresql": "smartwiki.search.backends.postgresql.PostgreSQLBackend",
}

SOME = 2  # pages with all the words, from which on others are shown among them
MOST_CALLED = 500  # pages called after a word, from which on that says nothing about a page
MOST_FOUND = 1_000  # pages that a reader can go through; an engine need not count those beyond


class SearchUnavailableError(Exception):
    """There is no index that can be read; it is being made (see smartwiki.search.worker)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: what the reader may know of, and what they chose ("" for everything)."""

    audiences: frozenset[str]
    kind: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The keys of one page of results, the best first, and how many there are on all pages.

    A `total` above `MOST_FOUND` may be lower than the truth.
    """

    keys: list[str]
    total: int


@dataclass(frozen=True, slots=True)
class KnownWord:
    """A word of the pages that a reader may see; `n` pages hold it."""

    word: str  # folded
    shown: str
    n: int


Fill = Callable[[Iterable[Entry]], None]  # adds entries to a new generation


class Backend(Protocol):
    """An engine. A generation is one whole index; readers use the current one.

    Everything that reads raises SearchUnavailableError when there is no current generation of this
    version of the rules, or when it cannot be read.
    """

    def search(
        self,
        query: Query,
        scope: Scope,
        *,
        offset: int = 0,
        limit: int = 10,
        any_word: bool = False,
    ) -> Found:
        """Find the pages that hold every word of `query`, or (`any_word`) at least one.

        Where `SOME` pages hold every word, those that have one in their title, and half of all in
        their text, are among them: who asks how to write an invoice is helped by the guide that
        is called after invoices, whichever verb it uses. A word that `MOST_CALLED` titles have
        does not count for that.
        """
        ...

    def complete_titles(
        self, language: str, words: Sequence[str], audiences: frozenset[str], limit: int
    ) -> list[str]:
        """Return keys of pages whose title has every folded word, the last one begun only."""
        ...

    def complete_words(
        self, language: str, prefix: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        """Return words that begin with the folded `prefix`, those of most pages first."""
        ...

    def similar_words(
        self, language: str, word: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        """Return words of the pages that look like the folded `word`."""
        ...

    def current(self) -> str | None:
        """Return the name of the generation in use, or None; never raises."""
        ...

    def create(self, generation: str) -> None:
        """Make an empty generation aside."""
        ...

    def adopt(self, generation: str) -> None:
        """Put `generation` to use in place of the current one, at once, and drop all others."""
        ...

    def writing(self, generation: str) -> AbstractContextManager[bool]:
        """Be the only writer of `generation`; False, without waiting, when somebody else is."""
        ...

    def rebuilding(self) -> AbstractContextManager[bool]:
        """Be the only one, of all processes, who makes a generation; False as in `writing`."""
        ...

    def replace(self, generation: str, keys: Iterable[str], entries: Iterable[Entry]) -> None:
        """Remove `keys` and add `entries`, all or nothing for each language; needs `writing`."""
        ...

    def filling(self, generation: str) -> AbstractContextManager[Fill]:
        """Be the only writer of a new generation; it has what it was given when this ends."""
        ...

    def keys(self, generation: str) -> list[str]:
        """Return every key of `generation`, once for each time that it is there."""
        ...


@cache
def _make(engine: str) -> Backend:
    return cast(Backend, import_string(ENGINES[engine])())


def backend() -> Backend:
    """Return the engine that the setting SEARCH_ENGINE names."""
    return _make(settings.SEARCH_ENGINE)
