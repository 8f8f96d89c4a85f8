"""Making the whole index anew, while readers go on using the present one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from smartwiki.models import ContentVersion
from smartwiki.search.backends import backend
from smartwiki.search.documents import present_documents, sources
from smartwiki.search.entries import entry_of
from smartwiki.search.models import Target
from smartwiki.search.outbox import changed, drain

BATCH = 500  # pages read at once


@dataclass(frozen=True, slots=True)
class Differences:
    """How an index differs from the database: keys that it lacks, has too many, or has twice."""

    missing: frozenset[str]
    left_over: frozenset[str]
    doubled: frozenset[str]

    def all(self) -> frozenset[str]:
        return self.missing | self.left_over | self.doubled


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> str | None:
    """Make a new index from the database and put it to use; `progress` gets (done, total).

    Returns the name of the new generation, or None when another process is making one already.
    """
    engine = backend()
    with engine.rebuilding() as is_alone:
        if not is_alone:
            return None
        name = _register()
        engine.create(name)
        keys = [key for source in sources.values() for key in source.every_key()]
        with engine.filling(name) as fill:
            for done, some in _in_batches(keys):
                progress(done, len(keys))
                fill(map(entry_of, present_documents(some)))
        progress(len(keys), len(keys))
        drain(name)
        engine.adopt(name)
        _keep_only(name)
        drain(name)
        return name


def forget_abandoned() -> None:
    """Drop what a process that died left half made: it would hear of every change for ever."""
    with backend().rebuilding() as is_alone:
        if is_alone:
            _keep_only(backend().current())


def differences() -> Differences:
    """Compare the index in use with the database, without what waits in the outbox."""
    name = backend().current()
    found = backend().keys(name) if name else []
    indexed = set(found)
    expected = {key for source in sources.values() for key in source.every_key()}
    doubled = frozenset() if len(indexed) == len(found) else _twice(found)
    return Differences(frozenset(expected - indexed), frozenset(indexed - expected), doubled)


def repair(wrong: Differences) -> None:
    """Take what differs into the index again."""
    with transaction.atomic():
        changed(wrong.all())
    drain()


@transaction.atomic
def _keep_only(name: str | None) -> None:
    """Have changes noted for one generation alone: between two edits, never within one."""
    ContentVersion.lock()
    Target.objects.exclude(name=name).delete()


@transaction.atomic
def _register() -> str:
    """Name a new generation, and let every change from now on be noted for it too."""
    ContentVersion.lock()
    names = [backend().current() or "", *Target.objects.values_list("name", flat=True)]
    last = max((int(name.removeprefix("gen-")) for name in names if name), default=0)
    return Target.objects.create(name=f"gen-{last + 1}").name


def _in_batches(keys: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    remaining = iter(keys)
    done = 0
    while some := list(islice(remaining, BATCH)):
        yield done, some
        done += len(some)


def _twice(keys: list[str]) -> frozenset[str]:
    return frozenset(key for key, n in Counter(keys).items() if n > 1)
