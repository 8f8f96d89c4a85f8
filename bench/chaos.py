"""The server and the worker are killed again and again while people save, comment and add files.

    python -m bench chaos --kills 1000 --minutes 60

Does it on SQLite, and on the PostgreSQL server that POSTGRES_URL names; the server's processes are
those that write the search index, too. tests/operations/test_chaos.py does it shortly. What the
site said was saved has to be there, each mail at most once, and the index as the database is.
"""

from __future__ import annotations

import argparse
import email
import io
import json
import random
import re
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from urllib3 import encode_multipart_formdata

from bench.people import CONFIRMED, Front, Person, databases, installation, set_up, value_in
from tests.operations import parts
from tests.servers import manage

EDITORS, VISITORS, PHOTOGRAPHERS = 3, 6, 2
PAUSE = 0.3, 2.0  # seconds between two kills, at random
CHOOSING = 0.6  # seconds: the site takes 120 forms a minute of one person who is signed in
READING = 3.1  # seconds: the site takes no comment of somebody who was faster
SETTLING = 60  # seconds in which people are at work, and after the last kill all is done
PROJECT = """
from tests.projects.helpers import make_lead, make_project
make_project("Un chantier", make_lead("chief"))
"""
COMMENTS = """
from projects.models import Comment
print("\\n".join(Comment.objects.values_list("body", flat=True)))
"""
WAITING = """
from smartwiki.notify.models import Message
from smartwiki.search.models import Dirty
print(Message.objects.filter(state__in=("waiting", "sending")).count() + Dirty.objects.count())
"""
STATES = """
import json
from collections import Counter
from smartwiki.notify.models import Message
print(json.dumps(Counter(Message.objects.values_list("state", flat=True))))
"""


@dataclass(slots=True)
class Outcome:
    """`confirmed`: how much the site said was saved, by kind; `lost`: what of it is not there.

    `odd`: answers that nobody should get. `states`: of all mails; `letters`: how many of them
    arrived; `twice`: those that came twice. `differences`: what the search index has wrong.
    """

    kills: int = 0
    confirmed: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    letters: int = 0
    twice: list[str] = field(default_factory=list)
    differences: int = 0

    def is_good(self) -> bool:
        return not (self.lost or self.odd or self.twice or self.differences)


class Editor(Person):
    """Saves, and thinks for a moment."""

    def _save(self, count: int) -> None:
        super()._save(count)
        self.end.wait(CHOOSING)


class Visitor(Person):
    """Comments on the project, each time with another address; the site mails a link for each."""

    kind = "comments"

    def _save(self, count: int) -> None:
        path = "/fr/projets/un-chantier/commentaires/ecrire/"
        network = f"198.51.{self.number}.{count % 250}"  # what comes from one address is limited
        self.opener.addheaders = [("X-Forwarded-For", network)]
        form = self._get(path)
        if self.end.wait(READING):
            return
        mine = f"{self.number} dit {count}."
        answer = self._post(
            path,
            form,
            text=mine,
            name="Ana",
            email=f"ana{self.number}-{count}@example.net",
            language="fr",
            shown_at=value_in(form, "shown_at"),
        )
        if answer.url.endswith("?confirm"):
            self.confirmed.append(mine)


class Photographer(Person):
    """Adds pictures to the guide; `confirmed` are their addresses."""

    kind = "pictures"

    def _save(self, count: int) -> None:
        form = self._get("/fr/rediger/1/fr/")
        picture = io.BytesIO()
        Image.new("RGB", (60, 40), (self.number, count // 256 % 256, count % 256)).save(
            picture, "PNG"
        )
        body, kind = encode_multipart_formdata(
            {
                "csrfmiddlewaretoken": value_in(form, "csrfmiddlewaretoken"),
                "guide": "1",
                "language": "fr",
                "alt": f"Image {self.number}-{count}",
                "file": (f"{self.number}-{count}.png", picture.getvalue(), "image/png"),
            }
        )
        headers = {"Content-Type": kind, "Accept": "application/json"}
        request = urllib.request.Request(
            f"{self.server.url}/fr/rediger/envoyer-fichier/", body, headers
        )
        with self.opener.open(request, timeout=10) as answer:
            if answer.status == HTTPStatus.CREATED:
                self.confirmed.append(json.load(answer)["thumbnail"])
        self.end.wait(CHOOSING)


def main(arguments: list[str]) -> None:
    """Kill on each database there is, and say what was confirmed and what was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10, help="at most, for each database")
    asked = parser.parse_args(arguments)
    is_good = True
    for name, database in databases("chaos").items():
        with TemporaryDirectory() as folder:
            environment = installation(Path(folder), database)
            outcome = chaos(environment, asked.kills, asked.minutes * 60)
        print(f"{name}: {outcome.kills} kills, confirmed {dict(outcome.confirmed)}")
        print(f"  lost {outcome.lost[:5]}, errors {outcome.odd[:5]}")
        print(f"  mails {outcome.states}, {outcome.letters} arrived, twice {outcome.twice[:5]}")
        print(f"  differences between index and database: {outcome.differences}", flush=True)
        is_good = is_good and outcome.is_good()
    sys.exit(not is_good)


def chaos(environment: dict[str, str], kills: int, longest: float) -> Outcome:
    """Kill the server or the worker so often, for at most so many seconds, while people work.

    That begins once something of each kind was confirmed.
    """
    folder = Path(environment["VAR_DIR"])
    environment = {**environment, "TRUSTED_PROXY_COUNT": "1", "SEARCH_WORKER": "1"}
    cookies = set_up(environment)
    manage(environment, "shell", "-v0", "-c", PROJECT)
    manage(environment, "search_rebuild")
    server, worker = parts.node(environment, folder), parts.worker(environment, folder)
    outcome, end = Outcome(), threading.Event()
    front = Front(f"http://{parts.address_of(server)}")
    crowd = list(_people(front, cookies, end))
    with server, worker:
        for person in crowd:
            person.start()
        try:
            _wait_until_all_work(crowd)
            _kill([server, server, worker], kills, time.monotonic() + longest, outcome)
        finally:
            end.set()
            for person in crowd:
                person.join()
        _settle(environment)
        outcome.lost += _missing_pictures(crowd)
    _account_for(environment, crowd, outcome)
    return outcome


def _people(front: Front, cookies: list[str], end: threading.Event) -> Iterator[Person]:
    for number in range(EDITORS):
        yield Editor(front, number, cookies[number], end)
    for number in range(VISITORS):
        yield Visitor(front, number, "nobody=", end)
    for number in range(PHOTOGRAPHERS):
        yield Photographer(front, number, cookies[EDITORS + number], end)


def _wait_until_all_work(crowd: list[Person]) -> None:
    deadline = time.monotonic() + SETTLING
    while not all(person.confirmed for person in crowd) and time.monotonic() < deadline:
        time.sleep(0.1)


def _kill(victims: list[parts.Part], kills: int, deadline: float, outcome: Outcome) -> None:
    random.shuffle(victims)  # each has its turn, so that few kills are of all of them
    while outcome.kills < kills and time.monotonic() < deadline:
        time.sleep(random.uniform(*PAUSE))
        victim = victims[outcome.kills % len(victims)]
        victim.end()
        victim.start()
        outcome.kills += 1
        if sys.stderr.isatty():
            print(f"\r  {outcome.kills}/{kills}", end="", file=sys.stderr, flush=True)


def _settle(environment: dict[str, str]) -> None:
    """Wait until the worker and the index have done what waits."""
    deadline = time.monotonic() + SETTLING
    while int(manage(environment, "shell", "-v0", "-c", WAITING)) and time.monotonic() < deadline:
        time.sleep(1)


def _missing_pictures(crowd: list[Person]) -> list[str]:
    """Return the addresses of confirmed pictures that are not served."""
    missing = []
    for person in crowd:
        if isinstance(person, Photographer):
            for url in person.confirmed:
                try:
                    with person.opener.open(person.server.url + url, timeout=10) as answer:
                        Image.open(io.BytesIO(answer.read())).verify()
                except (OSError, SyntaxError):  # also of an answer that is an error
                    missing.append(url)
    return missing


def _account_for(environment: dict[str, str], crowd: list[Person], outcome: Outcome) -> None:
    kept = {
        name: set(manage(environment, "shell", "-v0", "-c", code).splitlines())
        for name, code in (("saves", CONFIRMED), ("comments", COMMENTS))
    }
    for person in crowd:
        kind = getattr(person, "kind", "saves")
        outcome.confirmed[kind] += len(person.confirmed)
        outcome.odd += person.odd
        if kind in kept:
            outcome.lost += [each for each in person.confirmed if each not in kept[kind]]
    outcome.states = json.loads(manage(environment, "shell", "-v0", "-c", STATES))
    letters = list((Path(environment["VAR_DIR"]) / "mail").glob("*.eml"))
    sent = Counter(email.message_from_bytes(each.read_bytes())["To"] for each in letters)
    outcome.letters = len(letters)
    outcome.twice = [address for address, times in sent.items() if times > 1]
    checked = manage(environment, "search_check", "--dry-run")
    outcome.differences = sum(map(int, re.findall(r": (\d+)$", checked, re.MULTILINE)))
