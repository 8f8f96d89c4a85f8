"""What every test may use."""

import os
import shutil

import pytest
from django.db import connection

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))


def need(present: object, how_to_get_it: str) -> None:
    """Skip a test whose real part is absent, or fail it where everything is required."""
    if not present:
        (pytest.fail if REQUIRE_ALL else pytest.skip)(how_to_get_it)


@pytest.fixture
def postgresql(db: None) -> None:
    """Only on PostgreSQL; `make test-postgresql` runs the whole suite on it."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only: see make test-postgresql")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory) -> None:
    """SQLite in a file, as in real life: in memory, threads would share one connection."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    need(path, "Chromium is absent: install Debian's package chromium")
    return str(path)


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Pages kept for visitors belong to one test's database."""
    from smartwiki import visitor_cache

    visitor_cache._pages.clear()
