"""gunicorn with the configuration of deploy/, as it runs in production."""

import json
import re
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.operations import parts
from tests.servers import free_port


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


def test_counts_begin_anew_with_the_server(environment, monkeypatch, tmp_path):
    from smartwiki import server

    monkeypatch.setenv(server.METRICS_DIR, str(tmp_path / "metrics"))
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_1.db").touch()
    server.on_starting(None)
    assert not list((tmp_path / "metrics").iterdir())
