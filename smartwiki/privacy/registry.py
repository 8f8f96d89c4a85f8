"""What each app holds about a person, in words for readers and in columns for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_stubs_ext import StrOrPromise

if TYPE_CHECKING:
    from smartwiki.accounts.models import User

Changes = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, and the e-mail addresses that are proven to be theirs."""

    person: User
    addresses: frozenset[str]

    @classmethod
    def of(cls, person: User) -> Subject:
        proven = EmailAddress.objects.filter(user=person, verified=True)
        return cls(person, frozenset(proven.values_list("email", flat=True)))


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one table that are about a person.

    `people`: the foreign keys that name them. `addresses`: the columns that may hold their e-mail
    address, without an account too. `where`: how else they are found. `shows`: the columns that
    a person gets to see. `called`: how a person calls these rows, else the table's own name.
    `becomes`: what erasing leaves in the columns (the foreign keys become empty of themselves);
    None: the rows are deleted. `covers`: other personal columns of them.
    """

    table: str
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    becomes: Changes | None = None
    where: Callable[[Subject], Q] | None = None
    covers: tuple[str, ...] = ()
    called: StrOrPromise = ""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.table)

    @property
    def columns(self) -> set[str]:
        names = (*self.people, *self.addresses, *self.covers)
        return {f"{self.table}.{name}" for name in names}

    def rows(self, subject: Subject) -> models.QuerySet[Any]:
        conditions = [Q(**{name: subject.person}) for name in self.people]
        conditions += [Q(**{f"{name}__in": subject.addresses}) for name in self.addresses]
        conditions += [self.where(subject)] if self.where else []
        return self.model._base_manager.filter(reduce(or_, conditions)).order_by("pk")

    def erase(self, subject: Subject) -> None:
        """Remove the person from the rows, or the rows."""
        if self.becomes is None:
            self.rows(subject).delete()
            return
        if self.becomes:
            self.rows(subject).update(**self.becomes)
        for name in self.people:
            self.model._base_manager.filter(**{name: subject.person}).update(**{name: None})


@dataclass(frozen=True, slots=True)
class Retention:
    """What is not needed for ever. `setting` holds the days, which count as `expired` says.

    `becomes`: what the columns of such rows become; None: the rows are deleted. `command`: the
    management command that does it instead, where the table has a way of its own.
    """

    what: StrOrPromise
    setting: str
    table: str
    expired: Callable[[datetime], Q]
    becomes: Changes | None = None
    command: str = ""

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))

    def rows(self) -> models.QuerySet[Any]:
        """Return what is older than that and not dealt with yet."""
        before = timezone.now() - timedelta(days=self.days)
        rows: models.QuerySet[Any] = apps.get_model(self.table)._base_manager.all()
        return rows.filter(self.expired(before))


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is kept: what and why, and what becomes of it when one leaves.

    `not_personal`: columns of its tables that look personal and are not.
    """

    name: str
    title: StrOrPromise
    kept: StrOrPromise
    erased: StrOrPromise = ""
    tables: tuple[Held, ...] = ()
    retention: tuple[Retention, ...] = ()
    not_personal: tuple[str, ...] = ()


_holdings: dict[str, Holding] = {}


def register_holdings(*holdings: Holding) -> None:
    """Say what an app holds; the privacy page lists it in the order of registration."""
    _holdings.update({holding.name: holding for holding in holdings})


def all_holdings() -> list[Holding]:
    return list(_holdings.values())


def all_tables() -> Iterator[Held]:
    for holding in _holdings.values():
        yield from holding.tables


def rules() -> list[Retention]:
    """Return every rule of how long something is kept."""
    return [rule for holding in _holdings.values() for rule in holding.retention]


def known_columns() -> set[str]:
    """Return every column for which some app answers, as `app.Model.field`."""
    known = {name for holding in _holdings.values() for name in holding.not_personal}
    return known.union(*(held.columns for held in all_tables()))
