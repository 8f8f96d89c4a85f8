"""A crawler in each role asks for every address of the site and sends to every one of them."""

import logging

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management.color import no_style
from django.db import connection
from django.test import Client

from articles.models import Guide, Translation
from projects.models import CallResponse, Comment, Project
from smartwiki.accounts.models import Grant, User
from smartwiki.audit.models import Entry
from tests.security import populated

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Make the site once for the module, and take it away in the end."""
    from django.db import transaction

    from smartwiki.models import ContentVersion

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        ContentVersion.objects.get_or_create(pk=1)
        with connection.cursor() as cursor:  # numbers begin with 1, as the crawler's do
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
        populated.fill()
        yield populated.people() | {"visitor": AnonymousUser()}
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    monkeypatch.setattr("smartwiki.hardening.SENT_BY_VISITORS", 10**6)
    monkeypatch.setattr("smartwiki.hardening.SENT_A_MINUTE", 10**6)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def crawler(site, role: str, **options) -> Client:
    client = Client(**options)
    if role != "visitor":
        client.force_login(site[role])
    return client


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def forbidden_to(role: str) -> list[str]:
    return [word for word, may in populated.SECRETS.items() if role not in may]


@pytest.mark.parametrize("role", populated.ROLES)
def test_nobody_reads_what_is_not_for_them(site, role):
    client, secrets = crawler(site, role), forbidden_to(role)
    for url in populated.addresses():
        response = client.get(url)
        assert response.status_code < 500, url
        body = body_of(response)
        leaked = [word for word in secrets if word in body]
        assert leaked == [], (url, response.status_code)


def test_the_words_are_there_for_those_who_may_read_them(site):
    """Without this, a crawler that sees nothing at all would prove nothing."""
    admin = User.objects.create_superuser("root@example.org", "x", name="Root")
    client = Client()
    client.force_login(admin)
    read = "".join(body_of(client.get(url)) for url in populated.addresses())
    missing = [word for word, may in populated.SECRETS.items() if may and word not in read]
    assert missing == []


def standing() -> list[object]:
    """What nobody may change from outside; the numbers of what there is, and what it says."""
    return [
        list(Guide.objects.order_by("pk").values_list("pk", "parent", "audience", "deleted_at")),
        list(Translation.objects.order_by("pk").values_list("title", "path", "published")),
        list(Project.objects.order_by("pk").values_list("title_fr", "status", "is_published")),
        list(CallResponse.objects.order_by("pk").values_list("pk", flat=True)),
        list(Comment.objects.order_by("pk").values_list("pk", "state", "version")),
        list(Grant.objects.order_by("pk").values_list("user", "role", "language")),
        list(User.objects.order_by("pk").values_list("email", "is_staff", "is_superuser")),
    ]


GREEDY = {
    "is_superuser": "1",
    "is_staff": "1",
    "role": "editor",
    "user": "1",
    "author": "1",
    "state": "approved",
    "is_official": "1",
    "is_published": "1",
    "status": "done",
    "title": "zz",
    "text": "zz",
    "title_fr": "zz",
    "name": "zz",
    "what": "approve",
    "version": "1",
    "seen": "1",
    "visibility": "0",
    "parent": "",
    "guide": "1",
    "language": "fr",
    "number": "1",
    "action": "publish",
    "do": "publish",
    "base": "1",
    "slug": "zz",
    "done": "1",
}


@pytest.mark.parametrize("role", ["visitor", "member", "lead"])
def test_nobody_changes_what_is_not_theirs(site, role):
    """Every form of the others, with fields that no form offers to this person."""
    before = standing()
    client = crawler(site, role)
    for url in populated.addresses(most=3):
        if "deconnexion" in url:
            continue
        response = client.post(url, GREEDY)
        assert response.status_code < 500, url
        if role != "visitor" and "_auth_user_id" not in client.session:
            client.force_login(site[role])
    after = standing()
    assert after[:5] == before[:5]
    assert after[5:] == before[5:]


@pytest.mark.parametrize(("role", "token"), [("visitor", None), ("editor", "x" * 64)])
def test_every_form_needs_its_token(site, role, token):
    """Absent or forged: refused by every address that takes forms, but for those that look at
    the sender instead (docs/decisions/0007), which refuse what another site sent."""
    client = crawler(site, role, enforce_csrf_checks=True)
    fields = {"csrfmiddlewaretoken": token} if token else {}
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    entries = Entry.objects.count()
    for url in populated.addresses(most=1):
        response = client.post(url, fields, headers=headers)
        assert response.status_code in (302, 403, 404, 405), (url, response.status_code)
        if response.status_code == 302:  # only to the sign-in or to another spelling
            assert response["Location"].startswith("/"), url
    assert Entry.objects.count() == entries
