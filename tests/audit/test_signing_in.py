"""Who signed in, who failed to, who signed out."""

import pytest
from django.conf import settings
from django.shortcuts import resolve_url

from smartwiki.audit.models import Entry
from tests.guides import make_user

pytestmark = pytest.mark.django_db


def sign_in(client, email, password, **headers):
    form = {"username": email, "login": email, "password": password}
    return client.post(resolve_url(settings.LOGIN_URL), form, **headers)


def happened() -> list[tuple[str, int | None, str]]:
    return list(Entry.objects.order_by("pk").values_list("event", "actor", "key"))


def test_sign_in_and_sign_out_are_noted_with_the_network(client):
    person = make_user("ada")
    sign_in(client, "ada@example.org", "secret-word", REMOTE_ADDR="203.0.113.97")
    client.logout()
    assert happened() == [("signin.succeeded", person.pk, ""), ("signin.ended", person.pk, "")]
    assert Entry.objects.earliest("pk").address == "203.0.113.0/24"


def test_failure_is_noted_with_the_account_and_without_what_was_typed(client):
    person = make_user("ada")
    sign_in(client, "Ada@example.org", "wrong-word")
    sign_in(client, "nobody@example.org", "wrong-word")
    assert happened() == [("signin.failed", None, str(person.pk)), ("signin.failed", None, "")]
    kept = str(list(Entry.objects.values()))
    assert "wrong-word" not in kept
    assert "nobody" not in kept


def test_signing_out_of_nothing_is_nothing(client):
    client.logout()
    assert happened() == []
