"""How common words are, so that compounds are split where a reader would split them.

The figures come from the package wordfreq (Apache 2.0; its data CC BY-SA 4.0, credited in
docs/decisions/0011-search-lexicon.md): read from where it is installed, never copied. Only its
data file is read: importing the package would load half a second of code that we do not need.
"""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import msgpack

from smartwiki.search.folding import fold

RAREST = 700  # centibels: words rarer than one in ten million are noise
SHORTEST = 4  # letters
UNKNOWN = RAREST + 100  # centibels, for a word that the list does not have
MOST_CENTIBELS = 2**10 - 1  # the bits of a packed word that say how rare it is
HASH_BITS = 2**64 - 1 - MOST_CENTIBELS  # those of its hash


@cache
def version() -> str:
    """Return the version of the word list: another one can split words differently."""
    return metadata.version("wordfreq")


class WordList:
    """Words with how rare each is, in eight bytes a word instead of the hundred of a dict.

    Of a word its hash is kept, so that one in 10¹¹ unknown words would be taken for a known one.
    """

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        packed = array("Q", (_hashed(word) | centibels for word, centibels in words))
        self._packed = array("Q", sorted(packed))  # of the same word the most common first

    def __contains__(self, word: str) -> bool:
        return self.rarity(word) < UNKNOWN

    def rarity(self, word: str) -> int:
        """Return how rare `word` is, in centibels; `UNKNOWN` where the list does not have it."""
        hashed = _hashed(word)
        at = bisect_left(self._packed, hashed)
        if at < len(self._packed) and self._packed[at] & HASH_BITS == hashed:
            return self._packed[at] & MOST_CENTIBELS
        return UNKNOWN


def _hashed(word: str) -> int:
    return hash(word) & HASH_BITS


@cache
def words(language: str) -> WordList:
    """Return (folded) words of at least four letters with how rare they are, in centibels.

    0 would be a text of that word alone, 300 is one word in a thousand, 600 one in a million.
    """
    file = Path(str(metadata.distribution("wordfreq").locate_file("wordfreq/data")))
    with gzip.open(file / f"large_{language}.msgpack.gz") as packed:
        return WordList(_listed(packed))


def _listed(packed: gzip.GzipFile) -> Iterator[tuple[str, int]]:
    """Yield the words of a list, read piece by piece: all at once they take 20 MB for a moment."""
    unpacker = msgpack.Unpacker(packed, raw=False)
    unpacker.read_array_header()
    unpacker.skip()  # which describes the format; then come the words of each centibel
    for centibels in range(RAREST):
        for word in unpacker.unpack():
            if len(word) >= SHORTEST and word.isalpha():
                yield fold(word), centibels
