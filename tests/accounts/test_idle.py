"""The session of somebody who holds a role ends when it is not used, and reading writes nothing."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import translation

from articles.models import Media
from smartwiki.accounts import roles
from smartwiki.accounts.sessions import ENDS, SessionStore
from tests.accounts.test_sign_in import sign_in
from tests.articles.test_media import fetch, picture, send
from tests.articles.writing import edit_url, source_of, text_form
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db

DEVICES = "/fr/compte/appareils/"
USED = "used"


class Clock:
    """Lets minutes pass, for sessions and for what is signed."""

    def __init__(self, monkeypatch):
        self.minutes, now = 0.0, time.time
        monkeypatch.setattr(time, "time", lambda: now() + 60 * self.minutes)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def editor(client, clock):
    make_user("ana", "editor")
    sign_in(client, "ana@example.org")
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(DEVICES).status_code == 200


@pytest.mark.parametrize("role", ["editor", "moderator", "project_lead", "administrator"])
def test_a_session_of_the_team_ends_after_half_an_hour_of_nothing(client, clock, role):
    roles.give(make_user("ana"), role, by=None)
    sign_in(client, "ana@example.org")
    clock.minutes = 29
    assert "_auth_user_id" in client.session
    clock.minutes = 31
    assert not is_signed_in(client)
    assert "_auth_user_id" not in client.session


def test_reading_keeps_it_and_writes_nothing(editor, clock, django_assert_num_queries):
    key = editor.session.session_key
    before = Session.objects.get(pk=key).session_data
    for clock.minutes in (20, 40, 60, 80):
        with django_assert_num_queries(5) as queries:
            assert is_signed_in(editor)
        assert all(query["sql"].startswith("SELECT") for query in queries)
    assert Session.objects.get(pk=key).session_data == before
    clock.minutes = 111
    assert not is_signed_in(editor)


def test_reading_guides_keeps_it(editor, clock):
    make_guide("Factures")
    for clock.minutes in (25, 50, 75):
        assert editor.get("/fr/guides/factures/").status_code == 200
    assert is_signed_in(editor)


def test_it_is_noted_now_and_then(editor, clock):
    editor.get(DEVICES)
    assert USED not in editor.cookies
    clock.minutes = 4
    noted = editor.get(DEVICES).cookies[USED]
    assert noted["httponly"]
    assert noted["samesite"] == "Lax"
    assert noted["max-age"] == 1800
    clock.minutes = 6
    assert USED not in editor.get(DEVICES).cookies


def test_sending_a_form_keeps_it_without_that_cookie(editor, clock):
    for clock.minutes in (25, 50, 75):
        assert USED not in editor.post("/fr/compte/appareils/deconnecter/").cookies
    assert is_signed_in(editor)


def test_what_tells_of_another_session_is_not_believed(editor, clock):
    make_user("bob", "editor")
    bob = Client()
    clock.minutes = 20
    sign_in(bob, "bob@example.org")
    clock.minutes = 40
    assert is_signed_in(bob)
    editor.cookies[USED] = bob.cookies[USED].value
    assert not is_signed_in(editor)


@pytest.mark.parametrize("value", ["", ":", "1vOaBc:forged", "é", "x" * 5000])
def test_what_is_not_ours_is_not_believed(editor, clock, value):
    editor.cookies[USED] = value
    clock.minutes = 31
    assert not is_signed_in(editor)


def test_what_tells_of_it_is_of_no_use_once_it_is_old(editor, clock):
    clock.minutes = 20
    editor.get(DEVICES)
    clock.minutes = 51
    assert editor.cookies[USED].value
    assert not is_signed_in(editor)


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("fr", "rien ne s’est passé pendant 30 minutes"),
        ("nl", "30 minuten lang niets gebeurde"),
        ("en", "nothing happened for 30 minutes"),
        ("de", "30 Minuten lang nichts geschah"),
    ],
)
def test_the_way_in_says_why_once(editor, clock, language, reason):
    clock.minutes = 31
    with translation.override(language):
        address = reverse("accounts:devices")
    page = editor.get(address, follow=True).content.decode()
    assert reason in page
    assert reason not in editor.get(address, follow=True).content.decode()


def test_a_text_that_comes_too_late_is_given_back(editor, clock):
    guide = make_guide("Factures")
    clock.minutes = 31
    form = text_form(source_of(guide), text="Une heure de travail.")
    answer = editor.post(edit_url(guide), form)
    assert answer.status_code == 403
    assert "Une heure de travail." in answer.content.decode()
    assert source_of(guide).present().revision.content == "Du texte."


def test_a_member_stays(client, clock):
    make_user("ana")
    sign_in(client, "ana@example.org")
    clock.minutes = 24 * 60
    assert is_signed_in(client)
    assert USED not in client.cookies


def test_a_member_who_gets_a_role_is_limited_from_then_on(client, clock):
    person, other = make_user("ana"), Client()
    for each in (client, other):
        sign_in(each, "ana@example.org")
    clock.minutes = 60
    roles.give(person, "editor", by=None)
    ends = []
    for each in (client, other):
        session = each.session
        session[ENDS] -= 100  # as if the role was given a while ago
        session.save()
        ends.append(session[ENDS])
    assert is_signed_in(client)
    roles.give(person, "moderator", by=None)
    assert [each.session[ENDS] for each in (client, other)] == ends  # no longer than it was
    clock.minutes = 91
    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_who_signed_out_gets_a_role_all_the_same(client, clock):
    person = make_user("ana")
    sign_in(client, "ana@example.org")
    Session.objects.all().delete()
    roles.give(person, "editor", by=None)
    assert not Session.objects.exists()
    assert person.grants.count() == 1


def test_signing_out_while_a_role_is_given_is_no_error(client, clock, monkeypatch):
    person = make_user("ana")
    sign_in(client, "ana@example.org")
    save = SessionStore.save
    monkeypatch.setattr(
        SessionStore, "save", lambda store: (Session.objects.all().delete(), save(store))
    )
    roles.give(person, "editor", by=None)
    assert not Session.objects.exists()
    assert person.grants.count() == 1


def test_a_site_may_end_sessions_by_idleness_alone(client, clock, settings):
    settings.TEAM_SESSION_HOURS = 0
    make_user("ana", "editor")
    sign_in(client, "ana@example.org")
    assert ENDS not in client.session
    clock.minutes = 31
    assert not is_signed_in(client)


def test_a_site_may_let_its_team_stay(editor, clock, settings):
    settings.TEAM_IDLE_MINUTES = 0
    clock.minutes = 300
    assert is_signed_in(editor)
    assert USED not in editor.cookies


def test_what_others_may_keep_says_nothing_of_it(editor, clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    guide = make_guide("Factures")
    assert send(editor, guide, picture()).status_code == 201
    file = Media.objects.get()
    address = f"/files/{file.pk}/480/{file.filename}"
    form = text_form(source_of(guide), text=f"![Un chat]({address})")
    assert editor.post(edit_url(guide), form | {"action": "publish"}).status_code == 302
    clock.minutes = 20
    answer = fetch(editor, address)
    assert "public" in answer["Cache-Control"]
    assert USED not in answer.cookies
    same = editor.get(address, headers={"if-none-match": answer["ETag"]})
    assert same.status_code == 304
    assert USED not in same.cookies
