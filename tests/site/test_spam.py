"""Keeping machines out of forms that anybody may send."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from smartwiki import env
from smartwiki.spam import GuardedForm, client_address, is_within_limit, seconds_to_wait
from tests.projects.helpers import shown


def request(address="192.0.2.1", forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody else is believed
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first was invented
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
    ],
)
def test_only_as_many_proxies_as_there_are_are_believed(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert client_address(request(forwarded=forwarded)) == expected


@pytest.mark.django_db
def test_many_who_try_do_not_make_the_site_forget_one():
    """Django's cache in the database throws counts away from the 300th on."""
    cache.clear()
    assert is_within_limit(request(), "answer", limit=1, seconds=60)
    cache.set_many({f"other{number}": 1 for number in range(400)}, 60)
    assert not is_within_limit(request(), "answer", limit=1, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_those_who_count_at_the_same_moment_are_all_counted():
    cache.clear()
    cache.add("together", 0, 60)
    start = Barrier(8)

    def count(_number: int) -> None:
        start.wait()
        try:
            for _turn in range(5):
                cache.incr("together")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert cache.get("together") == 40


@pytest.mark.django_db
def test_attempts_are_counted_by_address_and_by_what_is_tried():
    cache.clear()
    results = [is_within_limit(request(), "answer", limit=2, seconds=60) for _ in range(3)]
    assert results == [True, True, False]
    assert is_within_limit(request("192.0.2.2"), "answer", limit=2, seconds=60)
    assert is_within_limit(request(), "comment", limit=2, seconds=60)


@pytest.mark.parametrize(
    "url", ["redis://localhost:6379/0", "rediss://host/1", "unix:///run/redis"]
)
def test_a_redis_can_hold_what_all_processes_share(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    assert env.cache("CACHE_URL")["LOCATION"] == url


def test_without_one_the_database_does(monkeypatch):
    monkeypatch.delenv("CACHE_URL", raising=False)
    assert env.cache("CACHE_URL")["BACKEND"].endswith("DatabaseCache")


def test_another_cache_address_stops_the_start(monkeypatch):
    monkeypatch.setenv("CACHE_URL", "memcached://localhost")
    with pytest.raises(env.EnvironmentVariableError, match="CACHE_URL"):
        env.cache("CACHE_URL")


@pytest.mark.django_db
def test_a_clock_that_goes_back_locks_nobody_out():
    """An hour back: the limit ends, and a form was shown, an hour from now."""
    cache.clear()
    hour, minute = 3600, 60
    assert seconds_to_wait("Ana", "answer", limit=0, seconds=hour + minute) > hour
    assert seconds_to_wait("Ana", "answer", limit=0, seconds=minute) <= minute
    assert not GuardedForm({"shown_at": shown(seconds_ago=-hour)}).errors
    assert "shown_at" in GuardedForm({"shown_at": shown(seconds_ago=0)}).errors  # too fast as ever
    assert "shown_at" in GuardedForm({"shown_at": shown(seconds_ago=-hour) + "x"}).errors
