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
    SOME,
    Fill,
    Found,
    KnownWord,
    Scope,
    SearchUnavailableError,
)
from smartwiki.search.entries import Entry, Part, Posting
from smartwiki.search.queries import AllOf, AnyOf, Less, Node, Phrase, Query, Term

LAST_POSITION = 16_383  # PostgreSQL's own limits of a tsvector
MOST_POSITIONS = 255
FEW = 5  # pages with all the words: they come first, since a rare word counts no more than another
MANY = 2_000  # titles: among so many the first ones by key are soon met by going through all
LOCK = 0x5EA7C4  # any number, the same for every process

CURRENT = "SELECT name FROM search_pg_generation WHERE is_current AND rules = %(rules)s"
ASKED = """
    generation = (CURRENT) AND language = %(language)s AND audience = ANY(%(audiences)s)
    AND (%(kind)s = '' OR kind = %(kind)s) AND (%(topic)s = '' OR topic = %(topic)s)
    AND (%(excluded)s = '' OR NOT vector @@ %(excluded)s::tsquery)
"""
SEARCH = """
    WITH seen AS (
        SELECT key, exact @> ARRAY[%(exact)s] AS is_exact, (RANK) AS rank
        FROM search_pg_entry
        WHERE (ASKED) AND (vector @@ %(wanted)s::tsquery OR exact @> ARRAY[%(exact)s])
    )
    SELECT key, (SELECT count(*) FROM seen) FROM seen
    ORDER BY is_exact DESC, rank DESC, key LIMIT %(limit)s OFFSET %(offset)s
"""
SEARCH_CALLED = """
    WITH seen AS (
        SELECT key, exact @> ARRAY[%(exact)s] AS is_exact, (MET) AS n_met, (RANK) AS rank
        FROM search_pg_entry
        WHERE (ASKED)
          AND (vector @@ %(wanted)s::tsquery OR exact @> ARRAY[%(exact)s]
               OR (titled @@ %(titled)s::tsquery
                   AND (%(quoted)s = '' OR vector @@ %(quoted)s::tsquery)))
    )
    SELECT key, count(*) OVER ()
    FROM seen, (SELECT count(*) AS n FROM seen WHERE n_met = %(n_clauses)s) AS having_all
    WHERE n_met = %(n_clauses)s OR is_exact
       OR (2 * n_met >= %(n_clauses)s AND having_all.n >= %(some)s)
    ORDER BY is_exact OR n_met = %(n_clauses)s OR having_all.n >= %(few)s DESC,
             is_exact DESC, rank * n_met DESC, key
    LIMIT %(limit)s OFFSET %(offset)s
"""
MET = "(vector @@ %({clause})s::tsquery)::int"
RANK = "%({worth})s * ts_rank('{{0.1, 0.2, 0.2, 1}}', vector, %({asked})s::tsquery)"
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
        clauses = [_tsquery(clause.node) for clause in query.wanted]
        titled = "" if any_word else self._naming(query, clauses)
        met, rank, values = _sums(query, clauses)
        sql = (SEARCH_CALLED if titled else SEARCH).replace("(ASKED)", ASKED).replace("(MET)", met)
        rows = self._rows(
            sql.replace("(RANK)", f"{met} + {rank}" if any_word else rank),
            language=query.language,
            audiences=sorted(scope.audiences),
            kind=scope.kind,
            topic=scope.topic,
            exact=query.exact or "\x1f",  # never a title
            n_clauses=len(clauses),
            some=SOME,
            few=FEW,
            titled=titled,
            quoted=" & ".join(_tsquery(each.node) for each in query.wanted if each.quoted),
            wanted=(" | " if any_word else " & ").join(clauses),
            excluded=" | ".join(_tsquery(node) for node in query.excluded),
            offset=offset,
            limit=limit,
            **values,
        )
        if offset and not rows:  # past the last page there is no row to count on
            return Found([], self.search(query, scope, limit=1, any_word=any_word).total)
        return Found([key for key, _total in rows], rows[0][1] if rows else 0)

    def _naming(self, query: Query, clauses: list[str]) -> str:
        """Return what asks for the pages that are called after a word, unless too many are."""
        if len(clauses) < 2 or all(clause.quoted for clause in query.wanted):
            return ""
        rows = self._rows(NAMING, language=query.language, clauses=clauses, most=MOST_CALLED)
        return " | ".join(clause for (clause,) in rows)

    def complete_titles(
        self, language: str, words: Sequence[str], audiences: frozenset[str], limit: int
    ) -> list[str]:
        lexemes = [_lexeme(word) for word in words]
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
    title = " ".join(_lexeme(word) for word in entry.title_words)
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


def _lexeme(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _tsvector(postings: list[Posting]) -> str:
    places: dict[str, list[str]] = {}
    for term, position, part in postings:
        listed = places.setdefault(term, [])
        if len(listed) < MOST_POSITIONS and position < LAST_POSITION:
            listed.append(f"{position + 1}{part.letter}")
        elif not listed:
            listed.append(f"{LAST_POSITION}{part.letter}")
    return " ".join(f"{_lexeme(term)}:{','.join(listed)}" for term, listed in places.items())


def _tsquery(node: Node) -> str:
    match node:
        case Term(forms):
            return "(" + " | ".join(_lexeme(form) for form in forms) + ")"
        case AllOf(nodes):
            return "(" + " & ".join(_tsquery(each) for each in nodes) + ")"
        case AnyOf(nodes):
            return "(" + " | ".join(_tsquery(each) for each in nodes) + ")"
        case Phrase(terms):
            return "(" + " <-> ".join(_tsquery(term) for term in terms) + ")"
        case Less(inner):
            return _tsquery(inner)


def _sums(query: Query, clauses: list[str]) -> tuple[str, str, dict[str, Any]]:
    """Return what adds up to the number of words met and to the rank, with its parameters."""
    values: dict[str, Any] = {f"clause{n}": clause for n, clause in enumerate(clauses)}
    met = [MET.format(clause=name) for name in values]
    ranks = []
    ranked = (each for clause in query.wanted for each in _ranked(clause.node))
    for n, (worth, asked) in enumerate(ranked):
        ranks.append(RANK.format(worth=f"worth{n}", asked=f"asked{n}"))
        values |= {f"worth{n}": worth, f"asked{n}": asked}
    return " + ".join(met) or "0", " + ".join(ranks) or "0", values


def _ranked(node: Node) -> Iterator[tuple[float, str]]:
    """Yield what to rank pages by for one word, with what each is worth."""
    by_worth: dict[float, list[str]] = {}
    for worth, each in _by_worth(node):
        by_worth.setdefault(worth, []).append(_tsquery(each))
    for worth, nodes in by_worth.items():
        yield worth, " | ".join(nodes)


def _by_worth(node: Node) -> Iterator[tuple[float, Node]]:
    """Yield the alternatives of `node` with what each is worth."""
    match node:
        case AnyOf(nodes):
            for each in nodes:
                yield from _by_worth(each)
        case Less(inner, worth):
            yield worth, inner
        case _:
            yield 1.0, node
