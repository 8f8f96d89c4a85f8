"""What a role gives, and to whom."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from smartwiki.accounts.models import Grant, User
from tests.accounts.test_journeys import once_more
from tests.guides import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("languages", "asked", "expected"),
    [
        ((), "fr", True),
        ((), "", True),
        (("nl",), "nl", True),
        (("nl",), "", True),
        (("nl",), "fr", False),
        (("nl", "fr"), "fr", True),
    ],
)
def test_editor_has_the_languages_that_were_granted(languages, asked, expected):
    assert make_user("vera", "editor", *languages).has_role("editor", asked) is expected


def test_member_has_no_role_and_is_not_of_the_team():
    member = make_user()
    assert not member.has_role("editor")
    assert not member.is_team


def test_administrator_has_every_role():
    admin = make_user(is_superuser=True)
    assert admin.has_role("editor", "nl")
    assert admin.is_team


def test_somebody_who_left_has_nothing():
    gone = make_user("gone", "editor", is_active=False)
    assert not gone.has_role("editor")
    assert not gone.is_team


def test_role_is_granted_once():
    user = make_user("vera", "editor")
    user.grant("editor")
    assert user.grants.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=user, role="editor")


def test_unknown_role_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=make_user(), role="emperor")


def test_person_is_known_by_name():
    user = make_user("Vera", "editor", "nl")
    assert str(user) == user.get_full_name() == user.get_short_name() == "Vera"
    assert str(user.grants.get()).startswith("Vera: ")


def test_address_is_kept_in_lower_case_and_belongs_to_one_person():
    user = User(email="NEW@Example.org", name="New")
    user.set_password("x")
    user.full_clean()
    assert user.email == "new@example.org"
    make_user("new")
    with pytest.raises(ValidationError):
        User(email="New@example.org", name="Other", password="x").full_clean()


def test_superuser_can_be_made_on_the_command_line():
    admin = User.objects.create_superuser("root@example.org", "secret", name="Root")
    assert admin.is_staff
    assert admin.is_superuser


class TestAdmin:
    def test_administrator_sees_people_and_their_roles(self, client):
        vera = make_user("vera", "editor", "nl")
        client.force_login(make_user("ada", is_staff=True, is_superuser=True))
        assert client.get("/admin/").status_code == 200
        assert "vera" in client.get("/admin/accounts/user/").content.decode()
        assert client.get(f"/admin/accounts/user/{vera.pk}/change/").status_code == 200
        once_more(client)
        assert client.get("/admin/accounts/user/add/").status_code == 200

    def test_new_role_notes_who_gave_it_and_a_role_can_be_taken(self, client):
        ada, vera = make_user("ada", is_staff=True, is_superuser=True), make_user("vera")
        client.force_login(ada)
        once_more(client)
        form = {
            "email": vera.email,
            "name": "Vera",
            "language": "nl",
            "is_active": "on",
            "grants-TOTAL_FORMS": "1",
            "grants-INITIAL_FORMS": "0",
            "grants-0-role": "editor",
            "grants-0-language": "nl",
            "grants-0-user": vera.pk,
        }
        url = f"/admin/accounts/user/{vera.pk}/change/"
        assert client.post(url, form).status_code == 302
        grant = vera.grants.get()
        assert grant.granted_by == ada
        form |= {
            "grants-INITIAL_FORMS": "1",
            "grants-0-id": grant.pk,
            "grants-0-DELETE": "on",
        }
        assert client.post(url, form).status_code == 302
        assert not vera.grants.exists()

    def test_texts_cannot_be_changed_past_publishing(self, client):
        client.force_login(make_user("ada", is_staff=True, is_superuser=True))
        index = client.get("/admin/").content.decode()
        assert "SmartWiki</title>" in index
        assert "Django" not in index
        assert "/admin/wiki/" not in index
        assert "/admin/django_nyt/" not in index
        assert client.get("/admin/wiki/article/").status_code == 404

    @pytest.mark.parametrize("role", ["", "editor", "moderator", "project_lead"])
    def test_nobody_else_gets_in(self, client, role):
        client.force_login(make_user("someone", role))
        assert client.get("/admin/accounts/user/").status_code == 302
