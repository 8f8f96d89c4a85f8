"""How Whoosh writes its files, made quicker for commits of one page."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, compress, pairwise
from typing import Any

from whoosh.codec.whoosh3 import (
    W3Codec,
    W3LeafMatcher,
    W3PerDocReader,
    W3PostingsWriter,
    W3TermInfo,
)
from whoosh.matching import ListMatcher
from whoosh.query.spans import Span
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

FEW = 8  # postings of a term that stand beside it, not in a file of their own
LENGTHS = "I"  # the array in which lengths of packed values stand before them
AT_A_TIME = 6  # segments of about one size, which become one

Block = tuple[Sequence[int], Sequence[float]]


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

    def _mini_values(self) -> Any:
        """Pack the places, which only phrases need: who reads the rest passes over them at once."""
        values = super()._mini_values()
        if isinstance(values, tuple):
            return array(LENGTHS, map(len, values)).tobytes() + b"".join(values)
        return values

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
    _values: Any
    _blocklength: int

    def blocks(self) -> Iterator[Block]:
        """Yield the numbers of pages, and what the term weighs there, many at a time."""
        self.reset()
        while self.is_active():
            self._read_ids()
            self._read_weights()
            yield self._ids, self._weights
            self._next_block()

    def _read_ids(self) -> None:
        if self._data is None:
            self._read_data()
        self._ids = tuple(accumulate(self._data[0]))

    def _read_values(self) -> None:
        super()._read_values()
        packed = self._values
        if isinstance(packed, bytes):
            begin = self._blocklength * array(LENGTHS).itemsize
            lengths = array(LENGTHS, packed[:begin])
            places = pairwise(accumulate(lengths, initial=begin))
            self._values = [packed[start:end] for start, end in places]


class _Few(ListMatcher):  # type: ignore[misc]
    """Few postings, which know where they stand, for phrases."""

    def blocks(self) -> Iterator[Block]:
        """Yield the numbers of pages, and what the term weighs there."""
        yield self._ids, self._weights

    def value(self) -> bytes:
        return self._values[self._i] if self._values else b""

    def spans(self) -> list[Span]:
        return [Span(place) for place in self.value_as("positions")]


class QuickCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own files, written with fewer looks at the folder, and without compressing.

    A page is a few hundred terms, most of them on few pages.
    """

    def __init__(self) -> None:
        super().__init__(compression=0)

    def per_document_reader(self, storage: Any, segment: Any) -> _PerDocument:
        return _PerDocument(storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _Postings:
        return _Postings(dbfile, self._blocklimit, byteids=byteids, compression=0)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        if terminfo.is_inlined():
            postings = terminfo.inlined_postings()
            return _Few(*postings, format_, scorer=scorer, term=term, terminfo=terminfo)
        return _Many(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


def weights_of(reader: SegmentReader, term: str) -> Iterator[Block]:
    """Yield the pages of one segment with a term, and what it weighs there, many at a time.

    Raises TermNotFound.
    """
    matcher = reader.postings("terms", term)
    gone = reader.has_deletions()
    for numbers, weights in getattr(matcher, "child", matcher).blocks():
        if gone:
            present = [not reader.is_deleted(number) for number in numbers]
            yield list(compress(numbers, present)), list(compress(weights, present))
        else:
            yield numbers, weights


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
