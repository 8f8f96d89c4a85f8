"""What a test tells its database."""

from django.db import connection


def analyse() -> None:
    """Have PostgreSQL look at its tables, as it does by itself within a minute.

    Without it a query over rows that were only just written is planned for empty tables.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def plan_of(query: str) -> str:
    """Return how SQLite goes about a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        return "\n".join(step for *_numbers, step in cursor.fetchall())
