"""Real parts of an installation, each a process that can be stopped, killed and started again."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import need
from tests.servers import ROOT, free_port, wait_for

NAME = "localhost"
MODULES = Path("/usr/lib/nginx/modules")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


class Part:
    """A program of an installation; `ready` is an address or a port that answers then."""

    def __init__(
        self, command: list[str], environment: dict[str, str], log: Path, ready: str | int = ""
    ):
        self.command, self.environment, self.log, self.ready = command, environment, log, ready
        self.process: subprocess.Popen | None = None

    def start(self) -> Part:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            if isinstance(self.ready, int):
                self._wait_for_port(self.ready)
            elif self.ready:
                wait_for(self.ready, self.log, seconds=60, process=self.process)
        except AssertionError:
            self.end()
            raise
        return self

    def _wait_for_port(self, port: int) -> None:
        for _try in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def end(self, number: int = signal.SIGKILL) -> None:
        """Kill it with all its processes, or (SIGTERM) let it finish what it does."""
        if self.process and self.process.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
            self.process.wait(timeout=60)

    def __enter__(self) -> Part:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.end(signal.SIGTERM)


def node(environment: dict[str, str], folder: Path, **more: str) -> Part:
    """gunicorn as deploy/ configures it."""
    address = f"127.0.0.1:{free_port()}"
    return Part(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "smartwiki.wsgi"],
        environment | {"BIND": address, "WORKERS": "1", "THREADS": "8", **more},
        folder / f"node-{address.partition(':')[2]}.log",
        f"http://{address}/healthz",
    )


def address_of(part: Part) -> str:
    return part.environment["BIND"]


def worker(environment: dict[str, str], folder: Path) -> Part:
    command = [sys.executable, "manage.py", "db_worker", "--interval", "0.2"]
    return Part(command, environment, folder / "worker.log")


def redis(folder: Path, port: int) -> Part:
    program = shutil.which("redis-server")
    need(program, "Redis is absent: install Debian's package redis-server")
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    return Part(command, dict(os.environ), folder / "redis.log", port)


def certificate(folder: Path) -> None:
    """A certificate of our own for the site's name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "privkey.pem").write_bytes(secret)


def nginx(folder: Path, var_dir: str, nodes: list[str]) -> tuple[Part, str, str]:
    """The nginx of deploy/ in front of `nodes`; gives it with its plain and its TLS address."""
    need(NGINX, "nginx is absent: install Debian's package nginx")
    certificate(folder)
    plain, secure = free_port(), free_port()
    site = (ROOT / "deploy/nginx/smartwiki.conf").read_text()
    server = re.search(r"    server 127\.0\.0\.1:8000(.*;)", site)
    lines = "\n".join(f"    server {each}{server[1]}" for each in nodes)
    for ours, here in {
        server[0]: lines,
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{secure}",
        "/etc/ssl/smartwiki": str(folder),
        "/var/lib/smartwiki": var_dir,
        "wiki.example.org": NAME,
        "/var/log/nginx": str(folder),
        "/srv/smartwiki": str(ROOT),
    }.items():
        assert ours in site
        site = site.replace(ours, here)
    modules = [MODULES / f"ngx_http_brotli_{kind}_module.so" for kind in ("static", "filter")]
    has_brotli = all(module.exists() for module in modules)
    brotli = (ROOT / "deploy/nginx/brotli.conf").read_text() if has_brotli else ""
    load = "".join(f"load_module {module};\n" for module in modules if has_brotli)
    path = folder / "nginx.conf"
    path.write_text(
        f"{load}user root;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\ndaemon off;\n"
        f"events {{}}\nhttp {{\ninclude /etc/nginx/mime.types;\n{brotli}\n{site}\n}}\n"
    )
    if os.geteuid():
        path.write_text(path.read_text().replace("user root;\n", ""))
    part = Part(
        [str(NGINX), "-c", str(path), "-e", f"{folder}/nginx.log"],
        dict(os.environ), folder / "nginx.out", plain,
    )  # fmt: skip
    return part, f"http://127.0.0.1:{plain}", f"https://{NAME}:{secure}"
