"""How common words are, so that compounds are split where a reader would split them.

The figures come from the package wordfreq (Apache 2.0; its data CC BY-SA 4.0, credited in
docs/decisions/0011-search-lexicon.md): read from where it is installed, never copied. Only its
data file is read: importing the package would load half a second of code that we do not need.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib import metadata
from pathlib import Path

import msgpack

from smartwiki.search.folding import fold

RAREST = 700  # centibels: words rarer than one in ten million are noise
SHORTEST = 4  # letters
UNKNOWN = RAREST + 100  # centibels, for a word that the list does not have


@cache
def version() -> str:
    """Return the version of the word list: another one can split words differently."""
    return metadata.version("wordfreq")


@cache
def rarity(language: str) -> dict[str, int]:
    """Return (folded) words of at least four letters with how rare they are, in centibels.

    0 would be a text of that word alone, 300 is one word in a thousand, 600 one in a million.
    """
    file = Path(str(metadata.distribution("wordfreq").locate_file("wordfreq/data")))
    packed = (file / f"large_{language}.msgpack.gz").read_bytes()
    # A list whose first item describes the format, then the words of each centibel.
    by_centibel = msgpack.unpackb(gzip.decompress(packed), raw=False)[1 : RAREST + 1]
    found: dict[str, int] = {}
    for centibels, words in enumerate(by_centibel):
        for word in words:
            if len(word) >= SHORTEST and word.isalpha():
                found.setdefault(fold(word), centibels)
    return found
