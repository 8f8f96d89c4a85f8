"""How much memory a worker of a site takes after many readers."""

from __future__ import annotations

import json
import random
import re
import urllib.parse
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.pairs import pairs
from tests.operations.parts import address_of, node
from tests.servers import manage

MOST_MEGABYTES = 250
SEARCHES, BEGINNINGS = 600, 300
THREADS = 4  # of the worker, as in deploy/, and of its readers
LISTS = ("golden", "second", "fresh", "unseen", "later")
ADDRESSES = """
import json
from articles.models import Translation
from smartwiki.addresses import address_in
from smartwiki.languages import language_codes
public = Translation.objects.filter(guide__audience=0, guide__depth__gte=1).order_by("?")
guides = [
    f"{address_in(language, 'articles:tree')}{path}/"
    for language, path in public.values_list("language", "path")[:1_500]
]
search = {
    language: [address_in(language, "search"), address_in(language, "search-complete")]
    for language in language_codes()
}
print(json.dumps([guides, search]))
"""


def worker_memory(environment: dict[str, str]) -> float:
    """Return the megabytes of one worker with four threads that four readers at once kept busy.

    They read guides in all languages, ask what `bench.pairs` has, and complete what it begins with.
    """
    guides, search = json.loads(
        manage(environment, "shell", "--no-imports", "-v0", "-c", ADDRESSES)
    )
    chance = random.Random(7)
    asked = [pair for name in LISTS for pair in pairs(name)]
    some = [chance.choice(asked) for _each in range(SEARCHES)]
    addresses = [
        *guides,
        *(f"{search[pair.language][0]}?q={_quoted(pair.query)}" for pair in some),
        *(f"{search[pair.language][1]}?q={_quoted(pair.query[:4])}" for pair in some[:BEGINNINGS]),
    ]
    chance.shuffle(addresses)
    with TemporaryDirectory() as folder:
        started = node(environment, Path(folder), THREADS=str(THREADS), ACCESS_LOG="0")
        with started as server, ThreadPoolExecutor(THREADS) as readers:
            _read(readers, f"http://{address_of(server)}", addresses)
            assert server.process  # noqa: S101 (it was started)
            return max(_resident(child) for child in _children(server.process.pid))


def _quoted(text: str) -> str:
    return urllib.parse.quote(text)


def _read(readers: ThreadPoolExecutor, site: str, addresses: Iterable[str]) -> None:
    def read(address: str) -> None:
        with urllib.request.urlopen(site + address) as answer:
            answer.read()

    list(readers.map(read, addresses))


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in listed.split()]


def _resident(pid: int) -> float:
    """Return the megabytes of a process that are in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found  # noqa: S101 (Linux tells it of every process)
    return int(found[1]) / 1024
