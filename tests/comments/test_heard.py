"""You said, we did: what came of comments and answers, and who is told."""

import pytest

from articles import tree
from articles.models import RevisionInfo
from projects.comments import speaking
from projects.models import CallResponse, Milestone, Update
from smartwiki import heard
from smartwiki.models import ContentVersion, Outcome
from tests.comments.helpers import mails, make_moderator, page, published, say_and_confirm
from tests.guides import STAFF, make_guide, make_user
from tests.projects.helpers import (
    address,
    answer,
    make_call,
    make_lead,
    make_project,
    make_update,
    page_of,
)

pytestmark = pytest.mark.django_db
OVERVIEW = "/fr/projets/"


@pytest.fixture
def project():
    return make_project("Un wiki", make_lead())


@pytest.fixture
def comment(project):
    return published(project, "Mettez un plan du site.", language="nl")


def new_update(client, project, **fields):
    url = address("project_desk:new-update", project.pk)
    return client.post(url, {"title_fr": "Le plan du site est là", "status": ""} | fields)


def test_an_update_says_from_whom_it_comes_and_they_are_told(client, project, comment):
    client.force_login(project.leads.get())
    pasted = f"https://wiki.example{page(project, 'comment', comment.pk)}#comment-{comment.pk}"
    assert new_update(client, project, heard=pasted).status_code == 302
    update = Update.objects.get()
    client.logout()
    words = client.get(page(project)).content.decode()
    assert "Ce qui en est sorti" in words and f"#update-{update.pk}" in words
    assert f"#comment-{comment.pk}" in client.get(page_of(project)).content.decode()
    assert "1 commentaire ou réponse" in client.get(OVERVIEW).content.decode()
    [mail] = mails("comment_outcome")
    assert (mail.email, mail.language) == ("ana@example.net", "nl")
    assert mail.context["outcome_title"] == "Le plan du site est là"
    assert mail.context["outcome_url"].startswith("/nl/")


def test_answers_to_calls_are_heard_too_and_stay_private(client, project):
    call = make_call(project)
    client.post(address("projects:call", "un-wiki", call.pk), answer())
    response = CallResponse.objects.get()
    client.force_login(project.leads.get())
    assert (
        f"answer:{response.pk}"
        in client.get(address("project_desk:answers", project.pk, call.pk)).content.decode()
    )
    new_update(client, project, heard=f"answer:{response.pk}")
    assert [mail.email for mail in mails("answer_outcome")] == ["ana@example.org"]
    words = client.get(page_of(project)).content.decode()
    assert "une réponse à un appel" in words and "Moi, j" not in words
    other = make_lead("autre")
    elsewhere = make_project("Autre", other)
    client.force_login(other)
    assert new_update(client, elsewhere, heard=f"answer:{response.pk}").status_code == 422
    assert Update.objects.count() == 1


def test_a_milestone_can_be_what_came_of_it(client, project, comment):
    milestone = Milestone.objects.create(project=project, title_fr="Plan du site")
    client.force_login(project.leads.get())
    url = address("project_desk:part", project.pk, "milestone", milestone.pk)
    client.post(url, {"title_fr": "Plan du site", "heard": str(comment.pk)})
    words = client.get(page(project)).content.decode()
    assert f"#milestone-{milestone.pk}" in words
    assert f'id="milestone-{milestone.pk}"' in client.get(page_of(project)).content.decode()
    assert f'value="comment:{comment.pk}"' in client.get(url).content.decode()
    client.post(url, {"title_fr": "Plan du site", "heard": f"comment:{comment.pk}"})
    assert len(mails("comment_outcome")) == 1
    client.post(url, {"title_fr": "Plan du site", "heard": ""})
    assert not Outcome.objects.exists()


def test_a_guide_s_revision_can_be_what_came_of_it(client, project, comment):
    guide = make_guide("Factures")
    client.force_login(make_user("ed", "editor"))
    url = address("writing:edit", guide.pk, "fr")
    assert 'name="heard"' in client.get(url).content.decode()
    fields = {
        "title": "Factures", "text": "Mieux expliqué.", "significance": "minor", "do": "publish",
        "base": guide.translations.get().published_id, "heard": f"comment:{comment.pk}",
    }  # fmt: skip
    assert client.post(url, fields | {"heard": "comment:999"}).status_code == 422
    assert client.post(url, fields | {"heard": "le plan"}).status_code == 422
    assert client.post(url, fields).status_code == 302
    assert "Factures" in client.get(page(project)).content.decode()
    assert mails("comment_outcome")[0].context["outcome_title"] == "Factures"


def proposed(client, comment):
    """An editor submits a text for review that comes of a comment."""
    guide = make_guide("Factures")
    text = guide.translations.get()
    client.force_login(make_user("writer", "editor", "nl"))
    fields = {
        "title": "Factures", "text": "Mieux expliqué.", "significance": "minor", "do": "submit",
        "base": text.published_id, "heard": f"comment:{comment.pk}",
    }  # fmt: skip
    assert client.post(address("writing:edit", guide.pk, "fr"), fields).status_code == 302
    assert Outcome.objects.count() == 1 and not mails("comment_outcome")
    assert "sorti" not in client.get(page(comment.project)).content.decode()
    assert heard.voices_heard("fr") == 0
    return text, fields


def test_a_change_that_waits_tells_nobody_before_it_is_accepted(client, project, comment):
    text, fields = proposed(client, comment)
    other = published(project, "Un exemple, svp.", email="b@example.net")
    client.force_login(make_user("reviewer", "editor"))
    url = address("suggestions:review", RevisionInfo.objects.pending().get().pk)
    assert f'value="comment:{comment.pk}"' in client.get(url).content.decode()
    accepted = fields | {"heard": f"comment:{comment.pk} {other.pk}"}
    assert client.post(url, accepted | {"heard": "comment:999"}).status_code == 422
    assert client.post(url, accepted).status_code == 302
    text.refresh_from_db()
    results = set(Outcome.objects.values_list("voice", "result"))
    assert results == {(each.pk, text.published_id) for each in (comment, other)}
    assert len(mails("comment_outcome")) == 2
    assert "Factures" in client.get(page(project)).content.decode()
    assert heard.voices_heard("fr") == 2
    tree.delete_guide(text.guide)  # and brought back: what was said of it goes and comes with it
    assert heard.voices_heard("fr") == 0
    assert "Factures" not in client.get(page(project)).content.decode()
    tree.restore_guide(text.guide)
    assert heard.voices_heard("fr") == 2


def test_a_change_that_is_turned_down_comes_of_nothing(client, project, comment):
    proposed(client, comment)
    client.force_login(make_user("reviewer", "editor"))
    pending = RevisionInfo.objects.pending().get()
    client.post(address("suggestions:decline", pending.pk), {"reason": "Trop tôt."})
    assert not Outcome.objects.exists() and not mails("comment_outcome")


def test_the_same_text_saved_again_keeps_of_whom_it_comes(client, project, comment):
    text, fields = proposed(client, comment)
    client.force_login(make_user("reviewer", "editor"))
    url = address("writing:edit", text.guide_id, "fr")
    client.post(url, fields | {"do": "publish"})
    text.refresh_from_db()
    again = fields | {"do": "publish", "base": text.published_id, "heard": ""}
    client.post(url, again)
    assert heard.voices_of({"revision": [text.published_id]}) == {
        ("revision", text.published_id): [heard.Voice("comment", comment.pk)]
    }


def test_a_new_guide_can_be_what_came_of_it(client, project, comment):
    client.force_login(make_user("ed", "editor"))
    fields = {
        "title": "Plan du site", "text": "Le voici.", "parent": "topic", "language": "fr",
        "visibility": "0", "do": "publish", "heard": str(comment.pk),
    }  # fmt: skip
    assert client.post(address("writing:new"), fields).status_code == 302
    assert mails("comment_outcome")[0].context["outcome_title"] == "Plan du site"


def test_a_milestone_that_is_deleted_came_of_nothing(client, project, comment):
    milestone = Milestone.objects.create(project=project, title_fr="Plan du site")
    client.force_login(project.leads.get())
    heard.name_voices(
        heard.Result("milestone", milestone.pk), {"comment": [comment.pk]}, project.leads.get()
    )
    assert "1 commentaire ou réponse" in client.get(OVERVIEW).content.decode()
    client.post(address("project_desk:delete", project.pk, "milestone", milestone.pk))
    assert not Milestone.objects.exists() and not Outcome.objects.exists()
    assert "1 commentaire ou réponse" not in client.get(OVERVIEW).content.decode()


def test_nobody_is_told_of_what_they_may_not_read(client, project, comment):
    guide = make_guide("Secret", visibility=STAFF)
    revision = guide.translations.get().published
    result = heard.Result("revision", revision.pk)
    assert heard.name_voices(result, {"comment": [comment.pk]}, make_user("ed", "editor")) == 1
    assert not mails("comment_outcome")
    assert "Secret" not in client.get(page(project)).content.decode()
    hidden = make_project("Caché", is_published=False)
    update = make_update(hidden)
    call_answer = CallResponse.objects.create(
        call=make_call(project), name="Ana", email="a@example.net", message="x", language="fr",
        consented_at=update.published_at,
    )  # fmt: skip
    heard.name_voices(
        heard.Result("update", update.pk),
        {"comment": [comment.pk], "answer": [call_answer.pk]},
        project.leads.get(),
    )
    assert not mails("comment_outcome") and not mails("answer_outcome")


@pytest.mark.parametrize("text", ["bonjour", "comment:", "guide:3", "-4", "9" * 30])
def test_what_is_no_comment_is_named_and_nothing_is_published(client, project, text):
    client.force_login(project.leads.get())
    response = new_update(client, project, heard=text)
    assert response.status_code == 422 and "id_heard_error" in response.content.decode()
    assert not Update.objects.exists()


def test_a_comment_that_nobody_reads_cannot_be_named(client, project):
    waiting = say_and_confirm(project, "Pas encore lu")
    client.force_login(project.leads.get())
    response = new_update(client, project, heard=str(waiting.pk))
    assert response.status_code == 422 and not Update.objects.exists()
    assert "Le plan du site" in response.content.decode()
    update = make_update(project)
    url = address("project_desk:part", project.pk, "update", update.pk)
    assert client.post(url, {"title_fr": "x", "heard": "77"}).status_code == 422
    with pytest.raises(Exception, match="77"):
        heard.name_voices(heard.Result("update", update.pk), {"voice": [77]}, make_moderator())


def test_an_update_can_be_put_right_although_its_comment_was_withdrawn(client, project, comment):
    client.force_login(project.leads.get())
    new_update(client, project, heard=str(comment.pk))
    speaking.withdraw(comment.pk)
    update = Update.objects.get()
    url = address("project_desk:part", project.pk, "update", update.pk)
    response = client.post(url, {"title_fr": "Mieux dit", "heard": f"comment:{comment.pk}"})
    assert response.status_code == 302


def test_a_member_is_told_in_their_language_and_an_erased_author_not_at_all(project):
    member = make_user("ana", language="de")
    theirs = published(project, "Bitte eine Karte.", author=member)
    nobody = published(project, "Une carte.", email="b@example.net")
    type(nobody).objects.filter(pk=nobody.pk).update(email="", name="")
    update = make_update(project)
    voices = {"comment": [theirs.pk, nobody.pk]}
    heard.name_voices(heard.Result("update", update.pk), voices, make_moderator("mia"))
    [mail] = mails("comment_outcome")
    assert (mail.user, mail.language) == (member, "de")
    Outcome.objects.create(voice_kind="comment", voice=theirs.pk, result_kind="song", result=1)
    assert len(heard.outcomes_of("comment", [theirs.pk], "fr", member)[theirs.pk]) == 1
    ContentVersion.bump()
