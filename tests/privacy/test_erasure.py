"""Who leaves is found nowhere any more, and what others build on stays."""

import json

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from articles.models import Draft, Media
from projects.comments.models import Comment
from projects.models import CallResponse, Project, Update
from smartwiki.accounts.models import User
from smartwiki.audit.models import Entry
from smartwiki.notify.models import Message
from smartwiki.privacy import leaving, registry
from tests.guides import make_user
from tests.privacy.lives import EMAIL, NAME, make_life

pytestmark = pytest.mark.django_db

TRACES = (EMAIL, NAME, "zoe", "203.0.113")


def rows_that_say(*words: str) -> set[str]:
    """Read the whole database: the tables in which one of `words` stands anywhere."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values() if not model._meta.proxy else ():
            said = json.dumps(row, default=str, ensure_ascii=False).lower()
            if any(word.lower() in said for word in words):
                found.add(model._meta.label)
    return found


def test_who_leaves_is_found_nowhere_in_the_database():
    person = make_life()
    subject = registry.Subject.of(person)
    for held in registry.all_tables():
        assert held.rows(subject).exists(), f"the life of tests.privacy.lives lacks {held.table}"
    assert rows_that_say(*TRACES) >= {"accounts.User", "projects.CallResponse", "notify.Message"}
    leaving.erase(person)
    assert rows_that_say(*TRACES) == set()
    for held in registry.all_tables():
        for name in held.people:
            assert not held.model._base_manager.filter(**{name: subject.person.pk}).exists()


def test_what_others_build_on_stays_without_the_name():
    person = make_life()
    leaving.erase(person)
    revision = apps.get_model("wiki.ArticleRevision").objects.get(content="Mes mots restent.")
    assert (revision.user, revision.ip_address) == (None, None)
    assert Update.objects.get().author is None and Media.objects.get().added_by is None
    answers = CallResponse.objects.values_list("name", "email", "author", "message")
    assert list(answers) == [("", "", None, "Je viens.")] * 2
    assert not Draft.objects.exists() and not Message.objects.exists()
    said = Comment.objects.values_list("body", "name", "email", "author")
    assert set(said) == {("Et la suite ?", "", "", None), ("Une réponse", "", "", None)}
    assert Project.objects.get().leads.count() == 0


def test_others_keep_what_is_theirs():
    other = make_user("other")
    Message.objects.create(key="3", kind="x", user=other, language="fr")
    leaving.erase(make_life())
    assert User.objects.filter(pk=other.pk).exists()
    assert Message.objects.filter(user=other).exists()


def test_the_audit_log_notes_it_without_a_name():
    person = make_life()
    number = person.pk
    leaving.erase(person)
    entry = Entry.objects.get(event="account.erased")
    assert (entry.actor, entry.label) == (number, "")


def test_it_is_all_or_nothing(monkeypatch):
    person = make_life()
    before = rows_that_say(*TRACES)
    user_table = next(each for each in registry.all_tables() if each.model is User)
    broken = registry.Held("accounts.User", ("nobody",), becomes={})
    holding = registry.Holding("broken", "x", "x", tables=(broken,))
    monkeypatch.setitem(registry._holdings, "broken", holding)
    with pytest.raises(Exception, match="nobody"):
        leaving.erase(person)
    assert user_table.rows(registry.Subject.of(person)).exists()
    assert rows_that_say(*TRACES) == before


def test_only_a_proven_address_finds_what_was_written_without_an_account():
    person = make_life()
    person.emailaddress_set.update(verified=False)
    found = leaving.export(person)["holdings"]["answers"]["projects.CallResponse"]
    assert len(found) == 1  # that which they wrote while signed in


def test_the_last_administrator_stays():
    last = User.objects.create_superuser("admin@example.org", name="Admin")
    with pytest.raises(ValidationError):
        leaving.erase(last)
    User.objects.create_superuser("second@example.org", name="Second")
    leaving.erase(last)
    assert not User.objects.filter(pk=last.pk).exists()


def test_every_relation_of_the_account_gives_way():
    """A foreign key that forbids deletion would make leaving impossible."""
    for relation in User._meta.related_objects:
        assert relation.on_delete in (models.CASCADE, models.SET_NULL, None), relation
