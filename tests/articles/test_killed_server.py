"""The server is killed again and again while eight people save: what it confirmed is there.

KILLS says how often (3 unless it says otherwise).
"""

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
from pathlib import Path

import pytest

from tests.demonstration import new_database
from tests.servers import ROOT, free_port, manage, production_environment, wait_for

PEOPLE = 8
KILLS = int(os.environ.get("KILLS", "3"))
SET_UP = f"""
from tests.guides import make_guide, make_user
for number in range({PEOPLE}):
    make_user(f"editor{{number}}", "editor")
guide = make_guide("Factures", text="\\n\\n".join(f"{{n}}: 0." for n in range({PEOPLE})))
print("guide", guide.pk)
"""
CONFIRMED = """
from wiki.models import ArticleRevision
print("\\n".join(ArticleRevision.objects.values_list("content", flat=True)))
"""


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    environment = production_environment(tmp_path, **new_database("killed"))
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "collectstatic", "--no-input", "--verbosity=0")
    return environment


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

    def __init__(self, server: Server, guide: int, number: int, end: threading.Event) -> None:
        super().__init__()
        self.server, self.guide, self.number, self.end = server, guide, number, end
        self.confirmed: list[str] = []
        self.odd: list[str] = []
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

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
        page = self._get("/fr/")
        if f"editor{self.number}" not in page:
            self._sign_in()
        edit = re.search(
            r'href="([^"]+)"', self._get("/fr/guides/factures/").partition('class="desk-links"')[2]
        )[1]
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

    def _sign_in(self) -> None:
        address = re.search(r'class="sign-in-link" href="([^"?]+)', self._get("/fr/"))[1]
        self._post(
            address, self._get(address), login=f"editor{self.number}@example.org",
            password="secret-word",
        )  # fmt: skip

    def _get(self, path: str) -> str:
        with self.opener.open(self.server.url + path, timeout=10) as answer:
            return answer.read().decode()

    def _post(self, path: str, page: str, **fields: str):
        form = {"csrfmiddlewaretoken": _value(page, "csrfmiddlewaretoken"), **fields}
        if "base" in page and "text" in fields:
            form |= {"base": _value(page, "base"), "significance": "minor"}
        body = urllib.parse.urlencode(form).encode()
        with self.opener.open(self.server.url + path, body, timeout=10) as answer:
            answer.read()
            return answer


def _value(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def _wait_for_saves(people: list[Person], number: int) -> None:
    """Wait until `number` more saves are confirmed, for a minute at most."""
    enough = sum(len(person.confirmed) for person in people) + number
    deadline = time.monotonic() + 60
    while sum(len(person.confirmed) for person in people) < enough:
        assert time.monotonic() < deadline, "nobody can save"
        time.sleep(0.01)


def test_every_confirmed_save_survives_a_kill(environment):
    printed = manage(environment, "shell", "--verbosity=0", "-c", SET_UP)
    guide = int(re.search(r"guide (\d+)", printed)[1])
    server = Server(environment)
    server.start()
    end = threading.Event()
    people = [Person(server, guide, number, end) for number in range(PEOPLE)]
    for person in people:
        person.start()
    for _kill in range(KILLS):
        _wait_for_saves(people, random.randint(3, 20))
        server.kill()
        server.start()
    end.set()
    for person in people:
        person.join()
    server.kill()
    kept = set(manage(environment, "shell", "--verbosity=0", "-c", CONFIRMED).splitlines())
    confirmed = [each for person in people for each in person.confirmed]
    assert len(confirmed) >= 3 * KILLS
    assert not [each for each in confirmed if each not in kept]
    assert not [odd for person in people for odd in person.odd]
