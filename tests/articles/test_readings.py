"""Readings are counted by day and text; nothing is known of who reads."""

from datetime import date

import pytest
from django.utils import timezone

from articles.models import Reading
from articles.reading import readings
from smartwiki.models import ContentVersion
from tests.articles.addresses import at
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def no_limits_yet():
    readings._sent.clear()


@pytest.fixture
def text():
    return make_guide("Factures").translations.get()


def read(client, number, headers=OURS):
    return client.post("/reading/", {"translation": number}, headers=headers)


def test_readings_of_a_day_are_one_number(client, text):
    version = ContentVersion.current()
    for _reader in range(3):
        response = read(client, text.pk)
        assert response.status_code == 204
        assert not response.cookies
    assert list(Reading.objects.values_list("translation", "day", "count")) == [
        (text.pk, timezone.localdate(), 3)
    ]
    assert ContentVersion.current() == version  # kept pages stay true


def test_another_day_is_another_number(client, text):
    Reading.objects.create(translation=text, day=date(2026, 1, 1), count=9)
    read(client, text.pk)
    assert sorted(Reading.objects.values_list("count", flat=True)) == [1, 9]


def test_a_reading_usually_takes_one_statement(client, text, django_assert_num_queries):
    read(client, text.pk)
    with django_assert_num_queries(1):
        read(client, text.pk)


@pytest.mark.parametrize(
    ("number", "status"), [("x", 400), ("", 400), ("-1", 400), ("9" * 30, 400)]
)
def test_what_is_no_number_is_refused(client, number, status):
    assert read(client, number).status_code == status


def test_an_unknown_guide_is_ignored(client):
    assert read(client, 999).status_code == 204
    assert not Reading.objects.exists()


def test_another_site_counts_nothing(client, text):
    assert read(client, text.pk, {"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/reading/").status_code == 405


def test_one_address_cannot_count_for_ever(client, text):
    for _reader in range(605):
        read(client, text.pk)
    assert Reading.objects.get().count == 600


def test_a_visitors_page_is_counted_and_an_editors_is_not(client, text):
    assert (
        f'data-reading="{text.pk}"'
        in client.get(at("fr", "articles:guide", "factures")).content.decode()
    )
    client.force_login(make_user("editor", "editor"))
    assert "data-reading" not in client.get(at("fr", "articles:guide", "factures")).content.decode()


def test_what_is_kept_for_the_limit_holds_no_address(client, text):
    read(client, text.pk)
    assert readings._sent
    assert "127.0.0.1" not in str(readings._sent)
