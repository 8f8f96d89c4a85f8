"""The privacy page, one's own data, and the way out."""

import json

import pytest
from django.test import Client

from smartwiki.accounts.models import User
from smartwiki.privacy import leaving, registry
from smartwiki.privacy.registry import all_holdings, rules
from tests.accounts.test_journeys import once_more
from tests.guides import make_user
from tests.privacy.lives import EMAIL, NAME, make_life

pytestmark = pytest.mark.django_db

MINE, FILE, ERASE = (
    "/fr/compte/mes-donnees/",
    "/fr/compte/mes-donnees.json",
    "/fr/compte/effacer/",
)


@pytest.mark.parametrize(
    "url", ["/fr/vie-privee/", "/nl/privacy/", "/en/privacy/", "/de/datenschutz/"]
)
def test_the_privacy_page_says_all_that_is_registered(client, url):
    page = client.get(url).content.decode()
    for holding in all_holdings():
        assert f'<h2 id="{holding.name}">' in page
    assert page.count("<li>") >= len(rules())


def test_it_says_how_long_as_the_settings_say(client, settings):
    settings.DRAFTS_KEPT_DAYS = 4711
    make_user("someone")
    page = client.get("/fr/vie-privee/?fresh").content.decode()
    assert "4711 jours" in page or "4 711 jours" in page or "4\xa0711 jours" in page


def test_every_page_leads_to_it(client):
    assert 'href="/de/datenschutz/"' in client.get("/de/").content.decode()


def test_visitors_are_asked_to_sign_in(client):
    for url in (MINE, FILE, ERASE):
        response = client.get(url)
        assert response.status_code == 302 and "/compte/" in response["Location"]
    assert client.post(ERASE, {"sure": "on"}).status_code == 302


def test_a_person_sees_and_takes_along_all_that_is_theirs(client):
    client.force_login(make_life())
    page = client.get(MINE).content.decode()
    for words in (NAME, EMAIL, "Mes mots restent.", "Je viens.", "Brouillon", "203.0.113.7"):
        assert words in page, words
    response = client.get(FILE)
    assert "attachment" in response["Content-Disposition"]
    kept = json.loads(response.content)["holdings"]
    assert kept["account"]["accounts.User"][0]["email"] == EMAIL
    assert len(kept["answers"]["projects.CallResponse"]) == 2
    assert "password" not in response.content.decode()


def test_nobody_sees_what_belongs_to_others(client):
    make_life()
    client.force_login(make_user("curious"))
    for url in (MINE, FILE):
        page = client.get(url).content.decode()
        assert EMAIL not in page and NAME not in page and "Je viens." not in page


def test_erasing_asks_to_sign_in_again_and_for_a_yes(client):
    person = make_life()
    client.force_login(person)  # a session without a recent sign-in
    response = client.post(ERASE, {"sure": "on"})
    assert response.status_code == 302 and User.objects.filter(pk=person.pk).exists()
    client = Client()  # forgets that it asked
    client.force_login(person)
    once_more(client)
    assert client.get(ERASE).status_code == 200
    response = client.post(ERASE, {})
    assert response.status_code == 422 and User.objects.filter(pk=person.pk).exists()
    response = client.post(ERASE, {"sure": "on"}, follow=True)
    assert "Votre compte est effacé" in response.content.decode()
    assert not User.objects.filter(pk=person.pk).exists()
    assert client.get(MINE).status_code == 302


def test_the_last_administrator_is_told(client):
    client.force_login(
        User.objects.create_superuser("admin@example.org", "secret-word", name="Admin")
    )
    once_more(client)
    response = client.post(ERASE, {"sure": "on"})
    assert response.status_code == 422 and 'role="alert"' in response.content.decode()
    assert User.objects.exists()


def test_what_is_kept_has_names_that_people_use(client):
    names = {
        str(held.called or held.model._meta.verbose_name_plural) for held in registry.all_tables()
    }
    assert not [name for name in names if name.startswith("Relations ")]
    unnamed = {
        (held.table, column.name)
        for held in registry.all_tables()
        for column in (leaving._column(held.model, path) for path in held.shows)
        if "_" in column.name and leaving._label(column) == column.name.replace("_", " ")
    }
    assert unnamed == set()


def test_values_are_put_in_words(client):
    client.force_login(make_life())
    page = client.get("/nl/account/mijn-gegevens/").content.decode()
    assert "Je gegevens (1)" in page and "Frans" in page and "nee" in page
    assert "True" not in page and "+00:00" not in page and "User sessions" not in page
