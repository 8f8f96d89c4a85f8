"""What readers look for is counted, and nobody can be told from it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from smartwiki.search import asked
from smartwiki.search.models import AskedQuery
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(client, index):
    """Search, and return the ticket of the page."""

    def ticket(q):
        index()
        return client.get(reverse("search"), {"q": q}).context["ticket"]

    return ticket


def see(client, ticket, times=1, **more):
    for _time in range(times):
        assert client.post(reverse("search-seen"), {"ticket": ticket, **more}).status_code == 204


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
    response = client.post(reverse("search-missing"), {"ticket": ticket("licorne")}, follow=True)
    assert response.status_code == 200
    assert AskedQuery.objects.get().missed == 1


def test_a_click_needs_the_token_of_the_page(index):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    for name in ("search-seen", "search-missing"):
        assert strict.post(reverse(name), {"ticket": "x"}).status_code == 403


@pytest.mark.parametrize("rank", ["", "0", "-1", "x", "²", "99999999999999999999"])
@pytest.mark.parametrize("signed", ["", "x", "a:b:c"])
def test_no_ticket_no_count(client, signed, rank):
    response = client.post(reverse("search-seen"), {"ticket": signed, "rank": rank})
    assert response.status_code == 400
    client.post(reverse("search-missing"), {"ticket": signed})
    assert not AskedQuery.objects.exists()


@pytest.mark.parametrize("rank", ["0", "-1", "x", "²", "99999999999999999999"])
def test_a_rank_that_makes_no_sense_is_refused(client, ticket, rank):
    signed = ticket("licorne")
    response = client.post(reverse("search-seen"), {"ticket": signed, "rank": rank})
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
