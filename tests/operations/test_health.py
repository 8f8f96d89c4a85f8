"""`/healthz` and `/readyz` say to machines what works, and nothing more."""

import json
from datetime import timedelta
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from smartwiki import health
from smartwiki.notify.tasks import deliver_message
from smartwiki.search.models import Dirty, Target
from tests.guides import make_guide
from tests.servers import free_port


def ask(path: str, method: str = "GET", **environ: str) -> tuple[str, dict[str, str], bytes]:
    """Ask the application as a server does: all of it, with what stands before Django."""
    application = health.answering_probes(WSGIHandler())
    environ |= {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    started = []
    body = b"".join(application(environ, lambda *line: started.append(line)))
    status, headers = started[0]
    return status, dict(headers), body


@pytest.fixture
def kept_connection(monkeypatch, db) -> None:
    """The end of a request must not close the connection whose transaction the test is in."""
    monkeypatch.setattr(health, "close_old_connections", lambda: None)


def test_alive_needs_no_database_no_tls_and_no_known_host(
    settings, django_assert_num_queries, kept_connection
):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["wiki.example.org"], True
    with django_assert_num_queries(0):
        status, headers, body = ask("/healthz", HTTP_HOST="10.0.0.7:8000")
    assert status == "200 OK"
    assert json.loads(body) == {"alive": True}
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_head_gets_the_same_without_a_body():
    status, headers, body = ask("/healthz", "HEAD")
    assert (status, body) == ("200 OK", b"")
    assert headers["Content-Length"] == "16"


def test_all_parts_are_ready(index, kept_connection):
    make_guide()
    index()
    status, _headers, body = ask("/readyz")
    assert status == "200 OK", body
    assert json.loads(body) == {
        "ready": True, "database": "ok", "cache": "ok", "search": "ok", "queue": "ok",
    }  # fmt: skip


def test_missing_index_is_named(kept_connection):
    status, _headers, body = ask("/readyz")
    assert status == "503 Service Unavailable"
    assert json.loads(body)["search"] == "missing"


def test_work_that_waits_for_long_is_named(index, settings, kept_connection):
    index()
    settings.QUEUE_LATE_AFTER = 60
    Dirty.objects.create(
        key="x",
        target=Target.objects.create(name="some"),
        changed_at=timezone.now() - timedelta(seconds=61),
    )
    status, _headers, body = ask("/readyz")
    assert status.startswith("503")
    assert json.loads(body)["queue"] == "late"


def test_tasks_that_wait_for_long_are_named_and_planned_ones_are_not(
    index, settings, kept_connection
):
    index()
    settings.QUEUE_LATE_AFTER = 60
    now = timezone.now()
    later = deliver_message.using(run_after=now + timedelta(hours=1)).enqueue(1)
    DBTaskResult.objects.filter(pk=later.id).update(enqueued_at=now - timedelta(hours=1))
    assert json.loads(ask("/readyz")[2])["queue"] == "ok"
    task = deliver_message.enqueue(1)
    DBTaskResult.objects.filter(pk=task.id).update(enqueued_at=now - timedelta(seconds=61))
    assert json.loads(ask("/readyz")[2])["queue"] == "late"


def test_cache_that_is_away_is_named_without_its_address(index, settings, kept_connection):
    index()
    settings.CACHES = {
        "default": {
            "BACKEND": "smartwiki.cache.LenientRedisCache",
            "LOCATION": f"redis://:secret@127.0.0.1:{free_port()}/0",
        }
    }
    status, _headers, body = ask("/readyz")
    assert status.startswith("503")
    assert json.loads(body)["cache"] == "failed"
    assert b"secret" not in body
    assert b"127.0.0.1" not in body
    caches["default"].close()


def test_database_that_is_away_is_named_and_the_rest_is_unknown(kept_connection, caplog):
    def refuse(*args):
        raise OperationalError("could not connect to secret-host")

    with connection.execute_wrapper(refuse):
        status, _headers, body = ask("/readyz")
    assert status.startswith("503")
    assert json.loads(body) == {
        "ready": False, "database": "failed",
        "cache": "unknown", "search": "unknown", "queue": "unknown",
    }  # fmt: skip
    assert "secret-host" not in body.decode() + caplog.text


def test_other_addresses_are_the_sites(db, settings):
    status, headers, _body = ask("/robots.txt", HTTP_HOST="testserver")
    assert status == "200 OK"
    assert headers["Content-Type"].startswith("text/plain")
