"""Entries as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from smartwiki.audit.events import EVENTS, FACTS, VALUES
from smartwiki.audit.models import Entry, EntryQuerySet, person_kind

ON_A_PAGE = 50
IN_A_CHUNK = 1000  # of an export: what is held in memory at once
COLUMNS = ("at", "actor", "who", "event", "kind", "key", "object", "facts", "network")


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    at: datetime
    actor: int | None
    who: str
    event: str
    what: str
    kind: str
    key: str
    kind_name: str
    called: str
    facts: list[tuple[str, str]]
    network: str


def page_of(entries: EntryQuerySet, before: int | None) -> tuple[list[Row], int | None]:
    """Return a page, the latest first, and where the next one begins (two queries)."""
    found = list(entries.latest_first(before=before)[: ON_A_PAGE + 1])
    rows = rows_of(found[:ON_A_PAGE])
    return rows, rows[-1].number if len(found) > ON_A_PAGE else None


def exported(entries: EntryQuerySet) -> Iterator[dict[str, Any]]:
    """Yield every entry for a spreadsheet: the codes, which are the same in every language."""
    before = None
    while found := list(entries.latest_first(before=before)[:IN_A_CHUNK]):
        before = found[-1].pk
        for row in rows_of(found):
            yield {
                "at": timezone.localtime(row.at).isoformat(timespec="seconds"),
                "actor": row.actor,
                "who": row.who,
                "event": row.event,
                "kind": row.kind,
                "key": row.key,
                "object": row.called,
                "facts": "; ".join(f"{name}: {value}" for name, value in row.facts),
                "network": row.network,
            }


def rows_of(entries: list[Entry]) -> list[Row]:
    """Return entries with the present names of people (one query)."""
    names = names_of(entries)
    return [_row(entry, names) for entry in entries]


def names_of(entries: list[Entry]) -> dict[int, str]:
    """Return what the people in `entries` are called, where they still exist (one query)."""
    numbers = {entry.actor for entry in entries if entry.actor}
    numbers |= {int(entry.key) for entry in entries if entry.kind == person_kind() and entry.key}
    people = get_user_model().objects.filter(pk__in=numbers)
    return {pk: name for pk, name in people.values_list("pk", "name")}


def _row(entry: Entry, names: dict[int, str]) -> Row:
    is_person = entry.kind == person_kind() and bool(entry.key)
    return Row(
        number=entry.pk,
        at=entry.at,
        actor=entry.actor,
        who=_name(entry.actor, names) if entry.actor else "",
        event=entry.event,
        what=str(EVENTS.get(entry.event, entry.event)),
        kind=entry.kind,
        key=entry.key,
        kind_name=_kind_name(entry.kind),
        called=_name(int(entry.key), names) if is_person else entry.label,
        facts=[(str(FACTS.get(name, name)), _shown(value)) for name, value in entry.facts.items()],
        network=entry.address,
    )


def _name(number: int, names: dict[int, str]) -> str:
    return names.get(number) or _("somebody who left ({number})").format(number=number)


def _kind_name(kind: str) -> str:
    """The name of a kind of object, its code where the site no longer has that kind."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name) if kind else ""
    except LookupError:
        return kind


def _shown(value: Any) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(VALUES.get(str(value), value))
