"""The moderators' desk with 100 comments that wait, and with 100,000: it should feel the same.

`python -m bench desk` measures on SQLite, and on the PostgreSQL server that POSTGRES_URL names.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.demonstration import new_database
from tests.servers import ROOT, manage, production_environment

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

FEW, MANY = 100, 100_000
ROUNDS, TURNS = 10, 8  # turns of each round: the two sizes take rounds in turn
PROJECTS, SAID = 20, 5  # comments of each author
MOST_QUERIES, MOST_RATIO = 10, 1.2


@dataclass(slots=True)
class Measured:
    """One act at the desk: `times` in milliseconds, and the most queries that it took."""

    times: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1]


def main() -> None:
    """Measure on each database there is; fails when a page of the desk misses what we aim at."""
    databases = {"SQLite": ""}
    if url := os.environ.get("POSTGRES_URL", ""):
        databases["PostgreSQL"] = url
    missed = False
    for name, url in databases.items():
        os.environ["DATABASE_URL"] = url
        print(f"{name}: {FEW} and {MANY} comments wait")
        few, many = _measure_in_turn()
        for act, measured in many.items():
            ratio = measured.p95 / few[act].p95
            missed |= measured.queries > MOST_QUERIES and act.startswith("GET")
            missed |= ratio > MOST_RATIO
            print(
                f"  {act:34} {measured.queries:3} queries   p95 {few[act].p95:6.1f} → "
                f"{measured.p95:6.1f} ms   {ratio:.2f}",
                flush=True,
            )
    sys.exit(missed)


def _measure_in_turn() -> tuple[dict[str, Measured], dict[str, Measured]]:
    with ExitStack() as stack:
        desks = {number: stack.enter_context(_desk(number)) for number in (FEW, MANY)}
        found: dict[int, dict[str, Measured]] = {number: defaultdict(Measured) for number in desks}
        for turn in range(ROUNDS + 1):
            for number, desk in desks.items():
                for act, milliseconds, queries in desk():
                    if turn:  # the first one warms up
                        found[number][act].times.append(milliseconds)
                        found[number][act].queries = max(found[number][act].queries, queries)
    return found[FEW], found[MANY]


@contextmanager
def _desk(number: int) -> Iterator[Callable[[], list[tuple[str, float, int]]]]:
    """Start a process with a site in which `number` comments wait; each call makes one round."""
    with TemporaryDirectory() as folder:
        environment = production_environment(Path(folder), **new_database(f"desk{number}"))
        environment["DJANGO_SETTINGS_MODULE"] = "smartwiki.settings"
        manage(environment, "migrate", "--verbosity=0")
        manage(environment, "collectstatic", "--no-input", "--verbosity=0")
        command = [sys.executable, "-m", "bench.desk", str(number)]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=-1, stdout=-1, text=True
        ) as process:
            assert process.stdin and process.stdout  # noqa: S101 (both are pipes)
            stdin, stdout = process.stdin, process.stdout

            def one_round() -> list[tuple[str, float, int]]:
                stdin.write("go\n")
                stdin.flush()
                return [tuple(each) for each in json.loads(stdout.readline())]

            yield one_round
            stdin.close()


# In the process of one site


def _answer_rounds(number: int) -> None:
    import django

    django.setup()
    from django.test import Client

    from smartwiki import hardening
    from tests.guides import make_user

    hardening.SENT_A_MINUTE = sys.maxsize
    fill(number)
    client = Client(SERVER_NAME="127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(make_user("moderator", "moderator"))
    for _line in sys.stdin:
        print(json.dumps([act for _turn in range(TURNS) for act in _one_turn(client)]), flush=True)


def fill(number: int) -> None:
    """Make a site in which `number` comments wait: of members and visitors, some reported."""
    from django.db import connection
    from django.utils import timezone

    from projects.models import Comment, Report, Transition
    from smartwiki.accounts.models import User
    from tests.projects.helpers import make_project

    projects = [make_project(f"Projet {each}") for each in range(PROJECTS)]
    authors = number // (2 * SAID)  # half of the comments are of members, half of visitors
    names = [f"member{each}" for each in range(authors)]
    members = User.objects.bulk_create(
        [User(email=f"{name}@example.org", name=name) for name in names]
    )
    now = timezone.now()
    comments = Comment.objects.bulk_create(
        [
            Comment(
                project=projects[each % PROJECTS],
                language=("fr", "nl", "en", "de")[each % 4],
                body=f"Question {each}. " + "Qu’en est-il de la fondation française ? " * 5,
                state="pending",
                created_at=now - timedelta(seconds=60 * (number - each)),
                waiting_since=now - timedelta(seconds=60 * (number - each)),
                fingerprint=str(each),
                **(
                    {"author": members[each // 2 % authors]}
                    if each % 2
                    else {"name": "Ana", "email": f"ana{each // 2 % authors}@example.net"}
                ),
            )
            for each in range(number)
        ],
        batch_size=5_000,
    )
    came = [
        Transition(comment=each, after="pending", actor="author", at=each.created_at, version=1)
        for each in comments
    ]
    Transition.objects.bulk_create(came, batch_size=5_000)
    reports = [Report(comment=each, reason="other", author=members[0]) for each in comments[::50]]
    Report.objects.bulk_create(reports, batch_size=5_000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as it does by itself within a minute


def _one_turn(client: Client) -> Iterator[tuple[str, float, int]]:
    """What a moderator does: look at the queue, take the next, decide, undo, look at figures."""
    queue = "/fr/moderation/"
    answer, act = _timed("GET the queue", lambda: client.get(queue))
    yield act
    ticked = re.findall(r'name="comment" value="([\d-]+)"', answer.content.decode())
    last = ticked[-1].partition("-")[0]
    yield _timed("GET its second page", lambda: client.get(f"{queue}?after={last}"))[1]
    answer, act = _timed("POST the next comment", lambda: client.post(f"{queue}suivant/"))
    yield act
    path = answer.headers["Location"]
    answer, act = _timed("GET one comment", lambda: client.get(path))
    yield act
    version = re.findall(r'name="version" value="(\d+)"', answer.content.decode())[0]
    approved = {"decision": "approve", "version": version}
    answer, act = _timed("POST approve", lambda: client.post(f"{path}decider/", approved))
    yield act
    undo = f"{queue}annuler/{answer.headers['Location'].partition('done=')[2]}/"
    yield _timed("POST undo", lambda: client.post(undo))[1]
    spam = {"decision": "spam", "comment": ticked[1:]}
    answer, act = _timed("POST spam, 24 together", lambda: client.post(f"{queue}ensemble/", spam))
    yield act
    undo = f"{queue}annuler/{answer.headers['Location'].partition('done=')[2]}/"
    yield _timed("POST undo of 24", lambda: client.post(undo))[1]
    yield _timed("GET figures", lambda: client.get(f"{queue}chiffres/"))[1]


def _timed(
    act: str, ask: Callable[[], HttpResponse]
) -> tuple[HttpResponse, tuple[str, float, int]]:
    from django.db import connection

    number = 0

    def count(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal number
        number += 1
        return execute(*arguments)

    started = time.perf_counter()
    with connection.execute_wrapper(count):
        answer = ask()
    spent = 1000 * (time.perf_counter() - started)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{act}: {answer.status_code}")
    return answer, (act, spent, number)


if __name__ == "__main__":
    _answer_rounds(int(sys.argv[1]))
