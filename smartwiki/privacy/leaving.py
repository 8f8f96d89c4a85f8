"""Taking one's data along, and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from smartwiki.audit import record
from smartwiki.audit.events import EVENTS
from smartwiki.models import ContentVersion
from smartwiki.privacy.columns import COLUMNS
from smartwiki.privacy.registry import Held, Subject, all_holdings, all_tables

if TYPE_CHECKING:
    from smartwiki.accounts.models import User


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of one table about a person, with the columns' names in their language."""

    name: str
    rows: list[list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class ShownHolding:
    title: StrOrPromise
    tables: list[Shown]


def export(person: User) -> dict[str, Any]:
    """Return all that the site holds about `person`, ready for JSON."""
    subject = Subject.of(person)
    return {
        "made_at": timezone.now(),
        "holdings": {
            holding.name: {
                held.table: list(held.rows(subject).values(*held.shows)) for held in holding.tables
            }
            for holding in all_holdings()
            if holding.tables
        },
    }


def readable(person: User) -> list[ShownHolding]:
    """Return the same for reading, without what is empty."""
    subject = Subject.of(person)
    shown = [
        ShownHolding(holding.title, [_shown(held, subject) for held in holding.tables])
        for holding in all_holdings()
    ]
    return [
        ShownHolding(each.title, tables)
        for each in shown
        if (tables := [table for table in each.tables if table.rows])
    ]


def _shown(held: Held, subject: Subject) -> Shown:
    columns = [_column(held.model, path) for path in held.shows]
    rows = [
        [
            (_label(column), in_words(column, value))
            for column, value in zip(columns, values, strict=True)
            if value not in ("", None)
        ]
        for values in held.rows(subject).values_list(*held.shows)
    ]
    return Shown(str(held.called or held.model._meta.verbose_name_plural), rows)


def _column(model: type[models.Model], path: str) -> models.Field[Any, Any]:
    """Return the column at the end of a path, also one of another table (`project__title`)."""
    first, _separator, rest = path.partition("__")
    field = model._meta.get_field(first)
    if rest and isinstance(field.related_model, type):
        return _column(field.related_model, rest)
    return cast("models.Field[Any, Any]", field)


def _label(column: models.Field[Any, Any]) -> str:
    return str(COLUMNS.get(column.name) or column.verbose_name)


def in_words(column: models.Field[Any, Any], value: object) -> str:
    """Return a value as people read it: a day, a yes, a choice by its name."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.name == "event":
        return str(EVENTS.get(str(value), value))
    names = {str(code): name for code, name in column.flatchoices}
    return str(names.get(str(value), value))


@transaction.atomic
def erase(person: User) -> None:
    """Erase an account and every trace of its person, as the registry says.

    Raises ValidationError for the last administrator, whom nobody could replace.
    """
    people = get_user_model().objects.select_for_update()
    person = people.get(pk=person.pk)
    others = people.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others:
        raise ValidationError(
            _("You are the only administrator. Name another one first."), code="last_administrator"
        )
    record(person, "account.erased")
    subject = Subject.of(person)
    for held in sorted(all_tables(), key=lambda held: held.model is get_user_model()):
        held.erase(subject)  # the account itself last: others are found by it
    ContentVersion.bump()
