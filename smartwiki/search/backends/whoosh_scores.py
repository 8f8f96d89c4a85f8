"""How well pages answer a query: Whoosh's postings and scores, added up without its matchers.

A term or phrase is read from the files once for each state of an index, and shared by all threads:
what was read is never changed. Adding up numbers that are in memory takes a tenth of the time that
Whoosh takes to step through them. The glossary's names of several words are such phrases, and each
query with a word of theirs asks for them.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from contextlib import suppress
from itertools import compress
from math import log
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from whoosh import query as wq
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from smartwiki.kept import Kept
from smartwiki.search.backends import Scope
from smartwiki.search.backends.whoosh_fields import IN_TITLE
from smartwiki.search.backends.whoosh_files import weights_of
from smartwiki.search.entries import GAP, Part
from smartwiki.search.queries import AllOf, AnyOf, Less, Node, Phrase, Term

MOST_POSTINGS = 400_000  # kept of one index, at 8 bytes
ALLOWED_KEPT = 4  # megabytes, of one index: a byte for each of its pages and each scope
KEYS_KEPT, KEY = 1, 250  # megabytes, of one index; bytes that one page's key takes
SATURATION = 2.0  # BM25's k1: how soon further mentions of a word on a page count little
BESIDE = 30  # postings that take as much memory as all else about one term

Scores = dict[int, float]  # by the number of the page


class Postings(NamedTuple):
    """The numbers of pages, the score of each, and which of them have it in the title."""

    numbers: array[int]
    scores: array[float]
    titled: frozenset[int]


class _InARow(wq.SpanNear2):  # type: ignore[misc]
    """Whoosh's own, which fails with a NameError when it is one of several alternatives."""

    def _and_query(self) -> wq.Query:
        return wq.And([place.q for place in self.qs])


class IndexMemory:
    """What was read of one state of one index."""

    def __init__(self, state: tuple[int, int]) -> None:
        self.state = state
        self.allowed = Kept[Scope, bytes](ALLOWED_KEPT, len)
        self.keys = Kept[int, str](KEYS_KEPT, lambda _key: KEY)
        self._postings: OrderedDict[str | Phrase, Postings] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def scores(self, searcher: Searcher, wanted: str | Phrase) -> Scores:
        """Return the pages with a term, or with terms in a row, and how much it says of each."""
        known = self.postings(searcher, wanted)
        return dict(zip(known.numbers, known.scores, strict=True))

    def postings(self, searcher: Searcher, wanted: str | Phrase) -> Postings:
        """Return where a term, or terms in a row, stand."""
        with self._lock:
            known = self._postings.get(wanted)
            if known:
                self._postings.move_to_end(wanted)
        if known is None:
            if isinstance(wanted, Phrase):
                known = _in_a_row(searcher, wanted)
            else:
                known = _read(searcher, wanted)
            self._keep(wanted, known)
        return known

    def _keep(self, wanted: str | Phrase, postings: Postings) -> None:
        with self._lock:
            if wanted not in self._postings:
                self._postings[wanted] = postings
                self._size += _size(postings)
            while self._size > MOST_POSTINGS:
                _oldest, gone = self._postings.popitem(last=False)
                self._size -= _size(gone)


def _size(postings: Postings) -> int:
    return BESIDE + len(postings.numbers) + 6 * len(postings.titled)


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


def scores_of(node: Node, searcher: Searcher, memory: IndexMemory) -> Scores:
    """Return the pages that meet `node`, each with how well."""
    match node:
        case Phrase():
            return memory.scores(searcher, node)
        case Term(forms):
            return either([memory.scores(searcher, form) for form in forms])
        case AllOf(nodes):
            return every([scores_of(each, searcher, memory) for each in nodes])
        case AnyOf(nodes):
            own = [each for each in nodes if not isinstance(each, Less)]
            found = either([scores_of(each, searcher, memory) for each in own])
            best = max(found.values(), default=0.0)
            less = [_less(each, best, searcher, memory) for each in nodes if isinstance(each, Less)]
            return either([found, *less])
        case Less(inner, worth):
            return _scaled(scores_of(inner, searcher, memory), worth)


def titled(node: Node, searcher: Searcher, memory: IndexMemory) -> set[int]:
    """Return the pages that meet `node` by their title."""
    match node:
        case Phrase():
            return set(memory.postings(searcher, node).titled)
        case Term(forms):
            return set().union(*(memory.postings(searcher, form).titled for form in forms))
        case AllOf(nodes):
            return set.intersection(*(titled(each, searcher, memory) for each in nodes))
        case AnyOf(nodes):
            return set().union(*(titled(each, searcher, memory) for each in nodes))
        case Less(inner):
            return titled(inner, searcher, memory)


def _less(node: Less, best: float, searcher: Searcher, memory: IndexMemory) -> Scores:
    """Score what stands for a word, however rare it is, below the word: its best scored `best`."""
    found = scores_of(node.node, searcher, memory)
    highest = max(found.values(), default=0.0)
    return _scaled(found, node.worth * (min(1.0, best / highest) if best and highest else 1.0))


def _scaled(found: Scores, factor: float) -> Scores:
    return {number: factor * score for number, score in found.items()}


def either(found: list[Scores]) -> Scores:
    """Return what meets any of several."""
    total: Scores = max(found, key=len, default={})
    for each in found:
        if each is not total:
            for number, score in each.items():
                total[number] = total.get(number, 0.0) + score
    return total


def every(found: list[Scores]) -> Scores:
    """Return what meets all of several; where nothing is asked, nothing does."""
    first, *others = sorted(found, key=len) or [{}]
    for other in others:
        first = {number: first[number] + other[number] for number in first.keys() & other.keys()}
    return first


def _read(searcher: Searcher, term: str) -> Postings:
    numbers, weights = array("I"), array("f")
    for leaf, offset in searcher.leaf_searchers():
        with suppress(TermNotFound):
            for some, heavy in weights_of(leaf.reader(), term):
                numbers.extend(map(offset.__add__, some))
                weights.extend(heavy)
    return _scored(numbers, weights, searcher.doc_count())


def _in_a_row(searcher: Searcher, phrase: Phrase) -> Postings:
    places = [wq.SpanOr([wq.Term("terms", form) for form in term.forms]) for term in phrase.terms]
    asked = _InARow(places, slop=1, ordered=True)
    numbers, weights = array("I"), array("f")
    for leaf, offset in searcher.leaf_searchers():
        matcher = asked.matcher(leaf, leaf.boolean_context())
        while matcher.is_active():
            starts = [span.start for span in matcher.spans()]
            in_title = any(start < GAP for start in starts)  # since the title comes first
            numbers.append(offset + matcher.id())
            weights.append(len(starts) + (Part.TITLE.weight + IN_TITLE if in_title else 0))
            matcher.next()
    return _scored(numbers, weights, searcher.doc_count())


def _scored(numbers: array[int], weights: array[float], pages: int) -> Postings:
    """Score by BM25 without regard to lengths: a long guide is worth no less than a short one."""
    rare = 1 + log((pages + 1) / (len(numbers) + 1))
    top = rare * (SATURATION + 1)
    mentions = {weight: weight % IN_TITLE for weight in set(weights)}
    scores = {weight: top * n / (n + SATURATION) for weight, n in mentions.items()}
    in_title = compress(numbers, map(IN_TITLE.__le__, weights))
    return Postings(numbers, array("f", map(scores.__getitem__, weights)), frozenset(in_title))
