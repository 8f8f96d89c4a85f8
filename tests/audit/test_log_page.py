"""Administrators search, read and export the log; nobody else does."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from smartwiki.audit import record
from smartwiki.audit.models import Entry, Pruning
from tests.articles.addresses import at
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db

LOG, EXPORT = at("fr", "audit:log"), at("fr", "audit:export")


@pytest.fixture
def admin(client):
    person = make_user("ada", is_superuser=True, is_staff=True)
    client.force_login(person)
    return person


def rows(response) -> list[str]:
    return [row.event for row in response.context["rows"]]


@pytest.mark.parametrize(
    "role", [(), ("editor",), ("editor", "nl"), ("moderator",), ("project_lead",)]
)
def test_only_administrators_read_the_log(client, role):
    assert client.get(LOG).status_code == client.post(EXPORT).status_code == 403
    client.force_login(make_user("other", *role, is_staff=True))
    assert client.get(LOG).status_code == client.post(EXPORT).status_code == 403
    assert not Entry.objects.filter(event="audit.exported").exists()


def test_latest_comes_first_and_says_everything(client, admin):
    guide = make_guide("Factures", draft=True)
    record(admin, "guide.moved", guide, below=None, rank=True, languages=["fr", "nl"])
    response = client.get(LOG, REMOTE_ADDR="203.0.113.9")
    assert rows(response)[:2] == ["guide.moved", "signin.succeeded"]
    content = response.content.decode()
    assert "Factures" in content
    assert "ada" in content
    assert "fr, nl" in content


@pytest.mark.parametrize("language", ["fr", "nl", "en", "de"])
def test_log_speaks_the_readers_language(client, admin, language):
    record(admin, "role.granted", admin, role="editor", language="nl")
    content = client.get(at(language, "audit:log")).content.decode()
    words = {
        "fr": ("a donné un rôle", "rôle : rédacteur·rice"),
        "nl": ("gaf een rol", "rol: redacteur"),
        "en": ("gave a role", "role: editor"),
        "de": ("hat eine Rolle gegeben", "Rolle: Redaktion"),
    }
    for each in words[language]:
        assert each in content.replace("\xa0", " ").replace("\u202f", " ")


def test_filters_by_person_object_event_and_days(client, admin):
    other = make_user("Zoé")
    now = timezone.now()
    Entry.objects.create(actor=other.pk, event="signin.succeeded", at=now - timedelta(days=3))
    Entry.objects.create(event="role.granted", kind="accounts.user", key=str(other.pk))
    Entry.objects.create(
        event="guide.moved", kind="articles.guide", key="7", label="Durée de la TVA"
    )

    def found(**filters):
        return rows(client.get(LOG, filters))

    assert found(q="Zoé") == ["role.granted", "signin.succeeded"]
    assert found(q="zoé@example.org") == ["role.granted", "signin.succeeded"]
    assert found(q="zoe") == ["role.granted", "signin.succeeded"]
    assert found(q="tva") == found(q="duree de la tva") == ["guide.moved"]
    assert found(event="role.granted") == ["role.granted"]
    day = timezone.localdate(now - timedelta(days=3)).isoformat()
    assert found(since=day, until=day) == ["signin.succeeded"]
    assert "signin.succeeded" not in found(q="Zoé", since=timezone.localdate().isoformat())


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "31/02/2026"},
        {"event": "nothing"},
        {"q": "x\0"},
        {"q": "x" * 101},
        {"before": "-1"},
        {"before": "9" * 40},
        {"before": "²"},
    ],
)
def test_nonsense_in_the_address_is_answered(client, admin, filters):
    assert client.get(LOG, filters).status_code == 200


def test_pages_are_walked_with_as_many_queries_each(client, admin, django_assert_num_queries):
    client.get(LOG)
    for number in range(120):
        record(admin, "guide.published", revision=number)
    seen, address, pages = [], LOG, 0
    while address:
        with django_assert_num_queries(4):  # session, person, entries, names
            response = client.get(address)
        seen += [row.number for row in response.context["rows"]]
        older = response.context["older"]
        address = f"{LOG}?before={older}" if older else ""
        pages += 1
    assert pages == 3
    assert seen == sorted(Entry.objects.values_list("pk", flat=True), reverse=True)


def test_somebody_who_left_is_nameless_in_the_log(client, admin):
    other = make_user("Zoé")
    record(other, "signin.succeeded", other)
    number = other.pk
    other.delete()
    content = client.get(LOG, {"event": "signin.succeeded"}).content.decode()
    assert "Zoé" not in content
    assert f"quelqu’un qui est parti ({number})" in content


def test_kind_that_is_gone_is_shown_by_its_code(client, admin):
    Entry.objects.create(event="old.event", kind="gone.thing", key="1", facts={"word": None})
    content = client.get(LOG).content.decode()
    assert "gone.thing" in content
    assert "old.event" in content


def test_export_holds_what_the_filters_leave_and_is_noted(client, admin, monkeypatch):
    monkeypatch.setattr("smartwiki.audit.pages.IN_A_CHUNK", 2)
    for number in range(5):
        record(admin, "guide.published", make_guide(f"G{number}"), note="=1+1", revision=number)
    Entry.objects.create(event="guide.moved", label='=HYPERLINK("https://evil.example")')
    response = client.post(EXPORT, {"event": "guide.moved"})
    text = b"".join(response.streaming_content).decode()
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["object"] == '\'=HYPERLINK("https://evil.example")'
    assert response["Content-Type"].startswith("text/csv")
    everything = b"".join(client.post(EXPORT).streaming_content).decode()
    assert everything.count("\r\n") == Entry.objects.count() + 1
    exports = Entry.objects.filter(event="audit.exported").order_by("pk")
    assert exports[0].facts["rows"] == 1
    assert exports[0].actor == admin.pk


def test_export_of_a_wrong_filter_is_empty(client, admin):
    response = client.post(EXPORT, {"since": "never"})
    assert b"".join(response.streaming_content).decode().count("\r\n") == 1


def test_old_entries_are_pruned_and_that_is_noted(settings, capsys):
    settings.AUDIT_KEPT_DAYS = 200
    now = timezone.now()
    Entry.objects.create(event="guide.moved", at=now - timedelta(days=201))
    Entry.objects.create(event="guide.moved", at=now - timedelta(days=199))
    call_command("prune_audit")
    assert list(Entry.objects.order_by("pk").values_list("event", flat=True)) == [
        "guide.moved",
        "audit.pruned",
    ]
    assert Entry.objects.get(event="audit.pruned").facts["rows"] == 1
    call_command("prune_audit")
    assert Pruning.objects.count() == 1  # nothing to delete, nothing to announce
    assert "0 entries" in capsys.readouterr().out


def test_codes_of_comments_are_put_in_words(client, admin):
    record(admin, "comment.moderated", before="pending", after="withdrawn")
    page = client.get("/en/audit/").content.decode()
    assert "before: waiting for a moderator" in page
    assert "afterwards: withdrawn by its author" in page
