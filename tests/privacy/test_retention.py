"""What is not needed any more is forgotten, and nothing else."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from articles.models import Draft, Feedback, Reading, ReviewReminder, Writing
from projects.comments.models import Comment
from projects.models import CallResponse
from smartwiki import daily
from smartwiki.audit.models import Entry
from smartwiki.notify.models import Follower, Message
from smartwiki.privacy import registry
from smartwiki.search.models import AskedQuery
from tests.guides import make_user
from tests.privacy.lives import EMAIL, make_life

pytestmark = pytest.mark.django_db


def retain(*options: str) -> str:
    call_command("retain", *options, stdout=(said := StringIO()))
    return said.getvalue()


def age(monkeypatch, days: int) -> None:
    """Let time pass: the rules look at the clock, the rows stay as they are."""
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(registry.timezone, "now", lambda: later)


@pytest.fixture
def life():
    person = make_life()
    guide = person.owned_guides.get().translations.get()
    today = timezone.localdate()
    Reading.objects.create(translation=guide, day=today, count=3)
    AskedQuery.objects.create(day=today, language="fr", query="tva", results=1)
    Message.objects.filter(key="2").update(state="sent", sent_at=timezone.now())
    Follower.objects.create(email="nobody@example.org", language="fr")
    Comment.objects.filter(email=EMAIL).update(state="rejected", waiting_since=None)
    unconfirmed = Comment.objects.filter(answers_to__isnull=False)
    unconfirmed.update(state="unconfirmed", waiting_since=None)
    return person


def test_nothing_is_forgotten_before_its_time(life, monkeypatch):
    age(monkeypatch, 6)
    assert all(line.endswith(": 0") for line in retain().splitlines())
    assert Draft.objects.exists() and Message.objects.filter(email=EMAIL).exists()


def test_a_dry_run_only_says_how_much(life, monkeypatch):
    age(monkeypatch, 5000)
    said = retain("--dry-run")
    assert "DRAFTS_KEPT_DAYS=365 articles.Draft: 1 would be forgotten" in said
    assert Draft.objects.exists() and CallResponse.objects.exists() and Entry.objects.exists()


def test_each_thing_is_forgotten_when_its_time_has_come(life, monkeypatch, settings):
    settings.AUDIT_KEPT_DAYS = 5000  # the database knows the real time
    age(monkeypatch, 31)
    retain()
    assert not Comment.objects.filter(state="unconfirmed").exists()
    assert not Comment.objects.exclude(sender="").exists()
    assert Comment.objects.filter(email=EMAIL).exists()
    age(monkeypatch, 91)
    retain()
    assert not Comment.objects.filter(email=EMAIL).exists() and Comment.objects.count() == 2
    assert not AskedQuery.objects.exists() and not Writing.objects.exists()
    assert not ReviewReminder.objects.exists()
    sent, waiting = Message.objects.get(key="2"), Message.objects.get(key="1")
    assert (sent.email, sent.reply_to) == ("", "") and waiting.user == life
    assert not Follower.objects.filter(email="nobody@example.org").exists()
    assert Follower.objects.filter(email=EMAIL).exists()  # confirmed
    assert Draft.objects.exists() and CallResponse.objects.exists()
    age(monkeypatch, 1100)
    retain("--verbosity=0")
    for model in (Draft, CallResponse, Feedback, Reading):
        assert not model.objects.exists(), model
    assert retain("--dry-run").count(": 0 would") == len(registry.rules())


def test_the_setting_decides(life, settings, monkeypatch):
    settings.DRAFTS_KEPT_DAYS = 3
    age(monkeypatch, 4)
    retain()
    assert not Draft.objects.exists()


def test_old_entries_of_the_audit_log_go_by_its_own_way(settings):
    Entry.objects.create(
        event="signin.succeeded", actor=make_user().pk, at=timezone.now() - timedelta(days=2000)
    )
    said = retain()
    assert "audit.Entry: 1" in said
    assert list(Entry.objects.values_list("event", flat=True)) == ["audit.pruned"]


def test_what_fails_does_not_keep_the_rest_of_the_day_from_being_done(life, monkeypatch):
    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(daily, "_jobs", [broken, lambda: done.append("next")])
    done: list[str] = []
    age(monkeypatch, 5000)  # which the audit log, in the database, does not believe
    with pytest.raises(ExceptionGroup) as failed:
        call_command("daily", stdout=(said := StringIO()))
    assert failed.value.subgroup(ZeroDivisionError) and failed.value.subgroup(DatabaseError)
    assert done == ["next"] and "Digests queued: " in said.getvalue()
    for model in (Draft, CallResponse, Feedback, Reading):
        assert not model.objects.exists(), model
