"""What every response says, and what is refused before anything reads it."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from smartwiki import hardening
from smartwiki.files.keeping import MAX_BYTES
from tests.accounts.test_journeys import once_more
from tests.articles.addresses import at
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db

HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/fr/",
        "/fr/guides/factures/",
        "/fr/nowhere/",
        "/fr/projets/projects.csv",
        "/fr/projets/feed.atom",
        "/sitemap.xml",
        "/robots.txt",
        "/admin/",
        "/.well-known/security.txt",
        "/fr/bureau/",
    ],
)
def test_every_kind_of_response_has_every_header(client, url):
    make_guide("Factures")
    response = client.get(url)
    for name, value in HEADERS.items():
        assert value in response.headers.get(name, ""), (name, response.status_code)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|application/ld\+json)\")[^>]*>"
    r"|<style|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)


def test_administration_needs_no_exception_from_the_policy(client):
    person = make_user("boss", is_superuser=True, is_staff=True)
    client.force_login(person)
    once_more(client)
    pages = ["admin:index", "admin:accounts_user_changelist", "admin:accounts_user_add"]
    pages += ["admin:projects_project_changelist", "admin:projects_project_add"]
    pages += ["admin:projects_axis_changelist", "admin:projects_axis_add", "admin:password_change"]
    urls = [reverse(name) for name in pages]
    urls += [
        reverse("admin:accounts_user_change", args=[person.pk]),
        reverse("admin:accounts_user_delete", args=[person.pk]),
        reverse("admin:accounts_user_history", args=[person.pk]),
    ]
    for url in urls:
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        assert INLINE.findall(response.content.decode()) == [], url
        for source in re.findall(r'(?:src|href)="(https?:)?//', response.content.decode()):
            pytest.fail(f"{url} loads from elsewhere: {source}")


SETTINGS = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME)
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.DEBUG)
from django.test import Client
response = Client().get("/robots.txt", secure=True)
print(response.headers["Strict-Transport-Security"])
print(Client().get("/robots.txt").headers["Location"])
"""


def test_in_production_cookies_belong_to_this_host_and_tls(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "k" * 64,
        "ALLOWED_HOSTS": "testserver",
        "VAR_DIR": str(tmp_path),
        "SEARCH_WORKER": "0",
        "DJANGO_SETTINGS_MODULE": "smartwiki.settings",
    }
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SETTINGS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=site.BASE_DIR,
    )
    names, flags, hsts, location = answer.stdout.splitlines()
    assert names == "__Host-sessionid __Host-csrftoken __Host-language"
    assert flags == "True True True False"
    assert "max-age=31536000" in hsts
    assert "includeSubDomains" in hsts
    assert location == "https://testserver/robots.txt"


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil"])
def test_another_host_name_is_refused_in_words(client, settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]
    response = client.get("/fr/", headers={"host": host})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_forwarded_host_is_not_believed(client):
    content = client.get("/fr/", headers={"x-forwarded-host": "evil.example"}).content.decode()
    assert "evil.example" not in content


def test_body_that_is_too_large_is_not_even_read(client):
    assert hardening.LARGEST_REQUEST > MAX_BYTES
    url = at("nl", "account_login")
    response = client.generic("POST", url, b"x", CONTENT_LENGTH=str(10**9))
    assert response.status_code == 413
    assert "20 MB" in response.content.decode()


@pytest.mark.parametrize("announced", ["", "-1", "²", "1e9"])
def test_nonsense_about_the_size_is_no_size(rf, announced):
    request = rf.post("/")
    request.META["CONTENT_LENGTH"] = announced
    assert hardening._announced_size(request) == 0


def test_visitors_who_send_too_much_are_told_how_long_to_wait(client, monkeypatch):
    cache.clear()
    monkeypatch.setattr(hardening, "SENT_BY_VISITORS", 2)
    url = at("fr", "account_login")
    statuses = [client.post(url, {"text": "Mon texte"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    response = client.post(url, {"text": "Mon texte"})
    assert 0 < int(response["Retry-After"]) <= 60
    assert "Mon texte" in response.content.decode()
    assert client.get(url).status_code == 200  # reading goes on
    assert client.post(url, {}, REMOTE_ADDR="192.0.2.77").status_code == 200


def test_members_have_a_limit_of_their_own(client, monkeypatch):
    cache.clear()
    monkeypatch.setattr(hardening, "SENT_A_MINUTE", 2)
    clients = [Client(headers={"Sec-Fetch-Site": "same-origin"}) for _each in range(2)]
    for number, each in enumerate(clients):
        each.force_login(make_user(f"m{number}"))
    url = at("fr", "search-missing")
    for _ in range(2):
        assert clients[0].post(url).status_code == 302
    assert clients[0].post(url).status_code == 429
    assert clients[1].post(url).status_code == 302


def test_what_pages_send_by_themselves_is_not_counted_as_a_form(client, monkeypatch):
    monkeypatch.setattr(hardening, "SENT_BY_VISITORS", 0)
    cache.clear()
    headers = {"sec-fetch-site": "same-origin"}
    assert client.post("/reading/", {"translation": "1"}, headers=headers).status_code == 204


def test_security_txt_says_whom_to_write_to(client, settings):
    settings.SECURITY_CONTACT = "https://example.org/security"
    text = client.get("/.well-known/security.txt").content.decode()
    fields = Message()
    for line in text.strip().splitlines():
        name, value = line.split(": ", 1)
        fields[name] = value
    assert fields["Contact"] == "https://example.org/security"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%S%z")
    now = datetime.now(UTC)
    assert now + timedelta(days=30) < expires < now + timedelta(days=365)  # RFC 9116, 2.5.5
    assert fields["Preferred-Languages"] == "fr, nl, en, de"


def test_static_files_are_for_this_site():
    headers: dict[str, str] = {}
    hardening.add_headers_to_file(headers, "x.css", "/static/x.css")
    assert headers == {"Cross-Origin-Resource-Policy": "same-origin"}


def test_error_pages_tell_nothing(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("projects.overview.Overview.__init__", lambda *_: 1 / 0)
    response = client.get(at("fr", "projects:overview"))
    assert response.status_code == 500
    for secret in ("Traceback", "ZeroDivision", "/projects/", "Django"):
        assert secret not in response.content.decode()
