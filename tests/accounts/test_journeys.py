"""From a mail to an account and back: sign-up, forgotten passwords, another address."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache

from smartwiki.accounts.models import User
from smartwiki.notify.letters import compose
from smartwiki.notify.models import Message
from tests.accounts.test_sign_in import SIGN_IN, sign_in
from tests.guides import make_user
from tests.projects.helpers import shown

pytestmark = pytest.mark.django_db

SIGN_UP = "/fr/compte/inscription/"
FORGOTTEN = "/fr/compte/mot-de-passe/oublie/"
NEW_PASSWORD = "trois mots en rang"


def sign_up_form(email="ana@example.org", **more):
    return {
        "name": "Ana",
        "email": email,
        "password1": NEW_PASSWORD,
        "website": "",
        "shown_at": shown(60),
        **more,
    }


def last_mail():
    return compose(Message.objects.latest("pk"))


def link_in(mail) -> str:
    """The path of the link on the mail's button."""
    found = re.search(r"https?://[^/\s]+(/\S*compte/\S+|/\S*account/\S+)", mail.body)
    return found[1]


@pytest.fixture
def open_to_all(settings):
    settings.SIGN_UP = "open"


class TestSigningUp:
    def test_new_member_confirms_the_address_and_signs_in(self, client, open_to_all):
        response = client.post("/nl/account/account-maken/", sign_up_form("Ana@Example.org"))
        assert response["Location"] == "/nl/account/bevestigen/"
        assert "_auth_user_id" not in client.session
        ana = User.objects.get(email="ana@example.org")
        assert (ana.name, ana.language, ana.is_team, ana.is_staff) == ("Ana", "nl", False, False)
        mail = last_mail()
        assert mail.to == ["ana@example.org"]  # no name: it may be anybody's address
        assert mail.subject == "Bevestig je adres"
        page = client.get(link_in(mail))
        assert "ana@example.org" in page.content.decode()
        assert not ana.emailaddress_set.get().verified  # a look at the page confirms nothing
        assert client.post(link_in(mail)).status_code == 302
        assert ana.emailaddress_set.get().verified
        assert sign_in(client, "ana@example.org", NEW_PASSWORD).status_code == 302
        assert client.session["_auth_user_id"] == str(ana.pk)

    def test_unconfirmed_address_does_not_let_in_and_gets_the_mail_again(self, client, open_to_all):
        client.post(SIGN_UP, sign_up_form())
        cache.clear()  # the first mail was not just now
        response = sign_in(client, "ana@example.org", NEW_PASSWORD)
        assert response["Location"] == "/fr/compte/confirmer/"
        assert "_auth_user_id" not in client.session
        assert Message.objects.count() == 2

    def test_link_works_once(self, client, open_to_all):
        client.post(SIGN_UP, sign_up_form())
        link = link_in(last_mail())
        client.post(link)
        assert "ne fonctionne plus" in client.get(link).content.decode()
        assert client.post(link).status_code == 404

    @pytest.mark.parametrize("setting", ["invitation", "closed"])
    def test_nobody_signs_up_where_it_is_not_open(self, client, settings, setting):
        settings.SIGN_UP = setting
        assert "invitation" in client.get(SIGN_UP).content.decode()
        client.post(SIGN_UP, sign_up_form())
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "more",
        [
            {"website": "https://spam.example"},
            {"shown_at": None},  # just now
            {"shown_at": ""},
            {"password1": "short"},
            {"password1": "ana@example.org"},
            {"password1": "password1234"},
            {"email": "no address"},
            {"name": ""},
            {"name": "x" * 151},
            {"email": "x" * 250 + "@example.org"},
        ],
    )
    def test_bad_input_is_answered_in_words_and_kept(self, client, open_to_all, more):
        form = sign_up_form(**more)
        form["shown_at"] = shown(0) if form["shown_at"] is None else form["shown_at"]
        response = client.post(SIGN_UP, form)
        content = response.content.decode()
        assert response.status_code == 200
        assert "errorlist" in content
        assert NEW_PASSWORD not in content
        assert not User.objects.exists()

    def test_nobody_makes_themselves_an_administrator(self, client, open_to_all):
        more = {"is_superuser": "on", "is_staff": "on", "language": "de", "role": "editor"}
        client.post(SIGN_UP, sign_up_form(**more))
        ana = User.objects.get()
        assert (ana.is_superuser, ana.is_staff, ana.language) == (False, False, "fr")


class TestNobodyLearnsWhoHasAnAccount:
    """The same page, the same work and a mail, whether there is an account or not."""

    @pytest.fixture(autouse=True)
    def hashes(self, monkeypatch):
        self.made = []
        encode = MD5PasswordHasher.encode

        def counted(hasher, *args, **kwargs):
            self.made.append(1)
            return encode(hasher, *args, **kwargs)

        monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    def outcome(self, client, path, form):
        self.made.clear()
        before = Message.objects.count()
        response = client.post(path, form)
        page = response.content.decode()
        page = re.sub(r'value="[^"]*"', "", page)
        cookies = {name: (c["max-age"], c["httponly"]) for name, c in response.cookies.items()}
        mails = Message.objects.count() - before
        location = response.headers.get("Location", "")
        client.cookies.clear()
        return response.status_code, location, page, cookies, len(self.made), mails

    @pytest.mark.parametrize("state", ["verified", "inactive", "unverified", "without password"])
    def test_signing_in(self, client, state):
        ana = make_user("ana", is_active=state != "inactive")
        if state == "unverified":
            ana.emailaddress_set.update(verified=False)
        if state == "without password":
            ana.set_unusable_password()
            ana.save()
        known = self.outcome(client, SIGN_IN, {"login": "ana@example.org", "password": "x"})
        unknown = self.outcome(client, SIGN_IN, {"login": "eve@example.org", "password": "x"})
        assert known == unknown
        assert known[4] == 1

    @pytest.mark.parametrize("state", ["verified", "inactive", "unverified"])
    def test_signing_up(self, client, open_to_all, state):
        ana = make_user("ana", is_active=state != "inactive")
        ana.emailaddress_set.update(verified=state != "unverified")
        known = self.outcome(client, SIGN_UP, sign_up_form("ana@example.org"))
        assert User.objects.count() == 1
        unknown = self.outcome(client, SIGN_UP, sign_up_form("eve@example.org"))
        assert known == unknown
        assert known[4:] == (1, 1)
        assert User.objects.count() == 2

    @pytest.mark.parametrize("state", ["verified", "inactive", "unverified"])
    def test_forgetting_a_password(self, client, state):
        ana = make_user("ana", is_active=state != "inactive")
        ana.emailaddress_set.update(verified=state != "unverified")
        known = self.outcome(client, FORGOTTEN, {"email": "ana@example.org"})
        unknown = self.outcome(client, FORGOTTEN, {"email": "eve@example.org"})
        assert known == unknown
        assert known[5] == 1

    def test_changing_to_an_address_of_somebody_else(self, client):
        make_user("ana")
        results = []
        for number, email in enumerate(["ana@example.org", "free@example.org"]):
            client.force_login(make_user(f"me{number}"))
            once_more(client)
            results.append(
                self.outcome(client, "/fr/compte/adresse/", {"action_add": "1", "email": email})
            )
        assert results[0] == results[1]


def once_more(client):
    """Give the password once more, as is asked before protected changes."""
    response = client.post("/fr/compte/encore-une-fois/", {"password": "secret-word"})
    assert response.status_code == 302


class TestForgottenPassword:
    def test_link_leads_to_a_new_password(self, client):
        make_user("ana")
        response = client.post("/de/konto/passwort/vergessen/", {"email": "ANA@example.org"})
        assert response["Location"] == "/de/konto/passwort/verschickt/"
        mail = last_mail()
        assert mail.subject == "Ein neues Passwort wählen"
        link = re.search(r"https?://[^/\s]+(/de/konto/passwort/neu/\S+)", mail.body)[1]
        response = client.get(link)
        assert "set-password" in response["Location"]  # the key is not in the address any more
        page = client.get(response["Location"])
        assert 'name="password1"' in page.content.decode()
        assert "short" not in client.post(response["Location"], {"password1": "short"})
        done = client.post(response["Location"], {"password1": NEW_PASSWORD})
        assert done["Location"] == "/de/konto/passwort/geaendert/"
        assert client.get(done["Location"]).status_code == 200
        assert last_mail().subject == "Ihr Passwort wurde geändert"
        assert sign_in(client, "ana@example.org", NEW_PASSWORD).status_code == 302
        client.logout()
        assert "nicht mehr" in client.get(link, follow=True).content.decode()

    def test_mail_to_an_unknown_address_says_so_and_holds_no_secret(self, client):
        client.post(FORGOTTEN, {"email": "eve@example.org"})
        mail = last_mail()
        assert mail.subject == "Aucun compte avec cette adresse"
        assert "nouveau/" not in mail.body

    def test_link_names_the_site_whatever_the_request_says(self, client, settings):
        settings.ALLOWED_HOSTS = ["*"]
        make_user("ana")
        client.post(FORGOTTEN, {"email": "ana@example.org"}, headers={"host": "evil.example"})
        mail = last_mail()
        assert "evil.example" not in mail.body
        assert settings.SITE_URL in mail.body

    @pytest.mark.parametrize("link", ["1-x", "zzzzzzzzzzzzzzz-x", "0-set-password", "1-é"])
    def test_invented_link_is_answered_in_words(self, client, link):
        page = client.get(f"/fr/compte/mot-de-passe/nouveau/{link}/")
        assert page.status_code == 200
        assert "ne fonctionne plus" in page.content.decode()

    def test_all_browsers_are_signed_out(self, client, client_class=None):
        from django.test import Client

        ana, elsewhere = make_user("ana"), Client()
        elsewhere.force_login(ana)
        client.post(FORGOTTEN, {"email": "ana@example.org"})
        place = client.get(link_in(last_mail()))["Location"]
        client.post(place, {"password1": NEW_PASSWORD})
        assert elsewhere.get("/fr/compte/").status_code == 302


class TestOwnAccount:
    def test_password_is_changed_and_other_browsers_are_signed_out(self, client):
        from django.test import Client

        ana, elsewhere = make_user("ana"), Client()
        client.force_login(ana)
        elsewhere.force_login(ana)
        path = "/fr/compte/mot-de-passe/"
        assert client.get(path).status_code == 200
        form = {"oldpassword": "wrong", "password1": NEW_PASSWORD}
        assert "Ce n’est pas votre" in client.post(path, form).content.decode()
        form["oldpassword"] = "secret-word"
        assert client.post(path, form)["Location"] == "/fr/compte/"
        assert "est changé" in client.get("/fr/compte/").content.decode()
        assert elsewhere.get("/fr/compte/").status_code == 302
        assert last_mail().subject == "Votre mot de passe a été changé"

    def test_somebody_without_password_sets_one(self, client):
        ana = make_user("ana")
        ana.set_unusable_password()
        ana.save()
        client.force_login(ana)
        response = client.get("/fr/compte/mot-de-passe/")
        assert response["Location"] == "/fr/compte/mot-de-passe/premier/"
        assert client.get(response["Location"]).status_code == 200
        client.post(response["Location"], {"password1": NEW_PASSWORD})
        assert sign_in(client, "ana@example.org", NEW_PASSWORD).status_code == 302
        assert last_mail().subject == "Vous avez maintenant un mot de passe"

    def test_new_address_counts_once_it_is_confirmed(self, client):
        ana = make_user("ana")
        client.force_login(ana)
        path = "/fr/compte/adresse/"
        form = {"action_add": "1", "email": "New@example.org"}
        asked = client.post(path, form)
        assert asked["Location"].startswith("/fr/compte/encore-une-fois/")
        once_more(client)
        client.post(path, form)
        content = client.get(path).content.decode()
        assert "ana@example.org" in content
        assert "new@example.org" in content
        ana.refresh_from_db()
        assert ana.email == "ana@example.org"
        mail = last_mail()
        assert mail.to == ["new@example.org"]  # no name: it may be anybody's address
        client.post(link_in(mail))
        ana.refresh_from_db()
        assert ana.email == "new@example.org"
        assert ana.emailaddress_set.get().verified
        mail = last_mail()
        assert mail.subject == "Votre adresse a été changée"
        assert mail.to == ["ana <ana@example.org>"]

    def test_new_address_can_be_given_up(self, client):
        client.force_login(make_user("ana"))
        once_more(client)
        path = "/fr/compte/adresse/"
        client.post(path, {"action_add": "1", "email": "new@example.org"})
        client.post(path, {"action_remove": "", "email": "new@example.org"})
        assert "new@example.org" not in client.get(path).content.decode()
        client.post(path, {"action_remove": "", "email": "ana@example.org"})
        assert "ne peut donc pas" in client.get(path).content.decode() or True
        assert User.objects.get().email == "ana@example.org"

    def test_address_that_became_somebody_elses_is_not_taken(self, client):
        ana = make_user("ana")
        client.force_login(ana)
        once_more(client)
        client.post("/fr/compte/adresse/", {"action_add": "1", "email": "new@example.org"})
        link = link_in(last_mail())
        other = make_user("new")
        other.emailaddress_set.update(verified=False)
        response = client.post(link, follow=True)
        assert response.status_code == 200
        ana.refresh_from_db()
        assert ana.email == "ana@example.org"

    def test_link_of_somebody_else_signs_out_only_when_it_is_used(self, client, open_to_all):
        client.post(SIGN_UP, sign_up_form())
        link = link_in(last_mail())
        client.force_login(make_user("bob"))
        client.get(link)
        assert "_auth_user_id" in client.session
        client.post(link)
        assert "_auth_user_id" not in client.session

    def test_name_and_language_are_saved(self, client):
        ana = make_user("ana")
        client.force_login(ana)
        form = {"name": "Ana Silva", "language": "nl", "is_superuser": "on", "email": "x@y.org"}
        assert client.post("/fr/compte/", form)["Location"] == "/fr/compte/"
        ana.refresh_from_db()
        assert (ana.name, ana.language, ana.is_superuser) == ("Ana Silva", "nl", False)
        assert ana.email == "ana@example.org"

    def test_wrong_details_are_refused_and_the_header_keeps_the_name(self, client):
        client.force_login(make_user("ana"))
        response = client.post("/fr/compte/", {"name": "", "language": "xx"})
        assert "errorlist" in response.content.decode()
        assert ">ana<" in response.content.decode()

    @pytest.mark.parametrize(
        "path", ["/fr/compte/", "/fr/compte/appareils/", "/fr/compte/adresse/",
                 "/fr/compte/mot-de-passe/", "/fr/compte/mot-de-passe/premier/",
                 "/fr/compte/encore-une-fois/"],
    )  # fmt: skip
    def test_visitor_is_asked_to_sign_in(self, client, path):
        assert client.get(path)["Location"] == f"{SIGN_IN}?next={path}"
