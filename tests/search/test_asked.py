"""What readers look for is counted, and nobody can be told from it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from smartwiki.search import asked
from smartwiki.search.models import AskedQuery
from tests.guides import STAFF, make_guide, make_user, translate

pytestmark = pytest.mark.django_db

OURS = {"sec-fetch-site": "same-origin"}  # as browsers say it


@pytest.fixture
def ticket(client, index):
    """Search, and return the ticket of the page."""

    def ticket(q):
        index()
        return client.get(reverse("search"), {"q": q}).context["ticket"]

    return ticket


def see(client, ticket, times=1, **more):
    for _time in range(times):
        response = client.post(reverse("search-seen"), {"ticket": ticket, **more}, headers=OURS)
        assert response.status_code == 204


def test_looking_writes_nothing(ticket):
    ticket("licorne")
    assert not AskedQuery.objects.exists()


def test_what_nobody_finds_is_listed_for_editors(client, ticket):
    see(client, ticket("Licorne  bleue"), 3)
    (row,) = asked.without_result()
    assert (row["query"], row["language"], row["asked"]) == ("licorne bleue", "fr", 3)
    client.force_login(make_user("editor", "editor", "de"))
    page = client.get(reverse("search-asked")).content.decode()
    assert "licorne bleue" in page
    assert "words=licorne%20bleue" in page
    write = "/fr/rediger/nouveau/?title=licorne%20bleue&amp;language=fr"
    assert write in page
    form = client.get(write.replace("&amp;", "&")).content.decode()
    assert 'value="licorne bleue"' in form


def test_what_another_language_has_is_one_click_from_its_translation(client, ticket):
    guide = make_guide("Onkostennota kwispel", "nl", slug="kwispel")
    make_guide("Kwispel voor het team", "nl", slug="team", visibility=STAFF)
    done = translate(make_guide("Kwispel klaar", "nl", slug="klaar"), "fr", "Fini")
    see(client, ticket("kwispel"), 3)
    work = reverse("translating:work", args=[guide.pk, "fr"])
    for user, offered in (
        (make_user("fr", "editor", "fr"), 1),
        (make_user("de", "editor", "de"), 0),
    ):
        client.force_login(user)
        page = client.get(reverse("search-asked")).content.decode()
        assert page.count(work) == offered
        assert reverse("translating:work", args=[done.guide_id, "fr"]) not in page
    client.force_login(make_user("other", "editor", "fr"))
    assert client.get(work).status_code == 200


def test_the_list_is_there_while_the_index_is_not(client, engine):
    today = timezone.localdate()
    AskedQuery.objects.create(day=today, language="fr", query="licorne", results=0, sessions=3)
    client.force_login(make_user("editor", "editor"))
    assert "licorne" in client.get(reverse("search-asked")).content.decode()


def test_what_few_asked_is_shown_to_nobody(client, ticket):
    see(client, ticket("jean dupont"), 2)
    client.force_login(make_user("editor", "editor"))
    assert "jean dupont" not in client.get(reverse("search-asked")).content.decode()


def test_what_is_found_but_not_opened_is_badly_ranked(client, ticket):
    make_guide("Facture")
    signed = ticket("facture")
    see(client, signed, 3)
    assert [row["query"] for row in asked.badly_ranked()] == ["facture"]
    see(client, signed, rank=1)
    assert asked.badly_ranked() == []
    for _time in range(3):
        see(client, signed, rank=10)
    assert [row["rank"] for row in asked.badly_ranked()] == [7]
    assert asked.without_result() == []


def test_a_missing_page_is_noted_with_one_click(client, ticket):
    response = client.post(
        reverse("search-missing"), {"ticket": ticket("licorne")}, headers=OURS, follow=True
    )
    assert response.status_code == 200
    assert AskedQuery.objects.get().missed == 1


@pytest.mark.parametrize("name", ["search-seen", "search-missing"])
def test_a_click_must_come_from_our_own_page(client, ticket, name):
    signed = ticket("licorne")
    elsewhere = Client(enforce_csrf_checks=True)
    for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://example.net"}):
        response = elsewhere.post(reverse(name), {"ticket": signed}, headers=headers)
        assert response.status_code == 403
    assert not AskedQuery.objects.exists()
    assert elsewhere.post(reverse(name), {"ticket": signed}, headers=OURS).status_code < 400
    assert AskedQuery.objects.exists()


@pytest.mark.parametrize("rank", ["", "0", "-1", "x", "²", "99999999999999999999"])
@pytest.mark.parametrize("signed", ["", "x", "a:b:c"])
def test_no_ticket_no_count(client, signed, rank):
    response = client.post(reverse("search-seen"), {"ticket": signed, "rank": rank}, headers=OURS)
    assert response.status_code == 400
    client.post(reverse("search-missing"), {"ticket": signed}, headers=OURS)
    assert not AskedQuery.objects.exists()


@pytest.mark.parametrize("rank", ["0", "-1", "x", "²", "99999999999999999999"])
def test_a_rank_that_makes_no_sense_is_refused(client, ticket, rank):
    signed = ticket("licorne")
    response = client.post(reverse("search-seen"), {"ticket": signed, "rank": rank}, headers=OURS)
    assert response.status_code == 400


def test_figures_are_forgotten_after_ninety_days(client, ticket):
    old = timezone.localdate() - timedelta(days=91)
    AskedQuery.objects.create(day=old, language="fr", query="vieux", results=0, sessions=9)
    assert asked.without_result() == []
    see(client, ticket("licorne"))
    assert not AskedQuery.objects.filter(query="vieux").exists()


def test_a_flood_of_queries_does_not_fill_the_table(client, ticket, monkeypatch):
    monkeypatch.setattr(asked, "MOST_A_DAY", 1)
    see(client, ticket("licorne"))
    see(client, ticket("dragon"))
    assert AskedQuery.objects.count() == 1
