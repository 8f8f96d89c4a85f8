"""With a copy of the database visitors' pages come from it, and are never older than the first."""

import pytest
from django.db import connection, connections
from django.db.utils import InternalError
from django.test import Client

from articles.models import Translation
from smartwiki import doctor, health, replica
from smartwiki.models import ContentVersion
from tests.guides import make_guide, make_user, revise

URL = "/fr/guides/factures/"


def titles(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def copy(transactional_db, settings, monkeypatch):
    """Copy the database as it is when this is called, and let the site read there."""
    if connection.vendor != "postgresql":
        pytest.skip("replicas are PostgreSQL's")
    name = f"{connection.settings_dict['NAME']}_replica"
    options = connection.settings_dict["OPTIONS"] | {
        "options": "-c default_transaction_read_only=on"
    }

    def make() -> None:
        connection.close()
        connection.close_pool()  # a database in use cannot be copied
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']}")
        connections.settings["replica"] = connection.settings_dict | {
            "NAME": name,
            "OPTIONS": options,
        }
        connections["replica"].connect()

    settings.DATABASE_ROUTERS = ["smartwiki.replica.Router"]
    monkeypatch.setattr(replica, "_away_until", 0.0)
    yield make
    if "replica" in connections.settings:
        connections["replica"].close()
        connections["replica"].close_pool()
        del connections["replica"], connections.settings["replica"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_visitors_read_the_copy_while_it_is_as_far(copy):
    guide = make_guide("Factures")
    copy()
    Translation.objects.using("default").update(title="Only in the first")  # under the same number
    assert "Only in the first" not in titles(Client())
    member = Client()
    member.force_login(make_user("lucie"))
    assert "Only in the first" in titles(member)
    revise(guide.translations.get(), title="Tout neuf")  # from here the copy lags
    assert "Tout neuf" in titles(Client())
    assert "Tout neuf" in titles(Client())
    with pytest.raises(InternalError, match="read-only"):
        ContentVersion.objects.using("replica").update(number=0)


def test_a_copy_that_goes_away_is_passed_over(copy):
    make_guide("Factures")
    copy()
    titles(Client(), "/fr/")
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connections['replica'].settings_dict['NAME']} WITH (FORCE)")
    assert "Factures" in titles(Client())
    assert replica._away_until


def test_a_copy_that_lags_or_is_away_is_named_and_fails_nothing(copy, monkeypatch):
    monkeypatch.setattr(doctor, "REPLICA_MAY_LAG", 0)
    monkeypatch.setattr(health, "close_old_connections", lambda: None)

    def said() -> tuple[str, list[str]]:
        answered = health.ready()[1]
        return answered["replica"], [each.what for each in doctor.replica_keeps_up()]

    assert "replica" not in health.ready()[1]
    assert not list(doctor.replica_keeps_up())
    guide = make_guide("Factures")
    copy()
    assert said() == ("ok", [])
    revise(guide.translations.get())
    state, (problem,) = said()
    assert state == "behind"
    assert "en retard" in problem
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connections['replica'].settings_dict['NAME']} WITH (FORCE)")
    state, (problem,) = said()
    assert state == "away"
    assert "ne répond pas" in problem
    ready = {name: state for name, state in health.parts_now().items() if name != "search"}
    assert set(ready.values()) == {"ok"}


def test_what_was_written_is_read_afterwards():
    router = replica.Router()

    def page() -> list[str]:
        return [
            router.db_for_read(Translation),
            router.db_for_write(Translation),
            router.db_for_read(Translation),
        ]

    token = replica._reads_copy.set(True)
    try:
        assert page() == ["replica", "default", "default"]
    finally:
        replica._reads_copy.reset(token)
    assert router.db_for_read(Translation) == "default"
    assert not router.allow_migrate("replica", "articles")
