"""Readers follow what they care about, are told in their language, and end it with one click."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from articles.importing.folder import import_folder
from articles.models import Guide
from smartwiki.notify import following
from smartwiki.notify.models import Follower, Message, Subscription
from tests.guides import MEMBERS, make_guide, make_user, revise, translate
from tests.mail import parts_of, run_tasks
from tests.projects.helpers import (
    address,
    make_call,
    make_lead,
    make_project,
    make_update,
    shown,
)

pytestmark = pytest.mark.django_db
ANA = "ana@example.org"
WISH = {"email": ANA, "rhythm": "at_once", "language": "nl", "website": ""}


def page(name: str, *args, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"follow:{name}", args=args)


@pytest.fixture
def guide() -> Guide:
    topic = make_guide("Facturer")
    return make_guide("La TVA", parent=topic)


@pytest.fixture
def lucie(client):
    user = make_user("lucie", language="fr")
    client.force_login(user)
    return user


def ask(client, topic: str, **wish):
    form = WISH | {"shown_at": shown(60)} | wish
    return client.post(page("follow", topic), form)


def link_in(letter) -> str:
    """Return the path of the link to confirm in a mail."""
    return urlsplit(
        re.search(r"http\S+/(?:bevestigen|confirm\w*|bestaetigen)/\S+", letter.body)[0]
    ).path


def is_told(address: str) -> bool:
    run_tasks()
    told = [letter for letter in mail.outbox if address in letter.to[0]]
    mail.outbox.clear()
    return bool(told)


def followed(email: str, topic: str, **fields) -> Subscription:
    """Let an address follow a topic, already confirmed."""
    from django.utils import timezone

    follower, _new = Follower.objects.get_or_create(email=email, defaults={"language": "fr"})
    return Subscription.objects.create(
        follower=follower, topic=topic, confirmed_at=timezone.now(), **fields
    )


# Members


def test_a_member_follows_with_one_click_and_stops_with_one(client, lucie, guide):
    url = "/fr/guides/facturer/la-tva/"
    topic = f"guide:{guide.pk}"
    assert page("follow", topic) in client.get(url).text
    followed = client.post(page("follow", topic), follow=True)
    assert followed.redirect_chain == [(url, 302)]
    assert "Vous suivez maintenant cette page" in followed.text
    assert page("stop", topic) in followed.text
    client.post(page("follow", topic))
    assert Subscription.objects.count() == 1
    stopped = client.post(page("stop", topic), follow=True)
    assert "Vous ne suivez plus" in stopped.text
    assert not Subscription.objects.exists()
    client.post(page("stop", topic))


def test_the_page_of_a_topic_follows_the_whole_topic(client, lucie, guide):
    assert page("follow", f"topic:{guide.topic_id}") in client.get("/fr/guides/facturer/").text
    [wider] = following.card_of(f"guide:{guide.pk}", "fr", lucie).wider
    assert wider == f"topic:{guide.topic_id}"
    assert page("follow", wider) in client.get(page("follow", f"guide:{guide.pk}")).text


@pytest.mark.parametrize(
    "topic",
    [
        "guide:1000000",
        "guide:x",
        "guide",
        "nothing:1",
        "projects:1",
        "calls:2",
        "guide:-1",
        "guide:²",
        "project:9",
    ],
)
def test_what_is_not_there_cannot_be_followed(client, lucie, topic):
    assert client.post(page("follow", topic)).status_code == 404
    assert client.get(page("follow", topic)).status_code == 404
    assert client.get(page("asked", topic)).status_code == 404


def test_what_one_may_not_read_cannot_be_followed(client, guide):
    hidden = make_guide("Secret", visibility=MEMBERS)
    assert client.get(page("follow", f"guide:{hidden.pk}")).status_code == 404
    draft = make_guide("Brouillon", draft=True)
    assert client.get(page("follow", f"guide:{draft.pk}")).status_code == 404
    project = make_project(is_published=False)
    client.force_login(make_lead("other"))
    assert client.get(page("follow", f"project:{project.pk}")).status_code == 404
    assert client.get(page("follow", f"guide:{hidden.pk}")).status_code == 200


def test_a_wrong_rhythm_is_refused(client, lucie, guide):
    assert client.post(page("follow", "projects"), {"rhythm": "often"}).status_code == 400
    assert not Subscription.objects.exists()


def test_somebody_follows_only_so_many(client, lucie, guide, monkeypatch):
    monkeypatch.setattr(following, "MOST_FOLLOWED", 1)
    client.post(page("follow", "projects"))
    refused = client.post(page("follow", "calls"), follow=True)
    assert "très grand nombre" in refused.text
    assert Subscription.objects.count() == 1


def test_what_i_follow_can_be_changed(client, lucie, guide):
    for topic in ("projects", "calls", f"guide:{guide.pk}", "guide:999"):
        following.follow(lucie, topic)
    projects, calls, _guide, gone = following.subscriptions_of(lucie)
    shown = client.get(page("mine"))
    assert "La TVA" in shown.text
    assert "Une page que vous ne pouvez plus lire" in shown.text
    changes = {f"s{each.pk}-rhythm": "at_once" for each in following.subscriptions_of(lucie)}
    changes |= {
        f"s{projects.pk}-rhythm": "weekly",
        f"s{gone.pk}-rhythm": "stop",
        "language": "nl",
        "work": "never",
    }
    assert client.post(page("mine"), changes).status_code == 302
    assert dict(following.subscriptions_of(lucie).values_list("topic", "rhythm")) == {
        "projects": "weekly",
        "calls": "at_once",
        f"guide:{guide.pk}": "at_once",
    }
    follower = Follower.objects.get()
    assert (follower.language, follower.work) == ("nl", "never")
    wrong = client.post(page("mine"), changes | {f"s{calls.pk}-rhythm": "often", "work": "daily"})
    assert wrong.status_code == 422
    assert Follower.objects.get().work == "never"


def test_nothing_is_written_by_looking(client, lucie, django_assert_num_queries):
    following.follow(lucie, "projects")
    with django_assert_num_queries(5):  # session, person, roles, follower, what they follow
        client.get(page("mine"))
    Follower.objects.all().delete()
    client.get(page("mine"))
    assert not Follower.objects.exists()


def test_what_i_follow_is_for_members(client):
    assert client.get(page("mine")).status_code == 302
    assert client.post(page("stop", "projects")).status_code == 302


# Visitors


def test_a_visitor_follows_after_confirming_the_address(client, guide):
    translate(guide, "nl", "De btw")
    topic = f"guide:{guide.pk}"
    assert page("follow", topic) in client.get("/fr/guides/facturer/la-tva/").text
    assert "csrf" not in client.get("/fr/guides/facturer/la-tva/").text
    assert "La TVA" in client.get(page("follow", topic)).text
    asked = ask(client, topic)
    assert asked.url == page("asked", topic)
    assert "Regardez vos e-mails" in client.get(asked.url).text
    run_tasks()
    [letter] = mail.outbox
    assert letter.subject == "Wil je “De btw” volgen?"
    assert letter.to == [ANA]
    url = link_in(letter)
    assert url.startswith("/nl/")
    assert "Ja, ik volg dit" in client.get(url).text
    assert not Subscription.objects.confirmed().exists()
    assert "één" not in client.post(url).text
    client.post(url)
    subscription = Subscription.objects.confirmed().get()
    assert subscription.topic == topic
    mail.outbox.clear()
    revise(guide.translations.get(language="nl"), title="De btw")
    assert is_told(ANA)


def test_pressing_many_times_sends_one_mail_and_changes_nothing_before_the_answer(client, guide):
    followed(ANA, "projects", rhythm="weekly")
    for _time in range(3):
        ask(client, "projects")
    run_tasks()
    assert len(mail.outbox) == 1
    assert Subscription.objects.get().rhythm == "weekly"
    client.post(link_in(mail.outbox[0]))
    assert Subscription.objects.get().rhythm == "at_once"
    assert Follower.objects.get().language == "nl"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ana"}, "adresse"),
        ({"email": "ana@example.org\r\nBcc: eve@example.org"}, "adresse"),
        ({"email": ""}, "obligatoire"),
        ({"rhythm": "often"}, "often"),
        ({"language": "tlh"}, "tlh"),
        ({"website": "x"}, "vide"),
        ({"shown_at": ""}, "trop longtemps"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, wrong, said):
    refused = ask(client, "projects", **wrong)
    assert refused.status_code == 422
    assert said in refused.text
    if "email" not in wrong:
        assert ANA in refused.text
    assert not Message.objects.exists()


def test_nobody_can_be_flooded_with_questions(client, monkeypatch):
    guides = [make_guide(f"Guide {number}") for number in range(3)]
    monkeypatch.setattr(following, "MOST_UNCONFIRMED", 2)
    ask(client, f"guide:{guides[0].pk}")
    ask(client, f"guide:{guides[1].pk}")
    refused = ask(client, f"guide:{guides[2].pk}")
    assert refused.status_code == 429
    assert "attendent une réponse" in refused.text
    assert ask(client, f"guide:{guides[1].pk}").status_code == 302
    assert Message.objects.count() == 2


def test_one_address_of_the_internet_asks_only_so_often(client, monkeypatch):
    from smartwiki.notify import views

    monkeypatch.setattr(views, "ASKED_AN_HOUR", 1)
    ask(client, "projects")
    refused = ask(client, "projects", email="bo@example.org")
    assert refused.status_code == 429
    assert "dans une heure" in refused.text


def test_a_forged_or_old_link_is_refused_in_words(client, monkeypatch):
    ask(client, "projects")
    run_tasks()
    url = link_in(mail.outbox[0])
    for method in (client.get, client.post):
        forged = method(url[:-3] + "xy/")
        assert forged.status_code == 410
        assert "werkt niet meer" in forged.text
    with monkeypatch.context() as later:
        from datetime import timedelta

        later.setattr(following, "CONFIRM_WITHIN", timedelta(0))
        assert client.post(url).status_code == 410
    subscription = Subscription.objects.get()
    subscription.delete()
    assert client.post(url).status_code == 410
    assert not Subscription.objects.exists()


def test_nobody_is_told_of_what_is_imported(tmp_path):
    file = tmp_path / "tva.fr.md"
    file.write_text('---\ntitle: "La TVA"\nlanguage: fr\nslug: la-tva\n---\nUn.\n')
    import_folder(tmp_path)
    text = Guide.objects.get(import_key="tva").translations.get()
    followed(ANA, f"guide:{text.guide_id}")
    file.write_text(file.read_text().replace("Un.", "Deux."))
    assert import_folder(tmp_path).published == 1
    assert not is_told(ANA)
    revise(text)
    assert is_told(ANA)


def test_a_link_to_what_is_gone_meanwhile_is_not_found(client, guide):
    ask(client, f"guide:{guide.pk}")
    run_tasks()
    Guide.objects.update(visibility=MEMBERS, audience=MEMBERS)
    url = link_in(mail.outbox[0])
    assert client.post(url).status_code == 404
    assert not Subscription.objects.confirmed().exists()


def test_the_question_is_not_sent_about_what_is_hidden_meanwhile(client, guide):
    ask(client, f"guide:{guide.pk}")
    Guide.objects.update(visibility=MEMBERS, audience=MEMBERS)
    assert not is_told(ANA)


def test_addresses_that_never_answer_are_forgotten(client):
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    ask(client, "projects")
    followed("bo@example.org", "projects")
    call_command("retain", verbosity=0)
    assert Follower.objects.count() == 2
    old = timezone.now() - timedelta(days=8)
    Subscription.objects.update(created_at=old)
    Follower.objects.update(created_at=old)
    call_command("retain", verbosity=0)
    assert list(Follower.objects.values_list("email", flat=True)) == ["bo@example.org"]


# Ending it


def test_one_click_in_a_mail_program_ends_it(client, django_user_model):
    """RFC 8058: a POST from elsewhere, without cookies or a token."""
    from django.test import Client

    project = make_project("Un wiki")
    followed(ANA, f"project:{project.pk}")
    mail.outbox.clear()
    make_update(project)
    run_tasks()
    [letter] = mail.outbox
    headers = letter.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == f"<project-{project.pk}.127.0.0.1>"
    url = headers["List-Unsubscribe"].strip("<>")
    assert url in letter.body
    path = urlsplit(url).path
    assert re.fullmatch(r"/u/\w{4}-\w{4}-\w{4}/", path)
    strict = Client(enforce_csrf_checks=True)
    assert "Un wiki" in strict.get(path).text
    assert Subscription.objects.exists()
    done = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "C’est fait" in done.text
    assert not Subscription.objects.exists()
    assert strict.post(path).status_code == 404
    mail.outbox.clear()
    make_update(project, "Encore")
    assert not is_told(ANA)


def test_a_code_may_be_typed_as_one_likes(client):
    subscription = followed(ANA, "projects")
    typed = subscription.code.upper()
    assert client.post(f"/u/{typed}/").status_code == 200
    assert not Subscription.objects.exists()


def test_what_is_hidden_can_be_ended_too_and_is_not_named(client, guide):
    subscription = followed(ANA, f"guide:{guide.pk}")
    Guide.objects.update(visibility=MEMBERS, audience=MEMBERS)
    path = f"/u/{subscription.code}/"
    assert "La TVA" not in client.get(path).text
    assert client.post(path).status_code == 200


def test_codes_cannot_be_tried_out(client, monkeypatch):
    from smartwiki.notify import stopping

    monkeypatch.setattr(stopping, "WRONG_CODES_AN_HOUR", 2)
    subscription = followed(ANA, "projects")
    assert [client.get(f"/u/abcd{number}/").status_code for number in range(3)] == [404, 404, 429]
    assert client.get(f"/u/{subscription.code}/").status_code == 200


def test_one_click_ends_a_digest(client, lucie):
    subscription = followed(ANA, "projects", rhythm="weekly")
    kept = followed(ANA, "calls")
    code = subscription.follower.code
    assert "une fois par semaine" in client.get(f"/u/{code}/weekly/").text
    client.post(f"/u/{code}/weekly/")
    assert list(Subscription.objects.all()) == [kept]
    assert client.get(f"/u/{code}/monthly/").status_code == 404
    assert client.get("/u/abcd/weekly/").status_code == 404
    mine = following.follower_of(lucie)
    assert "Ce qui m’attend" in client.get(f"/u/{mine.code}/work/").text
    client.post(f"/u/{mine.code}/work/")
    mine.refresh_from_db()
    assert mine.work == Follower.Digest.NEVER


# What is told to whom


def test_followers_of_guide_and_topic_are_told_once_in_their_language(guide):
    ana = make_user("ana", language="nl")
    following.follow(ana, f"guide:{guide.pk}")
    following.follow(ana, f"topic:{guide.topic_id}")
    bo = make_user("bo", language="fr")
    following.follow(bo, f"topic:{guide.topic_id}")
    other = make_user("other")
    following.follow(other, f"guide:{guide.topic_id}")
    run_tasks()
    mail.outbox.clear()
    revise(guide.translations.get(), title="La TVA", summary="Tout est neuf.", significance="major")
    run_tasks()
    told = {letter.to[0]: letter for letter in mail.outbox}
    assert set(told) == {"ana <ana@example.org>", "bo <bo@example.org>"}
    assert told["bo <bo@example.org>"].subject == "Changement important dans un guide : La TVA"
    assert "Tout est neuf." in told["bo <bo@example.org>"].body
    dutch = told["ana <ana@example.org>"]
    assert dutch.subject == "Belangrijke wijziging in een gids: La TVA"
    assert "/nl/gidsen/" in dutch.body
    assert '<h1 lang="fr">La TVA</h1>' in dutch.alternatives[0].content


def test_a_new_guide_is_told_and_a_typo_is_not(guide):
    followed(ANA, f"topic:{guide.topic_id}")
    run_tasks()
    new = make_guide("Le devis", parent=guide.topic)
    run_tasks()
    assert [letter.subject for letter in mail.outbox] == ["Nouveau guide : Le devis"]
    mail.outbox.clear()
    revise(new.translations.get(), significance="typo")
    assert not is_told(ANA)
    revise(new.translations.get())
    run_tasks()
    assert mail.outbox[0].subject == "Changement dans un guide : Le devis"


def test_who_reads_another_language_is_not_told_of_this_one(guide):
    followed(ANA, f"guide:{guide.pk}")
    run_tasks()
    mail.outbox.clear()
    dutch = translate(guide, "nl", "De btw")
    assert not is_told(ANA)
    Follower.objects.update(language="nl")
    revise(dutch)
    assert is_told(ANA)


@pytest.mark.parametrize("hide", ["guide", "role", "deleted", "stopped", "closed"])
def test_never_a_mail_about_what_one_may_no_longer_read(guide, hide):
    """Checked when it is sent, not when it was queued."""
    from django.utils import timezone

    member = make_user("member")
    following.follow(member, f"guide:{guide.pk}")
    run_tasks()
    revise(guide.translations.get())
    from smartwiki.notify.announcing import tell_followers
    from smartwiki.notify.models import Announcement

    tell_followers(Announcement.objects.latest("pk").pk)
    assert Message.objects.filter(user=member).exists()
    if hide == "guide":
        Guide.objects.update(visibility=2, audience=2)
    elif hide == "deleted":
        Guide.objects.update(deleted_at=timezone.now())
    elif hide == "stopped":
        following.unfollow(member, f"guide:{guide.pk}")
    elif hide == "closed":
        member.is_active = False
        member.save()
    else:
        Subscription.objects.update(confirmed_at=None)
    assert not is_told(member.email)
    assert Message.objects.get(user=member).state == Message.State.DROPPED


def test_the_news_of_a_project_are_told(client):
    project = make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    followed(ANA, "projects")
    followed("bo@example.org", f"project:{project.pk}")
    hidden = make_project("Caché", is_published=False)
    followed("eve@example.org", f"project:{hidden.pk}")
    make_update(hidden)
    update = make_update(project, body_fr="On **avance** bien.", status="done", reason_fr="Fini.")
    run_tasks()
    assert sorted(letter.to[0] for letter in mail.outbox) == [ANA, "bo@example.org"]
    letter = mail.outbox[0]
    assert letter.subject == "Un wiki : nouveau statut « Terminé » : Du neuf"
    assert "On avance bien." in letter.body
    assert f"/fr/projets/un-wiki/#update-{update.pk}" in letter.body


def test_an_update_of_long_ago_is_history(client):
    from datetime import timedelta

    from django.utils import timezone

    project = make_project("Un wiki")
    followed(ANA, "projects")
    make_update(project, published_at=timezone.now() - timedelta(days=30))
    assert not is_told(ANA)


def test_an_update_is_not_told_once_its_project_is_hidden():
    project = make_project("Un wiki")
    followed(ANA, "projects")
    make_update(project)
    project.is_published = False
    project.save()
    assert not is_told(ANA)


def test_a_call_is_told_when_it_opens(settings):
    from datetime import timedelta

    from django.utils import timezone

    from projects.following import tell_of_calls, tell_of_open_calls
    from projects.models import Call

    project = make_project("Un wiki")
    followed(ANA, "calls")
    call = make_call(project, opens=1, closes=5)
    tell_of_calls(project)
    assert not is_told(ANA)
    opened = timezone.now() - timedelta(minutes=1)
    Call.objects.update(opens_at=opened)
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.update(run_after=opened)
    run_tasks()
    [letter] = mail.outbox
    assert letter.subject.startswith("Appel à contribution, jusqu’au ")
    assert f"/fr/projets/un-wiki/appel/{call.pk}/" in letter.body
    mail.outbox.clear()
    tell_of_open_calls()
    tell_of_calls(project)
    assert not is_told(ANA)


def test_a_call_is_told_that_its_lead_opens_at_the_desk(client):
    lead = make_lead()
    project = make_project("Un wiki", lead)
    followed(ANA, "calls")
    client.force_login(lead)
    add = address("project_desk:add", project.pk, "call")
    assert client.post(add, {"title_fr": "Relisez-nous"}).status_code == 302
    run_tasks()
    assert [letter.to for letter in mail.outbox] == [[ANA]]


def test_a_call_that_closed_or_was_put_off_is_not_told():
    from projects.following import tell_of_calls
    from projects.models import Call
    from projects.tasks import call_opens

    project = make_project("Un wiki")
    followed(ANA, "calls")
    call = make_call(project, opens=1, closes=5)
    assert not call_opens.call(call.pk)
    assert not call_opens.call(10**6)
    make_call(project, opens=-9, closes=None)
    tell_of_calls(project)
    Call.objects.update(closes_at="2020-01-02T00:00Z", opens_at="2020-01-01T00:00Z")
    assert not is_told(ANA)


def test_both_parts_say_why_the_mail_came_and_how_to_end_it(postbox):
    project = make_project("Un wiki")
    followed(ANA, f"project:{project.pk}")
    make_update(project)
    run_tasks()
    [letter] = postbox.to(ANA)
    for part in parts_of(letter).values():
        assert "parce que vous suivez cette page" in part
        assert "/u/" in part


# Two requests at once


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_followed_once():
    """A member who presses twice, and a visitor whose address is given twice, in one moment."""
    lucie = make_user("lucie")
    topic = f"guide:{make_guide('La TVA').pk}"
    start = Barrier(4)

    def press(number: int) -> int:
        client = Client(raise_request_exception=False)
        if number % 2:
            client.force_login(lucie)
        try:
            start.wait()
            return ask(client, topic).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, range(4))) == [302] * 4
    assert Follower.objects.count() == Subscription.objects.count() == 2
    assert Message.objects.filter(kind="follow_confirm").count() == 1
