"""Any address at all gets the right status and a page in the reader's language."""

import logging

import pytest

from tests.guides import make_guide, make_user

LONG = "a" * 2000

NOT_FOUND = [
    "/fr/guides/inconnu/",
    "/fr/guides/a/../../b/",
    "/fr/guides/%2e%2e/%2e%2e/etc/passwd/",
    f"/fr/guides/{LONG}/",
    f"/fr/{LONG}/",
    "/fr/guides/a%00b/",
    "/fr/guides/%0d%0aSet-Cookie:x/",
    "/fr/guides/%ff%fe/",
    "/fr/guides/%E2%80%AE/",
    "/fr/guides/<script>/",
    "/fr/guides/" + "a/" * 40,
    "/es/",
    "/es/guides/",
    "/frr/",
    "/zz",
    "/fr/guides/factures/x'--/",
    "/nl/guides/",
]


@pytest.mark.parametrize("url", NOT_FOUND)
def test_unknown_address_is_a_helpful_404(client, db, caplog, url):
    make_guide("Factures")
    caplog.set_level(logging.ERROR)
    response = client.get(url, headers={"Accept-Language": "fr"})
    assert response.status_code == 404
    content = response.content.decode()
    assert "Cette page n’est pas ici" in content or "Deze pagina is er niet" in content
    assert "<script>/" not in content
    assert not [record for record in caplog.records if record.exc_info]


def test_404_speaks_the_language_of_its_prefix(client, db):
    assert "Deze pagina is er niet" in client.get("/nl/gidsen/weg/").content.decode()


def test_404_speaks_the_browsers_language_without_prefix(client, db):
    response = client.get("/zz/", headers={"Accept-Language": "de"})
    assert 'lang="de"' in response.content.decode()


@pytest.mark.parametrize("asked", ["ancien/la-note-de-frais", "note-de-fr", "note-de-fraises"])
def test_404_suggests_what_resembles(client, db, asked, django_assert_max_num_queries):
    make_guide("Note de frais", slug="note-de-frais")
    make_guide("Note secrète", slug="note-de-frais-secrete", visibility=2)
    make_guide("Impôt", slug="impot")
    with django_assert_max_num_queries(9):
        content = client.get(f"/fr/guides/{asked}/").content.decode()
    assert "Note de frais" in content
    assert "Note secrète" not in content
    assert "Impôt" not in content


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("/fr/guides/Factures/", "/fr/guides/factures/"),
        ("/fr/guides/factures//", "/fr/guides/factures/"),
        ("/fr/guides/factures", "/fr/guides/factures/"),
        ("/fr/guides", "/fr/guides/"),
        ("/fr", "/fr/"),
    ],
)
def test_nearly_right_address_leads_to_the_right_one(client, db, url, meant):
    make_guide("Factures")
    response = client.get(url)
    assert response.status_code in (301, 302)
    assert response["Location"] == meant


@pytest.mark.parametrize("url", ["/fr/", "/fr/guides/", "/fr/guides/factures/", "/"])
def test_only_reading_is_allowed(client, db, url):
    make_guide("Factures")
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(url).status_code == 405


def test_wrong_host_is_refused_in_words(client, db):
    response = client.get("/fr/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_form_without_token_is_refused_in_words(db):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/nl/account/aanmelden/", {})
    assert response.status_code == 403
    assert "Dit formulier is te oud" in response.content.decode()


def test_error_page_needs_nothing_that_works(db):
    from django.template.loader import render_to_string

    content = render_to_string("500.html")
    for words in ("de notre côté", "bij ons", "on our side", "bei uns"):
        assert words.lower() in content.lower()


def test_styleguide_is_there_for_developers(client, db):
    client.force_login(make_user())
    assert client.get("/styleguide/").status_code in (200, 404)  # only where DEBUG is set


def test_robots_are_told_where_the_sitemap_is(client, db):
    content = client.get("/robots.txt").content.decode()
    assert "Sitemap: http" in content
    assert "/sitemap.xml" in content
