"""Staff teach search which words mean the same."""

import pytest
from django.conf import settings
from django.urls import reverse

from smartwiki.search.demo import load_glossary
from smartwiki.search.forms import MOST_NAMES
from smartwiki.search.models import Concept, ConceptNames
from tests.guides import make_guide, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def teach(client):
    """Make a glossary entry as an editor would: `teach(nl="onkosten", fr="frais")`."""
    editor = make_user("editor", "editor", "nl")

    def teach(**fields):
        client.force_login(editor)
        response = client.post(
            reverse("search-concept-new"),
            {name if "_" in name else f"words_{name}": words for name, words in fields.items()},
        )
        assert response.status_code == 302, response.context["form"].errors
        client.logout()

    return teach


@pytest.fixture
def titles(client, index):
    """Return the titles that a search in French finds."""

    def titles(q, **choices):
        index()
        results = client.get(reverse("search"), {"q": q, **choices}).context["results"]
        return [
            str(each.title).replace("<mark>", "").replace("</mark>", "") for each in results.results
        ]

    return titles


def test_a_word_of_another_language_finds_the_page(teach, titles):
    make_guide("Note de frais", slug="frais")
    assert titles("onkosten") == []
    teach(nl="onkosten, kosten", fr="frais")
    assert titles("onkosten") == ["Note de frais"]
    assert titles("kost") == ["Note de frais"]


def test_words_of_one_language_mean_the_same(teach, titles):
    make_guide("Les leden", "nl", slug="leden")
    teach(nl="lid, leden")
    assert titles("lid", language="nl") == ["Les leden"]


def test_the_word_that_was_typed_counts_more_than_its_synonyms(teach, titles):
    for title in ("Facture", "Décompte", "Rekening"):
        make_guide(title, slug=f"une-{title[0].lower()}", text="—")
    for number in range(3):  # a word is common, what it stands for is rare
        make_guide(f"Autre {number}", slug=f"autre-{number}", text="Une facture.")
    teach(fr="facture, décompte", nl="rekeningen")
    teach(nl="facture", fr="rekening")  # a bridge: typed in Dutch, as far as anybody knows
    found = [title for title in titles("facture") if not title.startswith("Autre")]
    assert found == ["Facture", "Décompte", "Rekening"]
    assert titles("décompte")[0] == "Décompte"


def test_a_phrase_means_the_same_as_a_word(teach, titles):
    make_guide("Note de frais", slug="frais")
    make_guide("Frais sans note", slug="autre")
    teach(fr="note de frais, défraiement")
    assert titles("défraiement") == ["Note de frais"]
    assert set(titles("ma note de frais")) == {"Note de frais", "Frais sans note"}


def test_what_stands_around_a_synonym_is_still_asked_for(teach, titles):
    make_guide("Frais de transport", slug="a")
    make_guide("Frais de repas", slug="b")
    teach(nl="onkosten", fr="frais")
    assert titles("onkosten transport") == ["Frais de transport"]


def test_what_the_cooperative_means_is_explained_above_the_results(teach, titles, client):
    make_guide("Activité")
    teach(fr="activité", explanation_fr="Le budget de vos projets.")
    titles("activité")
    assert (
        "Le budget de vos projets."
        in client.get(reverse("search"), {"q": "activite"}).content.decode()
    )


def test_an_entry_is_changed_and_removed(teach, titles, client):
    make_guide("Frais")
    teach(nl="onkosten", fr="frais")
    concept = Concept.objects.get()
    client.force_login(make_user("other", "editor"))
    assert b"onkosten" in client.get(reverse("search-glossary")).content
    page = client.get(reverse("search-concept", args=[concept.pk]))
    assert b"onkosten" in page.content
    client.post(reverse("search-concept", args=[concept.pk]), {"words_nl": "uitgaven,, uitgaven"})
    assert ConceptNames.objects.get().words == "uitgaven"
    client.post(reverse("search-concept-delete", args=[concept.pk]))
    assert not Concept.objects.exists()
    assert titles("uitgaven") == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"words_fr": " , !"},
        {"words_fr": ",".join(map(str, range(21)))},
        {"explanation_fr": "Sans mot.", "words_nl": "x"},
        {"words_fr": "x" * 501},
    ],
)
def test_an_entry_of_wrong_form_is_said(client, fields):
    client.force_login(make_user("editor", "editor"))
    response = client.post(reverse("search-concept-new"), fields)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Concept.objects.exists()


def test_words_that_readers_typed_are_in_the_form_already(client):
    client.force_login(make_user("editor", "editor"))
    address = reverse("search-concept-new") + "?language=fr&words=defraiement"
    assert 'value="defraiement"' in client.get(address).content.decode()


@pytest.mark.parametrize(
    "name", ["search-asked", "search-glossary", "search-concept-new", "search-concept"]
)
@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
def test_only_editors_see_the_desk(client, name, role):
    args = [1] if name == "search-concept" else []
    assert client.get(reverse(name, args=args)).status_code == 302
    client.force_login(make_user("somebody", role))
    assert client.get(reverse(name, args=args)).status_code == 403


@pytest.mark.parametrize("name", ["search-asked", "search-glossary", "search-concept-new"])
def test_the_other_desks_are_one_click_away(client, name):
    client.force_login(make_user("editor", "editor"))
    page = client.get(reverse(name)).content.decode()
    assert f'href="{reverse("desk:mine")}"' in page
    assert page.count('aria-current="page"') == (name == "search-asked")


@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
def test_only_editors_change_the_glossary(client, role):
    concept = Concept.objects.create()
    client.force_login(make_user("somebody", role))
    for name in ("search-concept", "search-concept-delete"):
        assert client.post(reverse(name, args=[concept.pk]), {"words_fr": "x"}).status_code == 403
    assert client.post(reverse("search-concept-new"), {"words_fr": "x"}).status_code == 403
    assert not ConceptNames.objects.exists()
    assert Concept.objects.exists()


def test_the_demonstration_brings_a_glossary_once(db, client):
    path = settings.BASE_DIR / "demo" / "glossary.csv"
    load_glossary(path)
    number = Concept.objects.count()
    assert ConceptNames.objects.count() == 4 * number
    Concept.objects.first().delete()
    load_glossary(path)
    assert Concept.objects.count() == number - 1
    for names in ConceptNames.objects.all():
        assert names.listed()
        assert len(names.listed()) <= MOST_NAMES
