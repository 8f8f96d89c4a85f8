"""People sign in and out, and return to where they were."""

import pytest

from tests.guides import MEMBERS, make_guide, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "secret-word"
SIGN_IN = "/fr/compte/connexion/"


def sign_in(client, email="reader@example.org", password=PASSWORD, address="", **more):
    form = {"login": email, "password": password, **more}
    return client.post(SIGN_IN, form, REMOTE_ADDR=address or "127.0.0.1")


def test_member_signs_in_and_is_back_where_they_were(client):
    make_user()
    make_guide("Salles", visibility=MEMBERS)
    assert client.get("/fr/guides/salles/").status_code == 404
    response = sign_in(client, next="/fr/guides/salles/")
    assert response["Location"] == "/fr/guides/salles/"
    assert client.get("/fr/guides/salles/").status_code == 200


def test_address_may_be_written_in_capitals(client):
    make_user()
    assert sign_in(client, email=" Reader@Example.org").status_code == 302
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("email", ["reader@example.org", "nobody@example.org", "", "x\x00y"])
def test_wrong_password_says_nothing_about_the_address(client, email):
    make_user()
    response = sign_in(client, email=email, password="wrong")
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode() or "errorlist" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_who_left_cannot_sign_in(client):
    make_user(is_active=False)
    response = sign_in(client)
    assert response["Location"] == "/fr/compte/ferme/"
    assert "_auth_user_id" not in client.session
    assert "fermé" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"],
)
def test_sign_in_never_leads_to_another_site(client, settings, address):
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    make_user()
    assert sign_in(client, next=address)["Location"] == "/fr/"


def test_signed_in_person_is_led_on(client):
    client.force_login(make_user())
    assert client.get(SIGN_IN)["Location"] == "/fr/"


def test_session_ends_with_the_browser_unless_asked_otherwise(client):
    make_user()
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client, remember="on")
    assert not client.session.get_expire_at_browser_close()


def test_session_is_another_after_signing_in(client):
    make_user()
    client.get("/fr/compte/mot-de-passe/oublie/")
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


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


@pytest.mark.parametrize(("setting", "leads"), [("open", 1), ("invitation", 0), ("closed", 0)])
def test_page_leads_to_a_new_account_where_everybody_may_make_one(client, settings, setting, leads):
    settings.SIGN_UP = setting
    assert client.get(SIGN_IN).content.decode().count("/fr/compte/inscription/") == leads


def test_administration_has_no_sign_in_of_its_own(client):
    assert client.get("/admin/login/?next=/admin/")["Location"] == f"{SIGN_IN}?next=%2Fadmin%2F"
    response = client.post("/admin/login/", {"username": "a@example.org", "password": "x"})
    assert response.status_code == 302
    client.force_login(make_user())
    assert client.get("/admin/login/").status_code == 403


def test_too_many_attempts_have_to_wait_whoever_it_is(client):
    make_user()
    for email in ("reader@example.org", "nobody@example.org"):
        answers = [
            sign_in(client, email, "wrong", f"203.0.113.{n}").content.decode() for n in range(6)
        ]
        assert "Trop de tentatives" not in answers[4]
        assert "Trop de tentatives" in answers[5]
    assert "Trop de tentatives" in sign_in(client).content.decode()


def test_too_many_requests_from_one_address_are_refused_in_words(client):
    answers = [sign_in(client, f"nobody{n}@example.org", "wrong") for n in range(31)]
    assert answers[-1].status_code == 429
    assert "dans 5 minutes" in answers[-1].content.decode()


def test_limits_count_the_address_that_our_proxy_saw(client, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for n in range(31):
        headers = {"x-forwarded-for": f"198.51.100.9, 203.0.113.{n}"}
        answer = client.post(SIGN_IN, {"login": "n@example.org", "password": "x"}, headers=headers)
        assert answer.status_code == 200
