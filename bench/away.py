"""PostgreSQL stops at once while people read and save, and comes back: what becomes of them?

    python -m bench away --seconds 10

Starts a PostgreSQL of its own (not as root, which it refuses) and a node;
tests/operations/test_database_away.py does it shortly.
"""

from __future__ import annotations

import argparse
import http.client
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.people import CONFIRMED, Front, Person, set_up
from tests.operations import parts
from tests.servers import free_port, manage, production_environment

WRITERS = 3
KEPT = ("/fr/", "/nl/", "/fr/guides/", "/fr/guides/factures/")  # read before, and kept by then
PATIENCE = 30  # seconds in which the site has to be well again


@dataclass(slots=True)
class Outcome:
    """`away`: answers during the outage by (page, status); `back`: seconds until one could save."""

    confirmed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    told: str = ""
    back: float = 0.0


class Cluster:
    """A PostgreSQL server that can be stopped as if its machine had failed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "data", free_port()
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.account = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self.account:
            shutil.chown(folder, "postgres", pwd.getpwnam("postgres").pw_gid)
        self._run("initdb", "-U", "smartwiki", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.url = f"postgres://smartwiki@127.0.0.1:{self.port}/smartwiki"

    def _run(self, program: str, *options: str) -> None:
        command = [str(self.bin / program), "-D", str(self.folder), *options]
        subprocess.run(
            command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            **self.account,
        )  # fmt: skip

    def start(self) -> None:
        listen = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-w", "-l", f"{self.folder}/log", "-o", listen, "start")

    def stop(self) -> None:
        """At once: nothing is written that was not."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def fill(self, origin: str) -> None:
        """Copy the database that `origin` names; make an empty one without."""
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "smartwiki"]
        subprocess.run([str(self.bin / "createdb"), *place, "smartwiki"], check=True)
        if origin:
            dump = subprocess.run(
                [str(self.bin / "pg_dump"), origin], check=True, stdout=subprocess.PIPE
            )
            psql = [str(self.bin / "psql"), "-q", *place, "smartwiki"]
            subprocess.run(psql, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def cluster(origin: str = "") -> Iterator[Cluster]:
    """Start one in a folder that its account may enter, and take it away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    folder.chmod(0o755)
    server = Cluster(folder)
    server.start()
    try:
        server.fill(origin)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def away(environment: dict[str, str], folder: Path, server: Cluster, seconds: float) -> Outcome:
    """Stop `server` for so long under the people of a node."""
    cookies, end, outcome = set_up(environment)[:WRITERS], threading.Event(), Outcome()
    with parts.node(environment, folder) as node:
        front = Front(f"http://{parts.address_of(node)}")
        people = [Person(front, number, cookie, end) for number, cookie in enumerate(cookies)]
        for person in people:
            person.start()
        try:
            _wait(lambda: all(person.confirmed for person in people))
            for path in KEPT:
                _read(front.url + path)
            server.stop()
            _look_around(front.url, time.monotonic() + seconds, outcome)
            server.start()
            started, before = time.monotonic(), [len(person.confirmed) for person in people]
            _wait(lambda: any(len(p.confirmed) > n for p, n in zip(people, before, strict=True)))
            outcome.back = time.monotonic() - started
            _wait(lambda: all(len(p.confirmed) > n for p, n in zip(people, before, strict=True)))
        finally:
            end.set()
            for person in people:
                person.join()
    kept = set(manage(environment, "shell", "-v0", "-c", CONFIRMED).splitlines())
    outcome.confirmed = [text for person in people for text in person.confirmed]
    outcome.lost = [text for text in outcome.confirmed if text not in kept]
    outcome.odd = [each for p in people for each in p.odd if not each.startswith("503 ")]
    return outcome


def _look_around(url: str, until: float, outcome: Outcome) -> None:
    """Read what is kept, and one page that is not."""
    while time.monotonic() < until:
        outcome.unread += [path for path in KEPT if _read(url + path)[0] != 200]
        status, said = _read(f"{url}/nl/gidsen/")
        outcome.told = f"{status} {'zo terug' in said}"
        time.sleep(0.2)


def _read(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, repr(error)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError("nobody can save")
        time.sleep(0.05)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench away", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args(arguments).seconds
    with tempfile.TemporaryDirectory() as scratch, cluster() as server:
        environment = production_environment(
            Path(scratch), DATABASE_URL=server.url, SEARCH_ENGINE="postgresql"
        )
        manage(environment, "migrate", "-v0")
        manage(environment, "collectstatic", "--no-input", "-v0")
        outcome = away(environment, Path(scratch), server, seconds)
    print(
        f"PostgreSQL away for {seconds:g} s: {len(outcome.confirmed)} saves confirmed, "
        f"{len(outcome.lost)} lost, {len(outcome.odd)} errors {outcome.odd[:3]}, "
        f"{len(outcome.unread)} kept pages not read, other pages told: {outcome.told}, "
        f"saving again after {outcome.back:.1f} s"
    )
    sys.exit(bool(outcome.lost or outcome.odd or outcome.unread))
