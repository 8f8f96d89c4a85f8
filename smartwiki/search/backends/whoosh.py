"""Whoosh, in a folder of the site's own: one index a language, in generations.

    search/current -> gen-3        the generation in use, a link that is swapped at once
    search/gen-3/rules             the version of the analyser that made it
    search/gen-3/lock              held by the one writer; the system frees it when that dies
    search/gen-3/fr/…              Whoosh's own files

The folder must be writable by the application alone, since opening an index unpickles; it can be
made anew at any time and is never the only copy of anything.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from heapq import nlargest
from itertools import islice
from pathlib import Path
from threading import local
from typing import Any

from django.conf import settings
from whoosh import index, query
from whoosh.reading import IndexReader
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from smartwiki.languages import language_codes
from smartwiki.search import analysis
from smartwiki.search.backends import Found, KnownWord, Scope, SearchUnavailableError
from smartwiki.search.backends.whoosh_fields import SEPARATOR, fields_of, make_schema
from smartwiki.search.backends.whoosh_query import to_whoosh
from smartwiki.search.documents import language_of
from smartwiki.search.entries import Entry
from smartwiki.search.queries import Query

logger = logging.getLogger(__name__)

OPENINGS = 5  # attempts: between listing an index's files and opening them a writer may drop one
WEIGHTING = partial(BM25F, B=0.5, K1=2.0)


class WhooshBackend:
    """The engine in a folder; readers keep one searcher for each thread and language."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.SEARCH_DIR)
        self._threads = local()

    # Reading

    def search(
        self,
        query: Query,
        scope: Scope,
        *,
        offset: int = 0,
        limit: int = 10,
        any_word: bool = False,
    ) -> Found:
        with self._reading(query.language) as searcher:
            exact_exists = bool(query.exact) and ("exact", query.exact) in searcher.reader()
            asked = to_whoosh(query, any_word=any_word, exact_exists=exact_exists)
            allowed = _allowed(searcher, scope)
            if allowed is not None and not allowed:
                return Found([], 0)  # to Whoosh an empty filter is none
            results = searcher.search(asked, limit=offset + limit, filter=allowed, optimize=False)
            keys = [hit["key"] for hit in results[offset:]]
            return Found(keys, results.collector.count())

    def complete_titles(
        self, language: str, words: Sequence[str], audiences: frozenset[str], limit: int
    ) -> list[str]:
        with self._reading(language) as searcher:
            allowed = _allowed(searcher, Scope(audiences))
            begun = query.Prefix("title_words", words[-1])
            whole = [query.Term("title_words", word) for word in words[:-1]]
            numbers = searcher.docs_for_query(query.And([*whole, begun]) if whole else begun)
            seen = (n for n in numbers if allowed is None or n in allowed)
            return [searcher.stored_fields(n)["key"] for n in islice(seen, limit)]

    def complete_words(
        self, language: str, prefix: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        with self._reading(language) as searcher:
            found = _shown(searcher.reader(), audiences, prefix)
        return nlargest(limit, found, key=lambda known: known.n)

    def similar_words(
        self, language: str, word: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        with self._reading(language) as searcher:
            reader = searcher.reader()
            words: set[str] = set()
            for field in _fields(reader, "word", audiences):
                for most in (1, 2):
                    words.update(reader.terms_within(field, word, most, prefix=1))
                    if len(words) >= limit:
                        break
            return [
                known for each in words for known in _shown(reader, audiences, each + SEPARATOR)
            ]

    @contextmanager
    def _reading(self, language: str) -> Iterator[Searcher]:
        """This thread's searcher, fresh. What is broken is reported as unavailable."""
        try:
            yield self._searcher(language)
        except SearchUnavailableError:
            raise
        except Exception as error:  # a damaged file can raise anything at all
            logger.warning("The search index cannot be read", exc_info=True)
            self.close()
            raise SearchUnavailableError(f"the index cannot be read: {error!r}") from error

    def _searcher(self, language: str) -> Searcher:
        for _attempt in range(OPENINGS):
            generation = self.current()
            if generation is None:
                break
            try:
                return self._searcher_of(generation, language)
            except (OSError, index.IndexError):
                if generation == self.current():
                    raise  # it was not swapped for another while we opened it
        raise SearchUnavailableError("there is no index")

    def _searcher_of(self, generation: str, language: str) -> Searcher:
        if getattr(self._threads, "generation", None) != generation:
            self.close()
            self._threads.generation = generation
        searchers: dict[str, Searcher] = self._threads.searchers
        searcher = searchers.get(language)
        if searcher is None or not searcher.up_to_date():
            if searcher is not None:
                searcher.close()
            searcher = searchers[language] = _open(self.folder / generation / language)
        return searcher

    def close(self) -> None:
        """Close this thread's searchers; they open again when they are needed."""
        for searcher in getattr(self._threads, "searchers", {}).values():
            with suppress(Exception):
                searcher.close()
        self._threads.generation, self._threads.searchers = None, {}

    # Generations

    def current(self) -> str | None:
        try:
            generation = (self.folder / "current").readlink().name
            rules = (self.folder / generation / "rules").read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        return generation if rules == analysis.version() else None

    def create(self, generation: str) -> None:
        folder = self.folder / generation
        shutil.rmtree(folder, ignore_errors=True)
        for language in language_codes():
            (folder / language).mkdir(parents=True)
            index.create_in(folder / language, make_schema()).close()
        (folder / "rules").write_text(analysis.version(), encoding="utf-8")

    def adopt(self, generation: str) -> None:
        link = self.folder / f"current.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(generation)
        link.replace(self.folder / "current")
        for old in self.folder.glob("gen-*"):
            if old.name != generation:
                shutil.rmtree(old, ignore_errors=True)

    @contextmanager
    def writing(self, generation: str) -> Iterator[bool]:
        if (self.folder / generation).is_dir():
            with _locked(self.folder / generation / "lock") as is_mine:
                yield is_mine
        else:
            yield False

    @contextmanager
    def rebuilding(self) -> Iterator[bool]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "rebuild.lock") as is_mine:
            yield is_mine

    def replace(self, generation: str, keys: Iterable[str], entries: Iterable[Entry]) -> None:
        by_language: dict[str, tuple[list[str], list[Entry]]] = {}
        for key in keys:
            by_language.setdefault(language_of(key), ([], []))[0].append(key)
        for entry in entries:
            by_language.setdefault(entry.language, ([], []))[1].append(entry)
        for language, (gone, come) in by_language.items():
            _write(self.folder / generation / language, gone, come)

    def keys(self, generation: str) -> list[str]:
        found = []
        for language in language_codes():
            searcher = _open(self.folder / generation / language)
            found += [fields["key"] for fields in searcher.reader().all_stored_fields()]
            searcher.close()
        return found


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """A lock that the system frees when this process dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _open(folder: Path) -> Searcher:
    """Open all of an index: Whoosh by itself opens parts only when they are used."""
    for _attempt in range(OPENINGS):
        try:
            searcher = index.open_dir(folder).searcher(weighting=WEIGHTING())
        except FileNotFoundError:
            continue
        try:
            _touch(searcher.reader())
            if searcher.up_to_date():
                return searcher
        except FileNotFoundError:
            pass
        searcher.close()
    raise SearchUnavailableError(f"{folder} could not be opened")


def _touch(reader: IndexReader) -> None:
    for leaf, _offset in reader.leaf_readers():
        if leaf.doc_count_all():
            leaf.stored_fields(0)
            leaf.doc_field_length(0, "terms")


def _write(folder: Path, gone: list[str], come: list[Entry]) -> None:
    """Change one language's index in one commit; the caller holds the generation's lock."""
    if not folder.is_dir():
        return  # of a language that the site no longer has
    writer = index.open_dir(folder).writer(compound=False, limitmb=64)
    try:
        if gone:
            writer.delete_by_query(query.Or([query.Term("key", key) for key in gone]))
        for entry in come:
            writer.add_document(**fields_of(entry))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _allowed(searcher: Searcher, scope: Scope) -> Any:
    """The numbers of the documents within `scope`, or None for all; kept with the searcher."""
    kept: dict[Scope, Any] = searcher.__dict__.setdefault("allowed", {})
    if scope not in kept:
        wanted = _with_any(searcher, "audience", scope.audiences)
        for field, value in (("kind", scope.kind), ("topic", scope.topic)):
            if value:
                wanted &= _with_any(searcher, field, [value])
        kept[scope] = None if len(wanted) == searcher.doc_count() else wanted
    return kept[scope]


def _with_any(searcher: Searcher, field: str, values: Iterable[str]) -> set[int]:
    return {
        number for value in values for number in searcher.docs_for_query(query.Term(field, value))
    }


def _fields(reader: IndexReader, prefix: str, audiences: Iterable[str]) -> list[str]:
    indexed = set(reader.indexed_field_names())
    return [name for each in sorted(audiences) if (name := f"{prefix}_{each}") in indexed]


def _shown(reader: IndexReader, audiences: Iterable[str], prefix: str) -> list[KnownWord]:
    """The words whose folded form begins with `prefix`, as the readers' fields have them."""
    numbers: dict[str, int] = {}
    for field in _fields(reader, "shown", audiences):
        for (name, term), terminfo in reader.iter_from(field, prefix):
            text = term.decode()
            if name != field or not text.startswith(prefix):
                break
            numbers[text] = numbers.get(text, 0) + terminfo.doc_frequency()
    split = ((*text.partition(SEPARATOR), n) for text, n in numbers.items())
    return [KnownWord(word, shown, n) for word, _separator, shown, n in split]
