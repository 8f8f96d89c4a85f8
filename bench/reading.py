"""How fast pages are read, against a bare Django view of the same bytes in the same run."""

from __future__ import annotations

import atexit
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import mediawiki
from bench.load import load, ratio
from tests.servers import ROOT, free_port, manage, production_environment, wait_for

NOT_ASKED_BEFORE = "/fr/recherche/?q=facture+-inconnu{n}"  # finds what “facture” finds
GUIDE = "/fr/guides/frais/faire-une-note-de-frais/"
COOKIE = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from smartwiki.accounts.models import User
user = User.objects.get(email="reader@example.org")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(settings.SESSION_COOKIE_NAME + "=" + session.session_key)
"""
STOCK_PAGE = """
import os, pathlib
from wiki.models import URLPath
URLPath.create_root(title="Guide", content=pathlib.Path(os.environ["BENCH_TEXT"]).read_text())
"""


_folders = ExitStack()
atexit.register(_folders.close)


@contextmanager
def gunicorn(application: str, environment: dict[str, str]) -> Iterator[str]:
    """Serve `application` with one worker, as every candidate is."""
    port = free_port()
    log = Path(environment["VAR_DIR"]) / f"{application}.log"
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def fetch(url: str, **headers: str) -> tuple[bytes, str]:
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request) as response:
        return response.read(), response.headers.get("ETag", "")


@cache
def demonstration(*options: str) -> tuple[dict[str, str], str]:
    """Make the demonstration, once; return its environment, and a member's cookie.

    `options` are those of `load_demo`. Its folder is gone when this process ends.
    """
    folder = _folders.enter_context(TemporaryDirectory())
    environment = production_environment(Path(folder), PYTHONPATH=str(ROOT))
    for command in (
        ["migrate", "-v0"],
        ["load_demo", *options, "-v0"],
        ["search_rebuild", "-v0"],
        ["collectstatic", "--no-input", "-v0"],
    ):
        manage(environment, *command)
    return environment, manage(environment, "shell", "--no-imports", "-c", COOKIE).strip()


def prepare() -> None:
    """Make the demonstrations that are measured, at once, since no time is measured yet."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda options: demonstration(*options), ((), ("--showcase",))))


def table() -> list[tuple[str, str, str]]:
    """Return (figure, aim, measured): ratios of the bare view's rate, see `bench.load.ratio`."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        environment, cookie = demonstration()
        ours = stack.enter_context(gunicorn("smartwiki.wsgi", environment))
        page, etag = fetch(ours + GUIDE)
        apart = {**environment, "VAR_DIR": folder}
        bare = stack.enter_context(gunicorn("bench.bare", _bare(apart, page)))
        stock = stack.enter_context(gunicorn("bench.stock.wsgi", _stock(apart)))
        candidates = {
            "guide, visitor": ("≥ 0.75", ours + GUIDE, {}, 200),
            "guide, visitor, not changed (304)": (
                "≥ 0.90",
                ours + GUIDE,
                {"If-None-Match": etag},
                304,
            ),
            "guide, member": ("≥ 0.25", ours + GUIDE, {"Cookie": cookie}, 200),
            "home, visitor": ("", ours + "/fr/", {}, 200),
            "search page, visitor": ("≥ 0.15", ours + "/fr/recherche/?q=facture", {}, 200),
            "search page, not asked before": ("", ours + NOT_ASKED_BEFORE, {}, 200),
            "stock django-wiki, same text": ("", stock + "/", {}, 200),
        }
        if mediawiki.is_installed():
            other = stack.enter_context(mediawiki.served(Path(folder), _text()))
            candidates["MediaWiki, same text"] = ("", other, {}, 200)
        rows = [
            (
                "bare Django view, same bytes",
                "1.00",
                f"1.000  ({load(bare + '/', seconds=2).rate:,.0f}/s)",
            )
        ]
        for name, (aim, url, headers, status) in candidates.items():
            compared, rate = ratio(url, bare + "/", headers=headers, status=status)
            rows.append((name, aim, f"{compared:.3f}  ({rate:,.0f}/s)"))
    return rows


def _bare(environment: dict[str, str], page: bytes) -> dict[str, str]:
    path = Path(environment["VAR_DIR"]) / "page.html"
    path.write_bytes(page)
    return {**environment, "BENCH_BYTES": str(path)}


def _stock(environment: dict[str, str]) -> dict[str, str]:
    path = Path(environment["VAR_DIR"]) / "text.md"
    path.write_text(_text())
    environment = {
        **environment,
        "DJANGO_SETTINGS_MODULE": "bench.stock.settings",
        "BENCH_TEXT": str(path),
    }
    for command in (["migrate", "-v0"], ["shell", "--no-imports", "-c", STOCK_PAGE]):
        subprocess.run([sys.executable, "-m", "django", *command], env=environment, check=True)
    return environment


def _text() -> str:
    return Path("demo/guides/expenses/expense-note.fr.md").read_text().split("---", 2)[2]
