"""How well pages answer a query: Whoosh's postings and scores, added up without its matchers.

A term is read from the files once for each state of an index, and shared by all threads: what was
read is never changed. Adding up numbers that are in memory takes a tenth of the time that Whoosh
takes to step through them.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from whoosh import query as wq
from whoosh.searching import Searcher

from smartwiki.search.queries import AllOf, AnyOf, Less, Node, Phrase, Term

MOST_POSTINGS = 400_000  # kept of one index, at 12 bytes

Scores = dict[int, float]  # by the number of the page


class _InARow(wq.SpanNear2):  # type: ignore[misc]
    """Whoosh's own, which fails with a NameError when it is one of several alternatives."""

    def _and_query(self) -> wq.Query:
        return wq.And([place.q for place in self.qs])


class Kept:
    """What was read of one state of one index."""

    def __init__(self, state: tuple[int, int]) -> None:
        self.state = state
        self._keys: dict[int, str] = {}
        self._terms: OrderedDict[str, tuple[array[int], array[float]]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def key(self, searcher: Searcher, number: int) -> str:
        """Return the key of a page."""
        if number not in self._keys:
            self._keys[number] = searcher.stored_fields(number)["key"]
        return self._keys[number]

    def scores(self, searcher: Searcher, term: str) -> Scores:
        """Return the pages with `term` and its BM25 there."""
        with self._lock:
            known = self._terms.get(term)
            if known:
                self._terms.move_to_end(term)
        if known is None:
            known = _read(searcher, term)
            self._keep(term, known)
        return dict(zip(*known, strict=True))

    def _keep(self, term: str, postings: tuple[array[int], array[float]]) -> None:
        with self._lock:
            if term not in self._terms:
                self._terms[term] = postings
                self._size += len(postings[0])
            while self._size > MOST_POSTINGS:
                _oldest, (numbers, _scores) = self._terms.popitem(last=False)
                self._size -= len(numbers)


_kept: dict[Path, Kept] = {}


def kept_of(folder: Path, commit: int) -> Kept:
    """Return what all threads know of the index in `folder` as of `commit`.

    Raises FileNotFoundError when a later commit has taken its place.
    """
    contents = (folder / f"_MAIN_{commit}.toc").stat()
    state = contents.st_ino, contents.st_mtime_ns  # a folder made anew counts from the start again
    kept = _kept.get(folder)
    if kept is None or kept.state != state:
        kept = _kept[folder] = Kept(state)
    return kept


def scores_of(node: Node, searcher: Searcher, kept: Kept) -> Scores:
    """Return the pages that meet `node`, each with how well."""
    match node:
        case Term(forms):
            return either([kept.scores(searcher, form) for form in forms])
        case AllOf(nodes):
            return every([scores_of(each, searcher, kept) for each in nodes])
        case AnyOf(nodes):
            own = [each for each in nodes if not isinstance(each, Less)]
            found = either([scores_of(each, searcher, kept) for each in own])
            best = max(found.values(), default=0.0)
            less = [_less(each, best, searcher, kept) for each in nodes if isinstance(each, Less)]
            return either([found, *less])
        case Less(inner, worth):
            return _scaled(scores_of(inner, searcher, kept), worth)
        case Phrase(terms):
            return _in_a_row(searcher, terms)


def _less(node: Less, best: float, searcher: Searcher, kept: Kept) -> Scores:
    """Score what stands for a word, however rare it is, below the word: its best scored `best`."""
    found = scores_of(node.node, searcher, kept)
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


def _read(searcher: Searcher, term: str) -> tuple[array[int], array[float]]:
    numbers, scores = array("I"), array("d")
    for leaf, offset in searcher.leaf_searchers():
        if ("terms", term) not in leaf.reader():
            continue
        matcher = leaf.postings("terms", term)
        while matcher.is_active():
            numbers.append(offset + matcher.id())
            scores.append(matcher.score())
            matcher.next()
    return numbers, scores


def _in_a_row(searcher: Searcher, terms: Iterable[Term]) -> Scores:
    places = [wq.SpanOr([wq.Term("terms", form) for form in term.forms]) for term in terms]
    asked = _InARow(places, slop=1, ordered=True)
    found: Scores = {}
    for leaf, offset in searcher.leaf_searchers():
        matcher = asked.matcher(leaf, leaf.boolean_context())
        while matcher.is_active():
            found[offset + matcher.id()] = matcher.score()
            matcher.next()
    return found
