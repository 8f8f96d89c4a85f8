"""From an edit to the index, by way of a table in the same transaction: nothing is ever lost.

`changed` notes what an edit touched; `drain` takes it into the index, from any process, as often
as it likes. A process that dies half-way leaves the note, and the next one does the work again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from smartwiki.models import ContentVersion
from smartwiki.search.backends import backend
from smartwiki.search.documents import present_documents
from smartwiki.search.entries import entry_of
from smartwiki.search.models import Dirty, Target

BATCH = 200  # pages in one commit


def changed(keys: Iterable[str]) -> None:
    """Note that the pages of `keys` were made, changed or removed; needs a transaction.

    Takes the site's lock, under which a new target is registered: so a generation that is being
    made hears of every change that its reading of the database missed.
    """
    from smartwiki.search import worker

    keys = list(dict.fromkeys(keys))
    ContentVersion.lock()
    now = timezone.now()
    Dirty.objects.bulk_create(
        (
            Dirty(key=key, target_id=target, token=uuid.uuid4(), changed_at=now)
            for target in Target.objects.values_list("name", flat=True)
            for key in keys
        ),
        update_conflicts=True,
        unique_fields=["key", "target"],
        update_fields=["token", "changed_at"],
    )
    transaction.on_commit(worker.wake, robust=True)


def drain(target: str | None = None) -> int:
    """Take what changed into `target` (by default the index in use) and return how many pages.

    Returns at once when another process is at it: that one looks again before it stops.
    """
    name = target or backend().current()
    done = 0
    while name and Dirty.objects.filter(target=name).exists():
        taken = _take_batch(name)
        if not taken:
            break
        done += taken
    return done


def _take_batch(target: str) -> int:
    """Take one batch in; 0 when somebody else writes or nothing could be taken."""
    with backend().writing(target) as is_writer:
        if not is_writer:
            return 0
        # Read only now that nobody else writes: what is read here is the last word.
        rows = list(Dirty.objects.filter(target=target).order_by("changed_at")[:BATCH])
        try:
            _write(target, rows)
        except Exception:
            if len(rows) == 1:
                raise
            return _take_singly(target, rows)
        return len(rows)


def _take_singly(target: str, rows: list[Dirty]) -> int:
    """One bad page must not keep the others out; it stays in the outbox and is reported last."""
    taken, problem = 0, None
    for row in rows:
        try:
            _write(target, [row])
            taken += 1
        except Exception as error:
            problem = error
    if problem and not taken:
        raise problem
    return taken


def _write(target: str, rows: list[Dirty]) -> None:
    keys = [row.key for row in rows]
    entries = [entry_of(document) for document in present_documents(keys)]
    backend().replace(target, keys, entries)
    _forget(rows)


def _forget(rows: list[Dirty]) -> None:
    """Strike rows off, unless they changed again meanwhile."""
    tokens = {row.token for row in rows}
    Dirty.objects.filter(target=rows[0].target_id, token__in=tokens).delete()
