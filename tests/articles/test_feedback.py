"""Readers say whether a guide helped: without an account, a cookie, a token or a script."""

import pytest
from django.core.cache import cache

from articles.models import Feedback, Translation
from articles.reading.feedback import worst_pages
from tests.articles.addresses import at
from tests.guides import MEMBERS, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def no_limits_yet():
    cache.clear()


@pytest.fixture
def text():
    return make_guide("Factures").translations.get()


def give(client, text, headers=OURS, /, **answer):
    fields = {"helpful": "True", "revision": text.published_id, "website": ""}
    return client.post(at("fr", "voice:give", text.pk), fields | answer, headers=headers)


def test_a_visitor_answers_yes_without_a_cookie(client, text):
    response = give(client, text)
    assert response.headers["Location"] == at("fr", "voice:thanks", text.pk)
    assert not response.cookies
    assert Feedback.objects.get().helpful
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_no_can_have_a_reason_and_words(client, text):
    give(client, text, helpful="False", reason="wrong", text="Le taux a changé.")
    answer = Feedback.objects.get()
    assert (answer.helpful, answer.reason, answer.text) == (False, "wrong", "Le taux a changé.")


def test_the_answer_is_about_the_text_that_was_read(client, text):
    read = text.published
    revise(text, "Nouveau.")
    give(client, text, revision=read.pk)
    assert Feedback.objects.get().revision == read


def test_nothing_of_the_reader_is_kept(text):
    fields = {field.name for field in Feedback._meta.get_fields()}
    of_the_answer = {"id", "translation", "revision", "helpful", "reason", "text", "given_on"}
    assert fields == of_the_answer | {"settled_at", "settled_by"}


def test_a_guides_page_holds_the_form(client, text):
    page = client.get(at("fr", "articles:guide", "factures")).content.decode()
    assert f'action="{at("fr", "voice:give", text.pk)}"' in page
    assert f'name="revision" value="{text.published_id}"' in page


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Referer": "https://evil.example/fr/"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_another_site_cannot_answer_for_a_reader(client, text, headers):
    assert give(client, text, headers).status_code == 403
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://testserver"}, {"Referer": "http://testserver/fr/guides/factures/"}],
)
def test_an_old_browser_can_answer(client, text, headers):
    give(client, text, headers)
    assert Feedback.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"helpful": ""},
        {"helpful": "perhaps"},
        {"helpful": "False", "reason": "unknown"},
        {"helpful": "False", "text": "x" * 1001},
        {"revision": "999999"},
        {"revision": "x"},
        {"helpful": "False", "text": "a\0b"},
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_lost(client, text, wrong):
    response = give(client, text, **{"text": "Mes mots."} | wrong)
    assert response.status_code == 422
    assert "Mes mots." in response.content.decode() or "text" in wrong
    assert not Feedback.objects.exists()


def test_a_revision_of_another_guide_is_refused(client, text):
    other = make_guide("Frais").translations.get()
    assert give(client, text, revision=other.published_id).status_code == 422


def test_robots_are_thanked_and_forgotten(client, text):
    assert give(client, text, website="https://spam.example").status_code == 302
    assert not Feedback.objects.exists()


def test_too_many_answers_are_refused_and_the_words_kept(client, text):
    for _number in range(20):
        give(client, text)
    response = give(client, text, helpful="False", text="Mes mots.")
    assert response.status_code == 429
    assert "Mes mots." in response.content.decode()
    assert Feedback.objects.count() == 20


def test_a_hidden_guide_takes_no_answer_from_outside(client):
    text = make_guide("Membres", visibility=MEMBERS).translations.get()
    assert give(client, text).status_code == 404
    client.force_login(make_user("member"))
    assert give(client, text).status_code == 302


def test_an_unknown_guide_is_not_found(client, db):
    assert client.get(at("fr", "voice:give", 999)).status_code == 404


def answers(text, yes, no):
    for helpful in [True] * yes + [False] * no:
        Feedback.objects.create(translation=text, revision=text.published, helpful=helpful)


def test_the_worst_pages_come_first_by_weight_of_answers():
    angry, bad, good = (make_guide(name).translations.get() for name in ("Un", "Deux", "Trois"))
    answers(angry, 0, 1)
    answers(bad, 8, 32)
    answers(good, 36, 4)
    worst = worst_pages(make_user("editor", "editor"))
    assert [each.translation for each in worst] == [bad, angry, good]
    assert [each.percent for each in worst] == [20, 0, 90]


def test_the_worst_pages_take_few_queries(client, text, django_assert_num_queries):
    answers(text, 1, 3)
    client.force_login(make_user("editor", "editor"))
    client.get(at("fr", "desk:voices"))  # counts, for five minutes
    with django_assert_num_queries(5):  # session, person, roles; what was counted, texts
        assert "Factures" in client.get(at("fr", "desk:voices")).content.decode()


def test_an_editor_reads_the_words_and_settles_them(client, text):
    give(client, text, helpful="False", reason="wrong", text="<b>Faux</b>")
    client.force_login(make_user("editor", "editor"))
    address = at("fr", "desk:voices-of", text.guide_id, "fr")
    assert "&lt;b&gt;Faux" in client.get(address).content.decode()
    settling = at("fr", "desk:settle", text.guide_id, "fr")
    client.post(settling, {"answer": Feedback.objects.get().pk})
    assert Feedback.objects.get().settled_by.name == "editor"
    assert client.post(settling, {"answer": "x"}).status_code == 404


@pytest.mark.parametrize(("role", "languages"), [("", ()), ("moderator", ()), ("project_lead", ())])
def test_only_editors_read_what_readers_say(client, text, role, languages):
    for sign_in in (False, True):
        if sign_in:
            client.force_login(make_user("other", role, *languages))
        assert client.get(at("fr", "desk:voices")).status_code == 403
        assert client.get(at("fr", "desk:voices-of", text.guide_id, "fr")).status_code == 403


def test_an_editor_of_another_language_does_not_settle(client, text):
    answers(text, 0, 1)
    client.force_login(make_user("veerle", "editor", "nl"))
    answer = {"answer": Feedback.objects.get().pk}
    assert client.post(at("fr", "desk:settle", text.guide_id, "fr"), answer).status_code == 403


def test_the_worst_pages_of_one_language(client, text):
    dutch = translate(text.guide, "nl", "Facturen")
    answers(text, 1, 3)
    answers(Translation.objects.get(pk=dutch.pk), 0, 2)
    client.force_login(make_user("editor", "editor"))
    page = client.get(at("fr", "desk:voices") + "?language=nl").content.decode()
    assert "Facturen" in page and ">Factures<" not in page


def test_the_keyboard_skips_to_the_voices_if_there_are_any(client, text):
    client.force_login(make_user("editor", "editor"))
    assert (
        'href="#list"' not in client.get(at("fr", "desk:voices") + "?language=de").content.decode()
    )
    answers(text, 1, 3)
    page = client.get(at("fr", "desk:voices")).content.decode()
    assert page.index('href="#list"') < page.index("<main") < page.index('id="list"')
