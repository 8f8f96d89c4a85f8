"""Two nodes, a worker, Redis and PostgreSQL behind nginx: one after the other is killed, stopped
and brought up to date, nobody who reads or writes loses anything, and mails come once."""

import http.client
import json
import re
import signal
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from bench.people import CONFIRMED, Person, set_up
from tests.conftest import ON_POSTGRESQL
from tests.operations import parts
from tests.servers import free_port, manage

PAGES = ("/fr/", "/nl/", "/fr/guides/", "/fr/guides/factures/", "/en/projects/")
WRITERS, READERS, MAILS = 3, 2, 12
SEND = """
from django.core.mail import send_mail
for address in {addresses}:
    send_mail("Bonjour", "Texte", None, [address])
"""
STATES = """
import json
from smartwiki.notify.models import Message
print(json.dumps(dict(Message.objects.values_list("email", "state"))))
"""

pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="PostgreSQL only: make test-postgresql")


class Site:
    """All its parts, and the address by which people come in."""

    def __init__(self, environment: dict[str, str], folder) -> None:
        redis_port = free_port()
        environment |= {
            "ALLOWED_HOSTS": parts.NAME, "HTTPS": "1", "BEHIND_TLS_PROXY": "1",
            "TRUSTED_PROXY_COUNT": "1", "SEARCH_ENGINE": "postgresql",
            "CACHE_URL": f"redis://127.0.0.1:{redis_port}/0",
        }  # fmt: skip
        self.environment, self.folder = environment, Path(environment["VAR_DIR"])
        self.redis = parts.redis(folder, redis_port)
        self.nodes = [parts.node(environment, folder) for _each in range(2)]
        self.worker = parts.worker(environment, folder)
        self.nginx, _plain, self.url = parts.nginx(
            folder, environment["VAR_DIR"], [parts.address_of(node) for node in self.nodes]
        )
        self.tls = ssl.create_default_context(cafile=folder / "fullchain.pem")
        self.all = [self.redis, *self.nodes, self.worker, self.nginx]

    def ready(self, node: parts.Part) -> None:
        """Wait as a deployment does, until a node has what it needs."""
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://{parts.address_of(node)}/readyz"):
                    return
            except urllib.error.HTTPError as error:
                assert time.monotonic() < deadline, error.read()
                time.sleep(0.2)


@pytest.fixture
def several(demonstration, tmp_path):
    site = Site(demonstration("several"), tmp_path)
    try:
        for part in site.all:
            part.start()
        yield site
    finally:
        for part in reversed(site.all):
            part.end()


class Writer(Person):
    """Saves by way of nginx, and looks whether visitors see at once what was confirmed."""

    def __init__(self, site: Site, number: int, cookie: str, end: threading.Event) -> None:
        tls = urllib.request.HTTPSHandler(context=site.tls)
        super().__init__(site, number, cookie, end, tls)
        self.opener.addheaders = [("Referer", f"{site.url}/")]
        self.visitor = urllib.request.build_opener(urllib.request.HTTPSHandler(context=site.tls))
        self.failed_reads: list[str] = []
        self.stale: list[str] = []

    def _get(self, path: str) -> str:
        try:
            return super()._get(path)
        except (OSError, http.client.HTTPException) as error:
            self.failed_reads.append(f"{path} {error!r}")
            raise

    def _save(self, count: int) -> None:
        before = len(self.confirmed)
        super()._save(count)
        if len(self.confirmed) > before:
            with self.visitor.open(f"{self.server.url}/fr/guides/factures/") as page:
                if self.confirmed[-1] not in page.read().decode():
                    self.stale.append(self.confirmed[-1])


class Reader(threading.Thread):
    """Reads one page after the other, a few each second."""

    def __init__(self, site: Site, end: threading.Event) -> None:
        super().__init__()
        self.site, self.end, self.read, self.failed = site, end, 0, []
        self.opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=site.tls))

    def run(self) -> None:
        while not self.end.wait(0.05):
            path = PAGES[self.read % len(PAGES)]
            try:
                with self.opener.open(self.site.url + path, timeout=20) as page:
                    assert b"</html>" in page.read()
                self.read += 1
            except (AssertionError, OSError, http.client.HTTPException) as error:
                self.failed.append(f"{path} {error!r}")


def wait_for_saves(writers: list[Writer], number: int = 3) -> None:
    enough = sum(len(each.confirmed) for each in writers) + number
    deadline = time.monotonic() + 60
    while sum(len(each.confirmed) for each in writers) < enough:
        assert time.monotonic() < deadline, [each.odd + each.failed_reads for each in writers]
        time.sleep(0.05)


def test_nobody_loses_anything_whatever_part_ends(several):
    cookies = set_up(several.environment)[:WRITERS]
    end = threading.Event()
    writers = [Writer(several, number, cookie, end) for number, cookie in enumerate(cookies)]
    readers = [Reader(several, end) for _each in range(READERS)]
    for each in (*writers, *readers):
        each.start()
    mails = [f"lucie{number}@example.org" for number in range(MAILS)]
    try:
        wait_for_saves(writers)
        send(several, mails)
        for part in (several.nodes[0], several.worker, several.redis):
            part.end(signal.SIGKILL)
            wait_for_saves(writers)
            part.start()
        change_the_schema(several)
        for node in several.nodes:  # the new version, node by node
            node.end(signal.SIGTERM)
            node.start()
            several.ready(node)
            wait_for_saves(writers)
    finally:
        end.set()
        for each in (*writers, *readers):
            each.join()
    kept = set(manage(several.environment, "shell", "--verbosity=0", "-c", CONFIRMED).splitlines())
    assert not [text for each in writers for text in each.confirmed if text not in kept]
    assert not [text for each in writers for text in each.stale]
    assert not [failed for each in (*writers,) for failed in each.failed_reads]
    assert not [failed for each in readers for failed in each.failed]
    assert min(each.read for each in readers) > 20
    assert_sent_once(several, mails)


def send(site: Site, addresses: list[str]) -> None:
    """Queue a mail to each, as the site does: what is queued may not get lost, nor come twice."""
    manage(site.environment, "shell", "--verbosity=0", "-c", SEND.format(addresses=addresses))


def assert_sent_once(site: Site, addresses: list[str]) -> None:
    """Each mail has come once; one that the killed worker had in hand may wait for somebody."""
    deadline = time.monotonic() + 30
    while (
        "waiting"
        in (states := json.loads(manage(site.environment, "shell", "-v0", "-c", STATES))).values()
    ):
        assert time.monotonic() < deadline, states
        time.sleep(0.5)
    letters = [path.read_text() for path in (site.folder / "mail").glob("*")]
    came = Counter(
        to for letter in letters for to in re.findall(r"^To: (\S+)", letter, re.MULTILINE)
    )
    for address in addresses:
        sent = states[address] == "sent"
        assert came[address] == 1 if sent else came[address] <= 1, (address, states[address])
    assert sum(states[each] != "sent" for each in addresses) <= 1


def change_the_schema(site: Site) -> None:
    """What a migration of a new version does, while the old one goes on."""
    with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SET lock_timeout = '5s'")
        connection.execute("ALTER TABLE articles_guide ADD COLUMN of_a_new_version integer NULL")
