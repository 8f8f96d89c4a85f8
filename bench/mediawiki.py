"""MediaWiki with the same text, where Debian's packages for it are installed.

apt-get install --no-install-recommends mediawiki nginx php-fpm php-apcu php-sqlite3
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers import free_port, wait_for

CODE = Path("/usr/share/mediawiki")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
FPM = max(map(str, Path("/usr/sbin").glob("php-fpm*")), default=None)
PAGE = "/index.php?title=Guide"

# As for speed on one machine: everything kept in memory, no other work on readers' requests.
SETTINGS = """
$wgMainCacheType = CACHE_ACCEL;
$wgParserCacheType = CACHE_ACCEL;
$wgMessageCacheType = CACHE_ACCEL;
$wgJobRunRate = 0;
"""
# One process, as every candidate has.
POOL = """
[global]
error_log = {folder}/php.log
daemonize = no
[www]
user = {user}
listen = {folder}/php.socket
pm = static
pm.max_children = 1
env[MW_CONFIG_FILE] = {folder}/LocalSettings.php
php_admin_value[apc.shm_size] = 64M
"""
SERVER = """
daemon off;
user {user};
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        root {code};
        location / {{
            fastcgi_pass unix:{folder}/php.socket;
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME {code}/index.php;
        }}
    }}
}}
"""


def is_installed() -> bool:
    return CODE.is_dir() and NGINX is not None and FPM is not None


@contextmanager
def served(folder: Path, text: str) -> Iterator[str]:
    """Install it in `folder` with a page of `text`, which is Markdown; gives the page's address."""
    port = free_port()
    _install(folder, port, text)
    given = {"folder": folder, "user": os.environ.get("USER", "root"), "port": port, "code": CODE}
    (folder / "php.conf").write_text(POOL.format(**given))
    (folder / "nginx.conf").write_text(SERVER.format(**given))
    commands = (
        [str(FPM), "--allow-to-run-as-root", "--fpm-config", str(folder / "php.conf")],
        [str(NGINX), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")],
    )
    address = f"http://127.0.0.1:{port}{PAGE}"
    processes = [
        subprocess.Popen(each, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for each in commands
    ]
    try:
        wait_for(address, folder / "php.log")
        _warm_up(address)
        yield address
    finally:
        for process in processes:
            process.terminate()
            process.wait(timeout=20)


def _warm_up(address: str) -> None:
    """Ask until the page came ten times: PHP starts after nginx, and then compiles all it needs."""
    came, end = 0, time.monotonic() + 60
    while came < 10:
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(address):
            came += 1
        if time.monotonic() > end:
            raise RuntimeError("MediaWiki does not answer")


def _install(folder: Path, port: int, text: str) -> None:
    data = folder / "data"
    data.mkdir()
    where = ["--server", f"http://127.0.0.1:{port}", "--scriptpath", "", "--confpath", str(folder)]
    database = ["--dbtype", "sqlite", "--dbname", "wiki", "--dbpath", str(data)]
    people = ["--lang", "fr", "--pass", "an administrator of this run", "Guide", "Admin"]
    _maintain("install", *where, *database, *people)
    settings = folder / "LocalSettings.php"
    settings.write_text(settings.read_text() + SETTINGS)
    words = re.sub(
        r"^(#+) (.*)$", lambda found: _heading(len(found[1]), found[2]), text, flags=re.M
    )
    words = re.sub(r"\*\*(.+?)\*\*", r"'''\1'''", words)
    _maintain("edit", "Guide", settings=settings, text=words)


def _heading(level: int, title: str) -> str:
    signs = "=" * level
    return f"{signs} {title} {signs}"


def _maintain(
    script: str, *options: str, settings: Path | None = None, text: str | None = None
) -> None:
    configured = ["--conf", str(settings)] if settings else []
    subprocess.run(
        ["php", str(CODE / f"maintenance/{script}.php"), *configured, *options],
        input=text,
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )
