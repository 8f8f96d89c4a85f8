"""Who may do what: one question, asked by views, templates, django-wiki and the administration.

    can(person, "guide.publish", (guide, "nl"))

An app says its rules once, in `AppConfig.ready` (`register_rules`); nothing is known of apps here.
What is to be listed is asked of QuerySets (`Guide.objects.readable_by(person)`), with the same
functions behind them. `smartwiki.matrix` holds who may do what as a table, which tests compare
with these answers and which docs/permissions.md shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser

from smartwiki.accounts.models import User

Person: TypeAlias = User | AnonymousUser
Rule: TypeAlias = Callable[[Person, Any], bool]

_rules: dict[str, Rule] = {}


def register_rules(rules: Mapping[str, Rule]) -> None:
    """Answer the actions in `rules` with their functions, which get a person and a thing."""
    _rules.update(rules)


def actions() -> list[str]:
    """Return every action that has a rule."""
    return sorted(_rules)


def can(person: Person, action: str, thing: Any = None) -> bool:
    """Say whether `person` may do `action` to `thing` (for some actions there is no thing).

    Somebody whose account is closed is a visitor. Raises LookupError for an unknown action.
    """
    if not person.is_active:
        person = AnonymousUser()
    return _rules[action](person, thing)


def is_administrator(person: Person, thing: object = None) -> bool:
    """Say whether `person` runs the site: everything is theirs, people and their roles too."""
    return isinstance(person, User) and person.is_administrator


RULES: dict[str, Rule] = {
    "account.own": lambda person, thing: person.is_authenticated,
    "people.manage": is_administrator,
    "site.administer": is_administrator,
}
