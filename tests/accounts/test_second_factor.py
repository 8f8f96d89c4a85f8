"""A second step for signing in: codes of an app, recovery codes, and roles that need one."""

import re
import time

import pytest
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from smartwiki.accounts.models import User
from smartwiki.notify.models import Message
from tests.accounts.test_journeys import once_more
from tests.accounts.test_sign_in import SIGN_IN, sign_in
from tests.guides import make_user

pytestmark = pytest.mark.django_db

STEP = "/fr/compte/deuxieme-etape/"
APP = f"{STEP}application/"


def code_for(secret: str) -> str:
    """What the app shows now: taken half a minute late as well, should that end meanwhile."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD))


def set_up(client) -> str:
    """Set up an app as a person does; return its secret."""
    once_more(client)
    page = client.get(APP).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'<code class="secret">(\w+)</code>', page)[1]
    response = client.post(APP, {"code": code_for(secret)})
    assert response["Location"] == f"{STEP}codes/"
    return secret


def codes_of(client) -> list[str]:
    return re.findall(r"<li><code>(\d+)</code>", client.get(f"{STEP}codes/").content.decode())


@pytest.fixture
def ana(client) -> User:
    ana = make_user("ana", "editor")
    client.force_login(ana)
    return ana


def test_setting_up_an_app_asks_for_the_password_and_tells_by_mail(
    client, ana, django_capture_on_commit_callbacks
):
    assert client.get(APP)["Location"].startswith("/fr/compte/encore-une-fois/")
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    assert len(codes_of(client)) == 10
    assert "Une application sert" in " ".join(m.context["subject"] for m in Message.objects.all())


def test_wrong_code_sets_up_nothing(client, ana):
    once_more(client)
    client.get(APP)
    assert "n’est pas bon" in client.post(APP, {"code": "12"}).content.decode()
    assert not Authenticator.objects.exists()


def test_password_alone_no_longer_lets_in(client, ana):
    secret = set_up(client)
    client.logout()
    response = sign_in(client, ana.email, next="/fr/guides/")
    assert response["Location"] == f"{STEP}connexion/"
    assert "_auth_user_id" not in client.session
    assert client.get("/fr/compte/").status_code == 302
    wrong = client.post(f"{STEP}connexion/", {"code": "000000"}).content.decode()
    assert "n’est pas bon" in wrong
    right = client.post(f"{STEP}connexion/", {"code": code_for(secret)})
    assert right["Location"] == "/fr/guides/"
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_recovery_code_lets_in_once(client, ana):
    set_up(client)
    code = codes_of(client)[0]
    for lets_in in (True, False):
        client.logout()
        sign_in(client, ana.email)
        client.post(f"{STEP}connexion/", {"code": code})
        assert ("_auth_user_id" in client.session) is lets_in


def test_new_recovery_codes_replace_the_old(client, ana):
    set_up(client)
    old = codes_of(client)
    assert client.post(f"{STEP}codes/nouveaux/")["Location"] == f"{STEP}codes/"
    assert set(codes_of(client)).isdisjoint(old)


def test_app_can_be_given_up(client, ana):
    set_up(client)
    assert client.get(f"{APP}enlever/").status_code == 200
    client.post(f"{APP}enlever/")
    client.logout()
    assert sign_in(client, ana.email)["Location"] == "/fr/"


def test_guessing_codes_has_to_wait(client, ana):
    set_up(client)
    client.logout()
    sign_in(client, ana.email)
    pages = [client.post(f"{STEP}connexion/", {"code": str(n)}) for n in range(6)]
    assert "Trop de tentatives" in pages[-1].content.decode()


def test_secret_lies_in_the_database_encrypted(client, ana):
    secret = set_up(client)
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)


def test_administration_is_behind_the_second_step_too(client):
    ada = make_user("ada", is_staff=True, is_superuser=True)
    client.force_login(ada)
    set_up(client)
    client.logout()
    sign_in(client, ada.email, next="/admin/")
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("setting", "role", "administers", "rests"),
    [
        ("none", "editor", True, False),
        ("administrators", "", True, True),
        ("administrators", "editor", False, False),
        ("team", "", True, True),
        ("team", "editor", False, True),
        ("team", "moderator", False, True),
        ("team", "project_lead", False, True),
        ("team", "", False, False),
    ],
)
def test_role_rests_until_there_is_a_second_step(
    client, settings, setting, role, administers, rests
):
    settings.REQUIRE_SECOND_FACTOR = setting
    person = make_user("pat", role, is_staff=administers, is_superuser=administers)
    response = sign_in(client, person.email)
    assert response["Location"] == (STEP if rests else "/fr/")
    person = User.objects.get(pk=person.pk)
    assert person.lacks_second_factor is rests
    assert person.is_team is (bool(role or administers) and not rests)
    assert person.is_administrator is (administers and not rests)
    if role:
        assert person.has_role(role) is not rests
    if administers:
        assert (client.get("/admin/").status_code == 200) is not rests
    notice = "est en pause" in client.get("/fr/guides/").content.decode()
    assert notice is rests
    if rests:
        set_up(client)
        person = User.objects.get(pk=person.pk)
        assert person.is_team
        assert "est en pause" not in client.get("/fr/guides/").content.decode()


def test_without_the_setting_nobody_asks_the_database(settings, django_assert_num_queries):
    person = make_user("pat", is_superuser=True)
    with django_assert_num_queries(0):
        assert not person.lacks_second_factor


def test_broken_passkey_answers_are_refused_in_words(client, ana):
    page = "/fr/compte/cles-d-acces/"
    assert client.get(page).status_code == 200
    once_more(client)
    assert client.get(f"{page}ajouter/").status_code == 200
    for credential in ("", "x", "{}", '{"id": 1}', "null"):
        answer = client.post(f"{page}ajouter/", {"name": "K", "credential": credential})
        assert answer.status_code == 200
        assert "n’a pas servi" in answer.content.decode()
    client.logout()
    for credential in ("", "x", "{}", '{"response": {"userHandle": "AA"}}', "null", "[]", '"x"'):
        answer = client.post(f"{page}connexion/", {"credential": credential})
        assert answer["Location"] == SIGN_IN
    assert not Authenticator.objects.exists()
