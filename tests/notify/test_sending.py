"""A message is queued with what it tells of, and arrives once, in the recipient's language."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, send_mail
from django.core.management import call_command
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from smartwiki import health
from smartwiki.notify import Recipient, delivery, have_left, queue, recall
from smartwiki.notify.models import Message
from tests.guides import make_user
from tests.mail import parts_of, run_tasks

pytestmark = pytest.mark.django_db
State = Message.State
ANA = "ana@example.org"


def greet(
    email: str = ANA, language: str = "fr", key: str = "greeting:1", name: str = "Ana", **more
):
    context = {"title": "Moi & <toi>", "url": "/fr/projets/", **more.pop("context", {})}
    return queue(Recipient(email, language, name), "greeting", context, key, **more)


def the_message() -> Message:
    return Message.objects.get()


def due_now() -> None:
    """Let the time of the next attempt come."""
    Message.objects.update(next_try_at=timezone.now() - timedelta(minutes=5))
    DBTaskResult.objects.update(run_after=timezone.now())


@pytest.mark.parametrize(
    ("language", "subject", "hello"),
    [
        ("fr", "Projets: Moi & <toi>", "Bonjour Ana,"),
        ("nl", "Projecten: Moi & <toi>", "Dag Ana,"),
        ("en", "Projects: Moi & <toi>", "Hello Ana,"),
        ("de", "Projekte: Moi & <toi>", "Guten Tag Ana,"),
    ],
)
def test_both_parts_arrive_in_the_language_of_the_recipient(postbox, language, subject, hello):
    assert greet(language=language)
    run_tasks()
    [letter] = postbox.to(ANA)
    assert letter["Subject"] == subject
    assert letter["To"] == f"Ana <{ANA}>"
    assert letter["From"] == "no-reply@127.0.0.1"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == language
    assert letter["Message-ID"] == delivery.compose(the_message()).message()["Message-ID"]
    assert letter["List-Unsubscribe"] is None
    parts = parts_of(letter)
    assert hello in parts["text/plain"]
    assert "Moi & <toi>: http://127.0.0.1:8000/fr/projets/" in parts["text/plain"]
    assert f'<html lang="{language}"' in parts["text/html"]
    assert "<h1>Moi &amp; &lt;toi&gt;</h1>" in parts["text/html"]
    assert 'href="http://127.0.0.1:8000/fr/projets/"' in parts["text/html"]
    assert the_message().state == State.SENT


def test_a_key_is_sent_once(postbox):
    assert greet()
    assert not greet()
    run_tasks()
    assert not greet()
    assert delivery.deliver(the_message().pk) == "nothing to do"
    assert len(postbox.letters) == 1


def test_what_is_rolled_back_is_not_sent(postbox):
    with pytest.raises(RuntimeError), transaction.atomic():
        greet()
        raise RuntimeError
    assert run_tasks() == 0
    assert not postbox.letters


def test_a_kind_without_templates_is_refused_at_once():
    with pytest.raises(TemplateDoesNotExist):
        queue(Recipient(ANA, "fr"), "no_such_kind", {}, key="no:1")
    assert not Message.objects.exists()


def test_nothing_typed_becomes_a_header(postbox):
    evil = "Ana\r\nBcc: eve@example.org\x00"
    greet(name=evil, context={"title": "Oui\r\nBcc: eve@example.org"})
    run_tasks()
    [letter] = postbox.to(ANA)
    assert len(postbox.letters) == 1
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Projets: Oui Bcc: eve@example.org"
    assert letter["To"].addresses[0].display_name == "Ana Bcc: eve@example.org"


def test_an_address_that_cannot_be_written_is_a_dead_letter(postbox):
    greet("ana\n@example.org")
    run_tasks()
    assert the_message().state == State.FAILED
    assert not postbox.letters


def test_a_mistake_in_a_template_is_a_dead_letter_that_says_where(postbox, settings, tmp_path):
    greet()
    Message.objects.update(kind="gone")
    run_tasks()
    assert the_message().state == State.FAILED
    assert "TemplateDoesNotExist" in the_message().last_error


def test_somebody_whose_account_is_closed_hears_nothing(postbox):
    user = make_user("ana", language="nl")
    queue(Recipient.of(user), "greeting", {}, "greeting:2")
    assert the_message().language == "nl"
    user.is_active = False
    user.save()
    run_tasks()
    assert the_message().state == State.DROPPED
    assert not postbox.letters


def test_answers_go_where_they_should(postbox):
    greet(reply_to="lead@example.org")
    run_tasks()
    assert postbox.to(ANA)[0]["Reply-To"] == "lead@example.org"


def test_urgent_messages_go_first(postbox):
    greet("many@example.org", key="many", priority=0)
    greet("one@example.org", key="one")
    run_tasks()
    assert [address for address, _letter in postbox.letters] == [
        "one@example.org",
        "many@example.org",
    ]


# What Django and other packages send


def test_every_mail_of_django_goes_through_the_queue(postbox, settings):
    settings.EMAIL_BACKEND = "smartwiki.notify.backend.QueueBackend"
    send_mail("Sujet", "Texte", None, [f"Ana <{ANA}>", "bo@example.org"], html_message="<p>T</p>")
    assert not postbox.letters
    run_tasks()
    [letter] = postbox.to(ANA)
    assert letter["Subject"] == "Sujet"
    assert letter["To"] == f"Ana <{ANA}>"
    assert {kind: text.strip() for kind, text in parts_of(letter).items()} == {
        "text/plain": "Texte",
        "text/html": "<p>T</p>",
    }
    assert len(postbox.to("bo@example.org")) == 1


def test_mail_of_other_packages_keeps_its_sender_and_where_to_answer(postbox, settings):
    settings.EMAIL_BACKEND = "smartwiki.notify.backend.QueueBackend"
    EmailMessage("S", "T", "us@example.org", [ANA], reply_to=["Lead <l@example.org>"]).send()
    run_tasks()
    [letter] = postbox.to(ANA)
    assert (letter["From"], letter["Reply-To"]) == ("us@example.org", "l@example.org")
    assert not letter.is_multipart()


def test_attachments_are_refused(settings):
    settings.EMAIL_BACKEND = "smartwiki.notify.backend.QueueBackend"
    email = EmailMessage("S", "T", None, [ANA], attachments=[("a.txt", "a", "text/plain")])
    with pytest.raises(ValueError, match="attachments"):
        email.send()


# When the server is away, or says no


def test_a_server_that_is_away_gets_it_later(postbox, settings):
    options = settings.MAIL_TRANSPORT["OPTIONS"]
    settings.MAIL_TRANSPORT = {
        **settings.MAIL_TRANSPORT,
        "OPTIONS": options | {"port": 9, "timeout": 2},
    }
    greet()
    run_tasks()
    message = the_message()
    assert (message.state, message.attempts) == (State.WAITING, 1)
    assert message.next_try_at > timezone.now() + timedelta(seconds=50)
    assert "ConnectionRefusedError" in message.last_error
    due_now()
    run_tasks()
    assert the_message().next_try_at > timezone.now() + timedelta(minutes=3)
    settings.MAIL_TRANSPORT = {**settings.MAIL_TRANSPORT, "OPTIONS": options}
    due_now()
    run_tasks()
    assert the_message().state == State.SENT
    assert len(postbox.letters) == 1


def test_later_means_later(postbox):
    postbox.answers[ANA] = f"451 <{ANA}> is greylisted"
    greet()
    run_tasks()
    message = the_message()
    assert (message.state, message.last_error) == (State.WAITING, "451 <…> is greylisted")
    postbox.answers.clear()
    postbox.answer_to_data = "452 no room"
    due_now()
    run_tasks()
    assert (the_message().attempts, the_message().last_error) == (2, "452 no room")
    postbox.answer_to_data = ""
    due_now()
    run_tasks()
    assert len(postbox.letters) == 1


def test_never_means_never_and_a_person_may_try_again(postbox):
    postbox.answers[ANA] = f"550 {ANA} unknown"
    greet()
    run_tasks()
    message = the_message()
    assert (message.state, message.last_error) == (State.FAILED, "550 … unknown")
    assert list(Message.objects.needing_somebody()) == [message]
    due_now()
    assert run_tasks() == 0
    postbox.answers.clear()
    assert delivery.try_again(message)
    assert not delivery.try_again(message)
    run_tasks()
    assert len(postbox.letters) == 1


def test_after_many_attempts_it_is_a_dead_letter(postbox):
    postbox.answers[ANA] = "451 later"
    greet()
    Message.objects.update(attempts=delivery.MOST_ATTEMPTS - 1)
    run_tasks()
    assert the_message().state == State.FAILED


def test_no_answer_before_the_message_is_no_doubt(postbox):
    postbox.hangs_up_early = True
    greet()
    run_tasks()
    assert (the_message().state, the_message().attempts) == (State.WAITING, 1)
    postbox.hangs_up_early = False
    due_now()
    run_tasks()
    assert the_message().state == State.SENT
    assert len(postbox.letters) == 1


def test_no_answer_after_the_message_is_a_doubt_and_not_sent_again(postbox):
    postbox.hangs_up = True
    greet()
    run_tasks()
    message = the_message()
    assert message.state == State.UNSURE
    assert len(postbox.letters) == 1
    due_now()
    delivery.look_after()
    run_tasks()
    assert len(postbox.letters) == 1
    assert delivery.settle(message)
    assert not delivery.settle(message)
    assert the_message().state == State.SENT


def test_a_doubt_that_is_sent_again_can_be_recognised(postbox):
    postbox.hangs_up = True
    greet()
    run_tasks()
    postbox.hangs_up = False
    assert delivery.try_again(the_message())
    run_tasks()
    assert len({letter["Message-ID"] for letter in postbox.to(ANA)}) == 1
    assert len(postbox.to(ANA)) == 2


# What a killed worker leaves


def test_a_message_whose_task_is_lost_is_taken_up(postbox):
    greet()
    DBTaskResult.objects.update(status="RUNNING")
    delivery.look_after()
    assert run_tasks() == 0, "a task that was just taken is left alone"
    due_now()
    assert delivery.oldest_waiting() < timezone.now() - timedelta(minutes=4)
    assert health.oldest_waiting() == delivery.oldest_waiting(), "though no task waits"
    delivery.look_after()
    assert run_tasks() == 1
    assert delivery.oldest_waiting() is None
    assert len(postbox.letters) == 1


def test_a_task_that_a_worker_left_is_noted_as_failed(postbox):
    greet()
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert delivery.sweep_tasks() == 0, "it may still be at work"
    DBTaskResult.objects.update(started_at=timezone.now() - delivery.TASK_LEASE)
    call_command("daily", verbosity=0)
    task = DBTaskResult.objects.get()
    assert (task.status, task.traceback) == ("FAILED", "The worker stopped.")
    assert task.finished_at is not None, "so that it is pruned with the others"
    due_now()
    delivery.look_after()
    run_tasks()
    assert len(postbox.letters) == 1


def test_a_message_can_be_held_back_and_recalled(postbox):
    later = timezone.now() + timedelta(minutes=5)
    greet(not_before=later)
    assert run_tasks() == 0
    assert recall(["greeting:1", "greeting:2"]) == {"greeting:1"}
    assert not Message.objects.exists()
    greet(not_before=later)
    due_now()
    run_tasks()
    assert len(postbox.letters) == 1
    assert recall(["greeting:1"]) == set()
    assert have_left(["greeting:1"]) == 1


def test_a_message_that_was_being_sent_becomes_a_doubt(postbox):
    greet()
    long_ago = timezone.now() - delivery.LEASE
    Message.objects.update(state=State.SENDING, claimed_at=long_ago)
    delivery.look_after()
    assert the_message().state == State.UNSURE
    run_tasks()
    assert not postbox.letters


def test_a_slow_worker_has_the_last_word(postbox, monkeypatch):
    """It was thought dead, and a doubt was noted; then it says that the message was taken."""
    greet()
    send = delivery._close

    real = delivery.Message.move

    def doubted(message, state, **kwargs):
        if state == State.SENT:
            delivery.look_after(lease=timedelta(0))
            assert the_message().state == State.UNSURE
        return real(message, state, **kwargs)

    monkeypatch.setattr(delivery.Message, "move", doubted)
    run_tasks()
    assert send is delivery._close
    assert the_message().state == State.SENT
