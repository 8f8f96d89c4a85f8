"""PostgreSQL fails at once under load: kept pages are read, nothing confirmed is lost, and the
site recovers by itself. `python -m bench away` does it for ten seconds."""

import pytest

from bench.away import away, cluster
from tests.conftest import ON_POSTGRESQL

SECONDS = 1.5

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="PostgreSQL only: make test-postgresql")


def test_a_database_that_fails_loses_no_confirmed_save(demonstration, tmp_path):
    environment = demonstration("away")
    with cluster(environment["DATABASE_URL"]) as server:
        environment |= {"DATABASE_URL": server.url, "SEARCH_ENGINE": "postgresql"}
        outcome = away(environment, tmp_path, server, SECONDS)
    assert outcome.confirmed
    assert (outcome.lost, outcome.odd, outcome.unread) == ([], [], [])
    assert outcome.told == "503 True"
    assert outcome.back < 10
