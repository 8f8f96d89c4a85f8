"""Open calls on the home page, which knows nothing of projects."""

import pytest
from django.utils import timezone

from tests.projects.helpers import address, make_call, make_project

pytestmark = pytest.mark.django_db


def home(client, language="fr") -> str:
    return client.get(address("home", language=language)).content.decode()


def test_without_an_open_call_the_home_page_asks_for_nothing(client):
    make_call(make_project("Clos"), opens=-3, closes=-1)
    make_call(make_project("Futur"), opens=2, closes=3)
    make_call(make_project("Brouillon", is_published=False))
    assert 'id="open-calls"' not in home(client)


def test_calls_that_close_first_come_first_and_three_at_most(client):
    for number, closes in enumerate((None, 9, 2, 5)):
        make_call(make_project(f"Projet {number}"), closes=closes, title_fr=f"Appel {closes}")
    page = home(client)
    assert page.index("Appel 2") < page.index("Appel 5") < page.index("Appel 9")
    assert "Appel None" not in page


def test_they_cost_the_home_page_two_queries(client, django_assert_max_num_queries):
    make_call(make_project("Un wiki"))
    with django_assert_max_num_queries(7):
        assert "Aidez-nous" in home(client)


def test_the_kept_home_page_forgets_a_call_that_closes(client, monkeypatch):
    call = make_call(make_project("Un wiki"))
    assert "Aidez-nous" in home(client)
    monkeypatch.setattr(timezone, "now", lambda: call.closes_at)
    assert "Aidez-nous" not in home(client)


def test_a_call_that_opens_appears_on_the_kept_home_page(client, monkeypatch):
    call = make_call(make_project("Un wiki"), opens=1, closes=2)
    assert "Aidez-nous" not in home(client)
    monkeypatch.setattr(timezone, "now", lambda: call.opens_at)
    assert "Aidez-nous" in home(client)
