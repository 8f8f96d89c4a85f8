"""The dictionary forms of words: `python -m smartwiki.search.dictionary` makes the file once.

They come from the package simplemma (docs/decisions/0084-pages-are-found-by-dictionary-forms.md),
read from where it is installed and never copied into the project. Loaded as it is the package takes
175 MB; the forms of words that people use, which are those of the word list, are looked up in a
file that stands with the installed packages and takes next to no memory.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from smartwiki.search import lexicon
from smartwiki.search.folding import fold

LANGUAGES = ("fr", "nl", "en", "de")
FORMAT = 1  # raise when the file would have something else in it
MISSING = "none"
PAGES_KEPT = 64  # of the file, of 4 KB, in a process; the system keeps the others


class Form(NamedTuple):
    """A word as it is written, capitals included, and what it stands under in a dictionary."""

    written: str
    base: str

    @property
    def is_base(self) -> bool:
        return self.written == self.base


def path() -> Path:
    """Return where the file is for the installed versions of the packages, made or not."""
    versions = f"{FORMAT}-{metadata.version('simplemma')}-{lexicon.version()}"
    return Path(sys.prefix) / "share/smartwiki" / f"word-forms-{versions}.sqlite3"


@cache
def version() -> str:
    """Name the forms that are known: with others the index must be made anew."""
    return path().stem if path().exists() else MISSING


def forms(language: str, word: str) -> list[Form]:
    """Return the forms that are written as `word` (lower case); without its accents, if none is.

    Nothing for a language or a word that is not known, and where the file was not made.
    """
    file = _file()
    if file is None:
        return []
    select = "SELECT written, base FROM form WHERE language = ? AND folded = ?"
    found = [Form(*row) for row in file.execute(select, (language, fold(word)))]
    return [form for form in found if form.written.lower() == word] or found


@cache
def _file() -> sqlite3.Connection | None:
    if version() == MISSING:
        return None
    # One for all threads: SQLite itself lets one in after the other.
    file = sqlite3.connect(f"{path().as_uri()}?immutable=1", uri=True, check_same_thread=False)
    file.execute(f"PRAGMA cache_size = {PAGES_KEPT}")
    return file


def make() -> None:
    """Make the file, if the installed versions have none; several at once do no harm."""
    if path().exists():
        return
    path().parent.mkdir(parents=True, exist_ok=True)
    unfinished = path().with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as file, file:
        file.execute(
            "CREATE TABLE form (language TEXT, folded TEXT, written TEXT, base TEXT,"
            " PRIMARY KEY (language, folded, written)) WITHOUT ROWID"
        )
        for language in LANGUAGES:
            file.executemany("INSERT INTO form VALUES (?, ?, ?, ?)", _used(language))
    unfinished.replace(path())


def _used(language: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the rows of a language: words of the list, which has no short ones, and their forms."""
    # Imported here: who only looks words up does without.
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    used = lexicon.words(language)
    for written, base in DefaultDictionaryFactory().get_dictionary(language).items():
        base = base.replace("_", "")  # « in_dienen »: a Dutch verb whose parts can stand apart
        folded = fold(written)
        is_used = len(folded) < lexicon.SHORTEST or folded in used or fold(base) in used
        is_word = folded.isalpha() and (language == "de" or written.islower())  # no name
        if is_used and is_word:
            yield language, folded, written, base


if __name__ == "__main__":
    make()
