"""How PostgreSQL finds and ranks pages.

Where very many answer, to read the row of each would take long (decision 88): first it takes those
that it meets, and only if they are more than anybody goes through, those that answer best.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from smartwiki.search.backends import MOST_FOUND, SOME, Scope
from smartwiki.search.queries import AllOf, AnyOf, Less, Node, Phrase, Query, Term

FEW = 5  # pages with all the words: they come first, since a rare word counts no more than another

ASKED = """
    generation = (CURRENT) AND language = %(language)s AND audience = ANY(%(audiences)s)
    AND (%(kind)s = '' OR kind = %(kind)s) AND (%(topic)s = '' OR topic = %(topic)s)
    AND (%(excluded)s = '' OR NOT vector @@ %(excluded)s::tsquery)
"""
PAGE = "key, exact @> ARRAY[%(exact)s] AS is_exact, (MET) AS n_met, (RANK) AS rank"
TAKEN = """
    WITH matched AS MATERIALIZED (  -- is read no further than is taken of it
        SELECT (PAGE) FROM search_pg_entry
        WHERE (ASKED) AND (vector @@ %(wanted)s::tsquery OR exact @> ARRAY[%(exact)s])
    ), taken AS (
        SELECT * FROM matched LIMIT %(most)s
    )
"""
CALLED = """
    , called AS (
        SELECT (PAGE) FROM search_pg_entry
        WHERE (ASKED) AND (exact @> ARRAY[%(exact)s] OR (titled @@ %(called)s::tsquery
            AND (%(quoted)s = '' OR vector @@ %(quoted)s::tsquery)))
    )
"""
SEEN = "(TAKEN), seen AS (SELECT * FROM taken)"
SEEN_CALLED = "(TAKEN)(CALLED), seen AS (SELECT * FROM taken UNION SELECT * FROM called)"
SEEN_BEST = """
    (TAKEN)(CALLED)
    , nearly AS MATERIALIZED (
        SELECT (PAGE) FROM search_pg_entry
        WHERE (ASKED) AND vector @@ %(nearly)s::tsquery
    ), titled AS MATERIALIZED (
        SELECT (PAGE) FROM search_pg_entry WHERE (ASKED) AND titled @@ %(whole)s::tsquery
    ), partly_titled AS MATERIALIZED (
        SELECT (PAGE) FROM search_pg_entry
        WHERE (ASKED) AND titled @@ %(partly)s::tsquery (MATCHED)
    ), best AS (
        SELECT * FROM called WHERE 2 * n_met >= %(n_clauses)s OR is_exact
        UNION (SELECT * FROM nearly LIMIT %(most)s)
        UNION (SELECT * FROM titled LIMIT %(most)s)
        UNION (SELECT * FROM partly_titled LIMIT %(most)s)
    ), seen AS (
        SELECT * FROM best
        UNION SELECT * FROM taken
        WHERE (SELECT count(*) FROM best) > 0
          AND (SELECT count(*) FROM best WHERE n_met = %(n_clauses)s OR is_exact)
              < %(offset)s + %(limit)s
    )
"""
SEARCH = """
    SELECT key, (SELECT count(*) FROM seen) FROM seen
    ORDER BY is_exact DESC, rank DESC, key LIMIT %(limit)s OFFSET %(offset)s
"""
SEARCH_CALLED = """
    SELECT key, count(*) OVER ()
    FROM seen,
        (SELECT %(n_known)s + count(*) AS n FROM seen WHERE n_met = %(n_clauses)s) AS having_all
    WHERE n_met = %(n_clauses)s OR is_exact
       OR (2 * n_met >= %(n_clauses)s AND having_all.n >= %(some)s)
    ORDER BY is_exact OR n_met = %(n_clauses)s OR having_all.n >= %(few)s DESC,
             is_exact DESC, rank * n_met DESC, key
    LIMIT %(limit)s OFFSET %(offset)s
"""
MET = "(vector @@ %({clause})s::tsquery)::int"
RANK = "%({worth})s * ts_rank('{{0.1, 0.2, 0.2, 1}}', vector, %({asked})s::tsquery)"


class Question(NamedTuple):
    """What to ask PostgreSQL: rows of (key, number of all), the best first.

    `first` looks at up to `MOST_FOUND` + 1 pages and tells how many there are; where that is more
    than `MOST_FOUND`, `best` gives those that come first, or no row where none of them stands out.
    """

    first: str
    best: str
    values: dict[str, Any]


def question(
    query: Query, scope: Scope, called: str, *, offset: int, limit: int, any_word: bool
) -> Question:
    """Return how to ask for a page of results; `called` finds what is called after a word."""
    clauses = [tsquery(clause.node) for clause in query.wanted]
    met, rank, values = _sums(query, clauses)
    values |= {
        "language": query.language,
        "audiences": sorted(scope.audiences),
        "kind": scope.kind,
        "topic": scope.topic,
        "exact": query.exact or "\x1f",  # never a title
        "n_clauses": len(clauses),
        "some": SOME,
        "few": FEW,
        "most": MOST_FOUND + 1,
        "called": called,
        "quoted": " & ".join(tsquery(each.node) for each in query.wanted if each.quoted),
        "wanted": (" | " if any_word else " & ").join(clauses),
        "whole": " & ".join(clauses),
        "partly": " | ".join(clauses) if len(clauses) > 1 else "",
        "nearly": _nearly_all(clauses) if any_word else "",
        "excluded": " | ".join(tsquery(node) for node in query.excluded),
        "offset": offset,
        "limit": limit,
    }
    parts = {
        "(TAKEN)": TAKEN,
        "(CALLED)": CALLED,
        "(PAGE)": PAGE,
        "(ASKED)": ASKED,
        "(MATCHED)": "" if any_word else "AND vector @@ %(wanted)s::tsquery",
        "(MET)": met if called else "%(n_clauses)s",
        "(RANK)": f"{met} + {rank}" if any_word else rank,
    }
    seen, found = (SEEN_CALLED, SEARCH_CALLED) if called else (SEEN, SEARCH)
    first, best = seen + found, SEEN_BEST + found
    for name, part in parts.items():
        first, best = first.replace(name, part), best.replace(name, part)
    return Question(first, best, values)


def lexeme(term: str) -> str:
    """Return a term as PostgreSQL writes it in a `tsvector` or `tsquery`."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def tsquery(node: Node) -> str:
    """Return what asks PostgreSQL for `node`."""
    match node:
        case Term(forms):
            return "(" + " | ".join(lexeme(form) for form in forms) + ")"
        case AllOf(nodes):
            return "(" + " & ".join(tsquery(each) for each in nodes) + ")"
        case AnyOf(nodes):
            return "(" + " | ".join(tsquery(each) for each in nodes) + ")"
        case Phrase(terms):
            return "(" + " <-> ".join(tsquery(term) for term in terms) + ")"
        case Less(inner):
            return tsquery(inner)


def _nearly_all(clauses: list[str]) -> str:
    """Return what asks for all but one of several, or for both of two."""
    but_one = [
        " & ".join([*clauses[:n], *clauses[n + 1 :]]) for n in range(len(clauses)) if clauses[2:]
    ]
    return " | ".join(but_one) if but_one else " & ".join(clauses)


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
        by_worth.setdefault(worth, []).append(tsquery(each))
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
