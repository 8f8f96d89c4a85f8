"""Moderating: who may, what becomes of a comment, and two moderators at once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.comments import moderation, speaking
from projects.comments.desk import COUNTED_KEY
from projects.comments.moderation import APPROVE, HIDE, REJECT, SPAM, Decision
from projects.models import Comment, ReadyReason, Report, Transition
from smartwiki.notify.models import Message
from tests.comments.helpers import (
    approve,
    desk,
    mails,
    make_moderator,
    many,
    page,
    published,
    say,
    say_and_confirm,
    steps,
)
from tests.guides import make_user
from tests.projects.helpers import make_lead, make_project, make_update

pytestmark = pytest.mark.django_db
REASONS = {"fr": "Trop personnel.", "nl": "Te persoonlijk."}


@pytest.fixture
def project():
    return make_project("Un wiki", make_lead())


@pytest.fixture
def mona():
    return make_moderator()


def reason(name: str = "Blessant") -> ReadyReason:
    texts = {
        f"{field}_{code}": f"{name} {code}" for field in ("name", "text") for code in ("fr", "nl")
    }
    return ReadyReason.objects.create(**texts)


def decide(client, comment, decision="approve", **fields):
    values = {"decision": decision, "version": comment.version} | fields
    return client.post(desk("decide", comment.pk), values)


def test_nobody_but_moderators_has_the_desk(client, project, mona):
    comment = say_and_confirm(project)
    people = [
        None, make_user("ana"), make_user("ed", "editor", "nl"), make_lead("autre"),
        project.leads.get(),
    ]  # fmt: skip
    for person in people:
        client.logout()
        if person:
            client.force_login(person)
        for name, args in (("queue", ()), ("review", (comment.pk,)), ("figures", ())):
            assert client.get(desk(name, *args)).status_code == 403
        posts = [
            ("next", ()), ("together", ()), ("decide", (comment.pk,)), ("figures", ()),
            ("undo", (uuid4(),)), ("answer", (comment.pk,)),
        ]  # fmt: skip
        for name, args in posts:
            fields = {"decision": "approve", "version": 2, "text": "Oui.", "language": "fr"}
            response = client.post(desk(name, *args), fields)
            if name != "answer" or person not in project.leads.all():
                assert response.status_code == 403, (person, name)
                assert name == "next" or "Oui." in response.content.decode()
    comment.refresh_from_db()
    assert comment.state == "pending"
    client.force_login(mona)
    assert client.get(desk("queue")).status_code == 200


def test_who_lost_the_right_a_second_ago_changes_nothing(project, mona):
    comment = say_and_confirm(project)
    done = published(project).transitions.get(after="approved").batch
    signed_in = type(mona).objects.get(pk=mona.pk)
    assert signed_in.has_role("moderator")  # what this request knows
    mona.grants.all().delete()
    with pytest.raises(PermissionDenied):
        moderation.decide(comment.pk, Decision(APPROVE, signed_in), seen=comment.version)
    with pytest.raises(PermissionDenied):
        moderation.decide_together({comment.pk: comment.version}, Decision(SPAM, signed_in))
    with pytest.raises(PermissionDenied):
        moderation.answer(comment.pk, "Oui.", by=signed_in, language="fr", seen=comment.version)
    with pytest.raises(PermissionDenied):
        moderation.undo(done, signed_in)
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_approving_publishes_tells_the_author_and_goes_on_with_the_next(client, project, mona):
    first, second = say_and_confirm(project, "Un"), say_and_confirm(project, "Deux")
    client.force_login(mona)
    response = decide(client, first)
    step = first.transitions.last()
    assert response["Location"] == desk("review", second.pk) + f"?done={step.batch}"
    first.refresh_from_db()
    assert first.state == "approved" and first.waiting_since is None
    assert (step.before, step.after, step.by, step.actor) == ("pending", "approved", mona, "team")
    assert step.waited is not None
    assert [mail.key for mail in mails("comment_approved")] == [f"comment-approved:{first.pk}"]
    shown = client.get(response["Location"]).content.decode()
    assert "Annuler" in shown and "1 commentaire en attente" in shown
    assert decide(client, second)["Location"].startswith(desk("queue"))


def test_a_ready_reason_reaches_the_author_in_their_language(client, project, mona):
    comment = say_and_confirm(project, language="nl")
    ready = reason()
    client.force_login(mona)
    assert "Blessant fr" in client.get(desk("review", comment.pk)).content.decode()
    client.post(desk("decide", comment.pk), {"reject": ready.pk, "version": comment.version})
    [mail] = mails("comment_rejected")
    assert (mail.language, mail.context["reason"]) == ("nl", "Blessant nl")
    comment.refresh_from_db()
    assert comment.state == "rejected"


def test_a_rejection_says_why(client, project, mona):
    comment = say_and_confirm(project)
    client.force_login(mona)
    assert decide(client, comment, "reject").status_code == 422
    assert decide(client, comment, "reject", text="   ").status_code == 422
    with pytest.raises(ValidationError):
        moderation.decide(comment.pk, Decision(REJECT, mona), seen=comment.version)
    decide(client, comment, "reject", text="Merci de rester poli.", ready=reason().pk)
    assert mails("comment_rejected")[0].context["reason"] == "Blessant fr\n\nMerci de rester poli."


@pytest.mark.parametrize("fields", [{}, {"decision": "delete"}, {"decision": "approve"}])
def test_a_senseless_decision_changes_nothing(client, project, mona, fields):
    comment = say_and_confirm(project)
    client.force_login(mona)
    assert client.post(desk("decide", comment.pk), fields).status_code == 422
    bad = {"decision": "approve", "version": "x"}
    assert client.post(desk("decide", comment.pk), bad).status_code == 422
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_what_is_not_confirmed_is_not_shown_to_moderators(client, project, mona):
    comment = say(project)
    client.force_login(mona)
    assert client.get(desk("review", comment.pk)).status_code == 404
    assert decide(client, comment).status_code == 404
    assert "Rien n’attend" in client.get(desk("queue")).content.decode()
    with pytest.raises(moderation.OvertakenError):
        moderation.decide(comment.pk, Decision(APPROVE, mona), seen=comment.version)


def test_the_second_moderator_is_told_what_the_first_did(client, project, mona):
    comment = say_and_confirm(project)
    moderation.decide(comment.pk, Decision(REJECT, mona, REASONS), seen=comment.version)
    client.force_login(make_moderator("max"))
    response = decide(client, comment)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "mona" in shown and "Trop personnel." in shown
    answer = {"text": "Ma réponse.", "language": "fr", "version": comment.version}
    response = client.post(desk("answer", comment.pk), answer)
    assert response.status_code == 409 and "Ma réponse." in response.content.decode()
    comment.refresh_from_db()
    assert comment.state == "rejected" and comment.transitions.count() == 3


def test_an_author_who_changes_the_words_meanwhile_is_noticed_too(project, mona):
    comment = say_and_confirm(project)
    seen = comment.version
    speaking.edit(comment.pk, "Autre chose.", "fr")
    with pytest.raises(moderation.OvertakenError) as overtaken:
        moderation.decide(comment.pk, Decision(APPROVE, mona), seen=seen)
    assert overtaken.value.last.why == "edited"


def test_several_at_once_and_all_of_it_undone(client, project, mona):
    comments = [say_and_confirm(project, f"N° {number}") for number in range(4)]
    speaking.withdraw(comments[3].pk)
    client.force_login(mona)
    ticked = [f"{comment.pk}-{comment.version}" for comment in comments]
    fields = {"comment": [*ticked, "x", "1-", "9999999-1"], "decision": "spam"}
    response = client.post(desk("together"), fields)
    assert response.status_code == 409
    shown = response.content.decode()
    assert "3 autres commentaires" in shown and "retiré par" in shown
    assert set(Comment.objects.values_list("state", flat=True)) == {"spam", "withdrawn"}
    batch = Transition.objects.filter(after="spam").values_list("batch", flat=True).first()
    assert f"/{batch}/" in client.get(desk("queue") + f"?done={batch}").content.decode()
    moderation.decide(comments[0].pk, Decision(APPROVE, mona), seen=comments[0].version + 1)
    response = client.post(desk("undo", batch))
    assert response.status_code == 409 and "mona" in response.content.decode()
    states = list(Comment.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["approved", "pending", "pending", "withdrawn"]
    assert Comment.objects.get(pk=comments[1].pk).waiting_since == comments[1].waiting_since


def test_several_are_done_in_one_click_or_asked_for(client, project, mona):
    comments = [say_and_confirm(project, f"N° {number}") for number in range(2)]
    client.force_login(mona)
    assert client.post(desk("together"), {"decision": "approve"})["Location"] == desk("queue")
    ticked = [f"{comment.pk}-{comment.version}" for comment in comments]
    client.post(desk("together"), {"comment": ticked, "decision": "reject"})
    assert Comment.objects.pending().count() == 2
    fields = {"comment": ticked, "decision": "hide"}
    assert client.post(desk("together"), fields).status_code == 302
    assert Comment.objects.pending().count() == 2
    fields = {"comment": ticked, "decision": "reject", "ready": reason().pk}
    response = client.post(desk("together"), fields)
    assert "2 commentaires" in client.get(response["Location"]).content.decode()
    batch = re.search(r"done=(.+)", response["Location"])[1]
    client.post(desk("undo", batch))
    assert Comment.objects.pending().count() == 2


def test_one_click_is_undone_and_leads_back_to_the_comment(client, project, mona):
    comment = say_and_confirm(project)
    client.force_login(mona)
    batch = re.search(r"done=(.+)", decide(client, comment)["Location"])[1]
    response = client.post(desk("undo", batch))
    assert response["Location"] == desk("review", comment.pk)
    comment.refresh_from_db()
    assert (comment.state, comment.approved_at) == ("pending", None)
    assert steps(comment) == ["unconfirmed", "pending", "approved", "pending"]
    assert client.post(desk("undo", uuid4())).status_code == 302
    assert client.get(desk("queue") + "?done=nonsense").status_code == 200


def test_undone_in_time_nobody_hears_of_it(client, project, mona):
    client.force_login(mona)
    question = published(project, author=make_user("leo"))
    comment = say_and_confirm(project, "Moi aussi.", answers_to=question)
    before = len(mails())
    for decision, kind in (("approve", "comment_answered"), ("reject", "comment_rejected")):
        comment.refresh_from_db()
        response = decide(client, comment, decision, text="Non.")
        assert mails(kind)[-1].next_try_at > timezone.now() + timedelta(minutes=4)
        batch = re.search(r"done=(.+)", response["Location"])[1]
        client.post(desk("undo", batch))
        assert len(mails()) == before
    comment.refresh_from_db()
    assert comment.approved_at is None
    assert mails("comment_answered") == []
    approve(comment)
    assert len(mails("comment_answered")) == 1, "it is told when it is decided again"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_undone_too_late_the_moderator_is_told(client, project, mona, decision):
    comment = say_and_confirm(project)
    client.force_login(mona)
    response = decide(client, comment, decision, text="Non.")
    Message.objects.update(state="sent", sent_at=timezone.now())
    batch = re.search(r"done=(.+)", response["Location"])[1]
    content = client.post(desk("undo", batch), follow=True).content.decode()
    assert "1 message à ce sujet était déjà parti" in content


def test_of_two_decisions_in_a_row_the_last_is_told(client, project, mona):
    comment = say_and_confirm(project)
    for what in (APPROVE, REJECT, APPROVE):
        comment.refresh_from_db()
        moderation.decide(comment.pk, Decision(what, mona, REASONS), seen=comment.version)
    assert [mail.kind for mail in mails() if mail.kind != "comment_confirm"] == ["comment_approved"]
    speaking.withdraw(comment.pk)
    assert not mails("comment_approved"), "who withdraws it need not be told"


def test_nothing_is_done_twice(project, mona):
    comment = published(project)
    assert moderation.decide(comment.pk, Decision(APPROVE, mona), seen=comment.version) is None


def test_an_answer_from_the_desk_approves_and_answers_in_one_step(client, project, mona):
    comment = say_and_confirm(project, author=make_user("ana"))
    client.force_login(mona)
    fields = {"text": "Oui, elle en fait partie.", "language": "fr", "version": comment.version}
    assert client.post(desk("answer", comment.pk), fields | {"pinned": "on"}).status_code == 302
    answer = Comment.objects.get(is_official=True)
    assert (answer.thread, answer.role, answer.state) == (comment, "moderator", "approved")
    comment.refresh_from_db()
    assert comment.state == "approved" and comment.is_on_top
    assert [mail.kind for mail in mails()] == ["comment_approved", "comment_answered_officially"]
    empty = client.post(desk("answer", comment.pk), fields | {"text": " "})
    assert empty.status_code == 422
    project.takes_comments = False
    project.save()
    comment.refresh_from_db()
    closed = {"text": "Encore.", "language": "fr", "version": comment.version}
    response = client.post(desk("answer", comment.pk), closed)
    assert response.status_code == 409 and "Encore." in response.content.decode()


@pytest.mark.parametrize("was", ["hidden", "reported"])
def test_a_moderator_s_answer_settles_what_it_answers(project, mona, was):
    comment = published(project)
    if was == "hidden":
        moderation.decide(comment.pk, Decision(HIDE, mona), seen=comment.version)
    else:
        speaking.report(comment.pk, Report(reason="other", sender="1"))
    comment.refresh_from_db()
    moderation.answer(comment.pk, "Oui.", by=mona, language="fr", seen=comment.version)
    comment.refresh_from_db()
    assert comment.state == "approved" and comment.waiting_since is None


@pytest.mark.parametrize("decision", [HIDE, SPAM])
def test_who_is_hidden_or_taken_for_spam_gets_no_mail(project, mona, decision):
    comment = published(project)
    Message.objects.all().delete()
    moderation.decide(comment.pk, Decision(decision, mona), seen=comment.version)
    assert not mails()


def test_other_comments_are_those_of_the_same_person(project):
    ana, leo = make_user("ana"), make_user("leo")
    by_ana = [say_and_confirm(project, f"{number}.", author=ana) for number in range(2)]
    by_visitor = [say_and_confirm(project, f"Bonjour {number}.") for number in range(2)]
    say_and_confirm(project, "Autre.", author=leo)
    say_and_confirm(project, "Encore une autre.", email="bea@example.net")
    for comment, other in (by_ana, by_visitor):
        assert list(Comment.objects.of_same_author(comment)) == [other]
    assert set(Comment.objects.of_person(ana)) == set(by_ana)
    assert not Comment.objects.of_person(type(ana)()).exists()


def test_a_lead_answers_what_everybody_reads_on_their_own_project_only(client, project, mona):
    waiting, shown = say_and_confirm(project, "Un"), published(project, "Deux")
    lead = project.leads.get()
    client.force_login(lead)
    fields = {"text": "Oui.", "language": "fr"}
    response = client.post(desk("answer", waiting.pk), fields | {"version": waiting.version})
    assert response.status_code == 409
    response = client.post(desk("answer", shown.pk), fields | {"version": shown.version})
    assert response.status_code == 302
    assert Comment.objects.get(is_official=True).role == "lead"
    client.force_login(make_lead("autre"))
    response = client.post(desk("answer", shown.pk), fields | {"version": shown.version})
    assert response.status_code == 403


def test_pinning_puts_the_conversation_on_top_and_can_be_taken_back(client, project, mona):
    old = published(project, "Ancienne question")
    answer = moderation.answer(old.pk, "Oui.", by=mona, language="fr", seen=old.version)
    published(project, "Nouvelle question")
    words = client.get(page(project)).content.decode()
    assert words.index("Nouvelle question") < words.index("Ancienne question")
    client.force_login(project.leads.get())
    client.post(page(project, "pin", answer.pk), {"pinned": "1"})
    words = client.get(page(project)).content.decode()
    assert words.index("Ancienne question") < words.index("Nouvelle question")
    client.post(page(project, "pin", answer.pk), {"pinned": "0"})
    assert not Comment.objects.filter(is_on_top=True).exists()
    client.post(page(project, "pin", old.pk), {"pinned": "1"})
    assert "Seule une réponse officielle" in client.get(page(project)).content.decode()
    client.force_login(make_lead("autre"))
    assert client.post(page(project, "pin", answer.pk), {"pinned": "1"}).status_code == 403
    with pytest.raises(PermissionDenied):
        moderation.pin(answer.pk, make_user("ana"))
    moderation.pin(answer.pk, mona)
    speaking.withdraw(answer.pk)
    assert not Comment.objects.filter(is_on_top=True).exists()


def test_the_desk_shows_what_helps_to_judge(client, project, mona):
    update = make_update(project, "Du neuf")
    before = published(project, "Avant cela")
    moderation.decide(
        say_and_confirm(project, "Insulte").pk, Decision(REJECT, mona, REASONS), seen=2
    )
    comment = say_and_confirm(project, "Voyez https://a.example/x", update=update, language="nl")
    reply = say_and_confirm(project, "D’accord", answers_to=before, email="b@example.net")
    client.force_login(mona)
    words = client.get(desk("review", comment.pk)).content.decode().replace("\xa0", " ")
    for shown in (
        "Un wiki", "Sur « Du neuf »", "https://a.example/x", "1 lien", "Nederlands", "Avant cela",
        "Insulte", "adresse confirmée",
    ):  # fmt: skip
        assert shown.lower() in words.lower(), shown
    assert "ana@example.net" not in words
    assert "Répond à Ana" in client.get(desk("review", reply.pk)).content.decode()


def test_hiding_by_hand_and_keeping_what_was_reported(client, project, mona):
    comment = published(project)
    client.force_login(mona)
    decide(client, comment, "hide")
    comment.refresh_from_db()
    assert comment.state == "hidden" and comment.waiting_since is None
    decide(client, comment, "approve")
    speaking.report(comment.pk, Report(reason="other", sender="1"))
    comment.refresh_from_db()
    assert comment.state == "approved" and comment.waiting_since
    assert "Le garder" in client.get(desk("review", comment.pk)).content.decode()
    decide(client, comment, "approve")
    comment.refresh_from_db()
    assert comment.state == "approved" and comment.waiting_since is None
    assert not comment.reports.open().exists() and len(mails("comment_approved")) == 1
    batch = comment.transitions.order_by("version").last().batch
    client.post(desk("undo", batch))
    assert comment.reports.open().count() == 1


def test_while_one_moderator_reads_a_comment_another_is_given_the_next(project, mona):
    first, second = say_and_confirm(project, "Un"), say_and_confirm(project, "Deux")
    max_ = make_moderator("max")
    assert moderation.hold_next(mona) == first
    assert moderation.hold_next(max_) == second
    assert moderation.hold_next(mona) == first
    assert moderation.hold_next(mona, first) is None  # the other one is being read
    assert moderation.hold_next(make_moderator("mia")) is None


def test_later_leaves_a_comment_for_later(client, project, mona):
    first, second = say_and_confirm(project, "Un"), say_and_confirm(project, "Deux")
    client.force_login(mona)
    assert client.post(desk("next"))["Location"] == desk("review", first.pk)
    assert client.post(desk("next"), {"after": first.pk})["Location"] == desk("review", second.pk)
    assert client.post(desk("next"), {"after": second.pk})["Location"] == desk("review", first.pk)
    assert client.post(desk("next"), {"after": "x"}).status_code == 302


@pytest.mark.parametrize("number", [5, 60])
def test_the_queries_do_not_grow_with_what_waits(
    client, project, mona, django_assert_max_num_queries, number
):
    many(project, number, "pending", update=make_update(project))
    client.force_login(mona)
    with django_assert_max_num_queries(10):
        words = client.get(desk("queue")).content.decode()
    assert words.count('class="queue-words"') == min(number, 25)
    oldest = Comment.objects.waiting().first()
    with django_assert_max_num_queries(10):
        client.get(desk("review", oldest.pk))
    client.get(desk("figures"))  # counts
    with django_assert_max_num_queries(10):
        client.get(desk("figures"))
    following = re.search(r'href="\?after=(\d+)"', words)
    assert bool(following) == (number > 25)
    if following:
        after = client.get(desk("queue") + f"?after={following[1]}").content.decode()
        assert after.count('class="queue-words"') == 25 and "Commentaire 25" in after


def test_more_than_a_thousand_are_not_counted(client, project, mona):
    many(project, 1002, "pending")
    client.force_login(mona)
    assert "plus de 1000" in client.get(desk("queue")).content.decode().replace("\u202f", "")


def test_figures_say_how_long_comments_wait(client, project, mona):
    cache.delete(COUNTED_KEY)
    client.force_login(mona)
    assert "–" in client.get(desk("figures")).content.decode()
    for number in range(3):
        published(project, f"N° {number}")
    Transition.objects.filter(after="approved").update(waited=7200)
    say_and_confirm(project, "En attente")
    assert "2 heures" not in client.get(desk("figures")).content.decode()  # as it was counted
    cache.delete(COUNTED_KEY)
    words = client.get(desk("figures")).content.decode().replace("\xa0", " ")
    assert "2 heures" in words and "<dd>3</dd>" in words
    many(project, 30)
    with CaptureQueriesContext(connection) as queries:
        client.get(desk("figures"))
    asked = [
        each["sql"] for each in queries if re.search("projects_(comment|transition)", each["sql"])
    ]
    assert asked
    assert all("LIMIT" in each for each in asked)  # as much work for any number of comments
    assert client.post(desk("figures"), {"hidden_after": "0"}).status_code == 422
    assert client.post(desk("figures"), {"hidden_after": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("language", "ago", "since"),
    [
        ("fr", "il y a 2 jours", "2 jours"),
        ("nl", "2 dagen geleden", "2 dagen"),
        ("en", "2 days ago", "2 days"),
        ("de", "vor 2 Tagen", "2 Tagen"),
    ],
)
def test_how_long_a_comment_waits_is_said_as_people_say_it(
    client, project, mona, language, ago, since
):
    comment = say_and_confirm(project, "En attente")
    earlier = timezone.now() - timedelta(days=2, minutes=1)
    Comment.objects.filter(pk=comment.pk).update(created_at=earlier, waiting_since=earlier)
    client.force_login(mona)
    queue, figures = (
        client.get(desk(name, language=language)).content.decode().replace("\xa0", " ")
        for name in ("queue", "figures")
    )
    assert f"<span>{ago}</span>" in queue and f"<dd>{since}</dd>" in figures


def test_the_database_refuses_what_cannot_be_true(project, mona):
    comment = published(project)
    for wrong in (
        {"state": "gone"}, {"state": "pending"}, {"approved_at": None},
        {"is_official": True}, {"pinned_at": comment.created_at}, {"thread": comment},
        {"author": mona},
        {"state": "spam", "waiting_since": comment.created_at},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(**wrong)
    step = comment.transitions.last()
    with pytest.raises(IntegrityError), transaction.atomic():
        Transition.objects.filter(pk=step.pk).update(after="rejected", reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        step.pk = None
        step.save(force_insert=True)


def test_an_approved_answer_is_told_to_whom_it_answers(project, mona):
    question = published(project, author=make_user("question"))
    answer = say_and_confirm(project, "Moi aussi.", answers_to=question)
    assert not mails("comment_answered")
    approve(answer)
    [mail] = mails("comment_answered")
    assert mail.user == question.author and mail.context["answer"] == "Moi aussi."
    assert HIDE
