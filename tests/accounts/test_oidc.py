"""Signing in with the cooperative's own accounts, against a real provider."""

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from smartwiki import env
from smartwiki.accounts.models import User
from tests.guides import make_user
from tests.servers import free_port, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider(tmp_path_factory) -> Iterator[str]:
    """A provider in a process of its own."""
    port, log = free_port(), tmp_path_factory.mktemp("oidc") / "log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait_for(f"http://localhost:{port}/.well-known/openid-configuration", log)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def site(client, settings, monkeypatch, provider):
    monkeypatch.setenv("OIDC_CLIENT_ID", "smartwiki")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "very-secret")
    settings.OIDC_ISSUER, settings.OIDC_NAME = provider, "la coopérative"
    settings.SOCIALACCOUNT_PROVIDERS = env.openid_connect(provider, "la coopérative")
    settings.OIDC_ROLES = [("redaction", "editor:fr"), ("moderation", "moderator")]
    return client


def sign_in(client, provider: str, sub: str = "ana", **claims):
    """Sign in as a browser does: to the provider, and back."""
    claims = {"email": f"{sub}@example.org", "email_verified": True, "name": "Ana", **claims}
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=5).raise_for_status()
    there = client.post("/oidc/oidc/sign-in/?next=/nl/account/")
    assert there["Location"].startswith(provider)
    back = requests.post(there["Location"], {"sub": sub}, allow_redirects=False, timeout=5)
    place = urlsplit(back.headers["Location"])
    return client.get(f"{place.path}?{place.query}")


def test_new_member_gets_an_account_with_a_confirmed_address(site, provider):
    assert "la coopérative" in site.get("/fr/compte/connexion/").content.decode()
    assert sign_in(site, provider)["Location"] == "/nl/account/"
    ana = User.objects.get()
    assert (ana.email, ana.name, ana.is_team) == ("ana@example.org", "Ana", False)
    assert ana.emailaddress_set.get().verified
    assert not ana.has_usable_password()
    assert site.session["_auth_user_id"] == str(ana.pk)


def test_account_with_the_same_confirmed_address_is_the_same_person(site, provider):
    ana = make_user("ana")
    sign_in(site, provider)
    assert site.session["_auth_user_id"] == str(ana.pk)
    assert User.objects.count() == 1


def test_address_that_the_provider_did_not_confirm_opens_nothing(site, provider):
    make_user("ana")
    response = sign_in(site, provider, sub="eve", email="ana@example.org", email_verified=False)
    assert response["Location"].endswith("/compte/connexion/")
    assert "_auth_user_id" not in site.session
    assert User.objects.count() == 1


def test_roles_follow_the_groups(site, provider):
    sign_in(site, provider, groups=["redaction", "other"])
    ana = User.objects.get()
    assert set(ana.grants.values_list("role", "language")) == {("editor", "fr")}
    site.logout()
    sign_in(site, provider, groups="moderation")
    assert set(ana.grants.values_list("role", "language")) == {("moderator", "")}


def test_forged_return_is_refused(site, provider):
    for query in ("", "?code=x&state=y", "?error=access_denied"):
        response = site.get(f"/oidc/oidc/return/{query}")
        assert response["Location"].endswith("/compte/connexion/")
    assert "_auth_user_id" not in site.session


def test_without_a_provider_there_is_no_such_address(client):
    assert client.post("/oidc/oidc/sign-in/").status_code == 404
    assert client.get("/oidc/oidc/sign-in/").status_code == 405
    assert client.get("/oidc/other/return/").status_code == 404


@pytest.mark.parametrize("value", ["editor", "=x", "a="])
def test_wrong_mapping_is_named(monkeypatch, value):
    monkeypatch.setenv("OIDC_ROLES", value)
    with pytest.raises(env.EnvironmentVariableError, match="OIDC_ROLES"):
        env.pairs("OIDC_ROLES")


def test_provider_without_tls_is_refused():
    assert env.openid_connect("", "x") == {}
    with pytest.raises(env.EnvironmentVariableError, match="OIDC_ISSUER"):
        env.openid_connect("http://example.org", "x")
