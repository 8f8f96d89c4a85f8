"""People sign in and out, and return to where they were."""

import pytest

from tests.guides import MEMBERS, make_guide, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "secret-word"
SIGN_IN = "/fr/compte/connexion/"


def sign_in(client, email="reader@example.org", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": email, "password": password, **more})


def test_member_signs_in_and_is_back_where_they_were(client):
    make_user()
    make_guide("Salles", visibility=MEMBERS)
    assert client.get("/fr/guides/salles/").status_code == 404
    response = sign_in(client, next="/fr/guides/salles/")
    assert response["Location"] == "/fr/guides/salles/"
    assert client.get("/fr/guides/salles/").status_code == 200


def test_address_may_be_written_in_capitals(client):
    make_user()
    assert sign_in(client, email="Reader@Example.org").status_code == 302


@pytest.mark.parametrize("email", ["reader@example.org", "nobody@example.org", "", "x\x00y"])
def test_wrong_password_says_nothing_about_the_address(client, email):
    make_user()
    response = sign_in(client, email=email, password="wrong")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode() or "errorlist" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_who_left_cannot_sign_in(client):
    make_user(is_active=False)
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_sign_in_never_leads_to_another_site(client):
    make_user()
    assert sign_in(client, next="https://evil.example/")["Location"] == "/fr/"


def test_signed_in_person_is_led_on(client):
    client.force_login(make_user())
    assert client.get(SIGN_IN)["Location"] == "/fr/"


def test_signing_out_needs_a_post(client):
    client.force_login(make_user())
    assert client.get("/fr/compte/deconnexion/").status_code == 405
    assert client.post("/fr/compte/deconnexion/")["Location"] == "/fr/"
    assert "_auth_user_id" not in client.session


def test_page_names_the_site_and_keeps_out_of_search_engines(client):
    content = client.get(SIGN_IN).content.decode()
    assert "SmartWiki" in content
    assert "example.com" not in content
    assert "noindex" in content
