"""The way in: cookie, then browser, then French; a choice in the menu is remembered."""

import pytest


@pytest.mark.parametrize(
    ("cookie", "accept", "expected"),
    [
        ("", "", "/fr/"),
        ("", "nl-BE,nl;q=0.9,en;q=0.5", "/nl/"),
        ("", "es,it;q=0.8", "/fr/"),
        ("", "es,de;q=0.8", "/de/"),
        ("en", "nl", "/en/"),
        ("xx", "nl", "/nl/"),
        ("../..", "\x01,;q=9", "/fr/"),
    ],
)
def test_root_leads_to_the_readers_language(client, db, cookie, accept, expected):
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get("/", headers={"Accept-Language": accept} if accept else {})
    assert response.status_code == 302
    assert response["Location"] == expected
    assert "Accept-Language" in response["Vary"]
    assert "Cookie" in response["Vary"]


def test_choice_in_the_menu_is_remembered_for_the_next_visit(client, db):
    response = client.get("/de/?remember")
    assert response.status_code == 302
    assert response["Location"] == "/de/"
    assert client.get("/", headers={"Accept-Language": "nl"})["Location"] == "/de/"


def test_choice_keeps_the_rest_of_the_query(client, db):
    response = client.get("/nl/zoeken/?q=btw&remember")
    assert response["Location"] == "/nl/zoeken/?q=btw"


def test_choice_never_leads_to_another_site(client, db):
    response = client.get("//example.org/fr/?remember")
    assert response.status_code == 404 or response["Location"].startswith("/")
    assert not response.get("Location", "").startswith("//")


def test_reading_alone_sets_no_cookie(client, db):
    assert not client.get("/de/").cookies


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/fr/", "Que souhaitez-vous savoir"),
        ("/nl/", "Wat wil je weten"),
        ("/en/", "What would you like to know"),
        ("/de/", "Was möchten Sie wissen"),
    ],
)
def test_home_speaks_the_language_of_its_address(client, db, url, words):
    response = client.get(url, headers={"Accept-Language": "en"})
    assert words in response.content.decode()
    assert f'<html lang="{url[1:3]}"' in response.content.decode()


def test_language_menu_of_a_plain_page_leads_to_the_same_page(client, db):
    content = client.get("/fr/recherche/?q=tva").content.decode()
    assert 'href="/nl/zoeken/?remember"' in content or 'href="/nl/zoeken/?q=tva' in content


def test_addresses_are_words_of_the_language(client, db):
    for url in ("/fr/guides/", "/nl/gidsen/", "/en/guides/", "/de/leitfaeden/"):
        assert client.get(url).status_code == 200, url
