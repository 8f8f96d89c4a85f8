"""An editor makes a new guide."""

import re

import pytest

from articles.models import Draft, Guide, Translation
from tests.articles.writing import address, editor, new_guide_form
from tests.guides import MEMBERS, make_guide, make_user

pytestmark = pytest.mark.django_db
NEW = address("new")


def test_a_new_guide_is_published_in_its_place(client):
    topic = make_guide("Contrats")
    person = editor()
    client.force_login(person)
    form = new_guide_form(parent=topic.pk, visibility=MEMBERS, owner=person.pk)
    response = client.post(NEW, form, follow=True)
    assert "Du texte." in response.content.decode()
    translation = Translation.objects.get(title="Être payé·e")
    assert translation.path == "contrats/etre-payee"
    assert (translation.guide.visibility, translation.guide.owner) == (MEMBERS, person)


def test_a_new_guide_for_review_is_a_draft(client):
    client.force_login(editor())
    client.post(NEW, new_guide_form(do="submit"))
    assert Translation.objects.get().published is None
    assert Translation.objects.get().present().revision.content == "Du texte."


def test_an_editor_of_dutch_may_not_publish_in_french(client):
    client.force_login(editor("vertaler", "nl"))
    response = client.post(NEW, new_guide_form())
    assert response.status_code == 403
    assert "Du texte." in response.content.decode()
    assert not Guide.objects.exists()


@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
def test_nobody_else_makes_guides(client, role):
    client.force_login(make_user("somebody", role))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, new_guide_form()).status_code == 403


def test_visitors_are_led_to_the_sign_in_page(client):
    response = client.get(NEW)
    assert response.status_code == 403
    assert f"next={NEW}" in response.content.decode()


def test_a_taken_address_is_refused_and_the_text_kept(client):
    make_guide("Factures")
    client.force_login(editor())
    response = client.post(NEW, new_guide_form(title="Factures", text="Gardé."))
    assert response.status_code == 422
    assert "Gardé." in response.content.decode()
    assert Guide.objects.count() == 1


@pytest.mark.parametrize("title", ["", "!!!", "…"])
def test_a_title_that_makes_no_address_is_said(client, title):
    client.force_login(editor())
    response = client.post(NEW, new_guide_form(title=title, text="Gardé."))
    assert response.status_code == 422
    assert "Gardé." in response.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"parent": "99999"},
        {"parent": ""},
        {"language": "xx"},
        {"visibility": "9"},
        {"owner": "99999"},
    ],
)
def test_an_impossible_choice_is_refused(client, wrong):
    client.force_login(editor())
    response = client.post(NEW, new_guide_form(**wrong))
    assert response.status_code == 422
    assert not Guide.objects.exists()


def test_a_preview_keeps_a_draft_that_is_offered_again(client):
    client.force_login(editor())
    client.post(NEW, new_guide_form(do="preview", text="**Presque**"))
    assert Draft.objects.get().text == "**Presque**"
    assert "?draft=1" in client.get(NEW).content.decode()
    assert "**Presque**" in client.get(NEW + "?draft=1").content.decode()
    client.post(NEW, new_guide_form(text="**Presque**"))
    assert not Draft.objects.exists()


def test_the_place_can_be_chosen_beforehand(client):
    topic = make_guide("Contrats")
    client.force_login(editor())
    assert " checked" not in client.get(NEW).content.decode()  # no topic unawares
    page = client.get(f"{NEW}?parent={topic.pk}").content.decode()
    assert re.search(f'value="{topic.pk}"[^>]* checked', page)
    assert client.get(f"{NEW}?parent=abc").status_code == 200


def test_looking_for_a_place_keeps_what_was_typed(client):
    make_guide("Contrats")
    client.force_login(editor())
    wanted = new_guide_form(text="Gardé.", parent="", place_words="contr", do="find-place")
    response = client.post(NEW, wanted)
    assert response.status_code == 200
    page = response.content.decode()
    assert "Gardé." in page
    assert 'class="form-errors"' not in page
    assert Guide.objects.count() == 1


def test_the_page_needs_few_queries_however_many_guides(client, django_assert_max_num_queries):
    for number in range(5):
        make_guide(f"Guide {number}")
    client.force_login(editor())
    client.get(NEW)
    with django_assert_max_num_queries(9):
        client.get(NEW)
