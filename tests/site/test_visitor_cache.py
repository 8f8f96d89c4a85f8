"""Pages kept for visitors are true, and nobody's own page is ever kept."""

import gzip

import brotli
import pytest
from django.http import HttpResponse
from django.test import Client

from smartwiki import visitor_cache
from smartwiki.models import ContentVersion
from tests.guides import make_guide, make_user, revise
from tests.projects.helpers import make_project, page_of


def test_second_visitor_costs_one_query(client, db, django_assert_num_queries):
    make_guide("Factures")
    first = client.get("/fr/guides/factures/")
    with django_assert_num_queries(1):
        second = client.get("/fr/guides/factures/")
    assert second.content == first.content
    assert second["ETag"] == first["ETag"]


def test_kept_page_has_every_header_of_the_first(client, db):
    make_guide("Factures")
    first, second = (client.get("/fr/guides/factures/") for _each in range(2))
    assert dict(second.items()) == dict(first.items())
    for name in ("Content-Security-Policy", "X-Frame-Options", "Content-Language"):
        assert name in second.headers


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("br;q=0", None, bytes),
    ],
)
def test_pages_come_as_short_as_the_browser_understands(client, db, accepted, encoding, unpack):
    make_guide("Factures", text="Long. " * 500)
    for _made_then_kept in range(2):
        response = client.get("/fr/guides/factures/", headers={"Accept-Encoding": accepted})
        assert response.headers.get("Content-Encoding") == encoding
        assert int(response.headers["Content-Length"]) == len(response.content)
        assert "Accept-Encoding" in response.headers["Vary"]
        assert "Long. Long." in unpack(response.content).decode()


def test_pictures_are_not_compressed_again(client, db):
    url = page_of(make_project(), name="picture")
    response = client.get(url, headers={"Accept-Encoding": "br"})
    assert response.headers["Content-Type"] == "image/png"
    assert "Content-Encoding" not in response.headers


def test_kept_page_is_not_given_to_another_host_or_without_tls(client, db, settings):
    make_guide("Factures")
    assert client.get("/fr/guides/factures/", secure=True).status_code == 200
    strange = client.get("/fr/guides/factures/", secure=True, headers={"Host": "evil.example"})
    assert strange.status_code == 400
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/fr/guides/factures/").status_code == 301


def test_page_that_is_the_same_is_not_sent_again(client, db):
    make_guide("Factures")
    etag = client.get("/fr/guides/factures/")["ETag"]
    again = client.get("/fr/guides/factures/", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""


def test_new_text_is_seen_at_once(client, db):
    guide = make_guide("Factures", text="Ancien texte")
    etag = client.get("/fr/guides/factures/")["ETag"]
    revise(guide.translations.get(), text="Texte tout neuf")
    after = client.get("/fr/guides/factures/", headers={"If-None-Match": etag})
    assert after.status_code == 200
    assert "Texte tout neuf" in after.content.decode()


def test_page_of_a_signed_in_person_is_private_and_not_kept(client, db):
    make_guide("Factures")
    client.force_login(make_user("lucie"))
    response = client.get("/fr/guides/factures/")
    assert sorted(response["Cache-Control"].split(", ")) == ["no-cache", "private"]
    assert "Cookie" in response["Vary"]
    assert "lucie" in response.content.decode()
    assert not visitor_cache._pages
    client.logout()
    assert "lucie" not in client.get("/fr/guides/factures/").content.decode()


def test_query_string_is_answered_but_not_kept(client, db):
    assert client.get("/fr/?from=elsewhere").status_code == 200
    assert not visitor_cache._pages


def test_answer_that_sets_a_cookie_is_for_one_visitor_alone(rf, db):
    def answer(request):
        response = visitor_cache.for_visitors(lambda request: HttpResponse("Bonjour"))(request)
        if given:
            response.set_cookie("language", "fr")
        return response

    middleware = visitor_cache.VisitorCacheMiddleware(answer)
    for given in (True, False):
        middleware(rf.get("/fr/"))
        assert bool(visitor_cache._pages) is not given


@pytest.mark.parametrize("path", ["/fr/projets/absent/", "/nl/projecten/un-wiki/"])
def test_what_is_no_page_is_not_kept(client, db, path):
    make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    assert client.get(path).status_code in (302, 404)
    assert not visitor_cache._pages


def test_head_and_get_agree(client, db):
    make_guide("Factures")
    assert client.head("/fr/guides/factures/")["ETag"] == client.get("/fr/guides/factures/")["ETag"]


def test_shared_caches_are_told_to_ask(client, db):
    response = client.get("/fr/")
    assert response["Cache-Control"] == "no-cache"
    assert "Cookie" in response["Vary"]


def test_visitors_pages_hold_no_csrf_token(client, index):
    make_guide("Factures")
    index()
    for url in ("/fr/", "/fr/guides/", "/fr/guides/factures/", "/fr/recherche/?q=x"):
        response = client.get(url)
        assert response.status_code == 200
        assert "csrfmiddlewaretoken" not in response.content.decode()
        assert not response.cookies


def test_version_only_rises(db):
    before = ContentVersion.current()
    ContentVersion.bump()
    assert ContentVersion.current() == before + 1
    assert str(ContentVersion.objects.get()) == str(before + 1)
