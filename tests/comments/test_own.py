"""What authors do with their own comments: confirm, edit, withdraw."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from projects.comments import speaking, tokens
from projects.models import Comment
from tests.comments.helpers import (
    approve,
    make_moderator,
    own_page,
    page,
    published,
    say,
    say_and_confirm,
    steps,
)
from tests.guides import make_user
from tests.projects.helpers import address, make_lead, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project("Un wiki", make_lead())


def later(comment, minutes=16):
    Comment.objects.filter(pk=comment.pk).update(
        created_at=timezone.now() - timedelta(minutes=minutes)
    )


def test_the_link_shows_a_button_and_the_button_confirms(client, project):
    comment = say(project)
    link = own_page(comment, "confirm")
    assert "Oui, l’envoyer" in client.get(link).content.decode()
    comment.refresh_from_db()
    assert comment.state == "unconfirmed"
    assert "adresse est confirmée" in client.post(link).content.decode()
    comment.refresh_from_db()
    assert comment.state == "pending" and comment.waiting_since


def test_confirming_twice_is_said_kindly_and_changes_nothing(client, project):
    comment = say_and_confirm(project)
    for response in (
        client.post(own_page(comment, "confirm")),
        client.get(own_page(comment, "confirm")),
    ):
        assert response.status_code == 200
        assert "déjà confirmé" in response.content.decode()
    assert steps(comment) == ["unconfirmed", "pending"]
    speaking.withdraw(comment.pk)
    client.post(own_page(comment, "confirm"))
    comment.refresh_from_db()
    assert comment.state == "withdrawn"


def test_forged_replayed_and_old_links_change_nothing(client, project, monkeypatch):
    comment, other = say(project), say(project, "Autre", email="b@example.net")
    token = tokens.token_for(comment.pk, tokens.CONFIRM)
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(token.split(":")[0], signing.b64_encode(b"[%d]" % other.pk).decode()),
        tokens.token_for(comment.pk, tokens.AUTHOR),  # the right hand, the wrong purpose
        tokens.token_for(999_999, tokens.CONFIRM),
        "x",
    ]
    for each in forged:
        response = client.post(address("comments:confirm", each), {"text": "Mon texte"})
        assert response.status_code == 404
        assert "ne fonctionne pas" in response.content.decode()
        assert client.post(address("comments:own", token)).status_code == 404
    monkeypatch.setattr(tokens, "CONFIRM_FOR", -1)
    response = client.post(address("comments:confirm", token))
    assert response.status_code == 410 and "trop ancien" in response.content.decode()
    assert set(Comment.objects.values_list("state", flat=True)) == {"unconfirmed"}


def test_a_project_that_closed_meanwhile_takes_no_confirmation(client, project):
    comment = say(project)
    project.takes_comments = False
    project.save()
    response = client.post(own_page(comment, "confirm"))
    assert response.status_code == 409
    comment.refresh_from_db()
    assert comment.state == "unconfirmed"


def test_a_visitor_edits_for_fifteen_minutes_and_withdraws_always(client, project):
    comment = say_and_confirm(project)
    link = own_page(comment)
    assert comment.body in client.get(link).content.decode()
    client.post(link, {"do": "edit", "text": "Autrement dit.", "language": "nl"})
    comment.refresh_from_db()
    assert (comment.body, comment.language, comment.state) == ("Autrement dit.", "nl", "pending")
    assert comment.edited_at
    later(comment)
    response = client.post(link, {"do": "edit", "text": "Trop tard.", "language": "nl"})
    assert response.status_code == 409 and "Trop tard." in response.content.decode()
    assert "<textarea" not in client.get(link).content.decode()
    assert "est retiré" in client.post(link, {"do": "withdraw"}, follow=True).content.decode()
    assert client.post(link, {"do": "withdraw"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.state, comment.body) == ("withdrawn", "Autrement dit.")
    assert steps(comment) == ["unconfirmed", "pending", "pending", "withdrawn"]


def test_published_words_that_change_are_read_once_more(client, project):
    comment = published(project)
    speaking.edit(comment.pk, comment.body, comment.language)  # nothing changed
    assert Comment.objects.get().state == "approved"
    speaking.edit(comment.pk, "Et maintenant, une insulte.", "fr")
    comment.refresh_from_db()
    assert comment.state == "pending" and comment.waiting_since
    assert "insulte" not in client.get(page(project)).content.decode()
    approve(comment)
    speaking.withdraw(comment.pk)
    with pytest.raises(Exception, match="15 minutes"):
        speaking.edit(comment.pk, "Revenu.", "fr")


def test_a_trusted_author_s_change_shows_at_once(project, settings):
    settings.COMMENTS_TRUSTED_AFTER = 1
    author = make_user("ana")
    published(project, "Un", author=author)
    comment = say(project, "Deux", author=author)
    speaking.edit(comment.pk, "Trois", "fr")
    comment.refresh_from_db()
    assert (comment.state, comment.body) == ("approved", "Trois")


def test_bad_words_are_refused_and_kept_in_the_form(client, project):
    comment = say_and_confirm(project)
    text = "https://a.example " * 9
    response = client.post(own_page(comment), {"do": "edit", "text": text, "language": "fr"})
    assert response.status_code == 422 and text.strip() in response.content.decode()


def test_a_member_looks_after_their_own_comments_and_nobody_else_s(client, project):
    ana = make_user("ana")
    comment = say(project, author=ana)
    link = address("comments:mine", comment.pk)
    assert client.get(link).status_code == 302  # to sign in
    client.force_login(make_moderator())
    assert client.post(link, {"do": "withdraw"}).status_code == 404
    assert "Un wiki" not in client.get(address("comments:all-mine")).content.decode()
    client.force_login(ana)
    assert "Un wiki" in client.get(address("comments:all-mine")).content.decode()
    client.post(link, {"do": "withdraw"})
    comment.refresh_from_db()
    assert comment.state == "withdrawn"


def test_what_others_answered_stays_when_the_question_is_withdrawn(client, project):
    question = published(project, "Ma question")
    published(project, "Ma réponse", answers_to=question, email="b@example.net")
    speaking.withdraw(question.pk)
    words = client.get(page(project)).content.decode()
    assert (
        "Ma question" not in words and "Ma réponse" in words and "a retiré ce commentaire" in words
    )


def test_an_author_reads_why_it_was_not_published(client, project):
    from projects.comments import moderation

    comment = say_and_confirm(project)
    decision = moderation.Decision("reject", make_moderator(), {"fr": "Trop personnel."})
    moderation.decide(comment.pk, decision, seen=comment.version)
    assert "Trop personnel." in client.get(own_page(comment)).content.decode()
