"""The server is killed again and again while eight people save: what it confirmed is there.

`python -m bench killed --minutes 2` does it on SQLite, and on the PostgreSQL server that
POSTGRES_URL names; tests/articles/test_killed_server.py does it shortly.
"""

from __future__ import annotations

import argparse
import http.client
import http.cookiejar
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.demonstration import new_database
from tests.servers import ROOT, free_port, manage, production_environment, wait_for

PEOPLE = 8
PAUSE = 0.3, 6.0  # seconds between two kills, at random
SET_UP = f"""
from django.conf import settings
from django.test import Client
from tests.guides import make_guide, make_user
for number in range({PEOPLE}):
    client = Client()
    client.force_login(make_user(f"editor{{number}}", "editor"))
    print("session", client.cookies[settings.SESSION_COOKIE_NAME].OutputString())
make_guide("Factures", text="\\n\\n".join(f"{{n}}: 0." for n in range({PEOPLE})))
"""
CONFIRMED = """
from wiki.models import ArticleRevision
print("\\n".join(ArticleRevision.objects.values_list("content", flat=True)))
"""


@dataclass(slots=True)
class Outcome:
    """`confirmed`: what the site said was saved; `lost`: what of this is not there; `odd`: answers
    that nobody should get."""

    kills: int = 0
    confirmed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> None:
    """Kill for some minutes on each database there is, and say what was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench killed", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    minutes = parser.parse_args(arguments).minutes
    lost = 0
    for name, database in databases("killed").items():
        with TemporaryDirectory() as folder:
            outcome = killed(installation(Path(folder), database), _until(minutes * 60))
        lost += len(outcome.lost) + len(outcome.odd)
        print(
            f"{name}: {outcome.kills} kills in {minutes:g} minutes, {len(outcome.confirmed)} saves "
            f"confirmed, {len(outcome.lost)} lost, {len(outcome.odd)} errors {outcome.odd[:3]}",
            flush=True,
        )
    sys.exit(1 if lost else 0)


def databases(name: str) -> dict[str, dict[str, str]]:
    """Return what tells a site of each database there is: SQLite's, and one called so."""
    found: dict[str, dict[str, str]] = {"SQLite": {}}
    if url := os.environ.get("POSTGRES_URL", ""):
        found["PostgreSQL"] = new_database(name, url=url)
    return found


def installation(folder: Path, database: dict[str, str]) -> dict[str, str]:
    """Make an empty site; return its environment."""
    environment = production_environment(folder, **database)
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "collectstatic", "--no-input", "--verbosity=0")
    return environment


def set_up(environment: dict[str, str]) -> list[str]:
    """Make a guide of eight paragraphs and eight editors; return their sessions' cookies."""
    printed = manage(environment, "shell", "--verbosity=0", "-c", SET_UP)
    return re.findall(r"^session ([^;\s]+)", printed, re.MULTILINE)


def killed(environment: dict[str, str], more: Callable[[int, Callable[[], int]], bool]) -> Outcome:
    """Let people save, and kill the server whenever `more` returns True; it may wait.

    `more` is given the number of kills so far, and how to ask for the number of confirmed saves.
    """
    cookies = set_up(environment)
    server, end, outcome = Server(environment), threading.Event(), Outcome()
    server.start()
    people = [Person(server, number, cookie, end) for number, cookie in enumerate(cookies)]
    for person in people:
        person.start()
    try:
        while more(outcome.kills, lambda: sum(len(person.confirmed) for person in people)):
            server.kill()
            outcome.kills += 1
            server.start()
    finally:
        end.set()
        for person in people:
            person.join()
        server.kill()
    kept = set(manage(environment, "shell", "--verbosity=0", "-c", CONFIRMED).splitlines())
    outcome.confirmed = [each for person in people for each in person.confirmed]
    outcome.lost = [each for each in outcome.confirmed if each not in kept]
    outcome.odd = [odd for person in people for odd in person.odd]
    return outcome


def _until(seconds: float) -> Callable[[int, Callable[[], int]], bool]:
    """Go on for so many seconds, with a pause of random length before each kill."""
    deadline = time.monotonic() + seconds

    def more(_kills: int, _confirmed: Callable[[], int]) -> bool:
        time.sleep(random.uniform(*PAUSE))
        return time.monotonic() < deadline

    return more


class Server:
    """The site in a process group of its own, which can be killed without warning."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.port = environment, free_port()
        self.log = Path(environment["VAR_DIR"]) / "server.log"
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "smartwiki.wsgi", "--threads", "8",
                 "--bind", f"127.0.0.1:{self.port}"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(f"{self.url}/robots.txt", self.log)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Person(threading.Thread):
    """Changes one paragraph of the guide over and over, and notes what the site confirmed."""

    def __init__(
        self,
        server: Server,
        number: int,
        cookie: str,
        end: threading.Event,
        *handlers: urllib.request.BaseHandler,
    ) -> None:
        super().__init__()
        self.server, self.number, self.end = server, number, end
        self.confirmed: list[str] = []
        self.odd: list[str] = []
        jar = http.cookiejar.CookieJar()
        jar.set_cookie(_cookie(server.url, *cookie.split("=", 1)))
        cookies = urllib.request.HTTPCookieProcessor(jar)
        self.opener = urllib.request.build_opener(cookies, *handlers)

    def run(self) -> None:
        count = 0
        while not self.end.is_set():
            count += 1
            try:
                self._save(count)
            except urllib.error.HTTPError as error:
                self.odd.append(f"{error.code} {error.url}")
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # the server is down just now

    def _save(self, count: int) -> None:
        links = self._get("/fr/guides/factures/").partition('class="desk-links"')[2]
        edit = re.search(r'href="([^"]+)"', links)[1]
        form = self._get(edit)
        text = re.search(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)[1]
        mine = f"{self.number}: {count}."
        paragraphs = text.strip().split("\n\n")
        paragraphs[self.number] = mine
        answer = self._post(
            edit, form, text="\n\n".join(paragraphs), title="Factures", do="publish"
        )
        if answer.url.endswith("/fr/guides/factures/"):
            self.confirmed.append(mine)

    def _get(self, path: str) -> str:
        with self.opener.open(self.server.url + path, timeout=10) as answer:
            return answer.read().decode()

    def _post(self, path: str, page: str, **fields: str):
        form = {"csrfmiddlewaretoken": value_in(page, "csrfmiddlewaretoken"), **fields}
        if 'name="base"' in page:
            form |= {"base": value_in(page, "base"), "significance": "minor"}
        body = urllib.parse.urlencode(form).encode()
        with self.opener.open(self.server.url + path, body, timeout=10) as answer:
            answer.read()
            return answer


def value_in(page: str, name: str) -> str:
    """Return what a hidden field of a form holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def _cookie(url: str, name: str, value: str) -> http.cookiejar.Cookie:
    """Make a session's cookie; checking eight passwords at once would take longer than saving."""
    host = urllib.parse.urlsplit(url).hostname or ""
    domain = host if "." in host else f"{host}.local"  # as the jar names a host without a dot
    return http.cookiejar.Cookie(
        *(0, name, value, None, False, domain, False, False, "/", True, False, None, True),
        *(None, None, {}),
    )
