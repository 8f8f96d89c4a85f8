"""How Whoosh writes its files: commits of one page are quick, and so is to read all of a term.

The postings of a term lie in arrays of numbers, which are read at once, however many they are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import (
    W3Codec,
    W3LeafMatcher,
    W3PerDocReader,
    W3PostingsWriter,
    W3TermInfo,
)
from whoosh.matching import ListMatcher
from whoosh.reading import IndexReader, SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

FEW = 8  # postings of a term that stand beside it, not in a file of their own
TOGETHER = 4096  # postings of a term that are read at once
NUMBER, WEIGHT, BYTES = "I", "f", 4  # how arrays hold them, and what each takes
PLACE = 32  # bits of a spot that tell the place; the page is above
AT_A_TIME = 6  # segments of about one size, which become one


Pages: TypeAlias = NDArray[np.int64]  # their numbers


class Block(NamedTuple):
    """Postings of a term that lie together."""

    numbers: NDArray[np.uint32]  # of the pages, in ascending order
    weights: NDArray[np.float32]  # of the term on each page
    times: NDArray[np.uint32]  # how often it stands there; nothing where that is not kept
    places: NDArray[np.uint32]  # where, page by page

    @property
    def spots(self) -> NDArray[np.int64]:
        """Each page and place in one number, see `PLACE`."""
        return self.numbers.astype(np.int64).repeat(self.times) << PLACE | self.places

    def only(self, some: NDArray[np.intp]) -> Block:
        """Return some of the postings, by where they stand here."""
        times, places = self.times, self.places
        if len(times):
            begin = np.cumsum(times, dtype=np.intp) - times  # where each posting's places do
            times, begin = times[some], begin[some]
            ends = np.cumsum(times, dtype=np.intp)
            places = places[np.arange(ends[-1:].sum()) + (begin - ends + times).repeat(times)]
        return Block(self.numbers[some], self.weights[some], times, places)

    def among(self, pages: Pages) -> Block:
        """Return the postings of some pages, which are in ascending order."""
        first, end = np.searchsorted(pages, (self.numbers[0], self.numbers[-1] + 1))
        near = pages[first:end]
        at = np.searchsorted(self.numbers, near)
        return self.only(at[self.numbers[at] == near])


class _PerDocument(W3PerDocReader):  # type: ignore[misc]
    """Remembers which columns a segment has, which is never changed once it is written.

    Whoosh's own looks for a file at each posting of a field without lengths: half of a commit.
    """

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self.has_column = cache(super().has_column)


class _Postings(W3PostingsWriter):  # type: ignore[misc]
    """Whoosh's own means to keep few postings beside their term, by a method that is not there."""

    _terminfo: Any
    _ids: array[int]
    _weights: array[float]
    _values: list[bytes]

    def _mini_ids(self) -> bytes:
        return self._ids.tobytes()

    def _mini_weights(self) -> bytes:
        return self._weights.tobytes()

    def _mini_values(self) -> tuple[bytes, bytes]:
        return array(NUMBER, map(len, self._values)).tobytes(), b"".join(self._values)

    def finish_postings(self) -> W3TermInfo:
        term = self._terminfo
        if self.written() or len(self) > FEW:
            return super().finish_postings()
        term.add_block(self)
        term.set_inlined(self._ids, self._weights, self._values)
        self._terminfo = None
        return term


class _Many(W3LeafMatcher):  # type: ignore[misc]
    """Postings in a file of their own."""

    _data: Any
    _blocklength: int
    _i: int

    def blocks(self, among: Pages | None) -> Iterator[Block]:
        """Yield the postings, many at a time; those without any of these pages are not read."""
        self.reset()
        before = 0
        while self.is_active():
            after = 0 if among is None else int(np.searchsorted(among, self._maxid, "right"))
            if among is None or before < after:
                numbers, weights, (lengths, places) = self._loaded()
                yield _block(numbers, weights, lengths, places)
            before = after
            self._next_block()

    def skip_to(self, number: int) -> None:
        while self.is_active() and self._maxid < number:
            self._next_block()
        if self.is_active() and self.id() < number:
            self._i = bisect_left(self._ids, number, self._i)

    def _read_ids(self) -> None:
        self._ids = array(NUMBER, self._loaded()[0])

    def _read_weights(self) -> None:
        self._weights = array(WEIGHT, self._loaded()[1])

    def _read_values(self) -> None:
        lengths, places = self._loaded()[2]
        spans = pairwise(accumulate(array(NUMBER, lengths), initial=0))
        self._values = [places[start:end] for start, end in spans] or [b""] * self._blocklength

    def _loaded(self) -> Any:
        if self._data is None:
            self._read_data()
        return self._data


class _Few(ListMatcher):  # type: ignore[misc]
    """Few postings, which stand beside their term."""

    def blocks(self, _among: Pages | None) -> Iterator[Block]:
        """Yield the postings."""
        values = self._values or ()
        yield _block(
            array(NUMBER, self._ids).tobytes(),
            array(WEIGHT, self._weights).tobytes(),
            array(NUMBER, map(len, values)).tobytes(),
            b"".join(values),
        )

    def value(self) -> bytes:
        return self._values[self._i] if self._values else b""


def _block(numbers: bytes, weights: bytes, lengths: bytes, places: bytes) -> Block:
    return Block(
        np.frombuffer(numbers, np.uint32),
        np.frombuffer(weights, np.float32),
        np.frombuffer(lengths, np.uint32) // np.uint32(BYTES),
        np.frombuffer(places, np.uint32),
    )


class QuickCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own files, written with fewer looks at the folder, and without compressing.

    A page is a few hundred terms, most of them on few pages.
    """

    def __init__(self) -> None:
        super().__init__(compression=0)

    def per_document_reader(self, storage: Any, segment: Any) -> _PerDocument:
        return _PerDocument(storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _Postings:
        return _Postings(dbfile, TOGETHER, byteids=byteids, compression=0)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        if terminfo.is_inlined():
            postings = terminfo.inlined_postings()
            return _Few(*postings, format_, scorer=scorer, term=term, terminfo=terminfo)
        return _Many(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


def postings_of(
    reader: IndexReader, field: str, text: str, among: Pages | None = None
) -> Iterator[Block]:
    """Yield the postings of one term, or nothing if no page has it; on request `among` some pages.

    Those are in ascending order.
    """
    for leaf, offset in reader.leaf_readers():
        with suppress(TermNotFound):
            matcher = leaf.postings(field, text)
            gone = list(leaf.segment().deleted_docs())
            near = None if among is None else among - offset
            for block in getattr(matcher, "child", matcher).blocks(near):
                known = block if near is None else block.among(near)
                if gone:
                    known = known.only(np.flatnonzero(~np.isin(known.numbers, gone)))
                yield known._replace(numbers=known.numbers + np.uint32(offset))


def merge(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Put segments of about one size together once there are `AT_A_TIME`; return the others.

    So most commits write one page only, and a page is written anew a few times in all.
    """
    alive = [each for each in segments if each.doc_count()]
    smaller, size = 0, AT_A_TIME - 1
    while smaller < sum(each.doc_count() for each in alive):
        some = [each for each in alive if smaller < each.doc_count() <= size]
        if len(some) >= AT_A_TIME:
            for each in some:
                reader = SegmentReader(writer.storage, writer.schema, each)
                writer.add_reader(reader)
                reader.close()
            return [each for each in alive if each not in some]
        smaller, size = size, size * AT_A_TIME + AT_A_TIME - 1
    return alive
