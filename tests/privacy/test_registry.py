"""No table may hold something about people for which no app answers."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from smartwiki.privacy import registry

# What columns are called that hold who somebody is or where they come from.
PERSONAL_NAMES = {"ip", "ip_address", "address", "sender", "actor", "email", "user_agent"}
NOT_PEOPLE = {
    "projects.Address.project",
    "usersessions.UserSession.user_agent",  # shown and erased with its row
    "account.EmailConfirmation.email_address",  # goes with the address
}


def personal_columns() -> set[str]:
    """Every column that names a person or holds an address, found in the models themselves."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if (
                field.related_model is get_user_model()
                or isinstance(field, models.EmailField | models.GenericIPAddressField)
                or field.name in PERSONAL_NAMES
            ):
                found.add(f"{model._meta.label}.{field.name}")
    return found


def test_an_app_answers_for_every_column_about_people():
    missing = personal_columns() - registry.known_columns() - NOT_PEOPLE
    assert not missing, (
        f"Nobody says what becomes of {sorted(missing)}: see smartwiki.privacy (Held, Holding)."
    )


def test_what_the_apps_name_exists():
    for column in registry.known_columns():
        table, _dot, name = column.rpartition(".")
        apps.get_model(table)._meta.get_field(name)
    for rule in registry.rules():
        apps.get_model(rule.table)
        assert rule.days >= 1


@pytest.mark.django_db
def test_every_rule_and_every_table_can_be_asked():
    from tests.guides import make_user

    subject = registry.Subject.of(make_user())
    for held in registry.all_tables():
        list(held.rows(subject).values(*held.shows))
        assert held.shows
    for rule in registry.rules():
        rule.rows().count()
