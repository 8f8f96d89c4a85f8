"""How well pages answer a query: Whoosh's postings and scores, added up without its matchers.

A term or phrase is read from the files once for each state of an index, and shared by all threads:
what was read is never changed. Adding up numbers that are in memory takes a tenth of the time that
Whoosh takes to step through them. The glossary's names of several words are such phrases, and each
query with a word of theirs asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import chain
from math import log
from operator import and_, or_
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from smartwiki.kept import Kept
from smartwiki.search.backends import Scope
from smartwiki.search.backends.whoosh_fields import IN_TITLE
from smartwiki.search.backends.whoosh_files import PLACE, Block, Pages, postings_of
from smartwiki.search.entries import GAP, Part
from smartwiki.search.queries import AllOf, AnyOf, Less, Node, Phrase, Term

POSTINGS_KEPT = 3  # megabytes, of one index
BESIDE = 240  # bytes that all else about one term takes
ALLOWED_KEPT = 4  # megabytes, of one index: a byte for each of its pages and each scope
KEYS_KEPT, KEY = 1, 250  # megabytes, of one index; bytes that one page's key takes
SATURATION = 2.0  # BM25's k1: how soon further mentions of a word on a page count little
MANY, SHARE = 1_000, 8  # pages, 1 of so many: a byte for each page of the index tells it sooner
TITLED = 128  # added to mentions of a term on a page, in a byte: so it tells of fewer than that

Scores: TypeAlias = NDArray[np.float64]  # by the number of the page; 0 where it does not answer
Flags: TypeAlias = NDArray[np.bool_]  # by the number of the page


class Few(NamedTuple):
    """The numbers of pages, the score of each, and which of them have it in the title."""

    numbers: NDArray[np.uint32]
    scores: NDArray[np.float32]
    titled: NDArray[np.uint32]

    @property
    def stands(self) -> bool:
        return len(self.numbers) > 0

    def add_to(self, found: Scores) -> None:
        found[self.numbers] += self.scores

    def mark_titled(self, found: Flags) -> None:
        found[self.titled] = True


class Many(NamedTuple):
    """The same of what many pages have: each page's mentions, from `TITLED` on with a title, and
    what so many are worth."""

    mentions: NDArray[np.uint8]
    scores: NDArray[np.float32]

    @property
    def stands(self) -> bool:
        return True

    def add_to(self, found: Scores) -> None:
        found += self.scores[self.mentions]

    def mark_titled(self, found: Flags) -> None:
        found |= self.mentions >= TITLED


Postings: TypeAlias = Few | Many


NOWHERE = Block(
    np.empty(0, np.uint32), np.empty(0, np.float32), np.empty(0, np.uint32), np.empty(0, np.uint32)
)


class IndexMemory:
    """What was read of one state of one index."""

    def __init__(self, state: tuple[int, int]) -> None:
        self.state = state
        self.allowed = Kept[Scope, Flags](ALLOWED_KEPT, lambda flags: flags.nbytes)
        self.keys = Kept[int, str](KEYS_KEPT, lambda _key: KEY)
        self._postings = Kept[str | Phrase, Postings](POSTINGS_KEPT, _weight)

    def postings(self, reader: IndexReader, wanted: str | Phrase) -> Postings:
        """Return where a term, or terms in a row, stand."""
        known = self._postings.find(wanted)
        if known is None:
            if isinstance(wanted, Phrase):
                known = _in_a_row(reader, wanted)
            else:
                known = _read(reader, wanted)
            self._postings.keep(wanted, known)
        return known


def _weight(postings: Postings) -> int:
    return BESIDE + sum(each.nbytes for each in postings)


_memories: dict[Path, IndexMemory] = {}


def contents(folder: Path, commit: int) -> Path:
    """Return Whoosh's file that lists what an index has as of `commit`."""
    return folder / f"_MAIN_{commit}.toc"


def memory_of(folder: Path, commit: int) -> IndexMemory:
    """Return what all threads know of the index in `folder` as of `commit`.

    Raises FileNotFoundError when a later commit has taken its place.
    """
    found = contents(folder, commit).stat()
    state = found.st_ino, found.st_mtime_ns  # a folder made anew counts from the start again
    memory = _memories.get(folder)
    if memory is None or memory.state != state:
        memory = _memories[folder] = IndexMemory(state)
    return memory


def scores_of(node: Node, reader: IndexReader, memory: IndexMemory) -> Scores:
    """Return how well each page meets `node`."""
    match node:
        case Phrase() | Term():
            found = np.zeros(reader.doc_count_all())
            for each in _read_for(node, reader, memory):
                each.add_to(found)
            return found
        case AllOf(nodes):
            return every([scores_of(each, reader, memory) for each in nodes])
        case AnyOf(nodes):
            own = (each for each in nodes if not isinstance(each, Less))
            found = total(scores_of(each, reader, memory) for each in own)
            best = found.max(initial=0.0)
            less = (_less(each, best, reader, memory) for each in nodes if isinstance(each, Less))
            return total(chain([found], less))
        case Less(inner, worth):
            found = scores_of(inner, reader, memory)
            found *= worth
            return found


def stands(node: Node, reader: IndexReader, memory: IndexMemory) -> bool:
    """Say whether the words of `node` stand anywhere, so that there may be pages that meet it."""
    match node:
        case Phrase() | Term():
            return any(each.stands for each in _read_for(node, reader, memory))
        case AllOf(nodes):
            return all(stands(each, reader, memory) for each in nodes)
        case AnyOf(nodes):
            return any(stands(each, reader, memory) for each in nodes)
        case Less(inner):
            return stands(inner, reader, memory)


def titled(node: Node, reader: IndexReader, memory: IndexMemory) -> Flags:
    """Return which pages meet `node` by their title."""
    match node:
        case Phrase() | Term():
            found = np.zeros(reader.doc_count_all(), bool)
            for each in _read_for(node, reader, memory):
                each.mark_titled(found)
            return found
        case AllOf(nodes):
            return reduce(and_, (titled(each, reader, memory) for each in nodes))
        case AnyOf(nodes):
            return reduce(or_, (titled(each, reader, memory) for each in nodes))
        case Less(inner):
            return titled(inner, reader, memory)


def _read_for(node: Term | Phrase, reader: IndexReader, memory: IndexMemory) -> Iterable[Postings]:
    wanted = [node] if isinstance(node, Phrase) else node.forms
    return (memory.postings(reader, each) for each in wanted)


def _less(node: Less, best: float, reader: IndexReader, memory: IndexMemory) -> Scores:
    """Score what stands for a word, however rare it is, below the word: its best scored `best`."""
    found = scores_of(node.node, reader, memory)
    highest = found.max(initial=0.0)
    found *= node.worth * (min(1.0, best / highest) if best and highest else 1.0)
    return found


def total(found: Iterable[Scores]) -> Scores:
    """Return how well pages meet any of several; it is added up in the first of them."""
    vectors = iter(found)
    added = next(vectors)
    for each in vectors:
        added += each
    return added


def every(found: list[Scores]) -> Scores:
    """Return how well pages meet all of several; it is worked out in the first of them."""
    enough = meet_all(found)
    added = total(found)
    added *= enough
    return added


def meet_all(found: list[Scores]) -> Flags:
    """Return which pages meet all of several."""
    return reduce(and_, (scores > 0 for scores in found))


def meet_any(found: list[Scores]) -> Flags:
    """Return which pages meet any of several."""
    return reduce(or_, (scores > 0 for scores in found))


def _read(reader: IndexReader, term: str) -> Postings:
    blocks = list(postings_of(reader, "terms", term)) or [NOWHERE]
    return _scored(
        reader,
        np.concatenate([block.numbers for block in blocks]),
        np.concatenate([block.weights for block in blocks]),
    )


def _in_a_row(reader: IndexReader, phrase: Phrase) -> Postings:
    spots: dict[Term, NDArray[np.int64]] = {}
    pages = None
    for term in sorted(phrase.terms, key=lambda term: _pages_with(reader, term)):
        spots[term] = _spots(reader, term, pages)
        pages = _each(spots[term] >> PLACE)
    first, *others = phrase.terms
    ends = spots[first]
    for term in others:
        ends = np.intersect1d(ends + 1, spots[term], assume_unique=True)
    numbers, at, times = np.unique(ends >> PLACE, return_index=True, return_counts=True)
    starts = (ends[at] & (1 << PLACE) - 1) - len(others)
    in_title = starts < GAP  # since the title comes first
    mentions = np.minimum(times + in_title * Part.TITLE.weight, IN_TITLE - 1)
    weights = mentions + in_title * IN_TITLE
    return _scored(reader, numbers.astype(np.uint32), weights)


def _pages_with(reader: IndexReader, term: Term) -> int:
    return sum(reader.doc_frequency("terms", form) for form in term.forms)


def _spots(reader: IndexReader, term: Term, among: Pages | None) -> NDArray[np.int64]:
    """Return where a term stands, in any of its forms, in ascending order."""
    found = (postings_of(reader, "terms", form, among) for form in term.forms)
    spots = np.concatenate([block.spots for block in chain(*found)] or [NOWHERE.spots])
    if len(term.forms) > 1:
        spots.sort()
        spots = _each(spots)  # where two forms stand, once
    return spots


def _each(ascending: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return every number once."""
    return ascending[np.diff(ascending, prepend=-1) > 0]


def _scored(
    reader: IndexReader, numbers: NDArray[np.uint32], weights: NDArray[np.floating]
) -> Postings:
    """Score by BM25 without regard to lengths: a long guide is worth no less than a short one."""
    rare = 1 + log((reader.doc_count() + 1) / (len(numbers) + 1))
    mentions, is_titled = weights % IN_TITLE, weights >= IN_TITLE
    pages = reader.doc_count_all()
    if len(numbers) < max(MANY, pages / SHARE) or mentions.max() >= TITLED:
        return Few(numbers, _worth(mentions, rare), numbers[is_titled])
    of_each = np.zeros(pages, np.uint8)
    of_each[numbers] = mentions + is_titled * TITLED
    worth = _worth(np.arange(TITLED, dtype=weights.dtype), rare)
    return Many(of_each, np.concatenate([worth, worth]))


def _worth(mentions: NDArray[np.floating], rare: float) -> NDArray[np.float32]:
    scores = rare * (SATURATION + 1) * mentions / (mentions + SATURATION)
    return scores.astype(np.float32)
