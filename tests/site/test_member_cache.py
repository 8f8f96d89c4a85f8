"""Pages kept for members hold nothing of anybody, and are true at once."""

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from smartwiki import member_cache
from smartwiki.accounts.models import User
from tests.guides import MEMBERS, STAFF, make_guide, make_user, revise

URL = "/fr/guides/factures/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide():
    return make_guide("Factures", text="Ancien texte")


def member(name: str, role: str = "", **fields) -> Client:
    client = Client()
    client.force_login(make_user(name, role, **fields))
    return client


def read(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    return response.content.decode()


def test_two_members_see_the_same_page_with_their_own_names(guide):
    first, second = read(member("lucie")), read(member("amina"))
    assert "Ancien texte" in first and "Ancien texte" in second
    assert "lucie" in first and "amina" not in first
    assert "amina" in second and "lucie" not in second


def test_nothing_of_anybody_is_kept(guide):
    page = read(member("lucie"))
    assert "csrfmiddlewaretoken" in page
    (kept,) = member_cache._pages.values()
    text = b"".join(piece for piece in kept.pieces if isinstance(piece, bytes)).decode()
    assert "Ancien texte" in text
    assert "lucie" not in text
    assert "csrfmiddlewaretoken" not in text


def test_each_has_a_token_that_works(guide):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("lucie"))
    read(member("amina"))
    token = read(client).split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert client.post(reverse("account_logout")).status_code == 403
    signed_out = client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token})
    assert signed_out.status_code == 302


def test_a_kept_page_costs_few_queries(guide, django_assert_max_num_queries):
    lucie, amina = member("lucie"), member("amina")
    with django_assert_max_num_queries(7):  # the first after a change makes it for all
        read(lucie)
    with django_assert_max_num_queries(3):  # session and number, person and roles, what is followed
        read(amina)


def test_what_waits_to_be_said_is_said_once_and_to_one_person(guide):
    lucie, amina = member("lucie"), member("amina")
    read(lucie)
    signed_out = Client()
    signed_out.cookies = lucie.cookies
    signed_out.post(reverse("account_logout"))
    signed_out.force_login(User.objects.get(name="lucie"))
    assert 'class="message' not in read(amina)
    assert 'class="message' in read(signed_out)
    assert 'class="message' not in read(signed_out)


def test_new_text_is_seen_at_once(guide):
    client = member("lucie")
    assert "Ancien texte" in read(client)
    revise(guide.translations.get(), text="Texte tout neuf")
    assert "Texte tout neuf" in read(client)


def test_a_new_role_shows_at_once_and_is_never_kept_for_others(guide):
    client, other = member("lucie"), member("amina")
    assert "desk-links" not in read(client)
    User.objects.get(name="lucie").grant("editor")
    assert "desk-links" in read(client)
    assert "desk-links" not in read(other)


def test_what_is_for_members_stays_with_them():
    make_guide("Factures", visibility=MEMBERS, text="Entre nous")
    assert "Entre nous" in read(member("lucie"))
    assert Client().get(URL).status_code == 404


def test_what_is_for_the_team_is_not_kept_for_members():
    make_guide("Factures", visibility=STAFF, text="Pour l'équipe")
    assert "Pour l'équipe" in read(member("edgar", "editor"))
    assert member("lucie").get(URL).status_code == 404


def test_what_is_no_page_is_given_as_it_is():
    client = member("lucie")
    for url in (reverse("projects:csv"), reverse("projects:calendar-of-all")):
        first, second = client.get(url), client.get(url)
        assert first.status_code == second.status_code == 200
        assert first.headers["Content-Type"] == second.headers["Content-Type"] != member_cache.HTML
    assert not member_cache._pages


def test_an_answer_with_a_question_in_its_address_is_not_kept(guide):
    read(member("lucie"), URL + "?from=elsewhere")
    assert not member_cache._pages


def answered_early(client: Client, url: str = URL) -> bool:
    """Say whether a member is answered before any view is called."""
    response = client.get(url)
    assert response.status_code == 200
    return response.wsgi_request.resolver_match is None


@pytest.fixture
def lucie(guide) -> Client:
    """A member whose next page is there already."""
    client = member("lucie")
    read(client)
    assert answered_early(client)
    return client


def test_an_early_answer_says_all_that_the_first_one_said(guide):
    client = member("lucie")
    first, second = client.get(URL), client.get(URL)
    assert dict(second.items()) == dict(first.items())
    assert "Content-Security-Policy" in second.headers
    assert second.cookies["csrftoken"].value == first.cookies["csrftoken"].value
    assert second.cookies["csrftoken"]["httponly"]


def test_in_each_language_the_button_speaks_it(lucie):
    lucie.get("/nl/gidsen/")
    assert "Suivre" in read(lucie)


def test_whose_session_has_ended_is_a_visitor(lucie):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "lucie" not in lucie.get(URL).content.decode()


def test_who_was_signed_out_elsewhere_is_a_visitor(lucie):
    Session.objects.all().delete()
    assert "lucie" not in lucie.get(URL).content.decode()


def test_after_a_new_password_older_sessions_are_over(lucie):
    user = User.objects.get(name="lucie")
    user.set_password("something else entirely")
    user.save()
    assert "lucie" not in lucie.get(URL).content.decode()
    assert not Session.objects.exists()  # as Django does


def test_a_session_that_somebody_made_up_is_none(lucie):
    Session.objects.update(session_data="made:up:entirely")
    assert "lucie" not in lucie.get(URL).content.decode()


def test_a_session_of_another_way_to_sign_in_is_none(lucie):
    session = lucie.session
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.RemoteUserBackend"
    session.save()
    assert "lucie" not in lucie.get(URL).content.decode()


def test_whose_account_was_closed_is_a_visitor(lucie):
    User.objects.filter(name="lucie").update(is_active=False)
    assert "lucie" not in lucie.get(URL).content.decode()


@pytest.mark.parametrize("rule", ["none", "team"])
def test_who_gets_a_role_is_no_longer_answered_early(lucie, settings, rule):
    settings.REQUIRE_SECOND_FACTOR = rule
    User.objects.get(name="lucie").grant("editor")
    assert not answered_early(lucie)
    assert ("desk-links" in read(lucie)) is (rule == "none")


@pytest.mark.parametrize("field", ["is_staff", "is_superuser"])
def test_who_runs_the_site_is_not_answered_early(lucie, field):
    User.objects.filter(name="lucie").update(**{field: True})
    assert not answered_early(lucie)


def test_a_change_ends_early_answers_until_the_page_is_made_anew(lucie, guide):
    revise(guide.translations.get(), text="Texte tout neuf")
    assert not answered_early(lucie)
    assert answered_early(lucie)


def test_a_page_is_not_given_under_another_name(lucie):
    assert lucie.get(URL, headers={"Host": "elsewhere.example"}).status_code == 400


def test_what_was_read_early_is_not_read_again(lucie):
    User.objects.get(name="lucie").grant("editor")
    lucie.get(URL)
    with CaptureQueriesContext(connection) as queries:
        lucie.get(URL)
    asked = [each["sql"] for each in queries]
    for table in ("django_session", "accounts_user ", "accounts_grant"):
        assert sum(table in sql for sql in asked) <= 1
