"""Administrators give roles and invite people; nobody else does."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from smartwiki.accounts import invitations, people, roles
from smartwiki.accounts.models import Invitation, User
from smartwiki.audit.models import Entry
from smartwiki.notify.letters import compose
from smartwiki.notify.models import Message
from tests.accounts.test_journeys import once_more
from tests.accounts.test_sign_in import sign_in
from tests.database import plan_of
from tests.guides import make_user
from tests.projects.helpers import make_project

pytestmark = pytest.mark.django_db
PEOPLE = "/fr/compte/personnes/"


@pytest.fixture
def ada(client) -> User:
    ada = make_user("ada", is_staff=True, is_superuser=True)
    client.force_login(ada)
    once_more(client)
    return ada


def events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_people_are_found_by_an_index_on_postgresql(client, ada, postgresql):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of so few people all are read else
        cursor.execute("SET LOCAL enable_indexscan = off")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{PEOPLE}?q=lovelace")
    (looked_for,) = (each["sql"] for each in queries if "lovelace" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {looked_for}")
        plan = str(cursor.fetchall())
    assert "user_by_part_of_name" in plan and "user_by_part_of_email" in plan


def test_people_are_looked_for_in_an_index_that_has_all_words_on_sqlite(client, ada, sqlite):
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{PEOPLE}?q=lovelace")
    (looked_for,) = (each["sql"] for each in queries if "lovelace" in each["sql"])
    assert plan_of(looked_for) == "SCAN accounts_user USING INDEX user_by_name_with_email"


def test_the_next_page_goes_on_with_the_words_that_were_looked_for(client, ada, monkeypatch):
    monkeypatch.setattr(people, "ON_A_PAGE", 1)
    make_user("bob")
    content = client.get(f"{PEOPLE}?q=example.org").content.decode()
    assert 'rel="next" href="?q=example.org&amp;page=2"' in content


class TestRoles:
    def test_page_shows_who_gave_a_role_and_what_a_person_leads(self, client, ada):
        pablo = make_user("pablo")
        make_project("Un wiki", pablo)
        client.post(f"{PEOPLE}{pablo.pk}/donner/", {"role": "project_lead"})
        content = client.get(f"{PEOPLE}{pablo.pk}/").content.decode()
        assert "donné par ada" in content
        assert "Un wiki" in content
        assert pablo.grants.get().granted_by == ada
        assert "role.granted" in events()

    def test_editor_gets_one_language_and_others_none(self, client, ada):
        vera = make_user("vera")
        for role in ("editor", "moderator"):
            client.post(f"{PEOPLE}{vera.pk}/donner/", {"role": role, "language": "nl"})
        held = set(vera.grants.values_list("role", "language"))
        assert held == {("editor", "nl"), ("moderator", "")}
        client.post(f"{PEOPLE}{vera.pk}/reprendre/", {"role": "editor", "language": "nl"})
        assert not User.objects.get(pk=vera.pk).is_editor
        assert "role.withdrawn" in events()

    def test_giving_twice_gives_once(self, client, ada):
        vera = make_user("vera")
        for _ in range(2):
            client.post(f"{PEOPLE}{vera.pk}/donner/", {"role": "editor"})
            client.post(f"{PEOPLE}{vera.pk}/donner/", {"role": "administrator"})
        assert vera.grants.count() == 1
        assert events().count("role.granted") == 2
        vera.refresh_from_db()
        assert vera.is_administrator
        assert vera.is_staff

    @pytest.mark.parametrize("form", [{}, {"role": "emperor"}, {"role": "editor", "language": "x"}])
    def test_unknown_role_is_refused(self, client, ada, form):
        vera = make_user("vera")
        assert client.post(f"{PEOPLE}{vera.pk}/donner/", form).status_code == 422
        assert client.post(f"{PEOPLE}{vera.pk}/reprendre/", form).status_code == 404
        assert not vera.grants.exists()

    def test_last_administrator_stays(self, client, ada):
        for path, form in (("reprendre", {"role": "administrator"}), ("fermer", {})):
            response = client.post(f"{PEOPLE}{ada.pk}/{path}/", form, follow=True)
            assert "Il faut quelqu’un" in response.content.decode()
        ada.refresh_from_db()
        assert ada.is_administrator

    def test_administrator_goes_when_there_is_another(self, client, ada):
        bea = make_user("bea", is_staff=True, is_superuser=True)
        client.post(f"{PEOPLE}{bea.pk}/reprendre/", {"role": "administrator"})
        bea.refresh_from_db()
        assert not bea.is_administrator
        assert not bea.is_staff

    def test_account_is_closed_and_opened(self, client, ada):
        vera = make_user("vera")
        client.post(f"{PEOPLE}{vera.pk}/fermer/")
        assert "fermé" in client.get(PEOPLE).content.decode()
        assert not User.objects.get(pk=vera.pk).is_active
        client.post(f"{PEOPLE}{vera.pk}/rouvrir/")
        assert User.objects.get(pk=vera.pk).is_active
        assert events()[-2:] == ["account.closed", "account.reopened"]

    def test_people_are_found_by_name_and_address(self, client, ada, django_assert_num_queries):
        for number in range(60):
            make_user(f"vera{number}", "editor", "nl")
        with django_assert_num_queries(5):
            content = client.get(f"{PEOPLE}?q=VERA5%00").content.decode()
        assert "vera55" in content
        assert "vera44" not in content
        assert "Personne ne correspond" in client.get(f"{PEOPLE}?q=nobody").content.decode()
        make_user("Hélène")
        assert "Hélène" in client.get(f"{PEOPLE}?q=helene").content.decode()
        assert client.get(f"{PEOPLE}?page=2").context["page"].number == 2


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once():
    pair = [make_user(name, is_staff=True, is_superuser=True) for name in ("ada", "bea")]
    barrier, refused = threading.Barrier(2), []

    def remove(by: User, other: User) -> None:
        barrier.wait()
        try:
            roles.take(other, roles.ADMINISTRATOR, by=by)
        except ValidationError:
            refused.append(by)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=each) for each in (pair, list(reversed(pair)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.filter(is_superuser=True).count() == 1


class TestInvitations:
    def invite(self, client, **form):
        form = {"email": "New@example.org", "language": "nl", "role": "", **form}
        return client.post(f"{PEOPLE}inviter/", form)

    def link(self) -> str:
        return re.search(r"https?://[^/]+(/\S+)", compose(Message.objects.latest("pk")).body)[1]

    def test_guest_makes_an_account_with_the_role(self, client, ada):
        response = self.invite(client, role="editor", role_language="nl")
        assert response["Location"] == PEOPLE
        assert "new@example.org" in client.get(PEOPLE).content.decode()
        link = self.link()
        assert link.startswith("/nl/account/uitnodiging/")
        client.logout()
        assert "new@example.org" in client.get(link).content.decode()
        weak = client.post(link, {"name": "Nele", "password1": "short"})
        assert "errorlist" in weak.content.decode()
        done = client.post(link, {"name": "Nele", "password1": "drie woorden samen"})
        assert done["Location"] == "/nl/account/aanmelden/"
        nele = User.objects.get(email="new@example.org")
        assert (nele.name, nele.language) == ("Nele", "nl")
        assert nele.grants.get().granted_by == ada
        assert nele.has_role("editor", "nl")
        assert not nele.has_role("editor", "fr")
        assert sign_in(client, "new@example.org", "drie woorden samen").status_code == 302
        assert "_auth_user_id" in client.session
        assert client.get(link).status_code == 404

    def test_member_role_is_ignored_for_a_language(self, client, ada):
        self.invite(client, role_language="nl")
        assert Invitation.objects.get().role_language == ""

    def test_link_counts_for_two_weeks(self, client, ada, monkeypatch):
        self.invite(client)
        token = self.link().rstrip("/").rpartition("/")[2]
        assert invitations.find(token)
        monkeypatch.setattr(invitations, "DAYS", -1)
        assert invitations.find(token) is None

    @pytest.mark.parametrize("token", ["x", "x:y:z", "é", "0" * 500])
    def test_forged_link_is_answered_in_words(self, client, token):
        response = client.get(f"/fr/compte/invitation/{token}/")
        assert response.status_code == 404
        assert "ne fonctionne plus" in response.content.decode()

    def test_second_invitation_replaces_the_first(self, client, ada):
        self.invite(client)
        first = self.link()
        self.invite(client)
        assert Invitation.objects.count() == 1
        assert client.get(first).status_code == 404
        assert client.get(self.link()).status_code == 200

    def test_withdrawn_invitation_does_not_count(self, client, ada):
        self.invite(client)
        link = self.link()
        client.post(f"{PEOPLE}invitations/{Invitation.objects.get().pk}/retirer/")
        assert client.get(link).status_code == 404

    def test_nobody_is_invited_twice_over(self, client, ada):
        make_user("new")
        response = self.invite(client)
        assert response.status_code == 422
        assert "a déjà un compte" in response.content.decode()
        assert self.invite(client, email="nonsense").status_code == 422
        with pytest.raises(IntegrityError), transaction.atomic():
            for _ in range(2):
                Invitation.objects.create(email="x@example.org", language="fr")

    def test_link_used_twice_at_once_makes_one_account(self, client, ada):
        self.invite(client)
        invitation = Invitation.objects.get()
        assert invitations.accept(invitation, name="A", password="drie woorden samen")
        assert invitations.accept(invitation, name="B", password="drie woorden samen") is None
        again = Invitation.objects.create(email="new@example.org", language="fr")
        assert invitations.accept(again, name="C", password="drie woorden samen") is None
        assert User.objects.filter(email="new@example.org").count() == 1

    def test_role_of_an_inviter_who_left_is_not_given(self, client, ada):
        self.invite(client, role="editor")
        ada.is_superuser = False
        ada.save()
        invitation = invitations.find(self.link().rstrip("/").rpartition("/")[2])
        guest = invitations.accept(invitation, name="A", password="drie woorden samen")
        assert not guest.grants.exists()

    def test_closed_site_takes_no_guests(self, client, ada, settings):
        self.invite(client)
        settings.SIGN_UP = "closed"
        assert client.get(self.link()).status_code == 404

    def test_address_that_got_an_account_meanwhile_is_told_so(self, client, ada):
        self.invite(client)
        link = self.link()
        make_user("new")
        response = client.post(link, {"name": "Nele", "password1": "drie woorden samen"})
        assert response["Location"] == link
        assert client.get(link).status_code == 404

    def test_invitation_is_known_by_its_address(self):
        invitation = Invitation(email="x@example.org", invited_at=timezone.now() - timedelta(1))
        assert str(invitation) == "x@example.org"


class TestAskingAgain:
    """An administrator whose session somebody else took over cannot hand out roles."""

    @pytest.fixture
    def long_ago(self, client) -> User:
        """An administrator who signed in long ago."""
        ada = make_user("ada", is_staff=True, is_superuser=True)
        client.force_login(ada)
        return ada

    def send(self, client, name, fields=None, *arguments, language="fr"):
        """Send a form; return where the password is asked for."""
        with override(language):
            sent = client.post(reverse(f"accounts:{name}", args=arguments), fields or {})
            again = reverse("account_reauthenticate")
        assert sent.status_code == 302 and sent.url.startswith(f"{again}?next=")
        return sent.url

    @pytest.mark.parametrize("language", ["fr", "nl", "en", "de"])
    def test_a_role_is_given_once_the_password_is(self, client, long_ago, language):
        vera = make_user("vera")
        url = self.send(
            client, "give-role", {"role": "editor", "language": "nl"}, vera.pk, language=language
        )
        assert not vera.grants.exists()
        assert client.get(url).status_code == 200
        assert client.post(url, {"password": "wrong"}).status_code == 200
        assert not vera.grants.exists()
        client.post(url, {"password": "secret-word"})
        assert list(vera.grants.values_list("role", "language")) == [("editor", "nl")]
        assert events()[-1] == "role.granted"

    @pytest.mark.parametrize("name", ["take-role", "close", "reopen"])
    def test_nothing_changes_before(self, client, long_ago, name):
        vera = make_user("vera", "moderator", is_active=name != "reopen")
        self.send(client, name, {"role": "moderator"}, vera.pk)
        vera.refresh_from_db()
        assert vera.grants.exists() and vera.is_active == (name != "reopen")

    def test_an_invitation_is_not_typed_twice(self, client, long_ago):
        assert client.get(f"{PEOPLE}inviter/").status_code == 200
        fields = {"email": "vera@example.org", "role": "editor", "language": "de"}
        url = self.send(client, "invite", fields)
        assert not Invitation.objects.exists()
        client.post(url, {"password": "secret-word"})
        assert Invitation.objects.get().email == "vera@example.org"

    def test_the_administration_is_no_way_around(self, client, long_ago):
        vera = make_user("vera")
        url = reverse("admin:accounts_user_change", args=[vera.pk])
        form = {"email": vera.email, "name": "Vera", "language": "nl", "is_active": "on"}
        form |= {"is_superuser": "on", "grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
        sent = client.post(url, form)
        assert sent.status_code == 302 and not User.objects.get(pk=vera.pk).is_superuser
        client.post(sent.url, {"password": "secret-word"})
        assert User.objects.get(pk=vera.pk).is_superuser

    @pytest.mark.parametrize("name", ["delete", "changelist"])
    def test_nobody_is_deleted_before(self, client, long_ago, name):
        vera = make_user("vera")
        arguments = [vera.pk] if name == "delete" else []
        url = reverse(f"admin:accounts_user_{name}", args=arguments)
        form = {"post": "yes", "action": "delete_selected", "_selected_action": vera.pk}
        assert "/encore-une-fois/" in client.post(url, form).url
        assert User.objects.filter(pk=vera.pk).exists()

    @pytest.mark.parametrize("name", ["accounts_user_add", "auth_user_password_change"])
    def test_passwords_of_others_are_not_kept_meanwhile(self, client, long_ago, name):
        arguments = [make_user("vera").pk] if name.endswith("change") else []
        url = reverse(f"admin:{name}", args=arguments)
        assert "/encore-une-fois/" in client.get(url).url
        asked = client.post(url, {"password1": "typed-for-vera", "password2": "typed-for-vera"})
        assert "/encore-une-fois/" in asked.url
        assert "typed-for-vera" not in str(dict(client.session))
        assert client.post(asked.url, {"password": "secret-word"}).url == url
        assert client.get(url).status_code == 200

    @pytest.mark.parametrize("role", ["", "editor", "moderator", "project_lead"])
    def test_who_may_not_is_refused_and_not_asked(self, client, role):
        client.force_login(make_user("vera", role))
        for path in (f"{PEOPLE}inviter/", f"{PEOPLE}{make_user('bob').pk}/fermer/"):
            assert client.post(path).status_code == 403
