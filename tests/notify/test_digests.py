"""One mail a day or a week: what is followed, and what waits; idempotent by date."""

from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from articles.models import ReviewReminder
from projects.models import CallResponse, Project
from smartwiki.notify import Recipient, digests, queue
from smartwiki.notify.models import Follower, Message, Subscription
from tests.comments.helpers import approve, make_moderator, say_and_confirm
from tests.guides import make_guide, make_user, revise, translate
from tests.mail import run_tasks
from tests.projects.helpers import make_call, make_lead, make_project, make_update

pytestmark = pytest.mark.django_db
ANA = "ana@example.org"
NOW = timezone.now


def letters() -> list:
    run_tasks()
    found = list(mail.outbox)
    mail.outbox.clear()
    return found


def follows(topic: str, rhythm: str, language: str = "fr") -> Subscription:
    follower, _new = Follower.objects.get_or_create(email=ANA, defaults={"language": language})
    return Subscription.objects.create(
        follower=follower, topic=topic, rhythm=rhythm, confirmed_at=NOW()
    )


def test_what_is_followed_daily_comes_in_one_mail_once_a_day():
    follows("projects", "daily", "nl")
    project = make_project("Un wiki")
    make_update(project, "Du neuf", body_fr="On avance.")
    make_update(project, "Encore du neuf")
    assert letters() == [], "not at once"
    assert digests.queue_digests() == 1
    assert digests.queue_digests() == 0
    [letter] = letters()
    assert letter.subject == "2 nieuwtjes over wat je volgt"
    assert "Encore du neuf" in letter.body
    assert "On avance." in letter.body
    assert "/nl/projecten/un-wiki/#update-" in letter.body
    assert letter.message()["List-Unsubscribe"].endswith("/daily/>")
    assert 'lang="fr"' in letter.alternatives[0].content
    tomorrow = NOW() + timedelta(days=1)
    assert digests.queue_digests(tomorrow) == 0, "nothing has happened since"


def test_a_weekly_digest_comes_once_a_week():
    follows("projects", "weekly")
    project = make_project("Un wiki")
    make_update(project)
    assert digests.queue_digests() == 1
    make_update(project, "Encore")
    next_week = NOW() + timedelta(days=7)
    assert digests.queue_digests(next_week) == 1
    assert digests.queue_digests(next_week) == 0
    assert Follower.objects.get().told_weekly_at == next_week


@pytest.mark.parametrize("gone", ["hidden", "stopped", "follower"])
def test_what_may_no_longer_be_read_is_left_out_when_it_is_sent(gone):
    subscription = follows("projects", "daily")
    make_update(make_project("Un wiki"))
    assert digests.queue_digests() == 1
    if gone == "hidden":
        Project.objects.update(is_published=False)
    elif gone == "stopped":
        subscription.delete()
    else:
        subscription.follower.delete()
    assert letters() == []
    assert Message.objects.get().state == Message.State.DROPPED


def test_owners_and_leads_are_told_what_waits():
    owner = make_user("owner", "moderator")
    guide = make_guide("La TVA", owner=owner, review_every=1)
    text = guide.translations.get()
    text.verify(None, timezone.localdate() - timedelta(days=60))
    lead = make_lead()
    silent = timezone.localdate() - timedelta(weeks=8)
    project = make_project("Un wiki", lead=lead, confirmed_on=silent)
    call = make_call(project)
    CallResponse.objects.create(
        call=call,
        name="Bo",
        email="bo@example.org",
        message="Oui",
        language="fr",
        consented_at=NOW(),
        created_at=NOW(),
    )
    call_command("daily", verbosity=0)
    call_command("daily", verbosity=0)
    told = {parseaddr(letter.to[0])[1]: letter for letter in letters()}
    assert set(told) == {owner.email, lead.email}
    assert "À RELIRE" in told[owner.email].body
    assert "La TVA" in told[owner.email].body
    assert "Personne n’a confirmé le statut depuis 8 semaines" in told[lead.email].body
    assert "1 nouvelle réponse" in told[lead.email].body
    assert "bo@example.org" not in told[lead.email].body
    assert ReviewReminder.objects.get().sent_at
    assert digests.queue_digests(NOW() + timedelta(days=1)) == 0, "the alarm comes once a week"


def test_moderators_are_told_what_waits_until_nothing_does():
    mona = make_moderator()
    project = make_project("Un wiki", lead=make_lead())
    comment = say_and_confirm(project)
    say_and_confirm(project, "Et aussi ceci.", email="bo@example.net")
    call_command("daily", verbosity=0)
    (letter,) = [each for each in letters() if mona.email in each.to[0]]
    assert "2 commentaires attendent" in letter.body
    for each in (comment, comment.project.comments.exclude(pk=comment.pk).get()):
        approve(each, mona)
    told = digests.sections_for(Message.objects.get(kind="digest", user=mona))
    assert told == []


def test_leads_are_told_of_comments_on_their_projects_and_nobody_elses():
    mona, lead = make_moderator(), make_lead()
    project, other = make_project("Un wiki", lead=lead), make_project("Autre", lead=make_lead("x"))
    for each in (project, other):
        approve(
            say_and_confirm(each, f"Sur {each.title_fr}.", email=f"{each.pk}@example.net"), mona
        )
    approve(say_and_confirm(project, "Par moi-même.", author=lead), mona)
    call_command("daily", verbosity=0)
    told = {parseaddr(letter.to[0])[1]: letter for letter in letters()}
    assert "Ana a écrit" in told[lead.email].body
    assert "Autre" not in told[lead.email].body
    assert "@example.net" not in told[lead.email].body
    assert told[lead.email].body.count("#") == 1


def test_who_wants_no_digest_gets_none_and_closed_accounts_neither():
    owner = make_user("owner", "moderator")
    guide = make_guide("La TVA", owner=owner, review_every=1)
    guide.translations.get().verify(None, timezone.localdate() - timedelta(days=60))
    Follower.objects.create(user=owner, language="fr", work="never")
    call_command("daily", verbosity=0)
    assert letters() == []


def test_translators_are_told_of_what_their_source_has_become():
    veerle = make_user("veerle", "editor", "nl", language="nl")
    guide = make_guide("La TVA")
    translate(guide, "nl", "De btw")
    revise(guide.translations.get(language="fr"), title="La TVA")
    assert digests.queue_digests() == 1
    [letter] = letters()
    assert letter.to == [f"veerle <{veerle.email}>"]
    assert "De btw" in letter.body
    assert f"/{guide.pk}/nl/" in letter.body


def test_administrators_are_told_of_mails_that_failed(client):
    admin = make_user("admin", is_staff=True, is_superuser=True)
    queue(Recipient(ANA, "fr"), "greeting", {"title": "x"}, "g:1")
    Message.objects.update(state="failed", last_error="550 unknown")
    assert digests.queue_digests() == 1
    [letter] = letters()
    assert letter.to == [f"admin <{admin.email}>"]
    assert "550 unknown" in letter.body
    assert ANA not in letter.body
    client.force_login(admin)
    change = {"action": "send_again", "_selected_action": [Message.objects.get(key="g:1").pk]}
    client.post("/admin/notify/message/", change)
    assert Message.objects.get(key="g:1").state == "waiting"
    Message.objects.filter(key="g:1").update(state="unsure")
    client.post("/admin/notify/message/", change | {"action": "it_arrived"})
    assert Message.objects.get(key="g:1").state == "sent"


def test_messages_are_for_administrators_only(client):
    for role in ("", "editor", "moderator", "project_lead"):
        client.force_login(make_user(f"who{role}", role))
        assert client.get("/admin/notify/message/").status_code == 302


def test_it_is_forgotten_to_whom_a_mail_went(settings):
    queue(Recipient(ANA, "fr", "Ana"), "greeting", {"title": "x"}, "g:1")
    run_tasks()
    old = NOW() - timedelta(days=settings.MAIL_KEPT_DAYS + 1)
    Message.objects.update(created_at=old)
    call_command("daily", verbosity=0)
    message = Message.objects.get(key="g:1")
    assert (message.email, message.name, message.context) == ("", "", {})
    assert not queue(Recipient(ANA, "fr"), "greeting", {}, "g:1")


def test_no_address_is_ever_logged(caplog, postbox):
    postbox.answers[ANA] = f"550 {ANA} unknown"
    postbox.answers["bo@example.org"] = "451 bo@example.org later"
    with caplog.at_level("INFO"):
        for number, address in enumerate((ANA, "bo@example.org", "a\n@example.org")):
            queue(Recipient(address, "fr", "Ana"), "greeting", {"title": "x"}, f"g:{number}")
        run_tasks()
        assert str(Message.objects.first()) and str(Follower(email=ANA))
    ours = [each for each in caplog.records if each.name != "mail.log"]  # the server's own log
    assert ours
    assert not [each for each in ours if "@example.org" in each.getMessage()]
    assert not Message.objects.filter(last_error__contains="@").exists()
