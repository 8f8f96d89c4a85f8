"""A person sees where they are signed in, and signs out there."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from smartwiki.accounts import roles
from smartwiki.accounts.devices import name_of
from smartwiki.accounts.sessions import ENDS
from tests.accounts.test_sign_in import sign_in
from tests.guides import make_user

pytestmark = pytest.mark.django_db

DEVICES = "/fr/compte/appareils/"
SIGN_OUT = "/fr/compte/appareils/deconnecter/"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:139.0) Gecko/139.0 Firefox/139.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/136.0 Safari/537.36"


def browser(user_agent: str, email: str = "ana@example.org") -> Client:
    client = Client(headers={"user-agent": user_agent})
    sign_in(client, email)
    return client


@pytest.fixture
def here():
    make_user("ana")
    return browser(FIREFOX)


def number_of(client, name: str) -> int:
    devices = client.get(DEVICES).context["devices"]
    return next(device.pk for device in devices if device.name == name)


def test_one_other_browser_is_signed_out(here):
    there, third = browser(CHROME), browser("curl/8")
    content = here.get(DEVICES).content.decode()
    assert content.index("Firefox, Android") < content.index("Chrome, Linux")
    assert "Un navigateur inconnu" in content
    here.post(SIGN_OUT, {"device": number_of(here, "Chrome, Linux")})
    assert there.get(DEVICES).status_code == 302
    assert third.get(DEVICES).status_code == 200
    assert here.get(DEVICES).status_code == 200


def test_all_other_browsers_are_signed_out(here):
    others = [browser(CHROME), browser(FIREFOX)]
    here.post(SIGN_OUT)
    assert [other.get(DEVICES).status_code for other in others] == [302, 302]
    assert len(here.get(DEVICES).context["devices"]) == 1


def test_nobody_signs_somebody_else_out(here):
    make_user("bob")
    bob = browser(CHROME, "bob@example.org")
    number = number_of(bob, "Chrome, Linux")
    assert here.post(SIGN_OUT, {"device": number}).status_code == 404
    assert bob.get(DEVICES).status_code == 200


@pytest.mark.parametrize("number", ["0", "x", "²", "9" * 30, "-1"])
def test_unknown_browser_is_not_found(here, number):
    assert here.post(SIGN_OUT, {"device": number}).status_code == 404


def test_browser_that_has_left_is_not_shown(here):
    browser(CHROME).logout()
    assert len(here.get(DEVICES).context["devices"]) == 1


def test_looking_writes_nothing(here, django_assert_num_queries):
    for _ in range(5):
        browser(CHROME)
    with django_assert_num_queries(5) as queries:
        here.get(DEVICES)
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_signing_out_elsewhere_needs_a_post_and_a_person(here, client):
    assert here.get(SIGN_OUT).status_code == 405
    assert client.post(SIGN_OUT).status_code == 302


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Android"),
        (CHROME, "Chrome, Linux"),
        (CHROME + " Edg/136.0", "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("", ""),
    ],
)
def test_browser_has_a_name_that_people_use(user_agent, name):
    assert name_of(user_agent) == name


class TestHowLongASessionLasts:
    def lasts(self, client) -> timedelta:
        key = client.session.session_key
        return Session.objects.get(session_key=key).expire_date - timezone.now()

    @pytest.mark.parametrize("role", ["editor", "moderator", "project_lead", "administrator"])
    def test_the_team_signs_in_again_each_day(self, role):
        roles.give(make_user("ana"), role, by=None)
        client = browser(FIREFOX)
        assert timedelta(hours=11.9) < self.lasts(client) <= timedelta(hours=12)

    def test_using_it_makes_it_no_longer(self):
        make_user("ana", "editor")
        client = browser(FIREFOX)
        session = client.session
        session[ENDS] -= 11 * 3600
        session["anything"] = "that is kept"
        session.save()
        assert self.lasts(client) <= timedelta(hours=1)
        assert client.get(DEVICES).status_code == 200
        session[ENDS] -= 3600
        session.save()
        assert client.get(DEVICES).status_code == 302

    def test_members_stay(self, here):
        assert self.lasts(here) > timedelta(days=13)

    def test_a_site_may_let_its_team_stay(self, settings):
        settings.TEAM_SESSION_HOURS = 0
        make_user("ana", "editor")
        assert self.lasts(browser(FIREFOX)) > timedelta(days=13)
