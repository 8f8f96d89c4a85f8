"""A translator works with the source beside the text, and nothing of it gets lost."""

import pytest

from articles import tree
from articles.models import Draft, Translation, Writing
from articles.states import State
from tests.articles.addresses import at
from tests.guides import STAFF, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db

SOURCE = "Un début assez long.\n\n## Titre\n\nVoir [ceci](guide:{})."


@pytest.fixture
def guide():
    linked = make_guide("Frais")
    translate(linked, "nl", "Onkosten")
    return make_guide("Factures", text=SOURCE.format(linked.pk))


@pytest.fixture
def veerle(client):
    person = make_user("veerle", "editor", "nl")
    client.force_login(person)
    return person


def address(guide, language="nl"):
    return at("nl", "translating:work", guide.pk, language)


def form(guide, targets=("Een begin.", "## Titel", "Zie dit."), **changes):
    dutch = guide.translations.filter(language="nl").first()
    source = guide.translations.get(language="fr").published
    present = dutch.present() if dutch else None
    fields = {
        "title": "Facturen",
        "summary": "",
        "slug": dutch.slug if dutch else "",
        "initial-slug": dutch.slug if dutch else "",
        "message": "",
        "target": list(targets),
        "source": source.pk,
        "base": present.pk if present else "",
        "do": "publish",
    }
    return fields | changes


def dutch_of(guide):
    return Translation.objects.with_state().get(guide=guide, language="nl")


def test_a_first_translation_is_prefilled_with_the_structure(client, guide, veerle):
    page = client.get(address(guide)).content.decode()
    assert "Un début assez long." in page
    assert ">## </textarea>" in page
    assert ">[Onkosten](guide:" in page


def test_a_first_translation_is_published_and_up_to_date(client, guide, veerle):
    response = client.post(address(guide), form(guide), follow=True)
    assert "Een begin." in response.content.decode()
    assert dutch_of(guide).state == State.CURRENT
    assert dutch_of(guide).published.revision.content.startswith("Een begin.\n\n## Titel")
    assert dutch_of(guide).path == "facturen"


def test_what_is_left_open_is_told(client, guide, veerle):
    response = client.post(address(guide), form(guide, ["Een begin.", "## ", ""]), follow=True)
    assert dutch_of(guide).published.revision.content == "Een begin."
    assert "2 " in str(list(response.context["messages"])[-1])


def test_nothing_translated_is_refused(client, guide, veerle):
    response = client.post(address(guide), form(guide, ["", "## ", ""]))
    assert response.status_code == 422
    assert not guide.translations.filter(language="nl").exists()


def test_an_outdated_translation_shows_the_words_that_changed(client, guide, veerle):
    translate(guide, "nl", "Facturen", "Een begin.\n\n## Titel\n\nZie dit.")
    french = guide.translations.get(language="fr")
    revise(french, french.published.revision.content.replace("assez", "très"), significance="major")
    page = client.get(address(guide)).content.decode()
    assert "très<" in page and "<ins>" in page and "<del>" in page
    assert ">Een begin.</textarea>" in page
    client.post(address(guide), form(guide, ["Een lang begin.", "## Titel", "Zie dit."]))
    assert dutch_of(guide).state == State.CURRENT
    assert dutch_of(guide).published.significance == "major"


def test_saving_the_same_words_again_also_brings_up_to_date(client, guide, veerle):
    translate(guide, "nl", "Facturen", "Een begin.\n\n## Titel\n\nZie dit.")
    revise(guide.translations.get(language="fr"), "Autre chose.", significance="minor")
    client.post(address(guide), form(guide, ["Een begin.", "## Titel", "Zie dit."]))
    assert dutch_of(guide).state == State.CURRENT


def test_a_source_that_changed_while_one_translated_leaves_it_outdated(client, guide, veerle):
    sent = form(guide)
    revise(guide.translations.get(language="fr"), "Autre chose.", significance="minor")
    client.post(address(guide), sent)
    assert dutch_of(guide).state == State.OUTDATED


def test_no_need_to_translate_is_one_button(client, guide, veerle):
    translate(guide, "nl", "Facturen")
    revise(guide.translations.get(language="fr"), "Autre chose.", significance="minor")
    assert at("nl", "desk:no-need", guide.pk, "nl") in client.get(address(guide)).content.decode()
    client.post(at("nl", "desk:no-need", guide.pk, "nl"))
    assert dutch_of(guide).state == State.CURRENT


def test_work_is_kept_and_offered_again_in_its_places(client, guide, veerle):
    sent = form(guide, ["", "## Titel", ""], title="Half", do="keep")
    client.post(address(guide), sent)
    assert not guide.translations.filter(language="nl").exists()
    page = client.get(address(guide)).content.decode()
    assert 'value="Half"' in page
    assert ">## Titel</textarea>" in page
    client.post(address(guide), {"do": "discard"})
    assert not Draft.objects.exists()


def test_publishing_forgets_what_was_kept(client, guide, veerle):
    client.post(address(guide), form(guide, do="keep"))
    client.post(address(guide), form(guide))
    assert not Draft.objects.exists()


def test_a_preview_shows_the_page_and_keeps_the_work(client, guide, veerle):
    page = client.post(address(guide), form(guide, do="preview")).content.decode()
    assert "<p>Een begin.</p>" in page
    assert Draft.objects.exists()


def test_somebody_with_the_page_open_warns_the_next(client, guide, veerle):
    client.post(address(guide), {"do": "here"})
    assert Writing.objects.get().person == veerle
    client.force_login(make_user("bram", "editor", "nl"))
    assert "veerle" in client.get(address(guide)).content.decode()
    answer = client.post(address(guide), {"do": "here"})
    assert answer.json() == {"others": ["veerle"]}


def test_somebody_with_kept_work_warns_the_next(client, guide, veerle):
    client.post(address(guide), form(guide, do="keep"))
    Writing.objects.all().delete()
    client.force_login(make_user("bram", "editor", "nl"))
    assert "veerle" in client.get(address(guide)).content.decode()


def test_the_second_of_two_first_translations_loses_nothing(client, guide, veerle):
    sent = form(guide)
    client.post(address(guide), sent)
    client.force_login(make_user("bram", "editor", "nl"))
    response = client.post(address(guide), sent | {"target": ["Anders.", "## Anders", "Nee."]})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Een begin." in page and "Anders." in page
    assert dutch_of(guide).published.revision.content.startswith("Een begin.")


def test_opening_the_page_writes_nothing(client, guide, veerle):
    client.get(address(guide))
    assert not Writing.objects.exists()
    assert not Draft.objects.exists()


def test_an_editor_of_another_language_only_hands_in(client, guide):
    client.force_login(make_user("anne", "editor", "fr"))
    assert client.post(address(guide), form(guide)).status_code == 403
    response = client.post(address(guide), form(guide, do="submit"), follow=True)
    assert response.status_code == 200
    assert dutch_of(guide).state == State.DRAFT
    assert dutch_of(guide).latest_revision().state == "pending"


@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
def test_others_do_not_translate(client, guide, role):
    client.force_login(make_user("other", role))
    assert client.get(address(guide)).status_code == 403
    assert client.post(address(guide), form(guide)).status_code == 403


def test_visitors_do_not_translate(client, guide):
    assert client.get(address(guide)).status_code == 403


def test_a_hidden_guide_is_for_the_team_only(client, veerle):
    guide = make_guide("Équipe", visibility=STAFF)
    assert client.get(address(guide)).status_code == 200
    client.force_login(make_user("member"))
    assert client.get(address(guide)).status_code == 404


def test_the_source_itself_is_edited_elsewhere(client, guide, veerle):
    response = client.get(address(guide, "fr"))
    assert response.headers["Location"] == at("nl", "writing:edit", guide.pk, "fr")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"slug": "Ongeldig Adres"},
        {"target": ["Zie [dit](guide:999999)."]},
        {"target": ["x" * 200_001]},
        {"slug": "frais"},
    ],
)
def test_a_wrong_field_keeps_everything(client, guide, veerle, wrong):
    response = client.post(address(guide), form(guide, ["Bewaard."] * 3) | wrong)
    assert response.status_code == 422
    assert "Bewaard." in response.content.decode() or "target" in wrong
    assert not guide.translations.filter(language="nl").exists()


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "999999"])
def test_an_unknown_source_version_means_the_present_one(client, guide, veerle, number):
    client.post(address(guide), form(guide, source=number))
    assert dutch_of(guide).state == State.CURRENT


def test_a_guide_deleted_meanwhile_keeps_the_words(client, guide, veerle):
    sent = form(guide)
    tree.delete_guide(guide)
    response = client.post(address(guide), sent)
    assert response.status_code == 422
    assert "Een begin." in response.content.decode()


def test_losing_the_right_meanwhile_gives_the_words_back(client, guide, veerle):
    sent = form(guide)
    veerle.grants.all().delete()
    response = client.post(address(guide), sent)
    assert response.status_code == 403
    assert "Een begin." in response.content.decode()


def test_an_unknown_language_is_not_found(client, guide, veerle):
    assert client.get(address(guide, "xx")).status_code == 404


def test_the_page_needs_few_queries(client, guide, veerle, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(address(guide))


def test_a_source_that_nobody_has_published_comes_first(client, veerle):
    draft = make_guide("Brouillon", draft=True)
    page = client.get(address(draft), follow=True).content.decode()
    assert at("nl", "desk:dashboard") in page and "eerst" in page


def test_a_guide_of_very_many_paragraphs_is_translated_as_one_text(client, veerle):
    long = make_guide("Long", text="Oui.\n\n" * 801)
    page = client.get(address(long)).content.decode()
    assert page.count('name="target"') == 1
    sent = form(long, ["Ja.\n\nZeker."], do="keep")
    client.post(address(long), sent)
    assert "Ja.\n\nZeker.</textarea>" in client.get(address(long)).content.decode()
    client.post(address(long), sent | {"do": "publish"})
    assert dutch_of(long).published.revision.content == "Ja.\n\nZeker."
    assert dutch_of(long).state == State.CURRENT


def test_what_is_sent_of_a_text_that_grew_too_long_goes_on_in_the_editor(client, veerle):
    long = make_guide("Long", text="Oui.\n\n" * 801)
    translate(long, "nl", "Lang", "Ja.")
    editing = at("nl", "writing:edit", long.pk, "nl")
    response = client.get(address(long), follow=True)
    assert response.redirect_chain[-1][0] == editing and response.status_code == 200
    page = client.post(address(long), form(long, ["Ja.", "Zeker."]), follow=True).content.decode()
    assert "Ja.\n\nZeker.</textarea>" in page
    base = dutch_of(long).published.pk
    assert f'name="base" value="{base}"' in page
