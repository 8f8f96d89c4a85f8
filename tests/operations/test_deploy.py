"""What is in deploy/ works as it stands there: each file is used, or checked by its program."""

import http.client
import os
import secrets
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from smartwiki import env
from tests.conftest import need
from tests.operations import parts
from tests.servers import ROOT

DEPLOY = ROOT / "deploy"
BELIEVING = ssl.create_default_context()


@pytest.fixture(scope="module")
def proxied(demonstration, tmp_path_factory):
    """The demonstration behind nginx, both as deploy/ has them; nginx, the node, two addresses."""
    folder = tmp_path_factory.mktemp("proxied")
    environment = demonstration("proxied") | {
        "ALLOWED_HOSTS": parts.NAME, "HTTPS": "1", "BEHIND_TLS_PROXY": "1",
        "TRUSTED_PROXY_COUNT": "1",
    }  # fmt: skip
    node = parts.node(environment, folder)
    proxy, plain, secure = parts.nginx(folder, environment["VAR_DIR"], [parts.address_of(node)])
    BELIEVING.load_verify_locations(folder / "fullchain.pem")
    with node, proxy:
        yield proxy, node, plain, secure


def ask(address: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask as a browser that believes the site's own certificate."""
    parts_of = urlsplit(address)
    sock = socket.create_connection(("127.0.0.1", parts_of.port), timeout=20)
    if parts_of.scheme == "https":
        sock = BELIEVING.wrap_socket(sock, server_hostname=parts_of.hostname)
    connection = http.client.HTTPConnection(parts_of.hostname)
    connection.sock = sock
    try:
        connection.request("GET", path, headers={"Host": parts.NAME, **headers})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_readers_come_in_by_tls_alone(proxied):
    _proxy, _node, plain, secure = proxied
    moved, _content = ask(plain, "/fr/?a=b")
    assert moved.status == 301
    assert moved.headers["Location"] == "https://localhost/fr/?a=b"
    page, content = ask(secure, "/fr/")
    assert page.status == 200
    assert b"<html" in content
    assert "max-age" in page.headers["Strict-Transport-Security"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "nginx/" not in page.headers["Server"]


def test_another_host_gets_no_answer(proxied):
    _proxy, _node, plain, _secure = proxied
    with pytest.raises(http.client.RemoteDisconnected):
        ask(plain, "/", Host="evil.example")


def test_pages_and_static_files_are_compressed_and_kept(proxied):
    _proxy, node, _plain, secure = proxied
    static = Path(node.environment["VAR_DIR"]) / "static" / "css"
    name = next(path.name for path in static.glob("site.*.css"))
    for coding in ("gzip", "br"):
        if coding == "br" and "brotli" not in Path(_proxy.command[2]).read_text():
            continue
        page, _content = ask(secure, "/fr/", **{"Accept-Encoding": coding})
        assert page.headers["Content-Encoding"] == coding
        style, content = ask(secure, f"/static/css/{name}", **{"Accept-Encoding": coding})
        assert style.headers["Content-Encoding"] == coding
        assert "immutable" in style.headers["Cache-Control"]
        assert style.headers["X-Content-Type-Options"] == "nosniff"
        kept = (static / f"{name}.{'gz' if coding == 'gzip' else 'br'}").read_bytes()
        assert content == kept


def test_what_visitors_invent_about_themselves_is_dropped(proxied):
    _proxy, node, _plain, secure = proxied
    ask(secure, "/fr/invented-1234567890/", **{"X-Request-ID": "invented-by-somebody"})
    assert "invented-by-somebody" not in node.log.read_text()
    assert ask(secure, "/readyz")[0].status == 404
    assert ask(secure, "/healthz")[0].status == 200


def test_too_large_a_body_is_refused_before_it_is_read(proxied):
    _proxy, _node, _plain, secure = proxied
    with socket.create_connection(("127.0.0.1", urlsplit(secure).port), timeout=20) as plain:
        sock = BELIEVING.wrap_socket(plain, server_hostname=parts.NAME)
        sock.sendall(b"POST /fr/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 413")
        sock.close()


def test_readers_are_told_while_no_node_answers(proxied):
    _proxy, node, _plain, secure = proxied
    node.end()
    try:
        answer, content = ask(secure, "/nl/")
        assert answer.status in (502, 504)
        assert answer.headers["Retry-After"] == "30"
        assert b"De site is zo terug" in content
    finally:
        node.start()
    for _try in range(100):
        if ask(secure, "/nl/")[0].status == 200:
            return
    raise AssertionError("the node is back and nginx does not ask it")


def test_logs_of_the_proxy_know_nobody(proxied):
    proxy, _node, _plain, secure = proxied
    ask(secure, "/fr/?q=maladie", **{"User-Agent": "Somebody's telephone"})
    lines = (Path(proxy.command[2]).parent / "smartwiki.log").read_text()
    assert '"status":200' in lines
    for private in ("maladie", "telephone", '"127.0.0.1"'):
        assert private not in lines


def test_units_are_understood_by_systemd(tmp_path):
    program = shutil.which("systemd-analyze")
    need(program, "systemd is absent: install Debian's package systemd")
    units = []
    for path in sorted((DEPLOY / "systemd").iterdir()):
        units.append(tmp_path / path.name)
        text = path.read_text().replace("/srv/smartwiki", str(ROOT))
        units[-1].write_text(text)
    checked = subprocess.run(
        [str(program), "verify", *map(str, units)], capture_output=True, text=True
    )
    ours = [line for line in checked.stderr.splitlines() if "smartwiki" in line]
    assert (checked.returncode, ours) == (0, [])


def test_commands_of_the_units_exist():
    from django.core.management import get_commands

    for path in (DEPLOY / "systemd").glob("*.service"):
        command = path.read_text().partition("ExecStart=")[2].splitlines()[0].split()
        assert Path(command[0].replace("/srv/smartwiki", str(ROOT))).exists()
        if "manage.py" in command:
            assert command[command.index("manage.py") + 1] in get_commands()


def test_the_example_environment_starts_the_site(tmp_path, monkeypatch):
    lines = (DEPLOY / "smartwiki.env.example").read_text().splitlines()
    named = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    environment = named | {
        "PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "SECRET_KEY": secrets.token_hex(32),
    }  # fmt: skip
    checked = subprocess.run(
        [str(ROOT / ".venv/bin/python"), "manage.py", "check", "--deploy"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stderr
    for line in lines:
        name = line.removeprefix("#").partition("=")[0]
        if "=" in line and name.isupper():
            assert name in (ROOT / "README.md").read_text(), f"{name} is not explained"


@pytest.mark.parametrize("ignored", [".gitignore", ".dockerignore"])
def test_no_key_gets_into_an_image_or_a_commit(ignored):
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    own = [volume.split(":")[0] for each in services.values() for volume in each.get("volumes", [])]
    private = {f"deploy/{services['site']['env_file']}", "var", ".venv"}
    private |= {f"deploy/{each[2:]}" for each in own if each == "./certificates"}
    assert len(private) == 4
    lines = {line.strip("/") for line in (ROOT / ignored).read_text().splitlines()}
    assert private <= lines


def test_compose_names_what_is_there():
    described = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = described["services"]
    assert set(services) == {"database", "cache", "prepare", "site", "worker", "proxy"}
    known = {"image", "build", "command", "environment", "env_file", "volumes", "depends_on",
             "healthcheck", "restart", "deploy", "ports"}  # fmt: skip
    for name, service in services.items():
        assert set(service) <= known, name
        assert "image" in service
        for needed, when in service.get("depends_on", {}).items():
            assert needed in services
            if when["condition"] == "service_healthy":
                assert services[needed]["healthcheck"]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = source in described["volumes"] or (DEPLOY / source).exists()
            assert there or source == "./certificates"
    build = services["site"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    site = services["site"]["environment"]
    assert site["SEARCH_ENGINE"] == "postgresql"
    url = site["DATABASE_URL"].replace("${POSTGRES_PASSWORD:?choose one}", "secret")
    os.environ["SOME_COMPOSE_URL"] = url
    assert env.database("SOME_COMPOSE_URL", "")["HOST"] == "database"
    del os.environ["SOME_COMPOSE_URL"]
