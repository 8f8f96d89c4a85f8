"""Members propose changes; editors decide; everybody keeps the credit and the words."""

import pytest
from django.core.exceptions import ValidationError

from articles.models import Draft, RevisionInfo, Writing
from articles.publishing import Change, Text
from articles.states import State
from articles.suggesting import suggestions
from tests.articles.addresses import at
from tests.guides import MEMBERS, STAFF, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db

BEFORE = "Premier.\n\nDeuxième.\n\nTroisième."


@pytest.fixture
def text():
    return make_guide("Factures", text=BEFORE).translations.get()


@pytest.fixture
def lucie(db):
    return make_user("lucie")


@pytest.fixture
def editor(db):
    return make_user("editor", "editor", "fr")


def suggestion_form(text, **changes):
    form = {
        "title": text.title,
        "summary": "",
        "text": BEFORE.replace("Deuxième", "Second"),
        "message": "plus simple",
        "base": text.published_id,
        "do": "suggest",
    }
    return form | changes


def propose(text, author, words="Premier.\n\nSecond.\n\nTroisième."):
    text.refresh_from_db()
    return suggestions.suggest(
        text, Text(text.title, words), Change(author, "plus simple"), base=text.published
    )


def accept_form(client, suggestion, **changes):
    """What the page of a suggestion sends when nothing is amended."""
    initial = client.get(at("fr", "suggestions:review", suggestion.pk)).context["form"].initial
    return initial | {"base": initial["base"] or ""} | changes


def test_a_member_suggests_and_readers_see_nothing_yet(client, text, lucie):
    client.force_login(lucie)
    response = client.post(
        at("fr", "suggestions:suggest", text.pk), suggestion_form(text), follow=True
    )
    assert "plus simple" in response.content.decode()
    pending = RevisionInfo.objects.pending().get()
    assert pending.revision.user == lucie
    assert "Second" not in client.get(at("fr", "articles:guide", "factures")).content.decode()


def test_a_visitor_is_asked_to_sign_in(client, text):
    response = client.get(at("fr", "suggestions:suggest", text.pk))
    assert response.headers["Location"].startswith("/fr/")
    assert "next=" in response.headers["Location"]


def test_a_session_that_ended_gives_the_text_back(client, text):
    response = client.post(at("fr", "suggestions:suggest", text.pk), suggestion_form(text))
    assert response.status_code == 403
    assert "Second" in response.content.decode()


def test_the_link_is_on_the_page(client, text):
    assert (
        at("fr", "suggestions:suggest", text.pk)
        in client.get(at("fr", "articles:guide", "factures")).content.decode()
    )


def test_a_preview_keeps_everything_and_sends_nothing(client, text, lucie):
    client.force_login(lucie)
    page = client.post(
        at("fr", "suggestions:suggest", text.pk), suggestion_form(text, do="preview")
    )
    assert "<p>Second.</p>" in page.content.decode()
    assert not RevisionInfo.objects.pending().exists()


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"text": BEFORE}, {"text": "[x](guide:99999)"}, {"text": "x" * 200_001}],
)
def test_a_wrong_suggestion_keeps_the_text(client, text, lucie, wrong):
    client.force_login(lucie)
    response = client.post(at("fr", "suggestions:suggest", text.pk), suggestion_form(text) | wrong)
    assert response.status_code == 422
    assert not RevisionInfo.objects.pending().exists()


def test_a_person_cannot_flood_the_editors(text, lucie):
    for number in range(20):
        propose(text, lucie, f"Texte {number}.")
    with pytest.raises(ValidationError):
        propose(text, lucie, "Encore.")


def test_an_editor_sees_the_difference_and_accepts(client, text, lucie, editor):
    pending = propose(text, lucie)
    client.force_login(editor)
    assert str(pending.pk) in client.get(at("fr", "desk:mine")).content.decode()
    page = client.get(at("fr", "suggestions:review", pending.pk)).content.decode()
    assert "<ins>" in page and "<del>" in page
    client.post(at("fr", "suggestions:review", pending.pk), accept_form(client, pending))
    text.refresh_from_db()
    pending.refresh_from_db()
    assert text.published.revision.content == "Premier.\n\nSecond.\n\nTroisième."
    assert text.published.revision.user == lucie
    assert text.published.reviewer == editor
    assert (pending.state, pending.became) == ("accepted", text.published)


def test_a_suggestion_is_merged_onto_what_changed_meanwhile(client, text, lucie, editor):
    pending = propose(text, lucie)
    revise(text, BEFORE.replace("Troisième", "Dernier"))
    client.force_login(editor)
    client.post(at("fr", "suggestions:review", pending.pk), accept_form(client, pending))
    text.refresh_from_db()
    assert text.published.revision.content == "Premier.\n\nSecond.\n\nDernier."


def test_a_collision_is_shown_with_both_texts(client, text, lucie, editor):
    pending = propose(text, lucie)
    revise(text, BEFORE.replace("Deuxième", "Numéro deux"))
    client.force_login(editor)
    page = client.get(at("fr", "suggestions:review", pending.pk))
    assert page.context["conflicts"]
    assert "Second" in page.content.decode() and "Numéro deux" in page.content.decode()


def test_a_change_between_looking_and_accepting_loses_nothing(client, text, lucie, editor):
    pending = propose(text, lucie)
    client.force_login(editor)
    sent = accept_form(client, pending)
    revise(text, BEFORE.replace("Deuxième", "Numéro deux"))
    response = client.post(at("fr", "suggestions:review", pending.pk), sent)
    assert response.status_code == 409
    pending.refresh_from_db()
    assert pending.state == "pending"


def test_an_editor_amends_first_and_the_credit_stays(client, text, lucie, editor):
    pending = propose(text, lucie)
    client.force_login(editor)
    sent = accept_form(client, pending, text="Tout autre.", significance="major")
    client.post(at("fr", "suggestions:review", pending.pk), sent)
    text.refresh_from_db()
    assert text.published.revision.content == "Tout autre."
    assert (text.published.revision.user, text.published.significance) == (lucie, "major")


def test_a_reason_is_needed_to_decline_and_the_member_reads_it(client, text, lucie, editor):
    pending = propose(text, lucie)
    client.force_login(editor)
    address = at("fr", "suggestions:decline", pending.pk)
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Ce n'est pas la règle."})
    client.force_login(lucie)
    page = client.get(at("fr", "suggestions:mine")).content.decode()
    assert "Ce n&#x27;est pas la règle." in page
    assert "editor" in page


def test_a_second_decision_is_refused(client, text, lucie, editor):
    pending = propose(text, lucie)
    client.force_login(editor)
    sent = accept_form(client, pending)
    client.post(at("fr", "suggestions:decline", pending.pk), {"reason": "Non."})
    assert client.post(at("fr", "suggestions:review", pending.pk), sent).status_code == 422
    client.post(at("fr", "suggestions:decline", pending.pk), {"reason": "Deux fois."})
    pending.refresh_from_db()
    assert (pending.state, pending.reason) == ("rejected", "Non.")


@pytest.mark.parametrize(
    ("role", "languages"),
    [("", ()), ("moderator", ()), ("project_lead", ()), ("editor", ("nl",))],
)
def test_others_do_not_decide(client, text, lucie, role, languages):
    pending = propose(text, lucie)
    client.force_login(make_user("other", role, *languages))
    assert client.get(at("fr", "suggestions:review", pending.pk)).status_code == 403
    assert client.post(at("fr", "suggestions:review", pending.pk), {}).status_code == 403
    declined = client.post(at("fr", "suggestions:decline", pending.pk), {"reason": "x"})
    assert declined.status_code == 403


def test_a_visitor_decides_nothing(client, text, lucie):
    pending = propose(text, lucie)
    assert client.get(at("fr", "suggestions:review", pending.pk)).status_code == 302
    assert client.post(at("fr", "suggestions:decline", pending.pk), {}).status_code == 403


def test_a_hidden_guide_takes_suggestions_from_those_who_read_it(client, lucie):
    team = make_guide("Équipe", visibility=STAFF).translations.get()
    members = make_guide("Membres", visibility=MEMBERS).translations.get()
    client.force_login(lucie)
    assert client.get(at("fr", "suggestions:suggest", team.pk)).status_code == 404
    assert client.get(at("fr", "suggestions:suggest", members.pk)).status_code == 200


@pytest.mark.parametrize(
    ("role", "language", "reads"), [("editor", "fr", True), ("editor", "nl", False)]
)
def test_who_publishes_in_another_language_does_not_read_it(
    client, text, lucie, role, language, reads
):
    suggestion = propose(text, lucie, "Premier.\n\nSecret.")
    number, guide = suggestion.revision.revision_number, text.guide_id
    client.force_login(make_user("reader", role, language))
    history = client.get(at("fr", "writing:history", guide, "fr")).content.decode()
    assert ("plus simple" in history) == reads
    for url in (
        at("fr", "writing:revision", guide, "fr", number),
        at("fr", "writing:compare", guide, "fr") + f"?from=1&to={number}",
    ):
        response = client.get(url)
        assert ("Secret" in response.content.decode(), response.status_code) == (
            (True, 200) if reads else (False, 404)
        )
    form = suggestion_form(text, base=suggestion.pk, do="submit", significance="minor")
    form["text"] = "Tout autre."
    response = client.post(at("fr", "writing:edit", guide, "fr"), form)
    assert "Secret" not in response.content.decode()  # nor in a conflict with it
    suggestions.decline(suggestion, make_user("boss", "editor"), "Non.")
    assert RevisionInfo.objects.readable_by(lucie).filter(pk=suggestion.pk).exists()
    assert client.get(at("fr", "writing:revision", guide, "fr", number)).status_code == (
        200 if reads else 404
    )


def test_a_published_revision_is_no_suggestion(client, text, editor):
    client.force_login(editor)
    assert client.get(at("fr", "suggestions:review", text.published_id)).status_code == 404


def test_what_a_translator_hands_in_keeps_the_source_it_was_made_of(text, editor):
    anne = make_user("anne", "editor", "fr")
    dutch = translate(text.guide, "nl", "Facturen")
    revise(text, "Autre.", significance="major")
    text.refresh_from_db()
    handed_in = suggestions.suggest(
        dutch,
        Text("Facturen", "Anders."),
        Change(anne, based_on=text.published),
        base=dutch.published,
    )
    dutch.refresh_from_db()
    boss = make_user("boss", "editor")
    suggestions.accept(
        handed_in, boss, Text("Facturen", "Anders."), significance="major", base=dutch.published
    )
    assert type(dutch).objects.with_state().get(pk=dutch.pk).state == State.CURRENT


def test_a_suggestion_on_a_deleted_guide_is_not_listed(text, lucie, editor):
    from articles import tree

    propose(text, lucie)
    tree.delete_guide(text.guide)
    assert not RevisionInfo.objects.pending().for_reviewer(editor).exists()


def test_the_pages_need_few_queries(client, text, lucie, editor, django_assert_max_num_queries):
    pending = propose(text, lucie)
    client.force_login(editor)
    for address, number in (
        (at("fr", "suggestions:review", pending.pk), 10),
        (at("fr", "suggestions:mine"), 6),
        (at("fr", "desk:mine"), 9),
        (at("fr", "suggestions:suggest", text.pk), 8),
    ):
        with django_assert_max_num_queries(number):
            assert client.get(address).status_code == 200


def kept(text, **changes) -> dict:
    return {"base": text.published_id, "title": text.title, "text": "À moitié"} | changes


def test_what_a_member_has_not_sent_is_kept_offered_and_gone_once_sent(client, text, lucie):
    client.force_login(lucie)
    page = at("fr", "suggestions:suggest", text.pk)
    answer = client.post(at("fr", "suggestions:keep", text.pk), kept(text))
    assert answer.json() == {"others": [], "newer": False}
    assert "À moitié" not in client.get(page).content.decode()
    assert f"{page}?draft=1" in client.get(page).content.decode()
    assert f"{page}?draft=1" in client.get(at("fr", "suggestions:mine")).content.decode()
    assert "À moitié" in client.get(f"{page}?draft=1").content.decode()
    client.post(page, suggestion_form(text) | {"text": "À moitié, fini."})
    assert not Draft.objects.exists()


def test_a_preview_without_a_script_keeps_the_text_too(client, text, lucie):
    client.force_login(lucie)
    client.post(at("fr", "suggestions:suggest", text.pk), suggestion_form(text, do="preview"))
    assert "Second" in Draft.objects.get().text


def test_a_suggestion_goes_on_from_the_text_that_it_began_with(client, text, lucie):
    client.force_login(lucie)
    base = text.published_id
    client.post(at("fr", "suggestions:keep", text.pk), kept(text))
    revise(text, "Plus neuf.")
    answer = client.post(at("fr", "suggestions:keep", text.pk), {"base": base})
    assert answer.json()["newer"]
    page = client.get(at("fr", "suggestions:suggest", text.pk) + "?draft=1").content.decode()
    assert f'name="base" value="{base}"' in page


def test_a_member_throws_unsent_text_away(client, text, lucie):
    client.force_login(lucie)
    client.post(at("fr", "suggestions:keep", text.pk), kept(text))
    answer = client.post(at("fr", "suggestions:discard-draft", text.pk))
    assert answer.headers["Location"] == at("fr", "suggestions:suggest", text.pk)
    assert not Draft.objects.exists()


def test_a_member_fills_no_database_with_drafts(client, text, lucie):
    client.force_login(lucie)
    for name in ("keep", "preview"):
        answer = client.post(at("fr", f"suggestions:{name}", text.pk), {"text": "x" * 200_001})
        assert answer.status_code == 413
    assert not Draft.objects.exists()


def test_the_preview_shows_a_member_no_hidden_guide(client, text, lucie):
    team = make_guide("Équipe secrète", visibility=STAFF)
    client.force_login(lucie)
    words = {"text": f"**Gras** [](guide:{team.pk})"}
    answer = client.post(at("fr", "suggestions:preview", text.pk), words).content.decode()
    assert "<strong>Gras</strong>" in answer
    assert "secrète" not in answer


def test_the_picker_finds_what_a_member_may_read(client, text, lucie):
    make_guide("Équipe secrète", visibility=STAFF)
    make_guide("Équipe des membres", visibility=MEMBERS)
    find = at("fr", "writing:find-guides") + "?language=fr&q="
    assert client.get(find + "équipe").status_code == 403
    client.force_login(lucie)
    for words in ("équipe", "equipe"):
        titles = [guide["title"] for guide in client.get(find + words).json()["guides"]]
        assert titles == ["Équipe des membres"]


def test_nobody_learns_that_a_member_is_writing(client, text, lucie):
    client.force_login(lucie)
    client.post(at("fr", "suggestions:keep", text.pk), kept(text))
    assert not Writing.objects.exists()


def test_members_add_no_files(client, text, lucie):
    client.force_login(lucie)
    page = client.get(at("fr", "suggestions:suggest", text.pk)).content.decode()
    assert "data-upload" not in page and "picker-picture" not in page
    assert client.post(at("fr", "writing:upload"), {"guide": text.guide_id}).status_code in (
        403,
        404,
    )


@pytest.mark.parametrize("name", ["keep", "preview", "discard-draft"])
def test_others_keep_no_suggestions(client, name, text):
    team = make_guide("Équipe", visibility=STAFF).translations.get()
    assert client.post(at("fr", f"suggestions:{name}", text.pk), {"text": "x"}).status_code == 403
    client.force_login(make_user("somebody"))
    assert client.post(at("fr", f"suggestions:{name}", team.pk), {"text": "x"}).status_code == 404
    assert client.get(at("fr", f"suggestions:{name}", text.pk)).status_code == 405


def test_an_editor_previews_what_they_amend(client, text, lucie, editor):
    pending = propose(text, lucie)
    client.force_login(editor)
    sent = accept_form(client, pending, text="**Amendé**", do="preview")
    page = client.post(at("fr", "suggestions:review", pending.pk), sent)
    assert "<strong>Amendé</strong>" in page.content.decode()
    pending.refresh_from_db()
    assert pending.state == "pending"
