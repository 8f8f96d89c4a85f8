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
from contextlib import ExitStack, contextmanager, suppress
from heapq import nlargest
from itertools import islice
from pathlib import Path
from threading import local

from django.conf import settings
from whoosh import index, query
from whoosh.writing import IndexWriter

from smartwiki.languages import language_codes
from smartwiki.search import analysis
from smartwiki.search.backends import Fill, Found, KnownWord, Scope, SearchUnavailableError
from smartwiki.search.backends.whoosh_fields import fields_of, make_schema
from smartwiki.search.backends.whoosh_files import QuickCodec, merge
from smartwiki.search.backends.whoosh_ranking import answers
from smartwiki.search.backends.whoosh_reading import OPENINGS, OpenedIndex, open_index
from smartwiki.search.documents import language_of
from smartwiki.search.entries import Entry
from smartwiki.search.queries import Query

logger = logging.getLogger(__name__)
WRITING, FILLING = 64, 16  # megabytes in memory while writing one language, and while writing all


class WhooshBackend:
    """The engine in a folder; readers keep one searcher for each thread and language."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.SEARCH_DIR)
        self._threads = local()
        self._rules: tuple[tuple[int, int], str] = (0, 0), ""  # by a state of their file

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
        with self._reading(query.language) as opened:
            found = answers(query, scope, opened, any_word=any_word)
            best = found.best(offset + limit)[offset:]
            return Found([opened.key(number) for number in best], len(found.numbers))

    def complete_titles(
        self, language: str, words: Sequence[str], audiences: frozenset[str], limit: int
    ) -> list[str]:
        with self._reading(language) as opened:
            allowed = opened.allowed(Scope(audiences))
            begun = query.Prefix("title_words", words[-1])
            whole = [query.Term("title_words", word) for word in words[:-1]]
            numbers = opened.searcher.docs_for_query(query.And([*whole, begun]) if whole else begun)
            seen = (number for number in numbers if allowed[number])
            return [opened.key(number) for number in islice(seen, limit)]

    def complete_words(
        self, language: str, prefix: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        with self._reading(language) as opened:
            found = opened.shown(audiences, prefix)
        return nlargest(limit, found, key=lambda known: known.n)

    def similar_words(
        self, language: str, word: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        with self._reading(language) as opened:
            return opened.similar(word, audiences, limit)

    @contextmanager
    def _reading(self, language: str) -> Iterator[OpenedIndex]:
        """This thread's index of a language, fresh. What is broken is reported as unavailable."""
        try:
            yield self._opened(language)
        except SearchUnavailableError:
            raise
        except Exception as error:  # a damaged file can raise anything at all
            logger.warning("The search index cannot be read", exc_info=True)
            self.close()
            raise SearchUnavailableError(f"the index cannot be read: {error!r}") from error

    def _opened(self, language: str) -> OpenedIndex:
        for _attempt in range(OPENINGS):
            generation = self.current()
            if generation is None:
                break
            try:
                return self._opened_of(generation, language)
            except (OSError, index.IndexError, SearchUnavailableError):
                if generation == self.current():
                    raise  # it was not swapped for another while we opened it
        raise SearchUnavailableError("there is no index")

    def _opened_of(self, generation: str, language: str) -> OpenedIndex:
        if getattr(self._threads, "generation", None) != generation:
            self.close()
            self._threads.generation = generation
        all_opened: dict[str, OpenedIndex] = self._threads.opened
        opened = all_opened.get(language)
        if opened is None or not opened.is_fresh():
            if opened is not None:
                del all_opened[language]
                opened.close()
            opened = all_opened[language] = open_index(self.folder / generation / language)
        return opened

    def close(self) -> None:
        """Close this thread's indexes; they open again when they are needed."""
        for opened in getattr(self._threads, "opened", {}).values():
            with suppress(Exception):
                opened.close()
        self._threads.generation, self._threads.opened = None, {}

    # Generations

    def current(self) -> str | None:
        generation = ""
        while (linked := self._linked()) != generation:
            generation = linked
            try:
                rules = self._rules_in(self.folder / generation / "rules")
            except (OSError, ValueError):
                continue  # gone or damaged: another may have been put to use while we looked
            return generation if rules == analysis.version() else None
        return None

    def _rules_in(self, file: Path) -> str:
        found = file.stat()
        state, rules = self._rules
        if state != (found.st_ino, found.st_mtime_ns):
            rules = file.read_text(encoding="utf-8")
            self._rules = (found.st_ino, found.st_mtime_ns), rules
        return rules

    def _linked(self) -> str:
        try:
            return (self.folder / "current").readlink().name
        except OSError:
            return ""

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

    @contextmanager
    def filling(self, generation: str) -> Iterator[Fill]:
        with self.writing(generation), ExitStack() as stack:
            writers = {
                language: stack.enter_context(_writer(self.folder / generation / language, FILLING))
                for language in language_codes()
            }

            def fill(entries: Iterable[Entry]) -> None:
                for entry in entries:
                    if writer := writers.get(entry.language):  # which the site may no longer have
                        writer.add_document(**fields_of(entry))

            yield fill

    def keys(self, generation: str) -> list[str]:
        found = []
        for language in language_codes():
            opened = open_index(self.folder / generation / language)
            found += [fields["key"] for fields in opened.reader.all_stored_fields()]
            opened.close()
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


def _write(folder: Path, gone: list[str], come: list[Entry]) -> None:
    """Change one language's index in one commit; the caller holds the generation's lock."""
    if not folder.is_dir():
        return  # of a language that the site no longer has
    with _writer(folder, WRITING) as writer:
        if gone:
            writer.delete_by_query(query.Or([query.Term("key", key) for key in gone]))
        for entry in come:
            writer.add_document(**fields_of(entry))


@contextmanager
def _writer(folder: Path, megabytes: int) -> Iterator[IndexWriter]:
    """Write to one language's index; all of it is there once this ends, or nothing."""
    files = index.open_dir(folder)
    writer = files.writer(compound=False, limitmb=megabytes, codec=QuickCodec())
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=merge)
