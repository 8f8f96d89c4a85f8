"""What seldom happens, and must be right when it does."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone

from projects.comments import demo, moderation, personal, steps
from projects.comments.moderation import APPROVE, HIDE, Decision
from projects.models import Comment, ReadyReason, Report, Rules
from smartwiki.notify.models import Message
from tests.comments.helpers import desk, mails, make_moderator, published, say, say_and_confirm
from tests.guides import make_user
from tests.projects.helpers import make_lead, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project("Un wiki", make_lead())


def test_what_waits_cannot_be_hidden_and_the_form_says_so(client, project):
    comment = say_and_confirm(project)
    client.force_login(make_moderator())
    fields = {"decision": HIDE, "version": comment.version}
    response = client.post(desk("decide", comment.pk), fields)
    assert response.status_code == 422 and "en attente" in response.content.decode()


def test_a_comment_takes_only_ways_that_there_are(project):
    comment = say(project)
    with pytest.raises(steps.NoSuchWayError):
        steps.move(comment, "spam", steps.Step("team"))


def test_among_several_what_is_done_already_is_left_alone(project):
    comment, mona = published(project), make_moderator("mia")
    together = moderation.decide_together({comment.pk: comment.version}, Decision(APPROVE, mona))
    assert not together.done and not together.overtaken
    moderation.pin(
        moderation.answer(comment.pk, "Oui.", by=mona, language="fr", seen=comment.version).pk,
        mona,
        is_pinned=False,  # it was not
    )
    assert not Comment.objects.filter(is_on_top=True).exists()


def test_nobody_is_told_of_an_answer_of_their_own(project):
    ana = make_user("ana")
    for author in (ana, None):
        question = published(project, f"Question de {author}", author=author)
        published(project, f"Complément de {author}", answers_to=question, author=author)
    assert not mails("comment_answered")


def test_a_visitor_has_nothing_of_their_own_on_the_page():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert personal.own_comments(request, 1) == personal.own_comment(request, 1, 1) == ""


def test_verbs_and_names(project):
    comment = say(project)
    assert list(Comment.objects.unconfirmed()) == [comment]
    step = comment.transitions.get()
    names = [step, Report(comment=comment, reason="other"), ReadyReason(name_fr="Blessant")]
    assert [str(each) for each in names] == [
        f"{comment.pk}:  → unconfirmed", f"{comment.pk}: other", "Blessant",
    ]  # fmt: skip
    assert str(comment) == f"#{comment.pk}" and str(Rules()) == "règles de la modération"


def test_the_showcase_has_every_state_and_twice_is_once(project):
    demo.load_showcase()
    number = Comment.objects.count()
    demo.load_showcase()
    assert Comment.objects.count() == number > 20
    assert Comment.objects.values("state").distinct().count() == 7
    for comment in Comment.objects.all():
        assert comment.transitions.count() == comment.version


def test_without_projects_there_is_no_showcase():
    demo.load_showcase()
    assert not Comment.objects.exists()


def test_undoing_a_second_approval_leaves_the_first_one_and_its_mails(project):
    mia, question = make_moderator("mia"), published(project, author=make_user("leo"))
    comment = published(project, "Moi aussi.", answers_to=question)
    first = comment.approved_at
    Message.objects.update(state="sent", sent_at=timezone.now())
    moderation.decide(comment.pk, Decision(HIDE, mia), seen=comment.version)
    comment.refresh_from_db()
    again = moderation.decide(comment.pk, Decision(APPROVE, mia), seen=comment.version)
    undone = moderation.undo(again.batch, mia)
    comment.refresh_from_db()
    assert (comment.state, comment.approved_at) == ("hidden", first)
    assert undone.told == 0, "the mails that left are about the first approval"


def test_a_hidden_answer_is_not_pinned(project):
    mia, question = make_moderator("mia"), published(project)
    said = moderation.answer(question.pk, "Oui.", by=mia, language="fr", seen=question.version)
    moderation.decide(said.pk, Decision(HIDE, mia), seen=said.version)
    with pytest.raises(ValidationError):
        moderation.pin(said.pk, mia)
    assert not Comment.objects.filter(is_on_top=True).exists()


def test_a_lead_does_not_answer_what_was_hidden_meanwhile(project):
    question = published(project)
    moderation.decide(question.pk, Decision(HIDE, make_moderator("mia")), seen=question.version)
    question.refresh_from_db()
    lead = project.leads.get()
    with pytest.raises(moderation.OvertakenError):
        moderation.answer(question.pk, "Oui.", by=lead, language="fr", seen=question.version)
    assert not Comment.objects.filter(is_official=True).exists()
