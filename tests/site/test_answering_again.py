"""What is kept for visitors is answered before Django, exactly as Django answers it."""

import time
from collections.abc import Iterable

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, OperationalError, close_old_connections, connection
from django.test import RequestFactory
from django.urls import clear_script_prefix

from articles.models import Guide
from smartwiki import visitor_cache
from smartwiki.models import ContentVersion
from tests.guides import make_guide, make_user, revise

PAGE = "/fr/guides/factures/"

Answer = tuple[str, dict[str, str], bytes]


class Site:
    """The application as a server calls it; knows which answers Django had to make."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.asked_django = 0
        self.application = visitor_cache.answering_again(self._django)

    def _django(self, environ, start_response) -> Iterable[bytes]:
        self.asked_django += 1
        return self.django(environ, start_response)

    def get(self, url: str = PAGE, method: str = "GET", **environ: str) -> Answer:
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status, headers, exc_info=None):
            heads.append((status, headers))
            return heads.append

        request = RequestFactory().generic(method, url, **environ)
        as_servers_say_it = request.path_info.encode().decode("latin-1")
        parts = self.application(request.environ | {"PATH_INFO": as_servers_say_it}, start_response)
        content = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        ((status, headers),) = heads
        return status, dict(headers), content


@pytest.fixture
def site(db, monkeypatch) -> Iterable[Site]:
    """The site, which leaves the connection open that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(visitor_cache, "close_old_connections", lambda: None)
    make_guide("Factures", text="Ancien texte. " * 50)
    yield Site()
    clear_script_prefix()  # as the last request had it, where a browser of the tests would not
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db(transaction=True)
def test_no_connection_stays_open_longer_than_it_may():
    make_guide("Factures")
    site = Site()
    first = site.get()
    connection.ensure_connection()
    connection.close_at = time.monotonic() - 1
    assert site.get() == first
    assert connection.connection is None
    assert site.asked_django == 1


@pytest.mark.parametrize("accepted", ["identity", "gzip", "gzip, br"])
def test_the_second_answer_is_the_first_without_django(site, django_assert_num_queries, accepted):
    first = site.get(HTTP_ACCEPT_ENCODING=accepted)
    assert first[0] == "200 OK"
    assert site.asked_django == 1
    with django_assert_num_queries(1):
        assert site.get(HTTP_ACCEPT_ENCODING=accepted) == first
    assert site.asked_django == 1


def test_not_modified_is_said_without_django(site):
    etag = site.get()[1]["ETag"]
    status, headers, content = site.get(HTTP_IF_NONE_MATCH=etag)
    assert (status, content, site.asked_django) == ("304 Not Modified", b"", 1)
    assert headers["ETag"] == etag
    assert {"Vary", "Cache-Control"} <= headers.keys()


def test_a_change_is_seen_at_once(site):
    site.get()
    revise(Guide.objects.get().translations.get(), text="Texte tout neuf")
    assert b"Texte tout neuf" in site.get()[2]
    assert site.asked_django == 2


@pytest.mark.parametrize(
    ("status", "environ"),
    [
        ("200 OK", {"HTTP_IF_NONE_MATCH": '"another"'}),
        ("304 Not Modified", {"HTTP_IF_NONE_MATCH": "*"}),
        ("412 Precondition Failed", {"HTTP_IF_MATCH": '"another"'}),
        ("200 OK", {"method": "HEAD"}),
        ("403 Forbidden", {"method": "POST"}),
        ("400 Bad Request", {"HTTP_HOST": "evil.example"}),
        ("200 OK", {"HTTP_COOKIE": "sessionid=forged"}),
        ("200 OK", {"HTTP_COOKIE": "messages=waiting"}),
        ("200 OK", {"wsgi.url_scheme": "https"}),
        ("200 OK", {"SCRIPT_NAME": "/elsewhere"}),
    ],
)
def test_all_else_is_djangos(site, settings, status, environ):
    settings.ALLOWED_HOSTS = ["testserver"]
    site.get()
    assert site.get(**environ)[0] == status
    assert site.asked_django == 2


def test_cookies_that_are_nobodys_do_not_matter(site):
    first = site.get()
    assert site.get(HTTP_COOKIE="theme=dark; unknown=1") == first
    assert site.asked_django == 1


def test_a_member_never_gets_the_visitors_page(site, client):
    site.get()
    client.force_login(make_user("lucie"))
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert b"lucie" in site.get(HTTP_COOKIE=cookie)[2]
    assert site.get()[2].count(b"lucie") == 0


def test_a_kept_page_is_read_while_the_database_is_away(site, monkeypatch):
    first = site.get()

    def away(database: str = DEFAULT_DB_ALIAS) -> int:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(ContentVersion, "current", away)
    monkeypatch.setattr(visitor_cache, "_away_until", 0.0)
    assert site.get() == first
    assert site.asked_django == 1


@pytest.mark.parametrize("name", ["été", "٣", "\U0001f600"])
def test_an_address_in_any_script_is_read_as_it_was_typed(site, name):
    status, _headers, content = site.get(f"/fr/guides/{name}/?q=1")
    assert status == "404 Not Found"
    assert b"<html" in content


def test_the_server_runs_it():
    from smartwiki.wsgi import application

    assert "answering_probes" in application.__qualname__
