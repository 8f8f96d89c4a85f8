"""Pages kept for members hold nothing of anybody, and are true at once."""

import pytest
from django.test import Client
from django.urls import reverse

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
    text = "".join(piece for piece in kept.pieces if isinstance(piece, str))
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
    with django_assert_max_num_queries(5):
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
