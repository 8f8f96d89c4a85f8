"""Find a word in a column of the database, however capitals and accents are written in either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from django.db.models import F, Lookup, Q

from smartwiki.search.folding import fold

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

APOSTROPHES = "'’ʼ"
# The letters of Unicode's Latin-1 Supplement and Latin Extended-A, and the later Romanian ones.
LETTERS = [*map(chr, range(0xC0, 0x180)), *"ȘșȚț"]


def _variants() -> dict[str, str]:
    """Return for a plain letter, or for two that a ligature joins, how else they are written."""
    variants = {"'": APOSTROPHES}
    for letter in LETTERS:
        plain = fold(letter)
        if plain.isascii() and plain.isalpha():
            variants[plain] = variants.get(plain, "") + letter
    return variants


VARIANTS = _variants()
PLAIN = str.maketrans({each: plain for plain, letters in VARIANTS.items() for each in letters})
PAIRS = [each for each in VARIANTS if len(each) > 1]
PIECE = re.compile("|".join([*PAIRS, "."]), re.DOTALL)


def has_word(field: str, word: str) -> Q:
    """Return what keeps the rows with `word` anywhere in `field`, however it is written there."""
    return Q(HasWord(F(field), word))


def plain(word: str) -> str:
    """Return `word` in small letters without accents and ligatures."""
    return normalize("NFC", word).translate(PLAIN).lower()


def letters_of(letter: str) -> str:
    """Return the letters that may stand where a plain one was typed."""
    capital = letter.upper()
    itself = letter + capital if len(capital) == 1 else letter
    return "".join(dict.fromkeys(itself + VARIANTS.get(letter, "")))


class HasWord(Lookup[bool]):
    """Whether a column has a word: a pattern of the letters that may stand at each place."""

    prepare_rhs = False

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[str]]:
        """Text without accents is told by its length, and is looked through sooner by LIKE.

        A pattern has no alternatives there, so ligatures are taken apart in the text.
        """
        column, _none = self.process_lhs(compiler, connection)
        word = plain(self.rhs)
        like = f"%{connection.ops.prep_for_like_query(word)}%"
        glob = f"*{''.join(map(_in_glob, word))}*"
        has_accents = f"length({column}) < length(CAST({column} AS BLOB))"
        apart = column
        for pair in PAIRS:
            for ligature in VARIANTS[pair]:
                apart = f"replace({apart}, '{ligature}', '{pair}')"
        return f"({column} LIKE %s ESCAPE '\\' OR {has_accents} AND {apart} GLOB %s)", [like, glob]

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[str]]:
        """In capitals, as `icontains` has it: by the same index of trigrams, where there is one."""
        column, _none = self.process_lhs(compiler, connection)
        pattern = "".join(map(_in_regex, PIECE.findall(plain(self.rhs))))
        return f"UPPER({column}::text) ~ %s", [pattern]


def _in_glob(letter: str) -> str:
    letters = letters_of(letter)
    return letters if len(letters) == 1 and letters not in "*?[" else f"[{letters}]"


def _in_regex(piece: str) -> str:
    if piece in PAIRS:
        return f"(?:{''.join(map(_in_regex, piece))}|[{VARIANTS[piece]}])"
    letters = letters_of(piece)
    return re.escape(letters) if len(letters) == 1 else f"[{letters}]"
