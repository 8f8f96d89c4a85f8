"""Attacks that need no crawler: redirects, sessions, the sign-in's work, markup, addresses."""

from unittest import mock
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache

from tests.articles.addresses import at
from tests.guides import make_user

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "%2f%2fevil.example",
    "http://testserver@evil.example/",
    "\thttps://evil.example",
    "/%09/evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client, target):
    cache.clear()
    make_user()
    form = {"login": "reader@example.org", "password": "secret-word", "next": target}
    response = client.post(at("fr", "account_login"), form)
    assert response.status_code == 302
    location = response["Location"].replace("\\", "/")  # as browsers read it
    assert urlsplit(urljoin("http://testserver/fr/", location)).netloc == "testserver"


@pytest.mark.parametrize("path", ["//evil.example/fr/", "/fr//evil.example/", "/\\evil.example"])
def test_remembering_a_language_leads_nowhere_else(client, path):
    response = client.get(f"{path}?remember")
    if response.status_code in (301, 302):
        assert response["Location"].startswith("/")
        assert not response["Location"].startswith("//")


def test_session_that_somebody_planted_is_not_the_one_that_is_signed_in(client):
    cache.clear()
    make_user()
    client.get(at("fr", "account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    form = {"login": "reader@example.org", "password": "secret-word"}
    client.post(at("fr", "account_login"), form)
    assert client.session["_auth_user_id"]
    assert client.session.session_key != planted


def hashes(client, email: str) -> int:
    cache.clear()
    form = {"login": email, "password": "wrong-word"}
    with mock.patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
    ) as encode:
        client.post(at("fr", "account_login"), form)
    return encode.call_count


def test_unknown_address_costs_as_much_work_as_a_known_one(client):
    """Work is counted, not time: a clock on a busy machine proves nothing."""
    make_user("known")
    make_user("gone", is_active=False)
    known, unknown = hashes(client, "known@example.org"), hashes(client, "nobody@example.org")
    assert known == unknown == hashes(client, "gone@example.org") >= 1


XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "</title><script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    "]]><script>alert(1)</script>",
]
LIVE = ("<script>alert", "<img src=x", "<svg/onload", 'href="javascript:', ">49<")


@pytest.mark.parametrize("query", XSS)
def test_markup_in_a_query_is_dead(client, query):
    content = client.get(at("fr", "search"), {"q": query}).content.decode()
    for sign in LIVE:
        assert sign not in content


@pytest.mark.parametrize(
    "path",
    [
        "/files/1/../../etc/passwd",
        "/files/1/..%2f..%2fetc%2fpasswd",
        "/files/1/%2e%2e",
        "/files/1/480/..%5c..%5cx",
        "/static/../smartwiki/settings.py",
        "/static/%2e%2e/smartwiki/settings.py",
    ],
)
def test_paths_lead_out_of_nothing(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "SECRET_KEY" not in response.content.decode()
