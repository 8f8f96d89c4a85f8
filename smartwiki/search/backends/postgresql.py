"""PostgreSQL: the same terms in a `tsvector`, for sites on several machines or very large ones.

The tables are made by the migration `search_postgresql`; they have no models, since nothing but
this module may read them. PostgreSQL's own text search configuration is never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction

from smartwiki.search import analysis
from smartwiki.search.backends import (
    MOST_CALLED,
    MOST_FOUND,
    Fill,
    Found,
    KnownWord,
    Scope,
    SearchUnavailableError,
)
from smartwiki.search.backends.postgresql_ranking import lexeme, question, tsquery
from smartwiki.search.entries import Entry, Part, Posting
from smartwiki.search.queries import Query

LAST_POSITION = 16_383  # PostgreSQL's own limits of a tsvector
MOST_POSITIONS = 255
MANY = 2_000  # titles: among so many the first ones by key are soon met by going through all
LOCK = 0x5EA7C4  # any number, the same for every process

CURRENT = "SELECT name FROM search_pg_generation WHERE is_current AND rules = %(rules)s"
NAMING = """
    SELECT clause FROM unnest(%(clauses)s::tsquery[]) AS clause
    WHERE (SELECT count(*) FROM (
        SELECT FROM search_pg_entry
        WHERE generation = (CURRENT) AND language = %(language)s AND titled @@ clause
        LIMIT %(most)s
    ) AS called) < %(most)s
"""
TITLES = """
    SELECT key FROM search_pg_entry
    WHERE generation = (CURRENT) AND language = %(language)s
      AND audience = ANY(%(audiences)s) AND title @@ %(wanted)s::tsquery
"""
WORDS = """
    SELECT word, shown, sum(n)::int FROM search_pg_word
    WHERE generation = (CURRENT) AND language = %(language)s
      AND audience = ANY(%(audiences)s) AND word LIKE %(pattern)s
    GROUP BY word, shown ORDER BY 3 DESC, word LIMIT %(limit)s
"""
SIMILAR = """
    SELECT word, shown, sum(n)::int FROM search_pg_word
    WHERE generation = (CURRENT) AND language = %(language)s
      AND audience = ANY(%(audiences)s) AND word %% %(word)s
    GROUP BY word, shown ORDER BY similarity(word, %(word)s) DESC, 3 DESC LIMIT %(limit)s
"""
FORGET_WORDS = """
    WITH gone AS (
        SELECT language, audience, split_part(w, chr(31), 1) AS word,
               split_part(w, chr(31), 2) AS shown, count(*) AS n
        FROM search_pg_entry, unnest(words) AS w
        WHERE generation = %(generation)s AND key = ANY(%(keys)s)
        GROUP BY 1, 2, 3, 4
    )
    UPDATE search_pg_word AS known SET n = known.n - gone.n FROM gone
    WHERE known.generation = %(generation)s AND known.language = gone.language
      AND known.audience = gone.audience AND known.word = gone.word AND known.shown = gone.shown
"""
LEARN_WORDS = """
    INSERT INTO search_pg_word (generation, language, audience, word, shown, n)
    SELECT %(generation)s, language, audience, split_part(w, chr(31), 1),
           split_part(w, chr(31), 2), count(*)
    FROM search_pg_entry, unnest(words) AS w
    WHERE generation = %(generation)s AND key = ANY(%(keys)s)
    GROUP BY 2, 3, 4, 5
    ON CONFLICT (generation, language, audience, word, shown)
    DO UPDATE SET n = search_pg_word.n + excluded.n
"""
ADD = """
    INSERT INTO search_pg_entry
        (generation, key, kind, language, audience, topic, exact, words, title, titled, vector)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s::tsvector, %s::tsvector)
"""


class PostgreSQLBackend:
    """The engine in the site's own database."""

    def search(
        self,
        query: Query,
        scope: Scope,
        *,
        offset: int = 0,
        limit: int = 10,
        any_word: bool = False,
    ) -> Found:
        called = "" if any_word else self._naming(query)
        asked = question(query, scope, called, offset=offset, limit=limit, any_word=any_word)
        rows = self._rows(asked.first, n_known=0, **asked.values)
        if offset and not rows:  # past the last page there is no row to count on
            return Found([], self.search(query, scope, limit=1, any_word=any_word).total)
        total = rows[0][1] if rows else 0
        if total > MOST_FOUND:  # the best may be among those that it did not come to
            rows = self._rows(asked.best, n_known=total, **asked.values) or rows
        return Found([key for key, _total in rows], total)

    def _naming(self, query: Query) -> str:
        """Return what asks for the pages that are called after a word, unless too many are."""
        clauses = [tsquery(clause.node) for clause in query.wanted]
        if len(clauses) < 2 or all(clause.quoted for clause in query.wanted):
            return ""
        rows = self._rows(NAMING, language=query.language, clauses=clauses, most=MOST_CALLED)
        return " | ".join(clause for (clause,) in rows)

    def complete_titles(
        self, language: str, words: Sequence[str], audiences: frozenset[str], limit: int
    ) -> list[str]:
        lexemes = [lexeme(word) for word in words]
        asked: dict[str, Any] = {
            "language": language,
            "audiences": sorted(audiences),
            "wanted": " & ".join([*lexemes[:-1], lexemes[-1] + ":*"]),
        }
        # Asked for an order, it would go through all titles for the few that it expects to find.
        rows = self._rows(TITLES + "LIMIT %(many)s", many=MANY, **asked)
        if len(rows) == MANY:
            rows = self._rows(TITLES + "ORDER BY key LIMIT %(limit)s", limit=limit, **asked)
        return sorted(key for (key,) in rows)[:limit]

    def complete_words(
        self, language: str, prefix: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        pattern = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = self._rows(
            WORDS, language=language, audiences=sorted(audiences), pattern=pattern, limit=limit
        )
        return [KnownWord(*row) for row in rows]

    def similar_words(
        self, language: str, word: str, audiences: frozenset[str], limit: int
    ) -> list[KnownWord]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.2")
            rows = self._rows(
                SIMILAR, language=language, audiences=sorted(audiences), word=word, limit=limit
            )
        return [KnownWord(*row) for row in rows]

    def current(self) -> str | None:
        try:
            rows = _fetch(
                CURRENT,
                rules=analysis.version(),
            )
        except DatabaseError:
            return None
        return str(rows[0][0]) if rows else None

    @transaction.atomic
    def create(self, generation: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_pg_generation WHERE name = %s", [generation])
            cursor.execute(
                "INSERT INTO search_pg_generation (name, rules) VALUES (%s, %s)",
                [generation, analysis.version()],
            )

    @transaction.atomic
    def adopt(self, generation: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_pg_generation WHERE name <> %s", [generation])
            cursor.execute("UPDATE search_pg_generation SET is_current = true")

    @contextmanager
    def writing(self, generation: str) -> Iterator[bool]:
        if not _fetch("SELECT 1 FROM search_pg_generation WHERE name = %(g)s", g=generation):
            yield False
            return
        # Held by the transaction: the database frees it when the process dies.
        with transaction.atomic():
            lock = "SELECT pg_try_advisory_xact_lock(%(lock)s, hashtext(%(generation)s))"
            yield bool(_fetch(lock, lock=LOCK, generation=generation)[0][0])

    @contextmanager
    def rebuilding(self) -> Iterator[bool]:
        # Held by the connection, since making an index takes many transactions.
        is_mine = bool(_fetch("SELECT pg_try_advisory_lock(%(lock)s)", lock=LOCK)[0][0])
        try:
            yield is_mine
        finally:
            if is_mine:
                _fetch("SELECT pg_advisory_unlock(%(lock)s)", lock=LOCK)

    @transaction.atomic
    def replace(self, generation: str, keys: Iterable[str], entries: Iterable[Entry]) -> None:
        entries = list(entries)
        replaced = {*keys, *(each.key for each in entries)}
        gone: dict[str, Any] = {"generation": generation, "keys": sorted(replaced)}
        with connection.cursor() as cursor:
            cursor.execute(FORGET_WORDS, gone)
            cursor.execute(
                "DELETE FROM search_pg_entry WHERE generation = %(generation)s"
                " AND key = ANY(%(keys)s)",
                gone,
            )
            cursor.executemany(ADD, [_row(generation, entry) for entry in entries])
            cursor.execute(LEARN_WORDS, gone)
            cursor.execute(
                "DELETE FROM search_pg_word WHERE generation = %(generation)s AND n <= 0", gone
            )

    @contextmanager
    def filling(self, generation: str) -> Iterator[Fill]:
        def fill(entries: Iterable[Entry]) -> None:
            with self.writing(generation):
                self.replace(generation, [], entries)

        yield fill

    def keys(self, generation: str) -> list[str]:
        rows = _fetch("SELECT key FROM search_pg_entry WHERE generation = %(g)s", g=generation)
        return [key for (key,) in rows]

    def _rows(self, sql: str, **values: Any) -> list[Any]:
        """Fetch from the current generation. Raises SearchUnavailableError when there is none."""
        rows = _fetch(sql.replace("(CURRENT)", f"({CURRENT})"), rules=analysis.version(), **values)
        if not rows and self.current() is None:
            raise SearchUnavailableError("there is no index")
        return rows


def _fetch(sql: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows


def _row(generation: str, entry: Entry) -> list[Any]:
    title = " ".join(lexeme(word) for word in entry.title_words)
    words = [f"{word}\x1f{shown}" for word, shown in entry.words.items()]
    return [
        generation,
        entry.key,
        entry.kind,
        entry.language,
        entry.audience,
        entry.topic,
        entry.exact,
        words,
        title,
        _tsvector([each for each in entry.postings if each.part is Part.TITLE]),
        _tsvector(entry.postings),
    ]


def _tsvector(postings: list[Posting]) -> str:
    places: dict[str, list[str]] = {}
    for term, position, part in postings:
        listed = places.setdefault(term, [])
        if len(listed) < MOST_POSITIONS and position < LAST_POSITION:
            listed.append(f"{position + 1}{part.letter}")
        elif not listed:
            listed.append(f"{LAST_POSITION}{part.letter}")
    return " ".join(f"{lexeme(term)}:{','.join(listed)}" for term, listed in places.items())
