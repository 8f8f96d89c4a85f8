"""The words of an index by their first letter, read once for each of its parts.

Whoosh asks every part of an index again for each word that it steps to, which takes it up to a
millisecond a word. A part is never changed, only merged into a new one, so what was read of it
stays true; after a commit only the parts that are new are read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from whoosh.reading import IndexReader

from smartwiki.kept import Kept

WORDS_KEPT = 8  # megabytes in each process, at about 20 bytes a word

Numbers = dict[str, int]  # by the word: of how many pages


class _Words(NamedTuple):
    """Words in order, each between two line ends, and of how many pages each is."""

    text: str
    numbers: array[int]

    def beginning(self, start: str) -> Iterator[tuple[str, int]]:
        """Yield those that begin with `start`: they stand together."""
        first = self.text.find(f"\n{start}")
        if first < 0:
            return
        end = self.text.find("\n", self.text.rfind(f"\n{start}", 0, -1) + 1)
        before = self.text.count("\n", 0, first)
        words = self.text[first + 1 : end].split("\n")
        yield from zip(words, self.numbers[before : before + len(words)], strict=True)

    def weight(self) -> int:
        """Return about how many bytes they take: with some letters each takes two."""
        return 300 + 2 * len(self.text) + 4 * len(self.numbers)


_kept: Kept[tuple[str, str, str], _Words] = Kept(WORDS_KEPT, _Words.weight)


def words_from(reader: IndexReader, fields: Iterable[str], start: str) -> Numbers:
    """Return what `fields` hold that begins with `start`: with "", everything."""
    parts = [leaf for leaf, _offset in reader.leaf_readers() if leaf.doc_count_all()]
    found: Numbers = {}
    for field in fields:
        for part in parts:
            for word, n in _words_of(part, field, start[:1]).beginning(start):
                found[word] = found.get(word, 0) + n
    return found


def _words_of(part: IndexReader, field: str, letter: str) -> _Words:
    key = (part.segment().segment_id(), field, letter)
    known = _kept.find(key)
    if known is None:
        known = _read(part, field, letter)
        _kept.keep(key, known)
    return known


def _read(part: IndexReader, field: str, letter: str) -> _Words:
    words, numbers = [], array("I")
    if field in part.indexed_field_names():
        for (of_field, term), info in part.iter_from(field, letter):
            word = term.decode()
            if of_field != field or not word.startswith(letter):
                break
            words.append(word)
            numbers.append(info.doc_frequency())
    return _Words("\n".join(["", *words, ""]) if words else "", numbers)
