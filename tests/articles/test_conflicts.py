"""Two people write the same text at once: nobody's words are lost."""

import pytest

from articles import publishing
from articles.merging import merge_lines, merge_texts
from articles.models import RevisionInfo
from tests.articles.writing import edit_url, editor, source_of, text_form
from tests.guides import make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db
THREE = "Un.\n\nDeux.\n\nTrois."


def test_changes_in_different_paragraphs_are_put_together(client):
    guide = make_guide("Factures", text=THREE)
    form = text_form(source_of(guide), text="Un.\n\nDeux.\n\nTrois, par moi.")
    revise(source_of(guide), "Un, par elle.\n\nDeux.\n\nTrois.", author=make_user("elle"))
    client.force_login(editor())
    page = client.post(edit_url(guide), form, follow=True).content.decode()
    text = source_of(guide).published.revision.content
    assert text == "Un, par elle.\n\nDeux.\n\nTrois, par moi."
    assert "message-warning" in page and "elle" in page


def test_nobody_is_told_of_changes_that_they_saw(client):
    guide = make_guide("Factures", text=THREE)
    revise(source_of(guide), "Un, par elle.\n\nDeux.\n\nTrois.", author=make_user("elle"))
    form = text_form(source_of(guide), text="Un, par elle.\n\nDeux.\n\nTrois, par moi.")
    client.force_login(editor())
    page = client.post(edit_url(guide), form, follow=True).content.decode()
    assert source_of(guide).published.revision.content == form["text"]
    assert "message-success" in page and "message-warning" not in page


def test_neighbouring_paragraphs_are_put_together_too():
    merged = merge_texts(THREE, "Un.\n\nDEUX.\n\nTrois.", "Un.\n\nDeux.\n\nTROIS.")
    assert (merged.text, merged.conflicts) == ("Un.\n\nDEUX.\n\nTROIS.", [])


def test_the_same_paragraph_shows_base_theirs_and_mine(client):
    guide = make_guide("Factures", text=THREE)
    form = text_form(source_of(guide), text="Un.\n\nMes deux.\n\nTrois, par moi.")
    revise(source_of(guide), "Un, par elle.\n\nSes deux.\n\nTrois.", author=make_user("elle"))
    client.force_login(editor())
    response = client.post(edit_url(guide), form)
    page = response.content.decode()
    assert response.status_code == 409
    for words in (">Deux.<", ">Ses deux.<", ">Mes deux.<"):
        assert words in page
    assert "Un, par elle.\n\nMes deux.\n\nTrois, par moi.</textarea>" in page
    assert source_of(guide).published.revision.content == "Un, par elle.\n\nSes deux.\n\nTrois."


def test_after_choosing_the_text_is_saved_on_top_of_theirs(client):
    guide = make_guide("Factures", text="Un.")
    form = text_form(source_of(guide), text="Mien.")
    theirs = revise(source_of(guide), "Sien.")
    client.force_login(editor())
    page = client.post(edit_url(guide), form).content.decode()
    assert f'name="base" value="{theirs.pk}"' in page
    client.post(edit_url(guide), form | {"base": theirs.pk, "text": "Sien et mien."})
    assert source_of(guide).published.revision.content == "Sien et mien."


def test_titles_conflict_as_well(client):
    guide = make_guide("Factures", text=THREE)
    form = text_form(source_of(guide), title="Mon titre")
    revise(source_of(guide), THREE, title="Son titre")
    client.force_login(editor())
    page = client.post(edit_url(guide), form).content.decode()
    assert ">Son titre<" in page and 'value="Mon titre"' in page


def test_two_proposals_of_a_draft_are_put_together(client):
    guide = make_guide("Factures", draft=True)
    publishing.submit(
        source_of(guide), publishing.Text(title="Factures", text=THREE), publishing.Change()
    )
    form = text_form(source_of(guide), text="Un.\n\nDeux.\n\nMoi.", do="submit")
    client.force_login(editor())
    client.post(edit_url(guide), text_form(source_of(guide), text="Elle.\n\nDeux.\n\nTrois."))
    client.post(edit_url(guide), form)
    newest = RevisionInfo.objects.latest("revision__revision_number")
    assert newest.revision.content == "Elle.\n\nDeux.\n\nMoi."


def test_different_languages_never_conflict(client):
    guide = make_guide("Factures", text=THREE)
    dutch = translate(guide, "nl", "Facturen", text="Een.")
    form = text_form(dutch, text="Twee.")
    revise(source_of(guide), "Tout autre.")
    client.force_login(editor())
    assert client.post(edit_url(guide, "nl"), form).status_code == 302
    dutch.refresh_from_db()
    assert dutch.published.revision.content == "Twee."


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "b", "b", "b"),
        ("a\n\nb", "b", "a\n\nb\n\nc", "b\n\nc"),
        ("a\n\nb\n\nc", "a\n\nc", "a\n\nb\n\nc\n\nd", "a\n\nc\n\nd"),
        ("", "", "x", "x"),
        ("```\n1\n\n\n2\n```", "x\n\n```\n1\n\n\n2\n```", "```\n1\n\n\n2\n```", None),
        ("a\r\n\r\nb", "A\n\nb", "a\n\nB", "A\n\nB"),
    ],
)
def test_what_does_not_collide_is_merged(base, theirs, mine, merged):
    result = merge_texts(base, theirs, mine)
    assert not result.conflicts
    assert result.text == (theirs if merged is None else merged)


def test_a_line_cannot_be_divided():
    assert merge_lines("a", "a", "b").text == "b"
    assert merge_lines("a", "b", "a").text == "b"
    assert merge_lines("a", "b", "c").conflicts


def test_what_was_handed_in_is_published_as_it_is_and_not_handed_in_twice(client):
    guide = make_guide("Factures", draft=True)
    text = publishing.Text(title="Factures", text=THREE)
    handed_in = publishing.submit(source_of(guide), text, publishing.Change())
    form = text_form(source_of(guide))
    client.force_login(editor())
    client.post(edit_url(guide), form | {"do": "submit"})
    assert source_of(guide).present() == handed_in
    client.post(edit_url(guide), form | {"do": "publish"})
    assert source_of(guide).published.revision.content == THREE
