"""The words of an index by their first letter, read once for each of its parts.

Whoosh asks every part of an index again for each word that it steps to, which takes it up to a
millisecond a word. A part is never changed, only merged into a new one, so what was read of it
stays true; after a commit only the parts that are new are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from cachetools import LRUCache
from whoosh.reading import IndexReader

MOST_WORDS = 200_000  # kept in each process, at about 120 bytes

Numbers = dict[str, int]  # by the word: of how many pages

_kept: LRUCache[tuple[str, str, str], Numbers] = LRUCache(
    MOST_WORDS, getsizeof=lambda words: 1 + len(words)
)
_lock = Lock()


def words_from(reader: IndexReader, fields: Iterable[str], start: str) -> Numbers:
    """Return what `fields` hold that begins with `start`: with "", everything."""
    parts = [leaf for leaf, _offset in reader.leaf_readers() if leaf.doc_count_all()]
    found: Numbers = {}
    for field in fields:
        for part in parts:
            for word, n in _words_of(part, field, start[:1]).items():
                if word.startswith(start):
                    found[word] = found.get(word, 0) + n
    return found


def _words_of(part: IndexReader, field: str, letter: str) -> Numbers:
    key = (part.segment().segment_id(), field, letter)
    with _lock:
        known = _kept.get(key)
    if known is None:
        known = _read(part, field, letter)
        with _lock:
            _kept[key] = known
    return known


def _read(part: IndexReader, field: str, letter: str) -> Numbers:
    numbers: Numbers = {}
    if field in part.indexed_field_names():
        for (of_field, term), info in part.iter_from(field, letter):
            word = term.decode()
            if of_field != field or not word.startswith(letter):
                break
            numbers[word] = info.doc_frequency()
    return numbers
