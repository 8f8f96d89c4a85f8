"""One language's index, open for one thread (a searcher shared by threads gives wrong results)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path

import numpy as np
from rapidfuzz.distance import OSA
from whoosh import index
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from smartwiki.search.backends import KnownWord, Scope, SearchUnavailableError
from smartwiki.search.backends.whoosh_fields import SEPARATOR
from smartwiki.search.backends.whoosh_files import postings_of
from smartwiki.search.backends.whoosh_scores import (
    Flags,
    IndexMemory,
    Scores,
    contents,
    memory_of,
    scores_of,
    stands,
    titled,
)
from smartwiki.search.backends.whoosh_words import words_from
from smartwiki.search.queries import Node

OPENINGS = 50  # attempts: between listing an index's files and opening them a commit may drop one
MOST_SLIPS = 2  # letters in which a word may differ from the one that was meant


@dataclass(frozen=True, slots=True)
class OpenedIndex:
    """An index as it was when it was opened."""

    index: index.FileIndex
    searcher: Searcher
    folder: Path
    commit: int
    memory: IndexMemory

    @property
    def reader(self) -> IndexReader:
        return self.searcher.reader()

    def is_fresh(self) -> bool:
        """Say whether nothing was committed since."""
        return _is_latest(self.folder, self.commit)

    def close(self) -> None:
        self.searcher.close()
        self.index.close()

    def allowed(self, scope: Scope) -> Flags:
        """Return which pages are within `scope`."""
        known = self.memory.allowed.find(scope)
        if known is None:
            known = self._flags("audience", scope.audiences)
            for name, value in (("kind", scope.kind), ("topic", scope.topic)):
                if value:
                    known &= self._flags(name, [value])
            self.memory.allowed.keep(scope, known)
        return known

    def _flags(self, name: str, values: Iterable[str]) -> Flags:
        flags = np.zeros(self.reader.doc_count_all(), bool)
        for value in values:
            for block in postings_of(self.reader, name, value):
                flags[block.numbers] = True
        return flags

    def shown(self, audiences: Iterable[str], prefix: str) -> list[KnownWord]:
        """Return the words whose folded form begins with `prefix`, of what `audiences` may see."""
        return _known(self._words(audiences, prefix))

    def similar(self, word: str, audiences: Iterable[str], limit: int) -> list[KnownWord]:
        """Return words that begin as `word` does and differ from it in one or two letters."""
        there = self._words(audiences, word[:1])
        slips = {
            each: OSA.distance(word, each, score_cutoff=MOST_SLIPS)
            for each in there
            if SEPARATOR not in each
        }
        near = _known(
            {
                text: n
                for text, n in there.items()
                if slips[text.partition(SEPARATOR)[0]] <= MOST_SLIPS
            }
        )
        return nsmallest(limit, near, key=lambda known: (slips[known.word], -known.n, known.word))

    def _words(self, audiences: Iterable[str], start: str) -> dict[str, int]:
        names = (f"words_{each}" for each in sorted(audiences))
        return words_from(self.reader, names, start)

    def called(self, title: str) -> Flags:
        """Return which pages are called, or were found at, exactly this."""
        return self._flags("exact", [title])

    def scores(self, node: Node) -> Scores:
        """Return how well each page meets `node`."""
        return scores_of(node, self.reader, self.memory)

    def stands(self, node: Node) -> bool:
        """Say whether the words of `node` stand anywhere."""
        return stands(node, self.reader, self.memory)

    def titled(self, node: Node) -> Flags:
        """Return which pages meet `node` by their title."""
        return titled(node, self.reader, self.memory)

    def key(self, number: int) -> str:
        """Return the key of a page."""
        known = self.memory.keys.find(number)
        if known is None:
            known = str(self.searcher.stored_fields(number)["key"])
            self.memory.keys.keep(number, known)
        return known


def _known(numbers: Mapping[str, int]) -> list[KnownWord]:
    """Return words, each with every way in which it is shown; `numbers` is by what is indexed."""
    plain = dict(numbers)
    found = []
    for text, n in numbers.items():
        word, separator, shown = text.partition(SEPARATOR)
        if separator:
            plain[word] -= n
            found.append(KnownWord(word, shown, n))
    return found + [
        KnownWord(word, word, n) for word, n in plain.items() if n and SEPARATOR not in word
    ]


def open_index(folder: Path) -> OpenedIndex:
    """Open all of an index: Whoosh by itself opens parts only when they are used.

    Raises SearchUnavailableError where commits follow each other faster than it can be opened, and
    what Whoosh raises for files that are damaged or absent.
    """
    for _attempt in range(OPENINGS):
        try:
            files = index.open_dir(folder)
        except FileNotFoundError:
            continue  # a commit dropped its list of contents before it was read
        commit = files.latest_generation()
        try:
            opened = _open_all(files, folder, commit)
        except (FileNotFoundError, TypeError):  # TypeError: Whoosh's, of a column without its file
            if _is_latest(folder, commit):
                raise
            continue
        if opened.is_fresh():
            return opened
        opened.close()
    raise SearchUnavailableError(f"{folder} could not be opened")


def _open_all(files: index.FileIndex, folder: Path, commit: int) -> OpenedIndex:
    searcher = files.searcher()
    try:
        _touch(searcher.reader())
        return OpenedIndex(files, searcher, folder, commit, memory_of(folder, commit))
    except BaseException:
        searcher.close()
        raise


def _is_latest(folder: Path, commit: int) -> bool:
    """Say whether nothing was committed since.

    A commit writes its list of contents under the next number, and then removes all others.
    """
    return contents(folder, commit).exists() and not contents(folder, commit + 1).exists()


def _touch(reader: IndexReader) -> None:
    for leaf, _offset in reader.leaf_readers():
        if leaf.doc_count_all():
            leaf.stored_fields(0)
            leaf.doc_field_length(0, "terms")
