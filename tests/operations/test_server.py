"""gunicorn with the configuration of deploy/, as it runs in production."""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.operations import parts
from tests.servers import ROOT, free_port

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def environment(demonstration) -> dict[str, str]:
    return demonstration("served") | {
        "METRICS": "1", "SLOW_QUERY_MS": "1", "HTTPS": "1", "BEHIND_TLS_PROXY": "1",
        "ALLOWED_HOSTS": "wiki.example.org",
    }  # fmt: skip


def get(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_server_answers_probes_writes_json_and_counts(environment, tmp_path):
    node, port = parts.node(environment, tmp_path), free_port()
    address, metrics = f"http://{parts.address_of(node)}", f"http://127.0.0.1:{port}/metrics"
    command = [sys.executable, "manage.py", "metrics", "--port", str(port)]
    site = {"Host": "wiki.example.org", "X-Forwarded-Proto": "https", "X-Request-Id": "a1b2c3d4e5"}
    with node, parts.Part(command, environment, tmp_path / "metrics.log", metrics):
        assert get(f"{address}/healthz") == (200, '{"alive": true}\n')  # no TLS, another host
        for _each in range(3):
            assert get(f"{address}/fr/?q=maladie", **site)[0] == 200
        deadline = time.monotonic() + 30
        while get(f"{address}/readyz")[0] != 200:
            assert time.monotonic() < deadline, get(f"{address}/readyz")
            time.sleep(0.2)
        assert get(f"{address}/fr/rien/", **site)[0] == 404
        measured = get(metrics)[1]
    assert 'smartwiki_answers_total{method="GET",status="200"} 3.0' in measured
    assert 'smartwiki_answers_total{method="GET",status="404"} 1.0' in measured
    assert "smartwiki_seconds_count 4.0" in measured
    assert 'smartwiki_ready{part="database"} 1.0' in measured
    lines = [json.loads(each) for each in node.log.read_text().splitlines()]
    answered = [each for each in lines if each["message"] == "Answered"]
    assert [each["path"] for each in answered] == ["/fr/", "/fr/", "/fr/", "/fr/rien/"]
    assert answered[0]["request_id"] == "a1b2c3d4e5"
    assert answered[0]["status"] == 200
    assert answered[0]["milliseconds"] > 0
    assert not re.search(r"maladie|127\.0\.0\.1:\d+.*Answered", node.log.read_text())


HEAPS = """
import ctypes, sys, threading
from smartwiki import server
if sys.argv[1:] == ["ours"]:
    server.use_little_memory()
library, barrier = ctypes.CDLL(None), threading.Barrier(4)
def take():
    ctypes.create_string_buffer(50_000)
    barrier.wait()
threads = [threading.Thread(target=take) for _each in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not glibc")
def test_threads_share_one_heap():
    def heaps(*arguments: str) -> int:
        run = [sys.executable, "-c", HEAPS, *arguments]
        printed = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return printed.count("<heap nr=")

    assert heaps() > 1
    assert heaps("ours") == 1


def test_counts_begin_anew_with_the_server(environment, monkeypatch, tmp_path):
    from smartwiki import server

    monkeypatch.setenv(server.METRICS_DIR, str(tmp_path / "metrics"))
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").touch()
    server.on_starting(None)
    assert not list((tmp_path / "metrics").iterdir())


def pinned_processes_of(node: parts.Part) -> dict[int, int]:
    """Return the processor of each of two processes, once they are there and keep to one."""
    children = Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(ProcessLookupError):
            there = {
                pid: os.sched_getaffinity(pid) for pid in map(int, children.read_text().split())
            }
            if [len(each) for each in there.values()] == [1, 1]:
                return {pid: each.pop() for pid, each in there.items()}
        time.sleep(0.05)
    raise AssertionError(there)


@pytest.fixture
def two_processors():
    there = os.sched_getaffinity(0)
    os.sched_setaffinity(0, some := set(sorted(there)[:2]))
    yield some
    os.sched_setaffinity(0, there)


def test_each_process_has_a_processor_and_so_has_the_one_that_takes_its_place(
    environment, tmp_path, two_processors
):
    with parts.node(environment, tmp_path, WORKERS="2") as node:
        first = pinned_processes_of(node)
        assert set(first.values()) == two_processors
        one = min(first)
        os.kill(one, signal.SIGKILL)
        while one in (now := pinned_processes_of(node)):
            time.sleep(0.05)
        assert set(now.values()) == two_processors
        node.end()  # the new one does not hear yet that it is to finish


@pytest.mark.parametrize("more", [{"PIN_WORKERS": "0"}, {}])
def test_processes_go_where_there_is_room(environment, tmp_path, more):
    workers = "2" if more else "1"
    with parts.node(environment, tmp_path, WORKERS=workers, **more) as node:
        children = f"/proc/{node.process.pid}/task/{node.process.pid}/children"
        numbers = map(int, Path(children).read_text().split())
        assert {frozenset(os.sched_getaffinity(each)) for each in numbers} == {
            frozenset(os.sched_getaffinity(0))
        }
