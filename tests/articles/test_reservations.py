"""A reader is told what to know before trusting a text, and nothing more."""

import pytest

from tests.articles.addresses import at
from tests.guides import make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db

OUTDATED = 'class="outdated"'


@pytest.fixture
def guide():
    guide = make_guide("Factures")
    translate(guide, "en", "Invoices")
    return guide


def page(client, path="invoices", language="en"):
    return client.get(at(language, "articles:guide", path)).content.decode()


def test_an_up_to_date_translation_has_no_notice(client, guide):
    assert OUTDATED not in page(client)


def test_an_outdated_translation_says_so_and_links_to_the_source(client, guide):
    revise(guide.translations.get(language="fr"), "Autre.", significance="minor")
    text = page(client)
    assert OUTDATED in text
    assert "important way" not in text
    address = at("fr", "articles:guide", "factures")
    assert f'href="{address}" hreflang="fr"' in text


def test_a_badly_outdated_translation_says_that_the_change_is_important(client, guide):
    revise(guide.translations.get(language="fr"), "Autre.", significance="major")
    assert "important way" in page(client)


def test_the_source_itself_never_has_the_notice(client, guide):
    revise(guide.translations.get(language="fr"), "Autre.", significance="major")
    assert OUTDATED not in page(client, "factures", "fr")


@pytest.mark.parametrize(
    ("standing", "said"),
    [("contested", "People disagree"), ("changing", "rules are changing"), ("", None)],
)
def test_an_unsettled_subject_is_said(client, standing, said):
    guide = make_guide("Contested", "en", standing=standing)
    text = page(client, guide.translations.get().path)
    assert ("notice-warning" in text) is bool(said)
    assert said is None or said in text


def test_visitors_get_no_token_and_no_cookie(client, guide):
    response = client.get(at("fr", "articles:guide", "factures"))
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert not response.cookies


def test_a_readers_page_still_takes_three_queries(client, guide, django_assert_num_queries):
    revise(guide.translations.get(language="fr"), "Autre.", significance="major")
    with django_assert_num_queries(3):  # the content's version, the text, what is around it
        client.get(at("en", "articles:guide", "invoices"))


def test_only_those_who_write_or_answer_see_the_editors_links(client, guide):
    assert "desk-links" not in page(client)
    client.force_login(make_user("member"))
    assert "desk-links" not in page(client)
    client.force_login(make_user("editor", "editor"))
    assert "desk-links" in page(client)
