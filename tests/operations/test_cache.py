"""While Redis is away nothing fails, and attempts are counted all the same."""

import os
import subprocess
import time

import pytest
import redis
from django.core.cache import cache
from django.test import RequestFactory

from smartwiki import cache as module
from smartwiki.spam import is_within_limit
from tests.conftest import need
from tests.servers import free_port


def start_redis(port: int, folder) -> subprocess.Popen:
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port, socket_connect_timeout=1)
    for _attempt in range(100):
        try:
            client.ping()
            break
        except redis.RedisError:
            time.sleep(0.05)
    client.close()
    return process


@pytest.fixture
def away(settings):
    """A shared cache at an address where no Redis answers."""
    port = free_port()
    settings.CACHES = {
        "default": {
            "BACKEND": "smartwiki.cache.LenientRedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
        }
    }
    cache.clear()
    yield port
    cache.clear()
    cache.close()


def test_every_verb_works_without_redis(away):
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.incr("a") == 2
    cache.set("b", "x", 60)
    cache.set_many({"c": 3})
    assert cache.get("b") == "x"
    assert cache.get_many(["a", "c"]) == {"a": 2, "c": 3}
    assert cache.has_key("b")
    assert cache.touch("b", 60)
    assert cache.delete("b")
    cache.delete_many(["a", "c"])
    assert cache.get("a", "gone") == "gone"


def test_attempts_are_still_limited_without_redis(away):
    request = RequestFactory().post("/")
    tried = [is_within_limit(request, "answer", limit=2, seconds=60) for _ in range(3)]
    assert tried == [True, True, False]


def test_redis_is_used_again_when_it_comes_back(away, monkeypatch, tmp_path):
    need(os.access("/usr/bin/redis-server", os.X_OK), "Redis is absent: install redis-server")
    cache.set("kept", "in this process")
    process = start_redis(away, tmp_path)
    monkeypatch.setattr(module, "_away_until", {})  # the pause is over
    try:
        assert cache.get("kept") is None
        cache.set("kept", "by Redis")
        with redis.Redis(port=away) as client:
            assert client.exists(cache.make_key("kept"))
    finally:
        process.terminate()
        process.wait(timeout=10)
