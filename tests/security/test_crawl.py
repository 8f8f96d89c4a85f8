"""A crawler in each role asks for every address of the site and sends to every one of them."""

import logging
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

import html5lib
import pytest
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client

from articles.desk_models import Draft, Media, Writing
from articles.models import Guide, PathRedirect, RevisionInfo, Translation
from articles.records import (
    Coverage,
    Feedback,
    Reading,
    ReadingSum,
    ReviewReminder,
    Standing,
    Tally,
)
from projects.comments.models import Comment, Report, Rules, Transition
from projects.models import CallResponse, Project
from smartwiki.accounts.models import Grant, User
from smartwiki.audit.models import Entry
from smartwiki.models import ContentVersion, Outcome
from smartwiki.notify.models import (
    AnnouncedTopic,
    Announcement,
    Follower,
    Message,
    Subscription,
)
from smartwiki.search.models import AskedQuery, Concept, ConceptNames, Dirty, Target
from tests.security import populated

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Make the site once for the module, and take it away in the end."""
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
        sign_in(client, site[role])
    return client


def sign_in(client: Client, person: User) -> None:
    """Sign in as somebody who has just given the password again, so that this stops nobody."""
    client.force_login(person)
    request = HttpRequest()
    request.session, request.user = client.session, person
    reauthenticate_by_password(request)
    request.session.save()


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


@pytest.fixture(scope="module")
def pages(site, django_db_blocker) -> dict[str, str]:
    """Every page as somebody sees it who may do everything, by its address."""
    with django_db_blocker.unblock(), transaction.atomic():
        client = Client()
        client.force_login(User.objects.create_superuser("root@example.org", "x", name="Root"))
        found = {url: body_of(client.get(url)) for url in populated.addresses()}
        transaction.set_rollback(True)
    return found


def test_the_words_are_there_for_those_who_may_read_them(pages):
    """Without this, a crawler that sees nothing at all would prove nothing."""
    read = "".join(pages.values())
    missing = [word for word, may in populated.SECRETS.items() if may and word not in read]
    assert missing == []


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


OURS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith(("articles.", "projects.", "smartwiki."))
]
# What follows from things that everybody may do: counts, queues, the number of the last change.
FOLLOWS = {ContentVersion, Standing, Tally, Coverage, Target, Dirty, AskedQuery, Message}
# Rows that others made, and rows of these kinds, are not there for anybody else to make or change.
WRITING = {Guide, Translation, RevisionInfo, Media, PathRedirect, Concept, ConceptNames, Draft}
CHANGES = {
    "editor": WRITING | {Feedback, ReviewReminder, Writing},
    "nl-editor": {Concept, ConceptNames, Media, Writing},  # the Dutch description of a file
    "moderator": {Comment, Report, Rules},
}
EVERYBODY_ADDS = {
    *(Comment, Transition, Report, CallResponse, Feedback, Reading, ReadingSum, Draft, Writing),
    *(Follower, Subscription, Announcement, AnnouncedTopic, Entry, RevisionInfo, Outcome),
}


# What the crawlers' forms must be able to change, or they would prove nothing.
TOUCHED = {Guide, Translation, RevisionInfo, Media, Concept, Comment, Project, Grant, User}


def rows() -> dict[type, dict[object, tuple]]:
    """Every row of our tables, by its number."""
    kept = [model for model in OURS if model not in FOLLOWS]
    return {
        model: {row[0]: row for row in model.objects.values_list("pk", *_fields(model))}
        for model in kept
    }


def _fields(model) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name != "last_login"]


class Form(NamedTuple):
    action: str
    fields: tuple[tuple[str, str], ...]


def forms_of(url: str, page: str) -> Iterator[Form]:
    """Yield what a page sends, once for each of its buttons."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    for form in root.iter("form"):
        if form.get("method", "").lower() != "post":
            continue
        action = urljoin(url, form.get("action") or "").partition("#")[0]
        inputs = [each for each in form.iter() if each.get("name") and each.tag != "button"]
        fields = {each.get("name"): _value(each) for each in inputs}
        fields.pop("csrfmiddlewaretoken", None)
        buttons = [each for each in form.iter("button") if each.get("name")]
        for button in buttons or [None]:
            pressed = {button.get("name"): button.get("value", "")} if button is not None else {}
            yield Form(action, tuple((fields | pressed).items()))


def _value(field) -> str:
    if field.tag == "textarea":
        return field.text or "zz"
    if field.tag == "select":
        chosen = [each.get("value", "") for each in field.iter("option")]
        return next((value for value in chosen if value), "")
    return field.get("value") or "zz"


@pytest.fixture(scope="module")
def forms(pages) -> list[Form]:
    """Every form of these pages; those with the same fields for the same address are one."""
    found = [form for url, page in pages.items() for form in forms_of(url, page)]
    names = [(form.action, *dict(form.fields), form.fields[-1:]) for form in found]
    return list(dict(zip(names, found, strict=True)).values())


@pytest.mark.parametrize("role", populated.ROLES)
def test_nobody_changes_what_is_not_theirs(site, forms, role):
    """Every form of the others, with fields that no form offers to this person."""
    before, client = rows(), crawler(site, role)
    if role in ("visitor", "member"):  # may do the least: what no form leads to as well
        forms = [*forms, *(Form(url, ()) for url in populated.addresses(most=2))]
    for form in forms:
        response = client.post(form.action, GREEDY | dict(form.fields))
        assert response.status_code < 500, form
        if role != "visitor" and "_auth_user_id" not in client.session:
            sign_in(client, site[role])
    after, may_change = rows(), CHANGES.get(role, set())
    mine = site[role].pk
    changed = [
        (model.__name__, row, after[model].get(number))
        for model in before.keys() - may_change
        for number, row in before[model].items()
        if after[model].get(number) != row and (model, number) != (User, mine)
    ]
    assert changed == []
    added = [
        (model.__name__, row)
        for model in before.keys() - may_change - EVERYBODY_ADDS
        for number, row in after[model].items()
        if number not in before[model]
    ]
    assert added == []


def test_the_forms_do_something_for_who_may_use_them(site, forms):
    """Without this, forms that nothing can come of would prove nothing."""
    admin = User.objects.create_superuser("root@example.org", "x", name="Root")
    before, client = rows(), Client()
    for form in forms:
        sign_in(client, admin)
        client.post(form.action, GREEDY | dict(form.fields))
    after = rows()
    assert {model for model in TOUCHED if before[model] == after[model]} == set()


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
