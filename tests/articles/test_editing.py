"""An editor changes a text: what is saved, what is shown, who may."""

import pytest

from articles.models import Draft, PathRedirect, RevisionInfo
from tests.articles.writing import address, edit_url, editor, source_of, text_form
from tests.guides import STAFF, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db


def test_an_editor_publishes_a_new_text(client):
    guide = make_guide("Factures", text="Ancien texte.")
    client.force_login(editor())
    form = text_form(source_of(guide), text="Nouveau texte.", message="taux 2026", title="Facturer")
    response = client.post(edit_url(guide), form, follow=True)
    assert "Nouveau texte." in response.content.decode()
    info = source_of(guide).published
    assert (info.revision.user_message, info.revision.user.name) == ("taux 2026", "editrice")
    assert source_of(guide).title == "Facturer"


def test_the_editor_shows_the_present_text(client):
    guide = make_guide("Factures", text="Le texte <de> maintenant.")
    client.force_login(editor())
    page = client.get(edit_url(guide)).content.decode()
    assert "Le texte &lt;de&gt; maintenant." in page
    assert 'name="base"' in page


def test_an_address_is_changed_and_the_old_one_redirects(client):
    guide = make_guide("Factures")
    client.force_login(editor())
    client.post(edit_url(guide), text_form(source_of(guide), slug="facturer", text="Autre."))
    assert source_of(guide).path == "facturer"
    assert PathRedirect.objects.get().path == "factures"


def test_an_address_that_somebody_else_changed_meanwhile_stays(client):
    guide = make_guide("Factures")
    form = text_form(source_of(guide), text="Autre.")
    client.force_login(editor())
    client.post(edit_url(guide), text_form(source_of(guide), slug="facturer", text="Une."))
    client.post(edit_url(guide), form)
    assert source_of(guide).path == "facturer"


def test_a_preview_is_what_readers_would_see_and_saves_nothing(client):
    guide = make_guide("Factures", text="Ancien.")
    client.force_login(editor())
    form = text_form(source_of(guide), text=f"**Gras** [ici](guide:{guide.pk})", do="preview")
    page = client.post(edit_url(guide), form).content.decode()
    assert "<strong>Gras</strong>" in page
    assert 'href="/fr/guides/factures/"' in page
    assert source_of(guide).published.revision.content == "Ancien."
    assert Draft.objects.get().text.startswith("**Gras**")


def test_a_text_for_review_waits_and_readers_see_the_old_one(client):
    guide = make_guide("Factures", text="Ancien.")
    client.force_login(editor("vertaler", "nl"))
    client.post(edit_url(guide), text_form(source_of(guide), text="Proposé.", do="submit"))
    pending = RevisionInfo.objects.get(state="pending")
    assert pending.revision.content == "Proposé."
    assert pending.revision.previous_revision.content == "Ancien."
    assert source_of(guide).published.revision.content == "Ancien."


def test_an_editor_of_another_language_may_not_publish_and_gets_the_text_back(client):
    guide = make_guide("Factures")
    client.force_login(editor("vertaler", "nl"))
    assert "publish" not in _buttons(client.get(edit_url(guide)))
    response = client.post(edit_url(guide), text_form(source_of(guide), text="Mes mots."))
    assert response.status_code == 403
    assert "Mes mots." in response.content.decode()


@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
def test_nobody_else_writes(client, role):
    guide = make_guide("Factures")
    client.force_login(make_user("somebody", role))
    assert client.get(edit_url(guide)).status_code == 403
    response = client.post(edit_url(guide), text_form(source_of(guide), text="Mes mots."))
    assert response.status_code == 403
    assert source_of(guide).published.revision.content == "Du texte."


def test_a_visitor_whose_session_ended_gets_the_text_back(client):
    guide = make_guide("Factures")
    response = client.post(edit_url(guide), text_form(source_of(guide), text="Longue <histoire>."))
    assert response.status_code == 403
    assert "Longue &lt;histoire&gt;." in response.content.decode()


def test_a_form_without_its_token_gives_the_text_back(client):
    from django.test import Client

    guide = make_guide("Factures")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor())
    response = strict.post(edit_url(guide), text_form(source_of(guide), text="Mes mots."))
    assert response.status_code == 403
    assert "Mes mots." in response.content.decode()


def test_a_double_click_saves_once(client):
    guide = make_guide("Factures")
    client.force_login(editor())
    form = text_form(source_of(guide), text="Autre.")
    client.post(edit_url(guide), form)
    response = client.post(edit_url(guide), form, follow=True)
    assert response.status_code == 200
    assert RevisionInfo.objects.count() == 2


def test_a_text_is_kept_when_the_guide_was_deleted_meanwhile(client):
    from articles import tree

    guide = make_guide("Factures")
    client.force_login(editor())
    form = text_form(source_of(guide), text="Mes mots.")
    tree.delete_guide(guide)
    response = client.post(edit_url(guide), form)
    assert response.status_code == 409
    assert "Mes mots." in response.content.decode()
    assert RevisionInfo.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"slug": "Pas Bon"},
        {"text": "x" * 200_001},
        {"text": "[perdu](guide:999999)"},
        {"summary": "x" * 301},
        {"significance": "enormous"},
        {"text": "nul \0"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_is_said_and_the_rest_kept(client, wrong):
    guide = make_guide("Factures")
    client.force_login(editor())
    form = text_form(source_of(guide), message="mon message gardé") | wrong
    response = client.post(edit_url(guide), form)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'role="alert"' in page and "mon message gardé" in page
    assert RevisionInfo.objects.count() == 1


def test_a_text_of_two_megabytes_gets_a_sentence(client):
    guide = make_guide("Factures")
    client.force_login(editor())
    response = client.post(edit_url(guide), text_form(source_of(guide), text="mot " * 500_000))
    assert response.status_code == 422
    assert "200000" in response.content.decode()


@pytest.mark.parametrize("base", ["", "abc", "99999999", "-1"])
def test_a_strange_base_never_breaks(client, base):
    guide = make_guide("Factures", text="Un.\n\nDeux.")
    client.force_login(editor())
    response = client.post(edit_url(guide), text_form(source_of(guide), text="X.", base=base))
    assert response.status_code in (409, 422)
    assert "X." in response.content.decode()


def test_a_translation_keeps_what_it_is_based_on(client):
    guide = make_guide("Factures")
    dutch = translate(guide, "nl", "Facturen")
    first = source_of(guide).published
    revise(source_of(guide), "Nouveau.", significance="major")
    client.force_login(editor())
    client.post(edit_url(guide, "nl"), text_form(dutch, text="Kleine verbetering."))
    dutch.refresh_from_db()
    assert dutch.published.based_on == first


def test_a_hidden_guide_is_not_found(client):
    guide = make_guide("Secret", visibility=STAFF)
    client.force_login(make_user("member"))
    assert client.get(edit_url(guide)).status_code == 404


def test_what_is_not_there_is_not_found(client):
    guide = make_guide("Factures")
    client.force_login(editor())
    for wrong in [(999999, "fr"), (guide.pk, "nl"), (guide.pk, "xx")]:
        assert client.get(address("edit", *wrong)).status_code == 404


def test_the_editor_needs_few_queries_however_many_guides(client, django_assert_max_num_queries):
    guide = make_guide("Factures")
    for number in range(5):
        make_guide(f"Guide {number}")
    client.force_login(editor())
    client.get(edit_url(guide))
    with django_assert_max_num_queries(11):
        client.get(edit_url(guide))


def _buttons(response) -> str:
    return response.content.decode().partition("save-row")[2].partition("</div>")[0]
