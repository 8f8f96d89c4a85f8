"""What every test may use."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from xdist.scheduler import LoadScopeScheduling

from tests.databases import migrate_once
from tests.demonstration import copy
from tests.servers import serve

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # of several processes, this one; or ""


def need(present: object, how_to_get_it: str) -> None:
    """Skip a test whose real part is absent, or fail it where everything is required."""
    if not present:
        (pytest.fail if REQUIRE_ALL else pytest.skip)(how_to_get_it)


MAKES_THE_DEMONSTRATION = "test_first_start_says_how_to_sign_in"
DATABASE = {"db", "transactional_db", "live_server", "demonstration"}  # fixtures that need it


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before what `-m` leaves out is left out
def pytest_collection_modifyitems(items: list[pytest.Function]) -> Generator[None]:
    """What needs no database is the same on each.

    The demonstration, which takes a while to make, is made by the test that comes first, while
    the other process needs it not yet.
    """
    for item in items:
        if not item.get_closest_marker("django_db") and DATABASE.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.once)
    yield  # others have an order of their own
    items.sort(key=lambda item: item.originalname != MAKES_THE_DEMONSTRATION)


class BrowserFilesTogether(LoadScopeScheduling):
    """Gives each test to the process that is free, but a whole file of those in a browser, where
    what is set up costs the most. (`--dist=loadgroup` does not see groups with pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> BrowserFilesTogether:
    return BrowserFilesTogether(config, log)


@pytest.fixture
def postgresql(db: None) -> None:
    """Only on PostgreSQL; `make test-postgresql` runs the whole suite on it."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only: see make test-postgresql")


@pytest.fixture
def sqlite(db: None) -> None:
    """Only on SQLite, which chooses its indexes in its own way."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only: see make test")


@pytest.fixture
def connections_for_all(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection for each thread of a test, as a server has for each of its own."""
    if connection.vendor != "postgresql":
        yield
        return
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.close_pool()
    monkeypatch.setitem(options, "pool", options["pool"] | {"max_size": 64})
    yield
    connection.close()
    connection.close_pool()


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of the suite know."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if WORKER else folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory, shared) -> None:
    """SQLite in a file, as in real life: in memory, threads would share one connection."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    if WORKER:
        migrate_once(connection, shared, WORKER)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    need(path, "Chromium is absent: install Debian's package chromium")
    return str(path)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, shared) -> Callable[[str], dict[str, str]]:
    """Make an installation with the demonstration, on the database that the suite runs on."""

    def make(name: str) -> dict[str, str]:
        return copy(shared, tmp_path_factory.mktemp(name), f"{name}_{WORKER or 'alone'}")

    return make


@pytest.fixture(scope="session")
def installation(demonstration) -> dict[str, str]:
    """The installation that this process's `site` serves."""
    return demonstration("site")


@pytest.fixture(scope="session")
def site(installation) -> Iterator[str]:
    """The address of a running site."""
    with serve(installation) as address:
        yield address


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def mails_stay_here(settings) -> None:
    """What workers send lies in `mailoutbox` (see `tests.mail.run_tasks`)."""
    settings.MAIL_TRANSPORT = {
        "BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "OPTIONS": {},
    }


@pytest.fixture(autouse=True)
def content_version(request) -> Iterator[None]:
    """Give back the row that a migration makes and that a transactional test flushes away.

    The audit log, which refuses to be flushed, is emptied before.
    """
    marked = request.node.get_closest_marker("django_db")
    if marked or {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        from smartwiki.models import ContentVersion

        transactional = marked and marked.kwargs.get("transaction")
        request.getfixturevalue("transactional_db" if transactional else "db")
        ContentVersion.objects.get_or_create(pk=1)
        yield
        if not connection.in_atomic_block:
            empty_audit_log()
    else:
        yield


def empty_audit_log() -> None:
    from smartwiki.audit import models, triggers

    triggers.remove(connection)
    models.Entry.objects.all().delete()
    models.Pruning.objects.all().delete()
    triggers.install(connection)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a process keeps in memory belongs to one test."""
    from articles.reading import readings
    from smartwiki import frame, member_cache, visitor_cache
    from smartwiki.search import glossary, shown

    visitor_cache._pages.clear()
    visitor_cache._answers.clear()
    member_cache._pages.clear()
    readings._sent.clear()
    glossary._load.cache_clear()
    shown.forget()
    frame._kept.clear()


@pytest.fixture(scope="session", autouse=True)
def no_search_thread() -> None:
    """A late request of a browser would start the thread outside of any test's database."""
    from smartwiki.search import worker

    worker._process = os.getpid()


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path) -> Iterator[None]:
    """Each test has its own search folder, and takes changes in when it says so."""
    from smartwiki.search import backends

    settings.SEARCH_DIR = tmp_path / "search"
    settings.SEARCH_WORKER = False
    backends._make.cache_clear()
    yield
    if settings.SEARCH_ENGINE == "whoosh":
        backends.backend().close()


ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture(params=["whoosh", "postgresql"] if ON_POSTGRESQL else ["whoosh"])
def engine(request, settings, db) -> str:
    """Run a test with each search engine that this database allows."""
    settings.SEARCH_ENGINE = request.param
    return request.param


@pytest.fixture
def index(engine) -> Callable[[], None]:
    """Return what takes every change into the index; it is made new at the first call."""
    from smartwiki.search.worker import look_after

    look_after()
    return look_after
