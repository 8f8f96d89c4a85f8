"""Calls for contribution, and the answers that only the team reads."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from projects.following import describe_call
from projects.models import Call, CallResponse
from tests.guides import make_user
from tests.projects.helpers import (
    address,
    answer,
    make_call,
    make_lead,
    make_project,
    page_of,
    shown,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted(db) -> None:
    cache.clear()


@pytest.fixture
def call() -> Call:
    return make_call(make_project("Un wiki", make_lead()), contact="team@example.org")


def url_of(call, name="call", language="fr") -> str:
    return address(f"projects:{name}", call.project.slug_for(language), call.pk, language=language)


def test_a_visitor_answers_and_is_thanked(client, call):
    response = client.post(url_of(call), answer())
    assert response["Location"] == url_of(call, "thanks")
    assert client.get(response["Location"]).status_code == 200
    kept = CallResponse.objects.get()
    assert (kept.name, kept.email, kept.language, kept.author) == (
        "Ana", "ana@example.org", "fr", None,
    )  # fmt: skip
    assert kept.consented_at <= timezone.now()


def test_a_member_finds_name_and_address_filled_in(client, call):
    client.force_login(member := make_user("member"))
    assert 'value="member@example.org"' in client.get(url_of(call)).content.decode()
    client.post(url_of(call), answer())
    assert CallResponse.objects.get().author == member


def test_an_answer_is_nowhere_public(client, call):
    client.post(url_of(call), answer())
    for url in (page_of(call.project), url_of(call), address("projects:json")):
        page = client.get(url).content.decode()
        assert "ana@example.org" not in page and "Moi, j" not in page
    assert "team@example.org" in client.get(url_of(call)).content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"email": "ana"}, "email"),
        ({"message": ""}, "message"),
        ({"message": "a" * 100_000}, "message"),
        ({"consent": ""}, "consent"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(client, call, fields, wrong):
    response = client.post(url_of(call), answer(**fields))
    page = response.content.decode()
    assert response.status_code == 422
    assert f"id_{wrong}_error" in page
    assert fields.get("message", "Moi, j") in page
    assert not CallResponse.objects.exists()


@pytest.mark.parametrize(
    ("seconds_ago", "fields"),
    [
        (60, {"website": "https://spam.example/"}),
        (60, {"shown_at": ""}),
        (60, {"shown_at": "shown:1:forged"}),
        (0, {}),
        (3 * 24 * 3600, {}),
    ],
    ids=["honeypot", "no time", "forged", "too fast", "too old"],
)
def test_machines_are_kept_out(client, call, seconds_ago, fields):
    response = client.post(url_of(call), answer(seconds_ago, **fields))
    assert response.status_code == 422
    assert "Moi, j" in response.content.decode()
    assert not CallResponse.objects.exists()


def test_a_form_that_was_open_too_long_can_be_sent_once_more(client, call):
    page = client.post(url_of(call), answer(shown_at=shown(3 * 24 * 3600))).content.decode()
    assert shown(3 * 24 * 3600) not in page and 'name="shown_at"' in page


def test_one_address_may_send_five_answers_an_hour(client, call):
    for _number in range(5):
        assert client.post(url_of(call), answer()).status_code == 302
    response = client.post(url_of(call), answer())
    assert response.status_code == 429
    assert "Moi, j" in response.content.decode()
    assert CallResponse.objects.count() == 5
    assert client.post(url_of(call), answer(), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_an_answer_one_second_after_the_closing_is_refused_and_kept_in_the_form(client, call):
    call.closes_at = timezone.now() - timedelta(seconds=1)
    call.save()
    response = client.post(url_of(call), answer())
    assert response.status_code == 409
    assert "Moi, j" in response.content.decode()
    assert "Ouvert jusqu" not in response.content.decode()
    assert not CallResponse.objects.exists()
    page = client.get(url_of(call)).content.decode()
    assert "<textarea" not in page


def test_a_call_is_open_from_its_opening_until_its_closing(call):
    second = timedelta(seconds=1)
    assert not call.is_open(call.opens_at - second)
    assert call.is_open(call.opens_at)
    assert call.is_open(call.closes_at - second)
    assert not call.is_open(call.closes_at)
    assert Call(opens_at=None, closes_at=None).is_open()


def test_a_call_that_has_not_begun_is_not_there(client):
    call = make_call(make_project(), opens=1, closes=2)
    assert client.get(url_of(call)).status_code == 404
    assert client.post(url_of(call), answer()).status_code == 404
    assert "Aidez-nous" not in client.get(page_of(call.project)).content.decode()


def test_a_call_of_another_project_is_not_there(client, call):
    other = make_project("Autre")
    assert client.get(address("projects:call", other.slug_fr, call.pk)).status_code == 404


def test_a_call_that_closes_before_it_opens_is_refused(client, call):
    client.force_login(call.project.leads.get())
    response = client.post(
        address("project_desk:part", call.project.pk, "call", call.pk),
        {"title_fr": "x", "opens_at": "2026-02-02T10:00", "closes_at": "2026-02-02T09:59"},
    )
    assert response.status_code == 422
    assert "id_closes_at_error" in response.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(closes_at=call.opens_at)


def test_opening_times_are_those_of_brussels(client, call):
    client.force_login(call.project.leads.get())
    url = address("project_desk:part", call.project.pk, "call", call.pk)
    client.post(url, {"title_fr": "x", "opens_at": "2026-07-01T09:00", "closes_at": ""})
    call.refresh_from_db()
    assert call.opens_at.isoformat() == "2026-07-01T07:00:00+00:00"
    assert 'value="2026-07-01T09:00"' in client.get(url).content.decode()


def test_results_are_published_as_part_of_the_call(client, call):
    client.force_login(call.project.leads.get())
    url = address("project_desk:part", call.project.pk, "call", call.pk)
    client.post(url, {"title_fr": "Fini", "closes_at": "2021-01-01T10:00", "results_fr": "**Dix**"})
    for page in (page_of(call.project), url_of(call)):
        assert "<strong>Dix</strong>" in client.get(page).content.decode()


def test_the_team_reads_exports_and_deletes_answers(client, call):
    client.post(url_of(call), answer(message="=1+1\nDeux “lignes”, oui", name="@Ana"))
    client.force_login(call.project.leads.get())
    pk = call.project.pk
    assert (
        "ana@example.org"
        in client.get(address("project_desk:answers", pk, call.pk)).content.decode()
    )
    exported = client.post(address("project_desk:answers-csv", pk, call.pk)).content.decode()
    rows = list(csv.DictReader(io.StringIO(exported.removeprefix("\ufeff")), strict=True))
    assert rows[0]["message"] == "'=1+1\nDeux “lignes”, oui"
    assert rows[0]["name"] == "'@Ana"
    response = CallResponse.objects.get()
    client.post(address("project_desk:delete", pk, "call", call.pk))
    assert Call.objects.exists()  # not while somebody's answer is with it
    client.post(address("project_desk:delete-answer", pk, call.pk, response.pk))
    client.post(address("project_desk:delete", pk, "call", call.pk))
    assert not Call.objects.exists()


def test_the_form_is_never_kept_for_other_visitors(client, call):
    response = client.get(url_of(call))
    assert "no-store" in response["Cache-Control"]


def test_any_language_s_address_leads_to_the_call(client, call):
    call.project.slug_nl = "een-wiki"
    call.project.title_nl = "Een wiki"
    call.project.save()
    response = client.get(address("projects:call", "un-wiki", call.pk, language="nl"))
    assert response["Location"] == url_of(call, language="nl")
    page = client.get(response["Location"]).content.decode()
    assert '<span lang="fr">Aidez-nous</span>' in page


def test_an_answer_needs_the_form_s_own_token(call):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post(url_of(call), answer())
    assert response.status_code == 403


def test_any_language_s_address_leads_to_the_thanks(client, call):
    call.project.slug_nl, call.project.title_nl = "een-wiki", "Een wiki"
    call.project.save()
    response = client.get(address("projects:thanks", "un-wiki", call.pk, language="nl"))
    assert response["Location"] == address("projects:thanks", "een-wiki", call.pk, language="nl")
    assert client.get(response["Location"]).status_code == 200


def test_a_call_that_is_open_until_further_notice_is_announced_without_a_date(client, call):
    call.closes_at = None
    call.save()
    with translation.override("fr"):
        event = describe_call({"call": call.pk}, "fr", AnonymousUser())
    assert event.label == "Appel à contribution"
