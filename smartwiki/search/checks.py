"""A choice of engine that cannot work is refused at start-up."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection


@register()
def check_engine(**kwargs: Any) -> list[CheckMessage]:
    """The PostgreSQL engine needs a site that runs on PostgreSQL."""
    if settings.SEARCH_ENGINE == "postgresql" and connection.vendor != "postgresql":
        return [
            Error(
                "SEARCH_ENGINE is postgresql, but the database is not PostgreSQL.",
                hint="Set DATABASE_URL to a PostgreSQL database, or SEARCH_ENGINE to whoosh.",
                id="search.E001",
            )
        ]
    return []
