"""What the audit log keeps, what it never keeps, and that nobody can change it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from smartwiki.audit import record, register_events
from smartwiki.audit.models import Entry, Pruning
from smartwiki.audit.recording import shortened
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db

register_events({"test.happened": "tried"})


def last() -> Entry:
    return Entry.objects.latest("pk")


def test_entry_says_who_what_when_and_to_which_object():
    guide, person = make_guide("Factures"), make_user("ada")
    before = timezone.now()
    record(person, "test.happened", guide, role="editor", languages=["fr", "nl"], rank=3)
    entry = last()
    assert (entry.actor, entry.event) == (person.pk, "test.happened")
    assert (entry.kind, entry.key) == ("articles.guide", str(guide.pk))
    assert entry.facts == {"role": "editor", "languages": ["fr", "nl"], "rank": 3}
    assert before <= entry.at <= timezone.now()
    assert entry.label == "Factures"
    assert entry.address == ""  # no request: a command, say
    assert str(entry).endswith("test.happened Factures")


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_somebody_unknown_is_nobody(nobody):
    record(nobody, "test.happened")
    assert last().actor is None


def test_name_of_a_person_is_not_kept():
    person = make_user("ada")
    record(person, "test.happened", person)
    assert "ada" not in str(Entry.objects.values().get())


class Labelled(Entry):
    class Meta:
        proxy = True
        app_label = "audit"

    def audit_label(self):
        return "L" * 300


def test_object_says_itself_how_it_is_called():
    record(None, "test.happened", Labelled(pk=7), note="n" * 300)
    assert (last().label, last().facts["note"]) == ("L" * 200, "n" * 200)


@pytest.mark.parametrize("name", ["password", "token", "message", "text", "email"])
def test_secrets_and_what_people_write_are_refused(name):
    with pytest.raises(ValueError, match=name):
        record(None, "test.happened", **{name: "x"})


def test_unknown_event_is_a_mistake_in_the_code():
    with pytest.raises(ValueError, match="registered"):
        record(None, "test.hapened")


def test_what_was_undone_is_not_in_the_log():
    with pytest.raises(RuntimeError), transaction.atomic():
        record(None, "test.happened")
        raise RuntimeError
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.97", "203.0.113.0/24"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::/48"),
        ("::ffff:203.0.113.97", "203.0.113.0/24"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address, kept):
    assert shortened(address) == kept


def refused(statement: str, *values: object) -> bool:
    """Say whether the database refuses what is asked of it directly."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError:
        return True
    return False


def test_database_refuses_to_change_or_delete_an_entry():
    record(None, "test.happened")
    assert refused("UPDATE audit_entry SET event = 'nothing'")
    assert refused("DELETE FROM audit_entry")
    again = "INSERT INTO audit_entry SELECT * FROM audit_entry"
    assert refused(again.replace("INSERT", "INSERT OR REPLACE") if is_sqlite() else again)
    assert is_sqlite() or refused("TRUNCATE audit_entry")
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(event="nothing")
    assert last().event == "test.happened"


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def test_old_entries_can_be_deleted_once_that_is_announced():
    now = timezone.now()
    Entry.objects.create(event="test.happened", at=now - timedelta(days=500))
    Entry.objects.create(event="test.happened", at=now - timedelta(days=300))
    assert refused("DELETE FROM audit_entry")
    Pruning.objects.create(before=now - timedelta(days=400))
    assert refused("DELETE FROM audit_entry")  # one of them is younger
    Entry.objects.filter(at__lt=now - timedelta(days=400)).delete()
    assert Entry.objects.count() == 1


def test_last_half_year_stays_whatever_is_announced():
    with pytest.raises(DatabaseError), transaction.atomic():
        Pruning.objects.create(before=timezone.now() - timedelta(days=179))
    announced = Pruning.objects.create(before=timezone.now() - timedelta(days=181))
    assert refused("UPDATE audit_pruning SET before = %s", timezone.now())
    assert refused("DELETE FROM audit_pruning")
    assert str(announced).startswith("before ")
